"""Pieces of charts in SVG: bars, lines, marks, legends; series differ by form as well as by colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from ..web.negotiation import Language
from .picture import Picture, clean
from .results_table import number_in

Values: TypeAlias = Mapping[tuple[str, str], float | None]
"""The value at each (category, series); None where the answer has a row without a value."""

WIDTH = 760
_LABELS = 250
_SMALL, _LOW = 340.0, 100.0
"""Width of a chart that stands in a card, and the height of its axis."""
_BAR = 18
#: Fallback colours, for a file opened alone; the page's style sheet has its own, for light and dark.
COLOURS = ("#0f5a66", "#b5651d", "#6b4a9c", "#14603d", "#9c2a55", "#4c5c64")
_INK, _SOFT, _GRID, _PAPER = "#18262c", "#4c5c64", "#d9d5c8", "#ffffff"
_DASHES = ("", "7 4", "2 3", "10 3 2 3", "1 5", "14 4")
#: Patterns over the colours of bars: none, then lines and dots.
_PATTERNS = (
    "",
    "M0 8 8 0M-2 2 2 -2M6 10 10 6",
    "M4 0V8",
    "M0 4H8",
    "M0 0 8 8M0 8 8 0",
    "M2 2h1v1h-1zM6 6h1v1h-1z",
)


def value_text(value: float | None, language: Language) -> str:
    """Write a value, a dash where there is none.

    >>> value_text(12.0, "fr"), value_text(0.25, "fr"), value_text(None, "fr")
    ('12', '0,25', '–')
    """
    if value is None:
        return "–"
    return number_in(int(value) if value == int(value) else round(value, 2), language)


def place_of(category: str) -> tuple[float, str]:
    """Place a period on its axis: a year, or the year a text begins with; other texts come last, in order.

    >>> place_of("2019-2020"), place_of("plus tard")
    ((2019.0, '2019-2020'), (inf, 'plus tard'))
    """
    head = category[:4]
    return (float(head), category) if head.isascii() and head.isdigit() else (float("inf"), category)


def picture(body: list[str], height: float, name: str = "", width: float = WIDTH) -> Picture:
    """Put the pieces of a chart together, with the patterns that they use.

    `name` begins the ids of patterns: two charts of one page with several series each need two names.
    """
    drawn = "".join(body)
    patterns = "".join(
        f'<pattern id="{name}motif-{n}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" class="motif" stroke="{_PAPER}" stroke-width="1.6" fill="none"/></pattern>'
        for n, path in enumerate(_PATTERNS)
        if f"#{name}motif-{n})" in drawn
    )
    return Picture(width, height, (f"<defs>{patterns}</defs>" if patterns else "") + drawn, 13)


def svg(body: list[str], height: float, title: str, summary: str, width: float = WIDTH) -> str:
    """Write a chart as SVG, with its name and what it shows."""
    drawn = picture(body, height, width=width)
    told = f"<title>{clean(title)}</title><desc>{clean(summary)}</desc>"
    return replace(drawn, body=told + drawn.body).svg(f"{title}. {summary}", kind="graphique")


def _label(
    text: str, x: float, y: float, *, anchor: str = "start", soft: bool = False, longest: int = 34
) -> str:
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    tip = f"<title>{clean(text)}</title>" if cut != text else ""
    look = f'class="doux" fill="{_SOFT}"' if soft else f'class="encre" fill="{_INK}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {look}>{clean(cut)}{tip}</text>'


def _legend(series: Sequence[str], mark: str, name: str = "") -> tuple[list[str], float]:
    """Draw the names of the series with their mark, in lines; give the height taken."""
    if series == [""] or not series:
        return [], 0.0
    parts, x, y = [], 4.0, 6.0
    for number, one in enumerate(series):
        width = 34 + 7.4 * min(len(one), 44)
        if x + width > WIDTH and x > 4:
            x, y = 4.0, y + 22
        parts.append(_mark(number, x + 8, y + 8) if mark == "line" else _box(number, x, y + 1, 16, 14, name))
        parts.append(_label(one, x + 22, y + 12.5, longest=44))
        x += width
    return parts, y + 30


def _box(series: int, x: float, y: float, width: float, height: float, name: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.8):.1f}" height="{height:.1f}"'
    n = series % len(COLOURS)
    box = f'<rect {place} class="serie-{n}" fill="{COLOURS[n]}"/>'
    return box + (f'<rect {place} fill="url(#{name}motif-{n})"/>' if _PATTERNS[n] else "")


def _mark(series: int, x: float, y: float) -> str:
    n = series % len(COLOURS)
    shape = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"',
        f'<rect x="{x - 3.6:.1f}" y="{y - 3.6:.1f}" width="7.2" height="7.2"',
        f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z"',
        f'<path d="M{x:.1f} {y - 5.4:.1f}l5 5.4-5 5.4-5-5.4z"',
        f'<path d="M{x:.1f} {y + 5:.1f}l5-9h-10z"',
        f'<path d="M{x - 5:.1f} {y - 1.6:.1f}h10v3.2h-10z"',
    )[n]
    return f'{shape} class="serie-{n}" fill="{COLOURS[n]}"/>'


def _ticks(low: float, high: float, steps: int = 6) -> list[float]:
    """Give round values over an interval, about as many as `steps`.

    >>> _ticks(0.0, 103.0), _ticks(0.0, 0.0)
    ([0.0, 20.0, 40.0, 60.0, 80.0, 100.0, 120.0], [0.0, 1.0])
    """
    if high - low < 1e-290:  # nothing, or so little that a scale has no number
        return [low, low + 1.0]
    raw = Decimal(str(high - low)) / steps
    unit = Decimal(10) ** raw.adjusted()
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n >= raw)
    first = int(Decimal(str(low)) // step) - (low < 0 and Decimal(str(low)) % step != 0)
    ticks = [float(step * first)]
    number = first
    while ticks[-1] < high:
        number += 1
        ticks.append(float(step * number))
    return ticks


def _range(values: Values, steps: int = 6) -> list[float]:
    known = [value for value in values.values() if value is not None] or [0.0]
    return _ticks(min(0.0, *known, 0.0), max(0.0, *known, 0.0), steps)


def bars(
    categories: list[str],
    series: list[str],
    values: Values,
    language: Language,
    room: int = _LABELS,
    name: str = "",
) -> tuple[list[str], float]:
    """Draw horizontal bars, one for each category and series, with their values; names have `room` pixels.

    `name` begins the ids of patterns, as in `picture`.
    """
    parts, top = _legend(series, "bar", name)
    ticks = _range(values)
    left, right = room + 8.0, WIDTH - 90.0
    scale = (right - left) / (ticks[-1] - ticks[0])
    zero = left - ticks[0] * scale
    group = _BAR * max(1, len(series)) + 8
    bottom = top + group * len(categories) + 4
    for tick in ticks:
        x = left + (tick - ticks[0]) * scale
        parts.append(f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" class="grille" stroke="{_GRID}"/>')
        parts.append(_label(value_text(tick, language), x, bottom + 16, anchor="middle", soft=True))
    for row, category in enumerate(categories):
        y = top + row * group + 4
        y_text = y + (group - 8) / 2 + 4.5
        parts.append(_label(category, room, y_text, anchor="end", longest=34 + (room - _LABELS) // 7))
        for number, one in enumerate(series):
            if (category, one) not in values:
                continue
            value, at = values[category, one], y + number * _BAR
            length = (value or 0.0) * scale
            if value is not None:
                parts.append(_box(number, min(zero, zero + length), at + 1, abs(length), _BAR - 3, name))
            parts.append(
                _label(value_text(value, language), max(zero, zero + length) + 5, at + 13, soft=value is None)
            )
    parts.append(f'<path d="M{zero:.1f} {top:.1f}V{bottom:.1f}" class="axe" stroke="{_SOFT}"/>')
    return parts, bottom + 26


def _line(number: int, dots: list[tuple[float, float | None]]) -> list[str]:
    """Draw the line of a series, broken where it has no value, then a mark at each of its values."""
    n = number % len(COLOURS)
    path = "".join(
        f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"
        for (x0, y0), (x1, y1) in pairwise(dots)
        if y0 is not None and y1 is not None
    )
    dash = f' stroke-dasharray="{_DASHES[n]}"' if _DASHES[n] else ""
    stroke = f'<path d="{path}" class="trait-{n}" fill="none" stroke="{COLOURS[n]}" stroke-width="2"{dash}/>'
    return [*([stroke] if path else []), *(_mark(number, x, y) for x, y in dots if y is not None)]


def lines(
    categories: list[str],
    series: list[str],
    values: Values,
    language: Language,
    size: tuple[float, float] = (WIDTH, 300.0),
) -> tuple[list[str], float]:
    """Draw a line for each series over the periods; a missing value breaks the line. `size`: width in all, height of the axis."""
    parts, top = _legend(series, "line")
    ticks = _range(values, 6 if size[1] > _LOW else 2)
    top, left, right, height = top + 8, 18.0, size[0] - 24.0, size[1]
    left += 7.6 * max(len(value_text(tick, language)) for tick in ticks)
    bottom = top + height
    scale = height / (ticks[-1] - ticks[0])
    years = [place_of(category)[0] for category in categories]
    even = float("inf") in years or len(set(years)) < len(years)
    places: Sequence[float] = range(len(years)) if even else years
    span = (places[-1] - places[0]) if len(places) > 1 else 0.0
    xs = [
        left + 14 + (place - places[0]) * (right - left - 28) / span if span else (left + right) / 2
        for place in places
    ]
    for tick in ticks:
        y = bottom - (tick - ticks[0]) * scale
        parts.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" class="grille" stroke="{_GRID}"/>')
        parts.append(_label(value_text(tick, language), left - 8, y + 4.5, anchor="end", soft=True))
    last = -1e9
    for x, category in zip(xs, categories, strict=True):
        parts.append(f'<path d="M{x:.1f} {bottom:.1f}v5" class="axe" stroke="{_SOFT}"/>')
        if x - last > 8.2 * len(category[:9]) + 8:
            parts.append(_label(category, x, bottom + 20, anchor="middle", soft=True, longest=9))
            last = x
    for number, name in enumerate(series):
        parts += _line(
            number,
            [
                (
                    x,
                    None
                    if (value := values.get((category, name))) is None
                    else bottom - (value - ticks[0]) * scale,
                )
                for x, category in zip(xs, categories, strict=True)
            ],
        )
    parts.append(f'<path d="M{left:.1f} {bottom:.1f}H{right:.1f}" class="axe" stroke="{_SOFT}"/>')
    return parts, bottom + 34


def years(values: Mapping[str, float | None], title: str, words: str, language: Language) -> str:
    """Draw one series over its periods as a small chart with axes, in SVG; `words` say how it goes.

    >>> years({"2020": 1.0, "2021": None, "2022": 3.0}, "Projets", "de 1 à 3", "fr").count("<circle")
    2
    """
    placed = {(period, ""): value for period, value in values.items()}
    body, height = lines(list(values), [""], placed, language, (_SMALL, _LOW))
    return svg(body, height, title, words, _SMALL)
