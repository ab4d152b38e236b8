-- Main institutions: one row an institution and a year of the export in, one organisation an institution out.
-- Two exports can be read together: the newest wins, the older one fills the years of students it alone has.

CREATE MACRO _codes(cell) AS [trim(code) FOR code IN string_split_regex(coalesce(cell, ''), '[;,]') IF trim(code) <> ''];

CREATE TABLE _rows AS
SELECT _file, _row, anc_clean(paysage) AS paysage, anc_clean(label) AS label, anc_clean(short_name) AS short_name,
    anc_clean(acronym) AS acronym, anc_clean(official_label) AS official_label, anc_clean(label_en) AS label_en,
    anc_clean(type) AS type, _codes(uai) AS uais, _codes(former_uai) AS former_uais, _codes(siren) AS sirens,
    _codes(siret) AS sirets, _codes(pic) AS pics, _codes(wikidata) AS wikidatas, _codes(ror) AS rors,
    [lpad(code, 9, '0') FOR code IN _codes(idref) IF regexp_matches(code, '^[0-9]{7,8}[0-9X]$')] AS idrefs,
    anc_site(homepage) AS homepage,
    [anc_clean(part) FOR part IN string_split(coalesce(coordinates, ''), ',')] AS point,
    regexp_extract(created, '^[0-9]{4}') AS start_year, regexp_extract(closed, '^[0-9]{4}') AS end_year,
    anc_clean(commune) AS commune, CASE WHEN regexp_matches(postcode, '^[0-9]{5}$') THEN postcode END AS postcode,
    list_concat(list_concat(_codes(attached_to), _codes(associated_with)), _codes(grouping)) AS groupings,
    _codes(attached_to) AS parents
FROM rows
WHERE anc_clean(label) IS NOT NULL;

-- Students: "6 103", "39542.0" or "nd" (not available).
CREATE TABLE _students AS
SELECT _file, anc_clean(paysage) AS paysage, right(name, 4)::INTEGER AS year, anc_clean(cell) AS cell,
    round(TRY_CAST(regexp_replace(cell, '[\s\x{00A0}\x{202F}]', '', 'g') AS DOUBLE))::INTEGER AS value
FROM (UNPIVOT (SELECT _file, paysage, COLUMNS('students_[0-9]{4}') FROM rows)
    ON COLUMNS('students_[0-9]{4}') INTO NAME name VALUE cell)
WHERE anc_clean(cell) IS NOT NULL;

-- The vintage of a file is the last year for which it counts students.
CREATE TABLE _files AS
SELECT _file, row_number() OVER (ORDER BY max(year) DESC NULLS LAST, _file DESC) AS age
FROM (SELECT DISTINCT _file FROM _rows) LEFT JOIN (SELECT * FROM _students WHERE value IS NOT NULL) USING (_file)
GROUP BY _file;

CREATE TABLE _latest AS
SELECT * FROM _rows JOIN _files USING (_file)
QUALIFY row_number() OVER (PARTITION BY paysage ORDER BY age, _row) = 1;

-- An institution that has left the newest export is followed to the one that carries on its UAI or its SIREN,
-- when there is exactly one and nobody else claims it.
CREATE TABLE _known AS
SELECT paysage, unnest(list_distinct(list_concat(list_concat(uais, former_uais), sirens))) AS code FROM _latest WHERE age = 1;

CREATE TABLE _followed AS
SELECT paysage, min(heir) AS heir
FROM (
    SELECT DISTINCT gone.paysage, known.paysage AS heir
    FROM (SELECT paysage, unnest(list_concat(uais, sirens)) AS code FROM _latest WHERE age > 1) AS gone
    JOIN _known AS known USING (code)
)
GROUP BY paysage
HAVING count(*) = 1
QUALIFY count(*) OVER (PARTITION BY min(heir)) = 1;

CREATE TABLE _members AS   -- every row of every file, with the institution it stands for today
SELECT _rows.*, _files.age, coalesce(_followed.heir, _rows.paysage) AS institution
FROM _rows JOIN _files USING (_file) LEFT JOIN _followed USING (paysage);

-- The UAI that names the institution: not a former one, in the département of the head office, first given.
CREATE TABLE _chosen AS
SELECT paysage AS institution, code AS uai
FROM (
    SELECT paysage, commune, former_uais, unnest(uais) AS code, generate_subscripts(uais, 1) AS position
    FROM _latest WHERE paysage NOT IN (SELECT paysage FROM _followed)
)
QUALIFY row_number() OVER (
    PARTITION BY paysage
    ORDER BY list_contains(former_uais, code) AND len(former_uais) > 0,
        left(code, 3) <> lpad(CASE WHEN commune LIKE '97%' THEN left(commune, 3) ELSE left(commune, 2) END, 3, '0') NULLS LAST,
        position
) = 1;

