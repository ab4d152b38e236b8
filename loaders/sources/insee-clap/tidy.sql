-- Communes of the region, and those of elsewhere in an EPCI or employment zone that has one of them, so that what straddles the
-- region is counted whole.
CREATE TABLE _areas AS
SELECT 'territory/epci/' || epci AS area, territory AS commune, region
FROM decoupage_administratif__register_communes
WHERE current AND epci IS NOT NULL
UNION
SELECT z.area, z.commune, c.region
FROM (SELECT id AS commune, unnest(part_of) AS area FROM zones_emploi__territories
      UNION SELECT id, unnest(part_of) FROM contours__territories) AS z
JOIN decoupage_administratif__register_communes AS c ON c.territory = z.commune AND c.current;

CREATE TABLE _near AS
SELECT DISTINCT commune
FROM _areas
WHERE area IN (SELECT area FROM _areas WHERE region = getvariable('region'));

-- Establishments by commune and sector. The regions of the file are those of 2014; the register says today's.
CREATE TABLE _rows AS
SELECT r.*, c.successor, c.label AS known_label, coalesce(c.region, replace(d.part_of[1], 'territory/region/', '')) AS today
FROM rows AS r
LEFT JOIN decoupage_administratif__register_communes AS c ON c.code = r.code
LEFT JOIN decoupage_administratif__territories AS d ON d.id = 'territory/department/' || r.department
WHERE getvariable('region') IN ('all', today) OR 'territory/commune/' || c.commune IN (SELECT commune FROM _near);

-- Codes of 2014 that the official geographic code gives without a name, or not at all: described here.
CREATE TABLE territories AS
SELECT 'territory/commune/' || r.code AS id, 'FormerCommune' AS kind, r.label AS label_fr, r.code,
       getvariable('period') AS vintage, 'territory/commune/' || r.successor AS succeeded_by,
       CASE WHEN r.successor IS NULL THEN 'territory/department/' || r.department END AS part_of
FROM _rows AS r
WHERE r.known_label IS NULL
ORDER BY id;

CREATE TABLE _cells AS
UNPIVOT (SELECT code, total, DE, C1, C2, C3, C4, C5, FZ, GZ, HZ, IZ, JZ, KZ, LZ, MN, OQ, RU FROM _rows)
ON total, DE, C1, C2, C3, C4, C5, FZ, GZ, HZ, IZ, JZ, KZ, LZ, MN, OQ, RU
INTO NAME sector VALUE value;

-- The file's own sum, checked: a total that is not the sum of its sixteen sectors stops the load.
CREATE TABLE _check AS
SELECT error(concat('Commune ', code, ' : le total des établissements (E14A17) n''est pas la somme des seize secteurs.'))
FROM _cells
GROUP BY code
HAVING sum(value::INTEGER) FILTER (sector = 'total') <> sum(value::INTEGER) FILTER (sector <> 'total');

-- An observation stays on the code it was published for; a former commune leads to its successor by anc:succeededBy.
CREATE TABLE observations AS
SELECT 'observation/insee-clap/establishments/commune-' || code || '/' || sector || '/' || getvariable('period') AS id,
       'dataset/insee-clap' AS dataset, 'territory/commune/' || code AS territory, getvariable('period') AS period,
       'indicator/establishments' AS indicator,
       CASE sector WHEN 'total' THEN 'sector/total' ELSE 'sector/a17/' || sector END AS sector,
       'scenario/observed' AS scenario, value::INTEGER AS value, 'evidence-status/documented' AS evidence
FROM _cells;
