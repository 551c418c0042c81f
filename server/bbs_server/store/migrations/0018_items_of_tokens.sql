-- How many commands a token may send in an hour; NULL for devices, and for tokens of before: the default.
ALTER TABLE sessions ADD COLUMN items_per_hour INTEGER;
