-- What a notice tells of a case, and the way from a desk to its cases.
ALTER TABLE notices ADD COLUMN told_of_case BLOB;
CREATE INDEX cases_at_desk ON cases (level, board) WHERE ended_at IS NULL;
CREATE INDEX cases_by_decision ON cases (decided_at) WHERE state = 'decided';
