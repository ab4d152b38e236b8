"""Maps as SVG that stands alone: an indicator over the territories of a level, and where a territory is."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from ..graph.indicators.cube import Cube
from ..graph.outlines import Outlines
from ..graph.places import UnknownName
from .map_drawing import (
    COLOURS,
    FONT,
    LINE,
    PAPER,
    ZERO_CIRCLE,
    clean,
    entries,
    fill,
    label,
    legend,
    mark,
    patterns,
    scale_bar,
    towns,
)
from .map_reading import Cell, Map, read_map, summary, told, unit_of
from .negotiation import Language

MOST_LINKS = 600
"""Territories above which shapes are no links: nobody goes through them by keyboard, the table leads to portraits."""


def choropleth_svg(
    outlines: Outlines,
    cube: Cube,
    indicator: str,
    level: str,
    within: str = "region/84",
    *,
    by: str | None = None,
    period: str | None = None,
    method: str | None = None,
    classes: int = 5,
    here: str | None = None,
    language: Language = "fr",
    width: int = 640,
    links: bool = True,
    legend: bool = True,
    name: str = "map",
) -> str:
    """Draw an indicator over the territories of a level within another, as one `<svg>` that needs nothing else.

    Ratios are areas coloured by class, counts are circles over outlines. `here` is a territory (its path) to outline
    strongly; `links` leads each area to its portrait; `name` begins the ids of the drawing: two drawings of one page
    need two names. Raises UnknownName (territory, level or indicator) and ValueError (method).
    """
    shown = read_map(
        outlines, cube, indicator, level, within,
        by=by, period=period, method=method, classes=classes, width=width,
    )  # fmt: skip
    return draw_map(shown, language=language, here=here, links=links, with_legend=legend, name=name)


def draw_map(
    shown: Map,
    *,
    language: Language = "fr",
    here: str | None = None,
    links: bool = True,
    with_legend: bool = True,
    heading: Sequence[str] = (),
    notes: Sequence[str] = (),
    name: str = "map",
) -> str:
    """Draw a map; `heading` are lines above it (the first in bold), `notes` lines under it."""
    layer, frame = shown.layer, shown.layer.frame
    links = links and len(shown.cells) <= MOST_LINKS
    top = 10 + 22 * len(heading) if heading else 0
    above = "".join(
        f'<text x="8" y="{20 + 22 * n}" font-size="{16 if n == 0 else 13}" class="encre"'
        f' font-weight="{700 if n == 0 else 400}">{clean(line)}</text>'
        for n, line in enumerate(heading)
    )
    body = [_areas(shown, name, links, language)]
    if layer.within:
        body.append(_stroked(layer.within, "contour-dans", 14))
    for cell, path in zip(shown.cells, layer.paths, strict=True):
        if cell.territory.id == here and path:
            body.append(_stroked(path, "ici", 28))
    body += [
        _marks(shown, name, links, language),
        towns(layer.towns, frame.width),
        scale_bar(frame.metres, frame.width - 12, frame.height - 8, language),
    ]
    below, height = "", float(frame.height)
    if with_legend:
        unit = unit_of(shown.indicator)
        rows = entries(shown.scale, shown.statuses, unit, language)
        below, taken = legend(
            name,
            shown.scale,
            rows,
            shown.largest_circle,
            unit,
            frame.width,
            height,
            language,
            points=shown.layer.points > 0,
        )
        height += taken
    for line in notes:
        height += 17
        below += label(8, height - 3, line, 11, soft=True)
    height += 8 if notes else 0
    said = f"{shown.indicator.title[language]}. {summary(shown, language)}"
    role = "group" if links else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="carte-svg" viewBox="0 0 {frame.width:g} {height + top:.0f}" '
        f'width="{frame.width:g}" height="{height + top:.0f}" role="{role}" aria-label="{clean(said)}" {FONT}>'
        f"{patterns(name, shown.statuses, shown.scale.steps)}{above}"
        f'<g class="dessin" transform="translate(0 {top})">{"".join(body)}{below}</g></svg>'
    )


def _stroked(path: str, kind: str, wide: int) -> str:
    return (
        f'<path d="{path}" transform="scale(.1)" class="{kind}" fill="none" stroke="#18262c" stroke-width="{wide}" '
        'stroke-linejoin="round" pointer-events="none"/>'
    )


def _areas(shown: Map, name: str, links: bool, language: Language) -> str:
    """Draw the outlines: filled by class, or by status; under circles those with a value have no colour."""
    parts = []
    if shown.layer.base:
        parts.append(f'<path d="{shown.layer.base}" class="fond" fill="{PAPER}"/>')
    circles = shown.scale.kind == "circles"
    for cell, path in zip(shown.cells, shown.layer.paths, strict=True):
        if path is None:
            continue
        if cell.value is None:
            look = fill(name, cell.status or "missing", tenths=True)
        else:
            look = (
                f'class="fond" fill="{PAPER}"'
                if circles
                else fill(name, shown.scale.step(cell.value), tenths=True)
            )
        linked = links and not (circles and cell.value is not None)
        parts.append(_told(cell, shown, f'<path d="{path}" {look}', "path", linked, language))
    return (
        f'<g class="aires" transform="scale(.1)" stroke="{LINE}" stroke-width="6" stroke-linejoin="round" '
        f'fill-rule="evenodd">{"".join(parts)}</g>'
    )


def _marks(shown: Map, name: str, links: bool, language: Language) -> str:
    """Draw circles, and the territories that are points, the largest beneath."""
    parts: list[tuple[float, str]] = []
    circles = shown.scale.kind == "circles"
    for cell, path, (x, y) in zip(
        shown.cells, shown.layer.paths, shown.layer.spots.round(1).tolist(), strict=True
    ):
        if cell.value is None:
            if path is None:
                shape = mark(cell.status or "missing", x, y)
                parts.append((0.0, _told(cell, shown, shape.removesuffix("/>"), "path", links, language)))
            continue
        if circles:
            radius = max(1.4, shown.scale.radius(cell.value, shown.largest_circle))
            colour = COLOURS["rond"]
            look = (
                f'r="{radius:.1f}" class="rond" fill="{colour}" fill-opacity=".55" stroke="{colour}"'
                if cell.value
                else ZERO_CIRCLE
            )
        elif path is None:
            radius = 2.7 if shown.layer.points > 800 else 3.6
            look = (
                f'r="{radius:g}" {fill(name, shown.scale.step(cell.value))} stroke="{LINE}" stroke-width=".6"'
            )
        else:
            continue
        shape = f'<circle cx="{x:g}" cy="{y:g}" {look}'
        parts.append((radius, _told(cell, shown, shape, "circle", links, language)))
    parts.sort(key=lambda pair: -pair[0])
    return f'<g class="ronds">{"".join(text for _, text in parts)}</g>'


def _told(cell: Cell, shown: Map, shape: str, tag: str, link: bool, language: Language) -> str:
    """Close a shape with what it stands for, and lead it to the portrait of its territory."""
    text = f"{_escaped(cell.territory.label)}{'' if language == 'en' else ' '}: {told(cell, shown.indicator, language)}"
    place = cell.territory.id.removeprefix("territory/")
    drawn = f'{shape} data-t="{place}"><title>{text}</title></{tag}>'
    return f'<a href="/territoires/{place}" aria-label="{text}">{drawn}</a>' if link else drawn


@functools.lru_cache(1 << 13)
def _escaped(text: str) -> str:
    return clean(text)


def locator_svg(outlines: Outlines, territory: str, *, language: Language = "fr", width: int = 220) -> str:
    """Draw where a territory (its path) is in its region; an empty text where nothing says where it is."""
    ground = outlines.ground
    try:
        place = ground.territory(territory)
    except UnknownName:
        return ""
    regions = ground.containing(place, "region")
    shape, middle = outlines.shape(place.id), outlines.middle(place)
    if not regions or (shape is None and middle is None):
        return ""
    region = regions[0][0]
    layer = outlines.layer("department", region.id, width)
    if not any(
        layer.paths
    ):  # of départements only points are known: intercommunalities draw the region as well
        layer = outlines.layer("epci", region.id, width)
    own, spot = outlines.placed(layer.frame, shape, middle)
    english = language == "en"
    said = f"{place.label} in {region.label}" if english else f"{place.label}, en {region.label}"
    lines = "".join(f'<path d="{path}" class="fond" fill="{PAPER}"/>' for path in layer.paths if path)
    here = f'<path d="{own}" class="ici-plein" fill="{COLOURS["rond"]}" stroke-width="10"/>' if own else ""
    dot = (
        f'<circle cx="{spot[0]:.1f}" cy="{spot[1]:.1f}" r="4" class="ici-plein" fill="{COLOURS["rond"]}" '
        f'stroke="{PAPER}"/>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="carte-svg situation" viewBox="0 0 {width} {layer.frame.height:.0f}" '
        f'width="{width}" height="{layer.frame.height:.0f}" role="img" aria-label="{clean(said)}">'
        f"<title>{clean(said)}</title>"
        f'<g transform="scale(.1)" stroke="{LINE}" stroke-width="7" stroke-linejoin="round" fill-rule="evenodd">'
        f"{lines}{here}</g>{'' if own else dot}</svg>"
    )