CREATE TABLE _institutions AS
SELECT _latest.*, _chosen.uai,
    coalesce(_chosen.uai, sirens[1], paysage) AS code,
    'organization/' || coalesce(_chosen.uai, sirens[1], paysage) AS id
FROM _latest LEFT JOIN _chosen ON institution = paysage
WHERE paysage NOT IN (SELECT paysage FROM _followed);

-- Codes that lead to one institution and no other; a current UAI wins over a former one.
CREATE TABLE _claims AS
WITH every AS (
    SELECT paysage AS institution, 'uai' AS kind, unnest(uais) AS code FROM _institutions
    UNION ALL SELECT institution, 'former-uai', unnest(uais) FROM _members
    UNION ALL SELECT institution, 'former-uai', unnest(former_uais) FROM _members
    UNION ALL SELECT institution, 'siren', unnest(sirens) FROM _members
    UNION ALL SELECT institution, 'siret', unnest(sirets) FROM _members
    UNION ALL SELECT institution, 'pic', unnest(pics) FROM _members
    UNION ALL SELECT institution, 'paysage', paysage FROM _members
    UNION ALL SELECT institution, 'idref', unnest(idrefs) FROM _members
    UNION ALL SELECT institution, 'ror', unnest(rors) FROM _members
    UNION ALL SELECT institution, 'wikidata', unnest(wikidatas) FROM _members
)
SELECT DISTINCT kind, every.code, _institutions.id AS organization
FROM every JOIN _institutions ON _institutions.paysage = institution;

CREATE TABLE register_codes AS
SELECT kind, code, min(organization) AS organization
FROM _claims
WHERE NOT (kind = 'former-uai' AND code IN (SELECT code FROM _claims WHERE kind = 'uai'))
GROUP BY kind, code
HAVING count(*) = 1;

-- Every name an institution has had in the exports, when it names only one.
CREATE TABLE register_names AS
SELECT name_norm, min(id) AS organization
FROM (
    SELECT DISTINCT anc_norm(name) AS name_norm, _institutions.id
    FROM (
        SELECT institution, unnest([label, official_label, short_name, acronym, label_en]) AS name FROM _members
    ) JOIN _institutions ON paysage = institution
    WHERE anc_norm(name) <> ''
)
GROUP BY name_norm
HAVING count(*) = 1;

-- Students: those of the statistics on enrolments where they are loaded, else those of the list; one number an institution
-- and a year. An institution that is not on the list (it left it, or is a component of an experimental university) is named by
-- those statistics, under its UAI; one without UAI keeps its students at its head office, under no name.
CREATE TABLE _enrolled AS
SELECT coalesce(by_paysage.organization, by_uai.organization, 'organization/' || uai) AS id,
    coalesce(regexp_extract(id, '[^/]+$'), uai, paysage) AS code, label, territory, year, students AS value
FROM mesr_effectifs__register_enrolments AS enrolments
LEFT JOIN register_codes AS by_paysage ON by_paysage.kind = 'paysage' AND by_paysage.code = paysage
LEFT JOIN (SELECT code, min(organization) AS organization FROM register_codes WHERE kind IN ('uai', 'former-uai') GROUP BY code)
    AS by_uai ON by_uai.code = uai;

CREATE TABLE organizations AS
WITH formers AS (
    SELECT organization AS id, list(DISTINCT code ORDER BY code) AS codes FROM _claims WHERE kind = 'former-uai' GROUP BY organization
), groupings AS (
    SELECT _institutions.id, list(DISTINCT organization ORDER BY organization) AS bodies
    FROM (SELECT institution, unnest(groupings) AS code FROM _members) AS m
    JOIN _institutions ON paysage = institution
    JOIN register_codes ON register_codes.code = m.code AND kind IN ('uai', 'paysage')
    WHERE organization <> _institutions.id
    GROUP BY _institutions.id
)
SELECT id,
    CASE
        WHEN anc_norm(type) = 'universite' THEN 'University'
        WHEN anc_norm(type) = 'ecole' THEN 'School'
        WHEN regexp_matches(anc_norm(type), 'regroupement|communaute') THEN 'InstitutionGrouping'
        ELSE 'HigherEducationInstitution'
    END AS kind,
    label AS label_fr, label_en,
    list_distinct([name FOR name IN [acronym, short_name] IF name IS NOT NULL AND name <> label]) AS acronym,
    'actor-type/higher-education' AS actor_type,
    uais AS uai, sirens AS siren, sirets AS siret, pics AS pic, paysage, idrefs AS idref,
    ['https://ror.org/' || code FOR code IN rors] AS ror, wikidatas AS wikidata,
    [code FOR code IN coalesce(formers.codes, []) IF NOT list_contains(uais, code)] AS former_codes,
    groupings.bodies AS member_of,
    nullif(start_year, '') AS start_year, nullif(end_year, '') AS end_year, homepage,
    'evidence-status/documented' AS evidence, 'source/mesr-etablissements' AS source
