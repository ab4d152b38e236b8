"""Figures before and after a scenario, their differences, and which assumption made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import polars as pl

from ..findings import Thing, Words
from ..ground import Ground, Territory
from ..matter import Matter
from ..places import UnknownName
from .assumptions import Assumption, Merge, Scenario, ScenarioError
from .changes import steps
from .counting import Value
from .differences import Comparison, Difference, Effect, differ
from .figures import FIGURES, GROUND, Figure
from .sentences import sentence
from .wording import described

__all__ = ["CONVENTION", "LEVELS", "Comparison", "Difference", "Effect", "compare"]

LEVELS = ("region", "department", "epci", "adhoc")
"""Territories of these levels are looked at, whether named or not."""
CONVENTION: Words = {
    "fr": "Chaque hypothèse est appliquée à son tour, dans l'ordre du scénario ; ce que la figure change alors lui est "
    "attribué. Un autre ordre peut répartir autrement la même différence.",
    "en": "Assumptions are applied one by one, in the order of the scenario; what the figure then changes by is put down "
    "to each. Another order may share the same difference otherwise.",
}
ILLUSTRATIVE: Words = {
    "fr": "Des faits illustratifs, inventés, sont comptés ici ; chaque chiffre dit combien.",
    "en": "Illustrative facts, which are invented, are counted here; each figure tells how many.",
}


def compare(
    matter: Matter,
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
            territories of LEVELS are given with the figures that change, when one that is not relative does.
        figures: ids of FIGURES (None: all). Those that are not `wide` are computed for the territories named only.

    Raises:
        UnknownName: a territory, or something an assumption names, that the matter does not have.
        ScenarioError: as `changes.apply`; a figure that there is not.
    """
    chosen = _chosen(figures)
    for name in sorted(GROUND.union(*(one.frames for one in chosen))):
        matter.frame(name)  # read once, so that a frame that no assumption changes is the same one after
    done = steps(matter, scenario)
    stages = [matter, *(after for _, after in done)]
    resolved = Scenario(scenario.name, scenario.label, tuple(one for one, _ in done), scenario.label_en)
    words = [described(one, before) for (one, _), before in zip(done, stages, strict=False)]
    ground = Ground.of(stages[-1])
    merged = {gone: one for one, _ in done if isinstance(one, Merge) for gone in one.territories}
    named, notes = _named(stages, [*(territories or [matter.within]), *merged], merged)
    others = [one for level in LEVELS for one in ground.territories(level, matter.within)]
    places = [*named, *(one for one in others if one.id not in {mine.id for mine in named})]
    sizes = {figure.id: len(places) if figure.wide else len(named) for figure in chosen}
    knowing = _knowing(stages, {one.id: one for one, _ in done if isinstance(one, Merge)})
    values = {
        figure.id: _stages(figure, stages if figure.wide else knowing, places[: sizes[figure.id]])
        for figure in chosen
    }
    touched = [
        place
        for at, place in enumerate(places)
        if any(
            differ(values[one.id][0][at], values[one.id][-1][at])
            for one in chosen
            if one.wide and not one.relative
        )
    ]
    parts = _Parts(matter, [one for one, _ in done if isinstance(one, Merge)])
    found = []
    for at, place in enumerate(places):
        mine = at < len(named)
        for figure in chosen if mine or place in touched else ():
            if at >= sizes[figure.id] or (not mine and figure.relative):
                continue
            series = [stage[at] for stage in values[figure.id]]
            if mine or differ(series[0], series[-1]):
                found.append(_difference(figure, place, series, resolved.assumptions, words, parts))
    return Comparison(
        resolved,
        tuple(found),
        tuple(_thing(one) for one in named),
        tuple(_thing(one) for one in touched),
        matter.snapshot,
        {
            "within": matter.within,
            "territories": ",".join(one.id for one in named),
            "figures": ",".join(figures or ()),
            **{f"assumption {n}": one.to_line() for n, one in enumerate(resolved.assumptions, 1)},
        },
        matter.illustrative,
        (*notes, CONVENTION, *([ILLUSTRATIVE] if matter.illustrative else []), *_empty(matter, resolved)),
    )


