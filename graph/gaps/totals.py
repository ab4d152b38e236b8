"""What is counted at the stages of filières where companies may not be named: jobs of whole sectors, or establishments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl

from ...words import N_, NN_, Listed, Number, Spoken
from ..findings.model import Words
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .located import Mask, Values
from .sectors import Jobs
from .setting import Names, zones

MOST_NAMED = 3
"""Employment zones that are named; of more, how many."""
PRODUCES = "chain-function/produces"
"""The function that jobs and establishments are of."""


@dataclass(frozen=True)
class StageTotal:
    """What is counted at a stage: `value` of jobs (`unit`), or of establishments, in `year`, of whole `sectors` (paths).

    Jobs are those of whole employment `zones` (names), which may reach far beyond the territory.
    """

    value: int
    unit: str
    year: int
    sectors: tuple[str, ...]
    zones: tuple[str, ...] = ()

    def words(self, names: Names) -> Words:
        """Say it: how many, when, of which sectors, which are wider than the stage.

        >>> names = Names(RegionView(None, (), "s", frames={"concepts": pl.DataFrame(
        ...     schema=dict.fromkeys(("concept", "label", "english", "top"), pl.String))}))
        >>> str(StageTotal(1240, "jobs", 2021, ("a38/CC",)).words(names)["en"])
        '1,240 salaried jobs (2021, the whole of the sector “CC”, wider than the stage)'
        >>> str(StageTotal(1240, "jobs", 2021, ("a38/CC",), ("Valence",)).brief["en"])
        '1,240 salaried jobs in the whole employment zone “Valence” (2021)'
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
            jobs = NN_("{n} emploi salarié", "{n} emplois salariés", self.value)
            return N_("{jobs} {where}", jobs=jobs, where=self._where) if self.zones else jobs
        return NN_("{n} établissement", "{n} établissements", self.value)

    @property
    def _where(self) -> Spoken:
        if len(self.zones) > MOST_NAMED:
            return N_("dans {n} zones d’emploi entières", n=Number(len(self.zones)))
        return NN_(
            "dans toute la zone d’emploi {zones}",
            "dans les zones d’emploi entières {zones}",
            len(self.zones),
            zones=Listed([N_("« {name} »", name=name) for name in self.zones]),
        )


@dataclass(frozen=True)
class Shops:
    """Known establishments of each sector (A17) at its latest year, sectors × communes: how many, and of how many rows."""

    sectors: Mapping[str, int]
    years: tuple[int, ...]
    values: Values
    rows: Values

    @classmethod
    def of(cls, matter: RegionView) -> Shops:
        """Read the establishments of a matter."""
        rows = matter.frame("establishments").drop_nulls(["place", "sector", "value", "year"])
        rows = rows.filter(pl.col("year") == pl.col("year").max().over("sector"))
        latest = dict(rows.select("sector", "year").unique().sort("sector").iter_rows())
        sectors = {sector: at for at, sector in enumerate(latest)}
        ground = Gazetteer.of(matter)
        placed = ground.locate(rows).drop_nulls("at")
        wide = len(ground)
        cells = [sectors[one] * wide + at for one, at in placed.select("sector", "at").iter_rows()]
        values, counts = (np.zeros(len(sectors) * wide) for _ in range(2))
        np.add.at(values, np.array(cells, dtype=np.intp), placed["value"].to_numpy())
        np.add.at(counts, np.array(cells, dtype=np.intp), 1.0)
        return cls(
            sectors,
            tuple(latest.values()),
            values.reshape(-1, max(wide, 1)),
            counts.reshape(-1, max(wide, 1)),
        )


def stage_totals(matter: RegionView, chain: str, communes: Mask) -> dict[str, StageTotal | None]:
    """Count, at each stage of a filière (paths), what sources count in the employment zones of some communes.

    Jobs of the stage's sectors (A38, by employment zone), else establishments (A17, by commune): whole sectors, wider than the
    stage. None where what is counted is zero; a stage that no source counts, or of wide codes alone, is left out: it is not
    known.
    """
    found: dict[str, StageTotal | None] = {}
    for stage, sectors in matter.once(_sectors).get(chain, {}).items():
        counted = [
            one for one in (_jobs(matter, sectors, communes), _shops(matter, sectors, communes)) if one
        ]
        if counted:
            found[stage] = next((one for one in counted if one.value), None)
    return found


