-- One row is one France services: a place, or a tour. A branch is a place of its own, attached to the one that heads its group.

CREATE TABLE _communes AS   -- a municipal district stays itself, a former commune becomes the one that took it over
SELECT code AS commune, CASE WHEN current OR successor IS NULL THEN territory ELSE 'territory/commune/' || successor END AS territory
FROM decoupage_administratif__register_communes;

-- « 09:00 - 12:00 / 13:30 - 17:00 » of a Monday is "Mo 09:00-12:00" and "Mo 13:30-17:00", as schema.org writes them.
CREATE MACRO _open(day, cell) AS [day || ' ' || replace(part, ' ', '') FOR part IN string_split(coalesce(cell, ''), ' / ')
    IF regexp_full_match(part, '[0-9]{2}:[0-9]{2} - [0-9]{2}:[0-9]{2}')];

CREATE TABLE _rows AS
SELECT 'france-services-' || number AS code,
    -- a tour starts from where it is written to be: nobody is received there
    format IN ('Bus_équivalent', 'Itinérante') OR regexp_matches(anc_norm(label), '\bitinerante?\b') AS mobile,
    regexp_replace(trim(regexp_replace(label, '\s+', ' ', 'g')), '^France Services', 'France services') AS label,
    flatten([_open('Mo', monday), _open('Tu', tuesday), _open('We', wednesday), _open('Th', thursday), _open('Fr', friday),
        _open('Sa', saturday)]) AS opening_hours,
    CASE WHEN trim(address) <> '' THEN concat_ws(', ', trim(address), nullif(nullif(trim(more), ''), 'Néant'), postcode || ' ' || town) END AS address,
    kind, "group", postcode, lat, lon, regexp_extract(labelled, '[0-9]{4}$') AS year, territory
FROM rows JOIN _communes USING (commune);

CREATE TABLE _heads AS   -- where one alone heads a group
SELECT "group", min(code) AS head FROM _rows
WHERE kind = 'Principal' AND "group" IS NOT NULL GROUP BY "group" HAVING count(*) = 1;

CREATE TABLE organizations AS
SELECT 'organization/' || code AS id, label AS label_fr,
    'actor-type/' || CASE WHEN mobile THEN 'mobile-public-service' ELSE 'public-service-point' END AS actor_type,
    CASE WHEN kind = 'Antenne' THEN 'organization/' || head END AS part_of,
    nullif(year, '') AS start_year, 'evidence-status/documented' AS evidence, 'source/anct-france-services' AS source
FROM _rows LEFT JOIN _heads USING ("group")
ORDER BY id;

CREATE TABLE sites AS
SELECT 'site/' || code AS id, label AS label_fr, 'organization/' || code AS organizations, territory,
    'evidence-status/documented' AS location_evidence, address,
    CASE WHEN NOT mobile THEN opening_hours END AS opening_hours, postcode,
    CASE WHEN NOT mobile THEN lat::DOUBLE END AS lat, CASE WHEN NOT mobile THEN lon::DOUBLE END AS lon,
    'evidence-status/documented' AS evidence, 'source/anct-france-services' AS source
FROM _rows
ORDER BY id;
