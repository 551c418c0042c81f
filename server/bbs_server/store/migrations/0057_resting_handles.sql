-- Names of people who left, as digests of what they read like: nobody takes them before their day.
CREATE TABLE resting_handles (
    digest BLOB PRIMARY KEY,
    until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX resting_handles_by_age ON resting_handles (until);

-- Those whose words stay under their names: from when on it is asked whether any are left, from which row.
CREATE TABLE resting_members (
    member TEXT PRIMARY KEY REFERENCES members (id),
    until INTEGER NOT NULL,
    upto INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX resting_members_by_age ON resting_members (until);
