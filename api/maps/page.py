"""Maps at `/cartes`: an indicator over territories, alone or beside another, with its table and its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from ...graph.region.names import UnknownName
from ...graph.region.text import fold
from ...graph.region.view import RegionView
from ...words import N_, gettext, number, of_territory
from ..analysis.analyses import run_for
from ..labels.wording import LEVELS
from ..reading.publication import reading_of
from ..reading.solutions import Reading
from ..render.files import TABLES
from ..render.rendering import page
from ..web.links import public_base
from ..web.negotiation import Language
from ..web.page_error import PageError
from ..web.page_language import choose_language, in_address
from ..web.security import EMBED_POLICY
from .asking import TYPOLOGY, MapParams, asked_of, read, same_scale, settle
from .atlas import Atlas
from .drawing import ROUND, sizes, swatch
from .files import PICTURES, PNG, format_of, paint_answer
from .form import groups, mark_choice, topics, withins
from .places import KINDS, symbol
from .reading import WIDTH, Map, cell_text, summary, unit_of
from .scale import METHODS
from .sheet import file_of, sources, words
from .svg import draw_map
from .typology import cross

router = APIRouter(tags=["maps"])

SHOWN = 25
"""Rows of the table on one page; files hold them all."""
LISTED = 150
"""Communes that have places, those of most first, that the page lists."""
NOTHING = N_(
    "Il n’y a rien à mettre sur une carte : la publication ne décrit pas les communes de la région dont les indicateurs "
    "sont calculés. Chargez le découpage administratif, puis publiez."
)


@dataclass(frozen=True)
class Figure:
    """One map of a page: its words, its drawing and its legend."""

    name: str
    title: str
    lines: list[str]
    drawing: str
    summary: str
    rule: str
    legend: list[tuple[Markup, str]]
    sizes: list[tuple[Markup, str]]
    map: Map


@router.get("/cartes", summary="Carte d’un indicateur, avec son tableau")
async def maps(request: Request) -> Response:
    """Draw the map of an indicator over the territories of a level, alone or beside another."""
    asked, said = asked_of(request.query_params), choose_language(request)
    reading = reading_of(request)
    reading.language = said
    return await draw_answer(
        request, reading, asked.illustrative, lambda atlas: _page(request, reading, asked, atlas, said)
    )


@router.get("/cartes.{suffix}", summary="Fichier d’une carte : svg, png, csv, csv-fr, xlsx")
async def files(request: Request, suffix: str) -> Response:
    """Give maps as one picture, or their table as a file."""
    chosen = format_of(suffix)
    asked, said = asked_of(request.query_params), choose_language(request)
    reading = reading_of(request)
    reading.language = said
    response = await draw_answer(
        request,
        reading,
        asked.illustrative,
        lambda atlas: file_of(
            request,
            _viewed(read(asked, atlas, WIDTH), asked, chosen in PICTURES),
            chosen,
            reading,
            atlas,
            said,
        ),
    )
    return await paint_answer(response, request.app.state.theme) if chosen == PNG else response


async def draw_answer(
    request: Request, reading: Reading, illustrative: bool, work: Callable[[Atlas], Response]
) -> Response:
    """Make an answer of the atlas of the current publication, on the thread of the maps."""

    def made(matter: RegionView) -> Response:
        try:
            atlas = Atlas.of(matter)
        except UnknownName as error:
            raise PageError(404, NOTHING) from error
        return work(atlas)

    return await run_for(request, reading, request.app.state.maps, made, illustrative=illustrative)


def _page(request: Request, reading: Reading, asked: MapParams, atlas: Atlas, said: Language) -> Response:
    asked, lost = settle(asked, atlas, said)
    shown = read(asked, atlas, WIDTH)
    viewed = _viewed(shown, asked)
    zooms = [
        one.level not in ("commune", "region") and "commune" in atlas.levels(one.indicator.id)
        for one in viewed
    ]
    figures = [
        figure_of(one, reading, said, f"carte{n}", zoom=zoom)
        for n, (one, zoom) in enumerate(zip(viewed, zooms, strict=True))
    ]
    first = shown[0]
    rows = _ordered(shown, asked.sort)
    pages = max(1, -(-len(rows) // SHOWN))
    at = min(asked.page, pages)
    table = [
        [_cell(cell, one, said) for cell, one in zip(row, shown, strict=True)]
        for row in rows[(at - 1) * SHOWN : at * SHOWN]
    ]
    named = {path: atlas.outlines.ground.get(f"territory/{path}") for path in asked.among}
    among = {path: place.label for path, place in named.items() if place}
    here = {row[0]["place"] for row in table}
    title = " / ".join(dict.fromkeys(one.title for one in figures))
    framed = (
        f"{public_base(request)}{asked.address(embed='1', sort='', page='', among='', lang=in_address(said))}"
    )
    response = page(
        request,
        "map_embed.html" if asked.embed else "map.html",
        language=said,
        zipped=lambda names: [(name, name) for name in names],
        asked=asked,
        page_title=title,
        iframe=iframe(framed, title),
        figures=figures,
        inserts=[(one.name, one.drawing) for one in figures],
        remarks=lost,
        same_scale=len(viewed) == 2 and same_scale(viewed),
        columns=[(one.title(said), words(one, reading, said), one.as_of or one.period) for one in shown],
        group_chosen=[one.by or "" for one in shown],
        period_chosen=[one.period or "" for one in shown],
        typology=bool(asked.view),
        both=asked.address(view="" if asked.view else TYPOLOGY, page="") if len(shown) == 2 else "",
        level=first.level,
        map_levels=LEVELS,
        levels_possible=atlas.levels(first.indicator.id),
        inside_of=first.within,
        of_inside=of_territory(first.within.label, first.within.level, said),
        zoom=zooms[0],
        wider=asked.address(level="", within="", page="") if first.level == "commune" and first.within.level != "region" else "",
        indicator_options=[
            mark_choice(topics(atlas, said), one.indicator.id, one.title(said)) for one in shown
        ],
        others=Markup(topics(atlas, said)),
        group_options=[groups(atlas, one, reading, said) for one in shown],
        periods=[atlas.periods(one.indicator.id, one.by) for one in shown],
        method_names={name: words_[said] for name, words_ in METHODS.items()},
        territories=mark_choice(withins(atlas, said), first.within.id.removeprefix("territory/"), first.within.label),
        rows=table,
        among=among,
        chosen_elsewhere=[(path, name) for path, name in among.items() if path not in here],
        total=len(rows),
        page_no=at,
        pages=pages,
        sources=sources(shown, reading),
        place_kinds=[(name, words_[said]) for name, (words_, _) in KINDS.items()],
        place_words=KINDS[asked.places][0][said] if asked.places else "",
        place_symbol=Markup(box(symbol(6, 6), 12, 12)),
        most_places=LISTED,
        places=[(one.path.removeprefix("territory/"), one.words(said)) for one in reversed(first.places)],
        illustrative=asked.illustrative,
        files=[(one.name, asked.address(f"/cartes.{one.name}", sort="", page="", among="")) for one in (*PICTURES, *TABLES)],
        trail=[(None, gettext("Cartes", said))],
    )  # fmt: skip
    response.headers["Vary"] = "Accept-Language"
    if asked.embed:
        response.headers["Content-Security-Policy"] = EMBED_POLICY
    return response


def _viewed(shown: list[Map], asked: MapParams, picture: bool = True) -> list[Map]:
    """Give the maps that are drawn: both crossed in one where that is asked; a table has the values of both."""
    return [cross(*shown)] if asked.view and picture else shown


def iframe(address: str, title: str) -> str:
    """Write what puts a map into a page of someone else."""
    return f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="760" loading="lazy"></iframe>'


def figure_of(
    shown: Map, reading: Reading, said: Language, name: str, *, here: str | None = None, zoom: bool = False
) -> Figure:
    """Draw a map for a page, with its legend beside; `here` is a territory (its path) to outline strongly."""
    unit, scale = unit_of(shown.indicator), shown.scale
    points = shown.layer.points > 0
    rows = shown.entries(shown.statuses, said)
    boxes = [(Markup(box(swatch(name, step, points=points), 24, 16)), text) for step, text in rows]
    circles = []
    for value in sizes(scale) if scale.kind == "circles" else ():
        radius = scale.radius(value, shown.largest_circle)
        around = 2 * radius + 2
        circle = f'<circle cx="{radius + 1:.1f}" cy="{radius + 1:.1f}" r="{radius:.1f}" {ROUND}/>'
        circles.append((Markup(box(circle, around, around)), f"{number(value, said, scale.decimals)}{unit}"))
    return Figure(
        name,
        shown.title(said),
        words(shown, reading, said),
        draw_map(shown, language=said, with_legend=False, name=name, here=here, zoom=zoom),
        summary(shown, said),
        shown.rule(said),
        boxes,
        circles,
        shown,
    )


def box(content: str, width: float, height: float) -> str:
    """Put a mark in a drawing of its own, for a legend in the page."""
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return f'<svg class="carte-svg" {size} aria-hidden="true" focusable="false">{content}</svg>'


def _ordered(maps: Sequence[Map], sort: str) -> list[tuple[Any, ...]]:
    """Put the territories of a table in order: by name, or by the value of the first map, those without value last."""
    rows = list(zip(*(one.cells for one in maps), strict=True))
    rows.sort(key=lambda row: fold(row[0].territory.label), reverse=sort == "-name")
    if sort.endswith("value"):
        sign = -1 if sort[0] == "-" else 1
        rows.sort(key=lambda row: (row[0].value is None, sign * (row[0].value or 0.0)))
    return rows


def _cell(cell: Any, shown: Map, said: Language) -> dict[str, Any]:
    place = cell.territory.id.removeprefix("territory/")
    return {
        "place": place,
        "label": cell.territory.label,
        "text": cell_text(cell, shown.indicator, said),
        "status": cell.status,
        "point": cell.territory.id,
    }
