-- Seats are offered until a moment, to who waits or by the desk; applications wait for an answer.
-- `lapses` counts the offers that ended untaken. A CHECK cannot be changed, so the table is made anew.
CREATE TABLE seats_anew (
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    state TEXT NOT NULL CHECK (state IN ('applied', 'waiting', 'offered', 'seated')),
    position INTEGER NOT NULL,
    norms_version INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1,
    since INTEGER,
    offered_by TEXT CHECK (offered_by IN ('queue', 'desk')),
    until INTEGER, -- NULL where no seat is offered, and for offers that an earlier version made
    lapses INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (board, member)
) WITHOUT ROWID;
INSERT INTO seats_anew (board, member, state, position, norms_version, revision, since, offered_by)
SELECT board, member, state, position, norms_version, revision, since,
    CASE WHEN state = 'offered' THEN 'desk' END FROM seats;
DROP TABLE seats;
ALTER TABLE seats_anew RENAME TO seats;
CREATE INDEX seats_by_member ON seats (member);
CREATE INDEX seats_in_line ON seats (board, state, position);
CREATE INDEX seats_by_until ON seats (until) WHERE until IS NOT NULL;

-- How many seats became free, and when: who waits is told the number of the last days.
CREATE TABLE freed_seats (
    board TEXT NOT NULL REFERENCES boards (id),
    at INTEGER NOT NULL,
    seats INTEGER NOT NULL
);
CREATE INDEX freed_seats_by_board ON freed_seats (board, at);
CREATE INDEX freed_seats_by_at ON freed_seats (at);

-- How many newcomers a board, or on the commons the community, seats in a week; 0: no pace.
ALTER TABLE boards ADD COLUMN newcomers_per_week INTEGER NOT NULL DEFAULT 0;
