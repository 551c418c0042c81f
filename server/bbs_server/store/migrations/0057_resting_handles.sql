-- Names of people who left, as digests of what they read like: nobody takes them before their day.
CREATE TABLE resting_handles (
    digest BLOB PRIMARY KEY,
    until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX resting_handles_by_age ON resting_handles (until);
