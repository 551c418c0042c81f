-- Members who claimed say that the words under a name of a pack are another member's (protocol 31.7).
CREATE TABLE vouchings (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    handle TEXT NOT NULL,
    home_host TEXT NOT NULL,
    member TEXT REFERENCES members (id),
    voucher TEXT REFERENCES members (id),
    second_voucher TEXT REFERENCES members (id),
    state TEXT NOT NULL CHECK (state IN ('asked', 'announced', 'given', 'objected', 'lapsed')),
    at INTEGER NOT NULL,
    until INTEGER,
    revision INTEGER NOT NULL DEFAULT 1,
    place TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX vouchings_of_board ON vouchings (board, at);
CREATE INDEX vouchings_open ON vouchings (until) WHERE state IN ('asked', 'announced');
