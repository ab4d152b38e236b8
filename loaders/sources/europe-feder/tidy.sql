-- Operations of the European funds that the Commission's own categories say to be of research, innovation, transfer or higher
-- education are interactions (decision 0067). Rows of one programme and one title are one: partners of a project, or instalments.
-- All operations of 2021-2027 are actions of their programme, under the objectives that it pursues (decision 0150).

-- Regulations 215/2014 (annex I) and 2021/1060 (annex I).
CREATE TABLE _categories AS
SELECT * FROM (VALUES
    ('2014-2020', ['002', '049', '056', '057', '058', '059', '060', '061', '062', '063', '064', '065', '116']),
    ('2021-2027', ['001', '002', '003', '004', '005', '006', '007', '008', '009', '010', '011', '012', '025', '026', '027', '028', '029',
                   '030', '123', '150'])
) AS listed (period, codes);

CREATE MACRO _dashed(x) AS regexp_replace(x, '\s\?\s*(\S)', ' – \1', 'g');   -- a dash that the file of 2014-2020 lost

CREATE TABLE _every AS
WITH every AS (
    SELECT '2021-2027' AS period, number, programme, title, beneficiary, postcode, start, "end", zone, category, fund, amount, cost,
        objective, axis, _file, _row
    FROM operations
    UNION ALL
    SELECT '2014-2020', NULL, programme, _dashed(title), _dashed(beneficiary), postcode, start, "end", NULL, category, fund, amount, NULL,
        NULL, NULL, _file, _row
    FROM former
)
SELECT period, number, trim(programme) AS programme, trim(regexp_replace(title, '\s+', ' ', 'g')) AS title,
    trim(regexp_replace(beneficiary, '\s+', ' ', 'g')) AS beneficiary, lpad(trim(postcode), 5, '0') AS postcode, start, "end",
    zone, nullif(fund, 'NR') AS fund, nullif(amount::DECIMAL(18, 2), 0) AS amount, nullif(cost::DECIMAL(18, 2), 0) AS cost,
    objective, axis, _file, _row::BIGINT AS row_,
    list_contains(c.codes, coalesce(nullif(regexp_extract(category, '^(CI01_)?([0-9]{3}) - ', 2), ''), '-'))
        AND NOT regexp_matches(anc_norm(title), '\bfonds de (prets?|garanties?|co ?investissement)\b')   -- lent on to others, not given to who manages it
        AS research
FROM every JOIN _categories AS c USING (period);

-- Who the beneficiary is: the name as a register writes it, whole or without what follows in brackets.
CREATE TABLE _names AS
SELECT name_norm, min(organization) AS organization FROM (
    SELECT name_norm, organization FROM mesr_etablissements__register_names
    UNION SELECT anc_norm(name), organization FROM mesr_rnsr__register_supervision
    UNION SELECT anc_norm(acronym), organization FROM mesr_rnsr__register_supervision WHERE nature <> 'UNIV'
) WHERE name_norm <> '' GROUP BY name_norm HAVING count(DISTINCT organization) = 1;

CREATE TABLE _towns AS   -- a postcode is a commune only where it has one
SELECT postcode, min(territory) AS territory
FROM (SELECT unnest(postcodes) AS postcode, territory FROM decoupage_administratif__register_communes WHERE current)
GROUP BY postcode HAVING count(DISTINCT territory) = 1;

CREATE TABLE _beneficiaries AS
WITH bare AS (
    SELECT *, trim(regexp_replace(beneficiary, '\s*\([^()]*\)\s*$', '')) AS name,
        'project/feder/' || coalesce(min(number) OVER same, period || '-' || anc_hash(anc_norm(programme) || '|' || anc_norm(title))) AS id
    FROM _every WINDOW same AS (PARTITION BY period, programme, anc_norm(title), research)
)
SELECT b.*, coalesce(whole.organization, short.organization) AS known, t.territory AS town,
    coalesce(whole.organization, short.organization, 'organization/europe-feder-' || anc_hash(anc_norm(name))) AS organization
