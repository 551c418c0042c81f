-- Members as they are known.
CREATE TABLE members(
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    away_until INTEGER,  -- ms; when the words of the away line in `doc` are over
    doc BLOB NOT NULL
);
