-- The spine: members, boards, threads, posts, lounge, marks; texts apart from events.
-- Times are integer milliseconds since 1970 UTC. Ids are uuids as text. Text columns named *_text
-- hold ids of rows in texts.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE texts (id TEXT PRIMARY KEY, body TEXT NOT NULL, salt BLOB NOT NULL);

CREATE TABLE streams (
    stream TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    digest BLOB NOT NULL,
    base_seq INTEGER NOT NULL,
    base_digest BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE events (
    stream TEXT NOT NULL REFERENCES streams (stream),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    author TEXT NOT NULL,
    subject TEXT NOT NULL,
    data BLOB NOT NULL,
    texts TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (stream, seq)
) WITHOUT ROWID;

CREATE TABLE ops (
    member TEXT NOT NULL,
    op TEXT NOT NULL,
    hash BLOB NOT NULL,
    salted_by TEXT,
    result BLOB NOT NULL,
    texts TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (member, op)
) WITHOUT ROWID;
CREATE INDEX ops_by_time ON ops (at);

CREATE TABLE members (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    handle TEXT NOT NULL UNIQUE,
    handle_text TEXT NOT NULL,
    name_text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('seated', 'waiting')),
    invited_by TEXT REFERENCES members (id),
    sysop INTEGER NOT NULL DEFAULT 0,
    joined_at INTEGER NOT NULL,
    password TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    failed_at INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1
);

-- What handles and names read like; nobody may take what reads like another's (P13).
CREATE TABLE names (
    skeleton TEXT PRIMARY KEY,
    member TEXT NOT NULL REFERENCES members (id),
    kind TEXT NOT NULL CHECK (kind IN ('handle', 'name'))
) WITHOUT ROWID;
CREATE INDEX names_by_member ON names (member);

-- Of a device only ends rounded to a week are kept, never when it was used (P11).
CREATE TABLE sessions (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    member TEXT NOT NULL REFERENCES members (id),
    token_hash BLOB NOT NULL UNIQUE,
    label TEXT NOT NULL,
    token INTEGER NOT NULL DEFAULT 0,
    powers TEXT,
    boards TEXT,
    idle_until INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
);
CREATE INDEX sessions_by_member ON sessions (member);

CREATE TABLE keys (
    member TEXT NOT NULL REFERENCES members (id),
    key TEXT NOT NULL,
    device TEXT NOT NULL,
    session TEXT,
    added INTEGER NOT NULL,
    revoked INTEGER,
    PRIMARY KEY (member, key)
) WITHOUT ROWID;

CREATE TABLE recovery_codes (
    member TEXT NOT NULL REFERENCES members (id),
    code_hash BLOB NOT NULL,
    by_sysop INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (member, code_hash)
) WITHOUT ROWID;

CREATE TABLE invitations (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    code_hash BLOB NOT NULL UNIQUE,
    by TEXT REFERENCES members (id),
    uses_left INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0,
    sysop INTEGER NOT NULL DEFAULT 0,
    note_text TEXT
);

CREATE TABLE boards (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    slug_text TEXT NOT NULL,
    number INTEGER NOT NULL UNIQUE,
    title_text TEXT NOT NULL,
    charter_text TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('members', 'unlisted', 'private')),
    seats INTEGER NOT NULL,
    retention_days INTEGER NOT NULL DEFAULT 0,
    lounge_hours INTEGER NOT NULL,
    hold_s INTEGER NOT NULL DEFAULT 0,
    norms_version INTEGER NOT NULL DEFAULT 1,
    opened_at INTEGER NOT NULL,
    threads INTEGER NOT NULL DEFAULT 0,
    lines INTEGER NOT NULL DEFAULT 0,
    positions INTEGER NOT NULL DEFAULT 0,
    faded_until INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;

CREATE TABLE seats (
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    state TEXT NOT NULL CHECK (state IN ('offered', 'waiting', 'seated')),
    moderator INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL,
    norms_version INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (board, member)
) WITHOUT ROWID;
CREATE INDEX seats_by_member ON seats (member);
CREATE INDEX seats_in_line ON seats (board, state, position);

