-- Words that a moderator holds urgently because of a case, until when at the latest. The column `cause`
-- is NULL for words that a clause hides, and while a command waits.
ALTER TABLE hidings ADD COLUMN cause TEXT;
ALTER TABLE hidings ADD COLUMN case_id TEXT;
ALTER TABLE hidings ADD COLUMN hold_until INTEGER;
CREATE INDEX hidings_of_case ON hidings (case_id) WHERE case_id IS NOT NULL;

-- The act of a hold, and the restriction by which it stops a person's writing.
ALTER TABLE cases ADD COLUMN hold_act TEXT;
ALTER TABLE cases ADD COLUMN hold_restriction TEXT;

-- Newcomers who "never were members": all they wrote is hidden, and erased with their account at `erase_at`.
-- `step` and `place` say how far the work of the present state has come.
CREATE TABLE removed_members (
    member TEXT PRIMARY KEY REFERENCES members (id),
    of_case TEXT NOT NULL,
    act TEXT NOT NULL,
    state TEXT NOT NULL,
    since INTEGER NOT NULL,
    erase_at INTEGER NOT NULL,
    step TEXT NOT NULL,
    place TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX removed_members_by_end ON removed_members (erase_at);
