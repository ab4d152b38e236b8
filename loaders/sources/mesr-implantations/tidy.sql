-- Sites of public institutions: how many students are enrolled at each, and addresses whose commune is known.

CREATE TABLE _rows AS   -- a municipal district stays itself, a former commune becomes the one that took it over
SELECT rows.code, seat, students::INTEGER AS students, replace(point, ' ', '') AS point,
    CASE WHEN register.current OR register.successor IS NULL THEN register.territory
        ELSE 'territory/commune/' || register.successor END AS territory
FROM rows JOIN decoupage_administratif__register_communes AS register ON register.code = rows.commune;

CREATE TABLE register_places AS   -- what another source's point may be near to
SELECT DISTINCT territory, split_part(point, ',', 1)::DOUBLE AS lat, split_part(point, ',', 2)::DOUBLE AS lon
FROM _rows WHERE point IS NOT NULL ORDER BY ALL;

CREATE TABLE register_seats AS   -- which institution each site is of, itself where it is the seat
SELECT code, seat FROM _rows WHERE seat IS NOT NULL ORDER BY code;

-- The file names no year. Schools of one site have here the students of 2015-2016 exactly (INSA Lyon, Centrale Lyon, ENS
-- de Lyon, Sciences Po Grenoble): the year, hence the figure of the year, is inferred. A site without a number is not zero.
CREATE TABLE _seats AS   -- Grenoble INP is in no list of institutions, but supervises units
SELECT DISTINCT seat, coalesce(known.organization, body.id) AS organization
FROM _rows
LEFT JOIN (SELECT code, min(organization) AS organization FROM mesr_etablissements__register_codes
    WHERE kind IN ('uai', 'former-uai') GROUP BY code) AS known ON known.code = seat
LEFT JOIN (SELECT id FROM mesr_rnsr__organizations) AS body ON body.id = 'organization/' || seat;

CREATE TABLE observations AS
SELECT 'observation/mesr-implantations/students-on-site/' || replace(regexp_replace(territory, '^territory/', ''), '/', '-')
        || '/' || coalesce(regexp_extract(organization, '[^/]+$'), min(seat)) || '/2015-2016' AS id,
    'dataset/mesr-implantations' AS dataset, territory, '2015/2016' AS period,
    'indicator/students-on-site' AS indicator, 'sector/total' AS sector, organization,
    'scenario/observed' AS scenario, sum(students)::INTEGER AS value, 'evidence-status/inferred' AS evidence
FROM _rows JOIN _seats USING (seat)
WHERE students IS NOT NULL
GROUP BY territory, organization, CASE WHEN organization IS NULL THEN seat END ORDER BY id;
