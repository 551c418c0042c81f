-- The size of a board's text changes with each post, as the head of its stream does: in one row they
-- are one page and one statement.
ALTER TABLE streams ADD COLUMN words_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN quota_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN lines INTEGER NOT NULL DEFAULT 0;
INSERT INTO streams (stream, seq, digest, base_seq, base_digest, words_bytes, quota_bytes, lines)
SELECT 'board:' || board, 0, x'', 0, x'', words_bytes, quota_bytes, lines FROM board_sizes WHERE true
ON CONFLICT (stream) DO UPDATE SET words_bytes = excluded.words_bytes,
    quota_bytes = excluded.quota_bytes, lines = excluded.lines;
DROP TABLE board_sizes;
