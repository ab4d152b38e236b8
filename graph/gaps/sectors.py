"""Demand without supply: jobs of a sector, or of a filière, where few or no programmes prepare for its occupations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ..analysis.uncertainty import TooFewData
from ..findings import Finding, Refusal
from ..matter import Matter
from ..words import agree_en, agree_fr, count_en, count_fr, listed_en, listed_fr
from .chance import MEASURE, METHODS, Deficits
from .located import Values
from .setting import Setting, area_words, zones
from .supply import by_sector, compared, own_families, unplaced_by_sector
from .wording import doubt, refuse_lost, refuse_region, supply_words

JOBS = 200
"""Sectors with fewer jobs than this are not looked at."""

ZONES = (("la zone d'emploi", "the employment zone"), ("les zones d'emploi", "the employment zones"))
SECTORS = ("secteurs", "sectors")
IN_ZONES = (("dans cette zone", "in that zone"), ("dans ces zones", "in those zones"))


@dataclass(frozen=True)
class Jobs:
    """Salaried jobs of the latest year, zones × sectors (A38): known `jobs`, `missing` cells among all `cells`."""

    sectors: tuple[str, ...]
    year: int | None
    jobs: Values
    missing: Values
    cells: Values

    @classmethod
    def of(cls, matter: Matter) -> Jobs:
        """Read the jobs of a matter."""
        rows = matter.frame("jobs").drop_nulls(["zone", "sector"])
        year = rows["year"].max()
        rows = rows.filter(pl.col("year") == year) if isinstance(year, int) else rows.clear()
        areas = {one: at for at, one in enumerate(matter.once(zones).ids)}
        sectors = sorted(rows["sector"].unique().to_list())
        column = {one: at for at, one in enumerate(sectors)}
        jobs, missing, cells = (np.zeros((len(areas), len(sectors))) for _ in range(3))
        for zone, sector, value in rows.select("zone", "sector", "value").iter_rows():
            if zone in areas:
                cell = areas[zone], column[sector]
                jobs[cell] += value or 0.0
                missing[cell] += value is None
                cells[cell] += 1
        return cls(tuple(sectors), year if isinstance(year, int) else None, jobs, missing, cells)


def shared(matter: Matter) -> dict[str, tuple[str, ...]]:
    """Give the families of each sector's own trade in which other sectors hold more than half of the region's jobs.

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


