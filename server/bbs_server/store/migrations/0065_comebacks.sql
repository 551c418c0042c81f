-- How often a member came back to what they left, since the first time within a day; 0 for never.
ALTER TABLE settled_leavings ADD COLUMN backs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE settled_leavings ADD COLUMN backs_since INTEGER NOT NULL DEFAULT 0;
