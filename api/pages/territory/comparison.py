"""Two to six territories side by side at `/territoires/comparaison`: their key figures, at an address that can be shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from ....graph.indicators.cube import Value
from ....graph.indicators.declaration import TOPICS, Indicator
from ....graph.region.gazetteer import Territory
from ....words import N_, gettext, join_words
from ...labels.wording import level_name
from ...render.rendering import page
from ...web.negotiation import Language
from ...web.page_error import PageError
from ...web.page_language import choose_language
from .figures import FIRST, figure_description, figure_text, rests_on_interactions, years_of_interactions
from .matter import PortraitData

ADDRESS = "/territoires/comparaison"
LEAST, MOST = 2, 6
"""Territories that are compared at least and at most: more columns are no longer read side by side."""


def keys_of(asked: Sequence[str]) -> list[str]:
    """Give the territories asked, each once, in their order: `level/code`, repeated or between commas; raises PageError (400).

    >>> keys_of(["epci/200040715,epci/200071413", "epci/200040715"])
    ['epci/200040715', 'epci/200071413']
    """
    keys = list(dict.fromkeys(key.strip() for text in asked for key in text.split(",") if key.strip()))
    if len(keys) > MOST:
        raise PageError(400, N_("{n} territoires au plus se comparent côte à côte.", n=MOST))
    return keys


def compare(request: Request, seen: PortraitData | None, places: Sequence[Territory]) -> Response:
    """Draw the key figures of territories side by side; with fewer than two, say how to choose them."""
    said = choose_language(request)
    values = (
        {one.id: {value.indicator.id: value for value in _latest(seen, one)} for one in places}
        if seen
        else {}
    )
    keys = [one.id.removeprefix("territory/") for one in places]
    return page(
        request,
        "territory_comparison.html",
        language=said,
        places=[
            (f"/territoires/{key}", one.label, level_name(one.level, said), _address(other for other in keys if other != key))
            for key, one in zip(keys, places, strict=True)
        ],
        names=join_words([one.label for one in places], said),
        topics=_topics(seen, places, values, said) if seen and len(places) >= LEAST else [],
        levels=len({one.level for one in places}),
        least=LEAST,
        most=MOST,
        trail=[("/territoires", gettext("Territoires", said)), (None, gettext("Comparaison", said))],
    )  # fmt: skip


def _address(keys: Iterable[str]) -> str:
    return f"{ADDRESS}?{urlencode([('among', key) for key in keys])}"


def _latest(seen: PortraitData, place: Territory) -> list[Value]:
    return [
        one
        for one in seen.values(place.id)
        if not one.indicator.options.get("series") and not figure_description(one.indicator, "fr")["again"]
    ]


def _topics(
    seen: PortraitData, places: Sequence[Territory], values: Mapping[str, Mapping[str, Value]], said: Language
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Give, by topic, the indicators that one of the territories at least has a value of, with a cell for each territory."""
    known: dict[str, Indicator] = {
        name: value.indicator
        for found in values.values()
        for name, value in found.items()
        if value.value is not None
    }
    of_ties = years_of_interactions(seen, *places)
    first = {name: rank for rank, name in enumerate(FIRST)}
    found: dict[str, list[dict[str, Any]]] = {topic: [] for topic in TOPICS}
    for name in sorted(known, key=lambda name: first.get(name, len(first))):
        cells = [values[place.id].get(name) for place in places]
        told = next(one for one in cells if one is not None and one.value is not None)
        found[known[name].topic].append(
            {
                "id": name, "title": known[name].title[said],
                "when": (of_ties if rests_on_interactions(known[name]) else "")
                or seen.cube.as_of(name, told.period)
                or told.period,
                "cells": [
                    (figure_text(one, said), "") if one is not None and one.value is not None
                    else ("", one.status if one is not None else "missing")
                    for one in cells
                ],
            }
        )  # fmt: skip
    return [(TOPICS[topic][said], rows) for topic, rows in found.items() if rows]
