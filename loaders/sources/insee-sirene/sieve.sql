-- What is kept of the register while it is read. Natural persons, groups of them without legal personality, and whoever asked
-- for partial diffusion never pass. Who employs nobody (« 00 »), or is not known to employ (« NN »), is neither named nor counted.
CREATE TABLE _communes AS
SELECT code, coalesce(commune, code) AS today
FROM decoupage_administratif__register_communes
WHERE getvariable('region') IN ('all', region);

-- Codes that the register of communes does not know, in a département of the region: their rows are refused by a check.
CREATE TABLE _departments AS
SELECT DISTINCT department
FROM decoupage_administratif__register_communes
WHERE getvariable('region') IN ('all', region);

-- Organisations that other sources name.
CREATE TABLE _known AS
SELECT siren FROM mesr_ilab__organizations WHERE siren IS NOT NULL
UNION
SELECT code FROM mesr_etablissements__register_codes WHERE kind = 'siren'
UNION
SELECT siren FROM mesr_inov__organizations WHERE siren IS NOT NULL
UNION
SELECT siren FROM mesr_iphd__organizations WHERE siren IS NOT NULL
UNION
SELECT siren FROM authority_grants__organizations WHERE siren IS NOT NULL
UNION
SELECT siren FROM authority_grants_odbl__organizations WHERE siren IS NOT NULL
UNION
SELECT siren FROM scanr_h2020__organizations WHERE siren IS NOT NULL;

CREATE TABLE _here AS
SELECT e.siren, e.siret, e.size, e.seat, e.postcode, e.commune, c.today, e.sign, e.usual, e.activity, e.classification, e.treated,
       e.state, e.diffusion, e._file, e._row
FROM all_establishments AS e
LEFT JOIN _communes AS c ON c.code = e.commune
WHERE e.state = 'A' AND e.diffusion = 'O'
  AND (e.size BETWEEN '01' AND '53' OR e.siren IN (SELECT siren FROM _known))
  AND (c.code IS NOT NULL
       OR (e.commune NOT IN (SELECT code FROM decoupage_administratif__register_communes)
           AND (left(e.commune, 2) IN (SELECT department FROM _departments)
                OR left(e.commune, 3) IN (SELECT department FROM _departments))));

CREATE TABLE _units AS
SELECT * EXCLUDE (_personal)
FROM all_legal_units
WHERE siren IN (SELECT siren FROM _here UNION SELECT siren FROM _known)
  AND diffusion = 'O' AND NOT _personal AND left(form, 1) NOT IN ('1', '2');

CREATE TABLE _least AS   -- Insee's size bands, by the least number of salaried employees
SELECT * FROM (VALUES ('01', 1), ('02', 3), ('03', 6), ('11', 10), ('12', 20), ('21', 50), ('22', 100), ('31', 200), ('32', 250),
                      ('41', 500), ('42', 1000), ('51', 2000), ('52', 5000), ('53', 10000)) AS t (size, least);

CREATE TABLE _activities AS SELECT unnest(string_split(getvariable('activities'), ' ')) AS activity;

CREATE TABLE establishments AS
SELECT h.* EXCLUDE (today)
FROM _here AS h
SEMI JOIN _units AS u ON u.siren = h.siren
LEFT JOIN _least AS l ON l.size = h.size
WHERE l.least >= getvariable('employees')::INTEGER
   OR (l.least >= getvariable('employees_of_activities')::INTEGER AND h.activity IN (SELECT activity FROM _activities))
   OR (h.siren IN (SELECT siren FROM _known) AND (l.least >= 1 OR h.seat = 'true'))
ORDER BY siret;

CREATE TABLE legal_units AS
SELECT * FROM _units
WHERE siren IN (SELECT siren FROM establishments UNION SELECT siren FROM _known)
ORDER BY siren;

-- Employers of each commune, named or not, by activity; the month of the file is that of its latest treatment.
CREATE TABLE counts AS
SELECT h.today AS commune, h.activity, h.classification, count(*) AS establishments, max(max(left(h.treated, 7))) OVER () AS month
FROM _here AS h
SEMI JOIN _units AS u ON u.siren = h.siren
WHERE h.size BETWEEN '01' AND '53' AND h.today IS NOT NULL
GROUP BY ALL
ORDER BY ALL;
