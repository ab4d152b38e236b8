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

-- A written zero is a zero. An empty cell is one too where the published cells of the zone sum to its total, published apart in
-- five sectors: the file writes zeros in 2022 and leaves blanks in 2023. Otherwise it is a missing value.
CREATE TABLE _jobs AS
SELECT r.zone, r.sector, y.period, y.jobs::DECIMAL(18, 0) AS jobs
FROM _rows AS r
CROSS JOIN LATERAL (VALUES ('2022', r.jobs_2022), ('2023', r.jobs_2023)) AS y (period, jobs);

CREATE TABLE _complete AS
SELECT zone, period
FROM (SELECT zone, period, sum(jobs) AS jobs FROM _jobs GROUP BY zone, period)
JOIN (SELECT t.zone, y.period, sum(y.jobs::DECIMAL(18, 0)) AS total, count(y.jobs) = count(*) AS known
      FROM totals AS t
      CROSS JOIN LATERAL (VALUES ('2022', t.jobs_2022), ('2023', t.jobs_2023)) AS y (period, jobs)
      GROUP BY t.zone, y.period) USING (zone, period)
WHERE known AND jobs = total;

CREATE TABLE observations AS
SELECT 'observation/insee-flores/salaried-jobs/zone-' || j.zone || '/' || j.sector || '/' || j.period AS id,
       'dataset/insee-flores' AS dataset, 'territory/zone/' || j.zone AS territory, j.period,
       'indicator/salaried-jobs' AS indicator, 'sector/a38/' || j.sector AS sector,
       'scenario/observed' AS scenario, coalesce(j.jobs, CASE WHEN c.zone IS NOT NULL THEN 0 END) AS value,
       CASE WHEN j.jobs IS NULL AND c.zone IS NULL THEN 'obs-status/missing' END AS status,
       'evidence-status/documented' AS evidence
FROM _jobs AS j
LEFT JOIN _complete AS c ON c.zone = j.zone AND c.period = j.period
ORDER BY id;
