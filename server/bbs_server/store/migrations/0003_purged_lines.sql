-- A law reaches the lounge, too: lines get the state that posts have, and what was agreed when they
-- were said. A CHECK changes only with its table.
CREATE TABLE lines_now (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    number INTEGER NOT NULL,
    author_kind TEXT NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    fades_at INTEGER NOT NULL,
    body_text TEXT,
    state TEXT NOT NULL CHECK (state IN ('published', 'withdrawn', 'purged')),
    mentions TEXT NOT NULL DEFAULT '',
    revision INTEGER NOT NULL DEFAULT 1,
    norms_version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (board, number)
) WITHOUT ROWID;
INSERT INTO lines_now
SELECT lines.*, b.norms_version FROM lines JOIN boards b ON b.id = lines.board;
DROP TABLE lines;
ALTER TABLE lines_now RENAME TO lines;
CREATE INDEX lines_fading ON lines (board, fades_at);
