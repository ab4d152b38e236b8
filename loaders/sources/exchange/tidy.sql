-- A partner writes short codes (38185, 200040715, 0383546Y, internship, documented); here they become identifiers relative to
-- the base. A cell with a slash or a full address is taken as it is; several values are separated by semicolons.

SET VARIABLE local_name = coalesce((SELECT max(anc_slug(value)) FROM about WHERE key = 'name'), 'exchange');
SET VARIABLE evidence = coalesce((SELECT max(lower(value)) FROM about WHERE key = 'evidence'), 'declared');

CREATE MACRO _items(cell) AS [trim(item) FOR item IN string_split(cell, ';') IF trim(item) <> ''];
CREATE MACRO _full(x) AS x LIKE '%/%';
CREATE MACRO _local(x) AS regexp_replace(x, '[^A-Za-z0-9._~-]+', '-', 'g');

-- Anything of the partner's own: site/<name>-privas, interaction/<name>/stage-12.
CREATE MACRO _own(kind, x) AS CASE WHEN x IS NULL OR _full(x) THEN x ELSE kind || '/' || getvariable('local_name') || '-' || _local(x) END;
CREATE MACRO _interaction(x) AS CASE WHEN x IS NULL OR _full(x) THEN x ELSE 'interaction/' || getvariable('local_name') || '/' || _local(x) END;
CREATE MACRO _interactions(cell) AS [_interaction(item) FOR item IN _items(cell)];
CREATE MACRO _owns(kind, cell) AS [_own(kind, item) FOR item IN _items(cell)];

-- A concept of a scheme of the package: its last part is enough.
CREATE MACRO _concept(scheme, x) AS CASE WHEN x IS NULL OR _full(x) THEN x ELSE scheme || '/' || x END;
CREATE MACRO _concepts(scheme, cell) AS [_concept(scheme, item) FOR item IN _items(cell)];
CREATE MACRO _evidence(x) AS _concept('evidence-status', coalesce(x, getvariable('evidence')));
CREATE MACRO _source(x) AS _concept('source', coalesce(x, getvariable('local_name')));

CREATE MACRO _territory(x) AS CASE
    WHEN x IS NULL OR _full(x) THEN x
    WHEN regexp_full_match(x, '[0-9][0-9AB][0-9]{3}') THEN 'territory/commune/' || x
    WHEN regexp_full_match(x, '[0-9]{9}') THEN 'territory/epci/' || x
    WHEN regexp_full_match(x, '[0-9]{2}|2[AB]|9[78][0-9]') THEN 'territory/department/' || x
    WHEN regexp_full_match(x, 'R[0-9]{2,3}') THEN 'territory/region/' || x[2:]
    WHEN regexp_full_match(x, 'ZE[0-9]{4}') THEN 'territory/zone/' || x[3:]
    ELSE 'territory/adhoc/' || x END;
CREATE MACRO _territories(cell) AS [_territory(item) FOR item IN _items(cell)];

CREATE MACRO _organization(x) AS CASE
    WHEN x IS NULL OR _full(x) THEN x
    WHEN regexp_full_match(x, '[0-9]{7}[A-Za-z]|[0-9]{9}[A-Za-z]?|[0-9]{14}') THEN 'organization/' || upper(x)
    ELSE _own('organization', x) END;
CREATE MACRO _organizations(cell) AS [_organization(item) FOR item IN _items(cell)];

-- What a thing is about: a filière, an activity of the NAF, or any concept in full.
CREATE MACRO _naf(x) AS CASE
    WHEN regexp_full_match(x, '[0-9]{2}\.[0-9]{2}[A-Z]') THEN 'http://id.insee.fr/codes/nafr2/sousClasse/' || x
    WHEN regexp_full_match(x, '[0-9]{2}\.[0-9]{2}') THEN 'http://id.insee.fr/codes/nafr2/classe/' || x
    WHEN regexp_full_match(x, '[0-9]{2}\.[0-9]') THEN 'http://id.insee.fr/codes/nafr2/groupe/' || x
    WHEN regexp_full_match(x, '[0-9]{2}') THEN 'http://id.insee.fr/codes/nafr2/division/' || x END;
