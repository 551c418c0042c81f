-- A post may have a subject of its own, beside its thread's title: mails of a list have one each.
ALTER TABLE posts ADD COLUMN subject_text TEXT;
-- A thread is as old as its last mail, not as its import.
UPDATE threads SET last_at = (
    SELECT max(CASE WHEN p.imported THEN min(p.at, p.visible_at) ELSE p.visible_at END)
    FROM posts p WHERE p.thread = threads.id AND p.number IS NOT NULL
) WHERE imported = 1 AND last_at IS NOT NULL;
