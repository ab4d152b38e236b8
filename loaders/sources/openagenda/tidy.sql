-- Of the public events of OpenAgenda, those of science, higher education, research and innovation (decision 0069); shows, visits, sales and
-- job meetings are not loaded. What an event is is told by its title, its keywords, the agenda that has it and the name of its place: no prose is read.

CREATE TABLE _given AS   -- but what left its agenda since it was updated
SELECT * FROM (
    SELECT * FROM "rows"
    UNION ALL BY NAME
    SELECT * EXCLUDE (slug, agenda_slug) REPLACE (coalesce(url, 'https://openagenda.com/' || agenda_slug || '/events/' || slug) AS url) FROM api
) AS e
WHERE NOT EXISTS (FROM removed AS r WHERE r.uid = e.uid AND r.updated::TIMESTAMPTZ >= coalesce(try_cast(e.updated AS TIMESTAMPTZ), r.updated::TIMESTAMPTZ));

CREATE TABLE _events AS   -- one row an event, the last that was updated where exports overlap
SELECT * FROM (
    SELECT *, trim(regexp_replace(regexp_replace(title, '\s+', ' ', 'g'), '^[^\p{L}\p{N}«"''\[(]+', '')) AS label,
        anc_norm(title) AS title_words, anc_norm(keywords) AS keyword_words,
        anc_norm(coalesce(agenda, '') || ' ' || coalesce(regexp_extract(url, 'openagenda\.com/([^/]+)/', 1), '')) AS agenda_words,
        anc_norm(place) AS place_words, coalesce(postcode, regexp_extract(address, '\b([0-9]{5})\b', 1)) AS post,
        row_number() OVER (PARTITION BY uid ORDER BY updated DESC NULLS LAST, _file, _row::BIGINT) AS rank
    FROM _given
) WHERE rank = 1;

CREATE MACRO _science(words) AS regexp_matches(words,
    '\b(sciences?|scientifiques?|universites?|universitaires?|enseignement superieur|etudiante?s?|chercheu(r|se)s?|doctora\w+|colloques?|symposiums?'
    || '|archeolog\w+|astronom\w+|cnrs|inrae|inserm|inria|iut|insa|inp|esisar|campus)\b');
CREATE MACRO _academic_place(words) AS regexp_matches(words,
    '\b(universites?|universitaires?|iut|inp|esisar|insa|campus|facultes?|ecole d ingenieurs?|cnrs|inrae|inria|laboratoires? de recherche)\b');
CREATE MACRO _innovation(words) AS regexp_matches(words, '\b(\w*innov\w*|start ?ups?|minalogic|poles? de competitivite|technopoles?)\b');

CREATE TABLE _kept AS
WITH told AS (   -- one called off or put off is kept, and told so
    SELECT *,
        _science(coalesce(title_words, '') || ' ' || coalesce(keyword_words, '') || ' ' || agenda_words)
            OR regexp_matches(agenda_words, '\bjea [0-9]{4}\b')   -- journées européennes de l'archéologie
            OR _academic_place(coalesce(place_words, '')) AS scholarly,
        _innovation(coalesce(title_words, '')) AS innovative,
        CASE regexp_extract(status, '^\s*(?:\{\s*"id"\s*:\s*)?([0-9])', 1)
            WHEN '6' THEN 'event-status/cancelled' WHEN '4' THEN 'event-status/postponed' ELSE anc_off(title_words) END AS off
    FROM _events
)
SELECT * FROM told
WHERE (scholarly OR innovative)
  AND NOT regexp_matches(title_words, '\brecrut\w*|\bmai a velo\b|\bjob dating\b|\buniversites? populaires?\b')
  AND uid NOT IN (SELECT uid FROM fete_de_la_science__register_events);

-- A day is that of the place: timings have its offset; a first and a last date alone are in universal time.
CREATE TABLE _days AS   -- a sitting that ends after midnight is of the day that it begins on
SELECT uid, anc_local("begin")::DATE AS day, greatest(day,
    CASE WHEN "end"::TIMESTAMPTZ - "begin"::TIMESTAMPTZ > INTERVAL 18 HOURS THEN anc_local("end")::DATE ELSE day END) AS until,
    anc_local("begin") AS "begin", anc_local("end") AS "end"
FROM (SELECT uid, unnest(from_json(timings, '[{"begin":"VARCHAR","end":"VARCHAR"}]'), recursive := true) FROM _kept WHERE timings IS NOT NULL)
UNION ALL
SELECT uid, anc_local(first)::DATE, greatest(anc_local(first)::DATE, anc_local(last)::DATE), anc_local(first), NULL::TIMESTAMP FROM _kept WHERE timings IS NULL;

-- Days without a gap are one sitting: an event held on three Saturdays is three, each with its day.
CREATE TABLE _sittings AS SELECT *, 'event/openagenda/' || code AS id FROM anc_sittings('_days');

