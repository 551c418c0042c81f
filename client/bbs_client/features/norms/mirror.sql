-- Each board's norms in force.
CREATE TABLE norms(board TEXT PRIMARY KEY, version INTEGER NOT NULL, doc BLOB NOT NULL);
