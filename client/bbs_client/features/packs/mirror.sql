-- How members' words may go with a board, where they chose other than the default.
CREATE TABLE pack_consents(
    board TEXT NOT NULL, member TEXT NOT NULL, consent TEXT NOT NULL, PRIMARY KEY(board, member)) WITHOUT ROWID;