-- A retention that was cut down: up to `upto` (a post's seq, a line's number) words end after `ms`
-- at the latest. Readers are shown that at once; the rows follow in slices, from `below` downwards.
CREATE TABLE shortenings (
    board TEXT NOT NULL REFERENCES boards (id),
    kind TEXT NOT NULL CHECK (kind IN ('posts', 'lines')),
    ms INTEGER NOT NULL,
    upto INTEGER NOT NULL,
    below INTEGER NOT NULL,
    PRIMARY KEY (board, kind, ms)
) WITHOUT ROWID;

CREATE TABLE norms (
    board TEXT NOT NULL REFERENCES boards (id),
    version INTEGER NOT NULL,
    number INTEGER NOT NULL,
    norm_text TEXT NOT NULL,
    why_text TEXT NOT NULL,
    PRIMARY KEY (board, version, number)
) WITHOUT ROWID;

CREATE TABLE imported_authors (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    name_text TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE threads (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    number INTEGER,
    author_kind TEXT NOT NULL,
    author TEXT NOT NULL,
    title_text TEXT,
    at INTEGER NOT NULL,
    posts INTEGER NOT NULL DEFAULT 0,
    last_at INTEGER,
    state TEXT NOT NULL,
    imported INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1,
    UNIQUE (board, number)
) WITHOUT ROWID;

CREATE TABLE posts (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    board TEXT NOT NULL REFERENCES boards (id),
    thread TEXT NOT NULL REFERENCES threads (id),
    number INTEGER,
    parent TEXT,
    author_kind TEXT NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    fades_at INTEGER,
    seq INTEGER,
    norms_version INTEGER NOT NULL,
    body_text TEXT,
    state TEXT NOT NULL CHECK (state IN ('held', 'published', 'withdrawn', 'faded')),
    edits INTEGER NOT NULL DEFAULT 0,
    edited_at INTEGER,
    mentions TEXT NOT NULL DEFAULT '',
    imported INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1,
    UNIQUE (thread, number),
    UNIQUE (board, seq)
);
CREATE INDEX posts_fading ON posts (board, fades_at) WHERE fades_at IS NOT NULL AND body_text IS NOT NULL;
CREATE INDEX posts_imported ON posts (author) WHERE author_kind = 'imported' AND body_text IS NOT NULL;
CREATE INDEX posts_due ON posts (visible_at) WHERE state = 'held';
CREATE INDEX posts_held ON posts (board, author) WHERE state = 'held';
CREATE INDEX posts_new ON posts (thread, seq) WHERE state = 'published' AND imported = 0;

-- Earlier wordings of a post.
CREATE TABLE revisions (
    post TEXT NOT NULL REFERENCES posts (id),
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body_text TEXT NOT NULL,
    PRIMARY KEY (post, revision)
) WITHOUT ROWID;

CREATE TABLE mentions (
    member TEXT NOT NULL REFERENCES members (id),
    row INTEGER NOT NULL,
    PRIMARY KEY (member, row)
) WITHOUT ROWID;
CREATE INDEX mentions_by_row ON mentions (row);

CREATE TABLE lines (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    number INTEGER NOT NULL,
    author_kind TEXT NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    fades_at INTEGER NOT NULL,
    body_text TEXT,
    state TEXT NOT NULL CHECK (state IN ('published', 'withdrawn')),
    mentions TEXT NOT NULL DEFAULT '',
    revision INTEGER NOT NULL DEFAULT 1,
    UNIQUE (board, number)
) WITHOUT ROWID;
CREATE INDEX lines_fading ON lines (board, fades_at);

-- What one has read, and from where on it counts: private, without times, never in events (P2).
CREATE TABLE marks (
    member TEXT NOT NULL REFERENCES members (id),
    thread TEXT NOT NULL REFERENCES threads (id),
    board TEXT NOT NULL,
    ranges TEXT NOT NULL,
    upto INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (member, thread)
) WITHOUT ROWID;

CREATE TABLE floors (
    member TEXT NOT NULL REFERENCES members (id),
    board TEXT NOT NULL REFERENCES boards (id),
    seq INTEGER NOT NULL,
    PRIMARY KEY (member, board)
) WITHOUT ROWID;
