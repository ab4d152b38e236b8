"""Maps at `/cartes`: an indicator over territories, alone or beside another, with its table and its files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from markupsafe import Markup

from ..graph.matter import Matter
from ..graph.places import UnknownName
from ..ontology.vocabulary import ID
from .analyses import Analyses
from .atlas import Atlas
from .map_asking import Asked, asked_of, read, same_scale
from .map_drawing import ROUND, entries, number, sizes, swatch
from .map_files import PICTURES, PNG, TABLES, file_name, headers_of, table_file, to_png, to_rows
from .map_form import LEVELS, chosen, groups, topics, withins
from .map_reading import WIDTH, Map, summary, told, unit_of, wrapped
from .map_scale import METHODS
from .maps import draw_map
from .negotiation import Language, language
from .problems import CORS
from .publication import reading_of
from .rendering import page
from .solutions import Reading
from .wording import first_capital, fold

router = APIRouter(tags=["maps"])

SHOWN = 150
"""Rows of the table on one page; files hold them all."""
NOTHING = (
    "Il n’y a rien à mettre sur une carte : la publication ne décrit pas les communes de la région dont les indicateurs "
    "sont calculés. Chargez le découpage administratif, puis publiez."
)


@dataclass(frozen=True)
class Figure:
    """One map of a page: its words, its drawing and its legend."""

    title: str
    lines: list[str]
    svg: Markup
    summary: str
    rule: str
    legend: list[tuple[Markup, str]]
    sizes: list[tuple[Markup, str]]
    map: Map


@router.get("/cartes", summary="Carte d’un indicateur, avec son tableau")
async def maps(request: Request) -> Response:
    """Draw the map of an indicator over the territories of a level, alone or beside another."""
    asked, said = asked_of(request.query_params), spoken(request)
    reading = reading_of(request)
    reading.language = said
    return await drawn(
        request, reading, asked.illustrative, lambda atlas: _page(request, reading, asked, atlas, said)
    )


@router.get("/cartes.{suffix}", summary="Fichier d’une carte : svg, png, csv, csv-fr, xlsx")
async def files(request: Request, suffix: str) -> Response:
    """Give a map as a picture, or its table as a file."""
    chosen = next((one for one in (*PICTURES, *TABLES) if one.name == suffix), None)
    if chosen is None:
        names = ", ".join(one.name for one in (*PICTURES, *TABLES))
        raise HTTPException(404, f"Une carte ne s’écrit pas en « {suffix} » (formats : {names}).")
    asked, said = asked_of(request.query_params), spoken(request)
    reading = reading_of(request)
    reading.language = said

    def made(atlas: Atlas) -> Response:
        shown = read(asked, atlas, WIDTH)
        headers = {**CORS, **headers_of(chosen, file_name(shown), atlas.matter.snapshot, said)}
        if chosen in TABLES:
            lines = [
                line for one in shown for line in (one.indicator.title[said], *words(one, reading, said))
            ]
            about = {
                "Carte" if said == "fr" else "Map": " – ".join(dict.fromkeys(lines)),
                "Résumé" if said == "fr" else "Summary": " ".join(summary(one, said) for one in shown),
                "Sources": ", ".join(sources(shown, reading)),
                "Publication": atlas.matter.snapshot,
                "Adresse" if said == "fr" else "Address": str(request.url),
            }
            return Response(table_file(to_rows(shown), chosen, about), headers=headers)
        first = shown[0]
        notes = [summary(first, said), first.scale.words(said), _source_line(shown[:1], reading, atlas, said)]
        drawing = draw_map(
            first,
            language=said,
            links=False,
            heading=[first.indicator.title[said], *words(first, reading, said)],
            notes=[line for note in notes for line in wrapped(note, 118)],
        )
        return Response(to_png(drawing) if chosen == PNG else drawing.encode(), headers=headers)

    return await drawn(request, reading, asked.illustrative, made)


async def drawn(
    request: Request, reading: Reading, illustrative: bool, work: Callable[[Atlas], Response]
) -> Response:
    """Make an answer of the atlas of the current publication, on the thread of the maps."""
    runner: Analyses = request.app.state.maps

    def made(matter: Matter) -> tuple[str, Response]:
        try:
            atlas = Atlas.of(matter)
        except UnknownName as error:
            raise HTTPException(404, NOTHING) from error
        return matter.snapshot, work(atlas)

    snapshot, response = await runner.run(made, illustrative=illustrative)
    reading.failed |= snapshot != reading.snapshot  # of another publication: not to be kept for this one
    return response


def spoken(request: Request) -> Language:
    """Choose the language of a page: `?lang=`, else Accept-Language."""
    return language(request.headers.get("accept-language"), request.query_params.get("lang"))


def _page(request: Request, reading: Reading, asked: Asked, atlas: Atlas, said: Language) -> Response:
    shown = read(asked, atlas, WIDTH)
    figures = [_figure(one, reading, said, f"carte{n}") for n, one in enumerate(shown)]
    first, english = shown[0], said == "en"
    rows = _ordered(shown, asked.sort)
    pages = max(1, -(-len(rows) // SHOWN))
    at = min(asked.page, pages)
    response = page(
        request,
        "map.html",
        language=said,
        zipped=lambda names: [(name, name) for name in names],
        demande=asked,
        figures=figures,
        meme_echelle=len(shown) == 2 and same_scale(shown),
        niveau=first.level,
        niveaux_cartes=LEVELS,
        niveaux_possibles=atlas.levels(first.indicator.id),
        dans=first.within,
        indicateurs=[chosen(topics(atlas, said), one.indicator.id) for one in shown],
        autres=Markup(topics(atlas, said)),
        groupes=[groups(atlas, one, reading, said) for one in shown],
        periodes=[atlas.periods(one.indicator.id, one.by) for one in shown],
        methodes={name: words_[english] for name, words_ in METHODS.items()},
        territoires=chosen(withins(atlas, said), first.within.id.removeprefix("territory/")),
        lignes=[
            [_cell(cell, one, said) for cell, one in zip(row, shown, strict=True)]
            for row in rows[(at - 1) * SHOWN : at * SHOWN]
        ],
        total=len(rows),
        page_no=at,
        pages=pages,
        sources=sources(shown, reading),
        illustratif=asked.illustrative,
        fichiers=[(one.name, asked.address(f"/cartes.{one.name}", tri="", page="")) for one in (*PICTURES, *TABLES)],
        autre=asked.address(lang="fr" if english else "en"),
        fil=[(None, "Maps" if english else "Cartes")],
    )  # fmt: skip
    response.headers["Vary"] = "Accept-Language"
    return response


def _figure(shown: Map, reading: Reading, said: Language, name: str) -> Figure:
    unit, scale = unit_of(shown.indicator), shown.scale
    points = shown.layer.points > 0
    rows = entries(scale, shown.statuses, unit, said)
    boxes = [(Markup(_boxed(swatch(name, step, points=points), 24, 16)), text) for step, text in rows]
    circles = []
    for value in sizes(scale) if scale.kind == "circles" else ():
        radius = scale.radius(value, shown.largest_circle)
        around = 2 * radius + 2
        circle = f'<circle cx="{radius + 1:.1f}" cy="{radius + 1:.1f}" r="{radius:.1f}" {ROUND}/>'
        circles.append(
            (Markup(_boxed(circle, around, around)), f"{number(value, scale.decimals, said)}{unit}")
        )
    return Figure(
        first_capital(shown.indicator.title[said]),
        words(shown, reading, said),
        Markup(draw_map(shown, language=said, with_legend=False, name=name)),
        summary(shown, said),
        scale.words(said),
        boxes,
        circles,
        shown,
    )


def _boxed(content: str, width: float, height: float) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return f'<svg class="carte-svg" {size} aria-hidden="true" focusable="false">{content}</svg>'


def words(shown: Map, reading: Reading, said: Language) -> list[str]:
    """Say under the title of a map its group and unit, then its territories and its period."""
    group: list[str] = []
    if shown.by:
        reading.learn_labels([ID + shown.by])
        group = [first_capital(reading.label(ID + shown.by))]
    unit = shown.indicator.unit_label.get(said)
    place = f"{LEVELS[shown.level][said == 'en']} – {shown.within.label}"
    first = " · ".join([*group, *([unit] if unit else [])])
    second = first_capital(place) + (f" – {shown.period}" if shown.period else "")
    return [*([first] if first else []), second]


def sources(maps: Sequence[Map], reading: Reading) -> list[str]:
    """Name the sources of the indicators of maps."""
    names = dict.fromkeys(name for one in maps for name in one.indicator.sources)
    reading.learn_labels([f"{ID}source/{name}" for name in names])
    return [reading.label(f"{ID}source/{name}") for name in names]


def _source_line(maps: Sequence[Map], reading: Reading, atlas: Atlas, said: Language) -> str:
    named = ", ".join(sources(maps, reading))
    made = atlas.matter.snapshot
    note = ""
    if atlas.matter.illustrative:
        note = (
            " Illustrative data (made up) are counted in."
            if said == "en"
            else " Des données illustratives (inventées) sont comptées."
        )
    return f"{'Sources: ' if said == 'en' else 'Sources : '}{named}. Publication {made}.{note}"


def _ordered(maps: Sequence[Map], sort: str) -> list[tuple[Any, ...]]:
    """Put the territories of a table in order: by name, or by the value of the first map, those without value last."""
    rows = list(zip(*(one.cells for one in maps), strict=True))
    rows.sort(key=lambda row: _folded(row[0].territory.label), reverse=sort == "-nom")
    if sort.endswith("valeur"):
        sign = -1 if sort[0] == "-" else 1
        rows.sort(key=lambda row: (row[0].value is None, sign * (row[0].value or 0.0)))
    return rows


@functools.lru_cache(1 << 13)
def _folded(label: str) -> str:
    return fold(label)


def _cell(cell: Any, shown: Map, said: Language) -> dict[str, Any]:
    place = cell.territory.id.removeprefix("territory/")
    return {
        "place": place,
        "label": cell.territory.label,
        "text": told(cell, shown.indicator, said),
        "status": cell.status,
        "point": cell.territory.id,
    }
