-- One row is one grant of an authority to a body, in a year. Only bodies of higher education, research, transfer, clusters, scientific
-- culture and student life are loaded (decision 0067), 233 of 7,057.
-- Rows under the ODbL are laid out here and loaded by `authority-grants-odbl`, whose graph has that licence.

CREATE MACRO _digits(x) AS [try_cast(digit AS INTEGER) FOR digit IN string_split(x, '')];
CREATE MACRO _luhn(x) AS list_sum([CASE WHEN (len(x) - i) % 2 = 0 THEN _digits(x)[i]
    WHEN _digits(x)[i] > 4 THEN 2 * _digits(x)[i] - 9 ELSE 2 * _digits(x)[i] END FOR i IN range(1, len(x) + 1)]) % 10 = 0;

-- Who grants. The files name their authority; its SIREN and its seat are those of the national register, the licence that of its page on
-- data.gouv.fr. Savoie's files of 2021 and later state no licence: they are not loaded.
CREATE TABLE _funders AS
SELECT *, 'territory/commune/' || seat_code AS seat FROM (VALUES
    ('grenoble alpes metropole', '200040715', 'Grenoble-Alpes Métropole', 'de ', 'territory/epci/200040715', '38185', 'ODbL-1.0', 9999),
    ('ville de grenoble', '213801855', 'Ville de Grenoble', 'de la ', 'territory/commune/38185', '38185', 'ODbL-1.0', 9999),
    ('grand chambery', '200069110', 'Grand Chambéry', 'de ', 'territory/epci/200069110', '73065', 'ODbL-1.0', 9999),
    ('clermont auvergne metropole', '246300701', 'Clermont Auvergne Métropole', 'de ', 'territory/epci/246300701', '63113',
     'etalab-2.0', 9999),
    ('conseil departemental de l isere', '223800012', 'Département de l''Isère', 'du ', 'territory/department/38', '38185',
     'etalab-2.0', 9999),
    ('departement de la loire', '224200014', 'Département de la Loire', 'du ', 'territory/department/42', '42218',
     'etalab-2.0', 9999),
    ('departement de la savoie', '227300019', 'Département de la Savoie', 'du ', 'territory/department/73', '73065',
     'etalab-2.0', 2020)
) AS listed (name_norm, siren, label, preposition, territory, seat_code, licence, last_year);

