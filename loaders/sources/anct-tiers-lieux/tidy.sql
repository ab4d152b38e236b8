-- A row is a commune and its third places: numbers and names stand in lists of the same order.

CREATE TABLE _communes AS   -- a municipal district stays itself, a former commune becomes the one that took it over
SELECT code AS commune, CASE WHEN current OR successor IS NULL THEN territory ELSE 'territory/commune/' || successor END AS territory
FROM decoupage_administratif__register_communes;

CREATE TABLE _rows AS
SELECT 'Fabrique de territoire' AS programme, number, commune, replace(label, '&amp;', '&') AS label FROM workshops
UNION ALL
SELECT 'Manufacture de proximité', number, commune, replace(label, '&amp;', '&') FROM manufactures;

CREATE TABLE _lists AS
SELECT programme, commune, string_split(replace(number, ' ', ''), ';') AS numbers, string_split(label, ';') AS labels, label FROM _rows;

-- Where there are not as many names as numbers, which is whose is not known: each has the whole list for a name.
CREATE TABLE _places AS
SELECT programme, commune, unnest(numbers) AS code,
    CASE WHEN len(numbers) = len(labels) THEN unnest(labels) ELSE label END AS said
FROM _lists;

-- A name is followed by who runs the place, on another line or after « porté par », « géré par » or « porteur pour ».
CREATE TABLE _said AS
SELECT programme, code, territory,
    anc_recased(trim(regexp_replace(regexp_replace(string_split(trim(said, chr(10) || ' '), chr(10))[1],
        '^Nom du consortium\s*:\s*|,?\s+(porté par|géré par|porteur pour|pour le Consortium)\s.*$', '', 'gi'),
        '\s+', ' ', 'g'), '. ')) AS label
FROM _places JOIN _communes USING (commune);

-- A municipality or an intercommunality that runs the place is not the place.
CREATE TABLE _named AS
SELECT code, territory, CASE WHEN regexp_matches(label, '^(commune|communauté) d', 'i') THEN programme || ' (' || label || ')' ELSE label END AS label,
    programme
FROM _said;

CREATE TABLE organizations AS
SELECT 'organization/' || code AS id, label AS label_fr, 'actor-type/third-place' AS actor_type,
    'evidence-status/documented' AS evidence, 'source/anct-tiers-lieux' AS source
FROM _named ORDER BY id;

CREATE TABLE sites AS   -- the point of the file is the middle of the commune: none is kept
SELECT 'site/' || code AS id, CASE WHEN starts_with(label, programme) THEN label ELSE programme || ' : ' || label END AS label_fr, 'organization/' || code AS organizations, territory,
    'evidence-status/documented' AS location_evidence,
    'evidence-status/documented' AS evidence, 'source/anct-tiers-lieux' AS source
FROM _named ORDER BY id;
