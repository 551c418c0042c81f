-- The thread whose title an item of a plan says: that copy ends with the title (P10).
ALTER TABLE batch_items ADD COLUMN title_of TEXT;
CREATE INDEX batch_items_titles ON batch_items (title_of) WHERE title_of IS NOT NULL;
