"""The SPARQL 1.1 Protocol at `/sparql`: queries in, results in the format asked for, errors as problems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import parse_qsl

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request, Response

from ..graph.formats import DEFAULT_ACCEPT, GRAPHS, RESULTS, choose
from ..graph.guard import MAX_BYTES, Glance, check_query
from ..graph.results import Rows, to_csv_fr
from ..graph.snapshot import Snapshot
from ..graph.workers import Answer, NotAcceptable, PoolBusy, QueryTooLarge, WorkerPool
from .negotiation import prefers_html, quality
from .problems import CORS, ERRORS, BadRequest, problem, status_of
from .service_description import describe_service
from .sparql_page import sparql_page

router = APIRouter(tags=["sparql"])

FORM = "application/x-www-form-urlencoded"
TEXT = "application/sparql-query"
#: A form is longer than its query: each byte may take three.
LARGEST_BODY = {FORM: 4 * MAX_BYTES, TEXT: MAX_BYTES}
#: Named formats of this route beside those of the engine.
ROUTE_FORMATS = ("html", "csv-fr")


@dataclass(frozen=True)
class Asked:
    """A protocol request: the `text` (None without query), its dataset, the `format` named and `accept`."""

    text: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str
    accept: str

    @property
    def dataset(self) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
        """The default and the named graphs for the pool: a dataset named here is all that the query sees."""
        if not self.default_graphs and not self.named_graphs:
            return None, None
        return self.default_graphs, self.named_graphs

    @property
    def html(self) -> bool:
        """Whether the answer is a page: named so, or HTML preferred to every format of results."""
        if self.format:
            return self.format == "html"
        others = (quality(self.accept, one.media_type) for one in (*RESULTS, *GRAPHS))
        return prefers_html(self.accept) and quality(self.accept, "text/html") >= max(others)

    @property
    def wanted(self) -> str:
        """The formats accepted, for the engine: the one named wins over the Accept header."""
        return {"html": DEFAULT_ACCEPT, "csv-fr": "json"}.get(
            self.format, self.format or self.accept or "*/*"
        )


@router.get("/sparql", summary="Interroger en SPARQL 1.1 (GET)")
async def query_by_get(request: Request) -> Response:
    """Answer a query in the address, or show the editor (HTML) or the service description (RDF)."""
    return await _respond(request, b"")


@router.head("/sparql", include_in_schema=False)
async def query_by_head(request: Request) -> Response:
    """Answer as GET, without the body."""
    answer = await _respond(request, b"")
    return Response(status_code=answer.status_code, headers=dict(answer.headers))


@router.post("/sparql", summary="Interroger en SPARQL 1.1 (POST)")
async def query_by_post(request: Request) -> Response:
    """Answer a query in a form or in the body (`application/sparql-query`)."""
    try:
        body = await _body(request)
    except (BadRequest, QueryTooLarge) as error:
        return problem(error)
    return await _respond(request, body)


@router.options("/sparql", include_in_schema=False)
async def options(request: Request) -> Response:
    """Tell a browser what a page of another site may send."""
    allowed = {
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
        "Allow": "GET, HEAD, POST, OPTIONS",
    }
    return Response(status_code=204, headers={**CORS, **allowed})


async def _respond(request: Request, body: bytes) -> Response:
    try:
        asked = _asked(request, body)
        if asked.text is None:
            return await _describe(request, asked)
        if asked.html:
            return await _show(request, asked)
        return await _answer(request, asked, asked.text)
    except ERRORS as error:
        return problem(error)


async def _body(request: Request) -> bytes:
    """Read the body while it is not too long; raises QueryTooLarge, BadRequest for another media type."""
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    largest = LARGEST_BODY.get(media_type.strip())
    charset = parameters.replace(" ", "").replace('"', "").removeprefix("charset=")
    if largest is None or charset not in ("", "utf-8"):
        message = f"POST takes {FORM} or {TEXT}, in UTF-8"
        raise BadRequest(415, message, {"Accept-Post": f"{FORM}, {TEXT}"})
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > largest:
            raise QueryTooLarge(len(body), largest)
    return bytes(body)


def _asked(request: Request, body: bytes) -> Asked:
    """Read the parameters of a request; raises BadRequest."""
    parameters = request.query_params.multi_items()
    try:
        if request.method == "POST" and request.headers["content-type"].lower().startswith(TEXT):
            parameters = [*parameters, ("query", body.decode())]
        elif request.method == "POST":
            form = body.decode("ascii")
            parameters += parse_qsl(form, keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise BadRequest(400, "the body is not in UTF-8 or not a form") from None
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    if "update" in values or "using-graph-uri" in values:
        raise BadRequest(403, "updates are not possible here")
    queries, formats = values.get("query", []), values.get("format", [""])
    if len(queries) > 1 or len(formats) > 1:
        raise BadRequest(400, "one query and one format at a time")
    if request.method == "POST" and not queries:
        raise BadRequest(400, "the form has no parameter 'query'")
    format = formats[0].strip().lower()
    _check_format(format)
    return Asked(
        queries[0] if queries else None,
        tuple(values.get("default-graph-uri", ())),
        tuple(values.get("named-graph-uri", ())),
        format,
        request.headers.get("accept", ""),
    )


def _check_format(format: str) -> None:
    known = [one for kind in (RESULTS, GRAPHS) for one in kind]
    names = {name for one in known for name in (one.name, one.bare, *one.aliases)}
    if format and format not in names and format not in ROUTE_FORMATS:
        offered = tuple(dict.fromkeys([*(one.name for one in known), *ROUTE_FORMATS]))
        raise NotAcceptable("select", format, offered)


async def _in_thread(request: Request, work: Callable[[], Answer]) -> Answer:
    """Run a query in a thread of this route's own, so that waiting queries keep no page from its thread."""
    pool: WorkerPool = request.app.state.pool
    state = request.app.state
    if not hasattr(state, "sparql_threads"):
        state.sparql_threads = anyio.CapacityLimiter(pool.turns.size + pool.turns.queue + 2)
    if state.sparql_threads.available_tokens < 1:
        raise PoolBusy(pool.turns.retry_after())
    return await to_thread.run_sync(work, limiter=state.sparql_threads)


