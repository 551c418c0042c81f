-- Whether members invite within a budget: 2 people at once, one more every 30 days.
ALTER TABLE boards ADD COLUMN invitation_budget INTEGER NOT NULL DEFAULT 0;
