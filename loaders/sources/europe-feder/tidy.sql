-- Operations of the European funds that the Commission's own categories say to be of research, innovation, transfer or higher
-- education (decision 0067); the others (training of the regions, town centres, biodiversity, persons who start a business) are not loaded.
-- Rows of one programme and one title are one operation: partners of a project, or instalments.

-- Regulations 215/2014 (annex I) and 2021/1060 (annex I).
CREATE TABLE _categories AS
SELECT * FROM (VALUES
    ('2014-2020', ['002', '049', '056', '057', '058', '059', '060', '061', '062', '063', '064', '065', '116']),
    ('2021-2027', ['001', '002', '003', '004', '005', '006', '007', '008', '009', '010', '011', '012', '025', '026', '027', '028', '029',
                   '030', '123', '150'])
) AS listed (period, codes);

CREATE MACRO _dashed(x) AS regexp_replace(x, '\s\?\s*(\S)', ' – \1', 'g');   -- a dash that the file of 2014-2020 lost

CREATE TABLE _rows AS
WITH every AS (
    SELECT '2021-2027' AS period, number, programme, title, beneficiary, postcode, start, "end", zone, category, fund, amount, _file, _row
    FROM operations
    UNION ALL
    SELECT '2014-2020', NULL, programme, _dashed(title), _dashed(beneficiary), postcode, start, "end", NULL, category, fund, amount, _file, _row
    FROM former
)
SELECT period, number, trim(programme) AS programme, trim(regexp_replace(title, '\s+', ' ', 'g')) AS title,
    trim(regexp_replace(beneficiary, '\s+', ' ', 'g')) AS beneficiary, lpad(trim(postcode), 5, '0') AS postcode, start, "end",
    zone, nullif(fund, 'NR') AS fund, nullif(amount::DECIMAL(18, 2), 0) AS amount, _file, _row::BIGINT AS row_
FROM every JOIN _categories AS c USING (period)
WHERE list_contains(c.codes, coalesce(nullif(regexp_extract(category, '^(CI01_)?([0-9]{3}) - ', 2), ''), '-'))
  AND NOT regexp_matches(anc_norm(title), '\bfonds de (prets?|garanties?|co ?investissement)\b');   -- lent on to others, not given to who manages it

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

CREATE TABLE _members AS
WITH bare AS (
    SELECT *, trim(regexp_replace(beneficiary, '\s*\([^()]*\)\s*$', '')) AS name,
        'project/feder/' || coalesce(min(number) OVER same, period || '-' || anc_hash(anc_norm(programme) || '|' || anc_norm(title))) AS id
    FROM _rows WINDOW same AS (PARTITION BY period, programme, anc_norm(title))
)
SELECT b.*, coalesce(whole.organization, short.organization) AS known, t.territory AS town,
    coalesce(whole.organization, short.organization, 'organization/europe-feder-' || anc_hash(anc_norm(name))) AS organization
FROM bare AS b
LEFT JOIN _names AS whole ON whole.name_norm = anc_norm(b.beneficiary)
LEFT JOIN _names AS short ON short.name_norm = anc_norm(b.name)
LEFT JOIN _towns AS t ON t.postcode = b.postcode;

CREATE TABLE organizations AS
SELECT organization AS id, anc_recased(mode(beneficiary ORDER BY beneficiary)) AS label_fr, 'evidence-status/documented' AS evidence,
    'source/europe-feder' AS source
FROM _members WHERE known IS NULL AND beneficiary <> '' GROUP BY organization ORDER BY id;

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
FROM (SELECT DISTINCT programme FROM _members) AS p
LEFT JOIN _former_regions AS f USING (programme)
JOIN decoupage_administratif__territories AS r
    ON r.kind = 'Region' AND (contains(anc_norm(p.programme), anc_norm(r.label_fr)) OR r.id = 'territory/region/' || f.today)
GROUP BY p.programme;

CREATE TABLE _places AS   -- « COMM/63124/Cournon-d'Auvergne | REG/84/… »
SELECT id, list(DISTINCT CASE WHEN c.current OR c.successor IS NULL THEN c.territory ELSE 'territory/commune/' || c.commune END) AS communes
FROM (SELECT id, unnest(regexp_extract_all(zone, 'COMM/([0-9AB]{5})/', 1)) AS code FROM _members) AS z
JOIN decoupage_administratif__register_communes AS c USING (code) GROUP BY id;

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
