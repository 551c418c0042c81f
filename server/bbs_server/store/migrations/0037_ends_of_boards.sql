-- When a board ends, as long as it has an end.
CREATE TABLE board_ends (
    board TEXT PRIMARY KEY REFERENCES boards (id),
    ends_at INTEGER NOT NULL,
    at_end TEXT NOT NULL CHECK (at_end IN ('archive', 'forget')),
    state TEXT NOT NULL CHECK (state IN ('open', 'asked', 'renewed', 'archived')),
    days INTEGER NOT NULL, -- for how many days it was opened or renewed
    due_at INTEGER, -- from when on silence archives it; NULL until its members were asked
    told_upto INTEGER -- the position of the last seat holder who was asked; NULL: nobody, or all
) WITHOUT ROWID;
-- When the board of a notice ends.
ALTER TABLE notices ADD COLUMN until INTEGER;
