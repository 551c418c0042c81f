-- Whether an act is told by the office of who did it.
ALTER TABLE acts ADD COLUMN by_office INTEGER NOT NULL DEFAULT 0;
