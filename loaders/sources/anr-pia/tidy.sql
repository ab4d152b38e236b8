-- Partners are free text: an organisation is its name in its town; « Non renseigné » says nothing and is left empty.
CREATE TABLE _partners AS
WITH said AS (
    SELECT project, number, coordinator, _row::BIGINT AS row_,
        nullif(trim(name), 'Non renseigné') AS name, nullif(trim(category), 'Non renseigné') AS category,
        nullif(trim(city), 'Non renseigné') AS city, nullif(trim(region), 'Non renseigné') AS region
    FROM partners
)
SELECT *, 'project/anr/' || project AS interaction,
    anc_town(city) AS town
FROM said WHERE nullif(anc_norm(name), '') IS NOT NULL;

-- A town is a commune when its name is that of one commune of the region (present communes first, then former ones): the place
-- is inferred.
CREATE TABLE _towns AS
WITH regions AS (
    SELECT anc_norm(label_fr) AS name, regexp_extract(id, '[^/]+$') AS code
    FROM decoupage_administratif__territories WHERE kind = 'Region'
), asked AS (
    SELECT DISTINCT p.region, p.town, r.code FROM _partners AS p JOIN regions AS r ON r.name = anc_norm(p.region)
    WHERE p.town <> ''
), found AS (
    SELECT a.region, a.town, 'territory/commune/' || c.commune AS commune, c.current
    FROM asked AS a
    JOIN (
        SELECT name_norm, region, commune, current::BOOLEAN AS current FROM decoupage_administratif__register_communes
        UNION ALL SELECT name_norm, region, commune, false FROM decoupage_administratif__register_parts
    ) AS c
        ON c.name_norm IN (a.town, 'le ' || a.town, 'la ' || a.town, 'les ' || a.town)
        AND c.region = a.code
)
SELECT region, town,
    CASE WHEN count(DISTINCT commune) FILTER (current) = 1 THEN min(commune) FILTER (current)
         WHEN count(*) FILTER (current) = 0 AND count(DISTINCT commune) = 1 THEN min(commune) END AS commune
FROM found GROUP BY region, town;

CREATE TABLE _members AS
SELECT p.*, t.commune, 'organization/anr-pia-' || anc_hash(anc_norm(p.name) || '|' || coalesce(p.town, '')) AS organization
FROM _partners AS p LEFT JOIN _towns AS t USING (region, town);

CREATE TABLE organizations AS
WITH categories(category, kind, actor_type) AS (
    VALUES ('Universités, INSA et INP', NULL, 'actor-type/higher-education'),
        ('Grandes écoles publiques', NULL, 'actor-type/higher-education'),
        ('ENS et grands établissements', NULL, 'actor-type/higher-education'),
        ('COMUE Pôle de recherche et d''Enseignement supérieur', NULL, 'actor-type/higher-education'),
        ('Autres écoles (privées)', NULL, 'actor-type/higher-education'),
        ('IEP', NULL, 'actor-type/higher-education'),
        ('Organismes de type EPST', NULL, 'actor-type/research-organization'),
        ('Organismes de Type EPIC', NULL, 'actor-type/research-organization'),
        ('INHA', NULL, 'actor-type/research-organization'),
        ('Observatoires', NULL, 'actor-type/research-organization'),
        ('Entreprises Privées', 'Company', 'actor-type/company'),
        ('Ministères', NULL, 'actor-type/state-service'),
        ('Collectivités', NULL, 'actor-type/local-authority'),
        ('Associations', NULL, 'actor-type/association')
)
SELECT m.organization AS id, max(c.kind) AS kind, anc_recased(mode(m.name ORDER BY m.name)) AS label_fr,
    CASE WHEN count(DISTINCT c.actor_type) = 1 THEN max(c.actor_type) END AS actor_type,
    'evidence-status/documented' AS evidence, 'source/anr-pia' AS source