CREATE MACRO _subject(x) AS CASE WHEN x IS NULL OR _full(x) THEN x ELSE coalesce(_naf(x), 'value-chain/' || x) END;
CREATE MACRO _subjects(cell) AS [_subject(item) FOR item IN _items(cell)];
CREATE MACRO _sector(x) AS CASE
    WHEN x IS NULL OR x = 'total' THEN 'sector/total'
    WHEN regexp_full_match(x, 'a(17|38)/[A-Z0-9]{2}') THEN 'sector/' || x
    ELSE coalesce(_naf(x), x) END;

-- observation/<source>/<indicator>/<territory kind>-<code>/<organisation, occupation or sector>/<period>
CREATE MACRO _last(x) AS regexp_extract(x, '[^/]+$');
CREATE MACRO _observation(dataset, indicator, territory, member, period) AS
    'observation/' || _last(dataset) || '/' || _last(indicator) || '/'
    || replace(regexp_replace(territory, '^territory/', ''), '/', '-') || '/' || _last(member) || '/' || replace(period, '/', '-');

-- --- Where the facts come from ---------------------------------------------------------------------------------------
CREATE TABLE main.sources AS
SELECT _concept('source', id) AS id, title_fr, title_en, publisher, licence, homepage, download, date,
    _concept('dataset', coalesce(dataset, _last(id))) AS dataset, _territories(covers) AS covers
FROM sources
UNION ALL
SELECT 'source/' || getvariable('local_name'), max(value) FILTER (key = 'title'), max(value) FILTER (key = 'title_en'),
    max(value) FILTER (key = 'publisher'),
    max(CASE WHEN value LIKE '%:%' THEN value ELSE 'https://spdx.org/licenses/' || value END) FILTER (key = 'licence'),
    max(value) FILTER (key IN ('url', 'homepage')), max(value) FILTER (key = 'download'), max(value) FILTER (key = 'date'),
    'dataset/' || getvariable('local_name'), _territories(max(value) FILTER (key = 'covers'))
FROM about
WHERE NOT EXISTS (SELECT 1 FROM sources WHERE _concept('source', id) = 'source/' || getvariable('local_name'));

-- --- Territories -----------------------------------------------------------------------------------------------------
CREATE TABLE main.territories AS
SELECT _territory(id) AS id, kind, label_fr, label_en, code, vintage, _territories(part_of) AS part_of,
    _territories("overlaps") AS "overlaps", _territory(succeeded_by) AS succeeded_by,
    _organizations(governed_by) AS governed_by, _territory(seat) AS seat, _concept('density', density) AS density,
    _concept('rurality', rurality) AS rurality, _concept('centrality', centrality) AS centrality, _concept('massif', massif) AS massif,
    _items(postcodes) AS postcodes, lat, lon, _territories(parts) AS parts, _concept('evidence-status', evidence) AS evidence,
    _concept('source', source) AS source
FROM territories;

CREATE TABLE main.geometries AS
SELECT coalesce(id, _territory(territory) || '/geometry') AS id, _territory(territory) AS territory, wkt FROM geometries;

CREATE TABLE main.catchments AS
SELECT _own('catchment', id) AS id, label_fr, _own('site', site) AS site, _territories(territories) AS territories,
    _own('method', method) AS method, _evidence(evidence) AS evidence, _source(source) AS source
FROM catchments;

-- --- Actors and places -----------------------------------------------------------------------------------------------
CREATE TABLE main.organizations AS
SELECT _organization(id) AS id, kind, label_fr, label_en, acronym,
    _concept('actor-type', actor_type) AS actor_type, uai, rnsr, siren, siret, pic, paysage, idref, ror, wikidata,
    _items(unit_numbers) AS unit_numbers, _items(former_codes) AS former_codes, _organizations(supervised_by) AS supervised_by,
    _organizations(participating) AS participating, _organizations(part_of) AS part_of,
    _organizations(member_of) AS member_of, coalesce(_naf(activity), activity) AS activity, _concept('size-band', size) AS size,
    _concepts('field', fields) AS fields,
    _territories(serves) AS serves, start_year, end_year, homepage, country,
    _evidence(evidence) AS evidence, _source(source) AS source
