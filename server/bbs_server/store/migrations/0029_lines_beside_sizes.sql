-- How many lines a lounge has had, beside the size that changes with every line too: the writer
-- remembers what it has read of boards, and would read it again after each line.
ALTER TABLE board_sizes ADD COLUMN lines INTEGER NOT NULL DEFAULT 0;
INSERT INTO board_sizes (board, words_bytes, lines) SELECT id, 0, lines FROM boards WHERE lines > 0
ON CONFLICT (board) DO UPDATE SET lines = excluded.lines;
ALTER TABLE boards DROP COLUMN lines;
