"""Programmes and what they prepare for, where they are taught: read once a matter, for all its territories."""

from __future__ import annotations

import polars as pl

from ..ground import Ground
from ..matter import Matter
from .located import Located
from .setting import current_year, open_only, region

LEVELS = ("level/eqf5", "level/eqf6", "level/eqf7")


def taught(matter: Matter) -> pl.DataFrame:
    """Give the programmes that are open, of the region, with `at` (the commune where each is taught)."""
    ground = Ground.of(matter)
    rows = open_only(matter.frame("programmes"), current_year(matter)).rename({"programme": "item"})
    located = ground.locate(rows)
    return located.filter(pl.Series(matter.once(region)[located["at"].to_numpy()]))


def by_sector(matter: Matter) -> Located:
    """Locate programmes by the sector (A38) whose own occupations they prepare for."""
    own = matter.frame("sector-families").filter(pl.col("sector").str.starts_with("sector/a38/"))
    prepared = matter.frame("preparations").select("family", item="programme")
    rows = matter.once(taught).join(prepared, on="item").join(own.rename({"sector": "group"}), on="family")
    return Located(rows, sorted(own["sector"].unique().to_list()))


def rules(matter: Matter) -> dict[str, dict[str, str]]:
    """Give the rule by which a programme was found to prepare for a family, by family and programme."""
    found: dict[str, dict[str, str]] = {}
    for programme, family, rule in (
        matter.frame("preparations").select("programme", "family", "rule").drop_nulls().iter_rows()
    ):
        found.setdefault(family, {})[programme] = rule
    return found


def unplaced(matter: Matter) -> dict[str, int]:
    """Count the open programmes of each level (and of all, under "") that are taught nobody knows where."""
    rows = open_only(matter.frame("programmes"), current_year(matter))
    known = rows.filter(pl.col("place").is_not_null()).select("programme").unique()
    lost = rows.join(known, on="programme", how="anti").unique("programme")
    counts = dict(lost.drop_nulls("level").group_by("level").len().iter_rows())
    return {**counts, "": lost.height}
