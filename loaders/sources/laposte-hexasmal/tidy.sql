-- Coordinates and postcodes of the communes (and of the districts of Paris, Lyon and Marseille), one row a territory.
-- A code that is obsolete gives neither: the point of a merged commune is not that of its successor. The three cities are
-- known by their districts only: they have the districts' postcodes and no point.
CREATE TABLE territories AS
WITH places AS (
    SELECT c.territory, r.gps, r.code_postal
    FROM rows AS r
    JOIN decoupage_administratif__register_communes AS c ON c.code = r.code
    WHERE c.successor IS NULL
    UNION ALL
    SELECT 'territory/commune/' || c.commune, NULL, r.code_postal
    FROM rows AS r
    JOIN decoupage_administratif__register_communes AS c ON c.code = r.code
    WHERE c.successor IS NULL AND c.commune <> c.code
)
SELECT territory AS id,
       min(trim(split_part(gps, ',', 1))) AS lat,
       min(trim(split_part(gps, ',', 2))) AS lon,
       list_sort(list(DISTINCT code_postal)) AS postcodes
FROM places
GROUP BY territory
ORDER BY territory;

-- Names a town is written with, best first: its own, the postal label, the place below it. A district's pairs win over
-- those of the whole city, so "LYON 69003" is the third district; an obsolete code leads to the commune that took over.
CREATE TABLE _names AS
SELECT anc_norm(n.name) AS name, n.rank, r.code_postal AS postcode, place.department, place.territory AS commune
FROM rows AS r
JOIN decoupage_administratif__register_communes AS c ON c.code = r.code
JOIN decoupage_administratif__register_communes AS place ON place.code = coalesce(c.successor, c.code)
CROSS JOIN LATERAL (VALUES (r.nom, 1), (r.acheminement, 2), (r.ligne_5, 3)) AS n (name, rank)
WHERE n.name IS NOT NULL
UNION
SELECT c.name_norm, 1, p.postcode, c.department, c.territory
FROM decoupage_administratif__register_communes AS c
CROSS JOIN LATERAL (SELECT unnest(c.postcodes) AS postcode) AS p
WHERE c.successor IS NULL
      AND c.code NOT IN (SELECT commune FROM decoupage_administratif__register_communes WHERE commune <> code AND successor IS NULL)
UNION   -- "LYON 3", "LYON 3E", "LYON 3EME" for the districts, whose own name reads "Lyon 3e Arrondissement"
SELECT regexp_replace(c.name_norm, ' ?(e|er) arrondissement$', '') || s.suffix, 1, p.postcode, c.department, c.territory
FROM decoupage_administratif__register_communes AS c
CROSS JOIN LATERAL (SELECT unnest(c.postcodes) AS postcode) AS p
CROSS JOIN (VALUES (''), ('e'), ('er'), ('eme')) AS s (suffix)
WHERE c.successor IS NULL AND c.commune <> c.code AND (s.suffix = '' OR (s.suffix = 'er') = (c.name_norm LIKE '% 1er %'));

-- "ST", "STE" and "SAINT", "SAINTE" are the same words.
CREATE TABLE _spellings AS
SELECT DISTINCT v.name, n.rank, n.postcode, n.department, n.commune
FROM _names AS n
CROSS JOIN LATERAL (VALUES
    (n.name),
    (regexp_replace(regexp_replace(n.name, '\bst\b', 'saint', 'g'), '\bste\b', 'sainte', 'g')),
    (regexp_replace(regexp_replace(n.name, '\bsaint\b', 'st', 'g'), '\bsainte\b', 'ste', 'g'))
) AS v (name)
WHERE v.name <> '';

-- One territory a name and postcode: the best-ranked one, and none where two communes have the same claim.
CREATE TABLE register_places AS
WITH best AS (
    SELECT * FROM _spellings
    QUALIFY rank = min(rank) OVER (PARTITION BY name, postcode)
)
SELECT name AS name_norm, postcode, min(department) AS department, min(commune) AS commune
FROM best
GROUP BY name, postcode
HAVING count(DISTINCT commune) = 1
ORDER BY name_norm, postcode;

-- The same without postcode (CEDEX), a name being one commune in its département; "LYON" is then the whole city.
CREATE TABLE register_towns AS
WITH names AS (
    SELECT name, department, commune, rank FROM _spellings WHERE rank < 3
    UNION
    SELECT name_norm, department, territory, 0
    FROM decoupage_administratif__register_communes
    WHERE current
), best AS (
    SELECT * FROM names
    QUALIFY rank = min(rank) OVER (PARTITION BY name, department)
)
SELECT name AS name_norm, department, min(commune) AS commune
FROM best
GROUP BY name, department
HAVING count(DISTINCT commune) = 1
ORDER BY name_norm, department;
