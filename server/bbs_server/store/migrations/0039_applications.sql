-- Who asks for a seat where questions are asked; the answers are texts of their own. One row for a
-- member and board: it goes when it is withdrawn, and 30 days after the desk has decided.
ALTER TABLE boards ADD COLUMN questions_text TEXT;
ALTER TABLE boards ADD COLUMN applications INTEGER NOT NULL DEFAULT 0;
CREATE TABLE applications (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'passed')),
    asked_at INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by TEXT REFERENCES members (id),
    norm INTEGER,
    norms_version INTEGER,
    word_text TEXT,
    revision INTEGER NOT NULL DEFAULT 1,
    UNIQUE (member, board)
) WITHOUT ROWID;
CREATE INDEX applications_open ON applications (board, number) WHERE state = 'open';
CREATE INDEX applications_due ON applications (asked_at) WHERE state = 'open';
CREATE INDEX applications_over ON applications (decided_at) WHERE decided_at IS NOT NULL;
CREATE TABLE application_answers (
    application TEXT NOT NULL REFERENCES applications (id),
    place INTEGER NOT NULL,
    question_text TEXT NOT NULL,
    answer_text TEXT NOT NULL,
    PRIMARY KEY (application, place)
) WITHOUT ROWID;

-- What became of an application, as its member was told; the word ends with the application.
ALTER TABLE notices ADD COLUMN application BLOB;
ALTER TABLE notices ADD COLUMN word_text TEXT;
