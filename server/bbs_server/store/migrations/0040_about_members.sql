-- What members say of themselves: a line while they are away, and a page.
ALTER TABLE members ADD COLUMN away_text TEXT;
ALTER TABLE members ADD COLUMN away_until INTEGER;
ALTER TABLE members ADD COLUMN profile_text TEXT;
CREATE INDEX members_away ON members (away_until) WHERE away_until IS NOT NULL;
