-- Salaried jobs by employment zone and sector, two years. The same table comes for the country and for a region, whose rows
-- are used for the zones that the first does not have.
CREATE TABLE _all AS
SELECT * FROM zones_of_france
UNION ALL
SELECT * FROM zones_of_region WHERE zone NOT IN (SELECT zone FROM zones_of_france);

CREATE TABLE _known AS
SELECT code, list_concat(part_of, "overlaps") AS within
FROM zones_emploi__territories
WHERE kind = 'EmploymentZone';

CREATE TABLE _rows AS
SELECT r.*
FROM _all AS r
LEFT JOIN _known AS k ON k.code = r.zone
WHERE getvariable('region') = 'all' OR list_contains(k.within, 'territory/region/' || getvariable('region'));

-- Zones outside the composition that is loaded: the file has their code only, so the label is made of it. The first two digits
-- are the region's, 00 meaning several.
CREATE TABLE territories AS
SELECT DISTINCT 'territory/zone/' || r.zone AS id, 'EmploymentZone' AS kind, 'Zone d''emploi ' || r.zone AS label_fr,
       r.zone AS code, '2020' AS vintage, t.id AS part_of
FROM _rows AS r
LEFT JOIN decoupage_administratif__territories AS t ON t.id = 'territory/region/' || left(r.zone, 2)
WHERE r.zone NOT IN (SELECT code FROM _known)
ORDER BY id;

-- An empty cell is a missing value, a written zero is a zero; the file has both.
CREATE TABLE observations AS
SELECT 'observation/insee-flores/salaried-jobs/zone-' || r.zone || '/' || r.sector || '/' || y.period AS id,
       'dataset/insee-flores' AS dataset, 'territory/zone/' || r.zone AS territory, y.period,
       'indicator/salaried-jobs' AS indicator, 'sector/a38/' || r.sector AS sector,
       'scenario/observed' AS scenario, y.jobs::DECIMAL(18, 0) AS value,
       CASE WHEN y.jobs IS NULL THEN 'obs-status/missing' END AS status, 'evidence-status/documented' AS evidence
FROM _rows AS r
CROSS JOIN LATERAL (VALUES ('2022', r.jobs_2022), ('2023', r.jobs_2023)) AS y (period, jobs)
ORDER BY id;
