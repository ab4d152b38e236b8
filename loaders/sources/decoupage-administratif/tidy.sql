-- Territories of the official geographic code, their authorities, their populations, and the register of all commune codes.

-- Current communes. A delegated commune can carry the code of its parent: the type decides, not the code.
CREATE TABLE _current AS
SELECT code, nom, departement, region, population, siren,
       coalesce(json_extract_string(anciens_codes, '$[*]'), []) AS anciens_codes,
       coalesce(json_extract_string(codes_postaux, '$[*]'), []) AS codes_postaux
FROM communes
WHERE type = 'commune-actuelle';

CREATE TABLE _members AS
SELECT code AS epci, unnest(json_extract_string(membres, '$[*].code')) AS commune
FROM epci;

-- Codes that are no longer those of a commune. The parent given by a delegated or associated commune says where its area is
-- today; the former codes of a current commune say the rest, and an earlier code their name.
CREATE TABLE _former AS
WITH named AS (
    SELECT code, nom, departement, region, chef_lieu AS successor
    FROM communes
    WHERE type IN ('commune-deleguee', 'commune-associee') AND code NOT IN (SELECT code FROM _current)
), listed AS (
    SELECT unnest(anciens_codes) AS code, departement, region, code AS successor
    FROM _current
)
SELECT * FROM named
UNION ALL
SELECT code, before.nom, departement, region, successor
FROM listed LEFT JOIN (SELECT code, min(label) AS nom FROM earlier WHERE type = 'COM' GROUP BY code) AS before USING (code)
WHERE code NOT IN (SELECT code FROM named) AND code NOT IN (SELECT code FROM _current);

CREATE TABLE _districts AS
SELECT code, nom, departement, region, commune,
       coalesce(json_extract_string(codes_postaux, '$[*]'), []) AS codes_postaux
FROM communes
WHERE type = 'arrondissement-municipal';

-- Every code that has ever been read on a form: what it is, and the current commune (`commune`) it is in.
-- `successor` is the code of the commune that took over a former one; `name_norm` is the comparable form of the name.
CREATE TABLE register_communes AS
WITH codes AS (
    SELECT code, nom, departement, region, true AS current, NULL AS successor, code AS commune, codes_postaux, siren FROM _current
    UNION ALL
    SELECT code, nom, departement, region, false, successor, successor, [], NULL FROM _former
    UNION ALL
    SELECT code, nom, departement, region, false, NULL, commune, codes_postaux, NULL FROM _districts
)
SELECT code, 'territory/commune/' || code AS territory, nom AS label, anc_norm(nom) AS name_norm,
       departement AS department, region, m.epci, current, successor, c.commune, codes_postaux AS postcodes, c.siren
FROM codes AS c
LEFT JOIN _members AS m ON m.commune = c.commune
ORDER BY code;

-- Names of the parts that kept the code of the commune they are in: Oullins is in Oullins-Pierre-Bénite, under its own code.
CREATE TABLE register_parts AS
SELECT DISTINCT anc_norm(part.nom) AS name_norm, whole.region, whole.code AS commune
FROM communes AS part JOIN _current AS whole USING (code)
WHERE part.type IN ('commune-deleguee', 'commune-associee') AND anc_norm(part.nom) <> anc_norm(whole.nom)
ORDER BY ALL;

-- Communes of today that an earlier code knew as delegated or associated ones, and the commune they were then in: files drawn on
-- the communes of that time know them by it only.
CREATE TABLE register_recreated AS
SELECT DISTINCT code, parent
FROM earlier
WHERE type IN ('COMD', 'COMA') AND code <> parent AND code IN (SELECT code FROM _current)
ORDER BY code;

-- An EPCI is part of a département (région) only when every member is; otherwise it overlaps each of them.
CREATE TABLE _epci AS
SELECT m.epci,
       list_sort(list(DISTINCT 'territory/department/' || c.departement) FILTER (c.code IS NOT NULL)) AS departments,
       list_sort(list(DISTINCT 'territory/region/' || c.region) FILTER (r.code IS NOT NULL)) AS regions,
       count(*) = count(c.code) AS complete
FROM _members AS m
LEFT JOIN _current AS c ON c.code = m.commune
LEFT JOIN regions AS r ON r.code = c.region
GROUP BY m.epci;

-- Who governs départements, régions and Paris (`authorities.csv`), as lists: in the département du Rhône, the Métropole de Lyon
-- is its own in its part. One body governs several territories: Corse, Alsace, Guyane, Martinique, Mayotte, Paris.
CREATE TABLE _governed AS
SELECT 'territory/' || territory AS territory, list_sort(list('organization/' || siren)) AS governed_by
FROM authorities
GROUP BY territory;

