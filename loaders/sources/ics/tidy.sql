-- Calendars that institutions and partners publish (decision 0069): what is not of science, higher education, research or innovation is set aside (source.toml).

CREATE TABLE _events AS   -- of files that have the same event, the one where it was changed last
WITH told AS (
    SELECT *, uid || coalesce('-' || occurrence, '') AS key, trim(regexp_replace(title, '\s+', ' ', 'g')) AS label,
        anc_norm(title) AS title_words, anc_norm(subject) AS words,
        first_value(_file) OVER (PARTITION BY uid ORDER BY coalesce(try_cast(sequence AS INTEGER), 0) DESC, updated DESC NULLS LAST, _file) AS kept
    FROM "rows" WHERE dates IS NOT NULL
)
SELECT * EXCLUDE (key), key || CASE WHEN rank > 1 THEN '-' || rank ELSE '' END AS key, regexp_matches(place, '^https?://') AS remote,
    CASE WHEN upper(status) = 'CANCELLED' THEN 'event-status/cancelled' ELSE anc_off(title_words) END AS off
FROM (SELECT *, row_number() OVER (PARTITION BY key ORDER BY _row) AS rank FROM told WHERE _file = kept);

CREATE TABLE _days AS
SELECT key AS uid, "day"::DATE AS day, until::DATE AS until, "begin"::TIMESTAMP AS "begin", "end"::TIMESTAMP AS "end"
FROM (SELECT key, unnest(from_json(dates, '[{"day":"VARCHAR","until":"VARCHAR","begin":"VARCHAR","end":"VARCHAR"}]'), recursive := true) FROM _events);

-- Days without a gap are one sitting: a seminar of each Tuesday is as many as Tuesdays.
CREATE TABLE _sittings AS
SELECT * EXCLUDE (code), 'event/ics/' || code || CASE WHEN rank > 1 THEN '-' || rank ELSE '' END AS id   -- two on one day, where one was replaced
FROM (SELECT *, row_number() OVER (PARTITION BY code ORDER BY uid) AS rank FROM anc_sittings('_days'));

-- The commune: by its name after the postcode, last in the place or near the point, or by a postcode that only one commune has.
CREATE TABLE _places AS
WITH known AS (
    SELECT c.name_norm, c.postcodes, c.department, p.lat::DOUBLE AS lat, p.lon::DOUBLE AS lon,
        CASE WHEN c.current OR c.successor IS NULL THEN c.territory ELSE 'territory/commune/' || c.commune END AS territory
    FROM decoupage_administratif__register_communes AS c LEFT JOIN laposte_hexasmal__territories AS p ON p.id = 'territory/commune/' || c.commune
), written AS (
    SELECT key, regexp_replace(place, '[\s,;(-]+france\W*$', '', 'i') AS place, try_cast(split_part(point, ';', 1) AS DOUBLE) AS y, try_cast(split_part(point, ';', 2) AS DOUBLE) AS x
    FROM _events WHERE place IS NOT NULL AND NOT remote
), asked AS (
    SELECT *, nullif(regexp_extract(place, '(?:^|[^0-9])([0-9]{5})(?:[^0-9]|$)', 1), '') AS post,
        anc_norm(coalesce(nullif(regexp_extract(place, '(?:^|[^0-9])[0-9]{5}[\s,–-]+([^,;\n()0-9]+)', 1), ''),
            nullif(regexp_extract(place, '([^,;\n()]+?)[\s()]*$', 1), ''))) AS town
    FROM written
), named AS (   -- without a postcode or a point, a name that only one commune of France has
    SELECT key, min(territory) AS territory FROM asked JOIN known ON name_norm = regexp_replace(town, ' cedex( [0-9]+)?$', '') AND CASE
        WHEN post IS NOT NULL THEN department IN (left(post, 2), left(post, 3))
        WHEN y IS NOT NULL AND lat IS NOT NULL THEN abs(lat - y) < 0.2 AND abs(lon - x) < 0.3 ELSE true END
    GROUP BY key HAVING count(DISTINCT territory) = 1
), posted AS (
    SELECT key, min(territory) AS territory FROM asked JOIN known ON list_contains(postcodes, post) GROUP BY key HAVING count(DISTINCT territory) = 1
)
SELECT key, coalesce(named.territory, posted.territory) AS territory FROM asked LEFT JOIN named USING (key) LEFT JOIN posted USING (key);

CREATE TABLE events AS
SELECT s.id, coalesce(nullif(anc_without_off(label), ''), 'Évènement') AS label_fr,
    CASE WHEN regexp_matches(words, '\b(colloques?|conferences?|symposiums?|seminaires?)\b') THEN ['interaction-type/public-lecture']
        WHEN regexp_matches(words, '\b(tables? rondes?|debats?|cafes? (scientifiques?|des sciences))\b') THEN ['interaction-type/citizen-debate']
        WHEN regexp_matches(words, '\b(forums? (de l )?emplois?|forums? (des )?stages?|job ?dating)\b') THEN ['interaction-type/job-fair']
        WHEN NOT regexp_matches(words, '\b(sciences?|scientifiques?|chercheu(r|se)s?)\b') AND regexp_matches(words, '\b(rencontres?|reseaux?|\w*innov\w*|start ?ups?)\b')
            THEN ['interaction-type/networking-event'] ELSE ['interaction-type/science-event'] END AS types,
    s.day::VARCHAR AS start, CASE WHEN s.until > s.day THEN s.until::VARCHAR END AS "end",
    opening AS start_time, closing AS end_time, off AS status, left(updated, 10) AS updated,
    CASE WHEN remote THEN 'attendance-mode/remote' END AS mode,
    CASE WHEN p.territory IS NOT NULL THEN [p.territory] END AS takes_place_in,
    CASE WHEN contains(title, '[…]') THEN regexp_extract(url, '^https?://[^/]+') ELSE url END AS homepage,   -- the address repeats a name
    'evidence-status/declared' AS evidence, 'source/ics' AS source
FROM _sittings AS s JOIN _events AS k ON k.key = s.uid LEFT JOIN _places AS p ON p.key = s.uid ORDER BY s.id;
