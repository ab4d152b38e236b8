-- Projects keep the address that the copy of Horizon 2020 gave them. Organisations are PIC numbers; the number of value-added tax of
-- a French one holds its SIREN, under a key of two digits. Codes of countries of the Union become those of ISO.
CREATE TABLE _known AS   -- PIC of institutions in the ministry's list
SELECT code AS pic, min(organization) AS organization FROM mesr_etablissements__register_codes WHERE kind = 'pic' GROUP BY code;

CREATE TABLE _projects AS
SELECT *, CASE WHEN framework = 'H2020' AND rcn IS NOT NULL THEN 'project/h2020/' || rcn ELSE 'project/cordis/' || project END AS id
FROM projects;

CREATE MACRO _siren(vat) AS CASE WHEN regexp_full_match(vat, 'FR[0-9]{11}')
    AND (12 + 3 * (right(vat, 9)::BIGINT % 97)) % 97 = substr(vat, 3, 2)::BIGINT THEN right(vat, 9) END;

CREATE TABLE _members AS
SELECT m.*, p.id AS interaction, k.organization IS NOT NULL AS is_known, coalesce(k.organization, 'organization/pic-' || m.pic) AS organization,
    _siren(replace(upper(m.vat), ' ', '')) AS siren, regexp_extract(replace(m.postcode, ' ', ''), '[0-9]{5}') AS code,
    anc_town(city) AS town
FROM members AS m JOIN _projects AS p USING (project) LEFT JOIN _known AS k USING (pic);

-- The town of the head office is a commune where one of its département has the name. That the partner took part from there is inferred.
CREATE TABLE _towns AS
SELECT asked.code, asked.town, min(c.territory) AS commune
FROM (SELECT DISTINCT code, town FROM _members WHERE country = 'FR' AND town <> '') AS asked
JOIN decoupage_administratif__register_communes AS c
    ON c.name_norm = asked.town AND c.current::BOOLEAN AND starts_with(asked.code, replace(replace(c.department, '2A', '20'), '2B', '20'))
GROUP BY asked.code, asked.town HAVING count(DISTINCT c.territory) = 1;

-- A field is its path in EuroSciVoc, whose labels are English.
CREATE TABLE _fields AS
SELECT DISTINCT p.id AS interaction, 'field/euroscivoc/' || replace(trim(code, '/'), '/', '-') AS field, trim(code, '/') AS code, trim(path, '/') AS path
FROM fields JOIN _projects AS p USING (project) WHERE trim(code, '/') <> '';

CREATE TABLE concepts AS
WITH levels AS (   -- of each field, those above it
    SELECT unnest(generate_series(1, len(string_split(code, '/')))) AS level, string_split(code, '/') AS codes, string_split(path, '/') AS names
    FROM _fields
)
SELECT 'field/euroscivoc/' || array_to_string(codes[:level], '-') AS id, 'Discipline' AS kind, 'field/euroscivoc' AS scheme,
    array_to_string(codes[:level], '/') AS notation, max(names[level]) AS label_en,
    max(CASE WHEN level > 1 THEN 'field/euroscivoc/' || array_to_string(codes[:level - 1], '-') END) AS broader
FROM levels GROUP BY ALL ORDER BY id;

CREATE TABLE organizations AS
SELECT organization AS id,
    CASE WHEN mode(type ORDER BY type) = 'PRC' THEN 'Company' END AS kind,
    anc_recased_abroad(mode(name ORDER BY name), coalesce(max(short_name), ''), coalesce(mode(country ORDER BY country), '')) AS label_fr,
    CASE WHEN anc_norm(max(short_name)) <> anc_norm(mode(name ORDER BY name)) THEN max(short_name) END AS acronym,
    CASE mode(type ORDER BY type) WHEN 'HES' THEN 'actor-type/higher-education'
        WHEN 'REC' THEN 'actor-type/research-organization' WHEN 'PRC' THEN 'actor-type/company' END AS actor_type,
    max(pic) AS pic, CASE WHEN count(DISTINCT siren) = 1 THEN max(siren) END AS siren,
    CASE mode(country ORDER BY country) WHEN 'EL' THEN 'GR' WHEN 'UK' THEN 'GB' ELSE mode(country ORDER BY country) END AS country,
    'evidence-status/documented' AS evidence, 'source/cordis' AS source
FROM _members WHERE NOT is_known GROUP BY organization ORDER BY id;

CREATE TABLE interactions AS
SELECT p.id, 'ResearchProject' AS kind, ['interaction-type/collaborative-project'] AS types,
    coalesce(nullif(trim(p.acronym), ''), 'Projet européen ' || p.project) AS label_fr, left(p.start, 4) AS year, p.start, p."end",
    f.concerns, p.funding::DECIMAL(18, 2) AS funding, p.project AS number, 'https://cordis.europa.eu/project/id/' || p.project AS homepage,
    'evidence-status/documented' AS evidence, 'source/cordis' AS source
FROM _projects AS p
LEFT JOIN (SELECT interaction, list(DISTINCT field ORDER BY field) AS concerns FROM _fields GROUP BY interaction) AS f ON f.interaction = p.id
ORDER BY p.id;

CREATE TABLE participations AS
WITH once AS (
    SELECT interaction, organization, min(pic) AS pic, max(code) AS code, max(town) AS town,
        list_sort(list(DISTINCT CASE role WHEN 'coordinator' THEN 'actor-role/coordinator' ELSE 'actor-role/partner' END)) AS roles,
        sum(contribution::DECIMAL(18, 2)) AS funding
    FROM _members GROUP BY interaction, organization
)
SELECT o.interaction || '/p/' || row_number() OVER (PARTITION BY o.interaction ORDER BY o.roles, o.pic) AS id,
    o.interaction, o.organization, o.roles, t.commune AS place,
    CASE WHEN t.commune IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence, o.funding
FROM once AS o LEFT JOIN _towns AS t ON t.code = o.code AND t.town = o.town
ORDER BY o.interaction, o.roles, o.pic;

CREATE TABLE register_projects AS SELECT DISTINCT rcn FROM projects WHERE rcn IS NOT NULL ORDER BY rcn;
