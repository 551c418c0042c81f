-- Who left a board, a letter ('' for the community), and with what words, until it is carried out.
CREATE TABLE leavings (
    member TEXT NOT NULL REFERENCES members (id),
    board TEXT NOT NULL,
    words TEXT NOT NULL CHECK (words IN ('taken', 'former', 'left')),
    state TEXT NOT NULL CHECK (state IN ('leaving', 'erasing', 'erased')),
    left_at INTEGER NOT NULL,
    erase_at INTEGER NOT NULL,
    posts INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    -- The boards whose readers were told, and the boards where a seat ended, each with its norms.
    told TEXT NOT NULL,
    seats TEXT NOT NULL,
    step TEXT NOT NULL,
    place TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (member, board)
) WITHOUT ROWID;
CREATE INDEX leavings_open ON leavings (erase_at) WHERE state <> 'erased';

-- What is over of leaving boards: replayed events up to these places name a former member.
CREATE TABLE settled_leavings (
    member TEXT NOT NULL REFERENCES members (id),
    board TEXT NOT NULL,
    at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    lounge_seq INTEGER NOT NULL,
    PRIMARY KEY (member, board)
) WITHOUT ROWID;
CREATE INDEX settled_leavings_by_board ON settled_leavings (board);
CREATE INDEX settled_leavings_by_age ON settled_leavings (at);
