-- Of all projects of Europe, those that have a participant in the region, with all their participants.
CREATE TABLE _departments AS
SELECT DISTINCT department FROM decoupage_administratif__register_communes WHERE getvariable('region') IN ('all', region);

CREATE TABLE _kept AS
SELECT DISTINCT m.project
FROM all_members AS m
JOIN _departments AS d ON getvariable('region') = 'all'
    OR starts_with(regexp_extract(replace(m.postcode, ' ', ''), '[0-9]{5}'), replace(replace(d.department, '2A', '20'), '2B', '20'))
WHERE m.country = 'FR';

CREATE TABLE members AS SELECT * EXCLUDE (_personal) FROM all_members WHERE project IN (SELECT project FROM _kept);
CREATE TABLE projects AS SELECT * EXCLUDE (_personal) FROM all_projects WHERE project IN (SELECT project FROM _kept);
CREATE TABLE fields AS SELECT * EXCLUDE (_personal) FROM all_fields WHERE project IN (SELECT project FROM _kept);