-- A district of Paris, Lyon or Marseille is part of its commune and, side by side, of what that is part of.
-- A chef-lieu outside its territory (984 names a commune of 975) is not kept.
-- A former commune without a name here is described by the source that names it (see insee-clap); its code is in the register.
CREATE TABLE territories AS
SELECT territory AS id, 'Commune' AS kind, label AS label_fr, code, getvariable('vintage') AS vintage,
       CASE WHEN epci IS NULL THEN ['territory/department/' || department]
            ELSE ['territory/epci/' || epci, 'territory/department/' || department] END AS part_of,
       NULL::VARCHAR[] AS overlaps, NULL AS succeeded_by, g.governed_by, NULL AS seat
FROM register_communes LEFT JOIN _governed AS g USING (territory)
WHERE current
UNION ALL
SELECT 'territory/commune/' || code, 'FormerCommune', nom, code, getvariable('vintage'),
       NULL, NULL, 'territory/commune/' || successor, NULL, NULL
FROM _former
WHERE nom IS NOT NULL
UNION ALL
SELECT territory, 'MunicipalDistrict', label, code, getvariable('vintage'),
       list_concat(['territory/commune/' || commune],
                   CASE WHEN epci IS NULL THEN ['territory/department/' || department]
                        ELSE ['territory/epci/' || epci, 'territory/department/' || department] END),
       NULL, NULL, NULL, NULL
FROM register_communes
WHERE commune <> code AND successor IS NULL
UNION ALL
SELECT 'territory/epci/' || e.code, 'Intercommunality', e.nom, e.code, getvariable('vintage'),
       list_concat(CASE WHEN x.complete AND len(x.departments) = 1 THEN x.departments ELSE [] END,
                   CASE WHEN x.complete AND len(x.regions) = 1 THEN x.regions ELSE [] END),
       list_concat(CASE WHEN x.complete AND len(x.departments) = 1 THEN [] ELSE x.departments END,
                   CASE WHEN x.complete AND len(x.regions) = 1 THEN [] ELSE x.regions END),
       NULL, ['organization/' || e.code], NULL
FROM epci AS e
LEFT JOIN _epci AS x ON x.epci = e.code
UNION ALL
SELECT 'territory/department/' || d.code, 'Department', d.nom, d.code, getvariable('vintage'),
       CASE WHEN r.code IS NOT NULL THEN ['territory/region/' || r.code] END, NULL, NULL, g.governed_by, c.territory
FROM departements AS d
LEFT JOIN _governed AS g ON g.territory = 'territory/department/' || d.code
LEFT JOIN regions AS r ON r.code = d.region
LEFT JOIN register_communes AS c ON c.code = d.chef_lieu AND c.current AND c.department = d.code
UNION ALL
SELECT 'territory/region/' || r.code, 'Region', r.nom, r.code, getvariable('vintage'), NULL, NULL, NULL, g.governed_by, c.territory
FROM regions AS r
LEFT JOIN _governed AS g ON g.territory = 'territory/region/' || r.code
LEFT JOIN register_communes AS c ON c.code = r.chef_lieu AND c.current AND c.region = r.code;

-- The authority of an EPCI is an actor of the same name; the territory is never the actor. Those of `authorities.csv` are there
-- where the files have what they govern; the Métropole de Lyon is an EPCI of the files, and once.
CREATE TABLE organizations AS
WITH named AS (
    SELECT code AS siren, nom AS label_fr FROM epci
    UNION ALL
    SELECT DISTINCT siren, label
    FROM authorities
    WHERE 'territory/' || territory IN (SELECT id FROM territories) AND siren NOT IN (SELECT code FROM epci)
)
SELECT 'organization/' || siren AS id, 'LocalAuthority' AS kind, label_fr,
       'actor-type/local-authority' AS actor_type, siren,
       'evidence-status/documented' AS evidence, 'source/decoupage-administratif' AS source
FROM named
ORDER BY siren;

-- Municipal populations, by the census that they are of, not by the year in which they are in force. The files give none for
-- départements and régions, so none is written; the districts of Paris, Lyon and Marseille have theirs in the commune's. An
-- uninhabited commune without a figure has no observation.
CREATE TABLE observations AS
WITH populations AS (
    SELECT 'commune' AS kind, code, population, getvariable('census') AS census FROM _current
    UNION ALL
    SELECT 'epci', code, population, (getvariable('census')::INTEGER - 1)::VARCHAR FROM epci
)
SELECT 'observation/decoupage-administratif/population/' || kind || '-' || code || '/total/' || census AS id,
       'dataset/decoupage-administratif' AS dataset, 'territory/' || kind || '/' || code AS territory,
       census AS period, 'indicator/population' AS indicator, 'sector/total' AS sector,
       'scenario/observed' AS scenario, population::DECIMAL(18, 0) AS value, 'evidence-status/documented' AS evidence
FROM populations
WHERE population IS NOT NULL
ORDER BY kind, code;
