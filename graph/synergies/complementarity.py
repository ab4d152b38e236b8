"""What a partner territory would add around the activities of a territory: sectors and academic fields, by employment zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...words import EMPTY, N_, Listed, Number, Said, of_name, of_territory
from ..analysis.complementarity import complementarities
from ..analysis.multiple_tests import benjamini_hochberg
from ..analysis.null_model import MINIMUM_ROWS, Comparison, compare, drawn_tables
from ..analysis.relatedness import proximity
from ..analysis.uncertainty import Estimate, TooFewData
from ..findings.model import Finding, Question, Reason, Step, Thing, Words
from ..region.firmness import together
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView
from .options import Options
from .profiles import MINIMUM_JOBS, MINIMUM_UNITS, Matrix, Profile, Zones, jobs, units
from .subject import Names

MINIMUM_OWN = 3
"""Fewest specialisations of a zone for what a partner adds to them."""


@dataclass(frozen=True)
class Specialisations:
    """Zones × activities (sectors, then fields): the counts, the matrix M, and how near activities are."""

    jobs: Profile
    units: Profile
    matrix: Matrix
    near: Matrix
    activities: list[str]


def specialisations(matter: RegionView) -> Specialisations:
    """Give the specialisations of all zones; raises TooFewData where fewer than ten zones have one."""
    worked, searched = jobs(matter), units(matter)
    matrix = np.hstack([worked.specialised(MINIMUM_JOBS), searched.specialised(MINIMUM_UNITS)])
    filled = int(matrix.any(axis=1).sum()) if matrix.size else 0
    if filled < MINIMUM_ROWS:
        raise TooFewData(
            "complementarity", f"are {filled}", f"at least {MINIMUM_ROWS} zones with a specialisation"
        )
    return Specialisations(worked, searched, matrix, proximity(matrix), [*worked.columns, *searched.columns])


def _around(matrix: Matrix, near: Matrix, place: int) -> Matrix:
    """Give what each zone adds on average around the specialisations of one, in points of 100."""
    own = matrix[place] == 1
    added = complementarities(matrix, near, place)[:, own]
    return np.asarray(np.nanmean(added, axis=1))


def find_complements(matter: RegionView, territory: Territory, options: Options) -> list[Finding]:
    """Find the zones that add most around what a territory's zone does, beside partners drawn by chance.

    A zone that lies for the most part in the territory adds nothing to it. Raises TooFewData where the territory has no zone
    with jobs by sector, or too few specialisations, or where no other zone has one.
    """
    ground, zones = Gazetteer.of(matter), Zones.of_matter(matter)
    mine = zones.main(territory, ground.population)
    if not mine:
        raise TooFewData("complementarity", "is no employment zone with jobs by sector", "jobs by sector")
    known = matter.once(specialisations)
    place, share = mine[0]
    own = known.matrix[place] == 1
    if own.sum() < MINIMUM_OWN:
        raise TooFewData(
            "complementarity", f"are {int(own.sum())}", f"at least {MINIMUM_OWN} specialisations"
        )
    partners = [
        at
        for at, zone in enumerate(zones.territories)
        if at != place and known.matrix[at].any() and np.isin(zone.communes, territory.communes).mean() < 0.5
    ]
    if not partners:
        raise TooFewData("complementarity", "is no zone outside the territory", "1 other zone")
    observed = _around(known.matrix, known.near, place)

    def with_own(table: Matrix) -> Matrix:
        table[place] = known.matrix[place]
        return _around(table, known.near, place)

    drawn = (with_own(one) for one in drawn_tables(known.matrix, 5 * options.draws, options.seed))
    found = compare(observed, drawn, level=options.level, model="bipartite configuration model")
    q = dict(zip(partners, benjamini_hochberg(found.above[partners].tolist()), strict=True))
    partners.sort(key=lambda at: (q[at] > 1 - options.level, -observed[at]))
    distinct = sum(one <= 1 - options.level for one in q.values())
    low, high = _interval(known, place, options)
    subject = Thing(territory.id, territory.label, "territory")
    made = []
    for partner in partners[: max(min(distinct, options.most), min(3, options.most))]:
        value = float(observed[partner])
        bounds = min(float(low[partner]), value), max(float(high[partner]), value)
        strength = Estimate(value, *bounds, options.level, "parametric bootstrap", int(own.sum()))
        made.append(_finding(matter, subject, known, place, partner, share, strength, found, q[partner]))
    return made


def _interval(known: Specialisations, place: int, options: Options) -> tuple[Matrix, Matrix]:
    """Give the interval of what zones add when jobs and units are Poisson counts; proximities stay as they are."""
    generator = np.random.default_rng(options.seed)
    draws = []
    for _ in range(min(options.draws, 99)):
        tables = []
        for profile, minimum in ((known.jobs, MINIMUM_JOBS), (known.units, MINIMUM_UNITS)):
            counts = generator.poisson(np.nan_to_num(profile.counts)).astype(float)
            counts[np.isnan(profile.counts)] = np.nan
            tables.append(Profile(counts, profile.rows, profile.columns).specialised(minimum))
        matrix = np.hstack(tables)
        if matrix[place].any():
            draws.append(_around(matrix, known.near, place))
    tails = [(1 - options.level) / 2, (1 + options.level) / 2]
    low, high = np.quantile(np.stack(draws), tails, axis=0)
    return low, high


def _evidence(known: Specialisations, zones: tuple[int, ...]) -> dict[str, int]:
    """Count the specialisations of zones by evidence status, each as firm as the least firm of its facts."""
    cells = [(at, known.activities[one]) for at in zones for one in np.flatnonzero(known.matrix[at] == 1)]
    kinds = ((profile, set(profile.columns)) for profile in (known.jobs, known.units))
    return together(*(one.weakest([cell for cell in cells if cell[1] in own]) for one, own in kinds))


def _status(known: Specialisations, place: int, activity: int) -> str:
    """Give the evidence status of a specialisation of a zone."""
    profile = known.jobs if activity < len(known.jobs.columns) else known.units
    return next(iter(profile.weakest([(place, known.activities[activity])])))


def _finding(
    matter: RegionView,
    subject: Thing,
    known: Specialisations,
    place: int,
    partner: int,
    share: float,
    strength: Estimate,
    found: Comparison,
    q: float,
) -> Finding:
    names, zones = Names.of(matter), Zones.of_matter(matter)
    home, other = zones.territories[place], zones.territories[partner]
    own = known.matrix[place] == 1
    new = np.flatnonzero((known.matrix[partner] == 1) & ~own)
    worth = known.near[np.ix_(new, np.flatnonzero(own))].sum(axis=1)
    best = new[np.argsort(-worth, kind="stable")][:3]
    fields = [at for at in new if at >= len(known.jobs.columns)]
    shown = [int(at) for at in dict.fromkeys([*best.tolist(), *fields[:1]])]
    things = [names.thing(known.activities[at], "activity") for at in shown]
    about: Words = EMPTY
    if home.id != subject.id and share < 1:
        about = N_(" (zone d'emploi principale : {zone})", zone=home.label)
    elif home.id != subject.id:
        about = N_(" (zone d'emploi : {zone})", zone=home.label)
    beyond = (
        N_("plus que sa seule diversité ne l'explique")
        if q <= 1 - strength.level
        else N_("ce que sa diversité suffit à expliquer")
    )
    step = N_("est spécialisée dans")
    where = Thing(other.id, other.label, "territory")
    return Finding(
        "complementarity",
        subject,
        where,
        N_(
            "Autour des spécialités {subject}{about}, la zone d'emploi {partner} apporterait {points} points sur 100 d'activités "
            "proches, {beyond} : {activities}.",
            subject=Said(of_territory, (subject.label, subject.id.split("/")[1])),
            about=about,
            partner=Said(of_name, (other.label,)),
            points=Number(strength.value, 0),
            beyond=beyond,
            activities=Listed([N_("« {name} »", name=names.named(known.activities[at])) for at in shown]),
        ),
        strength,
        N_("points de densité ajoutés, sur 100"),
        p=float(found.above[partner]),
        q=q,
        distinct=q <= 1 - strength.level,
        evidence=_evidence(known, (place, partner)),
        facts={
            "zone": home.label,
            "share_of_population_in_zone": share,
            "own_specialisations": int(own.sum()),
            "partner_specialisations": int(known.matrix[partner].sum()),
            "new_activities": len(new),
            "of_which_fields": len(fields),
            "units_of_partner": float(np.nansum(known.units.counts[partner])),
            "expected": float(found.expected[partner]),
            "chance_low": float(found.low[partner]),
            "chance_high": float(found.high[partner]),
            "year": known.jobs.year,
        },
        reasons=tuple(
            Reason(
                "specialisation",
                N_(
                    "La zone d'emploi {other} est spécialisée dans « {activity} », pas celle {home}.",
                    other=Said(of_name, (other.label,)),
                    activity=names.named(thing.id),
                    home=Said(of_name, (home.label,)),
                ),
                (
                    Step(
                        where,
                        step,
                        thing,
                        _status(known, partner, at),
                        None,
                        known.jobs.year if "sector/" in thing.id else None,
                    ),
                ),
                float(known.near[at][own].sum()),
            )
            for at, thing in zip(shown, things, strict=True)
        ),
        question=Question("activities-of-zone", {"territory": other.id.removeprefix("territory/")}),
        methods=("specialised", "proximity", "complementarity", "complementarity_against_null"),
    )
