-- Each board's norms in the versions that were read here: the one in force, and what it is compared with.
CREATE TABLE norms(board TEXT NOT NULL, version INTEGER NOT NULL, doc BLOB NOT NULL, PRIMARY KEY (board, version)) WITHOUT ROWID;