def _jobs(matter: RegionView, sectors: set[str], communes: Mask) -> StageTotal | None:
    """Add up the known jobs of sectors; None where none is known."""
    table, areas = matter.once(Jobs.of), matter.once(zones)
    met = areas.meeting(communes)
    at = [rank for rank, sector in enumerate(table.sectors) if sector in sectors]
    known = table.cells[met][:, at].sum() - table.missing[met][:, at].sum()
    if not known or table.year is None:
        return None
    value = round(float(table.jobs[met][:, at].sum()))
    named = tuple(label for label, here in zip(areas.labels, met, strict=True) if here)
    return StageTotal(value, "jobs", table.year, tuple(table.sectors[rank] for rank in at), named)


def _shops(matter: RegionView, sectors: set[str], communes: Mask) -> StageTotal | None:
    """Add up the known establishments of sectors at their latest year; None where none is known."""
    table = matter.once(Shops.of)
    at = [table.sectors[one] for one in sectors if one in table.sectors]
    if not at:
        return None
    year = max(table.years[one] for one in at)
    at = [one for one in at if table.years[one] == year]
    known = [one for one in at if table.rows[one, communes].any()]
    if not known:
        return None
    value = int(table.values[known][:, communes].sum())
    return StageTotal(
        value, "establishments", year, tuple(one for one, rank in table.sectors.items() if rank in known)
    )


def named_stages(matter: RegionView, chain: str, communes: Mask) -> tuple[set[str], Mapping[str, int]]:
    """List the stages where a company is named in some communes, or in a département that has one of them.

    Beside, by stage, how many companies are named that have no known place.
    """
    placed, lost = matter.once(_named)
    here = {stage for stage, known in placed.get(chain, {}).items() if communes[known].any()}
    return here, lost.get(chain, {})


def _named(matter: RegionView) -> tuple[dict[str, dict[str, Mask]], dict[str, dict[str, int]]]:
    """Tell, by filière and stage, the communes where companies may be, and how many have no known place."""
    ground = Gazetteer.of(matter)
    rows = matter.frame("members").filter(
        (pl.col("function") == PRODUCES) & pl.col("stage").is_not_null() & pl.col("chain").is_not_null()
    )
    placed: dict[str, dict[str, Mask]] = defaultdict(dict)
    for chain, stage, place in rows.select("chain", "stage", "place").drop_nulls().unique().iter_rows():
        known = placed[chain].setdefault(stage, np.zeros(len(ground), dtype=bool))
        known[ground.communes(place)] = True
    lost: dict[str, dict[str, int]] = defaultdict(dict)
    nowhere = rows.filter(pl.col("place").is_null().all().over("chain", "member", "stage"))
    for chain, stage, count in (
        nowhere.group_by("chain", "stage").agg(pl.col("member").n_unique()).iter_rows()
    ):
        lost[chain][stage] = count
    return placed, lost


def _sectors(matter: RegionView) -> dict[str, dict[str, set[str]]]:
    """Give the sectors of each stage of each filière, without those of wide activities, that count others than its own."""
    wide = matter.frame("chain-links").filter(pl.col("wide").cast(pl.String) == "true")
    rows = matter.frame("chains").join(wide, on=["chain", "activity"], how="anti")
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for chain, stage, sector in (
        rows.select("chain", "stage", "sector").drop_nulls("stage").sort("stage").iter_rows()
    ):
        found[chain].setdefault(stage, set()).update([sector] if sector else [])
    return found


def together(parts: Sequence[Words]) -> Words:
    """Put messages one after the other, with semicolons: they have commas of their own.

    >>> together([N_("a"), N_("b")])["fr"].replace("\u00a0", " ")
    'a ; b'
    """
    return reduce(lambda told, one: N_("{told} ; {one}", told=told, one=one), parts)
