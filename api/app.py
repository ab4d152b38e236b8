"""The web application: what it keeps, the policy of every answer, errors told as pages or problems."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from .. import __version__
from ..graph.extensions import extension_folder
from ..graph.pool.blocking import WorkerError, WorkerPool
from ..graph.snapshots.snapshot import Snapshots
from . import devices, openapi
from .analysis import methods as method_pages
from .analysis import routes as analysis_routes
from .analysis import scenarios as scenario_routes
from .analysis.analyses import Analyses
from .catalogue import editor_data
from .catalogue import routes as catalogue
from .datasets import changes, dump_files, generations, named_graphs, stream, webhooks, workbook_file
from .datasets import pages as dataset_pages
from .desk.places import Places
from .dossier import page as dossier_page
from .dossier.meeting import page as meeting_page
from .features import routes as feature_routes
from .indicators import pages as indicator_pages
from .indicators import routes as indicator_routes
from .maps import flows as map_flows
from .maps import page as map_page
from .ontology_pages import routes as definitions
from .pages import discovery, home, privacy
from .pages.actor import page as actor_page
from .pages.actor.matter import Actors
from .pages.agenda import feeds as agenda_feeds
from .pages.agenda import page as agenda_page
from .pages.agenda.reading import Agendas
from .pages.errors import handle_errors
from .pages.interaction import page as interaction_page
from .pages.missing import pages as missing_pages
from .pages.programme import page as programme_page
from .pages.relay import branches as branch_pages
from .pages.relay import relays as relay_pages
from .pages.scheme import page as scheme_page
from .pages.strategy import page as strategy_page
from .pages.territory import routes as territory_routes
from .pages.territory.matter import Portraits
from .pages.value_chain import compare as chain_comparison
from .pages.value_chain import data as chain_data
from .pages.value_chain import page as chain_page
from .pages.value_chain import subject as chain_blocks
from .precompute.artifacts import Derivations
from .precompute.columns import ColumnsAhead
from .precompute.starting import Ahead
from .precompute.watcher import Watcher
from .reading.library import read_library
from .reading.names import Names
from .reading.publication import Service
from .reading.solutions import Memory
from .reconciliation import routes as reconciliation_routes
from .reconciliation.entities import Reconciliation
from .render.recolouring import Recolouring
from .render.rendering import STATIC
from .render.theme import Theme, ThemeError, read_theme
from .resources import routes as resources
from .scenarios import pages as scenario_pages
from .search import data as search_data
from .search import lists as search_lists
from .search import routes as search
from .service import health, metrics
from .service.following import Following
from .service.logs import RequestLog
from .service.operations import Operations
from .service.remote import RemoteWatch
from .sparql import graph_store, update
from .sparql import routes as sparql
from .sparql.answers import Answers
from .sparql.federation import Federation
from .sparql.write_key import close_writer, open_writer
from .warming import Warming
from .web.assets import Assets, Documentation
from .web.bodies import Bodies
from .web.entries import publications_of
from .web.page_cache import PageCache
from .web.parameters import OldParameters
from .web.security import Headers
from .web.settings import Settings
from .web.snapshot_cache import SnapshotCache

log = logging.getLogger(__name__)


class Application(FastAPI):
    """The pages' application, with a raw route for SPARQL beside it and the layer that counts around both."""

    def __init__(self, settings: Settings, **options: Any) -> None:
        super().__init__(**options)
        self.state.settings = settings
        self.state.answers = Answers(settings.cache // 2)
        self.state.metrics = metrics.Metrics(lambda: metrics.gauges_of(self))
        self._counted = Operations(
            Bodies(self._pages_or_sparql), self.state.metrics, RequestLog(settings.log_clients)
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


def _looks(settings: Settings) -> tuple[Settings, Theme]:
    """Give the theme, and the settings that name its folder: that of the setting, else that of the extensions.

    Raises ThemeError for the one that the setting names; a host's extension that cannot be used is set aside, and logged.
    """
    own = extension_folder(settings.data_dir, "theme")
    if settings.theme is not None or not own.is_dir():
        return settings, read_theme(settings.theme)
    try:
        return settings.model_copy(update={"theme": own}), read_theme(own)
    except ThemeError as error:
        log.warning("theme set aside: %s", error)
        return settings, read_theme(None)


async def _end_writes(app: FastAPI, resumed: asyncio.Task[None]) -> None:
    await resumed
    close_writer(app)
    await devices.close(app)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application for a data directory; its query processes start and stop with it. Raises ThemeError.

    It resumes what people entered before: publishes, sends and erases what is due.

    >>> import tempfile
    >>> from pathlib import Path
    >>> app = create_app(Settings(data_dir=Path(tempfile.gettempdir()) / "ancrage-empty"))
    >>> app.title
    'ancrage'
    """
    chosen, theme = _looks(settings or Settings())

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
            columns=chosen.columns,
        )
        open_writer(app, chosen)
        resumed = asyncio.create_task(asyncio.to_thread(devices.resume, app))
        remote = RemoteWatch(Snapshots(chosen.data_dir), chosen.store, lenient=chosen.store_lenient)
        await asyncio.to_thread(remote.start)
        try:
            await pool.start()
        except WorkerError as error:
            app.state.refused = error
            await _end_writes(app, resumed)
            raise
        if not pool.isolated:
            log.warning(
                "query processes can reach the network: this system gives no way to take it from them, "
                "so let nobody else reach this service"
            )
        app.state.pool = pool
        service = Service(Snapshots(chosen.data_dir), pool, Memory(), Names())
        app.state.service = service
        app.state.reconciliation = Reconciliation(service, chosen.data_dir)
        app.state.features = SnapshotCache()
        app.state.following = Following(chosen)
        app.state.readiness = health.Readiness(pool)
        app.state.derivations = Derivations(service.snapshots, pool.snapshot)
        app.state.analyses = Analyses(pool.snapshot, chosen.deadline, hurried=chosen.read_ahead)
        app.state.maps = Analyses(
            pool.snapshot, chosen.deadline, waiting=64
        )  # quick: they wait for no analysis
        app.state.places = Places(app.state.maps, chosen.deadline)
        app.state.portraits = Portraits(app.state.analyses)
        app.state.actors = Actors(app.state.maps)
        app.state.agendas = Agendas(app.state.maps)
        app.state.ahead = Ahead(service.snapshots, app.state.derivations.folder)
        columns = ColumnsAhead(service.snapshots)
        warming = Warming(
            service,
            app.state.analyses,
            portraits=app.state.portraits,
            maps=app.state.maps,
            actors=app.state.actors,
            agendas=app.state.agendas,
            reconciliation=app.state.reconciliation,
        )
        app.state.webhooks = webhooks.Webhooks(chosen.data_dir, chosen.base_url)
        jobs = [app.state.derivations.job, app.state.webhooks.job]
        if chosen.read_ahead:
            jobs += [warming.job, app.state.ahead.job]
        if chosen.columns and find_spec("duckdb"):  # of the extra `load`
            jobs.append(columns.job)
        watcher = Watcher(pool.snapshot, jobs)
        watcher.start()
        app.state.following.start()
        try:
            yield
        finally:
            remote.close()
            app.state.following.close()
            warming.close()
            await _end_writes(app, resumed)
            for made in (columns, app.state.ahead, app.state.analyses, app.state.maps, app.state.derivations):
                made.close()
            await asyncio.to_thread(watcher.close)  # the pool answers on this loop
            await pool.aclose()

    app = Application(
        chosen,
        title="ancrage",
        version=__version__,
        description="Graphe de connaissances des relations entre universités et territoires : "
        "pages, données liées, questions nommées et point d’accès SPARQL.",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.publications = publications_of(chosen)
    app.state.theme = theme
    app.state.library = read_library(chosen.data_dir)
    for error in app.state.library.broken:
        log.warning("question set aside: %s", error)
    if theme.colours:
        app.add_middleware(Recolouring, theme=theme)
    app.add_middleware(PageCache, capacity=chosen.cache // 2)
    app.add_middleware(OldParameters)
    app.add_middleware(Headers)
    app.mount("/static", Assets(STATIC, theme.files), name="static")
    app.mount("/docs", Documentation(), name="docs")
    for module in (
        resources,  # first: what is looked up most is found first
        health,
        metrics,
        dataset_pages,
        dump_files,
        changes,
        generations,
        stream,
        named_graphs,
        workbook_file,
        discovery,
        home,
        privacy,
        search,
        search_data,
        search_lists,
        missing_pages,
        meeting_page,
        dossier_page,  # before portraits, whose blocks have addresses of the same form
        territory_routes,
        programme_page,
        interaction_page,
        branch_pages,
        relay_pages,
        agenda_page,
        agenda_feeds,
        strategy_page,
        scheme_page,
        actor_page,
        chain_comparison,  # before the other addresses of filières, which have the same form
        chain_data,
        chain_page,
        chain_blocks,  # after the other addresses of filières, which have the same form
        indicator_pages,
        indicator_routes,
        map_page,
        map_flows,
        editor_data,
        catalogue,
        openapi,
        analysis_routes,
        scenario_routes,
        reconciliation_routes,
        feature_routes,
        definitions,
        method_pages,
        update,
        graph_store,
    ):
        app.include_router(module.router)
    for router in devices.routers():
        app.include_router(router)
    app.include_router(
        scenario_pages.router
    )  # last: the name of a scenario is in the place of other addresses
    openapi.install(app)
    handle_errors(app)
    return app
