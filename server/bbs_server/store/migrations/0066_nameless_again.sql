-- Who chose to go without a name after another choice is told from who never chose: the last list of a
-- move takes the name from a pack that has it.
CREATE TABLE pack_consents_new (
    board TEXT NOT NULL REFERENCES boards (id),
    member TEXT NOT NULL REFERENCES members (id),
    consent TEXT NOT NULL CHECK (consent IN ('named', 'nameless', 'left_out')),
    PRIMARY KEY (board, member)
) WITHOUT ROWID;
INSERT INTO pack_consents_new (board, member, consent) SELECT board, member, consent FROM pack_consents;
DROP TABLE pack_consents;
ALTER TABLE pack_consents_new RENAME TO pack_consents;
