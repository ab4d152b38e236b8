-- A cell of status A is what was counted, a written zero among them; K is withheld. One that holds another sector too (W) is not the
-- figure of its own. A commune stays under the code that it was counted for.
CREATE TABLE observations AS
SELECT 'observation/insee-flores-communes/employees/commune-' || c.code || '/' || f.name || '/' || c.year AS id,
       'dataset/insee-flores-communes' AS dataset, 'territory/commune/' || c.code AS territory, c.year AS period,
       'indicator/employees' AS indicator, CASE c.sector WHEN '_T' THEN 'sector/total' ELSE 'sector/a17/' || c.sector END AS sector,
       'scenario/observed' AS scenario, CASE WHEN c.status = 'A' THEN c.value::DOUBLE::INTEGER END AS value,
       CASE WHEN c.status = 'K' THEN 'obs-status/suppressed' WHEN c.status <> 'A' OR c.value IS NULL THEN 'obs-status/missing' END AS status,
       'evidence-status/documented' AS evidence
FROM cells AS c, LATERAL (SELECT CASE c.sector WHEN '_T' THEN 'total' ELSE c.sector END AS name) AS f
ORDER BY id;
