-- Labour pools are not employment zones, although their codes look alike. They are drawn on the communes of 2021, and the table
-- lists delegated communes too, some with another pool than their commune's: the commune's own row says where it is. One without
-- a row is in the pool of the codes it has replaced (several are overlaps), or, created again since, of the commune it was in.
CREATE TABLE _found AS
SELECT c.commune, p.bassin, CASE WHEN c.code = c.commune THEN 0 ELSE 1 END AS rank
FROM pools AS p
JOIN decoupage_administratif__register_communes AS c ON c.code = p.commune
UNION ALL
SELECT again.code, p.bassin, 2
FROM decoupage_administratif__register_recreated AS again
JOIN pools AS p ON p.commune = again.parent;

CREATE TABLE _communes AS
SELECT place.territory, list_sort(list(DISTINCT 'territory/bassin/' || f.bassin)) AS pools
FROM (SELECT * FROM _found QUALIFY rank = min(rank) OVER (PARTITION BY commune)) AS f
JOIN decoupage_administratif__register_communes AS place ON place.commune = f.commune AND place.successor IS NULL
GROUP BY place.territory;

-- Names are published in capitals, without accents: each word is written as most communes that have it in their name write it
-- (TREVOUX: Trévoux), and small words are small. A word that no commune has keeps no accent, but those told here.
CREATE TABLE _spelled AS
SELECT upper(strip_accents(word)) AS bare, first(word ORDER BY times DESC, word) AS word
FROM (
    SELECT unnest(string_split_regex(label, '[^\p{L}]+')) AS word, count(*) AS times
    FROM decoupage_administratif__register_communes
    GROUP BY word
    UNION ALL
    SELECT 'Français', 1
)
WHERE word <> lower(word)
GROUP BY bare;

CREATE TABLE _names AS
WITH names AS (SELECT bassin, string_split_regex(min(nom_bassin), '[ -]+') AS words FROM pools GROUP BY bassin),
words AS (SELECT bassin, unnest(words) AS bare, generate_subscripts(words, 1) AS rank FROM names)
SELECT bassin, regexp_replace(string_agg(
    CASE WHEN rank > 1 AND bare IN ('D', 'DE', 'DES', 'DU', 'EN', 'ET', 'L', 'LA', 'LE', 'LES', 'SUR') THEN lower(bare)
         ELSE coalesce(word, bare[1] || lower(bare[2:])) END, ' ' ORDER BY rank), ' ([dl]) ', ' \1''', 'g') AS label
FROM words
LEFT JOIN _spelled USING (bare)
GROUP BY bassin;

CREATE TABLE territories AS
SELECT 'territory/bassin/' || bassin AS id, 'LabourPool' AS kind, label AS label_fr, bassin AS code,
       (SELECT max(annee) FROM plans) AS vintage, NULL::VARCHAR[] AS part_of, NULL::VARCHAR[] AS overlaps
FROM _names
UNION ALL
SELECT territory, NULL, NULL, NULL, NULL,
       CASE WHEN len(pools) = 1 THEN pools ELSE [] END, CASE WHEN len(pools) = 1 THEN [] ELSE pools END
FROM _communes;

-- Occupational families (FAP 2021), four nested levels; a family that is not divided keeps its code at the level below.
CREATE TABLE concepts AS
WITH levels AS (
    SELECT code_22 AS code, label_22 AS label, NULL AS broader, 1 AS level FROM occupations
    UNION
    SELECT code_86, label_86, code_22, 2 FROM occupations
    UNION
    SELECT code_228, label_228, code_86, 3 FROM occupations
    UNION
    SELECT code_341, label_341, code_228, 4 FROM occupations WHERE code_341 <> code_228
)
SELECT 'fap/' || code AS id, 'Occupation' AS kind, 'fap' AS scheme, code AS notation, label AS label_fr,
       'fap/' || broader AS broader
FROM levels
ORDER BY level, code;

-- A pool that crosses a département boundary is published in two rows an occupation. Its value is their sum when both are
-- published; when one is under statistical secrecy, so is the whole, but it is known between bounds: no count under 5 is
-- published, so a secret one is 4 at most. An occupation has a row only where it has plans.
CREATE TABLE _plans AS
SELECT annee, bassin, metier, i.indicator,
       bool_or(i.published = '*') AS suppressed, sum(try_cast(i.published AS INTEGER)) AS value,
       sum(coalesce(try_cast(i.published AS INTEGER), 0)) AS low, sum(coalesce(try_cast(i.published AS INTEGER), 4)) AS high
FROM plans AS p
CROSS JOIN LATERAL (VALUES
    ('hiring-plans', p.met), ('hiring-plans-difficult', p.xmet), ('hiring-plans-seasonal', p.smet)
) AS i (indicator, published)
GROUP BY annee, bassin, metier, i.indicator;

CREATE TABLE observations AS
SELECT 'observation/france-travail-bmo/' || indicator || '/bassin-' || bassin || '/' || metier || '/' || annee AS id,
       'dataset/france-travail-bmo' AS dataset, 'territory/bassin/' || bassin AS territory, annee AS period,
       'indicator/' || indicator AS indicator, 'sector/total' AS sector, 'fap/' || metier AS occupation,
       'scenario/observed' AS scenario, CASE WHEN NOT suppressed THEN value::INTEGER END AS value,
       CASE WHEN suppressed THEN 'obs-status/suppressed' END AS status,
       CASE WHEN suppressed THEN low::INTEGER END AS low, CASE WHEN suppressed THEN high::INTEGER END AS high,
       'evidence-status/documented' AS evidence
FROM _plans
ORDER BY id;
