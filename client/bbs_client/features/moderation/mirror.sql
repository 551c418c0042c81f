-- What narrows the reader, or everybody, on the boards that are here.
CREATE TABLE restrictions(
    id TEXT PRIMARY KEY, board TEXT NOT NULL, kind TEXT NOT NULL, doc BLOB NOT NULL) WITHOUT ROWID;
