"""The pages of schemes: all of them, and each with its editions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from ....words import N_, gettext
from ...reading.things import ILLUSTRATIVE, Thing
from ...render.blocks.tables import full
from ...render.rendering import page
from ...search.map import Spots
from ...web.links import BASE, friendly_page, local_name, path_of_page
from ...web.page_error import PageError
from ...web.turns import run_in_turn
from ..blocks import Subject, block_route, sections
from ..places import Point, map_of
from ..territory.outside import alternates
from .blocks import BLOCKS
from .matter import Context, SchemeMatter, matter_of

router = APIRouter(tags=["pages"])

NAMED = 6
"""Territories served that are named at once; of more, a card says how many."""


@router.get("/dispositifs", summary="Liste des dispositifs")
async def schemes(request: Request) -> Response:
    """List the schemes, those of sources before examples, with their territories and editions."""
    matter = await matter_of(request)
    return await run_in_turn(_list, request, matter)


def _list(request: Request, matter: SchemeMatter) -> Response:
    cards = [_card(matter, one) for one in matter.schemes()]
    cards.sort(
        key=lambda one: not (one["editions"] or one["interactions"])
    )  # what is known of first, else by name
    return page(
        request,
        "schemes.html",
        language=matter.language,
        contact=request.app.state.settings.contact,
        known=[one for one in cards if not one["example"]],
        examples=[one for one in cards if one["example"]],
        trail=[(None, gettext("Dispositifs", matter.language))],
    )


def _card(matter: SchemeMatter, scheme: Thing) -> dict[str, Any]:
    editions, served = matter.editions(scheme), scheme.all("servesTerritory")
    return {
        "iri": full(scheme.path), "address": friendly_page(full(scheme.path)) or "", "name": matter.name(scheme.path),
        "example": scheme.evidence == ILLUSTRATIVE, "evidence": scheme.evidence, "run_by": matter.names(scheme.all("runBy")),
        "types": matter.names(scheme.all("interactionType")), "territories": matter.names(served) if len(served) <= NAMED else "",
        "served": len(served),
        "editions": len(editions), "years": sorted({one.year for one in editions if one.year}),
        "interactions": len(matter.under(scheme)),
    }  # fmt: skip


def _found(matter: SchemeMatter, code: str) -> Thing:
    """Find a scheme by the end of the address of its page; raises PageError (404)."""
    path = path_of_page(f"/dispositifs/{code}")
    known = {one.path: one for one in matter.schemes()}
    if path not in known:
        raise PageError(404, N_("Aucune source chargée ne décrit de dispositif {code}.", code=code))
    return known[path]


def _routes(prefix: str, summary: str, of_block: str) -> None:
    address = f"/dispositifs/{prefix}{{code}}"

    @router.get(address, summary=summary)
    async def scheme(request: Request, code: str) -> Response:
        """Draw the page of one scheme."""
        matter = await matter_of(request)
        context = Context(matter, _found(matter, prefix + code))
        small_map = await map_of(
            request,
            _points(context),
            matter.language,
            N_("Où le dispositif sert, et où il a mené à quelque chose"),
        )
        return await run_in_turn(_draw, request, context, small_map)

    async def subject(request: Request, code: str) -> Subject:
        """Find what the blocks of a scheme are about; raises PageError (404)."""
        matter = await matter_of(request)
        return _subject(Context(matter, _found(matter, prefix + code)))

    block_route(router, address, subject, of_block)


_routes("exemple/", str(N_("Page d’un dispositif illustratif")), str(N_("Bloc d’un dispositif illustratif")))
_routes("", str(N_("Page d’un dispositif")), str(N_("Bloc d’un dispositif")))


def _subject(context: Context) -> Subject:
    matter = context.matter
    address = friendly_page(full(context.scheme.path)) or "/dispositifs"
    return Subject(
        name=matter.name(context.scheme.path), kind=gettext("Dispositif", matter.language), code="", base=address,
        page=N_("La page d’un dispositif"), whole=N_("Page du dispositif"), file=f"{{}}-{address.rpartition('/')[2]}",
        snapshot=matter.reading.snapshot, language=matter.language,
        trail=[("/dispositifs", gettext("Dispositifs", matter.language))], blocks=BLOCKS, table=context.table,
    )  # fmt: skip


def _points(context: Context) -> list[Point]:
    """Give where a scheme serves, and where what was done under it was held or benefits."""
    matter, scheme = context.matter, context.scheme
    under = [
        (place, one.path)
        for one in matter.under(scheme)
        for place in (*one.all("takesPlaceIn"), *one.all("benefitsTerritory"))
    ]
    served = [(place, place) for place in scheme.all("servesTerritory")]
    return [Point(place, matter.name(about), about) for place, about in (*served, *under)]


def _draw(request: Request, context: Context, small_map: Spots | None) -> Response:
    matter, scheme = context.matter, context.scheme
    subject, iri = _subject(context), BASE + scheme.path
    return page(
        request,
        "scheme.html",
        language=matter.language,
        iri=iri,
        name=subject.name,
        base=subject.base,
        scheme=_card(matter, scheme),
        scope=[(full(path), matter.name(path)) for path in scheme.all("runBy")],
        territories=[(full(path), matter.name(path)) for path in scheme.all("servesTerritory")],
        pages=scheme.all("page"),
        demand="?" + urlencode([("type", local_name(one)) for one in scheme.all("interactionType")]),
        small_map=small_map,
        sources=scheme.source.split(", ") if scheme.source else [],
        block_list=sections(request, subject),
        heading_level="h3",
        alternates=alternates(iri),
        trail=[*subject.trail, (None, subject.name)],
    )
