-- Of the whole export, theses that were defended and that name a second body: an institution, a laboratory, a company.
CREATE TABLE theses AS
SELECT * FROM all_theses
WHERE coalesce(status, 'soutenue') = 'soutenue'
  AND (partner_0 IS NOT NULL OR etab_1 IS NOT NULL AND (etab_1 <> etab_0 OR etab_idref_1 <> etab_idref_0) OR etab_2 IS NOT NULL);
