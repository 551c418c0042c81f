-- How members' words may go with a board, where they chose other than the default.
-- `claim_lists` are the newest list of each board where the reader has a seat, by pages, as the server
-- signed them. `moves` are boards that move to another community, or have moved. `kept_boards` says of which boards that are kept whole all threads are known here.
CREATE TABLE pack_consents(
    board TEXT NOT NULL, member TEXT NOT NULL, consent TEXT NOT NULL, PRIMARY KEY(board, member)) WITHOUT ROWID;
CREATE TABLE claim_lists(
    board TEXT NOT NULL, page INTEGER NOT NULL, at INTEGER NOT NULL, doc BLOB NOT NULL,
    PRIMARY KEY(board, page)) WITHOUT ROWID;
CREATE TABLE kept_boards(board TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE moves(board TEXT PRIMARY KEY, doc BLOB NOT NULL) WITHOUT ROWID;
