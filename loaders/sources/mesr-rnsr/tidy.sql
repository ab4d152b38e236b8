-- Research units, the teams inside them, the structures that gather them, the institutions that supervise them, their fields and the commune they work in.

CREATE MACRO _items(cell) AS [anc_clean(item) FOR item IN string_split(cell, ';')];   -- positions matter: empty items stay
-- One spelling for a postal label and an official name: "ST MARTIN D HERES CEDEX 9" = "Saint-Martin-d'Hères";
-- before the town a box may stand ("CS 40700 GRENOBLE CEDEX 9 FRANCE"), and after "CEDEX -" La Poste gives the commune
-- itself ("ILLKIRCH CEDEX - ILLKIRCH GRAFFENSTADEN").
CREATE MACRO _postal(label) AS regexp_replace(anc_norm(regexp_replace(label, '(?i)^.*cedex *[0-9]* +- +', '')), '^(cs|bp) [0-9]+ ', '');
CREATE MACRO _town(label) AS trim(regexp_replace(regexp_replace(regexp_replace(
    _postal(label), '\bcedex.*$', ''), '\bsaint\b', 'st', 'g'), '\bsainte\b', 'ste', 'g'));
CREATE MACRO _city(label) AS regexp_replace(_town(label), ' ?\b[0-9]{1,2}(e|er|eme)?( arrondissement)?$', '');
-- "PARIS CEDEX 05" is in the fifth district; "NANTES CEDEX 3" is in no district, which the names of places will tell.
CREATE MACRO _district(label) AS _city(label) || ' '
    || lpad(nullif(regexp_extract(_postal(label), '([0-9]{1,2})(?:e|er|eme)?(?: arrondissement)?$', 1), ''), 2, '0');

-- Only level 2 is a unit: level 1 is a team inside an institution or a unit, level 3 gathers units (federation, GDR, GIS) or is
-- a legal person of research: a GIP (34), a foundation (35), a company (37).
CREATE TABLE _kinds(level, kind, actor_type) AS VALUES
    ('1', 'ResearchTeam', 'actor-type/research-team'),
    ('2', 'ResearchUnit', 'actor-type/research-unit'),
    ('3', 'ResearchFederation', 'actor-type/research-federation'),
    ('person', 'ResearchOrganization', 'actor-type/research-organization');

-- Some are given as the body of themselves, whose SIREN is theirs: ILL, ESRF, Grenoble-Alpes Métropole. The year is that of the
-- entry then: ESRF, of 1988, is of 2021.
CREATE TABLE _persons AS
SELECT rnsr, CASE WHEN anc_norm(bodies) = anc_norm(label) THEN nullif(regexp_extract(body_sirets, '^([0-9]{9})[0-9]{5}$', 1), '') END AS siren
FROM rows WHERE level = '3' AND type IN ('34', '35', '37');

CREATE TABLE _units AS
SELECT _row, rnsr, kind, actor_type, 'organization/' || rnsr AS id, anc_clean(label) AS label, anc_clean(acronym) AS acronym,
    siren, CASE WHEN siren IS NULL THEN created END AS created,
    anc_site(homepage) AS homepage,
    anc_clean(postcode) AS postcode, anc_clean(town) AS town,
    [item FOR item IN _items(coalesce(parents, '')) IF item IS NOT NULL] AS parents,
    [item FOR item IN _items(coalesce(predecessors, '')) IF item IS NOT NULL] AS predecessors
FROM rows LEFT JOIN _persons AS p USING (rnsr)
JOIN _kinds ON _kinds.level = CASE WHEN p.rnsr IS NULL THEN rows.level ELSE 'person' END;

-- --- Supervising institutions: parallel lists, zipped by position ----------------------------------------------------
CREATE TABLE _links AS
SELECT rnsr, position, bodies[position] AS name, acronyms[position] AS acronym, natures[position] AS nature,
    CASE WHEN regexp_matches(uais[position], '^[0-9]{7}[A-Z]$') THEN uais[position] END AS uai,
    CASE WHEN regexp_matches(sirets[position], '^[0-9]{14}$') THEN sirets[position] END AS siret,
    links[position] AS link
