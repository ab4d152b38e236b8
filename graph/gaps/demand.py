"""Demand without supply: hiring plans that few or no programmes prepare for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ...words import EMPTY, N_, NN_, Listed, Named, Number, Percent, Said, of_name
from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Reason, Refusal, Thing, Words
from ..region.derived import hiring_plans
from ..region.firmness import RANKS, counted_in, rank_in, together
from ..region.view import RegionView
from .by_area import ByArea
from .chance import MEASURE, METHODS, Deficits
from .coverage import PEOPLE, PLACED, Coverage, unmeasurable
from .located import Located, Mask, Values
from .setting import GapContext, pools
from .supply import placed_by_family, rules, taught
from .wording import Facts, GapFacts, count_of, refuse_region, seasonal_words, supply_facts, supply_words

PLANS = 50
"""Fewer hiring plans than this are told, not tested."""


@dataclass(frozen=True)
class Hirings:
    """Hiring plans of the latest year, pools × families: known `plans`, `difficult`, `seasonal` ones, `cells`, `hidden` cells.

    `firm` counts the known cells of each evidence status.
    """

    families: tuple[str, ...]
    year: int | None
    plans: Values
    difficult: Values
    seasonal: Values
    cells: Values
    hidden: Values
    firm: Mapping[str, Values]

    @classmethod
    def of(cls, matter: RegionView) -> Hirings:
        """Read the hiring plans of a matter; an occupation without a family is its own."""
        rows = matter.once(hiring_plans).with_columns(family=pl.coalesce("family", "occupation"))
        year = rows["year"].max()
        rows = rows.filter(pl.col("year") == year) if isinstance(year, int) else rows.clear()
        families = sorted(rows["family"].unique().to_list())
        areas = matter.once(pools).ids
        at = pl.DataFrame(
            {"pool": areas, "row": range(len(areas))}, schema={"pool": pl.String, "row": pl.Int64}
        )
        place = pl.DataFrame(
            {"family": families, "column": range(len(families))},
            schema={"family": pl.String, "column": pl.Int64},
        )
        rows = rows.join(at, on="pool").join(place, on="family")
        every = rows.filter(pl.col("indicator").str.ends_with("/hiring-plans"))
        hard = rows.filter(pl.col("indicator").str.ends_with("/hiring-plans-difficult"))
        brief = rows.filter(pl.col("indicator").str.ends_with("/hiring-plans-seasonal"))
        shape = (len(areas), len(families))
        known = pl.col("least").fill_null(0.0)
        return cls(
            tuple(families),
            year if isinstance(year, int) else None,
            _table(every, known, shape),
            _table(hard, known, shape),
            _table(brief, known, shape),
            _table(every, pl.lit(1.0), shape),
            _table(every, pl.col("value").is_null().cast(pl.Float64), shape),
            {
                name: _table(
                    every, (pl.col("value").is_not_null() & (rank_in(every) == rank)).cast(pl.Float64), shape
                )
                for name, rank in RANKS.items()
            },
        )


def by_family(matter: RegionView) -> Located:
    """Locate programmes by the family of occupations they prepare for, in the order of the hiring plans."""
    prepared = matter.frame("preparations").select(item="programme", group="family")
    return Located(matter.once(taught).join(prepared, on="item"), matter.once(Hirings.of).families)


def hirings_by_pool(matter: RegionView) -> ByArea:
    """Set the hiring plans of each pool beside the programmes taught there, by family of occupations."""
    plans = matter.once(Hirings.of).plans
    return ByArea.of(matter, matter.once(pools), plans, matter.once(by_family), matter.once(placed_by_family))


def hiring_gaps(setting: GapContext) -> GapFacts:
    """Compare the programmes taught in the labour pools of a territory with those that their hiring plans would call for.

    Each pool is told by itself, and once: what is said of it is said of the pool. For each family d of occupations, expected
    is D · S / D' with D the known plans of the pool, S the supply and D' the plans of the other pools. Families are not
    measured where too few of their programmes have a known place, nor pools that lie where programmes are not read.
    """
    hirings = setting.matter.once(Hirings.of)
    areas = setting.matter.once(pools)
    met = areas.meeting(setting.inside)
    if not met.any() or not hirings.families:
        return GapFacts(refusals=[_refuse_pools(bool(met.any()))])
    if setting.whole:
        return GapFacts(refusals=[refuse_region("demand")])
    table = setting.matter.once(hirings_by_pool)
    rows = table.concerning(setting)
    found = table.compared(rows, PLANS, setting.level)
    findings: list[Finding] = []
    for pool in rows:
        if not table.read[pool].enough:
            continue
        named = [one for one in range(len(hirings.families)) if found.told((pool, one))]
        findings += [_finding(setting, table, found, pool, one) for one in named]
        none = [
            one
            for one in np.argsort(-table.demand[pool], kind="stable").tolist()
            if table.demand[pool, one] >= PLANS
            and table.coverage[one].enough
            and not table.items[pool, one]
            and one not in named
        ]
        if none:
            findings.append(_without(setting, table, pool, none))
    asked = np.atleast_1d((table.demand[rows] >= PLANS).any(axis=0))
    return GapFacts(
        findings, [*unread(table, rows), *refuse_blurred(setting, table, asked, "demand")], found.tests()
    )


def count_programmes(setting: GapContext, table: ByArea, cell: tuple[int, int]) -> dict[str, int]:
    """Count by evidence status the programmes of a group in an area: that they prepare for it is inferred."""
    return table.located.evidence_of(
        table.areas.communes_of(cell[0]) & setting.region, cell[1], least="inferred"
    )


def unread(table: ByArea, rows: Sequence[int]) -> list[Refusal]:
    """Refuse the areas too much of which lies where programmes are not read."""
    lacking = [
        (table.areas.thing(area).label, table.read[area]) for area in rows if not table.read[area].enough
    ]
    return unmeasurable("demand", PEOPLE, [(Named(label), known) for label, known in lacking])


def refuse_blurred(setting: GapContext, table: ByArea, asked: Mask, kind: str) -> list[Refusal]:
    """Refuse the groups asked for of which too few programmes have a known place."""
    lacking: list[tuple[Words, Coverage]] = [
        (setting.names(table.located.groups[one]), table.coverage[one])
        for one in np.flatnonzero(asked).tolist()
        if not table.coverage[one].enough
    ]
    return unmeasurable(kind, PLACED, lacking)


def _without(setting: GapContext, table: ByArea, pool: int, none: list[int]) -> Finding:
    """Tell at once the families without a known programme in a pool where too few are expected to conclude anything."""
    hirings, thing = setting.matter.once(Hirings.of), table.areas.thing(pool)
    names = [(setting.names(hirings.families[one]), int(table.demand[pool, one])) for one in none]
    words = Listed([N_("« {name} » ({plans})", name=name, plans=Number(plans)) for name, plans in names])
    plans = sum(plans for _, plans in names)
    reasons = tuple(
        Reason(
            "demand",
            NN_("{name} : {n} projet", "{name} : {n} projets", n, name=name),
        )
        for name, n in names
    )
    return Finding(
        kind="demand",
        subject=thing,
        object=Thing.of("fap", N_("familles de métiers"), "scheme"),
        sentence=NN_(
            "Bassin d'emploi {of} : {n} projet de recrutement en {year} sans formation du supérieur connue qui y prépare sur "
            "place : {words}. Famille par famille, c'est trop peu pour conclure.",
            "Bassin d'emploi {of} : {n} projets de recrutement en {year} sans formation du supérieur connue qui y prépare sur "
            "place : {words}. Famille par famille, c'est trop peu pour conclure.",
            plans,
            year=hirings.year,
            of=Said(of_name, (thing.label,)),
            words=words,
        ),
        evidence=together(*(counted_in(hirings.firm, (pool, one)) for one in none)),
        facts={"year": hirings.year, "plans": plans, "families": len(none)},
        reasons=reasons,
        question=setting.question("territory-hirings-and-training", territory=thing.id),
        sources=setting.sources("programmes", "hirings"),
        scope=setting.scope(table.areas.communes_of(pool), "pool"),
    )


def _finding(setting: GapContext, table: ByArea, found: Deficits, pool: int, one: int) -> Finding:
    hirings, area = setting.matter.once(Hirings.of), table.areas.thing(pool)
    family, names = hirings.families[one], setting.names
    thing, cell = names.thing(family, "family"), (pool, one)
    cells, hidden = int(hirings.cells[cell]), int(hirings.hidden[cell])
    facts: Facts = {
        "year": hirings.year,
        "plans": int(table.demand[cell]),
        "difficult_plans": int(hirings.difficult[cell]),
        "seasonal_plans": int(hirings.seasonal[cell]),
        "cells": cells,
        "suppressed_cells": hidden,
        "known_share": 1 - hidden / cells,
        **supply_facts(table, cell),
    }
    return Finding(
        kind="demand",
        subject=area,
        object=thing,
        sentence=_sentence(names(family), facts, area.label, table.coverage[one].words(PLACED)),
        strength=found.estimate(cell),
        measure=MEASURE,
        p=found.chance(cell),
        evidence=together(counted_in(hirings.firm, cell), count_programmes(setting, table, cell)),
        facts=facts,
        reasons=setting.nearest(
            table.located,
            one,
            thing,
            "programme",
            N_("prépare à"),
            rules=setting.matter.once(rules).get(family),
            evidence="inferred",
            communes=table.areas.communes_of(pool),
        ),
        question=setting.question("territory-hirings-and-training", territory=area.id),
        methods=METHODS,
        sources=setting.sources("programmes", "hirings"),
        scope=setting.scope(table.areas.communes_of(pool), "pool"),
    )


def _sentence(family: Words, facts: Facts, pool: str, covered: Words) -> Words:
    plans, hidden, cells = (count_of(facts, name) for name in ("plans", "suppressed_cells", "cells"))
    share, year = count_of(facts, "difficult_plans") / plans, facts["year"]
    hard: Words = EMPTY
    if share:
        hard = N_(", au moins {share} jugés difficiles", share=Percent(share))
    if seasonal := seasonal_words(facts):
        hard = N_("{hard}, {seasonal}", hard=hard, seasonal=seasonal)
    supplied = supply_words(facts, N_("dans ce bassin"))
    secret: Words = EMPTY
    if hidden:
        secret = NN_(
            " {n} chiffre sur {cells} est secret : seul ce qui en est publié est compté.",
            " {n} chiffres sur {cells} sont secrets : seul ce qui en est publié est compté.",
            hidden,
            cells=Number(cells),
        )
    return NN_(
        "« {family} » : {n} projet de recrutement en {year} dans le bassin d'emploi "
        "({pool}){hard} ; {supplied}.{secret}{covered}",
        "« {family} » : {n} projets de recrutement en {year} dans le bassin d'emploi "
        "({pool}){hard} ; {supplied}.{secret}{covered}",
        plans,
        family=family,
        year=year,
        pool=pool,
        hard=hard,
        supplied=supplied,
        secret=secret,
        covered=covered,
    )


def _table(rows: pl.DataFrame, value: pl.Expr, shape: tuple[int, int]) -> Values:
    table = np.zeros(shape)
    sums = rows.with_columns(value=value).group_by("row", "column").agg(pl.col("value").sum().alias("sum"))
    if not sums.is_empty():
        table[sums["row"].to_numpy(), sums["column"].to_numpy()] = sums["sum"].to_numpy()
    return table


def _refuse_pools(met: bool) -> Refusal:
    error = TooFewData(
        "demand against supply",
        "are no hiring plans" if met else "is no labour pool",
        "hiring plans of at least one labour pool",
    )
    return Refusal.of(
        "demand",
        error,
        (
            N_("Aucun projet de recrutement n'est connu.")
            if met
            else N_("Le territoire n'est dans aucun bassin d'emploi connu.")
        ),
    )
