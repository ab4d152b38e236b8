-- One row is one project of a young doctor: the units and institutions that it comes from supply, the office of transfer and the
-- incubator that bring it to market relay. Nothing of the person is read.
CREATE MACRO _list(x) AS coalesce(json_extract_string(x, '$[*]'), []);
CREATE MACRO _short(x) AS regexp_replace(anc_norm(x), '^satt ', '');   -- « SATT Pulsalys » is « Pulsalys »

CREATE TABLE _winners AS   -- an acronym that is a person's name is taken out at the door
SELECT *, 'interaction/mesr-iphd/' || year || '-'
    || coalesce(nullif(anc_slug(project), ''), anc_hash(concat_ws('|', units, offices, institutions, field))) AS id
FROM winners;

-- Names of institutions, supervisors and national bodies that lead to one: whole, or without the acronym in brackets that follows.
CREATE TABLE _names AS
SELECT name_norm, min(organization) AS organization FROM (
    SELECT name_norm, organization FROM mesr_etablissements__register_names
    UNION SELECT anc_norm(name), organization FROM mesr_rnsr__register_supervision
    UNION SELECT anc_norm(acronym), organization FROM mesr_rnsr__register_supervision WHERE nature <> 'UNIV'
) WHERE name_norm <> '' GROUP BY name_norm HAVING count(DISTINCT organization) = 1;

CREATE TABLE _sirens AS
SELECT siren, min(organization) AS organization FROM (
    SELECT left(code, 9) AS siren, organization FROM mesr_etablissements__register_codes WHERE kind IN ('siren', 'siret')
    UNION SELECT left(siret, 9), organization FROM mesr_rnsr__register_supervision WHERE siret IS NOT NULL
) GROUP BY siren HAVING count(DISTINCT organization) = 1;

-- Units by their RNSR number: those of today, and numbers that went into one of them. Codes and names are read side by side.
CREATE TABLE _register AS
SELECT rnsr, organization, commune FROM mesr_rnsr__register_units
UNION ALL
SELECT f.rnsr, f.organization, u.commune
FROM mesr_rnsr__register_former_units AS f LEFT JOIN mesr_rnsr__register_units AS u USING (organization);

CREATE TABLE _units AS
WITH lists AS (SELECT id, _list(units) AS names, string_split(unit_codes, ';') AS codes FROM _winners WHERE unit_codes IS NOT NULL)
SELECT id AS interaction, upper(trim(codes[i])) AS code, u.organization AS known, u.commune AS place,
    coalesce(u.organization, 'organization/' || upper(trim(codes[i]))) AS organization,
    CASE WHEN len(names) = len(codes) THEN names[i] END AS label
FROM (SELECT *, unnest(range(1, len(codes) + 1)) AS i FROM lists) LEFT JOIN _register AS u ON u.rnsr = upper(trim(codes[i]))
WHERE regexp_full_match(upper(trim(codes[i])), '[0-9]{9}[A-Z]');

-- A unit's number, or several names in one, is no institution; one that no register knows (4 in 100) is left, its unit stands for it.
CREATE TABLE _institutions AS
WITH named AS (
    SELECT id AS interaction, trim(unnest(_list(institutions)), ' ''') AS label FROM _winners
)
SELECT n.interaction, n.label, coalesce(whole.organization, bare.organization, short.organization) AS known
FROM named AS n
LEFT JOIN _names AS whole ON whole.name_norm = anc_norm(n.label)
LEFT JOIN _names AS bare ON bare.name_norm = anc_norm(regexp_replace(n.label, '\s*\([^()]*\)\s*$', ''))
LEFT JOIN _names AS short ON short.name_norm = anc_norm(regexp_extract(n.label, '\(([^()]*)\)\s*$', 1))
WHERE n.label <> '' AND NOT regexp_matches(n.label, '^UMR|/|,');

