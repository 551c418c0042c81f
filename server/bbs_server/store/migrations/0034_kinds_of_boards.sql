-- What kind of thing a board is. A letter is one without a place in the list, a name or a charter.
CREATE TABLE boards_new (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL DEFAULT 'board' CHECK (kind IN ('board', 'journal', 'letter')),
    slug TEXT UNIQUE,
    slug_text TEXT,
    number INTEGER UNIQUE,
    title_text TEXT,
    charter_text TEXT,
    visibility TEXT NOT NULL CHECK (visibility IN ('members', 'unlisted', 'private')),
    seats INTEGER NOT NULL,
    retention_days INTEGER NOT NULL DEFAULT 0,
    lounge_hours INTEGER NOT NULL,
    hold_s INTEGER NOT NULL DEFAULT 0,
    norms_version INTEGER NOT NULL DEFAULT 1,
    opened_at INTEGER NOT NULL,
    threads INTEGER NOT NULL DEFAULT 0,
    positions INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind = 'letter') = (slug IS NULL) AND (kind = 'letter') = (number IS NULL))
) WITHOUT ROWID;
INSERT INTO boards_new (id, slug, slug_text, number, title_text, charter_text, visibility, seats,
    retention_days, lounge_hours, hold_s, norms_version, opened_at, threads, positions,
    revision)
SELECT id, slug, slug_text, number, title_text, charter_text, visibility, seats,
    retention_days, lounge_hours, hold_s, norms_version, opened_at, threads, positions,
    revision FROM boards;
DROP TABLE boards;
ALTER TABLE boards_new RENAME TO boards;
-- Lists of boards are read by it: letters cost them nothing.
CREATE INDEX boards_listed ON boards (number) WHERE kind <> 'letter';
