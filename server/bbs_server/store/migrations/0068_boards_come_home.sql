-- Boards that come home: to the server that they moved away from.
-- seqs_after: of the board's stream, below its first post; acts_upto: the last act of this server's
-- own log among those from before; has_ended: whether words of the pack ended before the board opened.
ALTER TABLE packs ADD COLUMN seqs_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE packs ADD COLUMN acts_upto INTEGER NOT NULL DEFAULT 0;
ALTER TABLE packs ADD COLUMN has_ended INTEGER NOT NULL DEFAULT 0;

-- is_same: whether these words stand here, word for word.
ALTER TABLE pack_ids ADD COLUMN is_same INTEGER NOT NULL DEFAULT 0;

-- Posts of a board that comes home whose words ended here, or that are a former member's: no pack brings
-- those words or that author again, neither the first that is sent nor another after it.
CREATE TABLE ended_at_home (
    board TEXT NOT NULL,
    post TEXT NOT NULL,
    former INTEGER NOT NULL, -- whether it is the author who is gone, and not the words
    PRIMARY KEY (board, post, former)
) WITHOUT ROWID;

-- Posts whose words were erased because their board had moved: they alone may have words again.
CREATE TABLE moved_words (
    post TEXT PRIMARY KEY,
    board TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX moved_words_by_board ON moved_words (board);
