-- An organisation that a register of ours knows keeps its identifier and its name there: what Sirene says is added to it.
CREATE TABLE _registered AS
SELECT code AS siren, min(organization) AS organization
FROM mesr_etablissements__register_codes
WHERE kind = 'siren'
GROUP BY code
HAVING count(DISTINCT organization) = 1;

CREATE MACRO _said(x) AS nullif(nullif(trim(x), ''), '[ND]');

CREATE MACRO _activity(code, classification) AS CASE
    WHEN classification = 'NAFRev2' AND regexp_matches(code, '^[0-9]{2}\.[0-9]{2}[A-Z]$')
        THEN 'http://id.insee.fr/codes/nafr2/sousClasse/' || code
    WHEN classification IN ('NAF2025', 'NAF25') AND regexp_matches(code, '^[0-9]{2}\.[0-9]{2}[A-Z]$') THEN 'naf2025/' || code
END;

-- Bands of salaried employees; « NN » is an employer whose number is not known, or no employer: nothing is said.
CREATE MACRO _size(x) AS CASE WHEN x BETWEEN '00' AND '53' THEN 'size-band/' || x END;

CREATE TABLE _units AS
SELECT u.*, coalesce(r.organization, 'organization/' || u.siren) AS organization, r.organization IS NOT NULL AS registered,
       CASE WHEN left(form, 1) IN ('3', '5', '6') THEN 'company'
            WHEN regexp_matches(form, '^(7[12]|73[4-5])') THEN CASE WHEN form LIKE '71%' THEN 'state-service' ELSE 'local-authority' END
            WHEN form LIKE '92%' OR form LIKE '93%' THEN 'association' END AS type,
       anc_recased(coalesce(_said(name), _said(usual))) AS label
FROM legal_units AS u
LEFT JOIN _registered AS r ON r.siren = u.siren;

CREATE TABLE organizations AS
SELECT organization AS id,
       CASE WHEN registered THEN NULL
            WHEN type = 'company' THEN 'Company'
            WHEN type = 'local-authority' THEN 'LocalAuthority'
            WHEN type = 'association' THEN 'ThirdSectorOrganization' END AS kind,
       CASE WHEN NOT registered THEN coalesce(label, 'Organisation SIREN ' || siren) END AS label_fr,
       CASE WHEN NOT registered AND anc_norm(acronym) <> anc_norm(label) THEN _said(acronym) END AS acronym,
       CASE WHEN NOT registered THEN 'actor-type/' || type END AS actor_type,
       siren, _activity(activity, classification) AS activity, _size(size) AS size,
       CASE WHEN NOT registered AND regexp_matches(created, '^(1[5-9]|20)[0-9]{2}-') THEN left(created, 4) END AS start_year,
       CASE WHEN NOT registered AND state = 'C' AND regexp_matches(since, '^(1[5-9]|20)[0-9]{2}-') THEN left(since, 4) END AS end_year,
       'evidence-status/documented' AS evidence, 'source/insee-sirene' AS source
FROM _units
ORDER BY id;

CREATE TABLE sites AS
SELECT 'site/' || e.siret AS id,
       coalesce(anc_recased(coalesce(_said(e.sign), _said(e.usual))), u.label, 'Établissement ' || e.siret) || coalesce(' (' || c.label || ')', '')
           AS label_fr,
       [u.organization] AS organizations, CASE WHEN e.seat = 'true' THEN [u.organization] END AS seat_of,
       CASE WHEN c.successor IS NULL THEN c.territory ELSE 'territory/commune/' || c.commune END AS territory,
       'evidence-status/documented' AS location_evidence,
       _activity(e.activity, e.classification) AS activity, _size(e.size) AS size,
       CASE WHEN regexp_matches(e.postcode, '^[0-9]{5}$') THEN e.postcode END AS postcode,
       'evidence-status/documented' AS evidence, 'source/insee-sirene' AS source
FROM establishments AS e
JOIN _units AS u ON u.siren = e.siren AND NOT u.registered   -- our register tells where those are
JOIN decoupage_administratif__register_communes AS c ON c.code = e.commune
ORDER BY id;

-- Employers of each commune: all, by A38 aggregate, and by the sub-classes of the filières. A commune of the region without any has
-- a total of zero; other cells that are not written are zero too.
CREATE TABLE _aggregates AS
SELECT * FROM (VALUES ('01', '03', 'AZ'), ('05', '09', 'BZ'), ('10', '12', 'CA'), ('13', '15', 'CB'), ('16', '18', 'CC'), ('19', '19', 'CD'),
    ('20', '20', 'CE'), ('21', '21', 'CF'), ('22', '23', 'CG'), ('24', '25', 'CH'), ('26', '26', 'CI'), ('27', '27', 'CJ'), ('28', '28', 'CK'),
    ('29', '30', 'CL'), ('31', '33', 'CM'), ('35', '35', 'DZ'), ('36', '39', 'EZ'), ('41', '43', 'FZ'), ('45', '47', 'GZ'), ('49', '53', 'HZ'),
    ('55', '56', 'IZ'), ('58', '60', 'JA'), ('61', '61', 'JB'), ('62', '63', 'JC'), ('64', '66', 'KZ'), ('68', '68', 'LZ'), ('69', '71', 'MA'),
    ('72', '72', 'MB'), ('73', '75', 'MC'), ('77', '82', 'NZ'), ('84', '84', 'OZ'), ('85', '85', 'PZ'), ('86', '86', 'QA'), ('87', '88', 'QB'),
    ('90', '93', 'RZ'), ('94', '96', 'SZ'), ('97', '98', 'TZ'), ('99', '99', 'UZ')) AS t (first, last, aggregate);

CREATE TABLE _cells AS
SELECT commune, 'total' AS cell, 'sector/total' AS sector, sum(establishments) AS establishments
FROM (SELECT commune, establishments FROM counts
      UNION ALL
      SELECT code, 0 FROM decoupage_administratif__register_communes
      WHERE current AND getvariable('region') IN ('all', region) AND (SELECT count(*) FROM counts) > 0)
GROUP BY commune
UNION ALL
SELECT commune, aggregate, 'sector/a38/' || aggregate, sum(establishments)
FROM counts JOIN _aggregates ON left(activity, 2) BETWEEN first AND last AND classification = 'NAFRev2'
GROUP BY commune, aggregate
UNION ALL
SELECT commune, activity, _activity(activity, classification), sum(establishments)
FROM counts
WHERE classification = 'NAFRev2' AND list_contains(string_split(getvariable('activities'), ' '), activity)
GROUP BY ALL;

CREATE TABLE observations AS
SELECT 'observation/insee-sirene/employer-establishments/commune-' || commune || '/' || cell || '/' || month AS id,
       'dataset/insee-sirene' AS dataset, 'territory/commune/' || commune AS territory, month AS period,
       'indicator/employer-establishments' AS indicator, sector, 'scenario/observed' AS scenario, establishments::INTEGER AS value,
       'evidence-status/documented' AS evidence
FROM _cells, (SELECT max(month) AS month FROM counts)
ORDER BY id;
