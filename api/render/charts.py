"""Charts drawn on the server as SVG, as questions hint: no client code, one line that says what they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from ...graph.sparql.results import Rows, Value, plain
from ...queries.columns import Variable, heading
from ...queries.query import Chart
from ...words import EMPTY, N_, Number, Spoken, gettext, ngettext
from ..labels.typesetting import typeset
from ..web.negotiation import Language
from .chart_drawing import bars, lines, place_of, svg, value_text

MOST_BARS = 40
MOST_SERIES = 6
MOST_POINTS = 400


@dataclass(frozen=True)
class Point:
    """A value at a place of the category axis, in a series; None where the answer has no value."""

    category: str
    series: str
    value: float | None


@dataclass(frozen=True)
class Drawing:
    """A chart: its SVG, one line that says what it shows, and a table of what is drawn (`head`, `rows`)."""

    svg: str
    summary: str
    head: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def _repr_html_(self) -> str:
        """Show the chart in a notebook."""
        return self.svg


def draw(
    rows: Rows,
    chart: Chart,
    title: str,
    language: Language = "fr",
    columns: Mapping[str, Variable] = MappingProxyType({}),
) -> Drawing:
    """Draw an answer as its question hints; what is not drawn is counted in the summary.

    Where the answer has several rows for one place of a series they are added if the hint says so; else the
    first is drawn.

    >>> chart = Chart("bar", "place", "n")
    >>> draw(Rows(["place", "n"], [["Gap", 3], ["Briançon", 1]]), chart, "Sites").summary
    '2 valeurs, de 1 (Briançon) à 3 (Gap).'
    """
    points = _points(rows, chart)
    placed = _placed(points, chart.total)
    categories, series = _axes(placed.values(), chart)
    rank = {name: place for place, name in enumerate(categories)}
    drawn = {key: p for key, p in placed.items() if key[0] in rank and key[1] in series}
    values = {key: point.value for key, point in drawn.items()}
    told = [p for p in points if (p.category, p.series) in drawn] if chart.total else list(drawn.values())
    without = sum(point.value is None for point in told)
    summary = _summary(list(drawn.values()), without, len(points) - len(told), language)
    make = lines if chart.kind == "line" else bars
    body, height = make(categories, series, values, language)
    return Drawing(
        svg(body, height, title, summary),
        summary,
        [
            heading(chart.category, language, columns),
            *(name or heading(chart.value, language, columns) for name in series),
        ],
        [[c, *(value_text(values.get((c, name)), language) for name in series)] for c in categories],
    )


def _placed(points: Iterable[Point], total: bool) -> dict[tuple[str, str], Point]:
    """Give the one point of each place of a series: the first, or the sum of those that have a value."""
    placed: dict[tuple[str, str], Point] = {}
    for point in points:
        place = (point.category, point.series)
        known = placed.setdefault(place, point)
        if total and known is not point and point.value is not None:
            placed[place] = Point(*place, (known.value or 0.0) + point.value)
    return placed


def _axes(points: Iterable[Point], chart: Chart) -> tuple[list[str], list[str]]:
    """Give the categories and the series to draw: periods in order, sums from the largest, else as they come."""
    by_category: dict[str, float] = {}
    by_series: dict[str, float] = {}
    for point in points:
        size = abs(point.value or 0.0)
        by_category[point.category] = by_category.get(point.category, 0.0) + size
        by_series[point.series] = by_series.get(point.series, 0.0) + size
    categories, series = list(by_category), list(by_series)
    if chart.kind == "line":
        categories.sort(key=place_of)
    elif chart.total:
        categories.sort(key=lambda name: -by_category[name])
    if len(series) > MOST_SERIES:
        series = sorted(series, key=lambda name: -by_series[name])[:MOST_SERIES]
    most = MOST_POINTS if chart.kind == "line" else max(4, MOST_BARS // max(1, len(series)))
    return categories[:most], series


def _points(rows: Rows, chart: Chart) -> list[Point]:
    at = {name: place for place, name in enumerate(rows.columns)}
    if not {chart.category, chart.value} <= at.keys() or (chart.series and chart.series not in at):
        return []

    def text(row: Sequence[Value], variable: str) -> str:
        return plain(row[at[variable]]) if variable else ""

    return [
        Point(text(row, chart.category), text(row, chart.series), _number(row[at[chart.value]]))
        for row in rows.rows
        if row[at[chart.category]] is not None
    ]


def _number(value: Value) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = float(value)
    return number if abs(number) < 1e15 else None


def _summary(drawn: list[Point], without: int, left: int, language: Language) -> str:
    """Say in one line how many values are drawn, the least and the greatest, and what is not drawn."""
    known = [(p.value, p) for p in drawn if p.value is not None]
    if not known:
        return gettext("Aucune valeur à dessiner.", language)

    def told(point: Point) -> str:
        place = ", ".join(part for part in (point.category, point.series) if part)
        return f"{value_text(point.value, language)} ({place})"

    least, most = min(known, key=lambda pair: pair[0])[1], max(known, key=lambda pair: pair[0])[1]
    rest: Spoken = EMPTY
    if without:
        rest = N_(" ; {n} sans valeur (ce n’est pas zéro)", n=Number(without))
    if left:
        undrawn = N_(" ; {n} lignes du tableau ne sont pas dessinées", n=Number(left))
        rest = N_("{first}{second}", first=rest, second=undrawn)
    return typeset(
        ngettext(
            "{n} valeur, de {least} à {most}{rest}.",
            "{n} valeurs, de {least} à {most}{rest}.",
            len(known),
            language,
            least=told(least),
            most=told(most),
            rest=rest,
        ),
        language,
    )
