-- The id of a new text names its row: an index of random ids costs every post a page of its own. The
-- texts of before keep their ids, which events name, and an index that only shrinks.
CREATE TABLE texts_now (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    salt BLOB NOT NULL
);
INSERT INTO texts_now (n, id, body, salt) SELECT rowid, id, body, salt FROM texts ORDER BY rowid;
DROP TABLE texts;
ALTER TABLE texts_now RENAME TO texts;
CREATE UNIQUE INDEX texts_of_before ON texts (id) WHERE length(id) = 43;
