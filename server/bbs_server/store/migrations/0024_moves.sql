-- Posts that moderators move. Where one stood a marker leads to it; a merged thread leads to the other.
-- In a thread with moved posts numbers do not grow with seqs: nothing may conclude one from the other.
ALTER TABLE posts ADD COLUMN moved_to TEXT;
ALTER TABLE threads ADD COLUMN moved_to TEXT;
ALTER TABLE threads ADD COLUMN mixed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX posts_moved ON posts (moved_to) WHERE moved_to IS NOT NULL;
CREATE INDEX marks_of_thread ON marks (thread);
CREATE INDEX choices_about ON choices (kind, subject);

-- Moves that are not over: the posts of `source` above `below` are still to be looked at.
CREATE TABLE moves (
    source TEXT PRIMARY KEY REFERENCES threads (id),
    target TEXT NOT NULL REFERENCES threads (id),
    below INTEGER NOT NULL
) WITHOUT ROWID;
