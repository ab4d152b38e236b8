-- A thesis is an interaction where it is of more than one body: institutions that award it together, laboratories and companies that take part.
-- One institution alone works with nobody, and its theses are not counted: the extract is a sample (decision 0070).

CREATE MACRO _listed(name, idref, kind, place) AS {'name': anc_clean(name), 'idref': nullif(trim(idref), ''), 'kind': kind, 'place': place};

CREATE TABLE _theses AS
SELECT nnt, date, discipline, title, [
    _listed(etab_0, etab_idref_0, 'institution', 0), _listed(etab_1, etab_idref_1, 'institution', 1), _listed(etab_2, etab_idref_2, 'institution', 2),
    _listed(partner_0, partner_idref_0, partner_type_0, 3), _listed(partner_1, partner_idref_1, partner_type_1, 4),
    _listed(partner_2, partner_idref_2, partner_type_2, 5), _listed(partner_3, partner_idref_3, partner_type_3, 6),
    _listed(partner_4, partner_idref_4, partner_type_4, 7),
    _listed(school_0, school_idref_0, 'school', 8), _listed(school_1, school_idref_1, 'school', 9)] AS bodies
FROM theses
UNION ALL BY NAME
SELECT nnt, date, discipline, title, list_transform(list_zip(string_split(etabs, '|'), string_split(idrefs, '|'), range(len(string_split(etabs, '|')))),
    lambda pair: _listed(pair[1], pair[2], 'institution', pair[3])) AS bodies
FROM extract WHERE contains(etabs, '|') AND nnt NOT IN (SELECT nnt FROM theses);

-- A body is that of its IdRef, or of its name where there is none; the first institution is listed twice in the extract.
CREATE TABLE _bodies AS
WITH listed AS (
    SELECT nnt, unnest(bodies) AS body FROM _theses
), told AS (
    SELECT nnt, body.name, body.idref, body.place, lower(coalesce(body.kind, '')) AS kind FROM listed WHERE body.name IS NOT NULL
)
SELECT nnt, name, t.idref, place, c.organization AS known,
    coalesce(c.organization, 'organization/abes-theses-' || coalesce(lower(t.idref), anc_hash(anc_norm(name)))) AS organization,
    CASE WHEN t.kind IN ('institution', 'school') THEN t.kind WHEN regexp_matches(t.kind, '^(laboratoire|[ée]quipe)') THEN 'unit'
        WHEN t.kind LIKE 'entreprise%' THEN 'company' ELSE 'other' END AS kind
FROM told AS t LEFT JOIN mesr_etablissements__register_codes AS c ON c.kind = 'idref' AND c.code = t.idref;

CREATE TABLE _members AS   -- a doctoral school is a part of who awards: with nobody else, a thesis is of one body
SELECT nnt, organization, min(place) AS place, min(kind) AS kind FROM _bodies
WHERE nnt IN (SELECT nnt FROM _bodies WHERE kind <> 'school' GROUP BY nnt HAVING count(DISTINCT organization) > 1)
GROUP BY nnt, organization;

CREATE TABLE organizations AS
SELECT organization AS id,
    CASE min(kind) WHEN 'institution' THEN 'HigherEducationInstitution' WHEN 'school' THEN 'DoctoralSchool' WHEN 'unit' THEN 'ResearchUnit'
        WHEN 'company' THEN 'Company' END AS kind,
    mode(name ORDER BY name) AS label_fr,
    CASE min(kind) WHEN 'institution' THEN 'actor-type/higher-education' WHEN 'school' THEN 'actor-type/doctoral-school' WHEN 'unit' THEN 'actor-type/research-unit'
        WHEN 'company' THEN 'actor-type/company' END AS actor_type,
    min(idref) AS idref, 'evidence-status/documented' AS evidence, 'source/abes-theses' AS source
FROM _bodies WHERE known IS NULL AND organization IN (SELECT organization FROM _members) GROUP BY organization ORDER BY id;

CREATE TABLE concepts AS
SELECT 'field/theses/' || anc_slug(discipline) AS id, 'Discipline' AS kind, 'field/theses' AS scheme, anc_slug(discipline) AS notation,
    mode(anc_clean(discipline) ORDER BY anc_clean(discipline)) AS label_fr
FROM _theses WHERE anc_slug(discipline) <> '' AND nnt IN (SELECT nnt FROM _members) GROUP BY anc_slug(discipline) ORDER BY id;

-- A day that is the first of January is that of a record which has the year alone.
CREATE TABLE interactions AS
SELECT 'interaction/abes-theses/' || nnt AS id, 'Thèse – ' || coalesce(regexp_replace(anc_clean(title), '^[= ]+', ''), anc_clean(discipline), nnt) AS label_fr,
    ['interaction-type/joint-thesis'] AS types, left(date, 4) AS year, CASE WHEN date NOT LIKE '%-01-01' THEN date END AS start,
    CASE WHEN date NOT LIKE '%-01-01' THEN date END AS "end",
    CASE WHEN anc_slug(discipline) <> '' THEN ['field/theses/' || anc_slug(discipline)] END AS concerns, nnt AS number, 'https://theses.fr/' || nnt AS homepage,
    'evidence-status/documented' AS evidence, 'source/abes-theses' AS source
FROM _theses WHERE nnt IN (SELECT nnt FROM _members) ORDER BY id;

CREATE TABLE participations AS
SELECT 'interaction/abes-theses/' || nnt || '/p/' || row_number() OVER (PARTITION BY nnt ORDER BY m.place) AS id, 'interaction/abes-theses/' || nnt AS interaction,
    organization, [CASE WHEN m.place = 0 THEN 'actor-role/coordinator' WHEN kind = 'school' THEN 'actor-role/supervisor' ELSE 'actor-role/partner' END] AS roles,
    h.territory AS place, CASE WHEN h.territory IS NOT NULL THEN 'evidence-status/inferred' END AS place_evidence
FROM _members AS m LEFT JOIN mesr_etablissements__register_seats AS h USING (organization) ORDER BY interaction, m.place;
