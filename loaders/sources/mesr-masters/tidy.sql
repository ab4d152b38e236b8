-- Master's degrees: one row a degree, an institution and a campaign in, out the degrees open in the latest campaign of all: one
-- that the latest campaign no longer lists has ended, or goes by another identifier.


CREATE TABLE _latest AS
SELECT uai, inm, 'programme/master-' || uai || '-' || inm AS id, campaign, anc_clean(label) AS label, anc_clean(institution) AS institution,
    anc_clean(usual_name) AS usual_name, anc_clean(domains) AS domains, anc_clean(partners) AS partners, open, paysage,
    trim(postcode) AS postcode, anc_norm(regexp_replace(town, '(?i)\bcedex\b.*$', '')) AS town,
    TRY_CAST(capacity AS INTEGER) AS capacity,
    anc_site(homepage) AS homepage
FROM rows
QUALIFY row_number() OVER (PARTITION BY uai, inm ORDER BY campaign DESC, _file DESC, _row::BIGINT DESC) = 1;

CREATE TABLE register_closed AS
SELECT uai, inm, label, campaign FROM _latest WHERE open = '0' OR campaign < (SELECT max(campaign) FROM rows);

CREATE TABLE _open AS
SELECT * FROM _latest WHERE open = '1' AND label IS NOT NULL AND campaign = (SELECT max(campaign) FROM rows);

-- --- Domains: lists joined by "|" or "," though the labels hold commas, so the known labels are looked for first -------
CREATE TABLE _known AS
SELECT label, anc_norm(label) AS domain
FROM (VALUES ('Arts, lettres, langues'), ('Droit, économie, gestion et science politique'), ('Droit, économie, gestion'),
    ('Sciences humaines et sociales'), ('Sciences, technologies, santé'),
    ('Sciences et techniques des activités physiques et sportives'), ('Autre domaine')) AS k (label);

CREATE TABLE _domains AS   -- the longest label first: one is the beginning of another
SELECT DISTINCT id, unnest(CASE WHEN len(found) > 0 THEN found ELSE [piece] END) AS domain
FROM (
    SELECT id, piece, regexp_extract_all(piece,
        (SELECT string_agg(domain, '|' ORDER BY length(domain) DESC) FROM _known)) AS found
    FROM (SELECT id, unnest([anc_norm(part) FOR part IN string_split(domains, '|')]) AS piece FROM _open WHERE domains IS NOT NULL)
)
WHERE piece <> '';

CREATE TABLE _fields AS
SELECT id, domain, 'field/master/' || replace(domain, ' ', '-') AS field FROM _domains WHERE domain <> 'autre domaine';

CREATE TABLE concepts AS   -- the usual spelling of a known domain, else the file's own where the domain stands alone
SELECT field AS id, 'Discipline' AS kind, 'field/master' AS scheme, replace(domain, ' ', '-') AS notation,
    coalesce(min(_known.label), mode(alone.label), upper(domain)) AS label_fr
FROM _fields
LEFT JOIN _known USING (domain)
LEFT JOIN (SELECT domains AS label, anc_norm(domains) AS domain FROM _open) AS alone USING (domain)
GROUP BY field, domain ORDER BY field;

-- --- Institutions: of one that another source describes, the name alone ---------------------------------------------------
CREATE TABLE _described AS
SELECT id FROM mesr_rnsr__organizations WHERE label_fr IS NOT NULL
UNION
SELECT id FROM mesr_ecoles_doctorales__organizations WHERE label_fr IS NOT NULL
UNION
SELECT id FROM mesr_parcoursup__organizations WHERE label_fr IS NOT NULL;

CREATE TABLE register_institutions AS
SELECT DISTINCT ON (uai) uai,
    coalesce(current.organization, former.organization, 'organization/' || uai) AS organization,
    CASE WHEN current.organization IS NOT NULL THEN 'uai' WHEN former.organization IS NOT NULL THEN 'former-uai'
        WHEN 'organization/' || uai IN (SELECT id FROM _described) THEN 'described' ELSE 'new' END AS rule,
    coalesce(usual_name, institution) AS name, postcode, town
