"""The addresses of a territory: its portrait, the blocks of it, or what the graph says of one off the region."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from ....graph.region.levels import TERRITORY_KINDS
from ....words import N_, SOURCE
from ...precompute.artifacts import NotReady
from ...reading.publication import reading_of
from ...web.negotiation import HTML
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ...web.turns import run_in_turn
from ..blocks import Subject, block_route, chosen_form
from . import outside, page, tab_page
from .comparison import ADDRESS as COMPARISON
from .comparison import Compared, compare, keys_of, subject_of
from .outside import check_level, describe
from .tabs import TABS, Tab

router = APIRouter(tags=["pages"])
Among = Annotated[
    list[str],
    Query(
        description="niveau/code de chaque territoire, répété ou entre virgules",
        examples=[["epci/200040715"]],
    ),
]


_LEVELS = {"departement": "department", "intercommunalite": "epci", "zone-emploi": "zone"}
"""Levels as people write them, and as addresses have them."""


def _level_route(written: str, level: str) -> None:
    @router.get(f"/territoires/{written}/{{path:path}}", include_in_schema=False)
    async def moved(request: Request, path: str) -> Response:
        """Lead to the address that a territory has."""
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/territoires/{level}/{quote(path)}{asked}", 308)


for _written, _level in _LEVELS.items():
    _level_route(_written, _level)


async def _compared(request: Request, among: Among = []) -> Compared:  # noqa: B006
    """Find the territories to compare; raises PageError (400, 404)."""
    reading, places, seen = reading_of(request), [], None
    for key in keys_of(among):
        found = await page.find(request, reading, f"territory/{key}")
        if found is None:
            raise PageError(
                404, N_("Aucun territoire étudié n’a ce niveau et ce code : {key}.", key=key[:100])
            )
        seen, place = found
        places.append(place)
    return Compared(seen, places, choose_language(request))


@router.get(COMPARISON, summary="Deux à six territoires côte à côte")
async def comparison(request: Request, compared: Annotated[Compared, Depends(_compared)]) -> Response:
    """Draw the key figures of territories side by side; raises PageError (400, 404)."""
    return await run_in_turn(compare, request, compared)


async def compared_subject(request: Request, compared: Annotated[Compared, Depends(_compared)]) -> Subject:
    """Find what the block of a comparison is about; raises PageError (400, 404)."""
    return subject_of(compared, request.state.publication.id)


block_route(router, COMPARISON, compared_subject, "Bloc d’une comparaison de territoires")


@router.get("/territoires/{kind}/{code}", summary="Portrait d’un territoire")
async def territory(
    request: Request,
    kind: str,
    code: str,
    compare: Annotated[str, Query(description="territoire de comparaison (niveau/code) ou peers")] = "",
) -> Response:
    """Draw the portrait of one territory; one that is off the region is described by what the graph says of it."""
    check_level(kind)
    reading = reading_of(request)
    found = await page.find(request, reading, f"territory/{kind}/{code}")
    if found is None:
        return await run_in_turn(describe, request, reading, kind, code)
    seen, place = found
    gaps = await page.gaps_now(request, reading, seen, place)
    return await run_in_turn(page.portrait, request, reading, seen, place, compare, gaps)


@router.get("/territoires/{kind}/{code}/situation.svg", summary="Où se trouve un territoire dans sa région")
async def situation(request: Request, kind: str, code: str) -> Response:
    """Draw where a territory is in its region."""
    check_level(kind)
    found = await page.find(request, reading_of(request), f"territory/{kind}/{code}")
    if found is None:
        raise PageError(
            404,
            N_(
                "Rien ne dit où se trouve ce territoire ({level} au code {code}).",
                level=TERRITORY_KINDS[kind][0],
                code=code,
            ),
        )
    return await run_in_turn(page.situation, request, *found)


async def subject(
    request: Request,
    kind: str,
    code: str,
    block: str,
    compare: Annotated[str, Query(description="territoire de comparaison (niveau/code) ou peers")] = "",
) -> Subject:
    """Find what the blocks of a territory are about; raises NotReady, PageError (400, 404)."""
    return await _about(request, kind, code, block, compare, files=True)


async def _about(
    request: Request, kind: str, code: str, block: str, compare: str, *, files: bool = False
) -> Subject:
    """Find what a block, or a tab of that name, is about; `files` if it has some. A territory off the region has no tab."""
    check_level(kind)
    reading = reading_of(request)
    found = await page.find(request, reading, f"territory/{kind}/{code}")
    if found is None:
        if request.app.state.portraits.pending(reading.snapshot):
            raise NotReady
        return await run_in_turn(outside.subject, request, reading, kind, code, block)
    made = await run_in_turn(page.subject_of, request, reading, *found, compare)
    if files and chosen_form(request) != HTML:
        page.refuse_comparison(made, compare)
    return made


def _tab_route(tab: Tab) -> None:
    """Answer for a tab of portraits, at an address of its own."""

    @router.get(
        f"/territoires/{{kind}}/{{code}}/{tab.name}",
        summary=f"{N_('Onglet d’un portrait')} : {tab.title(SOURCE)}",
    )
    async def drawn(
        request: Request,
        kind: str,
        code: str,
        compare: Annotated[str, Query(description="territoire de comparaison (niveau/code) ou peers")] = "",
    ) -> Response:
        """Draw one tab of the portrait of a territory."""
        about = await _about(request, kind, code, tab.name, compare)
        return await run_in_turn(tab_page.draw, request, about, tab)


for _tab in TABS:  # before blocks, whose addresses have the same form
    _tab_route(_tab)
block_route(router, "/territoires/{kind}/{code}", subject, "Bloc d’un territoire")
