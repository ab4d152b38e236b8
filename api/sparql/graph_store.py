"""The SPARQL 1.1 Graph Store HTTP Protocol at `/graphs`: graphs read by everyone, written with the write key."""

import asyncio
import re
from email.utils import format_datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode
from starlette.types import Receive, Scope, Send

from ...graph.pool.blocking import AnswerStream, NotAcceptable, WorkerPool
from ...graph.snapshots.snapshot import Snapshot
from ...graph.sparql.formats import GRAPHS, Format, choose
from ...graph.updates.evaluation import UnknownGraph
from ...loaders.write.request import Action, Write, Written
from ...ontology.vocabulary import PREFIXES
from ...words import N_
from ..errors.problems import ERRORS, BadRequest, problem
from ..reading.publication import client_of
from ..web.links import public_base
from ..web.page_cache import entity_tags, takes_gzip
from ..web.security import CORS, READS, preflight
from .relay import Watch, relay, watch
from .update import headers_of, write_refusal
from .upload import receive_body
from .write_key import in_turn, require_key, writer_of

router = APIRouter(tags=["données liées"])

WRITES = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
UPLOADS = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
"""Media types of the graphs that may be sent."""

_ACTIONS: dict[str, Action] = {"PUT": "put", "POST": "post", "DELETE": "delete"}
_SNAPSHOT = re.compile(r'(?:W/)?"([0-9]{8}T[0-9]{6}Z-[0-9a-f]{8})-[^"]*"')


_NAMES = [
    {
        "name": "graph",
        "in": "query",
        "description": "IRI d’un graphe nommé",
        "schema": {"type": "string", "format": "iri"},
        "example": "https://w3id.org/ancrage/graph/ontology",
    },
    {
        "name": "default",
        "in": "query",
        "description": "le graphe par défaut : les graphes de base, un organisme dit une fois",
        "allowEmptyValue": True,
        "schema": {"type": "string"},
    },
]
_SENT = {
    "parameters": _NAMES,
    "security": [{"writeKey": []}],
    "requestBody": {"content": {media_type: {"schema": {"type": "string"}} for media_type in UPLOADS}},
}
_DONE: dict[str, Any] = {
    "status_code": 204,
    "responses": {201: {"description": "Le graphe est nouveau · a new graph"}},
}


@router.get("/graphs", summary="Lire un graphe (Graph Store Protocol)", openapi_extra={"parameters": _NAMES})
async def read_graph(request: Request) -> Response:
    """Give a named graph (`?graph=`), or the default graph of queries (`?default`), in the RDF format asked for."""
    try:
        pool: WorkerPool = request.app.state.pool
        snapshot = pool.snapshot()
        graph = _target(request, snapshot)
        if graph and graph not in snapshot.graphs():
            raise UnknownGraph(graph)
        format = _format(request)
        if tag := _unchanged(request, snapshot, format):
            return Response(status_code=304, headers=_headers(snapshot, format, tag))
        if request.scope.get("ancrage.head"):
            tag = _tag(snapshot, format, packed=takes_gzip(request.headers.get("accept-encoding", "")))
            return Response(headers=_headers(snapshot, format, tag), media_type=format.media_type)
        return await _read(request, pool, graph, format)
    except ERRORS as error:
        return problem(error)


@router.put("/graphs", summary="Remplacer un graphe (avec la clé d’écriture)", openapi_extra=_SENT, **_DONE)
@router.post("/graphs", summary="Ajouter à un graphe (avec la clé d’écriture)", openapi_extra=_SENT, **_DONE)
@router.delete(
    "/graphs",
    status_code=204,
    summary="Supprimer un graphe (avec la clé d’écriture)",
    openapi_extra={"parameters": _NAMES, "security": [{"writeKey": []}]},
)
async def write_graph(request: Request) -> Response:
    """Replace, add to or remove a graph, and publish: 201 for a new graph, 204 for one that was there."""
    writer = writer_of(request)
    try:
        if writer is None:
            raise BadRequest(
                405,
                N_("Ici, les graphes se lisent seulement."),
                {"Allow": READS},
            )
        require_key(request)
        settings = request.app.state.settings
        graph = _target(request, None)
        action = _ACTIONS[request.method]
        seen, only_new = _conditions(request)
        media_type = "" if action == "delete" else _media_type(request)
        base = graph or f"{public_base(request)}/graphs?default"
        write = Write(action, graph, media_type, base)
        limit = settings.largest_upload
        async with receive_body(request, settings.data_dir, limit) as upload:
            sent = None if action == "delete" else upload
            done = await in_turn(request, lambda: writer.write(write, sent, seen=seen, only_new=only_new))
    except ERRORS as error:
        return write_refusal(request, error)
    return _written(request, done)


