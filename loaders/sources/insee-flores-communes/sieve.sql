-- Of all areas, measures, sizes and forms in law, the employees of communes of the region, all sizes and forms together.
CREATE TABLE cells AS
SELECT f.* EXCLUDE (_personal)
FROM all_cells AS f
JOIN decoupage_administratif__register_communes AS c ON c.code = f.code
WHERE f.level = 'COM' AND f.measure = 'EMPL3112' AND f.size = '_T' AND f.form = '1T9X7' AND getvariable('region') IN ('all', c.region)
ORDER BY f.code, f.year, f.sector;
