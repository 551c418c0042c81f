-- What 0.2 adds: room counted by board, the announced end, purges, whom a post answers, thanks, and
-- what each member chose by hand. Bringing a database here keeps every word, number and chain.

-- What the words of a board take, counted as they come and go; quota 0 for none.
CREATE TABLE board_sizes (
    board TEXT PRIMARY KEY REFERENCES boards (id),
    words_bytes INTEGER NOT NULL,
    quota_bytes INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO board_sizes (board, words_bytes)
SELECT board, sum(length(CAST(t.body AS BLOB))) FROM (
    SELECT board, body_text AS id FROM posts
    UNION ALL SELECT board, title_text FROM threads
    UNION ALL SELECT board, body_text FROM lines
    UNION ALL SELECT p.board, r.body_text FROM revisions r JOIN posts p ON p.id = r.post
) kept JOIN texts t ON t.id = kept.id GROUP BY board;

-- The announced end of the community, by its stages; no row where none is announced.
CREATE TABLE closing (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    no_new_at INTEGER NOT NULL,
    read_only_at INTEGER NOT NULL,
    closed_at INTEGER NOT NULL,
    reason_text TEXT NOT NULL
);

-- A state more: what a law wanted gone. And whom a post answers: the member who wrote its parent or,
-- without one, who began the thread. A CHECK changes only with its table.
CREATE TABLE posts_now (
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
    state TEXT NOT NULL CHECK (state IN ('held', 'published', 'withdrawn', 'faded', 'purged')),
    edits INTEGER NOT NULL DEFAULT 0,
    edited_at INTEGER,
    mentions TEXT NOT NULL DEFAULT '',
    imported INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1,
    answers TEXT,
    UNIQUE (thread, number),
    UNIQUE (board, seq)
);
INSERT INTO posts_now SELECT *, NULL FROM posts;
DROP TABLE posts;
ALTER TABLE posts_now RENAME TO posts;
CREATE INDEX posts_fading ON posts (board, fades_at) WHERE fades_at IS NOT NULL AND body_text IS NOT NULL;
CREATE INDEX posts_imported ON posts (author) WHERE author_kind = 'imported' AND body_text IS NOT NULL;
CREATE INDEX posts_due ON posts (visible_at) WHERE state = 'held';
CREATE INDEX posts_held ON posts (board, author) WHERE state = 'held';
CREATE INDEX posts_new ON posts (thread, seq) WHERE state = 'published' AND imported = 0;
UPDATE posts SET answers = (
    SELECT CASE WHEN p.author_kind = 'member' AND p.author <> posts.author THEN p.author END
    FROM posts p WHERE p.id = posts.parent
) WHERE parent IS NOT NULL AND imported = 0;
UPDATE posts SET answers = (
    SELECT CASE WHEN t.author_kind = 'member' AND t.author <> posts.author THEN t.author END
    FROM threads t WHERE t.id = posts.thread
) WHERE parent IS NULL AND imported = 0;
CREATE INDEX posts_answers ON posts (answers, visible_at) WHERE answers IS NOT NULL;

-- Who thanked for what: for the post's author alone, and gone with its words (P2). `by_text` is the
-- text that tells it in the author's stream.
CREATE TABLE thanks (
    post TEXT NOT NULL REFERENCES posts (id),
    by TEXT NOT NULL REFERENCES members (id),
    author TEXT NOT NULL REFERENCES members (id),
    at INTEGER NOT NULL,
    by_text TEXT NOT NULL,
    PRIMARY KEY (post, by)
) WITHOUT ROWID;
CREATE INDEX thanks_of_author ON thanks (author, at);

-- What one chose by hand: follows, mutes, saved posts, one's own order. As private as marks. `stance`
-- is there to be asked for; `choice` is the whole of it. `choosing` counts one's changes.
CREATE TABLE choices (
    member TEXT NOT NULL REFERENCES members (id),
    kind TEXT NOT NULL CHECK (kind IN ('thread', 'board', 'member', 'post', 'layout')),
    subject TEXT NOT NULL,
    stance TEXT NOT NULL CHECK (stance IN ('follow', 'mute', 'none')),
    choice TEXT NOT NULL,
    PRIMARY KEY (member, kind, subject)
) WITHOUT ROWID;

CREATE TABLE choosing (
    member TEXT PRIMARY KEY REFERENCES members (id),
    revision INTEGER NOT NULL
) WITHOUT ROWID;

-- Answers in the order of writing, with a small index: sorted by their random ops, each would be on
-- a page of its own.
ALTER TABLE ops RENAME TO ops_before;
DROP INDEX ops_by_time;
CREATE TABLE ops (
    n INTEGER PRIMARY KEY,
    member TEXT NOT NULL,
    op TEXT NOT NULL,
    hash BLOB NOT NULL,
    salted_by TEXT,
    result BLOB NOT NULL,
    texts TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (op, member)
);
INSERT INTO ops (member, op, hash, salted_by, result, texts, at)
SELECT member, op, hash, salted_by, result, texts, at FROM ops_before ORDER BY at;
DROP TABLE ops_before;
CREATE INDEX ops_by_time ON ops (at);
