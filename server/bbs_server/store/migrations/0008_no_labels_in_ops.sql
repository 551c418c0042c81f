-- Stored answers keep no word that their owner cannot take back: a token's label goes with the token.
UPDATE ops SET result = CAST(json_remove(CAST(result AS TEXT), '$.session.label') AS BLOB)
    WHERE method = 'members.issue_token' OR method IS NULL;
