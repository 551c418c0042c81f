-- The search index in tables for ranges of posts: search_1 and so on, which the engine makes. A range
-- without a cutting has no table yet. `to_merge` counts posts taken out since a table was written anew.
CREATE TABLE search_ranges (
    id INTEGER PRIMARY KEY,
    cutting TEXT NOT NULL,
    first INTEGER NOT NULL,
    upto INTEGER NOT NULL,
    to_merge INTEGER NOT NULL DEFAULT 0
);

-- Posts that are to be indexed although the index ends above them.
CREATE TABLE search_queue (n INTEGER PRIMARY KEY);
