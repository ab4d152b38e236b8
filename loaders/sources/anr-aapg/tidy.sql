CREATE MACRO _euros(cell) AS TRY_CAST(replace(replace(replace(replace(cell, '€', ''), chr(160), ''), ' ', ''), ',', '.') AS DECIMAL(18, 2));

CREATE TABLE _kept AS
SELECT DISTINCT project FROM partners
WHERE anc_norm(region) IN (SELECT anc_norm(label_fr) FROM decoupage_administratif__territories WHERE id = 'territory/region/' || getvariable('region'));

-- A partner with a RNSR number is that research unit (or the one of today it went into); the others are their name in their
-- town.
CREATE TABLE _partners AS
WITH said AS (
    SELECT project, acronym, number, lower(coordinator) = 'true' AS leads, trim(name) AS name, category, region, country,
        CASE WHEN regexp_matches(upper(trim(rnsr)), '^[0-9]{9}[A-Z]$') THEN upper(trim(rnsr)) END AS rnsr,
        anc_town(city) AS town,
        _euros(funding) AS funding
    FROM partners
    WHERE getvariable('region') = 'all' OR project IN (SELECT project FROM _kept)
)
SELECT said.*, 'project/anr/' || project AS interaction, u.organization IS NOT NULL AS is_known,
    CASE WHEN said.rnsr IS NOT NULL THEN coalesce(u.organization, 'organization/' || said.rnsr)
         ELSE 'organization/anr-aapg-' || anc_hash(anc_norm(name) || '|' || coalesce(town, '')) END AS organization
FROM said
LEFT JOIN (
    SELECT rnsr, organization FROM mesr_rnsr__register_units UNION ALL SELECT rnsr, organization FROM mesr_rnsr__register_former_units
) AS u ON u.rnsr = said.rnsr
WHERE said.rnsr IS NOT NULL OR nullif(anc_norm(name), '') IS NOT NULL;

-- A town is a commune when its name is that of one commune of the region, or of one of France where no region is given
-- (present communes first, then former ones): the place is inferred.
CREATE TABLE _towns AS
WITH regions AS (
    SELECT anc_norm(label_fr) AS name, regexp_extract(id, '[^/]+$') AS code
    FROM decoupage_administratif__territories WHERE kind = 'Region'
), asked AS (
    SELECT DISTINCT p.region, p.town, r.code
    FROM _partners AS p LEFT JOIN regions AS r ON r.name = anc_norm(p.region)
    WHERE p.town <> '' AND (r.code IS NOT NULL OR (p.region IS NULL AND p.country = 'France'))
), found AS (
    SELECT a.region, a.town, 'territory/commune/' || c.commune AS commune, c.current
    FROM asked AS a
    JOIN (
        SELECT name_norm, region, commune, current::BOOLEAN AS current FROM decoupage_administratif__register_communes
        UNION ALL SELECT name_norm, region, commune, false FROM decoupage_administratif__register_parts
    ) AS c
        ON c.name_norm IN (a.town, 'le ' || a.town, 'la ' || a.town, 'les ' || a.town)
        AND (a.code IS NULL OR c.region = a.code)
)
SELECT coalesce(region, '') AS region, town,
    CASE WHEN count(DISTINCT commune) FILTER (current) = 1 THEN min(commune) FILTER (current)
         WHEN count(*) FILTER (current) = 0 AND count(DISTINCT commune) = 1 THEN min(commune) END AS commune
FROM found GROUP BY region, town;

CREATE TABLE _countries(name, code) AS VALUES
    ('France', 'FR'), ('Allemagne', 'DE'), ('États-Unis d''Amérique', 'US'),
    ('Royaume-Uni de Grande-Bretagne et d''Irlande du Nord', 'GB'), ('Canada', 'CA'), ('Italie', 'IT'), ('Suisse', 'CH'),
    ('Belgique', 'BE'), ('Espagne', 'ES'), ('Pays-Bas', 'NL'), ('Japon', 'JP'), ('Autriche', 'AT'), ('Suède', 'SE'),
    ('Pologne', 'PL'), ('Roumanie', 'RO'), ('Chine', 'CN'), ('Grèce', 'GR'), ('Norvège', 'NO'), ('Taïwan', 'TW'),
    ('Portugal', 'PT'), ('Réunion', 'RE'), ('Irlande', 'IE'), ('Danemark', 'DK'), ('Tunisie', 'TN'),
    ('Guyane française', 'GF'), ('Afrique du Sud', 'ZA'), ('Mexique', 'MX'), ('Brésil', 'BR'), ('Singapour', 'SG'),
    ('Luxembourg', 'LU'), ('Liban', 'LB'), ('Turquie', 'TR'), ('Thaïlande', 'TH'), ('Guadeloupe', 'GP'),
    ('Hong Kong', 'HK'), ('Finlande', 'FI'), ('Tchéquie', 'CZ'), ('Égypte', 'EG'), ('Chili', 'CL'), ('Népal', 'NP'),
    ('Israël', 'IL'), ('Corée (République de)', 'KR'), ('Russie', 'RU'), ('Indonésie', 'ID'), ('Nouvelle-Zélande', 'NZ'),
    ('Viet Nam', 'VN'), ('Équateur', 'EC'), ('Hongrie', 'HU'), ('Côte d''Ivoire', 'CI'), ('Maroc', 'MA'),
    ('Argentine', 'AR'), ('Burkina Faso', 'BF'), ('Colombie', 'CO'), ('Niger', 'NE'), ('Uruguay', 'UY'), ('Sénégal', 'SN'),
    ('Slovaquie', 'SK'), ('Pérou', 'PE'), ('Seychelles', 'SC'), ('Guinée', 'GN'), ('Arabie saoudite', 'SA'),
    ('Zimbabwe', 'ZW'), ('Monaco', 'MC'), ('Chypre', 'CY'), ('Polynésie française', 'PF'), ('Kazakhstan', 'KZ'),
    ('Madagascar', 'MG'), ('Tchad', 'TD'), ('Algérie', 'DZ'), ('Ukraine', 'UA'), ('Nouvelle-Calédonie', 'NC'),
    ('Estonie', 'EE'), ('Gabon', 'GA'), ('Australie', 'AU'), ('Lituanie', 'LT'), ('Koweït', 'KW'), ('Inde', 'IN'),
    ('Vanuatu', 'VU');