FROM organizations;

CREATE TABLE main.identities AS
SELECT coalesce(_own('identity', id), 'identity/' || getvariable('local_name') || '/' || _last(_organization(a)) || '-'
        || _last(_organization(b))) AS id,
    _organization(a) AS a, _organization(b) AS b, confidence, rule, _evidence(evidence) AS evidence
FROM identities;

CREATE TABLE main.changes AS
SELECT coalesce(_own('change', id), 'change/' || getvariable('local_name') || '/' || _last(_organization(original)) || '-'
        || _last(_organization(resulting))) AS id,
    label_fr, _organizations(original) AS original, _organizations(resulting) AS resulting, date,
    _evidence(evidence) AS evidence, _source(source) AS source
FROM changes;

CREATE TABLE main.sites AS
SELECT _own('site', id) AS id, kind, label_fr, _organizations(organizations) AS organizations, _organizations(seat_of) AS seat_of,
    _territory(territory) AS territory,
    CASE WHEN territory IS NOT NULL THEN _evidence(coalesce(location_evidence, evidence)) END AS location_evidence,
    _concepts('branch-service', services) AS services, coalesce(_naf(activity), activity) AS activity,
    _concept('size-band', size) AS size, address, _items(opening_hours) AS opening_hours, postcode, lat, lon, _evidence(evidence) AS evidence, _source(source) AS source
FROM sites;

CREATE TABLE main.platforms AS
SELECT _own('platform', id) AS id, label_fr, _organizations(operated_by) AS operated_by, _territory(territory) AS territory,
    _evidence(evidence) AS evidence, _source(source) AS source
FROM platforms;

CREATE TABLE main.programmes AS
SELECT _own('programme', id) AS id, label_fr, _organizations(organizations) AS organizations, _owns('site', sites) AS sites,
    _concept('level', level) AS level, _concepts('field', fields) AS fields, capacity, start_year, end_year,
    homepage, _evidence(evidence) AS evidence, _source(source) AS source
FROM programmes;

CREATE TABLE main.concepts AS
SELECT id, kind, scheme, notation, label_fr, label_en, _items(alt_labels) AS alt_labels, _items(broader) AS broader,
    _items(broad_match) AS broad_match
FROM concepts;

-- --- Interactions ----------------------------------------------------------------------------------------------------
CREATE TABLE main.interactions AS
SELECT _interaction(id) AS id, kind, label_fr, _concepts('interaction-type', types) AS types, year, start, "end",
    _territories(takes_place_in) AS takes_place_in, _territories(benefits) AS benefits, _subjects(concerns) AS concerns,
    _own('scheme', scheme) AS scheme, _own('programme', programme) AS programme, _owns('platform', platform) AS platform,
    _owns('objective', contributes_to) AS contributes_to, _concept('attendance-mode', mode) AS mode, headcount,
    _concept('obs-status', headcount_status) AS headcount_status, funding,
    number, homepage, _evidence(evidence) AS evidence, _source(source) AS source
FROM interactions;

CREATE TABLE main.events AS
SELECT _interaction(id) AS id, label_fr, _concepts('interaction-type', types) AS types, start, "end",
    start_time, end_time, _concept('event-status', status) AS status, updated,
    _concept('attendance-mode', mode) AS mode, _territories(takes_place_in) AS takes_place_in,
    _owns('site', relayed_at) AS relayed_at, _territories(benefits) AS benefits, _subjects(concerns) AS concerns,
    _own('scheme', scheme) AS scheme, homepage, _evidence(evidence) AS evidence,
    _source(source) AS source
FROM events;

CREATE TABLE main.participations AS
SELECT coalesce(id, _interaction(interaction) || '/p/' || row_number() OVER (PARTITION BY _interaction(interaction) ORDER BY _row))
        AS id,
    _interaction(interaction) AS interaction, _organization(organization) AS organization,
    _concepts('actor-role', roles) AS roles, _territory(place) AS place,
    CASE WHEN place IS NOT NULL THEN _evidence(place_evidence) END AS place_evidence, funding
