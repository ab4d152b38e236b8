"""The data of filières at addresses of their own: the drawing, ways told, the network as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from ....graph.chains.network import Actor, ChainNetwork
from ....graph.region.gazetteer import Gazetteer
from ....graph.region.view import RegionView
from ....ontology.vocabulary import ID
from ....words import N_, gettext
from ...analysis.analyses import run_for
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.csvw import described_by, origin_of
from ...web.links import href
from ...web.page_error import PageError, check_suffix
from ...web.page_language import choose_language
from ...web.security import CORS
from .asking import ChainParams, asked_of
from .chain import Chain
from .drawing import draw_chain
from .files import file_of
from .settling import UnknownValues, settle
from .ways import way_of

router = APIRouter(tags=["pages"])

FILES = ("graphml", "gexf", "json", "csv", "csv-fr", "xlsx", "liens.csv", "svg", "png")

Made = TypeVar("Made")
Start = Annotated[str, Query(alias="from", description="chemin, IRI ou nom d’un acteur")]
End = Annotated[str, Query(alias="to", description="chemin, IRI ou nom d’un acteur")]


async def read(
    request: Request, reading: Reading, illustrative: bool, work: Callable[[RegionView], Made]
) -> Made:
    """Do what reads the matter on the thread of the maps; an answer of another publication is not kept."""
    return await run_for(request, reading, request.app.state.maps, work, illustrative=illustrative)


def chain_of(matter: RegionView, slug: str) -> Chain:
    """Give a filière; raises PageError (404) for one that no source describes."""
    if (chain := Chain.of(matter, slug)) is None:
        raise PageError(404, N_("Aucune source chargée ne décrit de filière nommée « {slug} ».", slug=slug))
    return chain


def _filtered(matter: RegionView, slug: str, asked: ChainParams) -> tuple[Chain, ChainNetwork]:
    """Give a filière and the part of its network that is asked for; raises PageError (404; 400 for a value that is none)."""
    chain = chain_of(matter, slug)
    settled = settle(asked, chain, Gazetteer.of(matter))
    if settled.unknown:
        raise PageError.of(UnknownValues(settled.unknown), 400)
    return chain, settled.of(chain.network)


@router.get("/filieres/{slug}/dessin.json", summary="Dessin d’une filière : nœuds placés et liens")
async def drawing_data(request: Request, slug: str) -> Response:
    """Give the nodes of the graph with their places, and the edges, filtered as the page is; a wrong value is refused (400)."""
    asked, said, reading = asked_of(request.query_params), choose_language(request), reading_of(request)

    data = await read(
        request,
        reading,
        asked.illustrative,
        lambda matter: draw_chain(*_filtered(matter, slug, asked), said).data(),
    )
    return JSONResponse(data, headers={"Vary": "Accept-Language"})


@router.get("/filieres/{slug}/chemin", summary="Plus court chemin entre deux acteurs, raconté")
async def way(request: Request, slug: str, start: Start, end: End) -> Response:
    """Tell the shortest way between two actors of a filière, given by path, IRI or name, as JSON."""
    asked, reading = asked_of(request.query_params), reading_of(request)

    def work(matter: RegionView) -> dict[str, Any]:
        found = way_of(matter, chain_of(matter, slug).network, start[:200], end[:200])
        if found.story is None:
            near = {text: [{"id": a.path, "label": a.label} for a in like] for text, like in found.unknown}
            return {"found": False, "unknown": near}
        return {
            "found": bool(found.story.steps) or start == end,
            "words": dict(found.story.words),
            "actors": [
                {"id": a.path, "label": a.label, "kind": a.kind, "page": _page_of(a)}
                for a in found.story.actors
            ],
            "steps": [
                {
                    "from": step.first.path,
                    "to": step.second.path,
                    "kind": step.tie.kind,
                    "year": step.tie.year,
                    "evidence": step.tie.evidence,
                    "ties": step.ties,
                    "words": dict(step.words),
                    "source": one.source,
                    "projects": [
                        {"id": project.path, "label": project.label, "year": project.year}
                        for project in one.projects
                    ],
                }
                for one in found.grounds
                for step in [one.step]
            ],
        }

    told = await read(request, reading, asked.illustrative, work)
    return JSONResponse(told, headers=CORS)


@router.get("/filieres/{slug}/reseau.{suffix}", summary="Réseau d’une filière en fichier")
async def network_file(request: Request, slug: str, suffix: str) -> Response:
    """Give the network of a filière, filtered as the page is, as a file; a value that is none is refused (400)."""
    check_suffix(N_("Un réseau"), re.sub("csvw$", "csv", suffix), FILES)
    asked, said, reading = asked_of(request.query_params), choose_language(request), reading_of(request)

    def work(matter: RegionView) -> tuple[str, bytes]:
        chain, shown = _filtered(matter, slug, asked)
        about = {
            gettext("Filière", said): chain.label[said],
            "Publication": matter.snapshot,
            gettext("Adresse", said): str(request.url),
        }
        look, origin = request.app.state.theme.recoloured, origin_of(request)
        return file_of(suffix, chain, shown, about, said, look, origin)

    media_type, body = await read(request, reading, asked.illustrative, work)
    name = f"{slug}{'-' if suffix.startswith('liens.') else '.'}{'csv' if suffix == 'csv-fr' else suffix}"
    headers = {**CORS, "Content-Disposition": f'attachment; filename="{name}"', "Vary": "Accept-Language"}
    if suffix in ("csv", "liens.csv"):
        headers |= described_by(request)
    if suffix == "svg":
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(body, media_type=media_type, headers=headers)


def _page_of(actor: Actor) -> str:
    return href(ID + actor.path) or ""
