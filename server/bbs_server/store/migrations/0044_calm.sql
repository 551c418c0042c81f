-- What calms a place or the community: a pace in one thread, a lock-down, and the banner of a private
-- board that the sysop entered. A visit there is an office that ends by itself.
CREATE TABLE restrictions_now (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    thread TEXT REFERENCES threads (id),
    member TEXT REFERENCES members (id),
    kind TEXT NOT NULL CHECK (kind IN ('silenced', 'slowed', 'suspended', 'guarded', 'read_only', 'archived', 'locked', 'paced', 'closing', 'locked_down', 'entered')),
    value INTEGER CHECK (value > 0), -- seconds between two writings; of closing the stage
    since INTEGER NOT NULL,
    until INTEGER CHECK (until >= since),
    act TEXT,
    reason_text TEXT,
    CHECK (until IS NOT NULL OR (member IS NULL AND kind NOT IN ('locked_down', 'entered'))),
    CHECK ((member IS NOT NULL) = (kind IN ('silenced', 'slowed', 'suspended', 'guarded'))),
    CHECK ((value IS NOT NULL) = (kind IN ('slowed', 'guarded', 'paced', 'closing'))),
    CHECK (kind <> 'locked' OR thread IS NOT NULL),
    CHECK (thread IS NULL OR kind IN ('locked', 'silenced', 'paced'))
) WITHOUT ROWID;
INSERT INTO restrictions_now (id, board, thread, member, kind, value, since, until, act, reason_text)
SELECT id, board, thread, member, kind, value, since, until, act, reason_text FROM restrictions;
DROP TABLE restrictions;
ALTER TABLE restrictions_now RENAME TO restrictions;
CREATE INDEX restrictions_on ON restrictions (board, member);
CREATE INDEX restrictions_about ON restrictions (member, kind);
CREATE INDEX restrictions_begin ON restrictions (since);
CREATE INDEX restrictions_end ON restrictions (until) WHERE until IS NOT NULL;

-- When members wrote last on a board, or in a thread, while a pace held there.
CREATE TABLE paced_writings (
    board TEXT NOT NULL REFERENCES boards (id),
    thread TEXT NOT NULL, -- empty for a pace of the whole board
    member TEXT NOT NULL REFERENCES members (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (board, thread, member)
) WITHOUT ROWID;

CREATE TABLE offices_now (
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    office TEXT NOT NULL CHECK (office IN ('moderator', 'sysop', 'visitor')),
    since INTEGER NOT NULL,
    until INTEGER, -- NULL: no end yet
    act TEXT, -- the id of the act it rests on, which may have ended; NULL where nobody knows it
    PRIMARY KEY (board, member, office),
    CHECK (office <> 'visitor' OR until IS NOT NULL)
) WITHOUT ROWID;
INSERT INTO offices_now (board, member, office, since, until, act)
SELECT board, member, office, since, until, act FROM offices;
DROP TABLE offices;
ALTER TABLE offices_now RENAME TO offices;
CREATE INDEX offices_by_member ON offices (member);
CREATE INDEX offices_by_since ON offices (since);
CREATE INDEX offices_by_until ON offices (until) WHERE until IS NOT NULL;

-- Who is still to be told of an urgent notice: members with ids above `told_upto`.
CREATE TABLE urgent_notices (
    board TEXT NOT NULL REFERENCES boards (id),
    act INTEGER NOT NULL, -- its number among the board's acts
    told_upto TEXT NOT NULL,
    PRIMARY KEY (board, act)
) WITHOUT ROWID;
