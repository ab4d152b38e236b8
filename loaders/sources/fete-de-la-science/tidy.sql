-- The programme of the Fête de la science: each sitting is an event, its organiser, its partners and its research units take part.

CREATE TABLE _events AS   -- one row an event, the last that was updated where exports overlap
SELECT * FROM (
    SELECT *, trim(regexp_replace(title, '\s+', ' ', 'g')) AS label, anc_norm(concat_ws(' ', kind, title)) AS words,
        coalesce(anc_off(anc_norm(title)), anc_off(anc_norm(status))) AS off,
        row_number() OVER (PARTITION BY uid ORDER BY updated DESC NULLS LAST, _file, _row::BIGINT) AS rank
    FROM "rows"
) WHERE rank = 1 AND NOT regexp_matches(coalesce(anc_norm(status), ''), '^(refuse|brouillon)');   -- one called off or put off is kept, and told so

CREATE TABLE register_events AS SELECT uid FROM _events ORDER BY uid;   -- the numbers are those of OpenAgenda

CREATE TABLE _days AS   -- « start-end;start-end »: the days are those of the place, the offset is its own
SELECT uid, left(span, 10)::DATE AS day, CASE WHEN substr(span, 27, 25)::TIMESTAMPTZ - left(span, 25)::TIMESTAMPTZ > INTERVAL 18 HOURS
    THEN substr(span, 27, 10)::DATE ELSE left(span, 10)::DATE END AS until, left(span, 19)::TIMESTAMP AS "begin", substr(span, 27, 19)::TIMESTAMP AS "end"
FROM (SELECT uid, unnest(string_split(rtrim(hours, ';'), ';')) AS span FROM _events);

CREATE TABLE _sittings AS SELECT *, 'event/fete-de-la-science/' || code AS id FROM anc_sittings('_days');

CREATE TABLE _places AS   -- the commune of this name in the département of the postcode, or the only one of the postcode
WITH known AS (
    SELECT name_norm, postcodes, department, CASE WHEN current OR successor IS NULL THEN territory ELSE 'territory/commune/' || commune END AS territory
    FROM decoupage_administratif__register_communes
), named AS (
    SELECT uid, min(territory) AS territory FROM _events JOIN known
        ON name_norm = anc_norm(city) AND (department = left(postcode, 2) OR department = left(postcode, 3))
    GROUP BY uid HAVING count(DISTINCT territory) = 1
), posted AS (
    SELECT uid, min(territory) AS territory FROM _events JOIN known ON list_contains(postcodes, postcode) GROUP BY uid HAVING count(DISTINCT territory) = 1
)
SELECT uid, coalesce(named.territory, posted.territory) AS territory FROM _events LEFT JOIN named USING (uid) LEFT JOIN posted USING (uid);

CREATE TABLE _themes AS
SELECT DISTINCT uid, trim(theme) AS theme, anc_slug(theme) AS code FROM (SELECT uid, unnest(string_split(themes, '|')) AS theme FROM _events)
WHERE anc_slug(theme) <> '';

CREATE TABLE concepts AS
SELECT 'field/fete-de-la-science/' || code AS id, 'Discipline' AS kind, 'field/fete-de-la-science' AS scheme, code AS notation, min(theme) AS label_fr
FROM _themes GROUP BY code ORDER BY id;

CREATE TABLE schemes AS
SELECT 'scheme/fete-de-la-science' AS id, 'Fête de la science' AS label_fr, ['interaction-type/science-event'] AS types,
    'evidence-status/documented' AS evidence, 'source/fete-de-la-science' AS source
WHERE EXISTS (FROM _events);

CREATE TABLE events AS
SELECT s.id, coalesce(nullif(anc_without_off(label), ''), concat_ws(' à ', 'Évènement', city)) AS label_fr,
    [CASE WHEN regexp_matches(words, '\b(colloques?|conferences?)\b') THEN 'interaction-type/public-lecture'
        WHEN regexp_matches(words, '\b(tables? rondes?|debats?|cafes? (debats?|scientifiques?|des sciences))\b') THEN 'interaction-type/citizen-debate'
        ELSE 'interaction-type/science-event' END] AS types,
    s.day::VARCHAR AS start, CASE WHEN s.until > s.day THEN s.until::VARCHAR END AS "end",
    opening AS start_time, closing AS end_time, off AS status, left(updated, 10) AS updated, CASE WHEN territory IS NOT NULL THEN [territory] END AS takes_place_in,
    (SELECT list('field/fete-de-la-science/' || code ORDER BY code) FROM _themes AS t WHERE t.uid = s.uid) AS concerns,
    'scheme/fete-de-la-science' AS scheme, CASE WHEN contains(title, '[…]') THEN regexp_extract(url, '^https?://[^/]+/[^/]+') ELSE regexp_replace(url, '/events$', '') END AS homepage,   -- the address repeats the name
    'evidence-status/documented' AS evidence, 'source/fete-de-la-science' AS source
FROM _sittings AS s JOIN _events USING (uid) JOIN _places USING (uid) ORDER BY s.id;

-- Who takes part: what a register knows by its name, or a record of the name.
CREATE TABLE _members AS
WITH named AS (
    SELECT uid, trim(regexp_replace(unnest(string_split_regex(names, '[|;]')), '\s+', ' ', 'g')) AS name, role
    FROM (SELECT uid, organiser AS names, 'actor-role/organiser' AS role FROM _events
        UNION ALL SELECT uid, partners, 'actor-role/partner' FROM _events
        UNION ALL SELECT uid, units, 'actor-role/supply' FROM _events)
), known AS (
    SELECT name_norm, min(organization) AS organization FROM (
        SELECT name_norm, organization FROM mesr_etablissements__register_names
        UNION SELECT anc_norm(label_fr), id FROM mesr_rnsr__organizations
        UNION SELECT anc_norm(acronym), id FROM mesr_rnsr__organizations
    ) WHERE name_norm <> '' GROUP BY name_norm HAVING count(DISTINCT organization) = 1
)
SELECT uid, name, role, organization AS known, coalesce(organization, 'organization/fete-de-la-science-' || anc_hash(anc_norm(name))) AS organization
FROM named LEFT JOIN known ON name_norm = anc_norm(name) WHERE anc_norm(name) <> '';

CREATE TABLE organizations AS
SELECT organization AS id, mode(name ORDER BY name) AS label_fr, 'evidence-status/documented' AS evidence, 'source/fete-de-la-science' AS source
FROM _members WHERE known IS NULL GROUP BY organization ORDER BY id;

CREATE TABLE participations AS
SELECT s.id || '/p/' || row_number() OVER (PARTITION BY s.id ORDER BY organization) AS id, s.id AS interaction, organization,
    list_sort(list(DISTINCT role)) AS roles
FROM _sittings AS s JOIN _members USING (uid) JOIN _events USING (uid)
WHERE off IS NULL   -- nobody takes part in what is not held
GROUP BY s.id, organization ORDER BY interaction, organization;
