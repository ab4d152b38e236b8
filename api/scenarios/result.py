"""What a scenario changes, as its page shows it: tables before and after, and one figure on two maps of one scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...graph.findings.model import Thing
from ...graph.region.gazetteer import Gazetteer, Territory
from ...graph.region.outlines import Outlines
from ...graph.region.view import RegionView
from ...graph.scenarios.assumptions import Merge, Scenario
from ...graph.scenarios.comparison import compare
from ...graph.scenarios.differences import Comparison, Difference
from ...graph.scenarios.figures import Figure
from ...graph.scenarios.sentences import visible
from ...graph.scenarios.values import Value
from ...words import first_upper, gettext
from ..analysis.comparisons import causes_text, change_text, value_text
from ..maps.page import Figure as Drawing
from ..maps.page import figure_of
from ..maps.reading import WIDTH, AreaValue, Map
from ..maps.scale import scale_of
from ..reading.solutions import Reading
from ..web.negotiation import Language
from .trial import Trial, territory_of

LEVEL = "epci"
"""The level that a figure is mapped at: what opens or closes is felt by intercommunality."""
ELSEWHERE = 60
"""Rows of other territories on the page; files hold them all."""
_SAID = 4
"""Sentences that the page begins with."""


@dataclass(frozen=True)
class Result:
    """A comparison for a territory, and the figure on the map: its values before and after by territory.

    `mappable` are the figures that change in some territory of the map, those that change in most first.
    """

    comparison: Comparison
    territory: Territory
    mappable: tuple[Figure, ...]
    mapped: Figure | None
    values: Mapping[str, tuple[Value, Value]]


def compute(view: RegionView, scenario: Scenario, asked: Trial) -> Result:
    """Compare a scenario for the territory asked; raises as `compare`, UnknownName."""
    territory = territory_of(view, asked.territory, scenario)
    found = compare(view, scenario, [territory.id])
    mappable = _mappable(found)
    mapped = next((one for one in mappable if one.id == asked.figure), next(iter(mappable), None))
    values = _values(view, found, mapped) if mapped else {}
    return Result(found, territory, mappable, mapped, values)


def _mappable(found: Comparison) -> tuple[Figure, ...]:
    figures: dict[str, Figure] = {}
    counts: Counter[str] = Counter()
    for one in found:
        figure = one.figure
        if (
            figure.indicator
            and LEVEL in figure.indicator.levels
            and one.territory.id.startswith(f"territory/{LEVEL}/")
            and visible(figure, one.before, one.after)
        ):
            figures[figure.id] = figure
            counts[figure.id] += not figure.relative
    return tuple(figures[id] for id, _ in counts.most_common())


def _values(view: RegionView, found: Comparison, figure: Figure) -> dict[str, tuple[Value, Value]]:
    """Give a figure of every territory of the map, before and after; those that merge have afterwards what they merge into."""
    places = [one.id for one in Gazetteer.of(view).territories(LEVEL, view.within)]
    every = compare(view, found.scenario, places, [figure.id])
    values: dict[str, tuple[Value, Value]] = {}
    for one in every:
        values[one.territory.id] = (one.before, one.after)
        values |= {part.id: (before, one.after) for part, before in one.parts}
    return values


def draw(view: RegionView, result: Result, reading: Reading, said: Language) -> list[Drawing]:
    """Draw the figure of the map before and after, with one scale."""
    figure = result.mapped
    if figure is None or figure.indicator is None:
        return []
    outlines = Outlines.of(view)
    layer = outlines.layer(LEVEL, view.within, WIDTH)
    within = outlines.ground.territory(view.within)
    known = [value.value for pair in result.values.values() for value in pair if value.value is not None]
    scale = scale_of(figure.indicator, known)
    drawn = []
    for when, title in enumerate((gettext("Avant", said), gettext("Après (simulé)", said))):
        cells = [_cell(one, result.values.get(one.id), when) for one in layer.territories]
        shown = Map(figure.indicator, LEVEL, within, None, None, layer, cells, scale)
        drawing = figure_of(shown, reading, said, f"carte{when}", here=result.territory.id)
        drawn.append(replace(drawing, title=title))
    return drawn


def _cell(territory: Territory, values: tuple[Value, Value] | None, when: int) -> AreaValue:
    if values is None:
        return AreaValue(territory, None, None, None, "none")
    value = values[when]
    return AreaValue(territory, value.value, None, None, None if value.value is not None else value.status)


def told(result: Result, said: Language) -> dict[str, Any]:
    """Give what the page says of a comparison, for its template."""
    found = result.comparison
    named = {place.id for place in found.named}
    here = [one for one in found if one.territory.id in named]
    changed = [one for one in here if one.changed]
    elsewhere = [one for one in found if one.territory.id not in named]
    words = found.words
    return {
        "assumptions": [first_upper(one[said]) for one in words],
        "sentences": [
            *(loss.sentence[said] for loss in found.losses),
            *(one.sentence[said] for one in _telling(changed)),
        ],
        "territories": [_of_place(place, found, here, said) for place in found.named],
        **_of_mergers(here, said),
        **_of_unchanged(here, said, words),
        "elsewhere_rows": [_row(one, said, words) for one in elsewhere[:ELSEWHERE]],
        "elsewhere_all": len(elsewhere),
        "several": len(words) > 1,
        "notes": [one[said] for one in found.notes],
        **_of_maps(result, said),
    }


def _of_place(
    place: Thing, found: Comparison, here: Sequence[Difference], said: Language
) -> tuple[Thing, list[dict[str, Any]], list[Difference]]:
    """Give what changes in a place, and its figures where it is what others merge into."""
    mine = [one for one in here if one.territory.id == place.id]
    merged = any(isinstance(one, Merge) and one.id == place.id for one in found.scenario.assumptions)
    return place, [_row(one, said, found.words) for one in mine if one.changed], mine if merged else []


def _of_mergers(here: Sequence[Difference], said: Language) -> dict[str, Any]:
    mergers = [one for one in here if one.parts]
    return {
        "merged": [_merger(one, said) for one in mergers if _known(one)],
        "parts": [part.label for part, _ in mergers[0].parts] if mergers else [],
    }


def _of_maps(result: Result, said: Language) -> dict[str, Any]:
    return {
        "map_options": [(one.id, first_upper(one.label[said])) for one in result.mappable],
        "map_chosen": result.mapped.id if result.mapped else "",
    }


def _of_unchanged(here: Sequence[Difference], said: Language, words: Sequence[Any]) -> dict[str, Any]:
    known = [one for one in here if one.after.value is not None]
    return {
        "unchanged": [_row(one, said, words) for one in known if not one.changed],
        "unknown": [first_upper(one.figure.label[said]) for one in here if one.after.value is None],
    }


def _telling(changed: Sequence[Difference]) -> list[Difference]:
    """Choose what is said in sentences: people who gain or lose something near them first, no figure relative to others."""
    told = [one for one in changed if not one.figure.relative]
    reach = [one for one in told if one.figure.indicator and one.figure.indicator.formula == "reach"]
    return [*reach, *(one for one in told if one not in reach)][:_SAID]


def _row(one: Difference, said: Language, words: Sequence[Any]) -> dict[str, Any]:
    figure = one.figure
    indicator = figure.indicator
    return {
        "id": figure.id,
        "territory": one.territory,
        "label": first_upper(figure.label[said]),
        "definition": indicator.definition[said] if indicator else "",
        "limits": (indicator.limits.get(said) or "") if indicator else "",
        "address": "" if figure.of_scenarios else f"/indicateurs/{figure.id}",
        "before": value_text(one, one.before, said),
        "after": value_text(one, one.after, said),
        "change": change_text(one, said),
        "causes": causes_text(one, said, words),
        "sentence": one.sentence[said],
    }


def _known(one: Difference) -> bool:
    return any(value.value for value in (one.after, *(value for _, value in one.parts)))


def _merger(one: Difference, said: Language) -> dict[str, Any]:
    return {
        "label": first_upper(one.figure.label[said]),
        "parts": [value_text(one, value, said) for _, value in one.parts],
        "after": value_text(one, one.after, said),
    }
