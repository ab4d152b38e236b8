"""No access: programmes and research that the inhabitants of a territory do not have within reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

import numpy as np
import polars as pl

from ...words import N_, Number, Percent, percent
from ..analysis.access import floating_catchment, gaussian, great_circle
from ..analysis.uncertainty import Estimate, TooFewData, poisson_interval
from ..findings.model import Finding, Refusal, Words
from ..indicators.edges import NARROW, unknown_share
from ..region.abroad import border_distances
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .access_words import Compared, sentence
from .chance import LEAST, WORTH
from .coverage import NOTHING, PLACED, UNITS, Coverage, unmeasurable
from .located import Located, Mask, Values
from .setting import GapContext, current_year, open_only, region
from .supply import LEVELS, count_placed, placed_units, taught
from .wording import Facts, GapFacts

RESEARCH = "research"
KINDS = (*LEVELS, RESEARCH)
CATCHMENT = 50.0
"""Kilometres of the catchments: those of the indicators of access, whatever the radius within which some have nothing."""
LACK = 0.5
"""Where everyone has something in reach, a lack that chance may explain is told from here only."""
DRAWS = 999
SEED = 20240517
PROGRAMMES = {"frame": "programmes", "item": "programme"}
REMOTE = ("attendance-mode/remote", "attendance-mode/hybrid")

MEASURE = N_("part de l'accès moyen du reste de la région qui manque (100 % : aucun accès)")
METHODS = ("floating_catchment", "gaussian", "benjamini_hochberg")


@dataclass(frozen=True)
class Reach:
    """A supply by catchments: `share` of each commune in each site's supply, and `draws` of the sites.

    `share` (communes × sites) is the access that each site gives to each commune: A_i = Σ_s share_is; `nearest` is the
    distance of each commune to the nearest site, `total` what the region's people have of each site, added up.
    """

    share: Values
    draws: Values
    nearest: Values
    total: Values
    supply: Located

    def covered(self, radius: float) -> Mask:
        """Tell which communes have a site within a radius."""
        within: Mask = self.nearest <= radius
        return within


class Reaches:
    """The reach of each kind of supply of a matter, each made once."""

    def __init__(self, matter: RegionView) -> None:
        self._matter = matter
        self._made: dict[str, Reach | None] = {}

    def of(self, kind: str) -> Reach | None:
        """Give the reach of a supply; None where no site of it has a position."""
        if kind not in self._made:
            self._made[kind] = _reach(self._matter, kind)
        return self._made[kind]


def supply_of(matter: RegionView, kind: str) -> pl.DataFrame:
    """Give the things of a kind (programmes of a level, or research units) with their `site` and commune (`at`)."""
    if kind != RESEARCH:
        rows = matter.once(taught).filter(pl.col("level") == kind)
    else:
        units = open_only(matter.frame("units"), current_year(matter)).rename({"unit": "item"})
        rows = Gazetteer.of(matter).locate(
            units.with_columns(site="item")
        )  # beyond the region too: the register is national
    return rows.with_columns(group=pl.lit(kind))


def _reach(matter: RegionView, kind: str) -> Reach | None:
    """Share each commune's supply among the people of its catchment: one programme, or one unit, counts one."""
    ground, frame = Gazetteer.of(matter), supply_of(matter, kind)
    found = frame.select("item", "site", "at").unique()
    found = found.filter(
        pl.Series(~np.isnan(ground.lat + ground.long)[found["at"].to_numpy()], dtype=pl.Boolean)
    )
    if found.is_empty():
        return None
    sites = found.group_by("site", "at").len().sort("site", "at")
    places, column = np.unique(sites["at"].to_numpy(), return_inverse=True)
    by_place = np.zeros((sites.height, len(places)))
    by_place[np.arange(sites.height), column] = sites["len"].to_numpy()
    counts = by_place.sum(axis=0)
    points = np.column_stack([ground.lat, ground.long])
    people = np.nan_to_num(ground.population)
    distances = great_circle(points, points[places])
    decay = gaussian(CATCHMENT)
    ratio = floating_catchment(people, counts, distances, CATCHMENT, decay).ratio
    known = np.nan_to_num(distances, nan=np.inf)
    within: Mask = known <= CATCHMENT
    share = np.where(within, decay(np.where(within, distances, 0.0)), 0.0) * np.nan_to_num(ratio)
    weight = np.where(matter.once(region), people, 0.0)
    # One draw takes as many sites as there are, with replacement: so much of each commune's supply is left.
    taken = np.random.default_rng(SEED).multinomial(
        sites.height, np.full(sites.height, 1 / sites.height), size=DRAWS
    )
    draws = (taken @ by_place) / counts
    return Reach(share, draws, known.min(axis=1), weight @ share, Located(frame, [kind]))


