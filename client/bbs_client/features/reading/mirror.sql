-- The reader's own marks, choices and floors. A choice that was undone stays, as a default one,
-- until all are fetched: what comes late must not bring it back.
CREATE TABLE marks(
    thread TEXT PRIMARY KEY, board TEXT NOT NULL, revision INTEGER NOT NULL,
    ranges TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE choices(
    kind TEXT NOT NULL, subject TEXT NOT NULL, stance TEXT NOT NULL, revision INTEGER NOT NULL,
    doc BLOB NOT NULL, PRIMARY KEY(kind, subject)) WITHOUT ROWID;
CREATE TABLE floors(board TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
-- What was done to the reader, until it is over; not with its board, which they may have left.
CREATE TABLE notices(id TEXT PRIMARY KEY, at INTEGER NOT NULL, doc BLOB NOT NULL) WITHOUT ROWID;
