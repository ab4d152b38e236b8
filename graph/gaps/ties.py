"""Supply without a tie: research units near a territory that share little or nothing known with its actors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ...words import N_, NN_, Number, number
from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Refusal, Thing
from ..region import actor_types
from ..region.derived import interaction_places
from ..region.gazetteer import Gazetteer
from ..region.inside_outside import known_sides
from ..region.view import RegionView
from .chance import MEASURE, METHODS, Deficits
from .coverage import SIDED, Coverage, unmeasurable
from .located import Located, Mask
from .setting import GapContext, current_year, open_only, region
from .wording import GapFacts

ACADEMIC = (*actor_types.ACADEMIC, "platform-operator", "student-group", "transfer-office", "incubator")
"""Kinds of actors that are no partner from the territory: academic ones, and their own intermediaries."""

PARTNERS = ("company", "local-authority")


@dataclass(frozen=True)
class Ties:
    """Interactions of research units, read once a matter.

    `units` and `interactions` are by field and by the commune of the unit; `local` holds the interactions of
    non-academic actors by their commune, among those with a unit of known field; `actors` all non-academic actors
    that take part in any interaction, by their commune; `alone` and `every` the units, by commune, without a company or
    authority as a partner anywhere, and all.
    """

    units: Located
    interactions: Located
    local: Located
    actors: Located
    every: Located
    alone: Mask
    research: int
    coverage: Coverage
    typed: Coverage

    @classmethod
    def of(cls, matter: RegionView) -> Ties:
        """Read the interactions of a matter."""
        ground, inside = Gazetteer.of(matter), matter.once(region)
        units = open_only(matter.frame("units"), current_year(matter)).rename({"unit": "item"})
        fields = units.filter(pl.col("field").str.starts_with("field/mesr/"))
        took = matter.once(interaction_places)
        research = took.join(fields.select(actor="item").unique(), on="actor", how="semi")[
            "interaction"
        ].unique()
        placed = ground.locate(units)
        placed = placed.filter(pl.Series(inside[placed["at"].to_numpy()]))
        by_field = placed.filter(pl.col("field").str.starts_with("field/mesr/")).rename({"field": "group"})
        met = took.select("interaction", "evidence", item="actor").unique()
        shared = by_field.select("group", "item", "at").join(met, on="item")
        shared = shared.select("group", "at", "evidence", item="interaction")
        other = took.filter(~pl.col("type").str.split("/").list.last().is_in(ACADEMIC))
        other = ground.locate(other.drop_nulls("place")).with_columns(group=pl.lit("all"))
        local = other.filter(pl.col("interaction").is_in(research.implode()))
        every = Located(placed.with_columns(group=pl.lit("all")), ["all"])
        partnered = took.filter(pl.col("type").str.split("/").list.last().is_in(PARTNERS))[
            "interaction"
        ].unique()
        tied = set(took.filter(pl.col("interaction").is_in(partnered.implode()))["actor"].unique().to_list())
        return cls(
            Located(by_field),
            Located(shared, sorted(by_field["group"].unique().to_list())),
            Located(local.select("at", "group", "evidence", item="interaction"), ["all"]),
            Located(other.select("at", "group", item="actor"), ["all"]),
            every,
            np.array([one not in tied for one in every.items], dtype=bool),
            len(research),
            *_coverage(matter, took, research),
        )


def _coverage(matter: RegionView, took: pl.DataFrame, research: pl.Series) -> tuple[Coverage, Coverage]:
    """Count, among the others who take part in research with units, those of known side, and among all those of known type."""
    with_units = took.filter(pl.col("interaction").is_in(research.implode())).unique(["interaction", "actor"])
    others = with_units.filter(~pl.col("type").str.split("/").list.last().is_in(ACADEMIC))
    sided = others.join(matter.once(known_sides), on=["interaction", "actor"])["known"]
    typed = with_units["type"].is_not_null()
    return Coverage(int(sided.sum()), len(sided)), Coverage(int(typed.sum()), len(typed))


def tie_gaps(setting: GapContext) -> GapFacts:
    """Find fields whose near units share fewer interactions with the territory's actors than the other fields do.

    E_f = n_f · Σ S / Σ n, the sums over the other fields, with n_f the known interactions of the field's units in the
    territory or within the radius, and S_f those of them in which an actor of the territory takes part. Where none is shared
    in any field, that is told once, beside n · a / (N − n): a interactions of its actors with research, N of research.
    Where no actor of the territory is known to take part in any interaction, nothing is a gap: that is among missing data.
    Nor is anything measured where too few of those who take part in research with units have a known side.
    """
    ties = setting.matter.once(Ties.of)
    findings: list[Finding] = []
    near = ties.units.count(setting.near)
    if not ties.coverage.enough:
        name = N_("liens de la recherche avec les acteurs du territoire")
        return GapFacts(refusals=unmeasurable("tie", SIDED, [(name, ties.coverage)]))
    if not near.any():
        error = TooFewData("ties of research units", "is no unit of known field within reach", "one unit")
        words = N_(
            "Aucune unité de recherche dont le domaine est connu n'est à moins de {km} km.", km=setting.km()
        )
        return GapFacts(refusals=[Refusal.of("tie", error, words)])
    involved = set(ties.local.names(0, setting.inside))
    keep = np.array([one in involved for one in ties.interactions.items], dtype=bool)
    taken = ties.interactions.count(setting.near)
    observed = ties.interactions.count(setting.near, keep)
    if not observed.any():
        if not ties.actors.count(setting.inside)[0]:
            error = TooFewData("ties", "is no known actor of the territory", "one actor in an interaction")
            words = N_(
                "Aucun acteur du territoire (entreprise, association, collectivité…) n'est connu par une "
                "interaction."
            )
            return GapFacts(refusals=[Refusal.of("tie", error, words)])
        nothing = _nothing(setting, ties, len(involved))
        return GapFacts([nothing], tested=[nothing.p] if nothing.p is not None else [])
    rest, others = observed.sum() - observed, taken.sum() - taken
    expected = np.divide(taken * rest, others, out=np.zeros(len(taken)), where=others > 0)
    found = Deficits.of(expected, observed, rest, level=setting.level)
    for one in np.flatnonzero((near > 0) & (observed < expected)):
        if found.told(int(one)):
            findings.append(_field(setting, ties, found, int(one), int(near[one]), int(taken[one])))
    if np.isnan(found.p).all():
        most = number(float(expected.max()), "en", 1)
        error = TooFewData("ties by field", f"is {most} expected at most", "one expected in a field")
        shared = int(observed.sum())
        words = NN_(
            "{n} interaction connue des acteurs du territoire avec les unités proches : c'est trop "
            "peu pour comparer les domaines entre eux.",
            "{n} interactions connues des acteurs du territoire avec les unités proches : c'est trop "
            "peu pour comparer les domaines entre eux.",
            shared,
        )
        return GapFacts(refusals=[Refusal.of("tie", error, words)])
    return GapFacts(findings, tested=found.tests())


def _field(setting: GapContext, ties: Ties, found: Deficits, one: int, near: int, taken: int) -> Finding:
    field, km = ties.units.groups[one], setting.km()
    name, thing = setting.names(field), setting.names.thing(field, "field")
    shared, expected = int(found.observed[one]), float(found.expected[one])
    covered = ties.coverage.words(SIDED)
    words = NN_(
        "« {name} » : {n} unité de recherche à moins de {km} km a {taken}, dont {shared} avec un acteur du territoire, contre "
        "{expected} au rythme des autres domaines.{covered}",
        "« {name} » : {n} unités de recherche à moins de {km} km ont {taken}, dont {shared} avec un acteur du territoire, contre "
        "{expected} au rythme des autres domaines.{covered}",
        near,
        name=name,
        km=km,
        taken=NN_("{n} interaction connue", "{n} interactions connues", taken),
        shared=Number(shared) if shared else N_("aucune"),
        expected=Number(expected, 1),
        covered=covered,
    )
    return Finding(
        kind="tie",
        subject=setting.thing,
        object=thing,
        sentence=words,
        strength=found.estimate(one),
        measure=MEASURE,
        p=found.chance(one),
        evidence=ties.interactions.evidence_of(setting.near, one),
        facts={
            "units": near,
            "interactions": taken,
            "shared": shared,
            "expected_shared": expected,
            **ties.coverage.facts,
        },
        reasons=setting.nearest(ties.units, one, thing, "unit", N_("travaille en")),
        question=setting.question("fields-near-territory", radius=True),
        methods=METHODS,
        sources=setting.sources("units", "interactions"),
    )


def _nothing(setting: GapContext, ties: Ties, mine: int) -> Finding:
    """Tell that no known interaction ties the territory's actors to the units near it."""
    km, fields = setting.km(), range(len(ties.units.groups))
    units = len({name for one in fields for name in ties.units.names(one, setting.near)})
    taken = len({name for one in fields for name in ties.interactions.names(one, setting.near)})
    expected = taken * mine / max(ties.research - taken, 1)
    found = Deficits.of([expected], [0], [mine], level=setting.level)
    covered = ties.coverage.words(SIDED)
    if mine:
        elsewhere = NN_(
            " Les acteurs du territoire ont {n} interaction connue avec des unités plus lointaines.{covered}",
            " Les acteurs du territoire ont {n} interactions connues avec des unités plus "
            "lointaines.{covered}",
            mine,
            covered=covered,
        )
    else:
        elsewhere = N_(
            " Les acteurs du territoire n'ont pas non plus d'interaction connue avec des unités plus "
            "lointaines."
        )
    words = NN_(
        "{n} unité de recherche dans le territoire ou à moins de {km} km : aucune interaction "
        "connue ne la lie à un acteur du territoire.{elsewhere}",
        "{n} unités de recherche dans le territoire ou à moins de {km} km : aucune interaction "
        "connue ne les lie à un acteur du territoire.{elsewhere}",
        units,
        km=km,
        elsewhere=elsewhere,
    )
    return Finding(
        kind="tie",
        subject=setting.thing,
        object=Thing.of("actor-type/research-unit", N_("unités de recherche"), "actor-type"),
        sentence=words,
        strength=found.estimate(0),
        measure=MEASURE,
        p=found.chance(0),
        evidence=ties.units.evidence_of(setting.near),
        facts={
            "units": units,
            "unit_interactions": taken,
            "local_interactions": mine,
            "shared": 0,
            "expected_shared": expected,
            **ties.coverage.facts,
        },
        question=setting.question("fields-near-territory", radius=True),
        methods=METHODS if found.tested(0) else (),
        sources=setting.sources("units", "interactions"),
    )
