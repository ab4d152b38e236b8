"""What the pages of indicators show: the list and what keeps an indicator in it, sources with their dates, rows, spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...graph.indicators.basis import Basis
from ...graph.indicators.declaration import Indicator
from ...graph.region.text import fold
from ...graph.sparql.results import Value
from ...ontology.vocabulary import ID
from ...words import Number, first_upper, gettext, ngettext, number
from ..labels.wording import FREQUENCIES, LEVELS
from ..maps.atlas import Atlas
from ..maps.drawing import STATUSES
from ..maps.reading import absence, unit_of
from ..reading.cube import Selection, bins, periods_of
from ..reading.solutions import Reading
from ..web.negotiation import Language
from .words import date_words


@dataclass(frozen=True)
class IndicatorList:
    """An indicator in the list: its words, and what it can be found by."""

    one: Indicator
    title: str
    definition: str
    frequency: str
    levels: list[str]
    sources: list[str]
    period: str


def indicator_list(atlas: Atlas, said: Language) -> list[IndicatorList]:
    """List all the indicators by title."""
    periods = periods_of(atlas.cube)
    return sorted(
        (
            IndicatorList(
                one,
                first_upper(one.title[said]),
                one.definition[said],
                FREQUENCIES[one.frequency][said],
                [LEVELS[level][said] for level in one.levels],
                list(one.sources),
                atlas.cube.as_of(one.id, periods.get(one.id)) or periods.get(one.id, ""),
            )
            for one in atlas.cube.indicators.values()
        ),
        key=lambda each: fold(each.title),
    )


def keeps(shown: IndicatorList, asked: Mapping[str, str]) -> bool:
    """Say whether a text, a topic, a source, a frequency and a level keep an indicator."""
    one = shown.one
    words = fold(f"{shown.title} {shown.definition} {one.id}")
    return (
        all(word in words for word in fold(asked["q"]).split())
        and asked["topic"] in ("", one.topic)
        and (not asked["source"] or asked["source"] in one.sources)
        and asked["frequency"] in ("", one.frequency)
        and (not asked["level"] or asked["level"] in one.levels)
    )


def source_labels(reading: Reading, names: list[str]) -> dict[str, str]:
    """Give the names of sources by their short name."""
    reading.learn_labels([f"{ID}source/{name}" for name in names])
    return {name: reading.label(f"{ID}source/{name}") for name in names}


def sources_of(reading: Reading, basis: Basis, said: Language) -> list[dict[str, str]]:
    """Name the sources of an indicator, with the date of their data and of their load where the graph tells them."""
    names = [one.name for one in basis.sources]
    labels = source_labels(reading, names)
    known = {row["source"] for row in reading.block("home/datasets").rows if "source" in row}
    loads = {
        row["graph"].rsplit("/", 1)[-1]: row for row in reading.block("dataset/graphs").rows if "graph" in row
    }
    return [
        {
            "name": one.name,
            "iri": f"{ID}source/{one.name}" if f"{ID}source/{one.name}" in known else "",
            "label": labels[one.name],
            "period": date_words(one.date, said),
            "loaded": date_words(loads.get(one.name, {}).get("loaded", "")[:10], said),
        }
        for one in basis.sources
    ]


def row_of(
    row: Mapping[str, Any], found: Selection, said: Language, groups: Mapping[str, str]
) -> dict[str, Any]:
    """Give a value as a row of the table of a page."""
    place = str(row["territory"]).removeprefix("territory/")
    status = str(row["status"] or "missing")
    one, unit = found.indicator, unit_of(found.indicator)
    text = (
        absence(status, row["low"], row["high"], one, said)
        if row["value"] is None
        else number(row["value"], said, one.decimals) + unit
    )
    interval = ""
    if row["value"] is not None and row["low"] is not None:
        interval = f"{number(row['low'], said, one.decimals)} – {number(row['high'], said, one.decimals)}"
    return {
        "place": place,
        "label": row["label"],
        "group": groups.get(row["by"] or "", ""),
        "period": found.as_of(row["period"]) or row["period"],
        "text": text,
        "interval": interval,
        "status": status if row["value"] is None else "",
    }


def without(found: Selection, said: Language) -> list[str]:
    """Count the values that are not there, by reason."""
    reasons = found.frame.filter(found.frame["value"].is_null())["status"].value_counts(sort=True)
    return [
        gettext("{name} : {n}", said, name=STATUSES[status or "missing"], n=Number(count))
        for status, count in reasons.iter_rows()
    ]


def summary_of(found: Selection, unit: str, said: Language) -> str:
    """Say in one line how many values are known, and between which."""
    known, one = found.known, found.indicator
    if not known:
        return gettext("Aucune valeur à ce niveau.", said)
    low, high = (number(value, said, one.decimals) + unit for value in (min(known), max(known)))
    return ngettext(
        "{n} valeur connue sur {whole}, de {low} à {high}.",
        "{n} valeurs connues sur {whole}, de {low} à {high}.",
        len(known),
        said,
        whole=Number(found.frame.height),
        low=low,
        high=high,
    )


def spread_of(known: Sequence[float], one: Indicator, said: Language) -> list[list[Value]]:
    """Count the territories by classes of values: what is drawn, and its table."""
    unit = unit_of(one)
    return [
        [
            f"{number(low, said, _decimals(one, low))} – {number(high, said, _decimals(one, high))}{unit}",
            count,
        ]
        for low, high, count in bins(known)
    ]


def _decimals(one: Indicator, edge: float) -> int:
    return max(one.decimals, 0 if edge == int(edge) else 2)
