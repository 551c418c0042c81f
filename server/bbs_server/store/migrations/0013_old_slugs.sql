-- Names that boards had before: each leads on to its board, and no other board is given it until then.
CREATE TABLE old_slugs (
    slug TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX old_slugs_of_boards ON old_slugs (board);
CREATE INDEX old_slugs_by_end ON old_slugs (until);
