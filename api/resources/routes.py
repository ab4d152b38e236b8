"""Linked data: `/id/…` redirects to a page or a description; `/doc/…` describes in HTML, RDF or CSV."""

import re
from typing import Annotated, Any
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from ...graph.snapshots.dumps import graph_licence
from ...words import N_
from ..reading.publication import reading_of, service_of
from ..reading.solutions import Reading
from ..render.rdf_document import Document
from ..render.rendering import SAFE_IN_LINK, page
from ..web.links import BASE, DEFINITIONS, document_path, href, iri_of_path, public_base
from ..web.negotiation import (
    CSV,
    DESCRIPTIONS,
    HTML,
    JSON_LD,
    TURTLE,
    NotAcceptable,
    Representation,
    choose,
    language,
    split_suffix,
)
from ..web.page_error import PageError
from ..web.page_language import language_of_address
from ..web.query_texts import NotAnIri, iri_term
from ..web.turns import run_in_turn
from .departed import Departed
from .description import Description, describe, mentions, serialise, to_csv
from .page import (
    TYPE,
    has_place,
    json_block,
    last_page,
    licence_link,
    page_address,
    shown_names,
    view,
)

router = APIRouter(tags=["données liées"])
Page = Annotated[int, Query(ge=1, le=1_000_000, description="page des liens qui arrivent")]
By = Annotated[
    str, Query(max_length=2000, description="IRI de la seule propriété voulue des liens qui arrivent")
]
Named = Annotated[str, Query(description="ttl, jsonld, nt, rdf, trig, csv ou html")]
Lang = Annotated[str, Query(description="fr ou en")]
Read = Annotated[Reading, Depends(reading_of)]
VARY = "Accept, Accept-Language"


@router.get("/id/{path:path}", summary="Identifiant d’une chose")
async def identifier(request: Request, path: str, format: Named = "") -> Response:
    """Redirect (303) a thing's identifier to its page for people, or to the description asked for."""
    bare, suffix = split_suffix(path)
    iri, chosen = iri_of_path(bare), _chosen(request, format or suffix)
    if bare.startswith("publication/"):
        return RedirectResponse(_publication(request, bare.partition("/")[2], chosen), 303)
    found = await _found(request, reading_of(request), iri)
    address = page_address(iri, suffix="" if chosen is HTML else chosen.suffix)
    target = (found.friendly_page or address) if chosen is HTML else address
    if chosen is HTML and (said := language_of_address(request)):
        target += f"{'&' if '?' in target else '?'}lang={said}"
    return RedirectResponse(target, 303, headers=headers_of(request, found))


def _publication(request: Request, id: str, chosen: Representation) -> str:
    """Say where a publication that is kept is told: its changes, and in RDF the data that are served; 404 for another."""
    service = service_of(request.app)
    if chosen is not HTML and id == service.pool.snapshot().id:
        return f"/.well-known/void{chosen.suffix}"
    if id in {one.id for one in service.snapshots.list()}:
        return "/changes"
    raise PageError(404, N_("Aucune source chargée ne décrit « {name} ».", name=f"publication/{id}"))


@router.get("/doc", summary="Description d’une chose nommée ailleurs")
@router.get("/doc/", include_in_schema=False)
async def foreign(
    request: Request,
    iri: Annotated[str, Query(max_length=2000, description="IRI que le graphe décrit")] = "",
    format: Named = "",
    page: Page = 1,
    property: By = "",
    lang: Lang = "",
) -> Response:
    """Describe a thing that another site names and that the graph describes (`?iri=`), as `/doc/…` does."""
    if not iri:
        raise PageError(404, N_("Ajoutez ?iri= et l’adresse d’une chose que le graphe décrit."))
    if iri.startswith((BASE, DEFINITIONS)):
        return RedirectResponse(_own(iri, request.url.query), 303)
    return await _described(request, iri, _chosen(request, format), page, property, lang)


def _own(iri: str, query: str) -> str:
    kept = "&".join(part for part in query.split("&") if not part.startswith("iri="))
    address = document_path(iri) or href(iri) or "/"
    return address + (f"?{kept}" if kept else "")


@router.get("/doc/{path:path}", summary="Description d’une chose")
async def description(
    request: Request, path: str, format: Named = "", page: Page = 1, property: By = "", lang: Lang = ""
) -> Response:
    """Describe a thing: what is said of it, and what points to it, page by page."""
    bare, suffix = split_suffix(path)
    return await _described(
        request, iri_of_path(bare), _chosen(request, format or suffix), page, property, lang
    )


def _chosen(request: Request, asked: str | None) -> Representation:
    try:
        return choose(request.headers.get("accept"), DESCRIPTIONS, asked)
    except NotAcceptable as error:
        raise PageError.of(error, 406, {"Vary": VARY}) from error


async def _described(
    request: Request, iri: str, chosen: Representation, number: int, by: str, lang: str
) -> Response:
    reading = reading_of(request)
    reading.language = language(request.headers.get("accept-language"), lang)
    found = await _found(request, reading, iri, number, by)
    headers = headers_of(request, found, chosen)
    if chosen is HTML:
        await reading.learn_names(shown_names(found))
        if has_place(found):
            return await run_in_turn(_page, request, reading, found, headers)
        return _page(request, reading, found, headers)
    if chosen is CSV:
        await reading.learn_names(mentions(found))
        body = to_csv(found, reading)
    else:
        body = serialise(found, chosen, _document(request, found))
    return Response(body, media_type=chosen.media_type, headers=headers)


