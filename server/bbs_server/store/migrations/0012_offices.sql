-- Offices of members, apart from their seats and accounts: held from `since` to just before `until`.
-- The sysop's office is held on the commons.
CREATE TABLE offices (
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    office TEXT NOT NULL CHECK (office IN ('moderator', 'sysop')),
    since INTEGER NOT NULL,
    until INTEGER, -- NULL: no end yet
    act TEXT, -- the id of the act it rests on, which may have ended; NULL where nobody knows it
    PRIMARY KEY (board, member, office)
) WITHOUT ROWID;
CREATE INDEX offices_by_member ON offices (member);
CREATE INDEX offices_by_since ON offices (since);
CREATE INDEX offices_by_until ON offices (until) WHERE until IS NOT NULL;

-- Since when a member sits, NULL before: as the member's own stream tells it, else since board and
-- member are there.
ALTER TABLE seats ADD COLUMN since INTEGER;
UPDATE seats SET since = coalesce(
    (
        SELECT min(e.at) FROM events e
        WHERE e.stream = 'member:' || seats.member AND e.kind = 'boards.seat_changed' AND e.unproven = 0
        AND CAST(e.data AS TEXT) LIKE '%"board":"' || seats.board || '"%"state":"seated"%'
        AND e.seq > coalesce((
            SELECT max(l.seq) FROM events l
            WHERE l.stream = e.stream AND l.kind = e.kind
            AND CAST(l.data AS TEXT) LIKE '%"board":"' || seats.board || '"%"state":"left"%'
        ), 0)
    ),
    (
        SELECT CASE WHEN b.opened_at > m.joined_at THEN b.opened_at ELSE m.joined_at END
        FROM boards b, members m WHERE b.id = seats.board AND m.id = seats.member
    )
) WHERE state = 'seated';

INSERT INTO offices (board, member, office, since, act)
SELECT s.board, s.member, 'moderator', coalesce(a.at, s.since), a.id
FROM seats s LEFT JOIN acts a ON a.board = s.board AND a.number = (
    SELECT max(n.number) FROM acts n
    WHERE n.board = s.board AND n.about = s.member AND n.power = 'appoint'
) WHERE s.moderator = 1 AND s.state = 'seated';
INSERT INTO offices (board, member, office, since)
SELECT b.id, m.id, 'sysop', m.joined_at FROM members m JOIN boards b ON b.number = 1
WHERE m.sysop = 1;
ALTER TABLE seats DROP COLUMN moderator;
ALTER TABLE members DROP COLUMN sysop;

-- To hear the desk was a part of `configure`: tokens that had it keep both.
UPDATE sessions SET powers = powers || ' hear' WHERE ' ' || powers || ' ' LIKE '% configure %';
