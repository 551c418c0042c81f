-- What narrows what a member, or everybody, may do on a board. No row about a person is without an
-- end (P7). `act` is the id of the act that set it; acts are forgotten after their time.
CREATE TABLE restrictions (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    thread TEXT REFERENCES threads (id),
    member TEXT REFERENCES members (id),
    kind TEXT NOT NULL CHECK (kind IN ('silenced', 'slowed', 'suspended', 'guarded', 'read_only', 'archived', 'locked', 'paced', 'closing')),
    value INTEGER CHECK (value > 0), -- seconds between two writings; of closing the stage
    since INTEGER NOT NULL,
    until INTEGER CHECK (until >= since),
    act TEXT,
    CHECK (member IS NULL OR until IS NOT NULL),
    CHECK ((member IS NOT NULL) = (kind IN ('silenced', 'slowed', 'suspended', 'guarded'))),
    CHECK ((value IS NOT NULL) = (kind IN ('slowed', 'guarded', 'paced', 'closing'))),
    CHECK (kind <> 'locked' OR thread IS NOT NULL),
    CHECK (thread IS NULL OR kind IN ('locked', 'silenced'))
) WITHOUT ROWID;
CREATE INDEX restrictions_on ON restrictions (board, member);
CREATE INDEX restrictions_about ON restrictions (member, kind);
CREATE INDEX restrictions_begin ON restrictions (since);
CREATE INDEX restrictions_end ON restrictions (until) WHERE until IS NOT NULL;

-- The announced end becomes one restriction of the commons for each stage; its reason stays.
INSERT INTO restrictions (id, board, kind, value, since)
SELECT 'closing-1', '00000000-0000-4000-8000-000000000001', 'closing', 1, no_new_at FROM closing
UNION ALL
SELECT 'closing-2', '00000000-0000-4000-8000-000000000001', 'closing', 2, read_only_at FROM closing
UNION ALL
SELECT 'closing-3', '00000000-0000-4000-8000-000000000001', 'closing', 3, closed_at FROM closing;
ALTER TABLE closing DROP COLUMN no_new_at;
ALTER TABLE closing DROP COLUMN read_only_at;
ALTER TABLE closing DROP COLUMN closed_at;
