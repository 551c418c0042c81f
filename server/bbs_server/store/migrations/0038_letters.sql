-- Letters, whom they were asked of, who blocks whom, and what was reported of them. The board of a
-- letter is made with the first yes.
CREATE TABLE letters (
    id TEXT PRIMARY KEY,
    asked_by TEXT NOT NULL REFERENCES members (id),
    asked_at INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'open', 'ended')),
    thread TEXT,
    moved_at INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE INDEX letters_asked ON letters (asked_by, asked_at) WHERE state = 'asked';
CREATE INDEX letters_over ON letters (state) WHERE state = 'ended';

-- A row for each person who was asked, alike whether anybody has the handle. It goes after 30 days.
CREATE TABLE letter_requests (
    letter TEXT NOT NULL REFERENCES letters (id),
    place INTEGER NOT NULL,
    member TEXT REFERENCES members (id),
    state TEXT NOT NULL CHECK (state IN ('sent', 'asked', 'unheard', 'in', 'declined')),
    until INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (letter, place)
) WITHOUT ROWID;
CREATE INDEX letter_requests_of ON letter_requests (member) WHERE member IS NOT NULL;
CREATE INDEX letter_requests_sent ON letter_requests (letter) WHERE state = 'sent';
CREATE INDEX letter_requests_over ON letter_requests (until);

CREATE TABLE letter_blocks (
    member TEXT NOT NULL REFERENCES members (id),
    blocked TEXT NOT NULL REFERENCES members (id),
    PRIMARY KEY (member, blocked)
) WITHOUT ROWID;

-- Who left and takes words along that are not all withdrawn yet.
CREATE TABLE letter_takings (
    letter TEXT NOT NULL REFERENCES letters (id),
    member TEXT NOT NULL REFERENCES members (id),
    PRIMARY KEY (letter, member)
) WITHOUT ROWID;

CREATE TABLE letter_reports (
    id TEXT PRIMARY KEY,
    reporter TEXT NOT NULL REFERENCES members (id),
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    norm INTEGER NOT NULL,
    norms_version INTEGER NOT NULL,
    words_text TEXT
) WITHOUT ROWID;
CREATE INDEX letter_reports_by_time ON letter_reports (at, id);

-- Copies: they end with their report, whatever becomes of the letter.
CREATE TABLE letter_quotes (
    report TEXT NOT NULL REFERENCES letter_reports (id),
    place INTEGER NOT NULL,
    post TEXT NOT NULL,
    author TEXT NOT NULL REFERENCES members (id),
    at INTEGER NOT NULL,
    body_text TEXT NOT NULL,
    PRIMARY KEY (report, place)
) WITHOUT ROWID;
CREATE INDEX letter_quotes_of_post ON letter_quotes (post); -- a purge reaches copies
