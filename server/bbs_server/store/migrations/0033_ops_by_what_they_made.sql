-- What a command made, the id by the field of its answer: the answer is read from its rows then, and
-- none is stored. Null: the answer is stored.
ALTER TABLE ops ADD COLUMN made TEXT;
-- Ops end in the order of writing.
DROP INDEX ops_by_time;
