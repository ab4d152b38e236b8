-- The level is in the shape of the code; the section of a division is the one above it in the sheet.
CREATE TABLE _codes AS
SELECT regexp_replace(trim(code), '^SECTION ', '') AS code, trim(regexp_replace(label, '\s+', ' ', 'g')) AS label,
       last_value(CASE WHEN code LIKE 'SECTION %' THEN right(trim(code), 1) END IGNORE NULLS)
           OVER (ORDER BY _row::INTEGER ROWS UNBOUNDED PRECEDING) AS section,
       _row::INTEGER AS position
FROM rows
WHERE code IS NOT NULL;

CREATE MACRO _activity(code) AS 'http://id.insee.fr/codes/nafr2/' || CASE
    WHEN regexp_matches(code, '^[A-U]$') THEN 'section/'
    WHEN length(code) = 2 THEN 'division/'
    WHEN length(code) = 4 THEN 'groupe/'
    WHEN length(code) = 5 THEN 'classe/'
    ELSE 'sousClasse/'
END || code;

CREATE TABLE concepts AS
SELECT _activity(code) AS id, 'EconomicActivity' AS kind, 'http://id.insee.fr/codes/nafr2/naf' AS scheme,
       code AS notation, label AS label_fr,
       CASE length(code)
           WHEN 1 THEN NULL
           WHEN 2 THEN _activity(section)
           WHEN 4 THEN _activity(left(code, 2))
           ELSE _activity(left(code, length(code) - 1))
       END AS broader
FROM _codes
ORDER BY position;

-- Sub-classes of NAF 2025, beside: the file has no level above them, and apostrophes of both kinds.
INSERT INTO concepts
SELECT 'naf2025/' || code, 'EconomicActivity', 'naf2025', code, replace(trim(label), '''', '’'), NULL
FROM sub_classes_2025
ORDER BY code;
