-- Versions of norms: since when, by which act and why. A first version has neither act nor reason.
CREATE TABLE norms_versions (
    board TEXT NOT NULL REFERENCES boards (id),
    version INTEGER NOT NULL,
    since INTEGER NOT NULL,
    act TEXT,
    reason_text TEXT,
    PRIMARY KEY (board, version)
) WITHOUT ROWID;
INSERT INTO norms_versions (board, version, since) SELECT id, norms_version, opened_at FROM boards;
ALTER TABLE norms ADD COLUMN example_text TEXT;
ALTER TABLE norms ADD COLUMN judgement INTEGER NOT NULL DEFAULT 0;

-- Each wording keeps the version that was in force when it was written; until now there was only one.
ALTER TABLE revisions ADD COLUMN norms_version INTEGER NOT NULL DEFAULT 1;

-- The version of the norms in which an act cites a clause.
ALTER TABLE acts ADD COLUMN norms_version INTEGER;
UPDATE acts SET norms_version = 1 WHERE norm IS NOT NULL;
CREATE INDEX acts_citing ON acts (board, norms_version, norm) WHERE norm IS NOT NULL;
