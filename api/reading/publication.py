"""What every page needs of the current publication, and the reading of it that a request makes."""

import logging
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from fastapi import FastAPI, Request

from ...graph.pool.blocking import NoSnapshot, PoolBusy, QueryExhausted, QueryTimeout, WorkerPool
from ...graph.snapshots.snapshot import Snapshot, Snapshots, UnknownSnapshot
from ...queries.library import Library
from ...words import N_, Spoken, gettext
from ..web.negotiation import Language
from .names import Index, Names
from .solutions import Memory, Reading

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Publication:
    """The publication that a page shows at its foot."""

    id: str
    created: str
    quads: int
    graphs: dict[str, dict[str, Any]]

    @property
    def has_examples(self) -> bool:
        """Whether a graph holds illustrative data, which pages then offer to count."""
        return any(about.get("role") == "illustrative" for about in self.graphs.values())


@dataclass(frozen=True)
class Service:
    """What the application keeps while it runs."""

    snapshots: Snapshots
    pool: WorkerPool
    memory: Memory
    names: Names


#: Why a part of a page could not be read, in French and in English.
_WHY: tuple[tuple[type[Exception], Spoken], ...] = (
    (
        QueryTimeout,
        N_("Cette partie a demandé trop de temps : elle a été interrompue. Le reste de la page est complet."),
    ),
    (
        QueryExhausted,
        N_("Cette partie a demandé trop de mémoire et a été interrompue. Le reste de la page est complet."),
    ),
    (PoolBusy, N_("Le service répond à beaucoup de demandes : rechargez la page dans quelques secondes.")),
    (NoSnapshot, N_("Aucune publication pour l’instant.")),
)


def library_of_questions(app: FastAPI) -> Library:
    """Give the named questions of the service, read when it began: those of the package, and the host's own."""
    library: Library = app.state.library
    return library


def service_of(app: FastAPI) -> Service:
    """Give what the application keeps."""
    service: Service = app.state.service
    return service


def publication_of(snapshot: Snapshot) -> Publication:
    """Read in a snapshot's manifest what pages show."""
    manifest = snapshot.manifest
    return Publication(
        snapshot.id,
        str(manifest.get("created", "")),
        int(manifest.get("quads", 0)),
        dict(manifest.get("graphs", {})),
    )


def current(app: FastAPI) -> Publication | None:
    """Give what a page that reads nothing shows of the publication; None where none can be read."""
    service: Service | None = getattr(app.state, "service", None)
    try:
        return None if service is None else publication_of(service.pool.snapshot())
    except (NoSnapshot, UnknownSnapshot):
        return None


def sentence(error: Exception, language: Language = "fr") -> str:
    """Say why a part of a page could not be read.

    >>> sentence(QueryTimeout(30.0), "en")
    'This part took too long and was stopped. The rest of the page is complete.'
    """
    for kind, words in _WHY:
        if isinstance(error, kind):
            return words[language]
    log.error("a part of a page could not be read", exc_info=error)
    return gettext("Cette partie n’a pas pu être lue. Le reste de la page est complet.", language)


def begin_reading(service: Service) -> Reading:
    """Begin a reading of the current snapshot; raises NoSnapshot when nothing is published."""
    snapshot = service.pool.snapshot()
    return Reading(service.pool, snapshot.id, service.memory, sentence, snapshot.graphs("illustrative"))


def reading_of(request: Request) -> Reading:
    """Begin the request's reading of the current snapshot; raises NoSnapshot when nothing is published."""
    service = service_of(request.app)
    request.state.publication = publication_of(service.pool.snapshot())
    reading = begin_reading(service)
    request.state.reading = reading  # the page cache asks it whether everything could be read
    return reading


def answer_of(request: Request, snapshot: Snapshot) -> None:
    """Say which publication an answer is of: the pages' foot, `Ancrage-Snapshot`, ETag and Last-Modified tell it.

    It may be an older one than the current, while what is derived of that is made.
    """
    request.state.publication = publication_of(snapshot)
    request.state.answer_of = snapshot


def index_of(request: Request, reading: Reading) -> Index:
    """Give the names of the snapshot being read."""
    return service_of(request.app).names.of(reading)


def client_of(request: Request) -> str:
    """Name whom a question of the public is counted for: the network it comes from."""
    return network_of(request.client.host if request.client else "")


@lru_cache(1024)
def network_of(host: str) -> str:
    """Give the network that an address is counted with: itself, of IPv6 the /64 that one subscriber has whole.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3::4"), network_of("::ffff:192.0.2.7"), network_of("")
    ('192.0.2.7', '2001:db8:1:2::/64', '192.0.2.7', 'unknown')
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host or "unknown"
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
