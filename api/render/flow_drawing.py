"""Flows between two columns of names, as SVG: bands as thick as what they count, names that lead somewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from operator import attrgetter
from typing import TypeAlias

from .chart_drawing import COLOURS
from .picture import Picture, clean

_WIDTH, _ROOM, _BAR, _GAP, _TALL = 960.0, 340.0, 10.0, 12.0, 19.0
"""Pixels in all, for the names of a column, the width of its bars, the room between two, and the least height of one."""
_THICK = 14.0
"""Thickness from which a band has its number written in it."""
_LONGEST = 45


@dataclass(frozen=True)
class Band:
    """A flow: both ends (keys), how much, and what is said of it."""

    source: str
    target: str
    count: int
    words: str


End: TypeAlias = Callable[[Band], str]
_source: End = attrgetter("source")
_target: End = attrgetter("target")


@dataclass(frozen=True)
class _Bar:
    top: float
    height: float
    scale: float


def flow_svg(
    bands: Sequence[Band], names: Mapping[str, tuple[str, str]], heads: tuple[str, str], summary: str
) -> str:
    """Draw bands between their sources, on the left, and their targets; `names` has the name and the address of each key.

    A column stands in the order of its largest sums, each bar as high as what it holds, at one scale for both. A band is told by
    its title, and the bands of a source stand out where it is pointed at or focused (`.flux` in style sheets).

    >>> svg = flow_svg([Band("a", "x", 3, "a – x : 3")], {"a": ("A", "/a"), "x": ("X", "")}, ("D’ici", "D’ailleurs"), "1 lien")
    >>> svg.count('class="ruban"'), svg.count("<a "), 'role="group"' in svg
    (1, 1, True)
    """
    totals = _totals(bands, _source), _totals(bands, _target)
    most = max((sum(column.values()) for column in totals), default=1) or 1
    rows = max((len(column) for column in totals), default=1)
    unit = max(260.0, rows * (_TALL + 9.0)) / most
    left, right = (_bars(column, unit) for column in totals)
    height = 30 + max(_bottom(left), _bottom(right))
    x0, x1 = _ROOM, _WIDTH - _ROOM
    ribbons = _ribbons(bands, left, right, x0 + _BAR, x1)
    body = [_head(heads[0], x0 + _BAR, "end"), _head(heads[1], x1, "start")]
    body += [
        f'<g class="depart">{_named(names[key], bar, x0 - 8, "end")}{_box(bar, x0)}{"".join(ribbons[key])}</g>'
        for key, bar in left.items()
    ]
    body += [
        f"{_box(bar, x1)}{_named(names[key], bar, x1 + _BAR + 8, 'start')}" for key, bar in right.items()
    ]
    return Picture(_WIDTH, height, "".join(body), 13).svg(summary, kind="graphique flux", role="group")


def _totals(bands: Iterable[Band], end: End) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for one in bands:
        counts[end(one)] += one.count
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def _bars(totals: Mapping[str, int], unit: float) -> dict[str, _Bar]:
    found, top = {}, 30.0
    for key, total in totals.items():
        height = max(total * unit, _TALL)
        found[key] = _Bar(top, height, height / total)
        top += height + _GAP
    return found


def _bottom(bars: Mapping[str, _Bar]) -> float:
    last = list(bars.values())[-1:]
    return last[0].top + last[0].height - 24 if last else 0.0


def _places(
    bands: Sequence[Band], bars: Mapping[str, _Bar], others: Mapping[str, _Bar], end: End, other: End
) -> dict[Band, tuple[float, float]]:
    """Give where each band meets its bar, and how thick it is there: in the order of the other column, so that few cross."""
    used: dict[str, float] = defaultdict(float)
    found = {}
    for one in sorted(bands, key=lambda one: others[other(one)].top):
        bar, thick = bars[end(one)], one.count * bars[end(one)].scale
        found[one] = bar.top + used[end(one)], thick
        used[end(one)] += thick
    return found


def _ribbons(
    bands: Sequence[Band], left: Mapping[str, _Bar], right: Mapping[str, _Bar], x0: float, x1: float
) -> dict[str, list[str]]:
    """Draw the bands of each source."""
    starts = _places(bands, left, right, _source, _target)
    ends = _places(bands, right, left, _target, _source)
    found: dict[str, list[str]] = defaultdict(list)
    middle = (x0 + x1) / 2
    for one in bands:
        (y0, thick0), (y1, thick1) = starts[one], ends[one]
        path = (
            f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}v{thick1:.1f}"
            f"C{middle:.1f} {y1 + thick1:.1f} {middle:.1f} {y0 + thick0:.1f} {x0:.1f} {y0 + thick0:.1f}z"
        )
        number = ""
        if min(thick0, thick1) >= _THICK:
            number = (
                f'<text x="{x0 + 5:.1f}" y="{y0 + thick0 / 2 + 4.5:.1f}" class="encre" fill="#18262c" '
                f'pointer-events="none">{one.count}</text>'
            )
        found[one.source].append(
            f'<path d="{path}" class="ruban" fill="{COLOURS[0]}" fill-opacity=".32"><title>{clean(one.words)}</title></path>'
            + number
        )
    return found


def _box(bar: _Bar, x: float) -> str:
    return f'<rect x="{x:.1f}" y="{bar.top:.1f}" width="{_BAR:g}" height="{bar.height:.1f}" class="serie-0" fill="{COLOURS[0]}"/>'


def _head(text: str, x: float, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="16" text-anchor="{anchor}" class="doux" fill="#4c5c64">{clean(text)}</text>'


def _named(name: tuple[str, str], bar: _Bar, x: float, anchor: str) -> str:
    label, address = name
    cut = label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"
    tip = f"<title>{clean(label)}</title>" if cut != label else ""
    text = (
        f'<text x="{x:.1f}" y="{bar.top + bar.height / 2 + 4.5:.1f}" text-anchor="{anchor}" class="encre" fill="#18262c">'
        f"{clean(cut)}{tip}</text>"
    )
    said = f' aria-label="{clean(label)}"' if cut != label else ""
    return f'<a href="{escape(address)}"{said}>{text}</a>' if address else text