class _Parts:
    """Figures of territories that merge, before they do."""

    def __init__(self, matter: Matter, mergers: Sequence[Merge]) -> None:
        self._matter = matter
        self._of = {
            one.id: [Ground.of(matter).territory(gone) for gone in one.territories if _there(matter, gone)]
            for one in mergers
        }

    def values(self, figure: Figure, place: Territory) -> tuple[tuple[Thing, Value], ...]:
        """Give the value of each territory that merged into a place; none for another place."""
        gone = self._of.get(place.id, [])
        values = figure.values(self._matter, gone) if gone else []
        return tuple((_thing(one), value) for one, value in zip(gone, values, strict=True))


def _there(matter: Matter, territory: str) -> bool:
    try:
        Ground.of(matter).territory(territory)
    except UnknownName:
        return False
    return True


def _chosen(figures: Sequence[str] | None) -> list[Figure]:
    if figures is None:
        return list(FIGURES.values())
    for one in figures:
        if one not in FIGURES:
            raise ScenarioError(
                f"« {one} » n'est pas une figure : {', '.join(FIGURES)}.",
                f"« {one} » is no figure: {', '.join(FIGURES)}",
            )
    return [FIGURES[one] for one in figures]


def _named(
    stages: Sequence[Matter], names: Sequence[str], merged: Mapping[str, Merge]
) -> tuple[list[Territory], list[Words]]:
    """Find the territories named, as they are after the scenario: one that merges is the one it merges into."""
    ground, base = Ground.of(stages[-1]), Ground.of(stages[0])
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
                {
                    "fr": f"{gone.label} fait partie de « {place.label} » dans ce scénario.",
                    "en": f"{gone.label} is part of “{place.label}” in this scenario.",
                }
            )
        found.setdefault(place.id, place)
    return list(found.values()), notes


def _stages(figure: Figure, stages: Sequence[Matter], places: Sequence[Territory]) -> list[list[Value]]:
    """Compute a figure after each assumption; where no frame of it changed, it is that before."""
    found = [figure.values(stages[0], places)]
    for before, after in pairwise(stages):
        found.append(figure.values(after, places) if figure.touched(before, after) else found[-1])
    return found


def _knowing(stages: Sequence[Matter], mergers: Mapping[str | None, Merge]) -> list[Matter]:
    """Give the stages where a territory that is made by a merger is known beside those that will merge.

    What is computed of one territory by its name can then be computed before the merger too.
    """
    found = []
    for stage in stages:
        known = stage.frame("territories")["territory"]
        coming = {id: one for id, one in mergers.items() if id not in known}
        parts, territories = stage.frame("parts"), stage.frame("territories")
        for id, one in coming.items():
            level = territories.filter(pl.col("territory").is_in(one.territories)).head(1)
            named = level.with_columns(territory=pl.lit(id), label=pl.lit(one.label))
            mine = parts.filter(pl.col("territory").is_in(one.territories)).with_columns(territory=pl.lit(id))
            parts, territories = pl.concat([parts, mine.unique()]), pl.concat([territories, named])
        found.append(stage.with_frames(parts=parts, territories=territories) if coming else stage)
    return found


def _difference(
    figure: Figure,
    place: Territory,
    series: Sequence[Value],
    assumptions: Sequence[Assumption],
    words: Sequence[Words],
    parts: _Parts,
) -> Difference:
    effects = tuple(
        Effect(one, told, None if before.value is None or after.value is None else after.value - before.value)
        for one, told, before, after in zip(assumptions, words, series, series[1:], strict=False)
        if differ(before, after)
    )
    causes = [(one.words, one.difference) for one in effects]
    mine = parts.values(figure, place)
    told = [(thing.label, value) for thing, value in mine]
    text = sentence(figure, place.label, series[0], series[-1], causes, told)
    return Difference(figure, _thing(place), series[0], series[-1], effects, text, mine)


def _thing(place: Territory) -> Thing:
    return Thing(place.id, place.label, "territory")


def _empty(matter: Matter, scenario: Scenario) -> list[Words]:
    """Say where the graph knows nothing of a kind that the scenario adds to: figures then start from zero."""
    if (
        any(getattr(one, "kind", "") == "branch" for one in scenario.assumptions)
        and matter.frame("relays").is_empty()
    ):
        return [
            {
                "fr": "Le graphe ne connaît aucune antenne ni structure relais : celles du scénario partent de zéro, ce qui "
                "ne dit pas qu'il n'en existe aucune.",
                "en": "The graph knows no branch and no relay: those of the scenario start from zero, which does not say "
                "that there is none.",
            }
        ]
    return []
