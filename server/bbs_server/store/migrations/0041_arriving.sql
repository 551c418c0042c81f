-- Guards for newcomers, the posts that they hold, and notes (protocol 21).
ALTER TABLE boards ADD COLUMN guard_first_posts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE boards ADD COLUMN guard_links INTEGER NOT NULL DEFAULT 0;
ALTER TABLE boards ADD COLUMN guard_pace_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE boards ADD COLUMN guard_letters INTEGER NOT NULL DEFAULT 0;

-- Of a held post, why it waits for a moderator, or that one declined it; empty otherwise.
ALTER TABLE posts ADD COLUMN approval TEXT NOT NULL DEFAULT '';

-- A guard for a newcomer of a board. A row outlasts its guard for a while: who comes back in that
-- time is no newcomer. Of a pace, `restriction` is what the gate compares.
CREATE TABLE guards (
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    kind TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    posts INTEGER NOT NULL,
    seconds INTEGER,
    restriction TEXT,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (board, member, kind)
) WITHOUT ROWID;
CREATE INDEX guards_by_member ON guards (member);
CREATE INDEX guards_by_end ON guards (state, until);

-- Posts that wait for a moderator, and those that were declined as long as their words are kept;
-- `n` is the post's, in the order of writing.
CREATE TABLE approvals (
    post TEXT PRIMARY KEY,
    n INTEGER NOT NULL,
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    at INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    declined_at INTEGER
) WITHOUT ROWID;
CREATE INDEX approvals_by_time ON approvals (declined_at, n);

-- A newcomer's note. It has the newcomer's id.
CREATE TABLE notes (
    newcomer TEXT PRIMARY KEY REFERENCES members (id),
    board TEXT NOT NULL REFERENCES boards (id),
    host TEXT REFERENCES members (id),
    host_until INTEGER,
    post TEXT NOT NULL,
    why TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    ends_at INTEGER,
    lines INTEGER NOT NULL,
    revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX notes_by_board ON notes (board);
CREATE INDEX notes_by_host ON notes (host, host_until) WHERE host IS NOT NULL;
CREATE INDEX notes_by_end ON notes (ends_at) WHERE ends_at IS NOT NULL;

-- `apart`: told to the newcomer alone, because it is about a private board where the note did not begin.
CREATE TABLE note_lines (
    id TEXT PRIMARY KEY,
    note TEXT NOT NULL REFERENCES notes (newcomer),
    number INTEGER NOT NULL,
    author TEXT NOT NULL REFERENCES members (id),
    at INTEGER NOT NULL,
    body_text TEXT,
    post TEXT,
    norm INTEGER,
    withdrawn INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    apart INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX note_lines_by_note ON note_lines (note, number);
CREATE INDEX note_lines_by_author ON note_lines (author);