async def _found(request: Request, reading: Reading, iri: str, number: int = 1, by: str = "") -> Description:
    """Read a description; 404 where nothing is known of the thing or of this page of it, 410 where it is gone."""
    try:
        iri_term(iri)
        if by:
            iri_term(by)
    except NotAnIri as error:
        raise PageError(404, N_("Cette adresse ne peut pas nommer une chose du graphe.")) from error
    found = await describe(reading, iri, request.state.publication.graphs, page=number, by=by)
    name = iri.removeprefix(BASE)
    if not found.known:
        if number > 1 or by:
            found = await describe(reading, iri, request.state.publication.graphs)
        if not found.known:
            await _moved(request, reading, name)
            await run_in_turn(_gone, request, reading, iri, name)
        raise PageError(404, N_("Rien de plus ne cite « {name} » : cette page n’existe pas.", name=name))
    if number > 1 and not found.incoming:
        raise PageError(404, N_("« {name} » a moins de {number} pages de liens.", name=name, number=number))
    return found


async def _moved(request: Request, reading: Reading, name: str) -> None:
    """Lead to an organisation that a PIC alone names, which was once addressed as if it were a SIREN."""
    parts = re.fullmatch(r"organization/([0-9]{9})", name)
    if parts is None:
        return
    now = f"organization/pic-{parts[1]}"
    if (await describe(reading, BASE + now, request.state.publication.graphs)).known:
        address = request.url.path.replace(name, now) + (f"?{request.url.query}" if request.url.query else "")
        told = N_("« {name} » s’appelle maintenant « {now} ».", name=name, now=now)
        raise PageError(301, told, {"Location": address, "Vary": VARY, "Access-Control-Allow-Origin": "*"})


def _gone(request: Request, reading: Reading, iri: str, name: str) -> None:
    app = request.app
    if not hasattr(app.state, "departed"):
        app.state.departed = Departed(service_of(app).snapshots)
    last = app.state.departed.last_known(iri, reading.snapshot)
    if last is not None:
        told = N_(
            "« {name} » n’est plus décrit : la publication {id} est la dernière conservée qui le connaît.",
            name=name,
            id=last.id,
        )
        raise PageError(410, told, {"Vary": VARY, "Access-Control-Allow-Origin": "*"})
    raise PageError(404, N_("Aucune source chargée ne décrit « {name} ».", name=name))


def headers_of(request: Request, found: Description, chosen: Representation | None = None) -> dict[str, str]:
    """Give the headers of a description: what it varies by, its alternates, and where it leads (signposting)."""
    iri, suffix = found.iri, "" if chosen is None or chosen is HTML else chosen.suffix
    links = [f'<{_ascii(iri)}>; rel="{relation}"' for relation in ("cite-as", "describes") if href(iri)]
    for one in DESCRIPTIONS:
        address = _ascii(page_address(iri, page=found.page, by=found.by, suffix=one.suffix))
        links.append(f'<{address}>; rel="alternate"; type="{one.media_type}"')
        if one in (TURTLE, JSON_LD):
            links.append(f'<{address}>; rel="describedby"; type="{one.media_type}"')
    links += [f'<{_ascii(kind.value)}>; rel="type"' for kind in found.values(TYPE) if href(kind.value)]
    links += [f'<{_ascii(licence)}>; rel="license"' for licence in _licences(request, found)]
    for relation, number in _neighbours(found):
        links.append(
            f'<{_ascii(page_address(iri, page=number, by=found.by, suffix=suffix))}>; rel="{relation}"'
        )
    return {
        "Vary": VARY,
        "Link": ", ".join(links),
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Link, ETag, Last-Modified",
    }


def _licences(request: Request, found: Description) -> list[str]:
    graphs: dict[str, Any] = request.state.publication.graphs
    links = (licence_link(graph_licence(graphs, graph)) for graph in found.quoted)
    return [*filter(None, dict.fromkeys(links))]


def _document(request: Request, found: Description) -> Document:
    """Say what describes the thing, and under which licences."""
    made, base = Document(), public_base(request)
    node = ox.NamedNode(base + _ascii(page_address(found.iri, page=found.page, by=found.by)))
    made.a(node, "foaf:Document")
    made.add(node, "foaf:primaryTopic", ox.NamedNode(found.iri))
    for licence in _licences(request, found):
        made.add(node, "dcterms:license", ox.NamedNode(licence))
    return made


def _neighbours(found: Description) -> list[tuple[str, int]]:
    neighbours = [("prev", found.page - 1)] if found.page > 1 else []
    if found.more:
        neighbours.append(("next", found.page + 1))
    if neighbours:
        neighbours.insert(0, ("first", 1))
        if (last := last_page(found)) is not None:
            neighbours.append(("last", last))
    return neighbours


def _ascii(address: str) -> str:
    return quote(address, safe=SAFE_IN_LINK)


def _page(request: Request, reading: Reading, found: Description, headers: dict[str, str]) -> Response:
    shown = view(reading, found, request.state.publication.graphs)
    response = page(
        request,
        "resource.html",
        language=reading.language,
        iri=found.iri,
        here=document_path(found.iri) is not None,
        view=shown,
        description=found,
        neighbours={
            name: page_address(found.iri, page=number, by=found.by) for name, number in _neighbours(found)
        },
        latest=last_page(found),
        address_of=lambda concept: page_address(concept) if href(concept) else "#",
        whole=page_address(found.iri),
        friendly_page=found.friendly_page,
        datasets=json_block(found),
        exports=[(one, page_address(found.iri, suffix=one.suffix)) for one in DESCRIPTIONS[1:]],
        alternates=[(one.media_type, page_address(found.iri, suffix=one.suffix)) for one in DESCRIPTIONS[1:]],
        trail=[(None, shown.name)],
    )
    response.headers.update(headers)
    return response
