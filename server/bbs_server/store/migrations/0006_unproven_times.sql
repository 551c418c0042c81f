-- Which events were dated by a wall clock that nothing had borne out yet: their times count for nothing.
ALTER TABLE events ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0;
