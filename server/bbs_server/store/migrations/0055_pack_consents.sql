-- How members' words may go with a board: what is not the default. It outlasts the seat.
CREATE TABLE pack_consents (
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    consent TEXT NOT NULL CHECK (consent IN ('named', 'left_out')),
    PRIMARY KEY (board, member)
) WITHOUT ROWID;
