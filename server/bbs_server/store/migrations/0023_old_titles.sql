-- Titles that a moderator changed, by the thread's revision then: a notice shows its author the one
-- before, as long as the thread has a title.
CREATE TABLE old_titles (
    thread TEXT NOT NULL REFERENCES threads (id),
    revision INTEGER NOT NULL,
    title_text TEXT,
    PRIMARY KEY (thread, revision)
) WITHOUT ROWID;
ALTER TABLE notices ADD COLUMN title_text TEXT;
