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
