-- One row of the contest is one prize: a company, sometimes the research units and the institutions it comes from.
-- 489 rows carry no « Identifiant » (2016-2020): they are named by the year and a hash of what the row says.
CREATE TABLE _winners AS
WITH named AS (
    SELECT *,
        coalesce(
            nullif(regexp_replace(trim(number), '[^A-Za-z0-9]+', '-', 'g'), ''),
            year || '-' || anc_hash(concat_ws('|', motto, project, siren, company, field, region, unit_ids,
                                              institution_ids))
        ) AS code,
        nullif(anc_norm(company), '') AS company_norm,
        CASE WHEN regexp_matches(siren, '^[0-9]{9}$') THEN siren END AS siren9
    FROM winners
), ranked AS (   -- a prize that the file repeats (a team of several people) stays one prize
    SELECT *, row_number() OVER (PARTITION BY code ORDER BY _row::BIGINT) AS copy,
        number IS NULL OR trim(number) = '' AS unnumbered
    FROM named
)
SELECT 'interaction/mesr-ilab/' || code || CASE WHEN copy > 1 THEN '-' || copy ELSE '' END AS id, *
FROM ranked WHERE copy = 1 OR unnumbered;

CREATE TABLE _companies AS
SELECT id AS interaction, year,
    CASE WHEN siren9 IS NOT NULL THEN 'organization/' || siren9
         ELSE 'organization/mesr-ilab-' || anc_hash(company_norm || '|' || coalesce(region, '')) END AS organization,
    siren9 AS siren, trim(company) AS label
FROM _winners WHERE siren9 IS NOT NULL OR company_norm IS NOT NULL;

CREATE TABLE _register AS   -- units of today, and numbers that went into one of them
SELECT rnsr, organization, commune FROM mesr_rnsr__register_units
UNION ALL
SELECT f.rnsr, f.organization, u.commune
FROM mesr_rnsr__register_former_units AS f LEFT JOIN mesr_rnsr__register_units AS u USING (organization);

-- Lists joined by commas; names (which hold commas of their own) are read beside the codes only where the counts agree.
CREATE TABLE _units AS
WITH lists AS (
    SELECT id, string_split(unit_ids, ',') AS codes, string_split(unit_names, ',') AS names,
        string_split(unit_acronyms, ',') AS acronyms, unit_names, unit_acronyms
    FROM _winners WHERE unit_ids IS NOT NULL
)
SELECT id AS interaction, upper(trim(codes[i])) AS code, u.organization AS known, u.commune,
    coalesce(u.organization, 'organization/' || upper(trim(codes[i]))) AS organization,
    CASE WHEN len(codes) = 1 THEN trim(unit_names) WHEN len(codes) = len(names) THEN trim(names[i]) END AS label,
    CASE WHEN len(codes) = 1 THEN trim(unit_acronyms) WHEN len(codes) = len(acronyms) THEN trim(acronyms[i]) END
        AS acronym
FROM (SELECT *, unnest(range(1, len(codes) + 1)) AS i FROM lists)
LEFT JOIN _register AS u ON u.rnsr = upper(trim(codes[i]))
WHERE regexp_matches(upper(trim(codes[i])), '^[0-9]{9}[A-Z]$');

CREATE TABLE _institutions AS
WITH lists AS (
    SELECT id, string_split(institution_ids, ',') AS codes, string_split(institution_names, ',') AS names,
        institution_names
    FROM _winners WHERE institution_ids IS NOT NULL
), items AS (
    SELECT id AS interaction, trim(codes[i]) AS code,
        CASE WHEN len(codes) = 1 THEN trim(institution_names) WHEN len(codes) = len(names) THEN trim(names[i]) END
            AS label
    FROM (SELECT *, unnest(range(1, len(codes) + 1)) AS i FROM lists)
    WHERE trim(codes[i]) <> ''
), kinds AS (
    SELECT *, CASE WHEN regexp_matches(code, '^[0-9]{7}[A-Z]$') THEN 'uai'
                   WHEN regexp_matches(code, '^[0-9]{14}$') THEN 'siret'
                   WHEN regexp_matches(code, '^[0-9]{9}$') THEN 'siren' END AS kind
    FROM items
), registered AS (   -- one answer a code: the register's present institution
    SELECT code, min(organization) AS organization
    FROM mesr_etablissements__register_codes
    WHERE kind IN ('uai', 'former-uai', 'siren', 'siret') GROUP BY code
)
SELECT k.interaction, k.code, k.kind, k.label,
    coalesce(r.organization, s.organization) AS known,
    coalesce(r.organization, s.organization,
             CASE WHEN k.kind IS NOT NULL THEN 'organization/' || k.code
                  ELSE 'organization/mesr-ilab-' || anc_hash(anc_norm(coalesce(k.label, k.code)) || '|') END)
        AS organization
