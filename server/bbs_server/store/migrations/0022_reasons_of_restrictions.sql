-- Why a restriction was set: whoever it stops reads it with the refusal (P7).
ALTER TABLE restrictions ADD COLUMN reason_text TEXT;
