-- The class of each current commune. One that the grid knows only by codes it has replaced takes their class when they all
-- have the same one; otherwise it has none. One that was created again since takes that of the commune it was then in. Codes the
-- register does not know are left out.
CREATE TABLE _classes AS
SELECT c.commune, r.densite, CASE WHEN r.code = c.commune THEN 0 ELSE 1 END AS rank
FROM rows AS r
JOIN decoupage_administratif__register_communes AS c ON c.code = r.code
UNION ALL
SELECT again.code, r.densite, 2
FROM decoupage_administratif__register_recreated AS again
JOIN rows AS r ON r.code = again.parent;

CREATE TABLE territories AS
WITH best AS (
    SELECT * FROM _classes
    QUALIFY rank = min(rank) OVER (PARTITION BY commune)
)
SELECT 'territory/commune/' || commune AS id, 'density/' || min(densite) AS density
FROM best
GROUP BY commune
HAVING count(DISTINCT densite) = 1
ORDER BY id;
