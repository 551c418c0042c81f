-- Boards that move to another community, or have moved.
CREATE TABLE board_moves (
    board TEXT PRIMARY KEY REFERENCES boards (id),
    state TEXT NOT NULL CHECK (state IN ('announced', 'waiting', 'ready', 'handed', 'erasing', 'leads_on', 'rest')),
    since INTEGER NOT NULL, -- of the state
    new_host TEXT NOT NULL,
    key TEXT NOT NULL,
    slug TEXT NOT NULL,
    visibility TEXT NOT NULL,
    proposal TEXT, -- the command that announced it; NULL where nobody had to be asked
    announced_at INTEGER NOT NULL,
    told_upto INTEGER, -- the seq of the last post whose author was asked; NULL: all were
    restriction TEXT, -- what narrows the board for the move
    handed_at INTEGER,
    digest TEXT, -- of the pack that the new server has
    receipt TEXT -- the signature of its receipt
) WITHOUT ROWID;
-- The packs that were signed since a board became read-only for its move.
CREATE TABLE move_packs (
    board TEXT NOT NULL REFERENCES boards (id),
    digest TEXT NOT NULL,
    upto INTEGER NOT NULL, -- the seq of its last post then
    PRIMARY KEY (board, digest)
) WITHOUT ROWID;
-- A board that moves takes nothing new; one that has moved is not read here.
CREATE TABLE restrictions_now (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    thread TEXT REFERENCES threads (id),
    member TEXT REFERENCES members (id),
    kind TEXT NOT NULL CHECK (kind IN ('silenced', 'slowed', 'suspended', 'guarded', 'read_only', 'archived', 'locked', 'paced', 'closing', 'locked_down', 'entered', 'moving', 'moved')),
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