FROM bare AS b
LEFT JOIN _names AS whole ON whole.name_norm = anc_norm(b.beneficiary)
LEFT JOIN _names AS short ON short.name_norm = anc_norm(b.name)
LEFT JOIN _towns AS t ON t.postcode = b.postcode;

CREATE TABLE _members AS SELECT * FROM _beneficiaries WHERE research;

-- Who runs an operation that is not of research is named where a word says that it is a body: the list may name persons who start a business.
CREATE MACRO _is_body(name) AS regexp_matches(anc_norm(name),
    '\b(agence|association|centre|chambre|communaute|commune|compagnie nationale|conseil|conservatoires?|cooperative|departement|ecole|'
    'federation|fondation|france active|groupe(ment)?|initiative|institut|lycee|maison|metropole|mission locale|orientation|parc|'
    'pole|region|scic|scop|syndicat|universite|ville|voies navigables)\b');

CREATE TABLE _actions AS
SELECT b.*, known IS NOT NULL OR _is_body(beneficiary)
        OR organization IN (SELECT organization FROM _members) AS is_body,
    replace(regexp_replace(programme, '\s+', ' ', 'g'), '- ', '-') AS plan,
    split_part(objective, ' ', 1) AS code, trim(regexp_replace(substr(objective, strpos(objective, ' ')), '\s+', ' ', 'g')) AS words
FROM _beneficiaries AS b WHERE period = '2021-2027' AND regexp_matches(objective, '^[A-Z0-9.-]+ .') AND regexp_matches(axis, '^[0-9]\. .');

CREATE TABLE organizations AS
SELECT organization AS id, anc_recased(mode(beneficiary ORDER BY beneficiary)) AS label_fr, NULL AS wikidata,
    'evidence-status/documented' AS evidence, 'source/europe-feder' AS source
FROM (SELECT organization, known, beneficiary FROM _members UNION ALL SELECT organization, known, beneficiary FROM _actions WHERE is_body)
WHERE known IS NULL AND beneficiary <> '' GROUP BY organization
UNION ALL
SELECT 'organization/europe-feder-union', 'Union européenne', 'Q458', 'evidence-status/documented', 'source/europe-feder'
WHERE EXISTS (FROM _actions WHERE amount > 0)
ORDER BY id;

-- Programmes of the regions of before 2016, which the list writes in short: the region of then, and that of today.
CREATE TABLE _former_regions AS
SELECT * FROM (VALUES
    ('P.O Auvergne', 'Auvergne', '84'), ('PO FEDER-FSE RA', 'Rhône-Alpes', '84'), ('PO_FEDERFSE_MP', 'Midi-Pyrénées', '76'),
    ('PO FEDER-FSE_LR', 'Languedoc-Roussillon', '76'), ('PO_FEDERFSE_FC', 'Franche-Comté', '27'),
    ('PO FEDER-FSE Bourgogne 2014-2020', 'Bourgogne', '27'), ('PO_FEDER_AL', 'Alsace', '44'),
    ('PO FEDER FSE IEJ Champagne Ardenne', 'Champagne-Ardenne', '44'), ('PO_031_FEDER/FSE 14-20', 'Nord-Pas-de-Calais', '32'),
    ('PO_FEDER_RE', 'La Réunion', '04')
) AS listed (programme, region, today);

CREATE TABLE schemes AS
SELECT 'scheme/feder/' || period || '-' || anc_slug(programme) AS id,
    CASE period WHEN '2014-2020' THEN 'Fonds européens 2014-2020 : ' || coalesce(min(region), min(programme)) ELSE min(programme) END AS label_fr,
    ['interaction-type/grant'] AS types, 'evidence-status/documented' AS evidence, 'source/europe-feder' AS source
FROM _members LEFT JOIN _former_regions USING (programme) GROUP BY period, anc_slug(programme) ORDER BY id;

