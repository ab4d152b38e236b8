-- Doctoral schools, the institutions that carry them and the research units they take doctoral students in.

CREATE MACRO _items(cell) AS [anc_clean(item) FOR item IN string_split(cell, ';')];   -- positions matter: empty items stay

CREATE TABLE _schools AS
SELECT _row, anc_clean(number) AS number, 'organization/ed-' || anc_clean(number) AS id, anc_clean(acronym) AS acronym,
    -- « Chimie » and « de l'EHESS » name no organisation elsewhere than in this directory
    CASE WHEN starts_with(anc_norm(label), 'ecole doctorale') THEN anc_clean(label) ELSE 'École doctorale ' || anc_clean(label) END AS label,
    regexp_extract(created, '^[0-9]{4}') AS created,
    anc_site(homepage) AS homepage,
    CASE WHEN regexp_matches(postcode, '^[0-9]{5}$') THEN postcode END AS postcode, anc_clean(commune) AS commune,
    replace(coordinates, ' ', '') AS point
FROM rows;

-- --- Institutions: by UAI (current, then former), else by a name only one institution has had, else a new organisation ---
CREATE TABLE _links AS
SELECT number, 'support' AS link, anc_clean(support) AS name, anc_clean(support_code) AS code FROM rows WHERE anc_clean(support) IS NOT NULL
UNION ALL
SELECT number, 'partner', names[position], codes[position]
FROM (SELECT anc_clean(number) AS number, _items(partners) AS names, _items(partner_codes) AS codes,
        unnest(generate_series(1, len(_items(partners)))) AS position FROM rows WHERE anc_clean(partners) IS NOT NULL)
WHERE names[position] IS NOT NULL
UNION ALL
SELECT number, 'associate', names[position], codes[position]
FROM (SELECT anc_clean(number) AS number, _items(associates) AS names, _items(associate_codes) AS codes,
        unnest(generate_series(1, len(_items(associates)))) AS position FROM rows WHERE anc_clean(associates) IS NOT NULL)
WHERE names[position] IS NOT NULL;

CREATE TABLE register_links AS
SELECT anc_clean(_links.number) AS number, link, name, _links.code,
    coalesce(by_uai.organization, by_former.organization, units.organization, by_name.organization, 'organization/' ||
        CASE WHEN regexp_matches(_links.code, '^[0-9]{7}[A-Z]$') THEN _links.code
            ELSE 'mesr-ecoles-doctorales-' || anc_hash(anc_norm(name) || '|') END) AS organization,
    CASE WHEN by_uai.organization IS NOT NULL THEN 'uai' WHEN by_former.organization IS NOT NULL THEN 'former-uai'
        WHEN units.organization IS NOT NULL THEN 'rnsr-body'
        WHEN by_name.organization IS NOT NULL THEN 'name' ELSE 'new' END AS rule
FROM _links
LEFT JOIN (SELECT * FROM mesr_etablissements__register_codes WHERE kind = 'uai') AS by_uai ON by_uai.code = _links.code
LEFT JOIN (SELECT * FROM mesr_etablissements__register_codes WHERE kind = 'former-uai') AS by_former ON by_former.code = _links.code
LEFT JOIN (SELECT DISTINCT uai, organization FROM mesr_rnsr__register_supervision
    WHERE organization = 'organization/' || uai) AS units ON units.uai = _links.code
LEFT JOIN mesr_etablissements__register_names AS by_name
    ON by_name.name_norm = trim(anc_norm(regexp_replace(name, '\(.*\)', '', 'g')));

-- --- Fields: the disciplines as the directory names them, each in the ministry's field of the same number ---------------
CREATE TABLE _fields AS
SELECT DISTINCT number, 'field/doctoral/' || anc_slug(labels[position]) AS field, labels[position] AS label, codes[position] AS code
FROM (SELECT anc_clean(number) AS number, _items(fields) AS labels, _items(field_codes) AS codes,
        unnest(generate_series(1, len(_items(fields)))) AS position FROM rows WHERE anc_clean(fields) IS NOT NULL)
