-- How the words of a marker ended where its board stood before it came in a pack; '' for any other.
ALTER TABLE posts ADD COLUMN ended_there TEXT NOT NULL DEFAULT '';
ALTER TABLE threads ADD COLUMN ended_there TEXT NOT NULL DEFAULT '';
UPDATE posts SET ended_there = (SELECT state FROM pack_lines WHERE id = posts.id)
    WHERE id IN (SELECT id FROM pack_lines WHERE state IN ('hidden', 'left_out', 'moved'));
UPDATE threads SET ended_there = (SELECT state FROM pack_lines WHERE id = threads.id)
    WHERE id IN (SELECT id FROM pack_lines WHERE state IN ('hidden', 'left_out', 'moved'));
-- Who came in a pack without a name was never a member here, and so is no former member.
UPDATE posts SET author_kind = 'nobody', author = id
    WHERE author_kind = 'former' AND imported AND board IN (SELECT board FROM packs);
UPDATE threads SET author_kind = 'nobody', author = id
    WHERE author_kind = 'former' AND imported AND board IN (SELECT board FROM packs);
