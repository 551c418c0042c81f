-- Reports of letters become cases of the commons (protocol 20.8): about who wrote the newest quoted post
-- that is not the reporter's. They keep the time that they had for a decision.
CREATE TABLE letter_cases AS
SELECT r.id, r.reporter, r.at, r.until, r.norm, r.norms_version, r.words_text,
    coalesce(
        (SELECT q.post FROM letter_quotes q WHERE q.report = r.id AND q.author <> r.reporter
            ORDER BY q.place DESC LIMIT 1),
        (SELECT q.post FROM letter_quotes q WHERE q.report = r.id ORDER BY q.place DESC LIMIT 1)
    ) AS post,
    row_number() OVER (ORDER BY r.at, r.id) AS number
FROM letter_reports r
WHERE EXISTS (SELECT 1 FROM letter_quotes q WHERE q.report = r.id);

INSERT INTO cases (id, board, number, state, level, matter, is_letter, about, norm, norms_version,
    of_commons, opened_at, decide_by, held, revision)
SELECT l.id, '00000000-0000-4000-8000-000000000001', l.number, 'open', 'commons', l.post, 1,
    (SELECT q.author FROM letter_quotes q WHERE q.report = l.id AND q.post = l.post),
    l.norm, l.norms_version, 1, l.at, l.until, '', 1
FROM letter_cases l;

INSERT INTO case_numbers (board, last)
SELECT '00000000-0000-4000-8000-000000000001', max(l.number) FROM letter_cases l
HAVING count(*) > 0;

INSERT INTO case_reports (id, of_case, reporter, at, post, norm, norms_version, of_commons,
    words_text, revision)
SELECT l.id, l.id, l.reporter, l.at, l.post, l.norm, l.norms_version, 1, l.words_text, 1
FROM letter_cases l;

INSERT INTO case_entries (of_case, number, kind, at, said_text, norm, of_commons, names_reporter)
SELECT l.id, 1, 'reported', l.at, l.words_text, l.norm, 1, 0 FROM letter_cases l;

INSERT INTO evidence (of_case, place, post, author, written_at, norms_version, body_text, is_context)
SELECT l.id, q.place, q.post, q.author, q.at, l.norms_version, q.body_text,
    CASE WHEN q.author = c.about THEN 0 ELSE 1 END
FROM letter_cases l JOIN cases c ON c.id = l.id JOIN letter_quotes q ON q.report = l.id;

-- Of a report whose posts were all purged nothing is left to judge.
DELETE FROM texts WHERE id IN (SELECT r.words_text FROM letter_reports r
    WHERE NOT EXISTS (SELECT 1 FROM letter_quotes q WHERE q.report = r.id));
DROP TABLE letter_cases;
DROP TABLE letter_quotes;
DROP TABLE letter_reports;
