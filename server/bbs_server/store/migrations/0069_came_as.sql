-- The names that a board had in the communities from which it came, divided by spaces; '' for any other.
ALTER TABLE boards ADD COLUMN came_as TEXT NOT NULL DEFAULT '';
UPDATE boards SET came_as = (
    SELECT group_concat(DISTINCT json_extract(home.value, '$.slug') || ' ')
    FROM packs, json_each(packs.heading, '$.homes') AS home WHERE packs.board = boards.id
) WHERE id IN (SELECT board FROM packs);
UPDATE boards SET came_as = replace(came_as, ',', '') WHERE came_as <> '';