FROM participations
WHERE _interaction(interaction) NOT IN (SELECT id FROM main.events WHERE status IS NOT NULL)   -- nobody takes part in what is not held
ORDER BY _row;

CREATE TABLE main.ties AS
SELECT coalesce(_own('tie', id), 'tie/' || getvariable('local_name') || '/' || _last(_organization(a)) || '-'
        || _last(_organization(b))) AS id,
    _organization(a) AS a, _organization(b) AS b, _concept('interaction-type', type) AS type, weight,
    _evidence(evidence) AS evidence, _source(source) AS source
FROM ties;

-- --- Schemes, desk, strategies ---------------------------------------------------------------------------------------
CREATE TABLE main.schemes AS
SELECT _own('scheme', id) AS id, label_fr, _concepts('interaction-type', types) AS types, _organizations(run_by) AS run_by,
    _territories(serves) AS serves, _evidence(evidence) AS evidence, _source(source) AS source
FROM schemes;

CREATE TABLE main.editions AS
SELECT _own('edition', id) AS id, label_fr, _own('scheme', scheme) AS scheme, year, _territories(territories) AS territories,
    outcome, headcount, _concept('obs-status', headcount_status) AS headcount_status, _concepts('field', fields) AS fields,
    _organizations(partners) AS partners, _evidence(evidence) AS evidence, _source(source) AS source
FROM editions;

CREATE TABLE main.desks AS
SELECT _own('desk', id) AS id, label_fr, _organizations(run_by) AS run_by, _territories(serves) AS serves,
    _evidence(evidence) AS evidence, _source(source) AS source
FROM desks;

CREATE TABLE main.requests AS
SELECT _own('request', id) AS id, label_fr, _concepts('interaction-type', types) AS types,
    _organizations(issued_by) AS issued_by, _owns('desk', received_by) AS received_by,
    _territories(territories) AS territories, _subjects(concerns) AS concerns, _concept('attendance-mode', mode) AS mode,
    created, _evidence(evidence) AS evidence, _source(source) AS source
FROM requests;

CREATE TABLE main.offers AS
SELECT _own('offer', id) AS id, label_fr, _concepts('interaction-type', types) AS types,
    _organizations(issued_by) AS issued_by, _owns('desk', received_by) AS received_by,
    _territories(territories) AS territories, _subjects(concerns) AS concerns, _concept('attendance-mode', mode) AS mode,
    created, _evidence(evidence) AS evidence, _source(source) AS source
FROM offers;

CREATE TABLE main.matches AS
SELECT _own('match', id) AS id, _own('request', request) AS request, _own('offer', offer) AS offer, score,
    _interactions(led_to) AS led_to, _evidence(evidence) AS evidence
FROM matches;

CREATE TABLE main.match_events AS
SELECT coalesce(id, _own('match', match) || '/s/' || row_number() OVER (PARTITION BY match ORDER BY date, _row)) AS id,
    _own('match', match) AS match, _concept('match-status', status) AS status, date, _concept('drop-reason', reason) AS reason
FROM match_events
ORDER BY _row;

CREATE TABLE main.strategies AS
SELECT _own('strategy', id) AS id, label_fr, _organizations(adopted_by) AS adopted_by, _territories(territories) AS territories,
    start_year, end_year, homepage, _evidence(evidence) AS evidence, _source(source) AS source
FROM strategies;

CREATE TABLE main.axes AS
SELECT _own('axis', id) AS id, _own('strategy', strategy) AS strategy, number, label_fr,
    _evidence(evidence) AS evidence, _source(source) AS source
FROM axes;

CREATE TABLE main.objectives AS
SELECT _own('objective', id) AS id, _own('strategy', strategy) AS strategy, _own('axis', axis) AS axis, number, label_fr,
    _concept('indicator', indicator) AS indicator, initial, initial_year, target, due, _territories(territories) AS territories,
    _subjects(concerns) AS concerns, _evidence(evidence) AS evidence, _source(source) AS source
FROM objectives;

