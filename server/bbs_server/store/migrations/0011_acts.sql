-- Uses of power (P8). An act's words and chain are the events of the stream `acts` of its board; here
-- is by what it is found, and whom it was about: that name can be forgotten, and the chain still holds.
CREATE TABLE acts (
    board TEXT NOT NULL REFERENCES boards (id),
    number INTEGER NOT NULL, -- the seq in that stream
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    power TEXT, -- NULL where somebody at the machine needed none
    norm INTEGER,
    thing TEXT, -- the id of what it was done to
    about TEXT REFERENCES members (id),
    about_salt BLOB,
    PRIMARY KEY (board, number)
) WITHOUT ROWID;
CREATE INDEX acts_by_thing ON acts (thing) WHERE thing IS NOT NULL;
CREATE INDEX acts_about ON acts (about, at) WHERE about IS NOT NULL;
