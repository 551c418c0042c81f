-- What the author of a post was told that a guard held or a moderator declined.
ALTER TABLE notices ADD COLUMN held BLOB;
