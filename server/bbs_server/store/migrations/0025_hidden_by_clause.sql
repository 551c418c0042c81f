-- Words that a moderator hid by a clause of the norms: by which, until when they are kept, and by which
-- act. All are NULL for what is hidden while a command waits.
ALTER TABLE hidings ADD COLUMN norm INTEGER;
ALTER TABLE hidings ADD COLUMN goes_at INTEGER;
ALTER TABLE hidings ADD COLUMN act TEXT;
CREATE INDEX hidings_going ON hidings (goes_at);
