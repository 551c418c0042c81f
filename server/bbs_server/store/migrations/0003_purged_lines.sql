-- A law reaches the lounge, too: lines get the state that posts have, and what was agreed when they
-- were said.
ALTER TABLE lines ADD COLUMN norms_version INTEGER NOT NULL DEFAULT 1;
UPDATE lines SET norms_version = (SELECT norms_version FROM boards WHERE id = lines.board);

-- SQLite changes a CHECK only so, and no row with it.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''published'', ''withdrawn'')', '''published'', ''withdrawn'', ''purged'')')
WHERE type = 'table' AND name = 'lines';
PRAGMA writable_schema = RESET;
