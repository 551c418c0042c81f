-- The devices each member signed in on, by the hash of the token of their last session: so that wrong
-- guesses of strangers do not slow them down. Without any time (P11); a session may be over.
CREATE TABLE known_devices (
    n INTEGER PRIMARY KEY,
    member TEXT NOT NULL REFERENCES members (id),
    session TEXT NOT NULL,
    token_hash BLOB NOT NULL
);
CREATE INDEX known_devices_by_member ON known_devices (member);
INSERT INTO known_devices (member, session, token_hash)
SELECT member, id, token_hash FROM sessions WHERE token = 0 ORDER BY n;

-- Wrong guesses are counted in memory, alike for handles that somebody has and that nobody has.
ALTER TABLE members DROP COLUMN failures;
ALTER TABLE members DROP COLUMN failed_at;
