-- Reports, the cases they open, and what belongs to them (protocol 22).

-- One case for one matter. `matter` is the id of the post or line that was reported first.
CREATE TABLE cases (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    level TEXT NOT NULL,
    ending TEXT,
    matter TEXT NOT NULL,
    is_letter INTEGER NOT NULL,
    about TEXT REFERENCES members (id),
    norm INTEGER NOT NULL,
    norms_version INTEGER NOT NULL,
    of_commons INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    claimed_by TEXT REFERENCES members (id),
    asked_at INTEGER,
    answer_by INTEGER,
    answered_at INTEGER,
    decide_by INTEGER,
    noted_until INTEGER,
    decided_at INTEGER,
    held TEXT NOT NULL,
    held_at INTEGER,
    hold_until INTEGER,
    ended_at INTEGER,
    told_text TEXT,
    revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX cases_by_number ON cases (board, number);
CREATE INDEX cases_by_matter ON cases (matter);
CREATE INDEX cases_by_due ON cases (state, decide_by);
CREATE INDEX cases_by_answer ON cases (answer_by) WHERE state = 'asked';
CREATE INDEX cases_by_hold ON cases (hold_until) WHERE hold_until IS NOT NULL;
CREATE INDEX cases_by_end ON cases (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX cases_about ON cases (about) WHERE about IS NOT NULL;
CREATE INDEX cases_claimed ON cases (claimed_by) WHERE claimed_by IS NOT NULL;

-- A number is given once: the log refers to it when the case is forgotten.
CREATE TABLE case_numbers (
    board TEXT PRIMARY KEY REFERENCES boards (id),
    last INTEGER NOT NULL
) WITHOUT ROWID;

-- Who reported stands here and nowhere else.
CREATE TABLE case_reports (
    id TEXT PRIMARY KEY,
    of_case TEXT NOT NULL REFERENCES cases (id),
    reporter TEXT NOT NULL REFERENCES members (id),
    at INTEGER NOT NULL,
    post TEXT,
    line TEXT,
    norm INTEGER NOT NULL,
    norms_version INTEGER NOT NULL,
    of_commons INTEGER NOT NULL,
    words_text TEXT,
    revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX case_reports_by_case ON case_reports (of_case);
CREATE INDEX case_reports_by_reporter ON case_reports (reporter, at);

-- Whom reports name: they do not handle the case.
CREATE TABLE case_names (
    of_case TEXT NOT NULL REFERENCES cases (id),
    member TEXT NOT NULL REFERENCES members (id),
    PRIMARY KEY (of_case, member)
) WITHOUT ROWID;
CREATE INDEX case_names_by_member ON case_names (member);

-- Copies of words, each with a salt of its own. `written_at` is that of the wording. The author of
-- what is only context is whom the reported words answer.
CREATE TABLE evidence (
    of_case TEXT NOT NULL REFERENCES cases (id),
    place INTEGER NOT NULL,
    post TEXT,
    line TEXT,
    thread INTEGER,
    number INTEGER,
    author TEXT REFERENCES members (id),
    written_at INTEGER NOT NULL,
    norms_version INTEGER NOT NULL,
    norms_board TEXT,
    body_text TEXT,
    is_context INTEGER NOT NULL,
    PRIMARY KEY (of_case, place)
) WITHOUT ROWID;
CREATE INDEX evidence_of_post ON evidence (post) WHERE post IS NOT NULL;
CREATE INDEX evidence_of_line ON evidence (line) WHERE line IS NOT NULL;
CREATE INDEX evidence_by_author ON evidence (author) WHERE author IS NOT NULL;

CREATE TABLE case_entries (
    of_case TEXT NOT NULL REFERENCES cases (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_member TEXT REFERENCES members (id),
    office TEXT,
    said_text TEXT,
    norm INTEGER,
    of_commons INTEGER NOT NULL,
    until INTEGER,
    names_reporter INTEGER NOT NULL,
    PRIMARY KEY (of_case, number)
) WITHOUT ROWID;
CREATE INDEX case_entries_by_member ON case_entries (by_member) WHERE by_member IS NOT NULL;
