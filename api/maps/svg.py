"""Maps as SVG that stands alone: an indicator over the territories of a level, and where a territory is."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from ...graph.region.gazetteer import Territory
from ...graph.region.names import UnknownName
from ...graph.region.outlines import Outlines
from ...words import gettext
from ..labels.typesetting import typeset_page
from ..render.picture import Picture, clean
from ..web.negotiation import Language
from ..web.page_language import linked
from .drawing import (
    COLOURS,
    INK,
    LINE,
    MARK,
    PAPER,
    ROUND,
    STATUSES,
    ZERO_RADIUS,
    ZERO_ROUND,
    fill,
    label,
    legend,
    mark_place,
    patterns,
    scale_bar,
    towns,
)
from .places import draw_places
from .reading import AreaValue, Map, summary, unit_of

_GAP = 24.0
_PREFIX = len("territory/")
_PLAIN = f'class="fond" fill="{PAPER}"'
_EDGE = f'stroke="{LINE}" stroke-width=".6"'
_DOTS = ((40, 7.0), (200, 5.0), (800, 3.6), (10**9, 2.7))
LINKS, ZOOM, ROWS, TITLES, NOTHING = "links", "zoom", "rows", "titles", ""
"""What a shape says of its territory: it leads to its portrait, or to the map of its communes, and to its row of the table;
its row; its value; nothing."""
MOST_LINKS = 600
"""Territories above which shapes are no links: nobody goes through them by keyboard, the table leads to portraits."""


@dataclass(frozen=True)
class Panel:
    """A map of a picture: `heading` are lines above it (the first in bold), `name` begins the ids of its patterns."""

    shown: Map
    heading: Sequence[str] = ()
    name: str = "map"


def draw_map(
    shown: Map,
    *,
    language: Language = "fr",
    here: str | None = None,
    links: bool = True,
    zoom: bool = False,
    with_legend: bool = True,
    heading: Sequence[str] = (),
    notes: Sequence[str] = (),
    name: str = "map",
) -> str:
    """Draw what a map shows, as one `<svg>` that needs nothing else.

    Ratios are areas coloured by class, counts are circles over outlines. `here` is a territory (its path) to outline
    strongly; `links` leads each area to its portrait, `zoom` to the map of its communes; `heading` are lines above it (the
    first in bold), `notes` lines under it; `name` begins the ids of the drawing: two drawings of one page need two names.
    """
    panel = Panel(shown, heading, name)
    tips = (ZOOM if zoom else LINKS) if links and len(shown.cells) <= MOST_LINKS else ROWS
    made = _sheet([panel], (panel,) if with_legend else (), notes, language, here, tips)
    return _written(made, [panel], language, tips)


def map_picture(
    shown: Map, *, language: Language = "fr", here: str | None = None, name: str = "map"
) -> Picture:
    """Draw what a map shows for paper, where nobody points at a shape; see `draw_map`."""
    panel = Panel(shown, (), name)
    return _sheet([panel], (panel,), (), language, here)


def draw_maps(
    panels: Sequence[Panel], *, common: bool, notes: Sequence[str] = (), language: Language = "fr"
) -> str:
    """Draw maps side by side as one `<svg>`; with a `common` scale they have one legend, else each has its own."""
    made = _sheet(panels, panels[:1] if common else panels, notes, language, tips=TITLES)
    return _written(made, panels, language)


def _written(made: Picture, panels: Sequence[Panel], language: Language, tips: str = TITLES) -> str:
    words = " ".join(f"{one.shown.title(language)}. {summary(one.shown, language)}" for one in panels)
    return made.svg(
        typeset_page(words, language), kind="carte-svg", role="group" if tips in (LINKS, ZOOM) else "img"
    )


def _sheet(
    panels: Sequence[Panel],
    legends: Sequence[Panel],
    notes: Sequence[str],
    language: Language,
    here: str | None = None,
    tips: str = NOTHING,
) -> Picture:
    """Put maps in a row, their headings above, legends and notes below."""
    step = panels[0].shown.layer.frame.width + _GAP
    wide = step * len(panels) - _GAP
    lines = max(len(one.heading) for one in panels)
    top = 10 + 22 * lines if lines else 0
    tall = max(one.shown.layer.frame.height for one in panels)
    statuses = [name for name in STATUSES if any(name in one.shown.statuses for one in panels)]
    common = len(legends) < len(panels)
    defs, above, drawn, below = "", "", "", ""
    taken = 0.0
    for place, panel in enumerate(panels):
        shown = panel.shown
        defs += patterns(panel.name, statuses if common else shown.statuses, shown.scale.steps)
        above += _heading(panel.heading, place * step)
        drawing = _drawing(shown, panel.name, language, here, tips)
        drawn += f'<g transform="translate({place * step:g} 0)">{drawing}</g>' if place else drawing
    for place, panel in enumerate(legends):
        shown, unit = panel.shown, unit_of(panel.shown.indicator)
        named = statuses if common else shown.statuses
        drawing, high = legend(
            panel.name, shown.scale, shown.entries(named, language), shown.largest_circle, unit,
            wide if common else shown.layer.frame.width, tall, language,
            points=any(one.shown.layer.points > 0 for one in panels),
        )  # fmt: skip
        below += f'<g transform="translate({place * step:g} 0)">{drawing}</g>' if place else drawing
        taken = max(taken, high)
    height = tall + taken
    for line in notes:
        height += 17
        below += label(8, height - 3, line, 11, soft=True)
    height += 8 if notes else 0
    above, below = typeset_page(above, language), typeset_page(below, language)
    body = f'{defs}{above}<g class="dessin" transform="translate(0 {top})">{drawn}{below}</g>'
    return Picture(wide, height + top, body)


def _heading(lines: Sequence[str], left: float) -> str:
    return "".join(
        f'<text x="{left + 8:g}" y="{20 + 22 * n}" font-size="{16 if n == 0 else 13}" class="encre"'
        f' font-weight="{700 if n == 0 else 400}">{clean(line)}</text>'
        for n, line in enumerate(lines)
    )


def _drawing(shown: Map, name: str, language: Language, here: str | None, tips: str) -> str:
    """Draw one map, without its legend."""
    layer, frame = shown.layer, shown.layer.frame
    mark = gettext("\u00a0: ", language)
    said: dict[tuple[object, ...], str] = {}  # many territories have the same value
    texts = []
    for cell in shown.cells:
        if (told := cell.told) not in said:
            said[told] = typeset_page(mark + shown.text(cell, language), language)
        texts.append(_escaped(cell.territory.label) + said[told])
    body = [_areas(shown, texts, name, tips)]
    if layer.departments:
        body.append(
            f'<defs><path id="{name}-departements" d="{layer.departments}" transform="scale(.1)" fill="none"/></defs>'
            f'<g class="contour-departements" stroke-linejoin="round" pointer-events="none"><use href="#{name}-departements" '
            f'class="dessous" stroke="{PAPER}" stroke-width="26"/><use href="#{name}-departements" stroke="{INK}" '
            'stroke-width="10"/></g>'
        )  # over dark colours and light ones
    if layer.within:
        body.append(_stroked(layer.within, "contour-dans", 14))
    if here is not None:
        for cell, path in zip(shown.cells, layer.paths, strict=True):
            if cell.territory.id == here and path:
                body.append(_stroked(path, "ici", 28))
    body += [
        _marks(shown, texts, name, tips),
        typeset_page(draw_places(shown.places, language), language),
        towns(layer.towns, frame.width),
        scale_bar(frame.metres, frame.width - 12, frame.height - 8, language),
    ]
    return "".join(body)


def _stroked(path: str, kind: str, wide: int) -> str:
    return (
        f'<path d="{path}" transform="scale(.1)" class="{kind}" fill="none" stroke="#18262c" stroke-width="{wide}" '
        'stroke-linejoin="round" pointer-events="none"/>'
    )


def _areas(shown: Map, texts: Sequence[str], name: str, tips: str) -> str:
    """Draw the outlines: filled by class, or by status; under circles those with a value have no colour."""
    base = f'<path d="{shown.layer.base}" class="fond" fill="{PAPER}"/>' if shown.layer.base else ""
    circles, step = shown.scale.kind == "circles", shown.scale.step
    kinds: dict[str, list[str]] = {}
    for cell, path, text in zip(shown.cells, shown.layer.paths, texts, strict=True):
        if path is None:
            continue
        known = cell.value is not None
        kind = cell.status or "missing" if cell.value is None else "fond" if circles else step(cell.value)
        leads = tips if tips not in (LINKS, ZOOM) or not (circles and known) else ROWS
        kinds.setdefault(kind, []).append(_told(shown, cell, text, f'<path d="{path}"', "path", leads))
    looks = (
        (_PLAIN if kind == "fond" else fill(name, kind, tenths=True), shapes)
        for kind, shapes in kinds.items()
    )
    return (
        f'<g class="aires" transform="scale(.1)" stroke="{LINE}" stroke-width="6" stroke-linejoin="round" '
        f'fill-rule="evenodd">{base}{_grouped(looks)}</g>'
    )


def _marks(shown: Map, texts: Sequence[str], name: str, tips: str) -> str:
    """Draw circles, and the territories that are points, the largest beneath."""
    layer, scale = shown.layer, shown.scale
    circles, most = scale.kind == "circles", shown.largest_circle
    dot = next(size for most_points, size in _DOTS if layer.points <= most_points)
    looks: dict[str, list[tuple[float, str]]] = {}
    for cell, path, (x, y), text in zip(
        shown.cells, layer.paths, layer.spots.round(1).tolist(), texts, strict=True
    ):
        radius, look, shape, tag = 0.0, MARK, "", "circle"
        if cell.value is None:
            if path is not None:
                continue
            shape, tag = f"<path {mark_place(cell.status or 'missing', x, y)}", "path"
        elif circles:
            radius = max(1.4, scale.radius(cell.value, most)) if cell.value else ZERO_RADIUS
            look = ROUND if cell.value else ZERO_ROUND
        elif path is None:
            radius, look = dot, f"{fill(name, scale.step(cell.value))} {_EDGE}"
        else:
            continue
        shape = shape or f'<circle cx="{x:g}" cy="{y:g}" r="{round(radius, 1):g}"'
        looks.setdefault(look, []).append((radius, _told(shown, cell, text, shape, tag, tips)))
    for shapes in looks.values():
        shapes.sort(key=lambda pair: -pair[0])
    ordered = sorted(looks.items(), key=lambda pair: -pair[1][0][0])
    drawn = _grouped((look, [text for _, text in shapes]) for look, shapes in ordered)
    return f'<g class="ronds">{drawn}</g>'


def _grouped(looks: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Write shapes of one look in one group, which says it once: hundreds of communes have five looks."""
    return "".join(f"<g {look}>{''.join(shapes)}</g>" for look, shapes in looks)


