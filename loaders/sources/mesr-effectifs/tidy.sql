-- Students by institution and year: main enrolments, without pupils of preparatory classes of lycées, without components
-- counted beside their institution. Predecessors count for the institution of today that took over from them. They are
-- written with the list of institutions, which says whose they are and has numbers of its own: one number an institution
-- and a year.

CREATE TABLE register_enrolments AS
SELECT paysage, arg_max(uai, (students, _row)) AS uai, arg_max(counted.label, (students, _row)) AS label, year, sum(students)::INTEGER AS students,
    arg_max(CASE WHEN register.current OR register.successor IS NULL THEN register.territory
        ELSE 'territory/commune/' || register.successor END, (students, _row)) AS territory
FROM (
    SELECT _row, left(year, 4)::INTEGER AS year, trim(coalesce(successor, paysage)) AS paysage,
        nullif(regexp_extract(uai, '[0-9]{7}[A-Z]'), '') AS uai, trim(label) AS label, commune, students::INTEGER AS students
    FROM rows WHERE starts_with(anc_norm(counting), 'sans double compte') AND students IS NOT NULL
) AS counted
JOIN decoupage_administratif__register_communes AS register ON register.code = counted.commune
GROUP BY paysage, year ORDER BY paysage, year;
