-- How far the last list was brought of a board that moves here and is not open yet.
CREATE TABLE moves_here (
    board TEXT PRIMARY KEY REFERENCES boards (id),
    upto TEXT NOT NULL -- the place in its pack
) WITHOUT ROWID;