@dataclass(frozen=True)
class _Measured:
    """What a territory has of a supply: people with nothing in the radius, the lack of access with its interval, and p.

    `ratio` is its access over that of the rest of the region; `coverage` how much of the supply has a known place.
    """

    kind: str
    reach: Reach
    without: float
    ratio: float
    estimate: Estimate | None
    p: float
    coverage: Coverage

    def shows(self, tested: bool) -> bool:
        """Tell whether the territory lacks the supply: nothing in the radius, a large lack, or one that tests find."""
        lack = 1 - self.ratio
        return self.without > 0 or lack >= LACK or (lack > 0 and tested and self.p <= WORTH)


def access_gaps(setting: GapContext) -> GapFacts:
    """Compare the access of a territory's inhabitants with the rest of the region's, for programmes of each level and research.

    A_T / A_R, with A the mean over inhabitants of two-step floating catchments of CATCHMENT km with Gaussian decay, as
    the indicators of access, R the region without the territory; strength 1 − A_T / A_R where that is a lack, its interval
    from draws of the programmes (bootstrap), p the share of draws where the territory is not below the rest. Where nothing
    is in reach of anybody draws tell nothing: both come from the number of programmes that the territory would have at the
    rest's rate (exact Poisson). A supply of which too much has no known place is not measured, nor programmes where too many
    of those who share them live beyond what their source covers, nor anything near another country.
    """
    people = setting.people(setting.inside)
    if not people:
        error = TooFewData("access", "is no commune with a known population", "one commune")
        return _refused(error, N_("Aucune commune du territoire n'a de population connue."))
    reaches = setting.matter.once(Reaches)
    known = {kind: reach for kind in KINDS if (reach := reaches.of(kind)) and reach.total.any()}
    if not known:
        error = TooFewData("access", "is no programme or unit with a position", "one of them")
        return _refused(error, N_("Aucune formation ni unité n'a de position connue dans la région."))
    sound, refused = _measurable(setting)
    facts, lacking = GapFacts(refusals=refused), []
    for kind in [one for one in known if one in sound]:
        coverage = _coverage(setting.matter, kind)
        if not coverage.enough:
            lacking.append((_name(setting, kind), coverage))
            continue
        measured = _measure(setting, kind, known[kind], people, coverage)
        tested = measured.estimate is not None and not setting.whole
        if measured.shows(tested):
            facts.findings.append(_finding(setting, measured))
        if tested:
            facts.tested.append(measured.p)
    return facts + GapFacts(refusals=unmeasurable("access", PLACED, lacking))


def _measurable(setting: GapContext) -> tuple[set[str], list[Refusal]]:
    """Give the kinds that are measured this near to another country or to the edge of what is read, and why others are not."""
    if _share(setting, _unknown_abroad) > NARROW:
        return set(), [_near_abroad(setting)]
    if (beyond := _share(setting, _unknown)) > NARROW:
        return {RESEARCH}, [_past_the_edge(beyond)]
    return set(KINDS), []


def _unknown(matter: RegionView) -> Values:
    return unknown_share(matter, PROGRAMMES, CATCHMENT)


def _unknown_abroad(matter: RegionView) -> Values:
    return unknown_share(matter, PROGRAMMES, CATCHMENT, regional=False)


