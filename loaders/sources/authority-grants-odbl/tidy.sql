-- The grants that `authority-grants` laid out and whose authorities publish them under the ODbL.
CREATE TABLE organizations AS
SELECT * EXCLUDE licence, 'evidence-status/documented' AS evidence, 'source/authority-grants-odbl' AS source
FROM authority_grants__register_organizations WHERE licence = 'ODbL-1.0';

CREATE TABLE interactions AS
SELECT * EXCLUDE licence, 'evidence-status/documented' AS evidence, 'source/authority-grants-odbl' AS source
FROM authority_grants__register_interactions WHERE licence = 'ODbL-1.0';

CREATE TABLE participations AS SELECT * EXCLUDE licence FROM authority_grants__register_participations WHERE licence = 'ODbL-1.0';