-- Bodies by the words of their name, each read in the files; the first that fits. A body without a name here keeps the file's.
CREATE TABLE _listed AS
SELECT row_number() OVER () AS rank, pattern, label, 'actor-type/' || kind AS actor_type FROM (VALUES
    ('^universite grenoble alpes', 'Université Grenoble Alpes', 'higher-education'),
    ('^universite pierre mendes france', 'Université Pierre-Mendès-France', 'higher-education'),
    ('^universite stendhal', 'Université Stendhal', 'higher-education'),
    ('^universite clermont auvergne', 'Université Clermont Auvergne', 'higher-education'),
    ('^universite savoie mont blanc', 'Université Savoie Mont Blanc', 'higher-education'),
    ('^communaute d universite et etablissements', 'Communauté Université Grenoble Alpes', 'higher-education'),
    ('^clermont auvergne inp', 'Clermont Auvergne INP', 'higher-education'),
    ('^grenoble inp institut', 'Institut polytechnique de Grenoble', 'higher-education'),
    ('^ecole nationale superieure d architecture de grenoble', 'École nationale supérieure d''architecture de Grenoble',
     'higher-education'),
    ('^institut d urbanisme de grenoble', 'Institut d''urbanisme de Grenoble', 'academic-component'),
    ('grenoble ecole de management', 'Grenoble École de management', 'higher-education'),
    ('^groupe esc', 'Groupe ESC Clermont', 'higher-education'),
    ('^fondation (uga|universite grenoble alpes)', 'Fondation Université Grenoble Alpes', NULL),
    ('^fondation partenariale grenoble inp', 'Fondation Grenoble INP', NULL),
    ('^alliance universite entreprise', 'Alliance Université Entreprise de Grenoble', 'association'),
    ('^cnrs\b', 'Centre national de la recherche scientifique', 'research-organization'),
    ('^inria\b', 'Institut national de recherche en informatique et en automatique', 'research-organization'),
    ('^inserm\b', 'Institut national de la santé et de la recherche médicale', 'research-organization'),
    ('^inrae$', 'INRAE', 'research-organization'),
    ('^commissariat energie atomique', 'Commissariat à l''énergie atomique et aux énergies alternatives', 'research-organization'),
    ('^institut (laue langevin|max von laue)', 'Institut Laue-Langevin', 'research-organization'),
    ('^institut curie$', 'Institut Curie', 'research-organization'),
    ('^pole alpin d etudes et de recherches', 'Pôle alpin d''études et de recherches pour la prévention des risques naturels',
     'association'),
    ('^inst(itut)? des risques majeurs', 'Institut des risques majeurs', 'association'),
    ('^association pour le developpement de la recherche adr', 'Association pour le développement de la recherche', 'association'),
    ('^association recherche innovation en orthopedie', 'Association Recherche innovation en orthopédie et traumatologie',
     'association'),
    ('^axelera$', 'Axelera', 'cluster'), ('^minalogic', 'Minalogic', 'cluster'), ('^tenerrdis', 'Tenerrdis', 'cluster'),
    ('^lyon biopole', 'Lyonbiopôle', 'cluster'), ('viameca$', 'Viaméca', 'cluster'), ('^cimes$', 'Cimes', 'cluster'),
    ('^digital league$', 'Digital League', 'cluster'), ('^medicalps$', 'Medicalps', 'cluster'),
    ('^outdoor sports valley$', 'Outdoor Sports Valley', 'cluster'),
    ('^pole agroalimentaire (de )?l isere', 'Pôle agroalimentaire de l''Isère', 'cluster'),
    ('pole agroalimentaire loire$', 'Pôle agroalimentaire Loire', 'cluster'),
    ('^pole excellence bois des pays de savoie', 'Pôle excellence bois des pays de Savoie', 'cluster'),
    ('^technopole alpes sante', 'Technopole Alpes Santé à domicile et autonomie', 'cluster'),
    ('^clermont auvergne french tech$', 'Clermont Auvergne French Tech', 'cluster'),
    ('^ronalpia incubateur', 'Ronalpia', 'incubator'), ('^l incubateur les premieres', 'Les Premières', 'incubator'),
    ('^grenoble alpes innovation et incubation', 'Grenoble Alpes innovation et incubation (Grain)', 'incubator'),
    ('^clermont auvergne innovation$', 'Clermont Auvergne Innovation', 'transfer-office'),
    ('^critt ', 'Critt Savoie', 'transfer-office'),
    ('^centre cult(ure)? scientif(ique)?', 'Centre de culture scientifique, technique et industrielle de Grenoble', 'association'),
    ('hexagone arts et sciences$', 'Hexagone Arts et Sciences', 'association'),
    ('mille une science', 'Mille et une sciences', 'association'),
    ('^association montagnes et sciences$', 'Montagnes et sciences', 'association'),
    ('^association cafes sciences', 'Cafés sciences et citoyens', 'association'),
    ('pint of science', 'Pint of Science France', 'association'), ('^astu sciences$', 'Astu''Sciences', 'association'),
    ('^planete sciences?', 'Planète Sciences Auvergne-Rhône-Alpes', 'association'),
    ('\bafev\b|fondation etudiante pour la ville', 'Association de la fondation étudiante pour la ville (Afev)', 'association'),
    ('^best grenoble inp', 'BEST Grenoble INP', 'student-group'),
    ('^cercle des eleves de grenoble inp', 'Cercle des élèves de Grenoble INP', 'student-group'),
    ('^genepi\b|^groupement d etudiants national$', 'Genepi Grenoble', 'student-group'),
    ('\betudiante?s?\b', NULL, 'student-group')
) AS listed (pattern, label, kind);

-- Grenoble published 2015 and 2016 twice: with SIREN and purposes (« commune »), and without (« city »). The fuller one is read.
CREATE TABLE _rows AS
WITH said AS (
    SELECT _row::BIGINT AS row_, f.siren AS funder_siren, f.label AS funder, f.preposition, f.territory, f.seat, f.licence,
        CASE WHEN year <> '0' THEN year END AS year, trim(name) AS name,
        CASE WHEN _luhn(siret) THEN left(siret, 9) END AS siren,
        nullif(trim(regexp_replace(purpose, '[\s-]+$', '')), '') AS purpose, amount::DECIMAL(18, 2) AS amount, file,
        funder_kind = 'city' AND bool_or(funder_kind = 'commune') OVER (PARTITION BY funder, year) AS twice
    FROM grants JOIN _funders AS f ON f.name_norm = anc_norm(funder) AND coalesce(try_cast(year AS INTEGER), 0) <= f.last_year
)
SELECT *, anc_norm(name) AS name_norm FROM said WHERE NOT twice;

