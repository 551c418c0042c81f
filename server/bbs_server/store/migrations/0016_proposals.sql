-- Grave commands that wait for other people. A command's words, and those of what it is to change, are
-- rows of texts: `texts` has their ids by path.
CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    number INTEGER NOT NULL,
    method TEXT NOT NULL,
    version TEXT NOT NULL, -- of the program that stored the command
    command TEXT NOT NULL,
    content TEXT NOT NULL, -- what it is to do: thing, about, changes
    texts TEXT NOT NULL,
    grave TEXT NOT NULL, -- the fields for which it waits
    same TEXT NOT NULL, -- by this it is known as the same if somebody moves it again
    erases INTEGER NOT NULL,
    mover TEXT NOT NULL REFERENCES members (id),
    office TEXT NOT NULL,
    power TEXT NOT NULL,
    sent TEXT NOT NULL, -- how the command came: from a device or a script
    way TEXT NOT NULL CHECK (way IN ('second_key', 'moderators', 'delay')),
    moved_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    epoch TEXT NOT NULL, -- in which it was announced
    state TEXT NOT NULL,
    ended_at INTEGER,
    why_not TEXT,
    revision INTEGER NOT NULL DEFAULT 1,
    UNIQUE (board, number)
) WITHOUT ROWID;
CREATE INDEX proposals_waiting ON proposals (until) WHERE ended_at IS NULL;
CREATE INDEX proposals_same ON proposals (same);

CREATE TABLE votes (
    proposal TEXT NOT NULL REFERENCES proposals (id),
    member TEXT NOT NULL REFERENCES members (id),
    kind TEXT NOT NULL CHECK (kind IN ('second', 'object')),
    reason_text TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (proposal, member)
) WITHOUT ROWID;

-- The code of an error that is the stored answer; `result` has its facts then.
ALTER TABLE ops ADD COLUMN refused TEXT;
