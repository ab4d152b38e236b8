-- Students by institution and year: main enrolments, without pupils of preparatory classes of lycées, without components
-- counted beside their institution. Predecessors count for the institution of today that took over from them.

CREATE TABLE _rows AS
SELECT _row, left(year, 4)::INTEGER AS year, trim(coalesce(successor, paysage)) AS paysage, trim(label) AS label,
    regexp_extract(uai, '[0-9]{7}[A-Z]') AS uai, commune, students::INTEGER AS students
FROM rows
WHERE starts_with(anc_norm(counting), 'sans double compte') AND students IS NOT NULL;

CREATE TABLE _institutions AS   -- by its identifier, else by its UAI (current, then former), else as a body of units
SELECT paysage, coalesce(arg_max(uai, (year, _row)) FILTER (uai <> ''), paysage) AS code,
    coalesce(min(by_paysage.organization), min(by_uai.organization), min(body.id)) AS organization
FROM _rows
LEFT JOIN (SELECT * FROM mesr_etablissements__register_codes WHERE kind = 'paysage') AS by_paysage ON by_paysage.code = paysage
LEFT JOIN (SELECT code, min(organization) AS organization FROM mesr_etablissements__register_codes
    WHERE kind IN ('uai', 'former-uai') GROUP BY code) AS by_uai ON by_uai.code = uai
LEFT JOIN (SELECT id FROM mesr_rnsr__organizations) AS body ON body.id = 'organization/' || uai
GROUP BY paysage;

CREATE TABLE observations AS   -- an institution that no list describes any more has its students counted under no name
SELECT 'observation/mesr-effectifs/students/' || coalesce(regexp_extract(organization, '[^/]+$'), min(_institutions.code)) || '/' || year || '-'
        || (year + 1) AS id,
    'dataset/mesr-effectifs' AS dataset,
    arg_max(CASE WHEN register.current OR register.successor IS NULL THEN register.territory
        ELSE 'territory/commune/' || register.successor END, (students, _row)) AS territory,
    year || '/' || (year + 1) AS period, 'indicator/students' AS indicator, 'sector/total' AS sector, organization,
    'scenario/observed' AS scenario, sum(students)::INTEGER AS value, 'evidence-status/documented' AS evidence
FROM _rows JOIN _institutions USING (paysage)
JOIN decoupage_administratif__register_communes AS register ON register.code = _rows.commune
GROUP BY organization, CASE WHEN organization IS NULL THEN _institutions.code END, year ORDER BY id;