FROM _open
LEFT JOIN (SELECT * FROM mesr_etablissements__register_codes WHERE kind = 'uai') AS current ON current.code = uai
LEFT JOIN (SELECT * FROM mesr_etablissements__register_codes WHERE kind = 'former-uai') AS former ON former.code = uai
ORDER BY uai, campaign DESC, inm;

-- Co-accredited institutions come by name alone: a name of this file, or one the register gives to a single institution.
CREATE TABLE _names AS
SELECT name_norm, min(organization) AS organization
FROM (
    SELECT DISTINCT anc_norm(institution) AS name_norm, organization FROM _open JOIN register_institutions USING (uai)
    UNION
    SELECT name_norm, organization FROM mesr_etablissements__register_names
)
GROUP BY name_norm HAVING count(DISTINCT organization) = 1;

CREATE TABLE register_partners AS
WITH whole AS (   -- a name that holds commas is first looked for as a whole
    SELECT id, unnest(CASE WHEN anc_norm(partners) IN (SELECT name_norm FROM _names) OR anc_norm(partners) LIKE 'institut d enseignement superieur et de recherche en alimentation%'
        THEN [partners] ELSE string_split(partners, ',') END) AS name
    FROM _open WHERE partners IS NOT NULL
)
SELECT id, anc_clean(name) AS name, organization
FROM whole LEFT JOIN _names ON name_norm = trim(anc_norm(regexp_replace(name, '\([^)]*\)$', '')))
WHERE anc_clean(name) IS NOT NULL;

CREATE TABLE organizations AS
SELECT organization AS id, CASE WHEN rule = 'described' THEN NULL
        WHEN regexp_matches(anc_norm(name), '^universite\b') THEN 'University'
        WHEN regexp_matches(anc_norm(name), '^ecole\b') THEN 'School' ELSE 'HigherEducationInstitution' END AS kind,
    name AS label_fr, CASE WHEN rule = 'new' THEN 'actor-type/higher-education' END AS actor_type, uai,
    'evidence-status/documented' AS evidence, 'source/mesr-masters' AS source
FROM register_institutions WHERE rule IN ('new', 'described') ORDER BY id;

-- --- Head offices of institutions that the ministry's list does not have (it leaves out those that are parts of an
-- experimental university). The town of a CEDEX address is that of a post office: the commune is inferred.
CREATE TABLE sites AS
SELECT 'site/master-' || uai AS id, 'Campus' AS kind, min(name) || ' (siège)' AS label_fr, [organization] AS organizations, [organization] AS seat_of,
    min(commune) AS territory, 'evidence-status/inferred' AS location_evidence, min(postcode) AS postcode,
    'evidence-status/documented' AS evidence, 'source/mesr-masters' AS source
FROM register_institutions
JOIN laposte_hexasmal__register_towns ON name_norm = town AND starts_with(postcode, regexp_replace(department, '^2[AB]$', '20'))
WHERE organization NOT IN (SELECT unnest(organizations) FROM mesr_etablissements__sites)
GROUP BY uai, organization HAVING count(*) = 1
ORDER BY id;

-- --- Programmes: a degree and an accredited institution. No teaching site is given, so none is written; no year either: an
-- accreditation is renewed, its end closes nothing. A partner accredited for the same degree has its own row, open or not,
-- and offers that one.
CREATE TABLE _offered AS
SELECT id, list(DISTINCT organization ORDER BY organization) AS organizations
FROM register_partners JOIN _open USING (id)
WHERE organization IS NOT NULL
    AND (organization, inm) NOT IN (SELECT (organization, inm) FROM _latest JOIN register_institutions USING (uai))
GROUP BY id;

CREATE TABLE programmes AS
SELECT _open.id, 'Master ' || label AS label_fr,
    list_sort(list_distinct(list_prepend(register_institutions.organization, coalesce(partners.organizations, [])))) AS organizations,
    'level/eqf7' AS level, fields.fields, capacity, homepage,
    'evidence-status/documented' AS evidence, 'source/mesr-masters' AS source
FROM _open JOIN register_institutions USING (uai)
LEFT JOIN _offered AS partners USING (id)
LEFT JOIN (SELECT id, list(DISTINCT field ORDER BY field) AS fields FROM _fields GROUP BY id) AS fields USING (id)
ORDER BY _open.id;
