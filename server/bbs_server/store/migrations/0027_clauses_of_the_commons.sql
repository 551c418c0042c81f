-- A clause of the commons' norms can be cited on every board: whether words are hidden by one, and of which
-- board's norms an act cites a clause; NULL where that is the board in whose acts it stands.
ALTER TABLE hidings ADD COLUMN of_commons INTEGER NOT NULL DEFAULT 0;
ALTER TABLE acts ADD COLUMN norms_board TEXT;
CREATE INDEX acts_citing_elsewhere ON acts (norms_board) WHERE norms_board IS NOT NULL;
