"""Programmes and what they prepare for, where they are taught: read once a matter, for all its territories."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .coverage import NOTHING, Coverage, Known
from .located import Located
from .setting import current_year, open_only, region

LEVELS = ("level/eqf5", "level/eqf6", "level/eqf7")


def taught(matter: RegionView) -> pl.DataFrame:
    """Give the programmes that are open, of the region, with `at` (the commune where each is taught)."""
    ground = Gazetteer.of(matter)
    located = ground.locate(_open(matter))
    return located.filter(pl.Series(matter.once(region)[located["at"].to_numpy()]))


def by_sector(matter: RegionView, sectors: Sequence[str]) -> Located:
    """Locate programmes by the sectors (A38) whose characteristic occupations they prepare for, in the order given."""
    rows = matter.once(taught).join(_prepared(matter), on="item").join(matter.once(own_families), on="family")
    return Located(rows, sectors)


def _prepared(matter: RegionView) -> pl.DataFrame:
    return matter.frame("preparations").select("family", item="programme")


def own_families(matter: RegionView) -> pl.DataFrame:
    """Give the families of occupations (`family`) that are characteristic of each sector (`group`, A38)."""
    own = matter.frame("sector-families").filter(pl.col("sector").str.starts_with("sector/a38/"))
    return own.rename({"sector": "group"})


def rules(matter: RegionView) -> dict[str, dict[str, str]]:
    """Give the rule by which a programme was found to prepare for a family, by family and programme."""
    found: dict[str, dict[str, str]] = {}
    for programme, family, rule in (
        matter.frame("preparations").select("programme", "family", "rule").drop_nulls().iter_rows()
    ):
        found.setdefault(family, {})[programme] = rule
    return found


def count_placed(matter: RegionView) -> Known:
    """Count the open programmes of each level (and of all, under "") whose place is known, and all."""
    rows = _open(matter)
    return {**_placed(rows.rename({"level": "group"})), **_placed(rows.with_columns(group=pl.lit("")))}


def placed_by_family(matter: RegionView) -> Known:
    """Count those of known place among the open programmes that prepare for each family of occupations."""
    return _placed(_open(matter).join(_prepared(matter), on="item").rename({"family": "group"}))


def placed_by_sector(matter: RegionView) -> Known:
    """Count those of known place among the open programmes that prepare for each sector's characteristic occupations."""
    return _placed(_open(matter).join(_prepared(matter), on="item").join(own_families(matter), on="family"))


def placed_units(matter: RegionView) -> Coverage:
    """Count the open research units whose place is known, and all of them."""
    rows = open_only(matter.frame("units"), current_year(matter)).select(
        "place", item="unit", group=pl.lit("")
    )
    return _placed(rows).get("", NOTHING)


def _open(matter: RegionView) -> pl.DataFrame:
    return open_only(matter.frame("programmes"), current_year(matter)).rename({"programme": "item"})


def _placed(rows: pl.DataFrame) -> Known:
    """Count, by group, the items that a row places, and all of them."""
    items = rows.drop_nulls("group").group_by("group", "item").agg(placed=pl.col("place").is_not_null().any())
    counts = items.group_by("group").agg(pl.col("placed").sum(), every=pl.len()).sort("group")
    return {group: Coverage(int(placed), int(every)) for group, placed, every in counts.iter_rows()}
