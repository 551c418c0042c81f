-- Batches: commands that are applied together (protocol 26). `act` is the act of their start.
CREATE TABLE batches (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    state TEXT NOT NULL,
    author TEXT NOT NULL REFERENCES members (id),
    office TEXT NOT NULL,
    power TEXT,
    way TEXT NOT NULL,
    epoch TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    until INTEGER,
    ended_at INTEGER,
    items INTEGER NOT NULL,
    added INTEGER NOT NULL,
    done INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    reason_text TEXT,
    digest TEXT,
    undoes TEXT,
    undone_by TEXT,
    proposal TEXT,
    seconded_by TEXT REFERENCES members (id),
    grave TEXT NOT NULL,
    act TEXT,
    revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX batches_of_board ON batches (board, begun_at);
CREATE INDEX batches_of_author ON batches (author, begun_at);
CREATE INDEX batches_seconded ON batches (seconded_by) WHERE seconded_by IS NOT NULL;
CREATE INDEX batches_open ON batches (state) WHERE ended_at IS NULL;
CREATE INDEX batches_ended ON batches (ended_at) WHERE ended_at IS NOT NULL;

-- `item_text` is the item as its plan says it, with its words; `found_text` is what the server found.
CREATE TABLE batch_items (
    batch TEXT NOT NULL REFERENCES batches (id),
    number INTEGER NOT NULL,
    method TEXT NOT NULL,
    digest TEXT NOT NULL,
    item_text TEXT,
    found_text TEXT,
    thing TEXT,
    place TEXT,
    about TEXT REFERENCES members (id),
    grave TEXT NOT NULL,
    amount INTEGER NOT NULL,
    norm INTEGER,
    norms_version INTEGER,
    norms_board TEXT,
    state TEXT NOT NULL,
    act TEXT,
    refused TEXT,
    why_text TEXT,
    PRIMARY KEY (batch, number)
) WITHOUT ROWID;
CREATE INDEX batch_items_at ON batch_items (batch, place, number);
CREATE INDEX batch_items_about ON batch_items (about) WHERE about IS NOT NULL;

-- The batch of whose items an act is one: the log shows the batch in one line.
ALTER TABLE acts ADD COLUMN of_batch TEXT;
CREATE INDEX acts_of_batch ON acts (of_batch, board, number) WHERE of_batch IS NOT NULL;
