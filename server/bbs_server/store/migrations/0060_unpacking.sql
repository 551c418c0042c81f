-- Packs on their way to being boards: the file arrives in pieces, is checked whole, then written.
CREATE TABLE unpackings (
    pack TEXT PRIMARY KEY,
    board TEXT NOT NULL, -- not there before the first row is written
    slug TEXT NOT NULL,
    size INTEGER NOT NULL,
    file_digest TEXT NOT NULL,
    moved INTEGER NOT NULL,
    began_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('receiving', 'checking', 'writing', 'clearing', 'whole', 'open', 'refused', 'stopped')),
    arrived INTEGER NOT NULL, -- bytes
    checked INTEGER NOT NULL, -- bytes
    place INTEGER NOT NULL, -- the first byte that is no row yet
    thread TEXT, -- the thread that stands before that place
    found TEXT, -- what the check found out, as JSON
    why_text TEXT
) WITHOUT ROWID;
CREATE INDEX unpackings_on_their_way ON unpackings (state)
    WHERE state NOT IN ('open', 'refused', 'stopped');

CREATE TABLE pack_pieces (
    pack TEXT NOT NULL REFERENCES unpackings (pack),
    start INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (pack, start)
);

-- The posts of the pack that is being checked: each gets its seq by time.
CREATE TABLE pack_ids (
    pack TEXT NOT NULL REFERENCES unpackings (pack),
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    place INTEGER NOT NULL,
    seq INTEGER,
    PRIMARY KEY (pack, id)
) WITHOUT ROWID;
CREATE INDEX pack_ids_by_time ON pack_ids (pack, at, place);
CREATE INDEX pack_ids_numbered ON pack_ids (pack, seq) WHERE seq IS NOT NULL;

-- Boards that came as packs.
CREATE TABLE packs (
    board TEXT PRIMARY KEY REFERENCES boards (id),
    digest TEXT NOT NULL, -- of the last check
    kind TEXT NOT NULL CHECK (kind IN ('server', 'lifeboat')),
    heading TEXT NOT NULL, -- the lines of the pack, as JSON
    settings TEXT NOT NULL,
    signatures TEXT NOT NULL,
    key TEXT, -- with which the home signed the digest; NULL for a lifeboat
    moved INTEGER NOT NULL,
    posts INTEGER NOT NULL,
    visibility TEXT NOT NULL, -- that the board gets when it opens
    whole_at INTEGER,
    opened_at INTEGER,
    seq INTEGER -- of the board's stream once it was open: what comes after it changed here
) WITHOUT ROWID;

-- Who wrote the words of a thread that came in a pack. A nameless author is nobody beyond it.
CREATE TABLE pack_authors (
    imported TEXT PRIMARY KEY, -- as posts and threads name the author
    board TEXT NOT NULL REFERENCES boards (id),
    thread TEXT NOT NULL,
    place INTEGER NOT NULL,
    home INTEGER NOT NULL,
    handle TEXT,
    name TEXT
) WITHOUT ROWID;
CREATE INDEX pack_authors_of ON pack_authors (board, thread, place);
CREATE INDEX pack_authors_named ON pack_authors (board, handle, home) WHERE handle IS NOT NULL;

-- SQLite 3.40 calls a table damaged whose key does not stand first.
CREATE TABLE pack_tags (
    thread TEXT NOT NULL,
    tag TEXT NOT NULL,
    imported TEXT NOT NULL,
    board TEXT NOT NULL REFERENCES boards (id),
    PRIMARY KEY (thread, tag, imported)
) WITHOUT ROWID;
CREATE INDEX pack_tags_of ON pack_tags (board);

-- What the row of a thread or post does not say of its line in the pack; of most there is no row.
CREATE TABLE pack_lines (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    state TEXT NOT NULL,
    imported INTEGER NOT NULL,
    elsewhere INTEGER NOT NULL, -- written on another board: it names no version of the norms
    moved_to TEXT
) WITHOUT ROWID;
CREATE INDEX pack_lines_of ON pack_lines (board);

-- The log from before, beside the board's own: the lines of the pack, whose chain doctor checks.
CREATE TABLE pack_acts (
    board TEXT NOT NULL REFERENCES boards (id),
    number INTEGER NOT NULL, -- by home and seq
    line BLOB NOT NULL,
    PRIMARY KEY (board, number)
) WITHOUT ROWID;
