-- One row is one structure. Its SIRET is often that of the university, the school or the foundation that houses it: it names the
-- structure itself only where the type is that of a body of its own, and where neither another row nor a register has the number.
CREATE TABLE _types(code, actor_type, own) AS VALUES
    ('SATT', 'actor-type/transfer-office', true),
    ('CRT', 'actor-type/transfer-office', true),     -- resource centres and units that spread techniques among small firms
    ('CDT', 'actor-type/transfer-office', false),
    ('INCUB', 'actor-type/incubator', true),
    ('PEPITE', 'actor-type/incubator', false),       -- of students who create, in a university
    ('PFT', 'actor-type/platform-operator', false),  -- in a secondary school or an institute of technology
    ('IRT', NULL, true),                             -- a foundation of firms and public bodies: no national public body
    ('CARNOT', NULL, false);                         -- a label that laboratories share: no body


CREATE TABLE _registered AS   -- who has a SIREN in the registers
SELECT siren, min(organization) AS organization FROM (
    SELECT left(code, 9) AS siren, organization FROM mesr_etablissements__register_codes WHERE kind IN ('siren', 'siret')
    UNION SELECT left(siret, 9), organization FROM mesr_rnsr__register_supervision WHERE siret IS NOT NULL
) GROUP BY siren HAVING count(DISTINCT organization) = 1;

CREATE TABLE _rows AS
SELECT anc_slug(number) AS code, coalesce(anc_clean(label), anc_clean(short_name)) AS label, anc_clean(short_name) AS short_name, t.actor_type,
    siret, left(siret, 9) AS siren, t.own AND count(*) OVER (PARTITION BY left(siret, 9)) = 1 AS own,
    CASE WHEN regexp_matches(postcode, '^[0-9]{5}$') THEN postcode END AS postcode, anc_clean(address) AS address,
    anc_clean(locality) AS locality, anc_clean(town) AS town, regexp_replace(department, '^D0?', '') AS department,
    anc_site(homepage) AS homepage,
    string_split(coalesce(coordinates, ''), ',') AS point
FROM rows JOIN _types AS t ON t.code = type;

-- A town is a code, or the name of one commune of the département (of today first); a name of a post office is tried last.
CREATE TABLE _towns AS
WITH names AS (
    SELECT code, department, unnest([town, anc_town(town), anc_town(locality)]) AS name, generate_subscripts([1, 2, 3], 1) AS position FROM _rows
), found AS (
    SELECT n.code, n.position, c.current::BOOLEAN AS current,
        CASE WHEN c.current::BOOLEAN OR c.successor IS NULL THEN c.territory ELSE 'territory/commune/' || c.successor END AS territory
    FROM names AS n JOIN decoupage_administratif__register_communes AS c
        ON n.name = c.code OR (n.position > 1 AND n.name = c.name_norm AND n.department = c.department)
)
SELECT code, min(territory) AS territory FROM found GROUP BY code, position, current HAVING count(DISTINCT territory) = 1
QUALIFY row_number() OVER (PARTITION BY code ORDER BY position, current DESC) = 1;

CREATE TABLE organizations AS
SELECT 'organization/mesr-transfert-' || code AS id, anc_recased(label) AS label_fr,
    CASE WHEN anc_norm(short_name) <> anc_norm(label) THEN short_name END AS acronym, actor_type,
    CASE WHEN own AND known.organization IS NULL THEN siren END AS siren,
    CASE WHEN own AND known.organization IS NULL THEN siret END AS siret,
    known.organization AS part_of, homepage, 'evidence-status/documented' AS evidence, 'source/mesr-transfert' AS source
FROM _rows LEFT JOIN _registered AS known USING (siren)
ORDER BY id;

CREATE TABLE sites AS
SELECT 'site/mesr-transfert-' || code AS id, anc_recased(label) AS label_fr, 'organization/mesr-transfert-' || code AS organizations,
    'organization/mesr-transfert-' || code AS seat_of, territory, 'evidence-status/documented' AS location_evidence,
    CASE WHEN address IS NOT NULL THEN concat_ws(', ', address, concat_ws(' ', postcode, coalesce(locality, town))) END AS address, postcode,
    TRY_CAST(point[1] AS DOUBLE) AS lat, TRY_CAST(point[2] AS DOUBLE) AS lon,
    'evidence-status/documented' AS evidence, 'source/mesr-transfert' AS source
FROM _rows JOIN _towns USING (code)
ORDER BY id;