CREATE TABLE organizations AS
WITH categories(category, kind, actor_type) AS (
    -- Both name a laboratory, or the university, the CNRS, the CEA, the hospital it belongs to: which of them, no number tells.
    VALUES ('Laboratoire public', NULL, 'actor-type/public-research'),
        ('Divers public', NULL, 'actor-type/public-research'),
        ('Fondation de recherche', NULL, 'actor-type/research-organization'),
        ('Association', NULL, 'actor-type/association'),
        ('TPE', 'Company', 'actor-type/company'),
        ('PME', 'Company', 'actor-type/company'),
        ('Entreprise autre que TPE ou PME', 'Company', 'actor-type/company')
)
SELECT p.organization AS id,
    CASE WHEN max(p.rnsr) IS NOT NULL THEN 'ResearchUnit'
         WHEN count(DISTINCT coalesce(c.kind, '')) = 1 THEN max(c.kind) END AS kind,
    coalesce(anc_recased(mode(p.name ORDER BY p.name) FILTER (p.name <> '')), 'Unité de recherche ' || max(p.rnsr)) AS label_fr,
    CASE WHEN max(p.rnsr) IS NOT NULL THEN 'actor-type/research-unit'
         WHEN count(DISTINCT coalesce(c.actor_type, '')) = 1 THEN max(c.actor_type) END AS actor_type,
    max(p.rnsr) AS rnsr,
    CASE WHEN count(DISTINCT n.code) = 1 THEN max(n.code) END AS country,
    'evidence-status/documented' AS evidence, 'source/anr-aapg' AS source
FROM _partners AS p
LEFT JOIN categories AS c ON c.category = p.category
    AND NOT (c.kind IS NOT DISTINCT FROM 'Company' AND anc_is_no_firm(p.name))
LEFT JOIN _countries AS n ON n.name = p.country
WHERE NOT p.is_known
GROUP BY p.organization ORDER BY id;

CREATE TABLE interactions AS
SELECT interaction AS id, 'ResearchProject' AS kind, ['interaction-type/collaborative-project'] AS types,
    coalesce(max(m.acronym) FILTER (trim(m.acronym) <> ''), max(p.acronym) FILTER (trim(p.acronym) <> ''), max(m.project)) AS label_fr,
    coalesce(max(regexp_extract(p.edition, '[0-9]{4}')) FILTER (p.edition <> ''), '20' || regexp_extract(max(m.project), '^ANR-([0-9]{2})-', 1)) AS year,
    max(try_cast(left(p.start, 10) AS DATE))::VARCHAR AS start, nullif(max(_euros(p.funding)), 0) AS funding, max(m.project) AS number,
    'https://anr.fr/Projet-' || max(m.project) AS homepage,
    'evidence-status/documented' AS evidence, 'source/anr-aapg' AS source
FROM _partners AS m LEFT JOIN projects AS p ON p.project = m.project GROUP BY interaction ORDER BY id;

CREATE TABLE participations AS
WITH once AS (
    SELECT p.interaction, p.organization, bool_or(p.leads) AS leads, min(p.number) AS number, nullif(sum(p.funding), 0) AS funding,
        CASE WHEN count(DISTINCT t.commune) = 1 THEN max(t.commune) END AS place
    FROM _partners AS p LEFT JOIN _towns AS t ON t.region = coalesce(p.region, '') AND t.town = p.town
    GROUP BY p.interaction, p.organization
)
SELECT interaction || '/p/' || row_number() OVER (PARTITION BY interaction ORDER BY NOT leads, number) AS id,
    interaction, organization,
    [CASE WHEN leads THEN 'actor-role/coordinator' ELSE 'actor-role/partner' END] AS roles, place,
    CASE WHEN place IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence, funding
FROM once ORDER BY interaction, NOT leads, number;
