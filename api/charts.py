"""Charts drawn on the server as SVG, as questions hint: no client code, one line that says what they show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..graph.results import Rows, Value, plain
from ..queries.query import Chart
from .chart_drawing import bars, lines, place_of, said, svg
from .negotiation import Language
from .results_table import heading

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


def draw(rows: Rows, chart: Chart, title: str, language: Language = "fr") -> Drawing:
    """Draw an answer as its question hints; what is not drawn is counted in the summary.

    Where the answer has several rows for one place of a series the first is drawn (the queries put it first).

    >>> chart = Chart("bar", "place", "n")
    >>> draw(Rows(["place", "n"], [["Gap", 3], ["Briançon", 1]]), chart, "Sites").summary
    '2 valeurs, de 1 (Briançon) à 3 (Gap).'
    """
    points = _points(rows, chart)
    distinct: dict[tuple[str, str], Point] = {}
    for point in points:
        distinct.setdefault((point.category, point.series), point)
    most = MOST_POINTS if chart.kind == "line" else MOST_BARS
    categories = list(dict.fromkeys(point.category for point in distinct.values()))
    series = list(dict.fromkeys(point.series for point in distinct.values()))
    if chart.kind == "line":
        categories.sort(key=place_of)
    if len(series) > MOST_SERIES:
        series = sorted(series, key=lambda name: -_total(distinct.values(), name))[:MOST_SERIES]
    categories = categories[: max(4, most // max(1, len(series) if chart.kind == "bar" else 1))]
    drawn = {key: p for key, p in distinct.items() if key[0] in set(categories) and key[1] in set(series)}
    values = {key: point.value for key, point in drawn.items()}
    summary = _summary(list(drawn.values()), len(points), language)
    make = lines if chart.kind == "line" else bars
    body, height = make(categories, series, values, language)
    return Drawing(
        svg(body, height, title, summary),
        summary,
        [heading(chart.category, language), *([name or heading(chart.value, language) for name in series])],
        [[c, *(said(values.get((c, name)), language) for name in series)] for c in categories],
    )


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


def _total(points: Iterable[Point], series: str) -> float:
    return sum(abs(point.value or 0.0) for point in points if point.series == series)


def _summary(drawn: list[Point], total: int, language: Language) -> str:
    english = language == "en"
    known = [(p.value, p) for p in drawn if p.value is not None]
    if not known:
        return "No value to draw." if english else "Aucune valeur à dessiner."

    def told(point: Point) -> str:
        place = ", ".join(part for part in (point.category, point.series) if part)
        return f"{said(point.value, language)} ({place})"

    least, most = min(known, key=lambda pair: pair[0])[1], max(known, key=lambda pair: pair[0])[1]
    missing, left = len(drawn) - len(known), total - len(drawn)
    count = said(len(known), language)
    if english:
        told_all = f"{count} value{'s' if len(known) > 1 else ''}, from {told(least)} to {told(most)}"
        told_all += f"; {missing} without a value (not zero)" if missing else ""
        told_all += f"; {said(left, language)} rows of the table are not drawn" if left else ""
    else:
        told_all = f"{count} valeur{'s' if len(known) > 1 else ''}, de {told(least)} à {told(most)}"
        told_all += f" ; {missing} sans valeur (ce n’est pas zéro)" if missing else ""
        told_all += f" ; {said(left, language)} lignes du tableau ne sont pas dessinées" if left else ""
    return told_all + "."