def _share(setting: GapContext, unknown_of: Callable[[RegionView], Values]) -> float:
    """Give the share of what is within reach of the territory's people that lies where nothing is known."""
    unknown = setting.matter.once(unknown_of)
    weight = np.where(setting.inside & ~np.isnan(unknown), np.nan_to_num(setting.ground.population), 0.0)
    return float(weight @ np.nan_to_num(unknown)) / float(weight.sum()) if weight.any() else 0.0


def _past_the_edge(share: float) -> Refusal:
    """Refuse to measure access to programmes near the edge of what their source covers."""
    error = TooFewData(
        "access",
        f"is {percent(share, 'en')} of the people within {CATCHMENT:.0f} km beyond what the source of programmes covers",
        "fewer of them",
    )
    return Refusal.of(
        "access",
        error,
        N_(
            "Accès aux formations non mesurable : trop d’habitants à moins de {catchment} km ({share}) vivent au-delà de ce "
            "que couvre la source des formations ; il faudrait celle des départements voisins.",
            share=Percent(share),
            catchment=Number(CATCHMENT, 0),
        ),
    )


def _near_abroad(setting: GapContext) -> Refusal:
    """Refuse to measure access near another country."""
    near = setting.matter.once(border_distances) <= CATCHMENT
    share = setting.people(setting.inside & near) / setting.people(setting.inside)
    error = TooFewData(
        "access",
        f"are {percent(share, 'en')} of the people within {CATCHMENT:.0f} km of another country, of which nothing is read",
        "a territory farther from it, or the sources of what is abroad",
    )
    return Refusal.of(
        "access",
        error,
        N_(
            "Accès non mesurable : {share} des habitants vivent à moins de {catchment} km d’un autre pays, et ce qui se trouve "
            "à l’étranger n’est pas lu.",
            share=Percent(share),
            catchment=Number(CATCHMENT, 0),
        ),
    )


def _name(setting: GapContext, kind: str) -> Words:
    """Name a kind of supply."""
    if kind == RESEARCH:
        return N_("unités de recherche")
    return N_("formations de {level}", level=setting.names(kind))


def _coverage(matter: RegionView, kind: str) -> Coverage:
    return matter.once(placed_units) if kind == RESEARCH else matter.once(count_placed).get(kind, NOTHING)


def _refused(error: TooFewData, words: Words) -> GapFacts:
    return GapFacts(refusals=[Refusal.of("access", error, words)])


def _measure(setting: GapContext, kind: str, reach: Reach, people: float, coverage: Coverage) -> _Measured:
    """Measure the people with nothing within the radius, and the lack of access."""
    ground, tail = setting.ground, (1 - setting.level) / 2
    weight = np.where(setting.inside, np.nan_to_num(ground.population), 0.0)
    positioned = ~np.isnan(ground.lat) & ~np.isnan(ground.long)
    without = float(weight[~reach.covered(setting.radius) & positioned].sum())
    mine = (weight @ reach.share) / people
    others = setting.people(setting.region & ~setting.inside)
    if not others:
        return _Measured(kind, reach, without, 1.0, None, 1.0, coverage)
    rest = (reach.total - np.where(setting.region, weight, 0.0) @ reach.share) / others
    whole = max(float(rest.sum()), 0.0)
    if not whole:
        return _Measured(kind, reach, without, float("inf"), None, 1.0, coverage)
    ratio = float(mine.sum()) / whole
    if ratio > 0:
        beside = reach.draws @ rest
        drawn = np.divide(reach.draws @ mine, beside, out=np.ones(DRAWS), where=beside > 0)
        low, high = (float(one) for one in np.quantile(drawn, [tail, 1 - tail]))
        p = float((1 + (drawn >= 1).sum()) / (DRAWS + 1))
        lack = Estimate(
            1 - ratio, 1 - max(high, ratio), 1 - min(low, ratio), setting.level, "bootstrap", DRAWS
        )
        return _Measured(kind, reach, without, ratio, lack, p, coverage)
    expected = whole * people
    _, most = poisson_interval([0.0], level=setting.level)
    if expected < LEAST:
        return _Measured(kind, reach, without, ratio, None, 1.0, coverage)
    lack = Estimate(1.0, 1 - float(most[0]) / expected, 1.0, setting.level, "Poisson (Garwood)", 0)
    return _Measured(kind, reach, without, ratio, lack, float(np.exp(-expected)), coverage)


