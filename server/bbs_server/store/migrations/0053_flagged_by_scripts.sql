-- What scripts flag and hold back: by which way an entry came, and which wordings were held (protocol 27).
ALTER TABLE cases ADD COLUMN held_by_script INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_entries ADD COLUMN via TEXT NOT NULL DEFAULT 'device';
ALTER TABLE case_reports ADD COLUMN via TEXT NOT NULL DEFAULT 'device';
CREATE TABLE held_wordings (
    thing TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (thing, written_at)
);
