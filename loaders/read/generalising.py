"""Outlines made lighter together: former territories merged into today's, shared borders kept shared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from ...words import N_
from ..sources.declaration import SourceError
from ..sources.parts import Generalise

DECIMALS = 4
"""Decimals of a degree that outlines keep: about 10 m."""


def generalise(table: pl.DataFrame, step: Generalise, registers: Mapping[str, Path]) -> pl.DataFrame:
    """Return a raw table with lighter outlines (its column `wkt`), one row a territory of today.

    Args:
        table: a raw table with columns `code` and `wkt`.
        step: how much is dropped (`tolerance`, in degrees: a corner goes when the triangle that it makes with its
            neighbours is smaller than the square of it), and the register that says which code took over from which.
        registers: the tables of other sources by name.

    A border between two territories loses the same points on both sides. A merged
    territory stands where its first part stood, with its file and row.
    """
    if table.is_empty():
        return table
    if step.register is not None:
        table = _merged(table, step.register, registers)
    shapes = np.asarray(shapely.from_wkt(table["wkt"].to_list()))
    lighter = shapely.set_precision(shapely.coverage_simplify(shapes, step.tolerance), 10.0**-DECIMALS)
    texts = shapely.to_wkt(lighter, rounding_precision=DECIMALS)
    return table.with_columns(pl.Series("wkt", np.asarray(texts).tolist(), pl.String))


def _merged(table: pl.DataFrame, name: str, registers: Mapping[str, Path]) -> pl.DataFrame:
    """Give one row a code of today: the outlines of the codes that it took over from are joined."""
    if name not in registers:
        raise SourceError(
            N_("L'étape « generalise » demande la table « {name} », qui n'est pas chargée.", name=name)
        )
    today = pl.read_parquet(registers[name], columns=["code", "commune"]).drop_nulls()
    named = table.join(today, on="code", how="left").with_columns(code=pl.coalesce("commune", "code"))
    named = named.drop("commune")
    groups = named.group_by("code", maintain_order=True).agg(pl.col("wkt"), pl.exclude("wkt").first())
    joined = [
        texts[0] if len(texts) == 1 else shapely.to_wkt(shapely.union_all(shapely.from_wkt(texts)), -1)
        for texts in groups["wkt"].to_list()
    ]
    return groups.with_columns(pl.Series("wkt", joined, pl.String)).select(table.columns)
