-- A programme is one scheme, which serves the territories that its file lists; a « Territoire d'industrie » and a CRTE are one each:
-- a group of intercommunalities with a name and a contract of its own.

CREATE TABLE _listed AS
SELECT 'petites-villes-de-demain' AS code, 'Petites villes de demain' AS label, members FROM pvd
UNION ALL SELECT 'action-coeur-de-ville', 'Action cœur de ville', members FROM acv
UNION ALL SELECT 'villages-d-avenir', 'Villages d''avenir', members FROM va
UNION ALL SELECT 'cites-educatives', 'Cités éducatives', members FROM citeduc
UNION ALL SELECT 'cites-de-l-emploi', 'Cités de l''emploi', members FROM cde
UNION ALL SELECT 'avenir-montagnes-ingenierie', 'Avenir montagnes ingénierie', members FROM ami
UNION ALL SELECT 'avenir-montagnes-mobilites', 'Avenir montagnes mobilités', members FROM amm
UNION ALL SELECT number, 'Territoire d''industrie ' || trim(label), members FROM ti;

CREATE TABLE _members AS   -- the file of Avenir montagnes mobilités has each of its rows twice
SELECT DISTINCT code, label, regexp_extract(member, '\(([0-9AB]+)\)\s*$', 1) AS member
FROM (SELECT code, label, unnest(string_split(members, ';')) AS member FROM _listed)
UNION
SELECT 'petites-villes-de-demain', 'Petites villes de demain', commune FROM pvd_communes WHERE NOT EXISTS (FROM pvd)
UNION
SELECT number, 'Territoire d''industrie ' || trim(label), commune FROM ti_communes WHERE NOT EXISTS (FROM ti)
UNION   -- a contract of relaunch, then of success, of the ecological transition
SELECT anc_slug(number), 'CRTE ' || trim(label), siren FROM crte;

-- A member is a commune, by its code or its SIREN, or an intercommunality, by its SIREN. A district of Lyon is named in words and
-- coded as the whole city: it is the city that is served. What has left the register since has no territory to serve.
CREATE TABLE _territories AS
SELECT code AS member, CASE WHEN current OR successor IS NULL THEN territory ELSE 'territory/commune/' || successor END AS territory
FROM decoupage_administratif__register_communes
UNION ALL
SELECT siren, territory FROM decoupage_administratif__register_communes WHERE siren IS NOT NULL AND current
UNION ALL
SELECT code, id FROM decoupage_administratif__territories WHERE kind = 'Intercommunality';

CREATE TABLE _served AS   -- the SIREN of a commune that has merged since still holds its code: 21, département, 0, number, check digit
SELECT m.code, m.label, coalesce(known.territory, former.territory) AS territory
FROM _members AS m
LEFT JOIN _territories AS known USING (member)
LEFT JOIN _territories AS former ON known.territory IS NULL AND regexp_matches(m.member, '^21[0-9]{2}0[0-9]{4}$')
    AND former.member = m.member[3:4] || m.member[6:8];

CREATE TABLE schemes AS
SELECT 'scheme/' || code AS id, label AS label_fr, ['organization/anct'] AS run_by, list_sort(list_distinct(list(territory))) AS serves,
    'evidence-status/documented' AS evidence, 'source/anct-programmes' AS source
FROM _served WHERE territory IS NOT NULL
GROUP BY code, label ORDER BY id;

CREATE TABLE organizations AS   -- who publishes the lists and runs the programmes
SELECT 'organization/anct' AS id, 'Agence nationale de la cohésion des territoires' AS label_fr, 'ANCT' AS acronym,
    'actor-type/state-service' AS actor_type, 'evidence-status/documented' AS evidence, 'source/anct-programmes' AS source
WHERE EXISTS (FROM schemes);
