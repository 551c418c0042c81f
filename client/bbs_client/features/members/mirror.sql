-- Members as they are known.
CREATE TABLE members(id TEXT PRIMARY KEY, revision INTEGER NOT NULL, doc BLOB NOT NULL);