CREATE TABLE _regions AS   -- a programme benefits the regions that it names
SELECT p.programme, list(DISTINCT r.id ORDER BY r.id) AS regions
FROM (SELECT DISTINCT programme FROM _every) AS p
LEFT JOIN _former_regions AS f USING (programme)
JOIN decoupage_administratif__territories AS r
    ON r.kind = 'Region' AND (contains(anc_norm(p.programme), anc_norm(r.label_fr)) OR r.id = 'territory/region/' || f.today)
GROUP BY p.programme;

CREATE TABLE _zones AS   -- « COMM/63124/Cournon-d'Auvergne | REG/84/… »
SELECT number, list(DISTINCT CASE WHEN c.current OR c.successor IS NULL THEN c.territory ELSE 'territory/commune/' || c.commune END) AS communes
FROM (SELECT number, unnest(regexp_extract_all(zone, 'COMM/([0-9AB]{5})/', 1)) AS code FROM _every) AS z
JOIN decoupage_administratif__register_communes AS c USING (code) GROUP BY number;

-- What an operation covers: départements, regions of today, and of a region of before 2016 the départements that made it, or the
-- region of today where all those that made it are named.
CREATE TABLE _covers AS
WITH named AS (
    SELECT number, regexp_extract_all(zone, 'DEPT/0?([0-9][0-9AB][0-9]?)/', 1) AS departments,
        regexp_extract_all(zone, 'REG/([0-9]{2})/', 1) AS regions
    FROM _every
), former AS (
    SELECT *, count(*) OVER (PARTITION BY today) AS parts FROM (VALUES
        ('21', '44', ['08', '10', '51', '52']), ('22', '32', ['02', '60', '80']), ('23', '28', ['27', '76']), ('25', '28', ['14', '50', '61']),
        ('26', '27', ['21', '58', '71', '89']), ('31', '32', ['59', '62']), ('41', '44', ['54', '55', '57', '88']), ('42', '44', ['67', '68']),
        ('43', '27', ['25', '39', '70', '90']), ('54', '75', ['16', '17', '79', '86']), ('72', '75', ['24', '33', '40', '47', '64']),
        ('73', '76', ['09', '12', '31', '32', '46', '65', '81', '82']), ('74', '75', ['19', '23', '87']),
        ('82', '84', ['01', '07', '26', '38', '42', '69', '73', '74']), ('83', '84', ['03', '15', '43', '63']),
        ('91', '76', ['11', '30', '34', '48', '66'])) AS listed (code, today, departments)
), before AS (
    SELECT DISTINCT number, former.* FROM (SELECT number, unnest(regions) AS code FROM named) JOIN former USING (code)
), whole AS (
    SELECT number, today FROM before GROUP BY number, today HAVING count(*) = any_value(parts)
), every AS (
    SELECT number, unnest(communes) AS id FROM _zones
    UNION SELECT number, 'territory/department/' || unnest(departments) FROM named
    UNION SELECT number, 'territory/department/' || unnest(departments) FROM before ANTI JOIN whole USING (number, today)
    UNION SELECT number, 'territory/region/' || unnest(regions) FROM named
    UNION SELECT number, 'territory/region/' || today FROM whole
)
SELECT number, list(id ORDER BY id) AS territories
FROM every SEMI JOIN decoupage_administratif__territories USING (id) GROUP BY number;

CREATE TABLE _places AS
SELECT id, list_distinct(flatten(list(communes))) AS communes FROM _members JOIN _zones USING (number) GROUP BY id;

CREATE TABLE interactions AS
SELECT m.id, CASE WHEN count(DISTINCT organization) > 1 THEN 'ResearchProject' END AS kind,
    [CASE WHEN count(DISTINCT organization) > 1 THEN 'interaction-type/collaborative-project' ELSE 'interaction-type/grant' END] AS types,
    left(min(start), 4) AS year, min(start) AS start, CASE WHEN max("end") >= min(start) THEN max("end") END AS "end",
    coalesce(mode(fund ORDER BY fund), 'Fonds européens') || ' ' || min(period) || ' – ' || arg_min(title, row_) AS label_fr,
    list_sort(any_value(p.communes)) AS takes_place_in, any_value(r.regions) AS benefits,
    'scheme/feder/' || min(period) || '-' || anc_slug(min(m.programme)) AS scheme, sum(amount) AS funding, min(number) AS number,
    'evidence-status/documented' AS evidence, 'source/europe-feder' AS source
