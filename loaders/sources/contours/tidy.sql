-- One shape a territory. The loader turns each GeoJSON geometry into well-known text (longitude latitude).
CREATE TABLE geometries AS
SELECT 'territory/epci/' || code || '/geometry' AS id, 'territory/epci/' || code AS territory, wkt
FROM epci
UNION ALL
SELECT 'territory/zone/' || code || '/geometry', 'territory/zone/' || code, wkt
FROM zones
UNION ALL
SELECT 'territory/department/' || code || '/geometry', 'territory/department/' || code, wkt
FROM departments
UNION ALL
SELECT 'territory/region/' || code || '/geometry', 'territory/region/' || code, wkt
FROM regions
UNION ALL
SELECT 'territory/commune/' || code || '/geometry', 'territory/commune/' || code, wkt
FROM communes;

-- The composition of zones comes for the communes of one region. A zone that straddles is made whole by its own outline: the
-- communes in no zone whose point it holds, kept only where all together are as many as the outline says. Otherwise nothing is.
CREATE TABLE _listed AS
SELECT t.id AS commune, unnest(t.part_of) AS zone
FROM zones_emploi__territories AS t
JOIN decoupage_administratif__register_communes AS c ON c.territory = t.id AND c.current;

CREATE TABLE _straddling AS
SELECT z.code, 'territory/zone/' || z.code AS zone, z.communes::INTEGER AS communes, z.wkt
FROM zones AS z
WHERE z.communes::INTEGER > (SELECT count(*) FROM _listed AS l WHERE l.zone = 'territory/zone/' || z.code);

CREATE TABLE _rings AS
SELECT zone, unnest(regexp_extract_all(wkt, '\(([^()]+)\)', 1)) AS ring FROM _straddling;

CREATE TABLE _corners AS
SELECT zone, ring, position, split_part(corner, ' ', 1)::DOUBLE AS x, split_part(corner, ' ', 2)::DOUBLE AS y
FROM (SELECT zone, ring, trim(unnest(string_split(ring, ','))) AS corner,
             unnest(generate_series(1, len(string_split(ring, ',')))) AS position
      FROM _rings);

CREATE TABLE _sides AS
SELECT zone, x AS x1, y AS y1, lead(x) OVER side AS x2, lead(y) OVER side AS y2
FROM _corners
WINDOW side AS (PARTITION BY zone, ring ORDER BY position);

CREATE TABLE _boxes AS
SELECT zone, min(x) AS west, max(x) AS east, min(y) AS south, max(y) AS north FROM _corners GROUP BY zone;

CREATE TABLE _points AS
SELECT c.territory AS commune, c.department, c.region, p.lon::DOUBLE AS x, p.lat::DOUBLE AS y
FROM decoupage_administratif__register_communes AS c
JOIN laposte_hexasmal__territories AS p ON p.id = c.territory
WHERE c.current AND p.lat IS NOT NULL AND c.territory NOT IN (SELECT commune FROM _listed);

-- A point is in an outline whose sides a half-line from it crosses an odd number of times.
CREATE TABLE _held AS
SELECT s.zone, p.commune, p.department, p.region
FROM _points AS p
JOIN _boxes AS b ON p.x BETWEEN b.west AND b.east AND p.y BETWEEN b.south AND b.north
JOIN _sides AS s ON s.zone = b.zone AND (s.y1 > p.y) <> (s.y2 > p.y)
    AND p.x < (s.x2 - s.x1) * (p.y - s.y1) / (s.y2 - s.y1) + s.x1
GROUP BY ALL
HAVING count(*) % 2 = 1;

CREATE TABLE _whole AS
SELECT s.zone
FROM _straddling AS s
WHERE s.communes = (SELECT count(*) FROM _listed AS l WHERE l.zone = s.zone)
                 + (SELECT count(*) FROM _held AS h WHERE h.zone = s.zone);

CREATE TABLE territories AS
SELECT commune AS id, [zone] AS part_of, NULL::VARCHAR[] AS "overlaps"
FROM _held
WHERE zone IN (SELECT zone FROM _whole)
UNION ALL
SELECT zone, NULL, list_sort(list_distinct(list_concat(list('territory/department/' || department), list('territory/region/' || region))))
FROM _held
WHERE zone IN (SELECT zone FROM _whole)
GROUP BY zone
ORDER BY id;