def _told(shown: Map, cell: AreaValue, text: str, shape: str, tag: str, tips: str) -> str:
    """Close a shape with what it stands for, and lead it to its row, and to its territory's portrait or to its communes."""
    if tips == NOTHING:
        return f"{shape}/>"
    if tips == TITLES:
        return f"{shape}><title>{text}</title></{tag}>"
    place = cell.territory.id[_PREFIX:]
    drawn = f'{shape} data-t="{place}"><title>{text}</title></{tag}>'
    if tips == ROWS:
        return drawn
    to = shown.communes_address + quote(place) if tips == ZOOM else f"/territoires/{place}"
    return f'<a href="{linked(clean(to))}" aria-label="{text}">{drawn}</a>'


@functools.lru_cache(1 << 13)
def _escaped(text: str) -> str:
    return clean(text)


def locator(outlines: Outlines, territory: str, width: int = 220) -> tuple[Picture, Territory] | None:
    """Draw where a territory (its path) is, and give its region; None where nothing says where it is."""
    ground = outlines.ground
    try:
        place = ground.territory(territory)
    except UnknownName:
        return None
    regions = ground.containing(place, "region")
    shape, middle = outlines.shape(place.id), outlines.middle(place)
    if not regions or (shape is None and middle is None):
        return None
    # Of départements only points may be known: intercommunalities draw the region as well. Of a region beyond the one that
    # outlines are loaded for they draw a few scraps at most: a territory that straddles is shown in the other.
    for level in ("department", "epci"):
        drawn = [(one, outlines.layer(level, one.id, width)) for one, _ in regions]
        region, layer = max(drawn, key=lambda pair: sum(map(bool, pair[1].paths)))
        if any(layer.paths):
            break
    else:
        return None
    own, spot = outlines.placed(layer.frame, shape, middle)
    lines = "".join(f'<path d="{path}" class="fond" fill="{PAPER}"/>' for path in layer.paths if path)
    here = f'<path d="{own}" class="ici-plein" fill="{COLOURS["rond"]}" stroke-width="10"/>' if own else ""
    dot = (
        f'<circle cx="{spot[0]:.1f}" cy="{spot[1]:.1f}" r="4" class="ici-plein" fill="{COLOURS["rond"]}" '
        f'stroke="{PAPER}"/>'
    )
    outline = (
        f'<g transform="scale(.1)" stroke="{LINE}" stroke-width="7" stroke-linejoin="round" fill-rule="evenodd">'
        f"{lines}{here}</g>{'' if own else dot}"
    )
    return Picture(width, layer.frame.height, outline), region


def locator_svg(outlines: Outlines, territory: str, *, language: Language = "fr") -> str:
    """Draw where a territory (its path) is in its region; an empty text where nothing says where it is."""
    found = locator(outlines, territory)
    if found is None:
        return ""
    picture, region = found
    place = outlines.ground.territory(territory)
    said = gettext("{place}, en {region}", language, place=place.label, region=region.label)
    titled = replace(picture, body=f"<title>{clean(said)}</title>{picture.body}")
    return titled.svg(said, kind="carte-svg situation", letters="")
