-- The class of each current commune. One that the grid knows only by codes it has replaced takes their class when they all
-- have the same one; otherwise it has none. Codes the register does not know are left out.
CREATE TABLE _classes AS
SELECT c.commune, r.densite, r.code = c.commune AS own
FROM rows AS r
JOIN decoupage_administratif__register_communes AS c ON c.code = r.code;

CREATE TABLE territories AS
WITH best AS (
    SELECT * FROM _classes
    QUALIFY own = bool_or(own) OVER (PARTITION BY commune)
)
SELECT 'territory/commune/' || commune AS id, 'density/' || min(densite) AS density
FROM best
GROUP BY commune
HAVING count(DISTINCT densite) = 1
ORDER BY id;