-- The commune: by its code, by its name in the département of the postcode or near the point, or by a postcode that only one commune has.
CREATE TABLE _places AS
WITH known AS (
    SELECT c.code, c.name_norm, c.postcodes, c.department, p.lat::DOUBLE AS lat, p.lon::DOUBLE AS lon,
        CASE WHEN c.current OR c.successor IS NULL THEN c.territory ELSE 'territory/commune/' || c.commune END AS territory
    FROM decoupage_administratif__register_communes AS c LEFT JOIN laposte_hexasmal__territories AS p ON p.id = 'territory/commune/' || c.commune
), asked AS (
    SELECT uid, insee, post, anc_norm(city) AS town, coalesce(try_cast(lat AS DOUBLE), try_cast(regexp_extract(point, '^\s*\[?\s*(-?[0-9.]+)\s*,\s*(-?[0-9.]+)', 1) AS DOUBLE)) AS y,
        coalesce(try_cast(lon AS DOUBLE), try_cast(regexp_extract(point, '^\s*\[?\s*(-?[0-9.]+)\s*,\s*(-?[0-9.]+)', 2) AS DOUBLE)) AS x
    FROM _kept
), named AS (
    SELECT uid, min(territory) AS territory FROM asked JOIN known
        ON name_norm = town AND (department IN (left(post, 2), left(post, 3)) OR abs(lat - y) < 0.2 AND abs(lon - x) < 0.3)
    GROUP BY uid HAVING count(DISTINCT territory) = 1
), posted AS (
    SELECT uid, min(territory) AS territory FROM asked JOIN known ON list_contains(postcodes, post) GROUP BY uid HAVING count(DISTINCT territory) = 1
)
SELECT uid, coalesce(coded.territory, named.territory, posted.territory) AS territory
FROM asked LEFT JOIN known AS coded ON coded.code = insee LEFT JOIN named USING (uid) LEFT JOIN posted USING (uid);

CREATE TABLE events AS
SELECT s.id, coalesce(nullif(anc_without_off(label), ''), concat_ws(' à ', 'Évènement', city)) AS label_fr,
    [CASE WHEN regexp_matches(title_words, '\b(colloques?|conferences?|symposiums?)\b') THEN 'interaction-type/public-lecture'
        WHEN regexp_matches(title_words, '\b(tables? rondes?|debats?)\b') THEN 'interaction-type/citizen-debate'
        WHEN scholarly THEN 'interaction-type/science-event' ELSE 'interaction-type/networking-event' END] AS types,
    s.day::VARCHAR AS start, CASE WHEN s.until > s.day THEN s.until::VARCHAR END AS "end",
    opening AS start_time, closing AS end_time, off AS status, left(updated, 10) AS updated,
    CASE regexp_extract(mode, '^\s*(?:\{\s*"id"\s*:\s*)?([123])', 1)
        WHEN '1' THEN 'attendance-mode/in-person' WHEN '2' THEN 'attendance-mode/remote' WHEN '3' THEN 'attendance-mode/hybrid' END AS mode,
    CASE WHEN p.territory IS NOT NULL THEN [p.territory] END AS takes_place_in,
    CASE WHEN regexp_matches(title_words || ' ' || agenda_words, '\bfete ?de ?la ?science') THEN 'scheme/fete-de-la-science' END AS scheme,
    CASE WHEN contains(title, '[…]') THEN regexp_extract(url, '^https?://[^/]+/[^/]+') ELSE regexp_replace(url, '/events$', '') END AS homepage,   -- the address repeats a name
    'evidence-status/documented' AS evidence, 'source/openagenda' AS source
FROM _sittings AS s JOIN _kept AS k USING (uid) JOIN _places AS p USING (uid) ORDER BY s.id;

CREATE TABLE schemes AS
SELECT 'scheme/fete-de-la-science' AS id, 'Fête de la science' AS label_fr, ['interaction-type/science-event'] AS types,
    'evidence-status/documented' AS evidence, 'source/openagenda' AS source
WHERE EXISTS (FROM events WHERE scheme IS NOT NULL);

-- Who receives: an institution or a part of one that a register knows by the name of the place, with that of its commune or without.
CREATE TABLE participations AS
WITH names AS (
    SELECT name_norm, organization FROM mesr_etablissements__register_names
    UNION SELECT anc_norm(label_fr), id FROM mesr_parcoursup__organizations
    UNION SELECT regexp_replace(anc_norm(label_fr), '\s\S+$', ''), id FROM mesr_parcoursup__organizations WHERE kind = 'AcademicComponent'
), hosts AS (
    SELECT place_words, min(organization) AS organization FROM (SELECT DISTINCT place_words FROM _kept) JOIN names ON name_norm = place_words
    GROUP BY place_words HAVING count(DISTINCT organization) = 1
)
SELECT s.id || '/p/1' AS id, s.id AS interaction, organization, ['actor-role/host'] AS roles, territory AS place,
    CASE WHEN territory IS NOT NULL THEN 'evidence-status/documented' END AS place_evidence
FROM _sittings AS s JOIN _kept USING (uid) JOIN hosts USING (place_words) JOIN _places USING (uid)
WHERE off IS NULL   -- nobody takes part in what is not held
ORDER BY interaction;
