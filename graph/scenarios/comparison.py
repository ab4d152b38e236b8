"""Figures before and after a scenario, their differences, and which assumption made them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from math import isnan

from ...words import N_
from ..findings.model import Finding, Thing, Words
from ..indicators.declaration import Indicator
from ..region.gazetteer import Gazetteer, Territory
from ..region.names import UnknownName
from ..region.view import RegionView
from .assumptions import Assumption, Close, House, Merge, Offer, Scenario, ScenarioError, Share
from .changes import resolve, steps
from .computing import TERRITORY_FRAMES, Computed, first_stage, merged_together
from .differences import Comparison, Difference, Effect
from .figures import FORMER, Figure, figures_of, register
from .gap_counts import FRAMES as GAP_FRAMES
from .losses import ABOUT, without
from .sentences import sentence, visible
from .values import Value, differ
from .wording import assumption_text

__all__ = ["CONVENTION", "LEVELS", "Comparison", "Difference", "Effect", "compare"]

LEVELS = ("region", "department", "epci", "adhoc")
"""Territories of these levels are looked at, whether named or not."""
CONVENTION: Words = N_(
    "Chaque hypothèse est appliquée à son tour, dans l'ordre du scénario ; l'écart du "
    "chiffre lui est alors attribué. Un autre ordre peut répartir autrement le même écart."
)
HOUSING: Words = N_(
    "Aucun chiffre ne compte de lits. Ce que des logements changent, ce sont les postes où des étudiants pourraient aller : "
    "la page du scénario le dit, d'après les postes et les vœux déposés."
)
LEAST: Words = N_(
    "Où ce qu'il y a aujourd'hui n'est pas connu, le chiffre d'après est le moins qu'il y aurait : ce que le scénario y met, "
    "avec ce qui est connu."
)
_ONE_KIND: Mapping[str, type[Assumption]] = {"programmes-followed": Offer, "events-followed": Share}
"""Figures that only one kind of assumption moves as no other figure says."""
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
    known, communes = register(matter), frozenset(_communes(matter, territories or ()))
    _read_before(matter, chosen, known, communes)
    done = steps(matter, scenario)
    stages = [matter, *(after for _, after in done)]
    words = [
        assumption_text(assumption, before) for (assumption, _), before in zip(done, stages, strict=False)
    ]
    mergers = [assumption for assumption, _ in done if isinstance(assumption, Merge)]
    named, notes = _named(stages, territories or [matter.within], mergers)
    ids = {place.id for place in named}
    ground = Gazetteer.of(stages[-1])
    places = [*named, *_others(ground, matter.within, ids)]
    computed = Computed(matter, merged_together(stages, mergers), known, communes)
    followed = _Followed(computed, chosen, places, named)
    parts = _Parts(computed, Gazetteer.of(matter), mergers)
    differences = [
        _difference(figure, place, series, scenario.assumptions, words, parts, ground)
        for place in places
        for figure, series in followed.of(place, every=place.id in ids)
    ]
    losses = _losses(stages, scenario)
    return Comparison(
        scenario,
        tuple(differences),
        tuple(map(_thing, named)),
        tuple(_thing(place) for place in places if followed.moves(place)),
        matter.snapshot,
        {
            "within": matter.within,
            "territories": ",".join(place.id for place in named),
            "figures": ",".join(figures or ()),
            **{f"assumption {n}": one.to_line() for n, one in enumerate(scenario.assumptions, 1)},
        },
        matter.illustrative,
        (*notes, *_notes(matter, scenario, losses, differences)),
        losses,
        tuple(words),
    )


def _read_before(
    matter: RegionView, chosen: Sequence[Figure], known: Mapping[str, Indicator], communes: frozenset[str]
) -> None:
    """Read each frame before any assumption, so that one that none changes is the same one after."""
    now = first_stage(matter, known, communes)
    for name in sorted(GAP_FRAMES if any(figure.gap for figure in chosen) else TERRITORY_FRAMES):
        matter.frame(name)
    for figure in chosen:
        if figure.indicator:
            now.values(figure.indicator, ())


class _Followed:
    """The values of figures in places at each stage; those of the last one have their evidence."""

    def __init__(
        self,
        computed: Computed,
        chosen: Sequence[Figure],
        places: Sequence[Territory],
        named: Sequence[Territory],
    ) -> None:
        self._chosen = chosen
        self._values = {figure.id: computed.values(figure, places, named) for figure in chosen}
        self._evidence = {figure.id: computed.evidence(figure) for figure in chosen}

    def of(self, place: Territory, *, every: bool) -> Iterator[tuple[Figure, list[Value]]]:
        """Yield the figures of a place: every one, or those that change as they are shown and are not relative."""
        for figure in self._chosen:
            series = self._values[figure.id].get(place.id)
            if series and (every or (not figure.relative and visible(figure, series[0], series[-1]))):
                evidence = self._evidence[figure.id].get(place.id, {})
                yield figure, [*series[:-1], replace(series[-1], evidence=evidence)]

    def moves(self, place: Territory) -> bool:
        """Tell whether an indicator that is not relative changes in a place, as it is shown."""
        return any(figure.indicator for figure, _ in self.of(place, every=False))


def _losses(stages: Sequence[RegionView], scenario: Scenario) -> tuple[Finding, ...]:
    """Tell what each relay that closes altogether takes away, of what there is when it does."""
    return tuple(
        loss
        for before, closing in zip(stages, scenario.assumptions, strict=False)
        if isinstance(closing, Close) and closing.kind == "relay" and not closing.at
        for loss in without(before, [closing.node])
    )


class _Parts:
    """Figures of territories that merge, before they do."""

    def __init__(self, computed: Computed, ground: Gazetteer, mergers: Sequence[Merge]) -> None:
        self._computed = computed
        self._of = {merger.id: _there(ground, merger.territories) for merger in mergers}

    def values(self, figure: Figure, place: Territory) -> tuple[tuple[Thing, Value], ...]:
        """Give the value of each territory that merged into a place; none for another place."""
        gone = self._of.get(place.id, [])
        values = self._computed.before(figure, gone) if gone else {}
        return tuple((_thing(part), values[part.id]) for part in gone if part.id in values)


def _communes(matter: RegionView, names: Sequence[str]) -> list[str]:
    """List the communes among the territories named; one that a scenario makes is none."""
    return [place.id for place in _there(Gazetteer.of(matter), names) if place.level == "commune"]


def _there(ground: Gazetteer, names: Sequence[str]) -> list[Territory]:
    """Find the territories named that there are."""
    places = []
    for name in names:
        with suppress(UnknownName):
            places.append(ground.territory(name))
    return places


def _chosen(matter: RegionView, names: Sequence[str] | None, scenario: Scenario) -> list[Figure]:
    """Find the figures named; else all, what can be followed from elsewhere where an assumption offers it alone."""
    known = figures_of(matter)
    if names is None:
        assumed = {type(assumption) for assumption in scenario.assumptions}
        return [figure for id, figure in known.items() if id not in _ONE_KIND or _ONE_KIND[id] in assumed]
    ids = [FORMER.get(name, name) for name in names]
    for name, id in zip(names, ids, strict=True):
        if id not in known:
            raise ScenarioError(
                N_("« {name} » n'est pas un chiffre : {names}.", name=name, names=", ".join(known)),
            )
    return [known[id] for id in dict.fromkeys(ids)]


def _named(
    stages: Sequence[RegionView], names: Sequence[str], mergers: Sequence[Merge]
) -> tuple[list[Territory], list[Words]]:
    """Find the territories named and those that merge, as they are after: one that merges is the one it merges into."""
    ground, base = Gazetteer.of(stages[-1]), Gazetteer.of(stages[0])
    into = {gone: merger.id or "" for merger in mergers for gone in merger.territories}
    places: dict[str, Territory] = {}
    notes: list[Words] = []
    for name in (*names, *into):
        try:
            place = ground.territory(name)
        except UnknownName:
            gone = base.territory(name)
            if gone.id not in into:
                raise
            place = ground.territory(into[gone.id])
            notes.append(
                N_("{gone} fait partie de « {place} » dans ce scénario.", gone=gone.label, place=place.label)
            )
        places.setdefault(place.id, place)
    return list(places.values()), notes


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
        Effect(
            assumption,
            message,
            None if before.value is None or after.value is None else after.value - before.value,
        )
        for assumption, message, before, after in zip(assumptions, words, series, series[1:], strict=False)
        if differ(before, after)
    )
    causes = [(effect.words, effect.difference) for effect in effects]
    merged = parts.values(figure, place)
    labels = [(thing.label, value) for thing, value in merged]
    people = _people(figure, ground, place)
    text = sentence(figure, place.label, people, series[0], series[-1], causes, labels)
    return Difference(figure, _thing(place), series[0], series[-1], effects, text, merged)


def _people(figure: Figure, ground: Gazetteer, place: Territory) -> float | None:
    """Count the inhabitants that a figure is a share of; None where it is of none, or they are not known."""
    if figure.indicator is None or figure.indicator.formula != "reach":
        return None
    people = float(ground.population[place.communes].sum())
    return None if isnan(people) else people


def _thing(place: Territory) -> Thing:
    return Thing(place.id, place.label, "territory")


def _others(ground: Gazetteer, within: str, named: Collection[str]) -> list[Territory]:
    """List the territories of LEVELS that are not named."""
    places = (place for level in LEVELS for place in ground.territories(level, within))
    return [place for place in places if place.id not in named]


def _notes(
    matter: RegionView, scenario: Scenario, losses: Sequence[Finding], differences: Sequence[Difference]
) -> list[Words]:
    """Say how to read a comparison, and where the graph knows nothing of a kind that the scenario adds to.

    Figures then start from what is missing.
    """
    notes = [ABOUT] if losses else []
    if len(scenario.assumptions) > 1:
        notes.append(CONVENTION)
    if any(isinstance(assumption, House) for assumption in scenario.assumptions):
        notes.append(HOUSING)
    if matter.illustrative:
        notes.append(ILLUSTRATIVE)
    if (
        any(getattr(assumption, "kind", "") == "branch" for assumption in scenario.assumptions)
        and matter.frame("relays").is_empty()
    ):
        notes.append(
            N_(
                "Le graphe ne connaît aucune antenne ni structure relais : ce qu'il y en a aujourd'hui "
                "n'est pas connu, et les chiffres d'après sont le minimum, celles du scénario seules."
            )
        )
    elif any(map(_is_least, differences)):
        notes.append(LEAST)
    return notes


def _is_least(one: Difference) -> bool:
    """Tell whether a count starts from what is not known: what is added to it is the least there is then."""
    counted = one.figure.indicator is not None and one.figure.indicator.formula == "items"
    return counted and one.before.value is None and one.after.value is not None