FROM (
    SELECT rnsr, _items(bodies) AS bodies, _items(body_acronyms) AS acronyms, _items(body_natures) AS natures,
        _items(body_uais) AS uais, _items(body_sirets) AS sirets, _items(body_links) AS links,
        unnest(generate_series(1, len(_items(bodies)))) AS position
    FROM rows WHERE anc_clean(bodies) IS NOT NULL AND rnsr NOT IN (SELECT rnsr FROM _persons WHERE siren IS NOT NULL)
)
WHERE bodies[position] IS NOT NULL;

CREATE TABLE _registered AS
SELECT kind, code, organization FROM mesr_etablissements__register_codes WHERE kind IN ('uai', 'former-uai', 'siret', 'siren');

-- A body with no UAI here but whose SIREN comes with one UAI elsewhere in the file is the same body.
CREATE TABLE _uai_of_siren AS
SELECT left(siret, 9) AS siren, min(uai) AS uai
FROM _links WHERE uai IS NOT NULL AND siret IS NOT NULL
GROUP BY ALL HAVING count(DISTINCT uai) = 1;

CREATE TABLE _resolved AS
SELECT _links.*,
    coalesce(by_uai.organization, by_former.organization, by_siret.organization, by_siren.organization) AS registered,
    CASE
        WHEN by_uai.organization IS NOT NULL THEN 'uai'
        WHEN by_former.organization IS NOT NULL THEN 'former-uai'
        WHEN by_siret.organization IS NOT NULL THEN 'siret'
        WHEN by_siren.organization IS NOT NULL THEN 'siren'
    END AS rule,
    coalesce(_links.uai, _uai_of_siren.uai) AS known_uai
FROM _links
LEFT JOIN _registered AS by_uai ON by_uai.kind = 'uai' AND by_uai.code = _links.uai
LEFT JOIN _registered AS by_former ON by_former.kind = 'former-uai' AND by_former.code = _links.uai
LEFT JOIN _registered AS by_siret ON by_siret.kind = 'siret' AND by_siret.code = _links.siret
LEFT JOIN _registered AS by_siren ON by_siren.kind = 'siren' AND by_siren.code = left(_links.siret, 9)
LEFT JOIN _uai_of_siren ON _uai_of_siren.siren = left(_links.siret, 9);

CREATE TABLE register_supervision AS   -- what each link became, and by which code
SELECT rnsr, position, link, name,
    coalesce(registered, 'organization/' || coalesce(known_uai, left(siret, 9), 'mesr-rnsr-' || anc_hash(anc_norm(name) || '|')))
        AS organization,
    coalesce(rule, CASE
        WHEN uai IS NOT NULL THEN 'new-uai' WHEN known_uai IS NOT NULL THEN 'new-uai-by-siren'
        WHEN siret IS NOT NULL THEN 'new-siren' ELSE 'new-name' END) AS rule,
    acronym, nature, known_uai AS uai, siret
FROM _resolved;

-- --- Fields: the ten of the ministry, the panels of the ERC ----------------------------------------------------------
CREATE TABLE _field_links AS
SELECT DISTINCT rnsr, 'field/mesr/' || unnest([item FOR item IN _items(field_codes) IF regexp_matches(item, '^[0-9]+$')]) AS field
FROM rows WHERE anc_clean(field_codes) IS NOT NULL
UNION ALL
SELECT DISTINCT rnsr, 'field/erc/' || unnest([item FOR item IN _items(panel_codes) IF regexp_matches(item, '^[A-Z]{2}[0-9]+$')])
FROM rows WHERE anc_clean(panel_codes) IS NOT NULL;

-- The label of panel PE9 itself holds ";": labels are read where the panel stands alone, else by position, else its code.
CREATE TABLE concepts AS
WITH domains AS (
    SELECT codes[position] AS code, labels[position] AS label
    FROM (SELECT _items(field_codes) AS codes, _items(fields) AS labels, unnest(generate_series(1, len(_items(field_codes)))) AS position
        FROM rows WHERE anc_clean(field_codes) IS NOT NULL AND len(_items(field_codes)) = len(_items(fields)))
), alone AS (
    SELECT anc_clean(panel_codes) AS code, anc_clean(panels) AS label, 1 AS rank
    FROM rows WHERE anc_clean(panel_codes) IS NOT NULL AND NOT contains(panel_codes, ';')
), listed AS (
    SELECT codes[position] AS code, labels[position] AS label, 2 AS rank
    FROM (SELECT _items(panel_codes) AS codes, _items(panels) AS labels, unnest(generate_series(1, len(_items(panel_codes)))) AS position
        FROM rows WHERE contains(panel_codes, ';') AND len(_items(panel_codes)) = len(_items(panels)))
), labels AS (
    SELECT 'field/mesr/' || code AS id, mode(label) AS label_fr, NULL AS label_en FROM domains GROUP BY code
    UNION ALL
    SELECT 'field/erc/' || code, NULL, arg_min(trim(split_part(label, ' : ', 1)), rank)
    FROM (SELECT * FROM alone UNION ALL SELECT * FROM listed) WHERE label IS NOT NULL GROUP BY code
)
SELECT field AS id, 'Discipline' AS kind, regexp_replace(field, '/[^/]*$', '') AS scheme, regexp_extract(field, '[^/]*$') AS notation,
    label_fr, CASE WHEN label_fr IS NULL THEN coalesce(label_en, regexp_extract(field, '[^/]*$')) END AS label_en