FROM _institutions LEFT JOIN formers USING (id) LEFT JOIN groupings USING (id)
UNION ALL BY NAME
SELECT id, 'HigherEducationInstitution' AS kind, arg_max(label, year) AS label_fr, 'actor-type/higher-education' AS actor_type,
    [code] AS uai, 'evidence-status/documented' AS evidence, 'source/mesr-effectifs' AS source
FROM _enrolled WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM _institutions) GROUP BY id, code;

-- The head office: a municipal district stays itself, a former commune becomes the one that took it over.
CREATE TABLE _places AS
SELECT _institutions.id, _institutions.code, _institutions.commune,
    CASE WHEN register.current OR register.successor IS NULL THEN register.territory
        ELSE 'territory/commune/' || register.successor END AS territory
FROM _institutions JOIN decoupage_administratif__register_communes AS register ON register.code = _institutions.commune;

CREATE TABLE register_seats AS   -- where an institution sits, as those place it that know no more of it
SELECT id AS organization, min(territory) AS territory
FROM _places WHERE territory IS NOT NULL GROUP BY id HAVING count(DISTINCT territory) = 1 ORDER BY ALL;

CREATE TABLE register_places AS   -- what another source's point may be near to
SELECT DISTINCT territory, point[1]::DOUBLE AS lat, point[2]::DOUBLE AS lon
FROM _institutions JOIN _places USING (id) WHERE len(point) = 2 ORDER BY ALL;

CREATE TABLE sites AS
SELECT 'site/' || code AS id, 'Campus' AS kind, label || ' (siège)' AS label_fr, [_institutions.id] AS organizations, [_institutions.id] AS seat_of,
    _places.territory, CASE WHEN _places.territory IS NOT NULL THEN 'evidence-status/documented' END AS location_evidence,
    postcode, CASE WHEN len(point) = 2 THEN point[1] END AS lat, CASE WHEN len(point) = 2 THEN point[2] END AS lon,
    'evidence-status/documented' AS evidence, 'source/mesr-etablissements' AS source
FROM _institutions LEFT JOIN _places USING (id, code)
WHERE _places.territory IS NOT NULL OR len(point) = 2;

CREATE TABLE _counted AS
SELECT 'mesr-effectifs' AS dataset, id, code, coalesce(min(_places.territory), min(_enrolled.territory)) AS territory, year, sum(value) AS value
FROM _enrolled LEFT JOIN _places USING (id, code)
GROUP BY id, code, year
UNION ALL
SELECT 'mesr-etablissements', id, code, territory, year, value
FROM (
    SELECT institution, year, value
    FROM _students JOIN _members USING (_file, paysage)
    WHERE value IS NOT NULL OR lower(cell) = 'nd'
    QUALIFY row_number() OVER (PARTITION BY institution, year ORDER BY value IS NULL, age, _row) = 1
) AS listed
JOIN _institutions ON paysage = institution
JOIN _places USING (id, code)
WHERE (id, year) NOT IN (SELECT (id, year) FROM _enrolled WHERE id IS NOT NULL);

CREATE TABLE observations AS
SELECT 'observation/' || dataset || '/students/' || replace(regexp_replace(territory, '^territory/', ''), '/', '-')
        || '/' || code || '/' || year || '-' || (year + 1) AS id,
    'dataset/' || dataset AS dataset, territory, year || '/' || (year + 1) AS period,
    'indicator/students' AS indicator, 'sector/total' AS sector, id AS organization,
    'scenario/observed' AS scenario, value,
    CASE WHEN value IS NULL THEN 'obs-status/missing' END AS status, 'evidence-status/documented' AS evidence
FROM _counted ORDER BY id;
