-- Whom a line mentions, to find it by, in the order of time: an inbox reads the newest first.
CREATE TABLE line_mentions (
    member TEXT NOT NULL REFERENCES members (id),
    at INTEGER NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (member, at, line)
) WITHOUT ROWID;
CREATE INDEX line_mentions_by_line ON line_mentions (line);
INSERT INTO line_mentions (member, at, line)
SELECT m.id, l.at, l.id FROM lines l JOIN members m ON l.mentions LIKE '%' || m.id || '%'
WHERE l.mentions <> '';
