-- What the reader left and can come back to, and what is being erased; the community has no board.
-- Not a board's table: the board may be forgotten, and the way back to it stays.
CREATE TABLE leavings(
    place TEXT PRIMARY KEY, left_at INTEGER NOT NULL, state TEXT NOT NULL,
    revision INTEGER NOT NULL, doc BLOB NOT NULL) WITHOUT ROWID;
