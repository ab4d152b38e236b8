-- One company a SIREN, as its latest declaration says: one row a year, and a head office may move.
CREATE TABLE _latest AS
SELECT siren, arg_max(department, year) AS department
FROM declarations
WHERE department IS NOT NULL
GROUP BY siren;

-- 191 companies of 7,363 wrote their legal form, or a number, in the place of their name once (« SAS », « Association loi 1901 »).
CREATE MACRO _form(x) AS regexp_full_match(anc_norm(x), '[0-9 ]*|(s ?a ?s ?u?|s ?a|s ?a ?r ?l|snc|sca|eurl|selas|selarl|gie|epic|association|fondation)?'
    || ' ?(societe (anonyme|par actions simplifiee|a responsabilite limitee|en nom collectif|civile|cooperative)'
    || '( (a|de) (associe unique|directoire|(production a )?capital variable|droit prive francais))?'
    || '|association (a but non lucratif )?loi (de )?1901( non reconnue d utilite publique)?)?');

-- A name that somebody typed with small letters is nearer to how people write it than capitals are.
CREATE TABLE _names AS
SELECT siren, anc_recased(coalesce(arg_max(name, year) FILTER (name <> upper(name) AND name <> lower(name)), arg_max(name, year))) AS label
FROM (SELECT siren, name, year FROM declarations UNION ALL SELECT siren, name, '0' FROM facts)
WHERE NOT _form(name)
GROUP BY siren;

CREATE TABLE _activities AS
SELECT siren, code
FROM (SELECT siren, activity AS code, '2020' AS year FROM facts WHERE classification = 'NAFRev2'
      UNION ALL SELECT siren, left(activity, 6), year FROM declarations)
WHERE regexp_matches(code, '^[0-9]{2}\.[0-9]{2}[A-Z]$')
QUALIFY row_number() OVER (PARTITION BY siren ORDER BY year DESC, code) = 1;

CREATE TABLE _registered AS
SELECT code AS siren, min(organization) AS organization
FROM mesr_etablissements__register_codes
WHERE kind = 'siren'
GROUP BY code
HAVING count(DISTINCT organization) = 1;

CREATE TABLE _companies AS
SELECT l.siren, d.id AS territory, l.department, n.label, a.code AS activity, f.size
FROM _latest AS l
JOIN decoupage_administratif__territories AS d ON d.kind = 'Department' AND d.label_fr = l.department
LEFT JOIN _names AS n ON n.siren = l.siren
LEFT JOIN _activities AS a ON a.siren = l.siren
LEFT JOIN facts AS f ON f.siren = l.siren
WHERE (getvariable('region') = 'all' OR list_contains(d.part_of, 'territory/region/' || getvariable('region')))
  AND l.siren NOT IN (SELECT siren FROM insee_sirene__organizations WHERE siren IS NOT NULL)
  AND l.siren NOT IN (SELECT siren FROM _registered);

-- « Entreprise » in labour law is any employer: those of public administration, teaching, health, social work and membership (84 to 88, 94)
-- are left as organisations, since many are associations or public bodies; so are those of research (72: Institut Pasteur, ILL,
-- ESRF, SOLEIL), unless their name holds the form of a company.
CREATE MACRO _is_company(activity, label) AS NOT coalesce(left(activity, 2) IN ('84', '85', '86', '87', '88', '94')
    OR left(activity, 2) = '72' AND NOT regexp_matches(anc_norm(coalesce(label, '')), '\b(sas|sasu|sa|sarl|snc|eurl)\b'), false);
CREATE TABLE organizations AS
SELECT 'organization/' || siren AS id,
       CASE WHEN _is_company(activity, label) THEN 'Company' END AS kind,
       coalesce(label, 'Entreprise SIREN ' || siren) AS label_fr,
       CASE WHEN _is_company(activity, label) THEN 'actor-type/company' END AS actor_type,
       siren, 'http://id.insee.fr/codes/nafr2/sousClasse/' || activity AS activity,
       CASE WHEN size BETWEEN '01' AND '53' THEN 'size-band/' || size END AS size,   -- « 00 » at the year's end: it has been absorbed since
       'evidence-status/documented' AS evidence, 'source/egapro' AS source
FROM _companies
ORDER BY id;

-- Its head office is somewhere in the département: nothing finer is told.
CREATE TABLE sites AS
SELECT 'site/egapro-' || siren AS id, coalesce(label, 'Entreprise SIREN ' || siren) || ' (' || department || ')' AS label_fr,
       ['organization/' || siren] AS organizations, ['organization/' || siren] AS seat_of, territory,
       'evidence-status/documented' AS location_evidence, 'evidence-status/documented' AS evidence, 'source/egapro' AS source
FROM _companies
ORDER BY id;