-- Who brings research to market. A name without a SIREN is the one that has it in another row.
CREATE TABLE _offices AS
WITH lists AS (
    SELECT id AS interaction, _list(offices) AS names, string_split(coalesce(office_codes, ''), ';') AS codes FROM _winners
), items AS (
    SELECT interaction, trim(names[i]) AS label, 'transfer-office' AS kind,
        CASE WHEN len(names) = len(codes) AND regexp_full_match(trim(codes[i]), '[0-9]{9}([0-9]{5})?') THEN left(trim(codes[i]), 9) END AS siren
    FROM (SELECT *, unnest(range(1, len(names) + 1)) AS i FROM lists)
    UNION ALL
    SELECT id, trim(incubator), 'incubator', NULL FROM _winners WHERE trim(incubator) <> ''
), numbered AS (
    SELECT *, coalesce(siren, CASE WHEN count(DISTINCT siren) OVER same = 1 THEN max(siren) OVER same END) AS body_siren,
        min(kind) OVER same <> max(kind) OVER same AS both_kinds
    FROM items WINDOW same AS (PARTITION BY _short(label))
)
SELECT n.interaction, n.label, n.body_siren AS siren, CASE WHEN both_kinds THEN 'transfer-office' ELSE kind END AS kind,
    coalesce(s.organization, whole.organization, bare.organization, short.organization) AS known,
    coalesce(s.organization, whole.organization, bare.organization, short.organization, 'organization/' || body_siren,
             'organization/mesr-iphd-' || replace(_short(label), ' ', '-')) AS organization
FROM numbered AS n
LEFT JOIN _sirens AS s ON s.siren = n.body_siren
LEFT JOIN _names AS whole ON whole.name_norm = anc_norm(n.label)
LEFT JOIN _names AS bare ON bare.name_norm = anc_norm(regexp_replace(n.label, '\s*\([^()]*\)\s*$', ''))
LEFT JOIN _names AS short ON short.name_norm = anc_norm(regexp_extract(n.label, '\(([^()]*)\)\s*$', 1));

CREATE TABLE organizations AS
WITH rows_ AS (
    SELECT organization AS id, 'ResearchUnit' AS kind, 'research-unit' AS actor_type, code AS rnsr, NULL::VARCHAR AS siren,
        coalesce(label, 'Unité de recherche ' || code) AS label
    FROM _units WHERE known IS NULL
    UNION ALL
    SELECT organization, NULL, kind, NULL, siren, label FROM _offices WHERE known IS NULL
)
SELECT id, max(kind) AS kind, mode(label ORDER BY label) AS label_fr, 'actor-type/' || max(actor_type) AS actor_type, max(rnsr) AS rnsr,
    max(siren) AS siren, 'evidence-status/documented' AS evidence, 'source/mesr-iphd' AS source
FROM rows_ GROUP BY id ORDER BY id;

CREATE TABLE concepts AS
SELECT 'field/iphd/' || anc_slug(field) AS id, 'Discipline' AS kind, 'field/iphd' AS scheme, anc_slug(field) AS notation,
    arg_max(trim(field), year || field) AS label_fr
FROM _winners WHERE anc_slug(field) <> '' GROUP BY anc_slug(field) ORDER BY id;

CREATE TABLE interactions AS
SELECT w.id, ['interaction-type/spin-off'] AS types, w.year, 'i-PhD ' || w.year || coalesce(' – ' || trim(w.project), '') AS label_fr, r.id AS benefits,
    CASE WHEN anc_slug(w.field) <> '' THEN ['field/iphd/' || anc_slug(w.field)] END AS concerns,
    'evidence-status/documented' AS evidence, 'source/mesr-iphd' AS source
FROM _winners AS w
LEFT JOIN decoupage_administratif__territories AS r ON r.kind = 'Region' AND anc_norm(r.label_fr) = anc_norm(w.region)
ORDER BY w.id;

CREATE TABLE participations AS
WITH members AS (
    SELECT interaction, organization, 'actor-role/supply' AS role, place, 1 AS part FROM _units
    UNION ALL
    SELECT interaction, known, 'actor-role/supply', NULL, 2 FROM _institutions WHERE known IS NOT NULL
    UNION ALL
    SELECT interaction, organization, 'actor-role/relay', NULL, 3 FROM _offices
), once AS (
    SELECT interaction, m.organization, min(part) AS part, list_sort(list(DISTINCT role)) AS roles,
        coalesce(max(place), max(p.territory)) AS place
    FROM members AS m LEFT JOIN mesr_etablissements__register_seats AS p USING (organization) GROUP BY interaction, m.organization
)
SELECT interaction || '/p/' || row_number() OVER (PARTITION BY interaction ORDER BY part, organization) AS id, interaction, organization, roles,
    place, CASE WHEN place IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence
FROM once ORDER BY interaction, part, organization;
