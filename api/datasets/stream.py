"""Interactions as a Linked Data Event Stream at `/ldes/interactions`: pages of members in TREE, full ones for good."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from starlette.concurrency import run_in_threadpool

from ...graph.updates.stream import CREATED, DELETED, VERSION_OF, Stream
from ...words import N_
from ..precompute.artifacts import ArtifactCache, derivations_of
from ..reading.publication import service_of
from ..render.rdf_document import term, write_rdf
from ..web.links import public_base
from ..web.negotiation import JSON_LD, N_QUADS, TRIG, Representation
from ..web.page_cache import entity_tags
from ..web.page_error import PageError
from ..web.security import CORS
from .pages import chosen_of

router = APIRouter(tags=["données liées"])

_FORMATS = (TRIG, N_QUADS, JSON_LD)
Form = Annotated[str, Query(description="trig, nq ou jsonld ; sinon l’en-tête Accept · else Accept")]
_PATH = "/ldes/interactions"
_ID = r"\d{8}T\d{6}Z-[0-9a-f]{8}"
_LDES, _TREE = "https://w3id.org/ldes#", "https://w3id.org/tree#"
_TEXT = {"schema": {"type": "string"}}
_ANSWER: dict[int | str, dict[str, Any]] = {
    503: {"description": "le flux se prépare · the stream is being made (`Retry-After`)"},
    200: {"description": "LDES", "content": {one.media_type: _TEXT for one in _FORMATS}},
}
_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "page qui n’est pas encore là · page that is not there yet"},
    410: {"description": "flux qui a recommencé depuis · stream that has begun anew since"},
}


@router.get(_PATH, summary="Flux des interactions (LDES)", response_class=Response, responses=_ANSWER)
async def interactions(request: Request, format: Form = "") -> Response:
    """Describe the stream of interactions: the paths of members' dates and of what they are versions of, and its first page."""
    chosen = chosen_of(request, format, _FORMATS)
    found, name = await _served(request)
    root = public_base(request) + _PATH
    first = _relation(root, root, found.value, name, 0)
    return _answer(request, chosen, [*_described(root), *first], found.snapshot.id)


@router.get(
    _PATH + "/{name}/{number}",
    summary="Une page du flux des interactions (LDES)",
    response_class=Response,
    responses=_ANSWER | _GONE,
)
async def members(
    request: Request,
    name: Annotated[str, Path(pattern=rf"^{_ID}(\.\.{_ID})?$", examples=["20261128T120000Z-0a1b2c3d"])],
    number: Annotated[int, Path(ge=1, le=10**9, examples=[1])],
    format: Form = "",
) -> Response:
    """Give a page of members, oldest first, and lead to the next; one that another follows never changes.

    404 beyond the last page, 410 for a stream that began anew since.
    """
    chosen = chosen_of(request, format, _FORMATS)
    found, today = await _served(request)
    stream, root = found.value, public_base(request) + _PATH
    if name != today:
        message = N_("Ce flux a recommencé : reprenez-le à l’adresse {path}.", path=_PATH)
        raise PageError(410, message, CORS)
    try:
        quads = await run_in_threadpool(stream.page, number - 1)
    except IndexError:
        raise PageError(404, N_("Le flux n’a pas encore de page {number}.", number=number), CORS) from None
    node = _node(root, name, number - 1)
    listed = [Quad(NamedNode(root), _tree("view"), node), Quad(node, term("rdf:type"), _tree("Node"))]
    for quad in quads:
        if quad.predicate.value == VERSION_OF and isinstance(quad.subject, NamedNode):
            listed.append(Quad(NamedNode(root), _tree("member"), quad.subject))
    closed = stream.closed(number - 1)
    listed += [*_relation(root, node.value, stream, name, number)] if closed else []
    return _answer(request, chosen, [*listed, *quads], found.snapshot.id, closed=closed)


async def _served(request: Request) -> tuple[ArtifactCache[Stream], str]:
    """Give the stream and its name in addresses: where it began, and where one went back from a later one, to which publication.

    A client of the later one is told by that name that the stream is another; the next publication takes the later one up again.
    """
    service = service_of(request.app)
    while True:
        current = service.pool.snapshot().id
        found = await derivations_of(request).stream()
        _, back = await run_in_threadpool(service.snapshots.turn, current)
        if current == service.pool.snapshot().id:
            return found, f"{found.value.begun}..{current}" if back else found.value.begun


def _described(root: str) -> list[Quad]:
    """Say what the stream is, and how its members are read."""
    stream = NamedNode(root)
    said = [
        ("timestampPath", CREATED),
        ("versionOfPath", VERSION_OF),
        ("versionDeletePath", term("rdf:type").value),
    ]
    return [
        Quad(stream, term("rdf:type"), NamedNode(_LDES + "EventStream")),
        Quad(stream, term("dcterms:title"), Literal("Interactions, par version", language="fr")),
        Quad(stream, term("dcterms:title"), Literal("Interactions, by version", language="en")),
        *(Quad(stream, NamedNode(_LDES + name), NamedNode(value)) for name, value in said),
        Quad(stream, NamedNode(_LDES + "versionDeleteObject"), NamedNode(DELETED)),
        Quad(stream, _tree("view"), stream),
        Quad(stream, term("rdf:type"), _tree("Node")),
    ]


def _relation(root: str, node: str, stream: Stream, name: str, number: int) -> list[Quad]:
    """Lead from a node to a page (from 0), whose members are of its first date or later; nothing where it is not there."""
    if number >= len(stream.firsts):
        return []
    relation, date = BlankNode("relation"), term("xsd:dateTime")
    return [
        Quad(NamedNode(node), _tree("relation"), relation),
        Quad(relation, term("rdf:type"), _tree("GreaterThanOrEqualToRelation")),
        Quad(relation, _tree("path"), NamedNode(CREATED)),
        Quad(relation, _tree("value"), Literal(stream.firsts[number], datatype=date)),
        Quad(relation, _tree("node"), _node(root, name, number)),
    ]


def _node(root: str, name: str, number: int) -> NamedNode:
    return NamedNode(f"{root}/{name}/{number + 1}")


def _tree(name: str) -> NamedNode:
    return NamedNode(_TREE + name)


def _answer(
    request: Request, chosen: Representation, quads: list[Quad], snapshot: str, *, closed: bool = False
) -> Response:
    """Write quads in a format; a page that never changes may be kept for good, any other is asked again by its tag."""
    body = write_rdf(quads, chosen)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        **CORS,
        "ETag": tag,
        "Cache-Control": "public, max-age=31536000, immutable" if closed else "public, no-cache",
        "Vary": "Accept",
    }
    if not closed:
        headers["Ancrage-Snapshot"] = snapshot
    if tag in entity_tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=chosen.media_type, headers=headers)
