-- Claims of words that came with a pack (protocol 31): what the holder of an author's key decided about
-- the author's words in one thread. `imported` is the id in their posts, `tag` that of the key. An office that
-- comes back has its board in place of the thread, and nothing there once it was given.
CREATE TABLE pack_claims (
    imported TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    thread TEXT NOT NULL,
    tag TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('invited', 'named', 'nameless', 'taking', 'disputed', 'taken')),
    at INTEGER NOT NULL,
    until INTEGER,
    code_hash BLOB,
    member TEXT REFERENCES members (id),
    settled INTEGER NOT NULL -- 0 while a job gives the words to `member`
) WITHOUT ROWID;
CREATE INDEX pack_claims_of_board ON pack_claims (board, state);
CREATE INDEX pack_claims_unsettled ON pack_claims (at) WHERE settled = 0;
CREATE INDEX pack_claims_until ON pack_claims (state, until) WHERE until IS NOT NULL;
CREATE INDEX pack_claims_taking ON pack_claims (state, board) WHERE state IN ('taking', 'disputed');
CREATE INDEX pack_claims_by_code ON pack_claims (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX pack_claims_of_member ON pack_claims (member) WHERE member IS NOT NULL;

-- Seats of a board, and as many of the community, that are kept for the authors of its pack.
CREATE TABLE kept_seats (
    board TEXT PRIMARY KEY REFERENCES boards (id),
    seats INTEGER NOT NULL,
    until INTEGER NOT NULL
) WITHOUT ROWID;
