-- Courses of Parcoursup and the places they are taught at. The reduced export has lost accents and hyphens; the official
-- one, when it is there too, gives its names and the places open. The same course has the same identifier in both. Accents
-- and apostrophes are put back in words that are known; a name of three words and more is not left in capitals.


CREATE TABLE _rows AS
SELECT 1 AS rank, _row, uai, anc_norm(statute) AS statute,
    CASE WHEN anc_clean(establishment) LIKE '% % %' THEN anc_recased(anc_clean(establishment)) ELSE anc_clean(establishment) END AS establishment, anc_clean(course) AS course,
    replace(gps, ' ', '') AS gps, _epci, _commune, _placed_by, TRY_CAST(capacity AS INTEGER) AS capacity,
    anc_site(homepage) AS homepage
FROM official_rows
UNION ALL
SELECT 2, _row, uai, anc_norm(statute), anc_restore_accents(CASE WHEN anc_clean(establishment) LIKE '% % %'
        THEN anc_recased(anc_clean(establishment)) ELSE anc_clean(establishment) END), anc_restore_accents(anc_clean(course)), replace(gps, ' ', ''), _epci, _commune, _placed_by, NULL, NULL
FROM rows;

-- One campus comes as dozens of points a few metres apart: a point is taken to the most frequent one of the same
-- establishment within 300 m, three times over.
CREATE TABLE _points AS
SELECT uai, gps, split_part(gps, ',', 1)::DOUBLE AS lat, split_part(gps, ',', 2)::DOUBLE AS lon,
    row_number() OVER (PARTITION BY uai ORDER BY count(*) DESC, gps) AS place, min(_epci) AS _epci,
    min(_commune) AS _commune, min(_placed_by) AS _placed_by
FROM _rows WHERE gps IS NOT NULL
GROUP BY uai, gps;

CREATE TABLE _near AS
SELECT a.uai, a.gps, arg_min(b.gps, b.place) AS leader
FROM _points AS a JOIN _points AS b
    ON a.uai = b.uai AND 111320 * sqrt(pow(a.lat - b.lat, 2) + pow((a.lon - b.lon) * cos(radians(a.lat)), 2)) <= 300
GROUP BY a.uai, a.gps;

CREATE TABLE _campuses AS
SELECT one.uai, one.gps, three.leader AS centre
FROM _near AS one
JOIN _near AS two ON two.uai = one.uai AND two.gps = one.leader
JOIN _near AS three ON three.uai = one.uai AND three.gps = two.leader;

-- A programme of engineers has a line for each baccalaureate that it admits: the title is what stands before. Its identifier
-- is that of the first of its lines by their words, so that the address of a programme with one line stays what it was.
CREATE MACRO _title(course) AS regexp_replace(course, '(?i)^(formation d.ing[eé]nieur bac ?\+ ?5( \(en [0-9] ans\))?) +(- +)?'
    || '(bacs?|s[eé]rie|voie d.acc[eè]s)\b.*$', '\1');

CREATE TABLE _all AS
SELECT _rows.* REPLACE (_title(course) AS course), centre,
    'programme/parcoursup-' || anc_hash(uai || '|' || min(anc_norm(course)) OVER (PARTITION BY uai, anc_norm(_title(course)), centre)
        || '|' || coalesce(centre, '')) AS id,
    'site/parcoursup-' || uai || '-' || left(sha1(centre), 6) AS site
FROM _rows LEFT JOIN _campuses USING (uai, gps);

-- --- Institutions: the register's, one that another source described, or a new one ------------------------------------
CREATE TABLE _described AS
SELECT id FROM mesr_rnsr__organizations WHERE label_fr IS NOT NULL
UNION
SELECT id FROM mesr_ecoles_doctorales__organizations WHERE label_fr IS NOT NULL;

CREATE TABLE register_establishments AS
SELECT uai, coalesce(current.organization, former.organization, 'organization/' || uai) AS organization,
    CASE WHEN current.organization IS NOT NULL THEN 'uai' WHEN former.organization IS NOT NULL THEN 'former-uai'
        WHEN 'organization/' || uai IN (SELECT id FROM _described) THEN 'described' ELSE 'new' END AS rule,
    name
FROM (
    SELECT uai, arg_min(name, (rank, -n, name)) AS name
    FROM (SELECT uai, establishment AS name, rank, count(*) AS n FROM _all WHERE establishment IS NOT NULL GROUP BY ALL)
    GROUP BY uai
) AS named
LEFT JOIN (SELECT * FROM mesr_etablissements__register_codes WHERE kind = 'uai') AS current ON current.code = uai
LEFT JOIN (SELECT * FROM mesr_etablissements__register_codes WHERE kind = 'former-uai') AS former ON former.code = uai;

-- What the columns say, and no more. A lycée is named one, or is under a contract of association and gives only courses
-- that lycées give; a part of a university is named so (every university and national polytechnic institute is in the
-- register), or is a site of another institution in the list of sites (an engineering school of a university). An institution
-- of higher education gives at least one course that lycées do not: a name with "école" or "institut" does not make one
-- (a beauty school that prepares a BTS), nor does its absence unmake one (CESI). The rest, such as a private school of
-- technicians, is an organisation.
CREATE TABLE _given AS   -- does an establishment give only what lycées do? is it under a contract of association?
SELECT uai, bool_or(statute LIKE '%contrat d association') AS under_contract,
    bool_and(regexp_matches(anc_norm(course), '^(btsa?|cpge|classe|mise|certificat de specialisation|mc|fcil|dn ?made|dcg|dts|bpjeps|dejeps)\b')
        OR starts_with(anc_norm(course), 'diplome de comptabilite')) AS as_lycees
