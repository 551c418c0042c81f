-- The hand-over that waits, if one does: who accepts what, and who is still to be told.
CREATE TABLE hand_over (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    proposal TEXT NOT NULL,
    heir TEXT NOT NULL REFERENCES members (id),
    backup_days INTEGER NOT NULL,
    accepted TEXT, -- the digest of the terms that the heir accepted; NULL before
    told_upto TEXT NOT NULL -- members with ids above it are still to be told
);

-- What is still to be done by hand after the last hand-over.
CREATE TABLE hand_over_left (item TEXT PRIMARY KEY) WITHOUT ROWID;
