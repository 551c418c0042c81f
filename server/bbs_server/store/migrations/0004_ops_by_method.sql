-- An op names the kind of its command too: once a text is gone, the hash of the content proves nothing
-- any more. Null for what was stored before.
ALTER TABLE ops ADD COLUMN method TEXT;
