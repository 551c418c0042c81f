-- Whether a board's log names offices and no people.
ALTER TABLE boards ADD COLUMN log_by_office INTEGER NOT NULL DEFAULT 0;
