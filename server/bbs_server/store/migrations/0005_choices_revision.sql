-- At which revision of all choices each was last made, and at which one was last let go: so that a
-- change sent again can tell that another device changed the same since. Revisions, never times (P2).
-- Of what was chosen before nobody knows when: it counts as made with the last change.
ALTER TABLE choices ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE choosing ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
UPDATE choices SET revision =
    coalesce((SELECT c.revision FROM choosing c WHERE c.member = choices.member), 0);
UPDATE choosing SET cleared = revision;