FROM (SELECT DISTINCT field FROM _field_links) LEFT JOIN labels ON labels.id = field
ORDER BY 1;

-- --- Places: the name and the postcode together, or the name in the département of the postcode ----------------------
CREATE TABLE _addresses AS
SELECT rnsr, postcode, _town(town) AS town, _city(town) AS city, _district(town) AS district,
    CASE WHEN left(postcode, 3) IN ('977', '978') THEN ['974']   -- CEDEX codes of La Réunion
        WHEN left(postcode, 2) IN ('97', '98') THEN [left(postcode, 3)]
        WHEN left(postcode, 2) = '20' THEN ['2A', '2B']
        ELSE [left(postcode, 2)] END AS departments
FROM _units WHERE regexp_matches(postcode, '^[0-9]{5}$') AND town IS NOT NULL;

CREATE TABLE _exact AS
SELECT rnsr, min(commune) AS commune
FROM (SELECT rnsr, postcode, unnest(list_distinct([town, city])) AS name_norm FROM _addresses)
JOIN laposte_hexasmal__register_places USING (name_norm, postcode)
GROUP BY rnsr HAVING count(DISTINCT commune) = 1;

CREATE TABLE _towns AS   -- the names of today, then those of merged communes ("ANNECY LE VIEUX" is in Annecy)
SELECT name_norm, department, commune, 0 AS later FROM laposte_hexasmal__register_towns
UNION ALL
SELECT DISTINCT _town(label), department, 'territory/commune/' || successor, 2
FROM decoupage_administratif__register_communes WHERE successor IS NOT NULL AND label IS NOT NULL;

CREATE TABLE _candidates AS   -- the district where there is one of that number, else the whole town
SELECT DISTINCT rnsr, commune
FROM (
    SELECT rnsr, department, unnest([district, city]) AS name_norm, unnest([1, 2]) AS rank
    FROM (SELECT rnsr, unnest(departments) AS department, district, city FROM _addresses
        WHERE rnsr NOT IN (SELECT rnsr FROM _exact))
)
JOIN _towns USING (name_norm, department)
QUALIFY rank + later = min(rank + later) OVER (PARTITION BY rnsr);

CREATE TABLE _located AS
SELECT rnsr, commune, 'evidence-status/documented' AS evidence FROM _exact
UNION ALL
SELECT rnsr, min(commune), 'evidence-status/inferred' FROM _candidates GROUP BY rnsr HAVING count(*) = 1;

CREATE TABLE register_unlocated AS
SELECT CASE
        WHEN postcode IS NULL AND town IS NULL THEN 'no-address'
        WHEN town IS NULL THEN 'no-town'
        WHEN postcode IS NULL THEN 'no-postcode'
        WHEN NOT regexp_matches(postcode, '^[0-9]{5}$') THEN 'foreign-or-malformed-postcode'
        WHEN rnsr IN (SELECT rnsr FROM _candidates) THEN 'several-communes'
        ELSE 'town-unknown-in-department'
    END AS reason, count(*) AS units, list(rnsr ORDER BY rnsr) AS rnsr
FROM _units WHERE rnsr NOT IN (SELECT rnsr FROM _located)
GROUP BY reason ORDER BY units DESC;

CREATE TABLE register_units AS
SELECT rnsr, id AS organization, commune, evidence AS location_evidence FROM _units LEFT JOIN _located USING (rnsr);

CREATE TABLE register_former_units AS   -- a number that went into one unit of today, and no other
SELECT code AS rnsr, min(id) AS organization
FROM (SELECT DISTINCT id, unnest(predecessors) AS code FROM _units)
WHERE code NOT IN (SELECT rnsr FROM _units)
GROUP BY code HAVING count(*) = 1;

