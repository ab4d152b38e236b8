"""Pieces of maps in SVG: colours, patterns of what has no value, legend, scale bar, names of towns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ...words import N_, Spoken, number
from ..render.picture import clean
from ..web.negotiation import Language
from .scale import Scale

#: Fallback colours, for a file opened alone and for print; the style sheet of the site has those of dark screens. From
#: ColorBrewer's YlGnBu and PuOr (C. Brewer, Apache-2.0): told apart by colour-blind readers, and ordered in grey.
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        **dict(
            zip(
                (f"s{n}" for n in range(1, 9)),
                ("#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494", "#081d58"),
                strict=True,
            )
        ),
        **dict(
            zip(
                (f"b{n}" for n in range(1, 6)),
                ("#fee0b6", "#fdb863", "#e08214", "#b35806", "#7f3b08"),
                strict=True,
            )
        ),
        **dict(
            zip(
                (f"a{n}" for n in range(1, 6)),
                ("#d8daeb", "#b2abd2", "#8073ac", "#542788", "#2d004b"),
                strict=True,
            )
        ),
        "zero": "#ffffff",
        "rond": "#0f5a66",
    }
)
INK, SOFT, LINE, PAPER = "#18262c", "#4c5c64", "#8b8a7c", "#ffffff"
ZERO_RADIUS = 2.4
ZERO_ROUND = f'class="rond-zero" fill="{PAPER}" stroke="{COLOURS["rond"]}"'
ROUND = f'class="rond" fill="{COLOURS["rond"]}" fill-opacity=".55" stroke="{COLOURS["rond"]}"'
MARK = f'class="papier repere" fill="{PAPER}" stroke="{SOFT}" stroke-width="1.2"'
"""What a zero, a circle and the mark of a status look like: attributes of each, or of the group that holds many."""

STATUSES: Mapping[str, Spoken] = MappingProxyType(
    {
        "missing": N_("donnée manquante"),
        "suppressed": N_("secret statistique"),
        "insufficient": N_("trop peu de cas, ou aucun"),
        "none": N_("sans objet : l’indicateur n’en dit rien"),
    }
)
"""Why a territory has no value; each has its pattern, and its mark where the territory is a point."""
#: Strokes of the patterns, in a square of eight units.
_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "missing": '<path d="M0 8 8 0M-2 2 2 -2M6 10 10 6" stroke-width="1.3"/>',
        "suppressed": '<path d="M1.2 2h1.7M5.2 6h1.7" stroke-width="1.9"/>',
        "insufficient": '<path d="M0 0 8 8M0 8 8 0" stroke-width=".9"/>',
        "none": '<path d="M4 0v8" stroke-width=".7"/>',
    }
)
_MARKS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "M-2.6-2.6h5.2v5.2h-5.2z",
        "suppressed": "M0-3.2 3 2.4h-6z",
        "insufficient": "M0-3.4 3.4 0 0 3.4-3.4 0z",
        "none": "M-2.6 0h5.2",
    }
)


def patterns(name: str, statuses: Sequence[str], steps: Sequence[str]) -> str:
    """Give the patterns that a drawing needs: those of statuses, and lines over the colours under a pivot."""
    made = [
        f'<pattern id="{name}-{status}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" '
        f'class="papier" fill="{PAPER}"/><g class="motif" stroke="{SOFT}" fill="none">{_PATTERNS[status]}</g></pattern>'
        for status in statuses
    ]
    made += [
        f'<pattern id="{name}-{step}" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" '
        f'class="{step}" fill="{COLOURS[step]}"/><path d="M0 3H6" class="raie" stroke="{_contrary(step)}" stroke-width=".7"/>'
        "</pattern>"
        for step in steps
        if step[0] == "b"
    ]
    made += [
        f'<pattern id="{name}-{one}-10" href="#{name}-{one}" patternTransform="scale(10)"/>'
        for one in (*statuses, *(step for step in steps if step[0] == "b"))
    ]
    return f"<defs>{''.join(made)}</defs>" if made else ""


def _contrary(step: str) -> str:
    return PAPER if int(step[1]) > 2 else "#7f3b08"


def fill(name: str, step: str, *, tenths: bool = False) -> str:
    """Give the attributes that fill a mark with the colour of a class, or with the pattern of a status.

    `tenths` is for paths written in tenths of a unit.
    """
    if step in STATUSES or step[0] == "b":
        return f'fill="url(#{name}-{step}{"-10" if tenths else ""})"'
    return f'class="{step}" fill="{COLOURS[step]}"'


def mark_place(status: str, x: float, y: float) -> str:
    """Give the attributes that put the mark of a status at a point; `MARK` are those of its look."""
    return f'd="{_MARKS[status]}" transform="translate({x:.1f} {y:.1f})"'


def swatch(name: str, step: str, x: float = 0, y: float = 0, *, points: bool = False) -> str:
    """Draw the box of a class or status in a legend; `points` adds the mark of a status to its pattern.

    >>> swatch("m", "s1")
    '<rect x="0.5" y="0.5" width="22" height="14" class="s1" fill="#edf8b1" stroke="#4c5c64"/>'
    """
    if step == "rond0":
        return f'<circle cx="{x + 11.5:g}" cy="{y + 7.5:g}" r="{ZERO_RADIUS:g}" {ZERO_ROUND}/>'
    place = f'x="{x + 0.5:g}" y="{y + 0.5:g}" width="22" height="14"'
    box = f'<rect {place} {fill(name, step)} stroke="{SOFT}"/>'
    if points and step in STATUSES:
        box += f"<path {mark_place(step, x + 11.5, y + 7.5)} {MARK}/>"
    return box


def label(
    x: float, y: float, text: str, size: float = 12, *, anchor: str = "start", soft: bool = False
) -> str:
    """Write a text."""
    look = f'class="doux" fill="{SOFT}"' if soft else f'class="encre" fill="{INK}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" {look}>{clean(text)}</text>'


def towns(named: Sequence[tuple[str, float, float]], width: float) -> str:
    """Write the names of the largest communes, each at a dot; they are no marks of the map."""
    parts = []
    for text, x, y in named:
        right = x + 7.2 * len(text) + 8 > width
        parts.append(
            f'<g transform="translate({x:.1f} {y:.1f})"><circle r="1.9" class="encre" fill="{INK}"/>'
            f'<text x="{-5 if right else 5}" y="-4" text-anchor="{"end" if right else "start"}" '
            f'class="ville" fill="{INK}" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" '
            f'paint-order="stroke">{clean(text)}</text></g>'
        )
    return f'<g class="villes" aria-hidden="true" font-size="12.5" pointer-events="none">{"".join(parts)}</g>'


def scale_bar(metres: float, x: float, y: float, language: Language) -> str:
    """Draw a bar of a round number of kilometres, about ninety units long, that ends at a place.

    >>> "50 km" in scale_bar(576.0, 700, 500, "fr")
    True
    """
    wanted = 90 * metres / 1000
    power = 10 ** (len(str(int(wanted))) - 1) if wanted >= 1 else 0.1
    kilometres = max((one * power for one in (1, 2, 5) if one * power <= wanted), default=power)
    long = kilometres * 1000 / metres
    said = number(kilometres, language, 0 if kilometres >= 1 else 1)
    return (
        f'<g class="echelle"><path d="M{x - long:.1f} {y - 4:.1f}v4h{long:.1f}v-4" fill="none" class="trait" '
        f'stroke="{INK}"/>{label(x - long / 2, y - 6, f"{said} km", 11, anchor="middle")}</g>'
    )


def entries(scale: Scale, statuses: Sequence[str], unit: str, language: Language) -> list[tuple[str, str]]:
    """List the legend of a map: the name of each colour or pattern, and what it stands for."""
    told: list[tuple[str, str]] = []
    if scale.zero:
        told.append(("zero" if scale.kind == "areas" else "rond0", f"0{unit}"))
    for low, high, step in zip(scale.breaks, scale.breaks[1:], scale.steps, strict=False):
        first, last = (number(float(one), language, scale.decimals) for one in (low, high))
        told.append((step, f"{first} – {last}{unit}" if first != last else f"{last}{unit}"))
    return told + [(one, STATUSES[one][language]) for one in statuses]


def sizes(scale: Scale) -> list[float]:
    """Give round values for the legend of circles, the largest first.

    >>> import numpy as np
    >>> sizes(Scale("circles", np.array([]), (), None, True, largest=437.0))
    [400.0, 100.0, 20.0]
    """
    found: list[float] = []
    for part in (1.0, 0.25, 0.05):
        wanted = scale.largest * part
        if wanted < 1 and scale.decimals == 0:
            continue
        power = 10.0 ** (len(str(int(wanted))) - 1) if wanted >= 1 else 10.0**-scale.decimals
        size = max(int(wanted / power), 1) * power
        if size not in found:
            found.append(size)
    return found


def legend(
    name: str,
    scale: Scale,
    told: Sequence[tuple[str, str]],
    most: float,
    unit: str,
    width: float,
    top: float,
    language: Language,
    *,
    points: bool = False,
) -> tuple[str, float]:
    """Draw a legend under a map, in columns; give it and the height that it takes."""
    parts: list[str] = []
    x, y = 8.0, top + 8
    if scale.kind == "circles" and scale.largest:
        values = sizes(scale)
        high = 2 * max((scale.radius(one, most) for one in values), default=0.0)
        for value in values:
            radius = scale.radius(value, most)
            parts.append(
                f'<circle cx="{x + radius:.1f}" cy="{y + high - radius:.1f}" r="{radius:.1f}" {ROUND}/>'
            )
            text = f"{number(value, language, scale.decimals)}{unit}"
            parts.append(label(x + 2 * radius + 5, y + high - 2, text))
            x += 2 * radius + 7.4 * len(text) + 22
        x, y = 8.0, y + high + 12
    longest = max((len(text) for _, text in told), default=0)
    column = min(width - 16, 40 + 6.9 * longest)
    columns = max(1, int((width - 16) // column))
    rows = -(-len(told) // columns)
    for place, (step, text) in enumerate(told):
        at_x, at_y = x + (place // rows) * column, y + (place % rows) * 21
        parts += [swatch(name, step, at_x, at_y, points=points), label(at_x + 29, at_y + 12, text)]
    return f'<g class="legende-carte">{"".join(parts)}</g>', y + rows * 21 + 4 - top
