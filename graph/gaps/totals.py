"""What is counted at the stages of filières where companies may not be named: jobs of whole sectors, or establishments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl

from ...words import N_, NN_, Listed, Spoken
from ..findings.model import Words
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .located import Mask
from .sectors import Jobs
from .setting import Names, zones

PRODUCES = "chain-function/produces"
"""The function that jobs and establishments are of."""


@dataclass(frozen=True)
class StageTotal:
    """What is counted at a stage: `value` of jobs (`unit`), or of establishments, in `year`, of whole `sectors` (paths)."""

    value: int
    unit: str
    year: int
    sectors: tuple[str, ...]

    def words(self, names: Names) -> Words:
        """Say it: how many, when, of which sectors, which are wider than the stage.

        >>> names = Names(RegionView(None, (), "s", frames={"concepts": pl.DataFrame(
        ...     schema=dict.fromkeys(("concept", "label", "english", "top"), pl.String))}))
        >>> str(StageTotal(1240, "jobs", 2021, ("a38/CC",)).words(names)["en"])
        '1,240 salaried jobs (2021, the whole of the sector “CC”, wider than the stage)'
        """
        listed = Listed([N_("« {name} »", name=names(one)) for one in self.sectors])
        several = len(self.sectors)
        of = NN_(
            "tout le secteur {listed}, plus large que l'étape",
            "tous les secteurs {listed}, plus larges que l'étape",
            several,
            listed=listed,
        )
        return N_("{counted} ({year}, {sectors})", counted=self._counted, year=self.year, sectors=of)

    @property
    def brief(self) -> Words:
        """Say how many and when alone, where sectors are told beside.

        >>> str(StageTotal(1, "establishments", 2021, ("a17/C1",)).brief["fr"])
        '1 établissement (2021)'
        """
        return N_("{counted} ({year})", counted=self._counted, year=self.year)

    @property
    def _counted(self) -> Spoken:
        if self.unit == "jobs":
            return NN_("{n} emploi salarié", "{n} emplois salariés", self.value)
        return NN_("{n} établissement", "{n} établissements", self.value)


def stage_totals(matter: RegionView, chain: str, communes: Mask) -> dict[str, StageTotal | None]:
    """Count, at each stage of a filière (paths), what sources count in the employment zones of some communes.

    Jobs of the stage's sectors (A38, by employment zone), else establishments (A17, by commune): whole sectors, wider than the
    stage. None where what is counted is zero; a stage that no source counts, or of wide codes alone, is left out: it is not
    known.
    """
    rows = _narrow(matter, chain)
    found: dict[str, StageTotal | None] = {}
    for stage in sorted(rows["stage"].drop_nulls().unique()):
        sectors = set(rows.filter(pl.col("stage") == stage)["sector"].drop_nulls())
        counted = [
            one for one in (_jobs(matter, sectors, communes), _shops(matter, sectors, communes)) if one
        ]
        if counted:
            found[stage] = next((one for one in counted if one.value), None)
    return found


def _jobs(matter: RegionView, sectors: set[str], communes: Mask) -> StageTotal | None:
    """Add up the known jobs of sectors; None where none is known."""
    table, met = matter.once(Jobs.of), matter.once(zones).meeting(communes)
    at = [rank for rank, sector in enumerate(table.sectors) if sector in sectors]
    known = table.cells[met][:, at].sum() - table.missing[met][:, at].sum()
    if not known or table.year is None:
        return None
    value = round(float(table.jobs[met][:, at].sum()))
    return StageTotal(value, "jobs", table.year, tuple(table.sectors[rank] for rank in at))


def _shops(matter: RegionView, sectors: set[str], communes: Mask) -> StageTotal | None:
    """Add up the known establishments of sectors at their latest year; None where none is known."""
    rows = matter.frame("establishments").drop_nulls(["place", "sector", "value", "year"])
    rows = rows.filter(pl.col("sector").is_in(pl.Series(sorted(sectors), dtype=pl.String).implode()))
    year = rows["year"].max()
    if not isinstance(year, int):
        return None
    inside = np.flatnonzero(communes)
    rows = Gazetteer.of(matter).locate(rows.filter(pl.col("year") == year))
    rows = rows.filter(pl.col("at").is_in(pl.Series(inside).implode()))
    if rows.is_empty():
        return None
    return StageTotal(
        int(rows["value"].sum()), "establishments", year, tuple(sorted(rows["sector"].unique()))
    )


def named_stages(matter: RegionView, chain: str, communes: Mask) -> tuple[set[str], dict[str, int]]:
    """List the stages where a company is named in some communes, or in a département that has one of them.

    Beside, by stage, how many companies are named that have no known place.
    """
    ground = Gazetteer.of(matter)
    rows = matter.frame("members").filter(
        (pl.col("chain") == chain) & (pl.col("function") == PRODUCES) & pl.col("stage").is_not_null()
    )
    placed = rows.select("stage", "place").drop_nulls().unique()
    here = {stage for stage, place in placed.iter_rows() if communes[ground.communes(place)].any()}
    lost = rows.filter(pl.col("place").is_null().all().over("member", "stage"))
    counts = lost.group_by("stage").agg(pl.col("member").n_unique())
    return here, dict(counts.iter_rows())


def _narrow(matter: RegionView, chain: str) -> pl.DataFrame:
    """Give the activities of a filière that are not wide, with their sectors: a wide one counts others than its own."""
    rows = matter.frame("chains").filter(pl.col("chain") == chain)
    wide = pl.col("wide").cast(pl.String) == "true"
    links = matter.frame("chain-links").filter((pl.col("chain") == chain) & wide)
    return rows.filter(~pl.col("activity").is_in(links["activity"].implode()))


def together(parts: Sequence[Words]) -> Words:
    """Put messages one after the other, with semicolons: they have commas of their own.

    >>> together([N_("a"), N_("b")])["fr"].replace("\u00a0", " ")
    'a ; b'
    """
    return reduce(lambda told, one: N_("{told} ; {one}", told=told, one=one), parts)
