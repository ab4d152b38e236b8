"""The registers of communes that sources lean on, made of what a partner says of territories where it describes a region."""

from __future__ import annotations

import polars as pl

from ..sources.layout import REGISTERS, empty_table
from .engine import engine

REGISTER = "decoupage-administratif"
"""The source that keeps these registers of all of France."""
_LEVELS = {"Commune", "Department", "Region"}
_SCRIPT = r"""
CREATE MACRO _part(parts, level) AS
    nullif(regexp_extract(array_to_string(parts, ' '), 'territory/' || level || '/(\S+)', 1), '');

CREATE TABLE _known AS
SELECT t.code, t.id AS territory, t.label_fr AS label, t.kind, _part(t.part_of, 'department') AS department,
    _part(t.part_of, 'epci') AS epci, t.postcodes,
    CASE t.kind WHEN 'Commune' THEN t.code WHEN 'FormerCommune' THEN split_part(t.succeeded_by, '/', 3)
        ELSE _part(t.part_of, 'commune') END AS commune
FROM territories AS t WHERE t.kind IN ('Commune', 'FormerCommune', 'MunicipalDistrict');

CREATE TABLE register_communes AS
SELECT k.code, k.territory, k.label, anc_norm(k.label) AS name_norm, whole.department, _part(d.part_of, 'region') AS region,
    whole.epci, k.kind = 'Commune' AS current, CASE k.kind WHEN 'FormerCommune' THEN k.commune END AS successor, k.commune,
    coalesce(k.postcodes, []) AS postcodes, NULL::VARCHAR AS siren
FROM _known AS k
JOIN _known AS whole ON whole.code = k.commune AND whole.kind = 'Commune'
LEFT JOIN territories AS d ON d.kind = 'Department' AND d.code = whole.department
ORDER BY k.code;
"""


def commune_registers(territories: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Make the registers of communes of a table of territories; none where it lacks communes, départements or régions.

    A part that keeps the code of its commune, and a commune that was one, are not told by territories.
    """
    table = pl.concat([empty_table("territories"), territories], how="diagonal_relaxed")
    if _LEVELS - {*table["kind"]}:
        return {}
    with engine({"territories": table}, {}) as opened:
        opened.execute(_SCRIPT)
        communes = pl.DataFrame(opened.sql("FROM register_communes"))
    return {name: pl.DataFrame(schema=dict(schema)) for name, schema in REGISTERS[REGISTER].items()} | {
        "register_communes": communes
    }
