-- Boards, what they were called before, and the seats on them.
CREATE TABLE boards(
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, number INTEGER NOT NULL, visibility TEXT NOT NULL, hold_s INTEGER NOT NULL,
    retention_days INTEGER NOT NULL, words INTEGER NOT NULL, revision INTEGER NOT NULL,
    doc BLOB NOT NULL);
CREATE TABLE old_slugs(slug TEXT PRIMARY KEY, board TEXT NOT NULL, until INTEGER) WITHOUT ROWID;
CREATE TABLE seats(
    board TEXT NOT NULL, member TEXT NOT NULL, state TEXT NOT NULL, position INTEGER NOT NULL,
    revision INTEGER NOT NULL, doc BLOB NOT NULL, PRIMARY KEY(board, member)) WITHOUT ROWID;
-- The applications that wait at the desks of the boards that the reader moderates, by their ids alone.
CREATE TABLE applications_at_desk(
    application TEXT PRIMARY KEY, board TEXT NOT NULL, number INTEGER NOT NULL) WITHOUT ROWID;
-- The reader's own applications for seats, without the answers.
CREATE TABLE applications(
    id TEXT PRIMARY KEY, board TEXT NOT NULL, state TEXT NOT NULL, revision INTEGER NOT NULL,
    doc BLOB NOT NULL) WITHOUT ROWID;
-- Boards where something has waited for their moderators, as the server said last.
CREATE TABLE awaited(board TEXT PRIMARY KEY) WITHOUT ROWID;
