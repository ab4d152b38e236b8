-- Organisations are PIC numbers; the names of some are in other files: of French ones, and of those of all countries, which may
-- tell one twice. EU country codes become ISO ones.
CREATE TABLE _known AS   -- PIC of institutions in the ministry's list
SELECT code AS pic, min(organization) AS organization FROM mesr_etablissements__register_codes
WHERE kind = 'pic' GROUP BY code;

CREATE TABLE _members AS
SELECT m.*, 'project/h2020/' || m.rcn AS interaction, k.organization IS NOT NULL AS is_known,
    coalesce(k.organization, 'organization/pic-' || m.pic) AS organization
FROM members AS m LEFT JOIN _known AS k USING (pic)
WHERE m.rcn NOT IN (SELECT rcn FROM cordis__register_projects);   -- what CORDIS itself tells, where its files are read

CREATE TABLE _names AS
SELECT pic, max(nullif(trim(name), '')) AS name, max(nullif(trim(short_name), '')) AS short_name,
    max(CASE WHEN coalesce(country, 'FR') = 'FR' THEN anc_town(city) END) AS town   -- there is a Valence in Spain
FROM names GROUP BY pic;

-- The file gives the town of the head office, without département: it is a commune only if one commune of France bears the
-- name. That the partner took part from there is inferred.
CREATE TABLE _towns AS
SELECT n.town, min(c.territory) AS commune
FROM (SELECT DISTINCT town FROM _names WHERE town <> '') AS n
JOIN decoupage_administratif__register_communes AS c ON c.name_norm = n.town AND c.current::BOOLEAN
GROUP BY n.town HAVING count(DISTINCT c.territory) = 1;

CREATE TABLE organizations AS
WITH described AS (
    SELECT m.organization AS id, max(m.pic) AS pic, max(n.name) AS name, max(n.short_name) AS short_name,
        mode(m.type ORDER BY m.type) AS type,
        CASE mode(m.country ORDER BY m.country) WHEN 'EL' THEN 'GR' WHEN 'UK' THEN 'GB'
            ELSE mode(m.country ORDER BY m.country) END AS country
    FROM _members AS m LEFT JOIN _names AS n USING (pic)
    WHERE NOT m.is_known GROUP BY m.organization
)
SELECT id, CASE WHEN type = 'PRC' THEN 'Company' END AS kind,
    coalesce(anc_recased_abroad(name, coalesce(short_name, ''), coalesce(country, '')), 'Organisation PIC ' || pic) AS label_fr,
    CASE WHEN anc_norm(short_name) <> anc_norm(name) THEN short_name END AS acronym,
    CASE type WHEN 'HES' THEN 'actor-type/higher-education'
        WHEN 'REC' THEN 'actor-type/research-organization' WHEN 'PRC' THEN 'actor-type/company' END AS actor_type,
    pic, country, 'evidence-status/documented' AS evidence, 'source/cordis-h2020' AS source
FROM described ORDER BY id;

CREATE TABLE interactions AS
SELECT interaction AS id, 'ResearchProject' AS kind, ['interaction-type/collaborative-project'] AS types,
    'Projet H2020 ' || max(rcn) AS label_fr, left(min(start), 4) AS year, min(start) AS start, max("end") AS "end",
    max(try_cast(funding AS DECIMAL(18, 2))) AS funding, max(rcn) AS number,
    'https://cordis.europa.eu/project/rcn/' || max(rcn) AS homepage,
    'evidence-status/documented' AS evidence, 'source/cordis-h2020' AS source
FROM _members GROUP BY interaction ORDER BY id;

CREATE TABLE participations AS
WITH once AS (
    SELECT interaction, organization, min(pic) AS pic,
        list_sort(list(DISTINCT CASE role WHEN 'coordinator' THEN 'actor-role/coordinator' ELSE 'actor-role/partner' END))
            AS roles,
        sum(try_cast(contribution AS DECIMAL(18, 2))) AS funding
    FROM _members GROUP BY interaction, organization
)
SELECT o.interaction || '/p/' || row_number() OVER (PARTITION BY o.interaction ORDER BY o.roles, o.pic) AS id,
    o.interaction, o.organization, o.roles, t.commune AS place,
    CASE WHEN t.commune IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence, o.funding
FROM once AS o LEFT JOIN _names AS n USING (pic) LEFT JOIN _towns AS t ON t.town = n.town
ORDER BY o.interaction, o.roles, o.pic;
