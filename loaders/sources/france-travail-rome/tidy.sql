-- Two levels: the sheets of the third version, and the occupations of the fourth, each of a sheet, whose code one of them keeps.
CREATE TABLE concepts AS
SELECT 'rome/sheet/' || code AS id, 'Occupation' AS kind, 'rome' AS scheme, code AS notation, trim(label) AS label_fr, NULL::VARCHAR[] AS broader
FROM sheets
UNION ALL
SELECT 'rome/' || code, 'Occupation', 'rome', code, trim(label), CASE WHEN sheet IN (SELECT code FROM sheets) THEN ['rome/sheet/' || sheet] END
FROM occupations
ORDER BY id;