FROM kinds AS k
LEFT JOIN registered AS r ON r.code = k.code AND k.kind IS NOT NULL
LEFT JOIN registered AS s ON s.code = left(k.code, 9) AND k.kind = 'siret';

CREATE TABLE organizations AS
WITH rows_ AS (
    SELECT organization AS id, 'Company' AS kind, 'actor-type/company' AS actor_type, siren,
        NULL::VARCHAR AS uai, NULL::VARCHAR AS siret, NULL::VARCHAR AS rnsr, label, NULL::VARCHAR AS acronym,
        year AS rank, 'Entreprise SIREN ' || siren AS fallback
    FROM _companies
    UNION ALL
    SELECT 'organization/' || code, 'ResearchUnit', 'actor-type/research-unit', NULL, NULL, NULL, code, label, acronym,
        '0', 'Unité de recherche ' || code
    FROM _units WHERE known IS NULL
    UNION ALL
    SELECT organization, NULL, NULL, CASE WHEN kind = 'siren' THEN code END, CASE WHEN kind = 'uai' THEN code END,
        CASE WHEN kind = 'siret' THEN code END, NULL, label, NULL, '0', 'Organisation ' || code
    FROM _institutions WHERE known IS NULL
)
SELECT id, max(kind) AS kind, max(actor_type) AS actor_type, max(siren) AS siren, max(siret) AS siret,
    max(uai) AS uai, max(rnsr) AS rnsr,
    coalesce(anc_recased(arg_max(label, rank || label) FILTER (label <> '')), max(fallback)) AS label_fr,
    max(acronym) FILTER (acronym <> '') AS acronym,
    'evidence-status/documented' AS evidence, 'source/mesr-ilab' AS source
FROM rows_ GROUP BY id ORDER BY id;

CREATE TABLE concepts AS
SELECT 'field/ilab/' || anc_slug(field) AS id, 'Discipline' AS kind, 'field/ilab' AS scheme,
    anc_slug(field) AS notation, arg_max(trim(field), year || field) AS label_fr
FROM _winners WHERE anc_slug(field) <> '' GROUP BY anc_slug(field) ORDER BY id;

CREATE TABLE interactions AS
SELECT w.id, ['interaction-type/business-creation'] AS types, w.year AS year,
    'i-Lab ' || w.year || coalesce(
        ' – ' || coalesce(nullif(trim(w.project), ''), nullif(trim(w.motto), ''), nullif(trim(w.company), '')), ''
    ) AS label_fr,
    coalesce(r.id, d.id) AS benefits,
    CASE WHEN anc_slug(w.field) <> '' THEN ['field/ilab/' || anc_slug(w.field)] END AS concerns,
    coalesce(nullif(trim(w.number), ''), nullif(trim(w.file_number), '')) AS number,
    'evidence-status/documented' AS evidence, 'source/mesr-ilab' AS source
FROM _winners AS w
LEFT JOIN decoupage_administratif__territories AS r ON r.id = 'territory/region/' || regexp_replace(w.region, '^[RD]', '')
LEFT JOIN decoupage_administratif__territories AS d
    ON d.id = 'territory/department/' || regexp_replace(w.region, '^[RD]', '')
ORDER BY w.id;

CREATE TABLE participations AS
WITH members AS (
    SELECT interaction, organization, 'actor-role/demand' AS role, NULL::VARCHAR AS place, 1 AS part FROM _companies
    UNION ALL
    SELECT interaction, organization, 'actor-role/supply', commune, 2 FROM _units
    UNION ALL
    SELECT i.interaction, i.organization, 'actor-role/supply', p.territory, 3
    FROM _institutions AS i LEFT JOIN mesr_etablissements__register_seats AS p USING (organization)
), once AS (
    SELECT interaction, organization, min(part) AS part, list_sort(list(DISTINCT role)) AS roles, max(place) AS place
    FROM members GROUP BY interaction, organization
)
SELECT interaction || '/p/' || row_number() OVER (PARTITION BY interaction ORDER BY part, organization) AS id,
    interaction, organization, roles, place,
    CASE WHEN place IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence
FROM once ORDER BY interaction, part, organization;