WHERE labels[position] IS NOT NULL;

CREATE TABLE concepts AS
SELECT field AS id, 'Discipline' AS kind, 'field/doctoral' AS scheme, mode(code) AS notation, mode(label) AS label_fr,
    list(DISTINCT known.id ORDER BY known.id) FILTER (known.id IS NOT NULL) AS broad_match
FROM _fields LEFT JOIN mesr_rnsr__concepts AS known ON known.id = 'field/mesr/' || _fields.code
GROUP BY field
ORDER BY field;

-- --- Research units: the register knows their number, or the unit that took over from them ------------------------------
CREATE TABLE register_school_units AS
SELECT DISTINCT number, wanted.rnsr, coalesce(units.organization, former.organization) AS organization
FROM (SELECT anc_clean(number) AS number, unnest(_items(units)) AS rnsr FROM rows WHERE anc_clean(units) IS NOT NULL) AS wanted
LEFT JOIN mesr_rnsr__register_units AS units USING (rnsr)
LEFT JOIN mesr_rnsr__register_former_units AS former USING (rnsr)
WHERE wanted.rnsr IS NOT NULL;

-- --- The layout -----------------------------------------------------------------------------------------------------------
CREATE TABLE organizations AS
WITH bodies AS (
    SELECT number,
        list(DISTINCT organization ORDER BY organization) FILTER (link = 'support') AS part_of,
        list(DISTINCT organization ORDER BY organization) FILTER (link = 'partner') AS member_of,
        list(DISTINCT organization ORDER BY organization) FILTER (link = 'associate') AS participating
    FROM register_links GROUP BY number
), fields AS (
    SELECT number, list(DISTINCT field ORDER BY field) AS fields FROM _fields GROUP BY number
)
SELECT id, 'DoctoralSchool' AS kind, label AS label_fr, acronym, 'actor-type/doctoral-school' AS actor_type, NULL AS uai,
    part_of, member_of, participating, fields, nullif(created, '') AS start_year, homepage,
    'evidence-status/documented' AS evidence, 'source/mesr-ecoles-doctorales' AS source
FROM _schools LEFT JOIN bodies USING (number) LEFT JOIN fields USING (number)
UNION ALL
SELECT organization, 'HigherEducationInstitution', mode(name), NULL, 'actor-type/higher-education',
    mode(CASE WHEN regexp_matches(code, '^[0-9]{7}[A-Z]$') THEN code END), NULL, NULL, NULL, NULL, NULL, NULL,
    'evidence-status/documented', 'source/mesr-ecoles-doctorales'
FROM register_links WHERE rule = 'new' GROUP BY organization
UNION ALL
SELECT organization, NULL, NULL, NULL, NULL, NULL, NULL, list_sort(list(DISTINCT 'organization/ed-' || number)), NULL, NULL,
    NULL, NULL, NULL, NULL
FROM register_school_units WHERE organization IS NOT NULL GROUP BY organization;

-- Most coordinates of the directory are the centre of the commune, printed with nine decimals and more; the others are kept.
CREATE TABLE sites AS
SELECT 'site/ed-' || number AS id, _schools.label AS label_fr, [id] AS organizations,
    CASE WHEN register.current OR register.successor IS NULL THEN register.territory
        ELSE 'territory/commune/' || register.successor END AS territory,
    'evidence-status/documented' AS location_evidence, postcode,
    CASE WHEN precise THEN split_part(point, ',', 1) END AS lat, CASE WHEN precise THEN split_part(point, ',', 2) END AS lon,
    'evidence-status/documented' AS evidence, 'source/mesr-ecoles-doctorales' AS source
FROM (SELECT *, regexp_matches(point, '^-?[0-9]+\.[0-9]{1,7},-?[0-9]+\.[0-9]{1,7}$') AS precise FROM _schools) AS _schools
JOIN decoupage_administratif__register_communes AS register ON register.code = _schools.commune;
