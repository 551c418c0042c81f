-- Threads, posts and lounge lines, and how a long thread is laid out.
-- `parent_number` is the parent's place where it is known: from the parent itself or a skeleton.
-- `fresh` is 1 for a post that is unread unless a mark says otherwise, so that counting is a range
-- scan of `posts_fresh`; a muted one is not. `for_me` is 2 for an answer to the reader, 1 for a mention.
-- `trees` hold the order of a long thread's posts up to number `last`: what comes later is put in,
-- anything else drops them, and they are made anew. `looks` are how the reader left a thread on this
-- device; `looked` is up to which line of a lounge. `shortenings` outlast their event: a line said before one may be told after.
-- A row without id is a bone: a post whose words were not fetched yet.
-- `post_words` are the words of each published post for searching, as `bbs.words` cuts them: its
-- title's, a line break, its body's, with a space around each. They lie in the order of writing: `came`
-- is when a post was written or imported. They end with the text in `posts`.
CREATE TABLE threads(
    id TEXT PRIMARY KEY, board TEXT NOT NULL, number INTEGER, state TEXT NOT NULL,
    posts INTEGER NOT NULL, fades_at INTEGER, unread INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL,
    words INTEGER NOT NULL, revision INTEGER NOT NULL, doc BLOB NOT NULL);
CREATE INDEX threads_of_board ON threads(board, number);
CREATE INDEX threads_unread ON threads(id) WHERE unread > 0;
CREATE TABLE posts(
    key INTEGER PRIMARY KEY, id TEXT UNIQUE, board TEXT NOT NULL, thread TEXT NOT NULL,
    number INTEGER, parent TEXT, parent_number INTEGER, author TEXT, seq INTEGER,
    state TEXT NOT NULL, imported INTEGER NOT NULL, visible_at INTEGER, fades_at INTEGER,
    fresh INTEGER NOT NULL, for_me INTEGER NOT NULL DEFAULT 0, words INTEGER NOT NULL, revision INTEGER NOT NULL,
    moved_to TEXT, doc BLOB);
CREATE UNIQUE INDEX posts_by_number ON posts(thread, number) WHERE number IS NOT NULL;
CREATE INDEX posts_shape ON posts(thread, number, parent_number, fresh, id, parent);
CREATE INDEX posts_fresh ON posts(thread, number) WHERE fresh = 1;
CREATE INDEX posts_fading ON posts(fades_at) WHERE fades_at IS NOT NULL AND state IN ('published', 'hidden');
CREATE INDEX posts_orphaned ON posts(parent) WHERE parent_number IS NULL AND parent IS NOT NULL;
CREATE INDEX posts_for_me ON posts(visible_at) WHERE for_me > 0;
CREATE INDEX posts_moved ON posts(thread, number) WHERE moved_to IS NOT NULL;
CREATE INDEX posts_of_board ON posts(board, seq);
CREATE TABLE post_words(
    came INTEGER NOT NULL, seq INTEGER NOT NULL, key INTEGER NOT NULL UNIQUE, at INTEGER NOT NULL,
    board TEXT NOT NULL, author TEXT, words TEXT NOT NULL,
    PRIMARY KEY(came, seq, key)) WITHOUT ROWID;
CREATE TRIGGER words_dropped AFTER DELETE ON posts BEGIN
    DELETE FROM post_words WHERE key = old.key; END;
CREATE TRIGGER words_ended AFTER UPDATE OF state, words ON posts
    WHEN new.state != 'published' OR NOT new.words BEGIN
    DELETE FROM post_words WHERE key = old.key; END;
CREATE TABLE trees(thread TEXT PRIMARY KEY, last INTEGER NOT NULL, columns BLOB NOT NULL);
CREATE TABLE looks(thread TEXT PRIMARY KEY, flat INTEGER NOT NULL, folded TEXT NOT NULL) WITHOUT ROWID;
CREATE TRIGGER trees_grown AFTER INSERT ON posts WHEN new.number IS NOT NULL BEGIN
    DELETE FROM trees WHERE thread = new.thread AND last >= new.number; END;
CREATE TRIGGER trees_cut AFTER DELETE ON posts WHEN old.number IS NOT NULL BEGIN
    DELETE FROM trees WHERE thread = old.thread; END;
CREATE TRIGGER trees_bent AFTER UPDATE OF thread, number, parent_number ON posts
    WHEN old.thread != new.thread OR old.number IS NOT new.number
    OR old.parent_number IS NOT new.parent_number BEGIN
    DELETE FROM trees WHERE thread IN (old.thread, new.thread); END;
CREATE TABLE lines(
    id TEXT PRIMARY KEY, board TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,
    fades_at INTEGER NOT NULL, author TEXT, state TEXT NOT NULL, words INTEGER NOT NULL,
    for_me INTEGER NOT NULL, revision INTEGER NOT NULL, doc BLOB NOT NULL);
CREATE INDEX lines_of_board ON lines(board, number, fades_at, author, words, for_me);
CREATE INDEX lines_fading ON lines(fades_at);
CREATE INDEX lines_for_me ON lines(at) WHERE for_me;
CREATE TABLE looked(board TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE shortenings(
    board TEXT NOT NULL, at INTEGER NOT NULL, lounge_hours INTEGER NOT NULL,
    PRIMARY KEY(board, at)) WITHOUT ROWID;
CREATE TABLE thanks(
    post TEXT NOT NULL, by TEXT NOT NULL, board TEXT NOT NULL, thread TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY(post, by)) WITHOUT ROWID;
