-- What waits for others on the boards that are here, and whether the reader's word to it counts.
CREATE TABLE proposals(
    id TEXT PRIMARY KEY, board TEXT NOT NULL, number INTEGER NOT NULL, until INTEGER NOT NULL,
    revision INTEGER NOT NULL, waits INTEGER NOT NULL, may_second INTEGER NOT NULL DEFAULT 0,
    may_object INTEGER NOT NULL DEFAULT 0, may_read INTEGER NOT NULL DEFAULT 0, doc BLOB NOT NULL) WITHOUT ROWID;
