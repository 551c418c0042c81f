-- Letters as the reader may know of them: open ones, and requests that wait. `seq` is how far a
-- letter's stream is known to have come, which may be further than what is here. `asked_of` are the
-- handles that the reader typed on this device: nobody else keeps them.
CREATE TABLE letters(
    board TEXT PRIMARY KEY, state TEXT NOT NULL, until INTEGER NOT NULL, last_at INTEGER,
    seq INTEGER NOT NULL DEFAULT 0, revision INTEGER NOT NULL, doc BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE asked_of(board TEXT PRIMARY KEY, handles TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blocks(member TEXT PRIMARY KEY) WITHOUT ROWID;