def _finding(setting: GapContext, one: _Measured) -> Finding:
    ground, kind, reach = setting.ground, one.kind, one.reach
    positioned = setting.inside & ~np.isnan(ground.lat) & ~np.isnan(ground.population)
    people = float(ground.population[positioned].sum())
    concept = kind if kind != RESEARCH else "actor-type/research-unit"
    thing = setting.names.thing(concept, concept.split("/")[0])
    relayed, branches = _relayed(setting, reach)
    facts: Facts = {
        "supplies_near": int(reach.supply.count(setting.near)[0]),
        "residents": int(people),
        "residents_without": int(one.without),
        "share_without": one.without / people if people else None,
        "relative_access": one.ratio if isfinite(one.ratio) else None,
        "catchment_km": CATCHMENT,
        **one.coverage.facts,
        "relays_and_branches": branches,
        "residents_without_but_relayed": int(relayed),
        "remote_offers": _remote(setting),
    }
    told = _compared(setting, one)
    lacking = told == "tested"
    name = None if kind == RESEARCH else setting.names(kind)
    return Finding(
        kind="access",
        subject=setting.thing,
        object=thing,
        sentence=sentence(
            name,
            facts,
            setting.km(),
            told,
            one.coverage.words(UNITS if kind == RESEARCH else PLACED),
            made_up=setting.matter.illustrative,
        ),
        strength=one.estimate if lacking else None,
        measure=MEASURE if lacking else {},
        p=one.p if lacking else None,
        evidence=reach.supply.evidence_of(setting.near),
        facts=facts,
        reasons=setting.nearest(
            reach.supply,
            0,
            thing,
            "unit" if kind == RESEARCH else "programme",
            N_("est une") if kind == RESEARCH else N_("est de"),
        ),
        question=setting.question("supply-near-territory", radius=True),
        methods=METHODS,
        sources=setting.sources(
            "units" if kind == RESEARCH else "programmes", "places", *(("relays",) if relayed else ())
        ),
    )


def _compared(setting: GapContext, one: _Measured) -> Compared:
    if setting.whole:
        return "whole"
    if one.estimate is None:
        return "few"
    return "above" if one.ratio >= 1 else "tested"


def _relayed(setting: GapContext, reach: Reach) -> tuple[float, int]:
    """Count the people with nothing within the radius who have a relay or a branch there, and relays and branches near.

    A place that could serve as a relay is none.
    """
    ground = setting.ground
    located = ground.locate(_told(setting.matter, "relays").drop_nulls("place"))
    if located.is_empty():
        return 0.0, 0
    sites = np.unique(located["at"].to_numpy())
    points = np.column_stack([ground.lat, ground.long])
    mine = setting.territory.communes
    within = np.nan_to_num(great_circle(points[mine], points[sites]), nan=np.inf) <= setting.radius
    helped = mine[within.any(axis=1) & ~reach.covered(setting.radius)[mine]]
    near = located.filter(pl.Series(setting.near[located["at"].to_numpy()]))["site"].n_unique()
    return float(np.nansum(ground.population[helped])), near


def _remote(setting: GapContext) -> int:
    """Count the offers that are remote or hybrid: they reach anyone."""
    rows = _told(setting.matter, "requests").filter(
        pl.col("class").str.ends_with("/Offer") & pl.col("mode").is_in(REMOTE)
    )
    return rows["announcement"].n_unique()


def _told(matter: RegionView, name: str) -> pl.DataFrame:
    """Give the rows of a frame, illustrative ones only where the matter has them."""
    rows = matter.frame(name)
    return rows if matter.illustrative else rows.filter(pl.col("evidence").ne_missing("illustrative"))
