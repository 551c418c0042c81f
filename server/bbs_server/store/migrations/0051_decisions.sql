-- What is decided in cases, the sanctions of it, and appeals (protocol 23).

-- A decision of a case. `proposal` while it waits for its second key; `act` once it holds.
CREATE TABLE case_decisions (
    of_case TEXT PRIMARY KEY REFERENCES cases (id),
    proposal TEXT,
    act TEXT,
    decided_by TEXT REFERENCES members (id),
    seconded_by TEXT REFERENCES members (id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX case_decisions_waiting ON case_decisions (proposal) WHERE proposal IS NOT NULL;
CREATE INDEX case_decisions_by_act ON case_decisions (act) WHERE act IS NOT NULL;
CREATE INDEX case_decisions_by ON case_decisions (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX case_decisions_seconded ON case_decisions (seconded_by) WHERE seconded_by IS NOT NULL;

-- The words that a decision hid, and by which act of the board's log: an appeal restores these alone.
CREATE TABLE case_hidden (
    of_case TEXT NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    thing TEXT NOT NULL,
    act TEXT NOT NULL,
    PRIMARY KEY (of_case, thing)
) WITHOUT ROWID;
CREATE INDEX case_hidden_by_act ON case_hidden (act);

-- A sanction holds by its restriction; the row is what the ladder remembers, for a year.
CREATE TABLE sanctions (
    of_case TEXT PRIMARY KEY REFERENCES cases (id),
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    seconds INTEGER,
    norm INTEGER NOT NULL,
    norms_version INTEGER NOT NULL,
    of_commons INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    act TEXT,
    restriction TEXT,
    reason_text TEXT
) WITHOUT ROWID;
CREATE INDEX sanctions_of_member ON sanctions (member, board);
CREATE INDEX sanctions_of_board ON sanctions (board, decided_at);
CREATE INDEX sanctions_on ON sanctions (until) WHERE state = 'on';
CREATE INDEX sanctions_by_age ON sanctions (decided_at);

-- An appeal against an act; `kind` and `thing` are the words that an act without a case hid.
CREATE TABLE appeals (
    id TEXT PRIMARY KEY,
    board TEXT NOT NULL REFERENCES boards (id),
    act TEXT NOT NULL,
    of_case TEXT REFERENCES cases (id),
    kind TEXT,
    thing TEXT,
    member TEXT NOT NULL REFERENCES members (id),
    asked_at INTEGER NOT NULL,
    decide_by INTEGER NOT NULL,
    state TEXT NOT NULL,
    level TEXT NOT NULL,
    words_text TEXT,
    ended_at INTEGER,
    decided_by TEXT REFERENCES members (id),
    reason_text TEXT,
    until INTEGER,
    revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX appeals_of_member ON appeals (member, asked_at);
CREATE INDEX appeals_by_act ON appeals (act);
CREATE INDEX appeals_by_case ON appeals (of_case) WHERE of_case IS NOT NULL;
CREATE INDEX appeals_open ON appeals (decide_by) WHERE state = 'open';
CREATE INDEX appeals_ended ON appeals (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX hidings_by_act ON hidings (act) WHERE act IS NOT NULL;
CREATE INDEX appeals_decided ON appeals (decided_by) WHERE decided_by IS NOT NULL;
