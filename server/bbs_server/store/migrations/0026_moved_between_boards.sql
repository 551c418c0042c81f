-- Posts that moderators move to another board. The version of the norms that a wording names, and that an
-- act cites, is one of the board where the words were written: NULL where that is the board they stand on.
ALTER TABLE posts ADD COLUMN norms_board TEXT;
ALTER TABLE revisions ADD COLUMN norms_board TEXT;
ALTER TABLE acts ADD COLUMN norms_board TEXT;
CREATE INDEX acts_citing_elsewhere ON acts (norms_board) WHERE norms_board IS NOT NULL;
CREATE INDEX floors_of_board ON floors (board);
-- What left a board, so that a replay of its stream shows no word of it.
CREATE INDEX threads_moved ON threads (board) WHERE moved_to IS NOT NULL;