FROM _members AS m LEFT JOIN _regions AS r USING (programme) LEFT JOIN _places AS p USING (id)
GROUP BY m.id ORDER BY m.id;

CREATE TABLE participations AS
SELECT m.id || '/p/' || row_number() OVER (PARTITION BY m.id ORDER BY m.organization) AS id, m.id AS interaction, m.organization,
    [CASE WHEN count(*) OVER (PARTITION BY m.id) > 1 THEN 'actor-role/partner' ELSE 'actor-role/demand' END] AS roles, coalesce(max(m.town), max(h.territory)) AS place,
    CASE WHEN coalesce(max(m.town), max(h.territory)) IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence,
    sum(m.amount) AS funding
FROM _members AS m LEFT JOIN mesr_etablissements__register_seats AS h USING (organization)
WHERE m.beneficiary <> '' GROUP BY m.id, m.organization ORDER BY interaction, m.organization;

-- --- Programmes as strategies: their objectives, and the operations under them (decision 0150) ----------------------------------
CREATE TABLE strategies AS
SELECT 'strategy/' || anc_slug(plan) AS id, plan AS label_fr, any_value(r.regions) AS territories,
    regexp_extract(plan, '(20[0-9]{2})-20[0-9]{2}', 1) AS start_year, regexp_extract(plan, '20[0-9]{2}-(20[0-9]{2})', 1) AS end_year,
    'evidence-status/documented' AS evidence, 'source/europe-feder' AS source
FROM _actions LEFT JOIN _regions AS r USING (programme) GROUP BY plan ORDER BY id;

CREATE TABLE axes AS   -- « 4. Europe plus sociale »
SELECT DISTINCT 'axis/feder/' || anc_slug(plan) || '/' || axis[1] AS id, 'strategy/' || anc_slug(plan) AS strategy, axis[1] AS number,
    axis[4:] AS label_fr, 'evidence-status/documented' AS evidence, 'source/europe-feder' AS source
FROM _actions ORDER BY id;

CREATE TABLE objectives AS   -- « RSO1.3 Renforcer la croissance… »
SELECT 'objective/feder/' || anc_slug(plan) || '/' || code AS id, 'strategy/' || anc_slug(plan) AS strategy,
    'axis/feder/' || anc_slug(plan) || '/' || min(axis[1]) AS axis, code AS number, min(words) AS label_fr,
    'evidence-status/documented' AS evidence, 'source/europe-feder' AS source
FROM _actions GROUP BY plan, code ORDER BY id;

CREATE TABLE actions AS
SELECT 'action/feder/' || number AS id, 'strategy/' || anc_slug(plan) AS strategy, 'axis/feder/' || anc_slug(plan) || '/' || axis[1] AS axis,
    title AS label_fr, 'action-status/agreed' AS status, start, CASE WHEN "end" >= start THEN "end" END AS "end",
    CASE WHEN is_body THEN [organization] END AS run_by, CASE WHEN amount > 0 THEN ['organization/europe-feder-union'] END AS funders,
    ['objective/feder/' || anc_slug(plan) || '/' || code] AS objectives, c.territories,
    CASE WHEN research THEN [a.id] END AS led_to, 'evidence-status/documented' AS evidence, 'source/europe-feder' AS source
FROM _actions AS a LEFT JOIN _covers AS c USING (number) ORDER BY id;

CREATE TABLE budgets AS   -- no line has a year: what the list gives is of the whole operation
SELECT 'action/feder/' || number || '/b/' || part AS id, 'action/feder/' || number AS action, funders, planned FROM (
    SELECT number, 'union' AS part, ['organization/europe-feder-union'] AS funders, amount AS planned FROM _actions
    UNION ALL SELECT number, 'others', NULL, cost - amount FROM _actions
) WHERE planned > 0 ORDER BY id;