CREATE TABLE main.actions AS
SELECT _own('action', id) AS id, _own('strategy', strategy) AS strategy, _own('axis', axis) AS axis, number, label_fr,
    _concept('action-status', status) AS status, start, "end", _organizations(run_by) AS run_by,
    _organizations(partners) AS partners, _organizations(funders) AS funders, _owns('objective', objectives) AS objectives,
    _territories(territories) AS territories, _subjects(concerns) AS concerns, _interactions(led_to) AS led_to,
    _evidence(evidence) AS evidence, _source(source) AS source
FROM actions;

CREATE TABLE main.budgets AS
SELECT coalesce(_own('budget', id), _own('action', action) || '/b/' || coalesce(year, 'all') || '-' || row_number() OVER (PARTITION BY action, year ORDER BY _row))
        AS id,
    _own('action', action) AS action, year, _organizations(funders) AS funders, planned, spent
FROM budgets
ORDER BY _row;

-- --- Observations and filières ---------------------------------------------------------------------------------------
CREATE TABLE _observations AS
SELECT id, dataset, territory, period, indicator, sector, organization, occupation, scenario, value, status, low, high, run, evidence
FROM observations
UNION ALL BY NAME
SELECT dataset, territory, period, organization, occupation, evidence,
    CASE WHEN cell LIKE 'indicator/%' THEN cell ELSE indicator END AS indicator,
    CASE WHEN cell NOT LIKE 'indicator/%' THEN cell END AS sector,
    CASE WHEN value <> 'nd' AND NOT starts_with(value, '*') THEN value END AS value,
    CASE WHEN starts_with(value, '*') THEN 'suppressed' WHEN value = 'nd' THEN 'missing' END AS status,
    nullif(regexp_extract(value, '^\*([0-9]+)-([0-9]+)$', 1), '') AS low,   -- "*0-4": secret, from 0 to 4
    nullif(regexp_extract(value, '^\*([0-9]+)-([0-9]+)$', 2), '') AS high
FROM (UNPIVOT observations_wide ON COLUMNS('^(total$|a17/|a38/|indicator/)') INTO NAME cell VALUE value);

CREATE TABLE main.observations AS
WITH full_ AS (
    SELECT id, _concept('dataset', coalesce(dataset, getvariable('local_name'))) AS dataset,
        _territory(territory) AS territory, period, _concept('indicator', indicator) AS indicator, _sector(sector) AS sector,
        _organization(organization) AS organization, _concept('fap', occupation) AS occupation,
        _concept('scenario', coalesce(scenario, 'observed')) AS scenario, value, _concept('obs-status', status) AS status,
        low, high, run, _evidence(evidence) AS evidence
    FROM _observations
)
SELECT * REPLACE (
    coalesce(_own('observation', id), _observation(dataset, indicator, territory, coalesce(organization, occupation, sector), period))
        AS id,
    _own('run', run) AS run)
FROM full_;

CREATE TABLE main.scenarios AS
SELECT _concept('scenario', id) AS id, label_fr, label_en, _concept('scenario', baseline) AS baseline,
    _owns('assumption', assumptions) AS assumptions
FROM scenarios;

CREATE TABLE main.assumptions AS
SELECT _own('assumption', id) AS id, label_fr, _concept('indicator', indicator) AS indicator,
    _territories(territories) AS territories, target
FROM assumptions;

CREATE TABLE main.runs AS
SELECT _own('run', id) AS id, label_fr, _concept('scenario', scenario) AS scenario, seed FROM runs;

-- A row names a new link as soon as it gives a stage or an activity; the code is then the last part of its identifier.
CREATE MACRO _activity(x) AS CASE
    WHEN x IS NULL OR _full(x) THEN x
    WHEN regexp_full_match(x, '[0-9]{2}\.[0-9]{2}[G-LY]') THEN 'naf2025/' || x
    ELSE coalesce(_naf(x), x) END;
CREATE MACRO _component(x) AS CASE WHEN x LIKE 'value-chain/%' OR x LIKE 'http%' THEN x ELSE 'value-chain/' || x END;

