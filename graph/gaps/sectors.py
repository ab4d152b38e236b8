"""Demand without supply: jobs of a sector, or of a filière, where few or no programmes prepare for its occupations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ...words import N_, NN_, Listed
from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Refusal
from ..region.firmness import RANKS, counted_in, rank_in, together
from ..region.view import RegionView
from .by_area import ByArea
from .chance import MEASURE, METHODS, Deficits
from .coverage import PLACED
from .demand import count_programmes, refuse_blurred, unread
from .located import Values
from .setting import GapContext, zones
from .supply import by_sector, own_families, placed_by_sector
from .wording import Facts, GapFacts, refuse_region, supply_facts, supply_words

JOBS = 200
"""Sectors with fewer jobs than this are not looked at."""


@dataclass(frozen=True)
class Jobs:
    """Salaried jobs of the latest year, zones × sectors (A38): known `jobs`, `missing` cells among all `cells`.

    `firm` counts the known cells of each evidence status.
    """

    sectors: tuple[str, ...]
    year: int | None
    jobs: Values
    missing: Values
    cells: Values
    firm: Mapping[str, Values]

    @classmethod
    def of(cls, matter: RegionView) -> Jobs:
        """Read the jobs of a matter."""
        rows = matter.frame("jobs").drop_nulls(["zone", "sector"])
        year = rows["year"].max()
        rows = rows.filter(pl.col("year") == year) if isinstance(year, int) else rows.clear()
        areas = {one: at for at, one in enumerate(matter.once(zones).ids)}
        sectors = sorted(rows["sector"].unique().to_list())
        column = {one: at for at, one in enumerate(sectors)}
        jobs, missing, cells = (np.zeros((len(areas), len(sectors))) for _ in range(3))
        firm = {name: np.zeros((len(areas), len(sectors))) for name in RANKS}
        statuses = list(firm.values())
        for zone, sector, value, rank in rows.select("zone", "sector", "value", rank_in(rows)).iter_rows():
            if zone in areas:
                cell = areas[zone], column[sector]
                jobs[cell] += value or 0.0
                missing[cell] += value is None
                statuses[rank][cell] += value is not None
                cells[cell] += 1
        return cls(tuple(sectors), year if isinstance(year, int) else None, jobs, missing, cells, firm)


def shared_families(matter: RegionView) -> dict[str, tuple[str, ...]]:
    """Give the families characteristic of each sector of which other sectors hold more than half of the region's jobs.

    A family that several sectors share would count whole for each: only one of them can be compared, that which it mostly
    serves.
    """
    table, own = matter.once(Jobs.of), matter.once(own_families)
    jobs = pl.DataFrame(
        {"group": table.sectors, "jobs": table.jobs.sum(axis=0)},
        schema={"group": pl.String, "jobs": pl.Float64},
    )
    rows = own.join(jobs, on="group").with_columns(whole=pl.col("jobs").sum().over("family"))
    rows = rows.filter(2 * pl.col("jobs") < pl.col("whole")).sort("group", "family")
    return {
        str(sector): tuple(families) for sector, families in rows.group_by("group").agg("family").iter_rows()
    }


def jobs_by_zone(matter: RegionView) -> ByArea:
    """Set the jobs of each zone beside the programmes taught there, by sector with characteristic occupations."""
    table, own = matter.once(Jobs.of), set(matter.once(own_families)["group"])
    looked = [at for at, sector in enumerate(table.sectors) if sector in own]
    located = by_sector(matter, [table.sectors[at] for at in looked])
    return ByArea.of(
        matter, matter.once(zones), table.jobs[:, looked], located, matter.once(placed_by_sector)
    )


def job_gaps(setting: GapContext) -> GapFacts:
    """Compare the programmes of the employment zones of a territory with those that their jobs by sector would call for.

    Each zone is told by itself, and once. For each sector, expected is J · S / J' with J the jobs of the zone, S the supply
    and J' the jobs of the other zones. Sectors are not measured where their occupations are mostly other sectors', where too
    few of their programmes have a known place, nor zones that lie where programmes are not read.
    """
    areas = setting.matter.once(zones)
    met = areas.meeting(setting.inside)
    if not met.any() or not setting.matter.once(Jobs.of).sectors:
        return GapFacts(refusals=[_refuse(bool(met.any()))])
    if setting.whole:
        return GapFacts(refusals=[refuse_region("demand")])
    table = setting.matter.once(jobs_by_zone)
    others, sectors = setting.matter.once(shared_families), table.located.groups
    own = np.array([sector not in others for sector in sectors], dtype=bool)
    rows = table.concerning(setting)
    found = table.compared(rows, JOBS, setting.level, own)
    findings = [
        _finding(setting, table, found, zone, one)
        for zone in rows
        for one in range(len(sectors))
        if found.told((zone, one))
    ]
    asked = np.atleast_1d((table.demand[rows] >= JOBS).any(axis=0))
    lent = [sectors[one] for one in np.flatnonzero(asked & ~own)]
    refusals = [
        *unread(table, rows),
        *refuse_blurred(setting, table, asked & own, "demand"),
        *_refuse_shared(setting, lent, sorted({family for one in lent for family in others[one]})),
    ]
    return GapFacts(findings, refusals, found.tests())


def _finding(setting: GapContext, table: ByArea, found: Deficits, zone: int, one: int) -> Finding:
    sector, cell, area = table.located.groups[one], (zone, one), table.areas.thing(zone)
    known = setting.matter.once(Jobs.of)
    at = known.sectors.index(sector)
    facts: Facts = {
        "year": known.year,
        "jobs": int(table.demand[cell]),
        "missing_cells": int(known.missing[zone, at]),
        **supply_facts(table, cell),
    }
    name, thing = setting.names(sector), setting.names.thing(sector, "sector")
    supplied_words = supply_words(facts, N_("dans cette zone"), own=True)
    covered = table.coverage[one].words(PLACED)
    jobs = table.demand[cell]
    return Finding(
        kind="demand",
        subject=area,
        object=thing,
        sentence=NN_(
            "« {name} » : {n} emploi salarié en {year} dans la zone d'emploi ({area}) ; "
            "{supplied_words}.{covered}",
            "« {name} » : {n} emplois salariés en {year} dans la zone d'emploi ({area}) ; "
            "{supplied_words}.{covered}",
            jobs,
            name=name,
            year=known.year,
            area=area.label,
            supplied_words=supplied_words,
            covered=covered,
        ),
        strength=found.estimate(cell),
        measure=MEASURE,
        p=found.chance(cell),
        evidence=together(counted_in(known.firm, (zone, at)), count_programmes(setting, table, cell)),
        facts=facts,
        reasons=setting.nearest(
            table.located,
            one,
            thing,
            "programme",
            N_("prépare aux métiers de"),
            evidence="inferred",
            communes=table.areas.communes_of(zone),
        ),
        question=setting.question("territory-jobs-and-training", territory=area.id),
        methods=METHODS,
        sources=setting.sources("programmes", "jobs"),
        scope=setting.scope(table.areas.communes_of(zone), "zone"),
    )


def _refuse_shared(setting: GapContext, sectors: list[str], families: list[str]) -> list[Refusal]:
    """Refuse to compare sectors with occupations that other sectors hold most of."""
    if not sectors:
        return []
    words = Listed([N_("« {name} »", name=setting.names(one)) for one in families])
    n = len(sectors)
    return [
        Refusal(
            "demand",
            NN_(
                "Non mesurable : {n} secteur n'est pas comparé, car ses métiers sont surtout ceux d'autres secteurs (familles "
                "{families}) : il faudrait les emplois par métier ; les projets de recrutement, eux, sont comparés famille par "
                "famille.",
                "Non mesurable : {n} secteurs ne sont pas comparés, car leurs métiers sont surtout ceux d'autres secteurs "
                "(familles {families}) : il faudrait les emplois par métier ; les projets de recrutement, eux, sont comparés "
                "famille par famille.",
                n,
                families=words,
            ),
            "less than half of the region's jobs of a family's sectors",
            "half of them",
        )
    ]


def _refuse(met: bool) -> Refusal:
    error = TooFewData(
        "jobs against supply",
        "are no jobs by sector" if met else "is no employment zone",
        "jobs by sector of at least one employment zone",
    )
    words = (
        N_("Aucun emploi par secteur n'est connu.")
        if met
        else N_("Le territoire n'est dans aucune zone d'emploi connue.")
    )
    return Refusal.of("demand", error, words)