FROM _all GROUP BY uai;

CREATE TABLE organizations AS
WITH named AS (
    SELECT organization AS id, name, uai, rule, anc_norm(name) AS words, under_contract, as_lycees
    FROM register_establishments JOIN _given USING (uai) WHERE rule IN ('new', 'described')
), sorted AS (
    SELECT *, CASE
        WHEN rule = 'described' THEN NULL   -- another source says what it is: this one says its name
        WHEN regexp_matches(words, '\blycee\b|^(lpo|lpa|lp|legta|legtpa|erea|mfr|mfreo|cite scolaire|centre scolaire|externat|institution)\b')
                OR as_lycees AND under_contract
            THEN 'secondary'
        WHEN regexp_matches(words, '\b(iut|i u t|ufr|unite de formation et de recherche|polytech|antenne|pass|universite|inp)\b')
                OR NOT as_lycees AND uai IN (SELECT code FROM mesr_implantations__register_seats WHERE seat <> code)
            THEN 'component'
        WHEN NOT as_lycees THEN 'institution'
    END AS sort
    FROM named
)
SELECT id,
    CASE sort WHEN 'secondary' THEN 'SecondarySchool' WHEN 'component' THEN 'AcademicComponent'
        WHEN 'institution' THEN 'HigherEducationInstitution' END AS kind,
    name AS label_fr,
    CASE sort WHEN 'secondary' THEN 'actor-type/secondary-school' WHEN 'component' THEN 'actor-type/academic-component'
        WHEN 'institution' THEN 'actor-type/higher-education' END AS actor_type,
    uai, 'evidence-status/documented' AS evidence, 'source/mesr-parcoursup' AS source
FROM sorted ORDER BY id;

-- --- Sites: a point, the EPCI and the commune around it, or the nearest commune ---------------------------------------
CREATE TABLE _sites AS
SELECT site, place_name, organization, centre, _points._epci AS epci, _points._commune AS commune, _placed_by AS placed_by
FROM (SELECT site, centre, uai, arg_min(establishment, (rank, establishment)) AS place_name FROM _all WHERE site IS NOT NULL GROUP BY ALL)
JOIN register_establishments USING (uai)
JOIN _points ON _points.uai = register_establishments.uai AND _points.gps = centre;

CREATE TABLE register_sites AS   -- which rule placed each site: the commune's own contour, a known address, the nearest centre
SELECT site, commune, placed_by AS rule FROM _sites ORDER BY site;

CREATE TABLE sites AS
SELECT site AS id, 'Campus' AS kind, place_name AS label_fr, [organization] AS organizations,
    [territory FOR territory IN [commune, epci] IF territory IS NOT NULL] AS territory,
    CASE WHEN coalesce(epci, commune) IS NOT NULL THEN 'evidence-status/inferred' END AS location_evidence,
    split_part(centre, ',', 1) AS lat, split_part(centre, ',', 2) AS lon,
    'evidence-status/documented' AS evidence, 'source/mesr-parcoursup' AS source
FROM _sites ORDER BY site;

-- --- Courses, with a level only where their name says it --------------------------------------------------------------
CREATE TABLE programmes AS
WITH courses AS (
    SELECT _all.id, arg_min(course, (rank, _row::BIGINT)) AS label_fr, list(DISTINCT organization ORDER BY organization) AS organizations,
        list(DISTINCT site ORDER BY site) FILTER (site IS NOT NULL) AS sites, sum(capacity)::INTEGER AS capacity,
        min(homepage) AS homepage
    FROM _all JOIN register_establishments USING (uai)
    GROUP BY _all.id
), read AS (
    SELECT *, anc_norm(label_fr) AS words FROM courses
)
SELECT id, label_fr, organizations, sites,
    CASE
        WHEN regexp_matches(words, 'grade (de )?master|\bbac ?[56]\b|^formation d ingenieur|orthophoniste') THEN 'level/eqf7'
        WHEN regexp_matches(words, '^(double )?licence\b|^but\b|^dn ?made\b|^diplome national d art\b|^architecture\b|\bbac ?[34]\b|orthoptiste')
            OR regexp_matches(words, '^(diplome de comptabilite et de gestion|dcg)\b|^dts imagerie medicale')
            OR regexp_matches(words, '^d ?e (assistant de service social|educateur|infirmier|ergotherapeute|pedicure|psychomotricien|audioprothesiste|manipulateur)')
            THEN 'level/eqf6'
        WHEN regexp_matches(words, '^(btsa?|deust|cpge|dejeps)\b') THEN 'level/eqf5'
        WHEN regexp_matches(words, '^bpjeps\b') THEN 'level/eqf4'
    END AS level,
    capacity, homepage,
    'evidence-status/documented' AS evidence, 'source/mesr-parcoursup' AS source
FROM read ORDER BY id;
