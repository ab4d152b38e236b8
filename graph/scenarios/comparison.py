"""Figures before and after a scenario, their differences, and which assumption made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from math import isnan

from ...words import N_
from ..findings.model import Finding, Thing, Words
from ..region.gazetteer import Gazetteer, Territory
from ..region.names import UnknownName
from ..region.view import RegionView
from .assumptions import Assumption, Close, Merge, Offer, Scenario, ScenarioError
from .changes import resolve, steps
from .computing import GROUND, Computed, first_stage, merged_together
from .differences import Comparison, Difference, Effect
from .figures import FORMER, Figure, figures_of, register
from .gap_counts import FRAMES as GAP_FRAMES
from .losses import ABOUT, without
from .sentences import sentence, visible
from .values import Value, differ
from .wording import described

__all__ = ["CONVENTION", "LEVELS", "Comparison", "Difference", "Effect", "compare"]

LEVELS = ("region", "department", "epci", "adhoc")
"""Territories of these levels are looked at, whether named or not."""
CONVENTION: Words = N_(
    "Chaque hypothèse est appliquée à son tour, dans l'ordre du scénario ; l'écart du "
    "chiffre lui est alors attribué. Un autre ordre peut répartir autrement le même écart."
)
ILLUSTRATIVE: Words = N_("Des faits illustratifs, inventés, sont comptés ici ; chaque chiffre dit combien.")


def compare(
    matter: RegionView,
    scenario: Scenario,
    territories: Sequence[str] | None = None,
    figures: Sequence[str] | None = None,
) -> Comparison:
    """Compare figures before and after a scenario, and tell which assumption made each difference (CONVENTION).

    Args:
        matter: what is known; it stays as it is.
        scenario: it need not be resolved.
        territories: codes, paths or names (of now, or of a territory that the scenario makes); all their figures are
            given, and those of territories that it makes. None: the territory that the matter was read for. Other
            territories of LEVELS are given with the figures that change as they are shown, when one that is not relative does.
        figures: ids of `figures_of` (None: all). Gaps are counted in the territories named only.

    Raises:
        UnknownName: a territory, or something an assumption names, that the matter does not have.
        ScenarioError: as `changes.apply`; a figure that there is not.
    """
    chosen = _chosen(matter, figures, scenario)
    scenario = resolve(matter, scenario)  # what cannot be is told before anything is computed
    known, mine = register(matter), frozenset(_communes(matter, territories or ()))
    now = first_stage(matter, known, mine)
    # each frame is read before, so that one that no assumption changes is the same one after
    for name in sorted(GAP_FRAMES if any(one.gap for one in chosen) else GROUND):
        matter.frame(name)
    for one in chosen:
        if one.indicator:
            now.values(one.indicator, ())
    done = steps(matter, scenario)
    stages = [matter, *(after for _, after in done)]
    words = [described(one, before) for (one, _), before in zip(done, stages, strict=False)]
    ground = Gazetteer.of(stages[-1])
    merged = {gone: one for one, _ in done if isinstance(one, Merge) for gone in one.territories}
    named, notes = _named(stages, [*(territories or [matter.within]), *merged], merged)
    others = [one for level in LEVELS for one in ground.territories(level, matter.within)]
    places = [*named, *(one for one in others if one.id not in {mine.id for mine in named})]
    knowing = merged_together(stages, [one for one, _ in done if isinstance(one, Merge)])
    computed = Computed(matter, knowing, known, mine)
    values = {figure.id: computed.values(figure, places, named) for figure in chosen}
    touched = [
        place
        for place in places
        if any(
            place.id in values[one.id]
            and visible(one, values[one.id][place.id][0], values[one.id][place.id][-1])
            for one in chosen
            if one.indicator and not one.relative
        )
    ]
    parts = _Parts(computed, Gazetteer.of(matter), [one for one, _ in done if isinstance(one, Merge)])
    near = {one.id for one in touched} | {one.id for one in named}
    evidence = {one.id: computed.evidence(one) for one in chosen}
    found = []
    for at, place in enumerate(places):
        is_named = at < len(named)
        for figure in chosen if place.id in near else ():
            if place.id not in values[figure.id] or (not is_named and figure.relative):
                continue
            series = values[figure.id][place.id]
            if is_named or visible(figure, series[0], series[-1]):
                last = replace(series[-1], evidence=evidence[figure.id].get(place.id, {}))
                found.append(
                    _difference(
                        figure, place, [*series[:-1], last], scenario.assumptions, words, parts, ground
                    )
                )
    losses = _losses(stages, scenario)
    return Comparison(
        scenario,
        tuple(found),
        tuple(_thing(one) for one in named),
        tuple(_thing(one) for one in touched),
        matter.snapshot,
        {
            "within": matter.within,
            "territories": ",".join(one.id for one in named),
            "figures": ",".join(figures or ()),
            **{f"assumption {n}": one.to_line() for n, one in enumerate(scenario.assumptions, 1)},
        },
        matter.illustrative,
        (
            *notes,
            *([ABOUT] if losses else []),
            *([CONVENTION] if len(words) > 1 else []),
            *([ILLUSTRATIVE] if matter.illustrative else []),
            *_empty(matter, scenario),
        ),
        losses,
        tuple(words),
    )


def _losses(stages: Sequence[RegionView], scenario: Scenario) -> tuple[Finding, ...]:
    """Tell what each relay that closes altogether takes away, of what there is when it does."""
    closing = [
        (before, one.node)
        for before, one in zip(stages, scenario.assumptions, strict=False)
        if isinstance(one, Close) and one.kind == "relay" and not one.at
    ]
    return tuple(loss for before, node in closing for loss in without(before, [node]))


class _Parts:
    """Figures of territories that merge, before they do."""

    def __init__(self, computed: Computed, ground: Gazetteer, mergers: Sequence[Merge]) -> None:
        self._computed = computed
        self._of = {
            one.id: [ground.territory(gone) for gone in one.territories if _there(ground, gone)]
            for one in mergers
        }

    def values(self, figure: Figure, place: Territory) -> tuple[tuple[Thing, Value], ...]:
        """Give the value of each territory that merged into a place; none for another place."""
        gone = self._of.get(place.id, [])
        values = self._computed.before(figure, gone) if gone else {}
        return tuple((_thing(one), values[one.id]) for one in gone if one.id in values)


def _communes(matter: RegionView, names: Sequence[str]) -> list[str]:
    """List the communes among the territories named; one that a scenario makes is none."""
    ground, found = Gazetteer.of(matter), []
    for name in names:
        with suppress(UnknownName):
            found.append(ground.territory(name))
    return [one.id for one in found if one.level == "commune"]


def _there(ground: Gazetteer, territory: str) -> bool:
    try:
        ground.territory(territory)
    except UnknownName:
        return False
    return True


def _chosen(matter: RegionView, names: Sequence[str] | None, scenario: Scenario) -> list[Figure]:
    """Find the figures named; else all, what can be followed remotely where a programme is offered elsewhere alone."""
    known = figures_of(matter)
    if names is None:
        offered = any(isinstance(one, Offer) for one in scenario.assumptions)
        return [one for id, one in known.items() if offered or id != "programmes-followed"]
    ids = [FORMER.get(one, one) for one in names]
    for name, id in zip(names, ids, strict=True):
        if id not in known:
            raise ScenarioError(
                f"« {name} » n'est pas un chiffre : {', '.join(known)}.",
                f"« {name} » is no figure: {', '.join(known)}",
            )
    return [known[id] for id in dict.fromkeys(ids)]


def _named(
    stages: Sequence[RegionView], names: Sequence[str], merged: Mapping[str, Merge]
) -> tuple[list[Territory], list[Words]]:
    """Find the territories named, as they are after the scenario: one that merges is the one it merges into."""
    ground, base = Gazetteer.of(stages[-1]), Gazetteer.of(stages[0])
    found: dict[str, Territory] = {}
    notes: list[Words] = []
    for name in names:
        try:
            place = ground.territory(name)
        except UnknownName:
            gone = base.territory(name)
            if gone.id not in merged:
                raise
            place = ground.territory(merged[gone.id].id or "")
            notes.append(
                N_("{gone} fait partie de « {place} » dans ce scénario.", gone=gone.label, place=place.label)
            )
        found.setdefault(place.id, place)
    return list(found.values()), notes


def _difference(
    figure: Figure,
    place: Territory,
    series: Sequence[Value],
    assumptions: Sequence[Assumption],
    words: Sequence[Words],
    parts: _Parts,
    ground: Gazetteer,
) -> Difference:
    effects = tuple(
        Effect(one, told, None if before.value is None or after.value is None else after.value - before.value)
        for one, told, before, after in zip(assumptions, words, series, series[1:], strict=False)
        if differ(before, after)
    )
    causes = [(one.words, one.difference) for one in effects]
    mine = parts.values(figure, place)
    told = [(thing.label, value) for thing, value in mine]
    text = sentence(figure, place.label, _people(figure, ground, place), series[0], series[-1], causes, told)
    return Difference(figure, _thing(place), series[0], series[-1], effects, text, mine)


def _people(figure: Figure, ground: Gazetteer, place: Territory) -> float | None:
    """Count the inhabitants that a figure is a share of; None where it is of none, or they are not known."""
    one = figure.indicator
    people = (
        float(ground.population[place.communes].sum()) if one and one.formula == "reach" else float("nan")
    )
    return None if isnan(people) else people


def _thing(place: Territory) -> Thing:
    return Thing(place.id, place.label, "territory")


def _empty(matter: RegionView, scenario: Scenario) -> list[Words]:
    """Say where the graph knows nothing of a kind that the scenario adds to: figures then start from what is missing."""
    if (
        any(getattr(one, "kind", "") == "branch" for one in scenario.assumptions)
        and matter.frame("relays").is_empty()
    ):
        return [
            N_(
                "Le graphe ne connaît aucune antenne ni structure relais : ce qu'il y en a aujourd'hui "
                "n'est pas connu, et les chiffres d'après sont le minimum, celles du scénario seules."
            )
        ]
    return []
