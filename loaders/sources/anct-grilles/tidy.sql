-- What each typology calls its classes. An urban or overseas commune (« Hors champ »), or one that changed since (« Commune dont le
-- périmètre a changé »), has no type: none is written.
CREATE TABLE _names AS SELECT * FROM (VALUES
    ('ruralities', 'Les ruralités résidentielles aisées', 'rurality/residential-affluent'),
    ('ruralities', 'Les ruralités résidentielles mixtes', 'rurality/residential-mixed'),
    ('ruralities', 'Les ruralités touristiques à dominante résidentielle', 'rurality/tourist-residential'),
    ('ruralities', 'Les ruralités touristiques spécialisées', 'rurality/tourist-specialised'),
    ('ruralities', 'Les ruralités productives ouvrières', 'rurality/productive-workers'),
    ('ruralities', 'Les ruralités productives agricoles', 'rurality/productive-farming'),
    ('ruralities', 'Les petites polarités mixtes', 'rurality/small-centres-mixed'),
    ('ruralities', 'Les petites polarités industrielles et artisanales', 'rurality/small-centres-industrial'),
    ('centralities', 'Communes non centre', 'centrality/0'),
    ('centralities', 'Centre local d''équipements et de services', 'centrality/1'),
    ('centralities', 'Centre intermédiaire d''équipements et de services', 'centrality/2'),
    ('centralities', 'Centre structurant d''équipements et de services', 'centrality/3'),
    ('centralities', 'Centre majeur d''équipements et de services', 'centrality/4'),
    ('massifs', '02 - Massif du Jura', 'massif/jura'),
    ('massifs', '03 - Massif des Alpes', 'massif/alps'),
    ('massifs', '06 - Massif Central', 'massif/massif-central')
) AS t(grid, name, concept);

-- The class of each current commune, as of the density grid: a code that was replaced speaks for the commune of today where no row
-- of its own does, and communes that were merged since have a class where they all have the same one.
CREATE TABLE _classes AS
WITH told AS (
    SELECT 'ruralities' AS grid, * FROM ruralities
    UNION ALL SELECT 'centralities', * FROM centralities
    UNION ALL SELECT 'massifs', * FROM massifs
), placed AS (
    SELECT t.grid, c.commune, n.concept
    FROM told AS t
    JOIN decoupage_administratif__register_communes AS c ON c.code = t.code
    LEFT JOIN _names AS n ON n.grid = t.grid AND n.name = trim(t.class)
    QUALIFY (t.code = c.commune) = bool_or(t.code = c.commune) OVER (PARTITION BY t.grid, c.commune)
)
SELECT grid, commune, min(concept) AS concept
FROM placed
GROUP BY grid, commune
HAVING count(DISTINCT coalesce(concept, '')) = 1;

CREATE TABLE territories AS
SELECT 'territory/commune/' || commune AS id,
    max(concept) FILTER (grid = 'ruralities') AS rurality,
    max(concept) FILTER (grid = 'centralities') AS centrality,
    max(concept) FILTER (grid = 'massifs') AS massif
FROM _classes
WHERE concept IS NOT NULL
GROUP BY commune
ORDER BY id;
