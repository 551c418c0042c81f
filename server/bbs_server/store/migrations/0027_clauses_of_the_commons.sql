-- A clause of the commons' norms can be cited on every board: whether words are hidden by one.
ALTER TABLE hidings ADD COLUMN of_commons INTEGER NOT NULL DEFAULT 0;
