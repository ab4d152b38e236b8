-- An undated tie: so many projects together. Identifiers are Paysage (5 characters), SIREN, SIRET, PIC, RNA, GRID or
-- scanR's own (gentNNN); the ministry's list of institutions says which of them are one of its own.
CREATE TABLE _nodes AS
WITH all_ AS (
    SELECT id, regexp_replace(trim(name), '\s*\(France\)$', '') AS name, NULL::VARCHAR AS acronym, 'FR' AS country,
        1 AS rank FROM nodes
    UNION ALL
    SELECT e.id, trim(e.name), nullif(trim(e.acronym), ''), c.code, 2
    FROM entities AS e LEFT JOIN (VALUES
        ('France', 'FR'), ('Allemagne', 'DE'), ('Italie', 'IT'), ('Espagne', 'ES'), ('Royaume-Uni', 'GB'), ('Pays-Bas', 'NL'),
        ('Belgique', 'BE'), ('Autriche', 'AT'), ('Suisse', 'CH'), ('Suède', 'SE'), ('Grèce', 'GR'), ('Finlande', 'FI'),
        ('Portugal', 'PT'), ('Norvège', 'NO'), ('Danemark', 'DK'), ('Irlande', 'IE'), ('Israël', 'IL'), ('Pologne', 'PL'),
        ('Tchéquie', 'CZ'), ('Rép. Tchèque', 'CZ'), ('Hongrie', 'HU'), ('États-Unis', 'US'), ('Etats-Unis', 'US'), ('Turquie', 'TR'),
        ('Roumanie', 'RO'), ('Luxembourg', 'LU'), ('Slovénie', 'SI'), ('Russie', 'RU'), ('Chypre', 'CY'), ('Slovaquie', 'SK'),
        ('Chine', 'CN'), ('Croatie', 'HR'), ('Lituanie', 'LT'), ('Lettonie', 'LV'), ('Bulgarie', 'BG'), ('Islande', 'IS'),
        ('Estonie', 'EE'), ('Canada', 'CA'), ('Ukraine', 'UA'), ('Serbie', 'RS'), ('Malte', 'MT'), ('Japon', 'JP'),
        ('Australie', 'AU'), ('Brésil', 'BR'), ('Afrique du Sud', 'ZA'),
        ('Arménie', 'AM'), ('Biélorussie', 'BY')
    ) AS c(name, code) ON c.name = e.country
), codes AS (
    SELECT id, arg_min(name, rank) AS name, max(acronym) AS acronym, arg_min(country, rank) AS country,
        CASE WHEN regexp_matches(id, '^[0-9]{9}$') THEN 'siren' WHEN regexp_matches(id, '^[0-9]{14}$') THEN 'siret'
             WHEN regexp_matches(id, '^pic[0-9]{9}$') THEN 'pic'
             WHEN regexp_matches(id, '^[0-9A-Za-z]{5}$') AND id NOT LIKE 'gent%' THEN 'paysage' END AS kind,
        regexp_replace(id, '^pic', '') AS code
    FROM all_ WHERE id <> '' AND name <> '' GROUP BY id
), registered AS (
    SELECT kind, code, min(organization) AS organization FROM mesr_etablissements__register_codes GROUP BY kind, code
)
SELECT c.*, r.organization AS known,
    coalesce(r.organization, CASE WHEN c.kind IS NOT NULL THEN 'organization/' || c.code
                                  ELSE 'organization/scanr-h2020-' || c.id END) AS organization
FROM codes AS c LEFT JOIN registered AS r USING (kind, code);

-- Two identifiers of one institution (a university and the one it succeeded) add their projects.
CREATE TABLE _ties AS
WITH pairs_ AS (
    SELECT a, b, weight::INTEGER AS weight FROM pairs
    UNION ALL   -- the entity files are cut at fifty partners and say the same pairs from both ends: each pair once
    SELECT least(entity, id), greatest(entity, id), max(weight::INTEGER) FROM entities
    WHERE NOT EXISTS (SELECT 1 FROM pairs WHERE (a = entity AND b = id) OR (a = id AND b = entity))
    GROUP BY ALL
), resolved AS (
    SELECT least(x.organization, y.organization) AS a, greatest(x.organization, y.organization) AS b, p.weight
    FROM pairs_ AS p JOIN _nodes AS x ON x.id = p.a JOIN _nodes AS y ON y.id = p.b
    WHERE x.organization <> y.organization
)
SELECT a, b, sum(weight)::INTEGER AS weight FROM resolved GROUP BY a, b;

CREATE TABLE organizations AS
SELECT organization AS id,
    arg_min(name, _nodes.id) AS label_fr, max(acronym) AS acronym, max(code) FILTER (kind = 'siren') AS siren,
    max(code) FILTER (kind = 'siret') AS siret, max(code) FILTER (kind = 'pic') AS pic,
    max(code) FILTER (kind = 'paysage') AS paysage, max(country) AS country,
    'evidence-status/documented' AS evidence, 'source/scanr-h2020' AS source
FROM _nodes
WHERE known IS NULL AND organization IN (SELECT a FROM _ties UNION SELECT b FROM _ties)
GROUP BY organization ORDER BY id;

CREATE TABLE ties AS
SELECT 'tie/scanr-h2020/' || regexp_extract(a, '[^/]+$') || '-' || regexp_extract(b, '[^/]+$') AS id, a, b,
    'interaction-type/collaborative-project' AS type, weight,
    'evidence-status/documented' AS evidence, 'source/scanr-h2020' AS source
FROM _ties ORDER BY id;
