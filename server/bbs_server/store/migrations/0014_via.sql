-- How words came: by a member's device, or by a script's token; of a thread, its title's; `edited_via`,
-- those of a post's last edit. What was written before is a device's.
ALTER TABLE posts ADD COLUMN via TEXT NOT NULL DEFAULT 'device';
ALTER TABLE posts ADD COLUMN edited_via TEXT NOT NULL DEFAULT 'device';
ALTER TABLE revisions ADD COLUMN via TEXT NOT NULL DEFAULT 'device';
ALTER TABLE threads ADD COLUMN via TEXT NOT NULL DEFAULT 'device';
ALTER TABLE lines ADD COLUMN via TEXT NOT NULL DEFAULT 'device';
