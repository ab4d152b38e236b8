"""Programmes and what they prepare for, where they are taught: read once a matter, for all its territories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from ..ground import Ground
from ..matter import Matter
from .located import Located, Mask
from .setting import current_year, open_only, region

LEVELS = ("level/eqf5", "level/eqf6", "level/eqf7")

LOST = 0.25
"""Where this share of the open programmes (or units), or more, has no known place, what is placed is not compared with
the region's: those that are lost may well be in the territory."""

Known = Mapping[str, tuple[int, int]]
"""By group: how many have no known place, and how many there are."""


def taught(matter: Matter) -> pl.DataFrame:
    """Give the programmes that are open, of the region, with `at` (the commune where each is taught)."""
    ground = Ground.of(matter)
    located = ground.locate(_open(matter))
    return located.filter(pl.Series(matter.once(region)[located["at"].to_numpy()]))


def by_sector(matter: Matter) -> Located:
    """Locate programmes by the sector (A38) whose own occupations they prepare for."""
    own = matter.once(own_families)
    rows = matter.once(taught).join(_prepared(matter), on="item").join(own, on="family")
    return Located(rows, sorted(own["group"].unique().to_list()))


def _prepared(matter: Matter) -> pl.DataFrame:
    return matter.frame("preparations").select("family", item="programme")


def own_families(matter: Matter) -> pl.DataFrame:
    """Give the families of occupations (`family`) of each sector's own trade (`group`, A38)."""
    own = matter.frame("sector-families").filter(pl.col("sector").str.starts_with("sector/a38/"))
    return own.rename({"sector": "group"})


def rules(matter: Matter) -> dict[str, dict[str, str]]:
    """Give the rule by which a programme was found to prepare for a family, by family and programme."""
    found: dict[str, dict[str, str]] = {}
    for programme, family, rule in (
        matter.frame("preparations").select("programme", "family", "rule").drop_nulls().iter_rows()
    ):
        found.setdefault(family, {})[programme] = rule
    return found


def unplaced(matter: Matter) -> Known:
    """Count the open programmes of each level (and of all, under "") that are taught nobody knows where."""
    rows = _open(matter)
    return {**_lost(rows.rename({"level": "group"})), **_lost(rows.with_columns(group=pl.lit("")))}


def unplaced_by_family(matter: Matter) -> Known:
    """Count those without a known place among the open programmes that prepare for each family of occupations."""
    return _lost(_open(matter).join(_prepared(matter), on="item").rename({"family": "group"}))


def unplaced_by_sector(matter: Matter) -> Known:
    """Count those without a known place among the open programmes that prepare for each sector's own occupations."""
    return _lost(_open(matter).join(_prepared(matter), on="item").join(own_families(matter), on="family"))


def unplaced_units(matter: Matter) -> tuple[int, int]:
    """Count the open research units that are nobody knows where, and all of them."""
    rows = open_only(matter.frame("units"), current_year(matter)).select(
        "place", item="unit", group=pl.lit("")
    )
    return _lost(rows).get("", (0, 0))


def compared(groups: Sequence[str], known: Known) -> Mask:
    """Tell of which groups enough programmes have a known place to be compared with the region's.

    >>> compared(["a", "b", "c"], {"a": (1, 5), "b": (1, 4)}).tolist()
    [True, False, True]
    """
    lost = (known.get(one, (0, 0)) for one in groups)
    return np.array([missing < LOST * every or not every for missing, every in lost], dtype=bool)


def _open(matter: Matter) -> pl.DataFrame:
    return open_only(matter.frame("programmes"), current_year(matter)).rename({"programme": "item"})


def _lost(rows: pl.DataFrame) -> Known:
    """Count, by group, the items that no row places, and all of them."""
    items = rows.drop_nulls("group").group_by("group", "item").agg(lost=pl.col("place").is_null().all())
    counts = items.group_by("group").agg(pl.col("lost").sum(), every=pl.len()).sort("group")
    return {group: (int(lost), int(every)) for group, lost, every in counts.iter_rows()}