CREATE TABLE main.chains AS
SELECT _concept('value-chain', id) AS id, label_fr, label_en, definition_fr, definition_en FROM chains;

CREATE TABLE main.components AS
WITH _given AS (
    SELECT *, _component(id) AS iri, stage IS NOT NULL OR activity IS NOT NULL OR chain IS NOT NULL AS fresh FROM components)
SELECT iri AS id,
    CASE WHEN fresh THEN coalesce(_concept('value-chain', chain), regexp_replace(iri, '/[^/]+$', '')) END AS chain,
    CASE WHEN fresh THEN _activity(coalesce(activity, _last(iri))) END AS activity,
    _concept('chain-stage', stage) AS stage, share,
    CASE WHEN share IS NOT NULL AND (evidence IS NOT NULL OR fresh) THEN _evidence(evidence) END AS evidence, citation
FROM _given;

-- « name » is the last part of the identifier where it is not given; a rule without words reads codes.
CREATE TABLE main.chain_rules AS
WITH _given AS (SELECT *, _concept('value-chain', chain) AS of_chain, _last(id) AS last FROM chain_rules)
SELECT CASE WHEN id LIKE 'value-chain/%' OR id LIKE 'http%' THEN id ELSE of_chain || '/rule/' || _local(last) END AS id,
    of_chain AS chain, coalesce(name, last) AS name,
    coalesce(rank, CAST(row_number() OVER (PARTITION BY of_chain ORDER BY _row) AS VARCHAR)) AS rank, subject,
    _concept('chain-function', function) AS function, _concept('chain-stage', stage) AS stage,
    CASE WHEN reads IS NOT NULL THEN _items(reads) WHEN words IS NOT NULL THEN ['words'] ELSE ['codes'] END AS reads,
    _items(words) AS words, _items(excluded) AS excluded
FROM _given;

CREATE TABLE main.memberships AS
SELECT coalesce(_own('membership', id), 'membership/' || getvariable('local_name') || '/' || _last(_organization(member)) || '-'
        || _last(chain) || '-' || _last(function) || coalesce('-' || _last(stage), '')) AS id,
    _organization(member) AS member, _concept('value-chain', chain) AS chain, _concept('chain-function', function) AS function,
    _concept('chain-stage', stage) AS stage, rule, _evidence(evidence) AS evidence, _source(source) AS source
FROM memberships;

CREATE TABLE main.preparations AS
SELECT coalesce(_own('preparation', id), 'preparation/' || getvariable('local_name') || '/' || _last(programme)
        || '-' || _last(occupation)) AS id,
    _own('programme', programme) AS programme, _concept('fap', occupation) AS occupation, rule,
    _evidence(evidence) AS evidence, _source(source) AS source
FROM preparations;

-- The raw tables bear the same names: they leave, what was made of them stays.
DROP VIEW temp.sources;
DROP VIEW temp.territories;
DROP VIEW temp.geometries;
DROP VIEW temp.catchments;
DROP VIEW temp.organizations;
DROP VIEW temp.identities;
DROP VIEW temp.changes;
DROP VIEW temp.sites;
DROP VIEW temp.platforms;
DROP VIEW temp.programmes;
DROP VIEW temp.concepts;
DROP VIEW temp.interactions;
DROP VIEW temp.events;
DROP VIEW temp.participations;
DROP VIEW temp.ties;
DROP VIEW temp.schemes;
DROP VIEW temp.editions;
DROP VIEW temp.desks;
DROP VIEW temp.requests;
DROP VIEW temp.offers;
DROP VIEW temp.matches;
DROP VIEW temp.match_events;
DROP VIEW temp.strategies;
DROP VIEW temp.axes;
DROP VIEW temp.objectives;
DROP VIEW temp.actions;
DROP VIEW temp.budgets;
DROP VIEW temp.observations;
DROP VIEW temp.scenarios;
DROP VIEW temp.assumptions;
DROP VIEW temp.runs;
DROP VIEW temp.chains;
DROP VIEW temp.components;
DROP VIEW temp.chain_rules;
DROP VIEW temp.memberships;
DROP VIEW temp.preparations;