FROM _members AS m LEFT JOIN categories AS c ON c.category = m.category
    AND NOT (c.kind IS NOT DISTINCT FROM 'Company' AND anc_is_no_firm(m.name))
GROUP BY m.organization ORDER BY id;

-- The number of a project says the action that funds it, and the action what the project is: a swimming pool of the Campus plan
-- is no research project. What is not named here is research (laboratories, equipment, cohorts, health, energy…).
CREATE TABLE _actions(action, type) AS VALUES
    -- Premises: Campus plan, Saclay, a reactor.
    ('CAMP', 'interaction-type/governance'), ('SACL', 'interaction-type/governance'), ('NUDD', 'interaction-type/governance'),
    -- What a university as a whole becomes: IDEX, I-SITE and what followed, European alliances.
    ('IDEX', 'interaction-type/governance'), ('IDES', 'interaction-type/governance'), ('GURE', 'interaction-type/governance'),
    ('EXES', 'interaction-type/governance'),
    -- Degrees and ways of teaching: Idefi, NCU, graduate schools, digital teaching, flexible courses, quantum training.
    ('IDFI', 'interaction-type/training'), ('IDFN', 'interaction-type/training'), ('NCUN', 'interaction-type/training'),
    ('EURE', 'interaction-type/training'), ('SFRI', 'interaction-type/training'), ('DUNE', 'interaction-type/training'),
    ('DMES', 'interaction-type/training'), ('FTAP', 'interaction-type/training'), ('CMAQ', 'interaction-type/training'),
    ('DMAV', 'interaction-type/training'),
    -- Transfer: SATT and what tries something else, thematic consortia, Carnot institutes.
    ('SATT', 'interaction-type/transfer-creation'), ('SATE', 'interaction-type/transfer-creation'),
    ('ACVT', 'interaction-type/transfer-creation'), ('CARN', 'interaction-type/transfer-creation'),
    ('CRNT', 'interaction-type/transfer-creation'),
    -- Scientific culture (Cap'Maths).
    ('IEEC', 'interaction-type/public-engagement');

-- An aid of 0 is a project whose amount the agency has not filled in yet (every project of 2022): no figure.
CREATE TABLE interactions AS
SELECT 'project/anr/' || project AS id, CASE WHEN a.type IS NULL THEN 'ResearchProject' END AS kind,
    [coalesce(a.type, 'interaction-type/collaborative-project')] AS types,
    coalesce(nullif(nullif(trim(acronym), ''), 'Non renseigné'), project) AS label_fr,
    coalesce(nullif(trim(edition), ''), '20' || regexp_extract(project, '^ANR-([0-9]{2})-', 1)) AS year,
    try_cast(left(start, 10) AS DATE)::VARCHAR AS start,
    CASE WHEN funding::DECIMAL(18, 2) > 0 THEN funding::DECIMAL(18, 2) END AS funding,
    project AS number, 'https://anr.fr/ProjetIA-' || substr(project, 5) AS homepage,
    'evidence-status/documented' AS evidence, 'source/anr-pia' AS source
FROM projects LEFT JOIN _actions AS a ON a.action = regexp_extract(project, '^ANR-[0-9]{2}-([A-Z0-9]{4})-', 1) ORDER BY id;

CREATE TABLE participations AS
WITH once AS (
    SELECT interaction, organization, bool_or(lower(coordinator) = 'true') AS leads, max(commune) AS place,
        min(row_) AS row_
    FROM _members WHERE interaction IN (SELECT id FROM interactions) GROUP BY interaction, organization
)
SELECT interaction || '/p/' || row_number() OVER (PARTITION BY interaction ORDER BY NOT leads, row_) AS id,
    interaction, organization,
    [CASE WHEN leads THEN 'actor-role/coordinator' ELSE 'actor-role/partner' END] AS roles, place,
    CASE WHEN place IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence
FROM once ORDER BY interaction, NOT leads, row_;
