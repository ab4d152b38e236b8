-- Employment zones: the code, which keeps its zeros, and the name are in one cell.
CREATE TABLE _rows AS
SELECT c.code, c.commune, c.department, c.region,
       regexp_extract(r.zone, '^([0-9]{4})', 1) AS zone, regexp_extract(r.zone, '^[0-9]{4} - (.+)$', 1) AS label
FROM rows AS r
JOIN decoupage_administratif__register_communes AS c ON c.code = r.commune;

-- A zone's code starts with its region's, or with 00 when it lies in several: the file of one region then lists a part of it
-- only, so it overlaps that region and the départements it is seen in, and is part of none.
CREATE TABLE _zones AS
SELECT zone, min(label) AS label,
       list_sort(list(DISTINCT 'territory/department/' || department)) AS departments,
       list_sort(list(DISTINCT 'territory/region/' || region)) AS regions,
       count(DISTINCT region) = 1 AND min(region) = left(zone, 2) AS whole
FROM _rows
GROUP BY zone;

-- The zone of each current commune: by its own code, else by those it has replaced (several zones are overlaps), else, where it
-- was created again since, by that of the commune it was then in. Its districts are where it is.
CREATE TABLE _found AS
SELECT commune, zone, CASE WHEN code = commune THEN 0 ELSE 1 END AS rank FROM _rows
UNION ALL
SELECT again.code, r.zone, 2
FROM decoupage_administratif__register_recreated AS again
JOIN _rows AS r ON r.code = again.parent;

CREATE TABLE _communes AS
SELECT place.territory, list_sort(list(DISTINCT 'territory/zone/' || f.zone)) AS zones
FROM (SELECT * FROM _found QUALIFY rank = min(rank) OVER (PARTITION BY commune)) AS f
JOIN decoupage_administratif__register_communes AS place ON place.commune = f.commune AND place.successor IS NULL
GROUP BY place.territory;

CREATE TABLE territories AS
SELECT 'territory/zone/' || zone AS id, 'EmploymentZone' AS kind, label AS label_fr, zone AS code,
       getvariable('vintage') AS vintage,
       list_concat(CASE WHEN whole AND len(departments) = 1 THEN departments ELSE [] END,
                   CASE WHEN whole THEN regions ELSE [] END) AS part_of,
       list_concat(CASE WHEN whole AND len(departments) = 1 THEN [] ELSE departments END,
                   CASE WHEN whole THEN [] ELSE regions END) AS overlaps
FROM _zones
UNION ALL
SELECT territory, NULL, NULL, NULL, NULL,
       CASE WHEN len(zones) = 1 THEN zones ELSE [] END, CASE WHEN len(zones) = 1 THEN [] ELSE zones END
FROM _communes;