-- Whom a register of the ministry knows, by SIREN (an establishment's counts for its unit) or by name.
CREATE TABLE _registered AS
SELECT siren, min(organization) AS organization FROM (
    SELECT DISTINCT left(code, 9) AS siren, organization FROM mesr_etablissements__register_codes WHERE kind IN ('siren', 'siret')
) GROUP BY siren HAVING count(*) = 1;

CREATE TABLE _supervisors AS   -- CNRS, Inserm…: only for bodies listed above
SELECT siren, min(organization) AS organization FROM (
    SELECT DISTINCT left(siret, 9) AS siren, organization FROM mesr_rnsr__register_supervision WHERE siret IS NOT NULL
) GROUP BY siren HAVING count(*) = 1;

CREATE TABLE _supervisor_names AS
SELECT name_norm, min(organization) AS organization FROM (
    SELECT DISTINCT anc_norm(name) AS name_norm, organization FROM mesr_rnsr__register_supervision
) GROUP BY name_norm HAVING count(*) = 1;

CREATE TABLE _wanted AS
WITH matched AS (
    SELECT r.*, l.label AS listed, l.actor_type, coalesce(anc_norm(l.label), r.name_norm) AS body_norm, l.rank
    FROM _rows AS r LEFT JOIN _listed AS l ON regexp_matches(r.name_norm, l.pattern)
    QUALIFY row_number() OVER (PARTITION BY row_ ORDER BY l.rank) = 1
), numbered AS (   -- rows without a SIREN are of the body that has the same name and one SIREN
    SELECT *, CASE WHEN count(DISTINCT siren) OVER body = 1 THEN max(siren) OVER body ELSE siren END AS body_siren
    FROM matched WINDOW body AS (PARTITION BY body_norm)
)
SELECT n.*, coalesce(b.organization, m.organization, s.organization, p.organization) AS known
FROM numbered AS n
LEFT JOIN _registered AS b ON b.siren = n.body_siren
LEFT JOIN mesr_etablissements__register_names AS m ON m.name_norm = n.body_norm
LEFT JOIN _supervisors AS s ON s.siren = n.body_siren AND n.rank IS NOT NULL
LEFT JOIN _supervisor_names AS p ON p.name_norm = n.body_norm AND n.rank IS NOT NULL
WHERE n.rank IS NOT NULL OR b.organization IS NOT NULL OR m.organization IS NOT NULL;

CREATE TABLE _grants AS
SELECT *, coalesce(known, 'organization/' || coalesce(body_siren, 'authority-grants-' || replace(body_norm, ' ', '-'))) AS organization,
    coalesce(listed, anc_recased(name)) AS label,
    'interaction/authority-grants/' || funder_siren || '-' || coalesce(year, 'sans-annee') || '-' || anc_hash(
        concat_ws('|', body_norm, purpose, amount, file, row_number() OVER (
            PARTITION BY funder_siren, year, body_norm, purpose, amount, file ORDER BY row_))) AS id
FROM _wanted;

CREATE TABLE register_organizations AS
WITH described AS (
    SELECT organization AS id, max(body_siren) AS siren, mode(label ORDER BY label) AS label_fr, max(actor_type) AS actor_type,
        licence
    FROM _grants WHERE known IS NULL GROUP BY organization, licence
    UNION ALL
    SELECT DISTINCT 'organization/' || funder_siren, funder_siren, funder, 'actor-type/local-authority', licence FROM _grants
    WHERE 'organization/' || funder_siren NOT IN (SELECT id FROM decoupage_administratif__organizations)
)
SELECT id, CASE actor_type WHEN 'actor-type/local-authority' THEN 'LocalAuthority' END AS kind, label_fr, actor_type, siren, licence
FROM described ORDER BY id, licence;

CREATE TABLE register_interactions AS
SELECT g.id, ['interaction-type/grant'] AS types, g.year,
    g.label || ' – subvention' || coalesce(' ' || g.year, '') || ' ' || g.preposition || g.funder
        || coalesce(' : ' || g.purpose, '') AS label_fr,
    t.id AS benefits, g.amount AS funding, g.licence
FROM _grants AS g LEFT JOIN decoupage_administratif__territories AS t ON t.id = g.territory
ORDER BY g.id;

CREATE TABLE register_participations AS
SELECT g.id || '/p/1' AS id, g.id AS interaction, 'organization/' || funder_siren AS organization, ['actor-role/funder'] AS roles,
    t.id AS place, CASE WHEN t.id IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence, licence   -- its seat
FROM _grants AS g LEFT JOIN decoupage_administratif__territories AS t ON t.id = g.seat
UNION ALL
SELECT id || '/p/2', id, organization, ['actor-role/demand'], NULL, NULL, licence FROM _grants
ORDER BY id;

CREATE TABLE organizations AS
SELECT * EXCLUDE licence, 'evidence-status/documented' AS evidence, 'source/authority-grants' AS source
FROM register_organizations WHERE licence = 'etalab-2.0';

CREATE TABLE interactions AS
SELECT * EXCLUDE licence, 'evidence-status/documented' AS evidence, 'source/authority-grants' AS source
FROM register_interactions WHERE licence = 'etalab-2.0';

CREATE TABLE participations AS SELECT * EXCLUDE licence FROM register_participations WHERE licence = 'etalab-2.0';
