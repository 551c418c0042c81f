-- Words that members take back from a letter go as those of a board. Who was promised that they go at
-- once is due at once: the work tells the letter's readers, then erases.
INSERT OR IGNORE INTO leavings (member, board, words, state, left_at, erase_at, posts, lines, told,
    seats, step, place, revision)
SELECT t.member, t.letter, 'taken', 'leaving', l.moved_at, l.moved_at, 0, 0, '', '', 'restored', '', 1
FROM letter_takings t JOIN letters l ON l.id = t.letter WHERE l.state = 'open';
DROP TABLE letter_takings;
