-- Words that are hidden, and may be shown again: the posts of a thread from one row to another, or a line.
CREATE TABLE hidings (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('thread', 'post', 'line')),
    thing TEXT NOT NULL,
    thread TEXT REFERENCES threads (id), -- NULL for a line
    first INTEGER NOT NULL, -- the first and the last post, by their rows; 0 for a line
    upto INTEGER NOT NULL,
    numbers INTEGER NOT NULL, -- of a whole thread, how many numbers it had given by then
    opens INTEGER NOT NULL, -- whether the thread's title is hidden, too
    proposal TEXT, -- the command for which it is hidden while that waits
    turns INTEGER NOT NULL DEFAULT 1, -- by how many revisions what is told is ahead of the rows
    settled INTEGER NOT NULL, -- the last post whose row has these revisions
    told INTEGER NOT NULL, -- the last post whose writer was told of it
    ended_at INTEGER -- NULL while it is hidden
) WITHOUT ROWID;
CREATE INDEX hidings_of_thread ON hidings (thread, first);
CREATE INDEX hidings_of_thing ON hidings (thing);
CREATE INDEX hidings_of_proposal ON hidings (proposal);

ALTER TABLE notices ADD COLUMN proposal TEXT;
