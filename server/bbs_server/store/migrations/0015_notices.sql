-- What was done to a member, for them alone (P8). The words are those of the act; whether a notice was
-- read is not stored (P2).
CREATE TABLE notices (
    member TEXT NOT NULL REFERENCES members (id),
    id TEXT NOT NULL, -- sixteen digits, in the order in which the member was told
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    board TEXT NOT NULL REFERENCES boards (id),
    act INTEGER, -- its number among the board's acts; NULL where nobody used power
    seat BLOB, -- the member's seat as it was then, where that is what changed
    PRIMARY KEY (member, id)
) WITHOUT ROWID;
CREATE INDEX notices_of_member ON notices (member, at);
CREATE UNIQUE INDEX notices_of_act ON notices (board, act, member) WHERE act IS NOT NULL;
CREATE INDEX notices_by_time ON notices (at);