async def _ask(request: Request, asked: Asked, text: str, accept: str) -> Answer:
    pool: WorkerPool = request.app.state.pool
    client = request.client.host if request.client else "unknown"

    def work() -> Answer:
        return pool.query(
            text,
            accept=accept,
            default_graphs=asked.dataset[0],
            named_graphs=asked.dataset[1],
            client=client,
            longest=MAX_BYTES,
        )

    return await _in_thread(request, work)


async def _answer(request: Request, asked: Asked, text: str) -> Response:
    pool: WorkerPool = request.app.state.pool
    glance = check_query(text)
    snapshot = pool.snapshot()
    if (known := _unchanged(request, asked, glance, snapshot)) is not None:
        return Response(status_code=304, headers=_headers(asked, glance, snapshot, known))
    answer = await _ask(request, asked, text, asked.wanted)
    body, media_type, name = answer.body, answer.media_type, choose(answer.kind, asked.wanted).name
    if asked.format == "csv-fr":
        if answer.kind == "graph":
            raise NotAcceptable("graph", "csv-fr", tuple(one.bare for one in GRAPHS))
        body = await to_thread.run_sync(lambda: to_csv_fr(Rows.from_json(answer.body)))
        media_type, name = "text/csv; charset=utf-8", "csv-fr"
    if answer.snapshot != snapshot.id:
        snapshot = pool.snapshots.get(answer.snapshot)
    headers = _headers(asked, glance, snapshot, name)
    if asked.format in ("csv", "csv-fr"):
        headers["Content-Disposition"] = 'attachment; filename="ancrage.csv"'
    return Response(body, headers={**headers, "Content-Type": media_type})


def _unchanged(request: Request, asked: Asked, glance: Glance, snapshot: Snapshot) -> str | None:
    """Return the name of the format the client has already, if it has the answer of this snapshot."""
    sent = request.headers.get("if-none-match", "")
    if glance.volatile or not sent:
        return None
    names = {asked.format} if asked.format == "csv-fr" else set()
    for kind in ("select", "graph"):
        try:
            names.add(choose(kind, asked.wanted).name)
        except NotAcceptable:
            continue
    known = {tag.strip().removeprefix("W/") for tag in sent.split(",")}
    return next((name for name in sorted(names) if _tag(snapshot, name) in known), None)


def _tag(snapshot: Snapshot, name: str) -> str:
    return f'"{snapshot.id}-{name}"'


def _headers(asked: Asked, glance: Glance, snapshot: Snapshot, name: str) -> dict[str, str]:
    headers = {**CORS, "Vary": "Accept", "Ancrage-Snapshot": snapshot.id}
    if glance.volatile:
        return {**headers, "Cache-Control": "no-store"}
    headers["ETag"] = _tag(snapshot, name)
    headers["Last-Modified"] = format_datetime(snapshot.created, usegmt=True)
    headers["Cache-Control"] = "public, no-cache"
    return headers


async def _describe(request: Request, asked: Asked) -> Response:
    """Show the editor to a person, the service description to a program."""
    if asked.html:
        return _with(sparql_page(request, "", None), {**CORS, "Vary": "Accept"})
    pool: WorkerPool = request.app.state.pool
    format = choose("graph", asked.wanted)
    snapshot = pool.snapshot()
    headers = _headers(asked, Glance(), snapshot, format.name)
    if _unchanged(request, asked, Glance(), snapshot) == format.name:
        return Response(status_code=304, headers=headers)
    endpoint = str(request.url.replace(query="", fragment=""))
    body = describe_service(endpoint, snapshot, format)
    return Response(body, headers={**headers, "Content-Type": format.media_type})


async def _show(request: Request, asked: Asked) -> Response:
    """Show the editor with the query and its answer, or the reason why there is none."""
    assert asked.text is not None
    if not asked.text.strip():
        return _with(sparql_page(request, "", None), {**CORS, "Vary": "Accept"})
    answer: Answer | None = None
    error: Exception | None = None
    status = 200
    try:
        answer = await _ask(request, asked, asked.text, DEFAULT_ACCEPT)
    except ERRORS as caught:
        error, status = caught, status_of(caught)
    page = await to_thread.run_sync(lambda: sparql_page(request, asked.text or "", answer, error, status))
    retry = {"Retry-After": str(error.retry_after)} if isinstance(error, PoolBusy) else {}
    return _with(page, {**CORS, "Vary": "Accept", **retry})


def _with(response: Response, headers: Mapping[str, str]) -> Response:
    response.headers.update(headers)
    return response
