"""The web application: what it keeps, the policy of every answer, errors told as pages or problems."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from .. import __version__
from ..graph.snapshot import Snapshots, UnknownSnapshot
from ..graph.workers import (
    NoSnapshot,
    PoolBusy,
    QueryExhausted,
    QueryFailed,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    WorkerError,
    WorkerPool,
)
from . import (
    actor_page,
    analysis_routes,
    catalogue,
    chain_data,
    chain_page,
    dataset_pages,
    definitions,
    discovery,
    dossier_page,
    dump_files,
    editor_data,
    graph_store,
    health,
    indicator_pages,
    indicator_routes,
    map_flows,
    map_page,
    method_pages,
    metrics,
    missing_pages,
    openapi,
    pages,
    resources,
    scenario_routes,
    search,
    sparql,
    territory_routes,
    update,
)
from .actor_matter import Actors
from .ahead import Ahead
from .analyses import Analyses
from .answers import Answers
from .assets import Assets
from .derivations import Derivations, NotReady
from .error_words import in_english
from .federation import Federation
from .links import kind_of_address
from .logs import RequestLog
from .names import Names
from .negotiation import prefers_html
from .operations import Operations, template_of
from .page_cache import PageCache
from .portrait_matter import Portraits
from .problems import CORS, status_of
from .publication import Service, index_of, reading_of
from .query_texts import NotAnIri
from .reasons import reason
from .recolouring import Recoloured
from .rendering import STATIC, page
from .security import SECURITY_HEADERS, Headers
from .settings import Settings
from .solutions import Memory
from .theme import read_theme
from .warming import Warming
from .wording import first_capital
from .write_key import close_writer, open_writer

log = logging.getLogger(__name__)

#: Errors of a page's queries, told with the status they have in the table of problems.
_TOLD = (
    *(QuerySyntax, QueryRefused, QueryExhausted, QueryFailed, QueryTimeout),
    *(NoSnapshot, UnknownSnapshot, NotReady, PoolBusy, WorkerError),
)


class Application(FastAPI):
    """The pages' application, with a raw route for SPARQL beside it and the layer that counts around both."""

    def __init__(self, settings: Settings, **options: Any) -> None:
        super().__init__(**options)
        self.state.settings = settings
        self.state.answers = Answers(settings.cache // 2)
        self.state.metrics = metrics.Metrics(lambda: metrics.gauges_of(self))
        self._counted = Operations(
            self._pages_or_sparql, self.state.metrics, RequestLog(settings.log_clients)
        )
        self._sparql = sparql.SparqlRoute(
            self, settings.default_graph, Federation(settings.service_allow, min(10.0, settings.deadline))
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        await self._counted(scope, receive, send)

    async def _pages_or_sparql(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == sparql.PATH:
            await self._sparql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application for a data directory; its query processes start and stop with it. Raises ThemeError.

    >>> import tempfile
    >>> from pathlib import Path
    >>> app = create_app(Settings(data_dir=Path(tempfile.gettempdir()) / "ancrage-empty"))
    >>> app.title
    'ancrage'
    """
    chosen = settings or Settings()
    theme = read_theme(chosen.theme)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool = WorkerPool(
            chosen.data_dir,
            size=chosen.workers,
            deadline=chosen.deadline,
            memory=chosen.memory,
            loop=asyncio.get_running_loop(),
            queue=chosen.queue,
            patience=chosen.patience,
            share=chosen.share,
            largest=chosen.largest,
            strict=chosen.strict,
            dataset=chosen.default_graph,
        )
        try:
            await pool.start()
        except WorkerError as error:
            app.state.refused = error
            raise
        if not pool.isolated:
            log.warning(
                "query processes can reach the network: this system gives no way to take it from them"
            )
        app.state.pool = pool
        service = Service(Snapshots(chosen.data_dir), pool, Memory(), Names())
        app.state.service = service
        app.state.readiness = health.Readiness(pool)
        app.state.derivations = Derivations(service.snapshots, pool.snapshot)
        app.state.analyses = Analyses(pool.snapshot, chosen.deadline, hurried=chosen.read_ahead)
        app.state.maps = Analyses(
            pool.snapshot, chosen.deadline, waiting=64
        )  # quick: they wait for no analysis
        app.state.portraits = Portraits(app.state.analyses)
        app.state.actors = Actors(app.state.maps)
        app.state.ahead = Ahead(service.snapshots, pool.snapshot, app.state.derivations.folder, chosen)
        if chosen.read_ahead:
            app.state.ahead.start()
        open_writer(app, chosen)
        warming = Warming(
            service,
            app.state.analyses,
            portraits=app.state.portraits,
            maps=app.state.maps,
            actors=app.state.actors,
        )
        if chosen.read_ahead:
            warming.start()
        try:
            yield
        finally:
            warming.close()
            close_writer(app)
            app.state.ahead.close()
            app.state.analyses.close()
            app.state.maps.close()
            app.state.derivations.close()
            await pool.aclose()

    app = Application(
        chosen,
        title="ancrage",
        version=__version__,
        description="Graphe de connaissances des relations entre universités et territoires : "
        "pages, données liées, questions nommées et point d’accès SPARQL.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.theme = theme
    if theme.colours:
        app.add_middleware(Recoloured, theme=theme)
    app.add_middleware(PageCache, capacity=chosen.cache // 2)
    app.add_middleware(Headers)
    app.mount("/static", Assets(STATIC, theme.files), name="static")
    for module in (
        resources,  # first: what is looked up most is found first
        health,
        metrics,
        dataset_pages,
        dump_files,
        discovery,
        pages,
        search,
        missing_pages,
        dossier_page,  # before portraits, whose blocks have addresses of the same form
        territory_routes,
        actor_page,
        chain_data,
        chain_page,
        indicator_pages,
        indicator_routes,
        map_page,
        map_flows,
        editor_data,
        catalogue,
        openapi,
        analysis_routes,
        scenario_routes,
        definitions,
        method_pages,
        update,
        graph_store,
    ):
        app.include_router(module.router)
    openapi.install(app)
    _handle_errors(app)
    return app


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return await _answer(
            request, error.status_code, str(error.detail), error.headers, cause=error.__cause__
        )

    async def failed(request: Request, error: Exception) -> Response:
        status = 503 if isinstance(error, NotReady) else status_of(error)
        retry = {"Retry-After": str(getattr(error, "retry_after", 5))} if status in (429, 503) else None
        told, english = _sentences(error) if prefers_html(_accept(request)) else (str(error), "")
        missing = isinstance(error, NoSnapshot)
        return await _answer(request, status, told, retry, missing=missing, english=english)

    for kind in _TOLD:
        app.add_exception_handler(kind, failed)

    @app.exception_handler(RequestValidationError)
    async def misused(request: Request, error: RequestValidationError) -> Response:
        names = ", ".join(dict.fromkeys(f"« {one['loc'][-1]} »" for one in error.errors()))
        return await _answer(request, 400, f"Valeur refusée pour {names}.", None)

    @app.exception_handler(NotAnIri)
    async def unknown(request: Request, error: NotAnIri) -> Response:
        return await _answer(request, 404, "Rien ne porte cette adresse : ce code n’en est pas un.", None)

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        log.error("%s failed", template_of(request.scope), exc_info=error)
        response = await _answer(request, 500, "Une erreur inattendue s’est produite.", None)
        response.headers.update(SECURITY_HEADERS)
        return response


def _sentences(error: Exception) -> tuple[str, str]:
    """Say an error to a person, in French and in English."""
    if isinstance(error, NotReady):
        return str(error), in_english(str(error))
    if isinstance(error, QueryTimeout):
        limit = f"{error.deadline:g}"
        return (
            f"Le calcul a été arrêté après {limit.replace('.', ',')} s. Réessayez dans une minute.",
            f"The computation was stopped after {limit} s. Try again in a minute.",
        )
    return reason(error), first_capital(str(error)).rstrip(".") + "."


def _accept(request: Request) -> str:
    return request.headers.get("accept", "")


async def _answer(
    request: Request,
    status: int,
    detail: str,
    headers: Any,
    *,
    missing: bool = False,
    english: str = "",
    cause: BaseException | None = None,
) -> Response:
    """Tell an error as a page to a person, in the language asked for, and as a problem (RFC 9457) to a program."""
    if not prefers_html(_accept(request)):
        problem = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
        }
        return JSONResponse(problem, status, {**CORS, **(headers or {})}, "application/problem+json")
    from starlette.concurrency import run_in_threadpool

    nearest = await run_in_threadpool(_nearest, request) if status == 404 else []
    response = page(
        request,
        "empty.html" if missing else "error.html",
        status=status,
        statut=status,
        detail="" if detail == "Not Found" else detail,
        anglais=in_english(detail, cause) or english,
        proches=nearest,
    )
    response.headers.update(headers or {})
    return response


def _nearest(request: Request) -> list[Any]:
    """List the things, of the kind that the address tells, whose name looks like its end."""
    try:
        reading = reading_of(request)
        path = request.url.path.rstrip("/")
        text = path.rsplit("/", 1)[-1].replace("-", " ")
        index, kind = index_of(request, reading), kind_of_address(path)
        return (index.find(text, kind) or index.nearest(text, kind))[:6]
    except Exception:
        return []
