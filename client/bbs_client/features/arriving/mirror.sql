-- The posts of newcomers that wait at the desks that the reader hears, by their ids alone.
CREATE TABLE held_at_desk(
    board TEXT NOT NULL, post TEXT NOT NULL, PRIMARY KEY(board, post)) WITHOUT ROWID;
-- Guards that are on for the reader, and the notes that the reader reads, with their lines.
CREATE TABLE guards(
    board TEXT NOT NULL, kind TEXT NOT NULL, until INTEGER NOT NULL, state TEXT NOT NULL,
    revision INTEGER NOT NULL, doc BLOB NOT NULL, PRIMARY KEY(board, kind)) WITHOUT ROWID;
CREATE TABLE notes(
    newcomer TEXT PRIMARY KEY, board TEXT NOT NULL, opened_at INTEGER NOT NULL,
    revision INTEGER NOT NULL, doc BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE note_lines(
    id TEXT PRIMARY KEY, note TEXT NOT NULL, number INTEGER NOT NULL, revision INTEGER NOT NULL,
    doc BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX note_lines_of_note ON note_lines(note, number);
