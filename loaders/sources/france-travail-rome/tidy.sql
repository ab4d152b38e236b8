-- Two levels: the sheets of the third version, and the occupations of the fourth, each of a sheet, whose code one of them keeps.
-- The names that people give to the work of a sheet (appellations) are other names of the sheet.
CREATE TABLE concepts AS
SELECT 'rome/sheet/' || code AS id, 'Occupation' AS kind, 'rome' AS scheme, code AS notation, trim(s.label) AS label_fr,
    list(DISTINCT trim(a.label) ORDER BY trim(a.label)) FILTER (trim(a.label) <> trim(s.label)) AS alt_labels, NULL::VARCHAR[] AS broader
FROM sheets s LEFT JOIN appellations a ON a.sheet = s.code
GROUP BY code, s.label
UNION ALL
SELECT 'rome/' || code, 'Occupation', 'rome', code, trim(label), NULL,
    CASE WHEN sheet IN (SELECT code FROM sheets) THEN ['rome/sheet/' || sheet] END
FROM occupations
ORDER BY id;
