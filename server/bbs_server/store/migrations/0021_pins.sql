-- Threads that a moderator pinned to the head of their board's list.
ALTER TABLE threads ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX threads_pinned ON threads (board, number) WHERE pinned = 1;
