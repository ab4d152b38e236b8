"""What each employment zone, and each département, has: jobs by sector, research units and programmes by field."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from ..analysis.specialisation import specialised
from ..analysis.table import CountTable
from ..region.firmness import RANKS, count_by_status, rank_in
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView
from .meetings import Meetings

Matrix = npt.NDArray[np.float64]
MESR = "field/mesr/"
MINIMUM_JOBS, MINIMUM_UNITS = 50, 2
"""Fewest jobs, and fewest research units or programmes, for a specialisation."""


@dataclass(frozen=True)
class Zones:
    """Employment zones of the ground, and the zone of each commune (−1: none)."""

    territories: list[Territory]
    of: npt.NDArray[np.intp]

    @classmethod
    def of_matter(cls, matter: RegionView) -> Zones:
        """Give the zones that have jobs by sector, made once."""
        return matter.once(_zones)

    def main(self, territory: Territory, population: Matrix) -> list[tuple[int, float]]:
        """List the zones of a territory with their share of its population, the largest first."""
        zone = self.of[territory.communes]
        people = np.nan_to_num(population[territory.communes], nan=0.0)
        if not people.sum() > 0:
            people = np.ones(len(zone))
        shares = (
            np.bincount(zone[zone >= 0], people[zone >= 0], minlength=len(self.territories)) / people.sum()
        )
        order = np.argsort(-shares, kind="stable")
        return [(int(at), float(shares[at])) for at in order if shares[at] > 0]


def _zones(matter: RegionView) -> Zones:
    ground = Gazetteer.of(matter)
    known = set(matter.frame("jobs")["zone"])
    found = [zone for zone in ground.territories("zone") if zone.id in known]
    of = np.full(len(ground), -1, dtype=np.intp)
    for place, zone in enumerate(found):
        of[zone.communes] = place
    return Zones(found, of)


_FACTS = {"row": pl.Int64, "column": pl.String, "rank": pl.Int64}


@dataclass(frozen=True)
class Profile:
    """Counts of `rows` × `columns` (paths), NaN where not known; `facts`: how firm each fact counted is (row, column, rank)."""

    counts: Matrix
    rows: list[str]
    columns: list[str]
    year: int | None = None
    facts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_FACTS))

    @classmethod
    def of(cls, pairs: pl.DataFrame, rows: Sequence[str], year: int | None = None) -> Profile:
        """Sum the `value` of pairs (`row`, a place among the rows, and `column`); what is null makes a cell unknown."""
        columns = pairs["column"].unique().sort().to_list()
        order = {name: place for place, name in enumerate(columns)}
        counts = np.zeros((len(rows), len(columns)))
        for row, column, value in pairs.select("row", "column", "value").iter_rows():
            counts[row, order[column]] += np.nan if value is None else value
        rank = pl.col("rank").cast(pl.Int64) if "rank" in pairs.columns else pl.lit(0, dtype=pl.Int64)
        facts = pairs.drop_nulls("value").select(pl.col("row").cast(pl.Int64), "column", rank=rank)
        return cls(counts, list(rows), columns, year, facts)

    def evidence_of(self, column: str) -> dict[str, int]:
        """Count the facts of a column by evidence status."""
        return count_by_status(self.facts.filter(pl.col("column") == column)["rank"])

    def weakest(self, cells: Collection[tuple[int, str]]) -> dict[str, int]:
        """Count cells (row, column) by evidence status, each as firm as the least firm of its facts."""
        firm = self.facts.group_by("row", "column").agg(pl.col("rank").max()).iter_rows()
        ranks = {(row, column): rank for row, column, rank in firm}
        return count_by_status(ranks.get(cell, 0) for cell in cells)

    def specialised(self, minimum: float | Matrix) -> Matrix:
        """Give M: 1 where the location quotient reaches 1 and the count the minimum (of all, or of each column).

        Unknown cells are no specialisation.
        """
        if not self.counts.size or not np.nan_to_num(self.counts).sum():
            return np.zeros(self.counts.shape)
        table = CountTable.dense(
            self.counts, self.rows, self.columns, row_name="territory", column_name="activity"
        )
        return specialised(table) * (np.nan_to_num(self.counts) >= minimum)


def jobs(matter: RegionView) -> Profile:
    """Count the salaried jobs of each zone by sector (A38), in the last year that has a value in most cells."""
    zones = Zones.of_matter(matter)
    order = {zone.id: place for place, zone in enumerate(zones.territories)}
    frame = matter.frame("jobs").filter(pl.col("sector").str.starts_with("sector/a38/"))
    filled = frame.group_by("year").agg(pl.col("value").count().alias("known")).sort("year")
    if filled.is_empty():
        return Profile(np.zeros((len(order), 0)), list(order), [])
    year = int(filled.filter(pl.col("known") >= 0.9 * pl.col("known").max())["year"][-1])
    rows = frame.filter((pl.col("year") == year) & pl.col("zone").is_in(list(order)))
    rows = rows.select(
        row=pl.col("zone").replace_strict(order, return_dtype=pl.Int64),
        column="sector",
        value="value",
        rank=rank_in(rows),
    )
    return Profile.of(rows, list(order), year)


def _open_units(matter: RegionView) -> pl.DataFrame:
    frame = matter.frame("units").filter(pl.col("field").str.starts_with(MESR) & pl.col("end").is_null())
    kept = frame.select("unit", "field", "place", rank=rank_in(frame)).drop_nulls()
    return kept.group_by("unit", "field", "place").agg(pl.col("rank").min())


def units(matter: RegionView) -> Profile:
    """Count the open research units of each zone by field; a unit of two fields counts in both."""
    zones = Zones.of_matter(matter)
    located = (
        Gazetteer.of(matter)
        .locate(_open_units(matter))
        .with_columns(row=pl.col("at").map_elements(lambda at: int(zones.of[at]), return_dtype=pl.Int64))
    )
    pairs = located.filter(pl.col("row") >= 0).sort("rank").unique(["unit", "field", "row"], keep="first")
    return Profile.of(
        pairs.select("row", "rank", column="field", value=pl.lit(1.0)),
        [zone.id for zone in zones.territories],
    )


def families(matter: RegionView) -> Profile:
    """Count the programmes of each zone by family of occupations that they prepare for."""
    zones = Zones.of_matter(matter)
    programmes = matter.frame("programmes")
    taught = programmes.select("programme", "place", rank=rank_in(programmes)).drop_nulls().unique()
    taught = taught.filter(pl.col("place").str.contains("/commune/", literal=True))
    located = (
        Gazetteer.of(matter)
        .locate(taught)
        .with_columns(row=pl.col("at").map_elements(lambda at: int(zones.of[at]), return_dtype=pl.Int64))
    )
    found = matter.frame("preparations")
    prepared = found.select("programme", "family", rule=rank_in(found)).drop_nulls().unique()
    weaker = pl.max_horizontal("rank", "rule", pl.lit(RANKS["inferred"]))  # a rule of ours tells the family
    pairs = (
        located.join(prepared, on="programme")
        .filter(pl.col("row") >= 0)
        .with_columns(rank=weaker)
        .sort("rank")
        .unique(["programme", "family", "row"], keep="first")
    )
    return Profile.of(
        pairs.select("row", "rank", column="family", value=pl.lit(1.0)),
        [zone.id for zone in zones.territories],
    )


@dataclass(frozen=True)
class National:
    """Départements of France: research units by field, and projects by technology (i-Lab) or filière."""

    units: Profile
    targets: Profile


def national(matter: RegionView) -> National:
    """Count, by département of France, open units by field, and located projects by technology or filière."""
    meetings = Meetings.of(matter)
    rows = list(meetings.departments)
    order = {name: place for place, name in enumerate(rows)}
    pairs = _open_units(matter).with_columns(row=_departments(order))
    pairs = pairs.drop_nulls("row").sort("rank").unique(["unit", "field", "row"], keep="first")
    fields = Profile.of(pairs.select("row", "rank", column="field", value=pl.lit(1.0)), rows)
    about = _about(matter)
    event = {name: place for place, name in enumerate(meetings.ids)}
    found = [
        (int(row), column)
        for name, column in about
        if name in event
        for row in np.unique(_departments_of(meetings, event[name]))
    ]
    frame = pl.DataFrame(found, schema={"row": pl.Int64, "column": pl.String}, orient="row")
    return National(fields, Profile.of(frame.with_columns(value=pl.lit(1.0)), rows))


def _departments(order: Mapping[str, int]) -> pl.Expr:
    code = pl.col("place").str.split("/").list.last()
    wide = code.str.slice(0, 2).is_in(["97", "98"])
    path = pl.lit("territory/department/") + pl.when(wide).then(code.str.slice(0, 3)).otherwise(
        code.str.slice(0, 2)
    )
    return path.replace_strict(dict(order), default=None, return_dtype=pl.Int64)


def _departments_of(meetings: Meetings, event: int) -> npt.NDArray[np.intp]:
    start, end = np.searchsorted(meetings.event, [event, event + 1])
    found = meetings.department[start:end]
    return np.asarray(found[found >= 0])


#: What the prize i-Lab names its domains, which changed over the years: the last name of each, by words of the others.
_TECHNOLOGIES = {
    "biotechnologies-et-pharmacie": "pharmacie|biotech",
    "chimie-et-materiaux": "^chimie",
    "genie-des-procedes": "mecanique|procedes",
    "electronique-signal-telecommunications": "^electronique",
    "services-informatiques-et-autres": "informatique|logiciel|numerique",
}


def _technology() -> pl.Expr:
    """Give the last name of a domain of the prize i-Lab."""
    slug = pl.col("about").str.split("/").list.last()
    found = pl.col("about")
    for name, words in reversed(_TECHNOLOGIES.items()):
        found = pl.when(slug.str.contains(words)).then(pl.lit(f"field/ilab/{name}")).otherwise(found)
    return found


def _about(matter: RegionView) -> list[tuple[str, str]]:
    """List the interactions with the technology they concern, and those that are members of a filière."""
    told = matter.frame("interactions").select("interaction", "about").drop_nulls().unique()
    technologies = told.filter(pl.col("about").str.starts_with("field/ilab/")).with_columns(
        about=_technology()
    )
    members = matter.frame("members").select("member", "chain").unique()
    rows = [*technologies.iter_rows(), *members.iter_rows()]
    rows += told.filter(pl.col("about").str.starts_with("value-chain/")).iter_rows()
    return sorted(set(rows))