-- What people call a unit by (UMR 5525, UMR_S 1039); without the letter, to know it again where a project names it so.
CREATE TABLE _numbers AS
SELECT DISTINCT rnsr, regexp_extract(number, '^([A-Z]+)', 1) AS label, regexp_extract(number, '^[A-Z]+(_[A-Z]{1,2})?', 1) AS letter,
    regexp_extract(number, '([0-9]+)$', 1)::INTEGER AS number
FROM (SELECT rnsr, unnest(_items(upper(numbers))) AS number FROM rows WHERE numbers IS NOT NULL)
WHERE regexp_matches(number, '^[A-Z]+(_[A-Z]{1,2})? *[0-9]{1,5}$');

CREATE TABLE register_numbers AS
SELECT DISTINCT 'organization/' || rnsr AS organization, label || ' ' || number AS number FROM _numbers ORDER BY ALL;

-- --- The layout ------------------------------------------------------------------------------------------------------
CREATE TABLE organizations AS
WITH bodies AS (
    SELECT rnsr,
        list(DISTINCT organization ORDER BY organization) FILTER (link = 'TUTE') AS supervised_by,
        list(DISTINCT organization ORDER BY organization) FILTER (link = 'PART') AS participating
    FROM register_supervision GROUP BY rnsr
), fields AS (
    SELECT rnsr, list(DISTINCT field ORDER BY field) AS fields FROM _field_links GROUP BY rnsr
), parents AS (
    SELECT child.rnsr, list(DISTINCT parent.id ORDER BY parent.id) AS part_of
    FROM (SELECT rnsr, unnest(parents) AS code FROM _units) AS child
    JOIN _units AS parent ON parent.rnsr = child.code AND parent.rnsr <> child.rnsr
    GROUP BY child.rnsr
), numbers AS (
    SELECT rnsr, list(DISTINCT label || letter || ' ' || number ORDER BY label || letter || ' ' || number) AS unit_numbers
    FROM _numbers GROUP BY rnsr
), formers AS (
    SELECT organization AS id, list(rnsr ORDER BY rnsr) AS former_codes FROM register_former_units GROUP BY organization
), stubs AS (
    SELECT organization AS id, mode(name) AS label, mode(acronym) AS acronym, mode(nature) AS nature,
        mode(uai) AS uai, mode(left(siret, 9)) AS siren
    FROM register_supervision
    WHERE rule LIKE 'new-%'
    GROUP BY organization
)
SELECT id, kind, anc_recased(label) AS label_fr, acronym, actor_type, rnsr,
    NULL AS uai, siren, unit_numbers, former_codes, supervised_by, participating, part_of, fields, created AS start_year, homepage,
    'evidence-status/documented' AS evidence, 'source/mesr-rnsr' AS source
FROM _units LEFT JOIN bodies USING (rnsr) LEFT JOIN fields USING (rnsr) LEFT JOIN parents USING (rnsr)
LEFT JOIN numbers USING (rnsr) LEFT JOIN formers USING (id)
UNION ALL
SELECT id,
    CASE WHEN nature IN ('UNIV', 'UNIV_ETR') THEN 'University' WHEN nature = 'AUT_ETAB' THEN 'HigherEducationInstitution'
        WHEN nature IN ('EPST', 'EPIC') THEN 'ResearchOrganization' WHEN nature = 'PRIVE' THEN 'Company' END,
    anc_restore_accents(anc_recased(label)), nullif(acronym, label),   -- of units, many are in English
    CASE WHEN nature IN ('UNIV', 'UNIV_ETR', 'AUT_ETAB') THEN 'actor-type/higher-education'
        WHEN nature IN ('EPST', 'EPIC') THEN 'actor-type/research-organization'
        WHEN nature = 'PRIVE' THEN 'actor-type/company' END,
    NULL, uai, siren, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    'evidence-status/documented', 'source/mesr-rnsr'
FROM stubs;

CREATE TABLE sites AS
SELECT 'site/rnsr-' || rnsr AS id, coalesce(acronym, label) AS label_fr, [id] AS organizations,
    commune AS territory, _located.evidence AS location_evidence, postcode,
    'evidence-status/documented' AS evidence, 'source/mesr-rnsr' AS source
FROM _units JOIN _located USING (rnsr);