def job_gaps(setting: Setting) -> tuple[list[Finding], list[Refusal]]:
    """Compare the programmes of the employment zones of a territory with those that their jobs by sector would call for.

    For each sector with occupations of its own: E = J · S_R / J_R, with J the jobs of the zones, S_R programmes and
    J_R jobs in the whole region. A zone counts whole as soon as the territory has a commune in it. Sectors are refused
    where their occupations are mostly other sectors', and where too many of their programmes have no known place.
    """
    table, areas = setting.matter.once(Jobs.of), setting.matter.once(zones)
    met = areas.meeting(setting.inside)
    if not met.any() or not table.sectors:
        return [], [_refuse(bool(met.any()))]
    if met[areas.meeting(setting.region)].all():
        return [], [refuse_region("demand")]
    supply = setting.matter.once(by_sector)
    column = {sector: at for at, sector in enumerate(table.sectors)}
    looked = [at for at, sector in enumerate(supply.groups) if sector in column]
    columns = np.array([column[supply.groups[at]] for at in looked], dtype=np.intp)
    here = areas.communes(met) & (setting.region | setting.inside)
    observed, total = supply.count(here)[looked], supply.count(setting.region)[looked]
    jobs, whole = (met @ table.jobs)[columns], table.jobs.sum(axis=0)[columns]
    missing = (met @ table.missing)[columns]
    expected = np.divide(jobs * total, whole, out=np.zeros(len(jobs)), where=whole > 0)
    lost = setting.matter.once(unplaced_by_sector)
    sectors = [supply.groups[at] for at in looked]
    known, others = compared(sectors, lost), setting.matter.once(shared)
    own = np.array([sector not in others for sector in sectors], dtype=bool)
    found = Deficits.of(expected, observed, level=setting.level, told=(jobs >= JOBS) & known & own)
    place, there = area_words(areas.named(met), *ZONES), IN_ZONES[int(met.sum()) > 1]
    findings = []
    for one in np.flatnonzero((jobs >= JOBS) & (total > 0) & (observed < expected)):
        if not found.told(int(one)):
            continue
        sector = sectors[one]
        name, thing = setting.names(sector), setting.names.thing(sector, "sector")
        programmes, supplied = (
            int(observed[one]),
            supply_words(int(observed[one]), float(expected[one]), there, own=True),
        )
        unsure = doubt(found, int(one))
        findings.append(
            Finding(
                kind="demand",
                subject=setting.thing,
                object=thing,
                sentence={
                    "fr": f"« {name[0]} » : {count_fr(jobs[one], 'emploi salarié', 'emplois salariés')} en {table.year} "
                    f"dans {place[0]} ; {supplied[0]}.{unsure[0]}",
                    "en": f"“{name[1]}”: {count_en(jobs[one], 'salaried job')} in {table.year} in {place[1]}; "
                    f"{supplied[1]}.{unsure[1]}",
                },
                strength=found.estimate(int(one)),
                measure=MEASURE,
                evidence={"documented": int(met.sum() - missing[one])}
                | ({"inferred": programmes} if programmes else {}),
                facts={
                    "year": table.year,
                    "jobs": int(jobs[one]),
                    "missing_cells": int(missing[one]),
                    "programmes": programmes,
                    "expected_programmes": float(expected[one]),
                    "region_jobs": int(whole[one]),
                    "region_programmes": int(total[one]),
                    "tests": found.tests,
                },
                reasons=setting.nearest(
                    supply,
                    looked[one],
                    thing,
                    "programme",
                    ("prépare aux métiers de", "prepares for the occupations of"),
                    evidence="inferred",
                ),
                question=setting.question("territory-jobs-and-training"),
                methods=METHODS,
                sources=setting.sources("programmes", "jobs"),
                scope=setting.scope(areas.communes(met), "zone"),
                **found.verdict(int(one)),
            )
        )
    looked_at = (jobs >= JOBS) & (total > 0)
    blurred = [sectors[one] for one in np.flatnonzero(looked_at & own & ~known)]
    lent = [sectors[one] for one in np.flatnonzero(looked_at & ~own)]
    return findings, [
        *refuse_lost(SECTORS, [(setting.names(one), *lost[one]) for one in blurred]),
        *_refuse_shared(setting, lent, sorted({family for one in lent for family in others[one]})),
    ]


def _refuse_shared(setting: Setting, sectors: list[str], families: list[str]) -> list[Refusal]:
    """Refuse to compare sectors with occupations that other sectors hold most of."""
    if not sectors:
        return []
    french = listed_fr([f"« {setting.names(one)[0]} »" for one in families])
    english = listed_en([f"“{setting.names(one)[1]}”" for one in families])
    n = len(sectors)
    return [
        Refusal(
            "demand",
            {
                "fr": f"{count_fr(n, 'secteur')} {agree_fr(n, 'n’est pas comparé', 'ne sont pas comparés')} à la région, car "
                f"{agree_fr(n, 'ses', 'leurs')} métiers sont surtout ceux d'autres secteurs (familles {french}) ; les projets de "
                "recrutement, eux, sont comparés famille par famille.".replace("’", "'"),
                "en": f"{count_en(n, 'sector')} {agree_en(n, 'is', 'are')} not compared with the region, as "
                f"{agree_en(n, 'its', 'their')} occupations are mostly those of other sectors (families {english}); hiring plans "
                "are compared family by family.",
            },
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
    french = (
        "Aucun emploi par secteur n'est connu."
        if met
        else "Le territoire n'est dans aucune zone d'emploi connue."
    )
    english = "No jobs by sector are known." if met else "The territory is in no known employment zone."
    return Refusal.of("demand", error, french, english)
