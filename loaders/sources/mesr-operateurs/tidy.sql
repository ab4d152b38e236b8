-- Income of public institutions by year, from their accounts. Rows of a budget (2023 in this export) say what is planned: they are not
-- loaded. An empty cell is an amount that is not told, not a zero; ratios are not read.

-- One institution a row and a year. The institution of today takes the accounts of the one it was, the largest where several became one
-- (the university, not the grouping beside it); the others keep their own code.
CREATE TABLE _rows AS
SELECT a.*, known.organization AS known, coalesce(CASE WHEN row_number() OVER (
        PARTITION BY known.organization, year ORDER BY income::DOUBLE DESC NULLS LAST, uai) = 1 THEN known.organization END,
        'organization/' || uai) AS organization,
    CASE WHEN c.current OR c.successor IS NULL THEN c.territory ELSE 'territory/commune/' || c.commune END AS territory
FROM accounts AS a
JOIN decoupage_administratif__register_communes AS c ON c.code = a.commune
LEFT JOIN (SELECT code, min(organization) AS organization FROM mesr_etablissements__register_codes
    WHERE kind IN ('uai', 'former-uai') GROUP BY code) AS known ON known.code = a.uai
WHERE a.kind = 'Comptes financiers';

CREATE TABLE organizations AS   -- those that no register describes: predecessors mostly
SELECT organization AS id, anc_recased(arg_max(trim(label), year)) AS label_fr,
    'actor-type/higher-education' AS actor_type, min(uai) AS uai, 'evidence-status/documented' AS evidence,
    'source/mesr-operateurs' AS source
FROM _rows
WHERE organization IS DISTINCT FROM known AND organization NOT IN (SELECT id FROM mesr_rnsr__organizations)
GROUP BY organization ORDER BY id;

CREATE TABLE observations AS
WITH amounts AS (
    SELECT * FROM (SELECT organization, territory, year, COLUMNS('^income') FROM _rows)
    UNPIVOT INCLUDE NULLS (amount FOR line IN (COLUMNS('^income')))
)
SELECT 'observation/mesr-operateurs/' || replace(line, '_', '-') || '/' || replace(regexp_replace(territory, '^territory/', ''), '/', '-')
        || '/' || regexp_extract(organization, '[^/]+$') || '/' || year AS id,
    'dataset/mesr-operateurs' AS dataset, territory, year AS period, 'indicator/' || replace(line, '_', '-') AS indicator,
    'sector/total' AS sector, organization, 'scenario/observed' AS scenario, amount::DECIMAL(18, 2) AS value,
    CASE WHEN amount IS NULL THEN 'obs-status/missing' END AS status, 'evidence-status/documented' AS evidence
FROM amounts ORDER BY id;
