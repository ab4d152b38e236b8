-- A project of a wave is one grant, whether the file gives it once, again without its amounts, or once for each of two companies.
CREATE TABLE _winners AS
SELECT 'interaction/mesr-inov/' || regexp_extract(wave, '[0-9]+') || '-' || anc_slug(project) AS id, 'organization/' || w.siren AS organization,
    w.siren, trim(company) AS company, trim(project) AS project, wave, left(published, 4) AS year, trim(field) AS field,
    "grant"::DECIMAL(18, 2) AS amount,
    CASE WHEN c.current OR c.successor IS NULL THEN c.territory ELSE 'territory/commune/' || c.commune END AS place, _row::BIGINT AS row_
FROM winners AS w LEFT JOIN decoupage_administratif__register_communes AS c ON c.code = w.commune;

CREATE TABLE organizations AS
SELECT organization AS id, 'Company' AS kind, anc_recased(arg_max(company, year || company)) AS label_fr, 'actor-type/company' AS actor_type,
    max(siren) AS siren, 'evidence-status/documented' AS evidence, 'source/mesr-inov' AS source
FROM _winners GROUP BY organization ORDER BY id;

CREATE TABLE concepts AS
SELECT 'field/inov/' || anc_slug(field) AS id, 'Discipline' AS kind, 'field/inov' AS scheme, anc_slug(field) AS notation,
    arg_max(field, year || field) AS label_fr
FROM _winners WHERE anc_slug(field) <> '' GROUP BY anc_slug(field) ORDER BY id;

CREATE TABLE interactions AS
SELECT id, ['interaction-type/grant'] AS types, min(year) AS year,
    'i-Nov ' || min(year) || ' – ' || arg_min(project, row_) AS label_fr,
    list_sort(list(DISTINCT 'field/inov/' || anc_slug(field)) FILTER (anc_slug(field) <> '')) AS concerns,
    max(amount) AS funding, 'evidence-status/documented' AS evidence, 'source/mesr-inov' AS source
FROM _winners GROUP BY id ORDER BY id;

-- The file gives the commune of the company: that it works on the project there is inferred.
CREATE TABLE participations AS
SELECT id || '/p/' || row_number() OVER (PARTITION BY id ORDER BY organization) AS id, id AS interaction, organization,
    ['actor-role/demand'] AS roles, max(place) AS place,
    CASE WHEN max(place) IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence
FROM _winners GROUP BY id, organization ORDER BY interaction, organization;
