-- Threads whose words a law or norm wants gone: hidden at once, erased in slices from the oldest on.
CREATE TABLE purges (
    thread TEXT PRIMARY KEY REFERENCES threads (id),
    upto INTEGER NOT NULL, -- the last post, by its row, that goes
    numbers INTEGER NOT NULL, -- how many numbers the thread had given by then
    below INTEGER NOT NULL, -- the last number that is done
    author TEXT NOT NULL,
    norm INTEGER,
    law_text TEXT,
    reason_text TEXT -- NULL once all are done
) WITHOUT ROWID;
