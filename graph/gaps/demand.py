"""Demand without supply: hiring plans that few or no programmes prepare for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ..analysis.uncertainty import TooFewData
from ..findings import Finding, Reason, Refusal, Thing
from ..matter import Matter
from ..words import (
    agree_en,
    agree_fr,
    count_en,
    count_fr,
    listed_en,
    listed_fr,
    number_en,
    number_fr,
    percent_en,
    percent_fr,
)
from .chance import MEASURE, METHODS, Deficits
from .located import Located, Values
from .setting import Setting, area_words, pools
from .supply import compared, rules, taught, unplaced_by_family
from .wording import Facts, count_of, doubt, refuse_lost, refuse_region, supply_words

PLANS = 50
"""Fewer hiring plans than this are told, not tested."""

POOLS = (("le bassin d'emploi", "the labour pool"), ("les bassins d'emploi", "the labour pools"))
FAMILIES = ("familles de métiers", "families of occupations")
IN_POOLS = (("dans ce bassin", "in that pool"), ("dans ces bassins", "in those pools"))


@dataclass(frozen=True)
class Hirings:
    """Hiring plans of the latest year, pools × families: known `plans`, `difficult` ones, `cells`, and `hidden` cells."""

    families: tuple[str, ...]
    year: int | None
    plans: Values
    difficult: Values
    cells: Values
    hidden: Values

    @classmethod
    def of(cls, matter: Matter) -> Hirings:
        """Read the hiring plans of a matter; an occupation without a family is its own."""
        rows = matter.frame("hirings").with_columns(family=pl.coalesce("family", "occupation"))
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
        shape = (len(areas), len(families))
        known = pl.col("value").fill_null(0.0)
        return cls(
            tuple(families),
            year if isinstance(year, int) else None,
            _table(every, known, shape),
            _table(hard, known, shape),
            _table(every, pl.lit(1.0), shape),
            _table(every, pl.col("value").is_null().cast(pl.Float64), shape),
        )


def by_family(matter: Matter) -> Located:
    """Locate programmes by the family of occupations they prepare for, in the order of the hiring plans."""
    prepared = matter.frame("preparations").select(item="programme", group="family")
    return Located(matter.once(taught).join(prepared, on="item"), matter.once(Hirings.of).families)


def hiring_gaps(setting: Setting) -> tuple[list[Finding], list[Refusal]]:
    """Compare the programmes taught in the labour pools of a territory with those that its hiring plans would call for.

    For each family d of occupations: E = D · S_R / D_R, with D the known plans of the pools, S_R programmes and D_R
    plans in the whole region. A pool counts whole as soon as the territory has a commune in it. Families are refused
    where too many of their programmes have no known place.
    """
    hirings, areas = setting.matter.once(Hirings.of), setting.matter.once(pools)
    met = areas.meeting(setting.inside)
    if not met.any() or not hirings.families:
        return [], [_refuse_pools(bool(met.any()))]
    if met[areas.meeting(setting.region)].all():
        return [], [refuse_region("demand")]
    supply = setting.matter.once(by_family)
    here = areas.communes(met) & (setting.region | setting.inside)
    observed, total = supply.count(here), supply.count(setting.region)
    plans, whole = met @ hirings.plans, hirings.plans.sum(axis=0)
    expected = np.divide(plans * total, whole, out=np.zeros(len(plans)), where=whole > 0)
    lost = setting.matter.once(unplaced_by_family)
    known = compared(hirings.families, lost)
    found = Deficits.of(expected, observed, level=setting.level, told=(plans >= PLANS) & known)
    difficult, cells, hidden = met @ hirings.difficult, met @ hirings.cells, met @ hirings.hidden
    findings = []
    for one in range(len(hirings.families)):
        if not found.told(one):
            continue
        facts: Facts = {
            "year": hirings.year,
            "plans": int(plans[one]),
            "difficult_plans": int(difficult[one]),
            "cells": int(cells[one]),
            "suppressed_cells": int(hidden[one]),
            "known_share": float(1 - hidden[one] / cells[one]),
            "programmes": int(observed[one]),
            "expected_programmes": float(expected[one]),
            "region_plans": int(whole[one]),
            "region_programmes": int(total[one]),
            "tests": found.tests,
        }
        place, there = area_words(areas.named(met), *POOLS), IN_POOLS[int(met.sum()) > 1]
        findings.append(_finding(setting, supply, found, one, facts, place, there))
    none = [
        one
        for one in range(len(plans))
        if plans[one] >= PLANS and known[one] and not observed[one] and not found.told(one)
    ]
    if none:
        none.sort(key=lambda one: (-plans[one], supply.groups[one]))
        told = [(supply.groups[one], int(plans[one])) for one in none]
        findings.append(_without(setting, told, hirings.year, area_words(areas.named(met), *POOLS)))
    blurred = [hirings.families[one] for one in np.flatnonzero((plans >= PLANS) & ~known)]
    return findings, refuse_lost(FAMILIES, [(setting.names(one), *lost[one]) for one in blurred])


def _without(
    setting: Setting, told: list[tuple[str, int]], year: int | None, place: tuple[str, str]
) -> Finding:
    """Tell at once the families without a known programme where too few are expected to conclude anything."""
    names = [(setting.names(family), plans) for family, plans in told]
    french = listed_fr([f"« {name[0]} » ({number_fr(plans)})" for name, plans in names])
    english = listed_en([f"“{name[1]}” ({number_en(plans)})" for name, plans in names])
    plans = sum(plans for _, plans in told)
    reasons = tuple(
        Reason(
            "demand",
            {"fr": f"{name[0]} : {count_fr(n, 'projet')}", "en": f"{name[1]}: {count_en(n, 'plan')}"},
        )
        for name, n in names
    )
    return Finding(
        kind="demand",
        subject=setting.thing,
        object=Thing("fap", "familles de métiers", "scheme"),
        sentence={
            "fr": f"{count_fr(plans, 'projet')} de recrutement en {year} dans {place[0]} {agree_fr(plans, 'relève', 'relèvent')} "
            f"de familles de métiers auxquelles ne prépare là aucune formation connue : {french}. Famille par famille, c'est "
            "trop peu pour conclure.",
            "en": f"{count_en(plans, 'hiring plan')} in {year} in {place[1]} {agree_en(plans, 'is', 'are')} of families that no "
            f"known programme prepares for there: {english}. Family by family, that is too few to conclude.",
        },
        evidence={"documented": len(told)},
        facts={"year": year, "plans": plans, "families": len(told)},
        reasons=reasons,
        question=setting.question("territory-hirings-and-training"),
        sources=setting.sources("programmes", "hirings"),
        scope=_scope(setting),
    )


def _finding(
    setting: Setting,
    supply: Located,
    found: Deficits,
    one: int,
    facts: Facts,
    place: tuple[str, str],
    there: tuple[str, str],
) -> Finding:
    family, names = supply.groups[one], setting.names
    thing, programmes = names.thing(family, "family"), int(found.observed[one])
    known = count_of(facts, "cells") - count_of(facts, "suppressed_cells")
    return Finding(
        kind="demand",
        subject=setting.thing,
        object=thing,
        sentence=_sentence(names(family), facts, place, there, doubt(found, one)),
        strength=found.estimate(one),
        measure=MEASURE,
        evidence={"documented": known, **({"inferred": programmes} if programmes else {})},
        facts=facts,
        reasons=setting.nearest(
            supply,
            one,
            thing,
            "programme",
            ("prépare à", "prepares for"),
            rules=setting.matter.once(rules).get(family),
            evidence="inferred",
        ),
        question=setting.question("territory-hirings-and-training"),
        methods=METHODS,
        sources=setting.sources("programmes", "hirings"),
        scope=_scope(setting),
        **found.verdict(one),
    )


def _sentence(
    family: tuple[str, str],
    facts: Facts,
    place: tuple[str, str],
    there: tuple[str, str],
    unsure: tuple[str, str],
) -> dict[str, str]:
    plans, hidden, cells = (count_of(facts, name) for name in ("plans", "suppressed_cells", "cells"))
    share, year = count_of(facts, "difficult_plans") / plans, facts["year"]
    hard = ("", "")
    if share:
        hard = (
            f", au moins {percent_fr(share)} jugés difficiles",
            f", at least {percent_en(share)} of them said to be difficult",
        )
    supplied = supply_words(count_of(facts, "programmes"), float(facts["expected_programmes"] or 0), there)
    secret = ("", "")
    if hidden:
        left_out = agree_fr(hidden, "est secret et n'est pas compté", "sont secrets et ne sont pas comptés")
        secret = (
            f" {count_fr(hidden, 'chiffre')} sur {number_fr(cells)} {left_out}.",
            f" {count_en(hidden, 'figure')} of {number_en(cells)} {agree_en(hidden, 'is', 'are')} suppressed and not counted.",
        )
    french = (
        f"« {family[0]} » : {count_fr(plans, 'projet')} de recrutement en {year} dans {place[0]}{hard[0]} ; "
        f"{supplied[0]}.{unsure[0]}{secret[0]}"
    )
    english = (
        f"“{family[1]}”: {count_en(plans, 'hiring plan')} in {year} in {place[1]}{hard[1]}; "
        f"{supplied[1]}.{unsure[1]}{secret[1]}"
    )
    return {"fr": french, "en": english}


def _scope(setting: Setting) -> str:
    areas = setting.matter.once(pools)
    return setting.scope(areas.communes(areas.meeting(setting.inside)), "pool")


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
        "Aucun projet de recrutement n'est connu."
        if met
        else "Le territoire n'est dans aucun bassin d'emploi connu.",
        "No hiring plan is known." if met else "The territory is in no known labour pool.",
    )