@router.options("/graphs", include_in_schema=False)
async def options(request: Request) -> Response:
    """Tell a browser what a page of another site may do: read; and a program what it may."""
    allow = READS if request.app.state.writer is None else WRITES
    return Response(status_code=204, headers=preflight(allow=allow))


def _target(request: Request, snapshot: Snapshot | None) -> str:
    """Read which graph a request is about: an IRI, or empty for the default graph; raises BadRequest."""
    graphs = request.query_params.getlist("graph")
    default = "default" in request.query_params
    if len(graphs) + default != 1:
        more: dict[str, Any] = {} if snapshot is None else {"graphs": snapshot.graphs()}
        raise BadRequest(
            400,
            N_("Nommez un graphe : ?graph=IRI, ou ?default."),
            title="Which graph?",
            **more,
        )
    if default:
        return ""
    try:
        return NamedNode(graphs[0]).value
    except ValueError:
        raise BadRequest(
            400,
            N_("Le nom du graphe n’est pas un IRI absolu."),
            title="Which graph?",
        ) from None


def _format(request: Request) -> Format:
    named = request.query_params.get("format", "").strip().lower()
    if named and named not in {name for one in GRAPHS for name in (one.name, one.bare, *one.aliases)}:
        raise NotAcceptable("graph", named, tuple(one.bare for one in GRAPHS))
    return choose("graph", named or request.headers.get("accept", "") or "*/*")


def _tag(snapshot: Snapshot, format: Format, *, packed: bool) -> str:
    return f'"{snapshot.id}-{format.name}{"-gzip" if packed else ""}"'


def _headers(snapshot: Snapshot, format: Format, tag: str) -> dict[str, str]:
    return {
        **CORS,
        "Vary": "Accept, Accept-Encoding",
        "Ancrage-Snapshot": snapshot.id,
        "ETag": tag,
        "Last-Modified": format_datetime(snapshot.created, usegmt=True),
        "Cache-Control": "public, no-cache",
    }


def _unchanged(request: Request, snapshot: Snapshot, format: Format) -> str:
    """Return the tag of the graph as the client has it already; empty where it has not."""
    known = entity_tags(request.headers.get("if-none-match", ""))
    tags = [_tag(snapshot, format, packed=packed) for packed in (False, True)]
    return next((tag for tag in tags if tag in known or "*" in known), "")


async def _read(request: Request, pool: WorkerPool, graph: str, format: Format) -> Response:
    text = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    text += "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    watch = Watch(request.receive, pool.ticker)
    try:
        stream = await pool.stream(
            text,
            accept=format.name,
            default_graphs=[graph] if graph else None,
            client=client_of(request),
            published=True,
            packed=takes_gzip(request.headers.get("accept-encoding", "")),
        )
    except asyncio.CancelledError:
        if not watch.gone:
            raise
        return Response(status_code=400)  # nobody reads it
    finally:
        watch.end()
    return _Graph(stream, pool)


class _Graph(Response):
    """A graph on its way, piece by piece."""

    def __init__(self, stream: AnswerStream, pool: WorkerPool) -> None:
        self.stream = stream
        self.pool = pool
        tag = _tag(stream.snapshot, stream.format, packed=stream.packed)
        headers = _headers(stream.snapshot, stream.format, tag)
        if stream.packed:
            headers["Content-Encoding"] = "gzip"
        super().__init__(headers=headers, media_type=stream.media_type)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the graph; the query ends when the client goes away."""
        async with watch(receive, self.pool.ticker, self.stream):
            if scope["http_version"] == "1.0":  # it knows no pieces: only a length tells what is cut
                await self.stream.finished()
            await relay(send, self.raw_headers, self.stream, 0)


def _media_type(request: Request) -> str:
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = re.search(r'charset\s*=\s*"?([^";\s]*)', parameters)
    if media_type.strip() not in UPLOADS or (charset and charset[1] not in ("utf-8", "us-ascii")):
        raise BadRequest(
            415,
            N_("Un graphe s’envoie en {types}, en UTF-8.", types=", ".join(UPLOADS)),
            {"Accept-Post": ", ".join(UPLOADS), "Accept": ", ".join(UPLOADS)},
        )
    return media_type.strip()


def _conditions(request: Request) -> tuple[set[str] | None, bool]:
    """Read If-Match, as the snapshots whose graph the client has seen, and If-None-Match: * (only a new graph)."""
    match = request.headers.get("if-match")
    seen = None if match is None or match.strip() == "*" else set(_SNAPSHOT.findall(match))
    return seen, request.headers.get("if-none-match", "").strip() == "*"


def _written(request: Request, done: Written) -> Response:
    if not done.created:
        return Response(status_code=204, headers=headers_of(done))
    location = f"{public_base(request)}{request.url.path}?{request.url.query}"
    return Response(status_code=201, headers={**headers_of(done), "Location": location})
