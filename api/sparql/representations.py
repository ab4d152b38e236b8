"""Headers of the SPARQL service's answers: tags of representations, dates, conditional requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from functools import lru_cache
from hashlib import blake2b

import pyoxigraph

from ... import __version__
from ...graph.pool.protocol import COLUMNS, FALLEN, STORE, Engine
from ...graph.snapshots.snapshot import Snapshot
from ..web.page_cache import entity_tags
from ..web.security import CORS, RAW_HEADERS
from .answers import RawHeaders

_VERSIONS = blake2b(f"{__version__} {pyoxigraph.__version__}".encode(), digest_size=4).hexdigest()
_CORS = tuple((name.lower().encode(), value.encode()) for name, value in CORS.items())

ENGINES: Mapping[Engine, bytes] = {
    STORE: b"oxigraph",
    COLUMNS: b"columns",
    FALLEN: b"oxigraph; columns=unreadable",
}
"""What `Ancrage-Engine` says."""


class Representations:
    """The tags and headers of what the service answers; a `plain` default graph makes other answers.

    A tag tells the snapshot, the version of the package and of the engine, the format, the coding and whether columns
    answered, which give rows that nothing orders in another order: together with the address that is what the bytes of
    an answer depend on.
    """

    def __init__(self, plain: bool = False) -> None:
        self.plain = plain

    def tag(self, snapshot: Snapshot, name: str, packed: bool = False, engine: Engine = STORE) -> str:
        """Return the ETag of an answer in the format `name`, compressed if `packed`."""
        kind = f"{'.plain' if self.plain else ''}{'.columns' if engine == COLUMNS else ''}"
        return f'"{snapshot.id}.{_VERSIONS}{kind}.{name}{".gz" if packed else ""}"'

    def headers(
        self,
        snapshot: Snapshot,
        media_type: str,
        tag: str,
        packed: bool = False,
        file: str = "",
        engine: Engine | None = None,
    ) -> RawHeaders:
        """Return the headers of an answer of an engine; without a tag it must not be kept. A `file` names what is saved."""
        headers = [*_always(snapshot.id, media_type, file)]
        if tag:
            headers.append((b"cache-control", b"public, no-cache"))
            headers.append((b"etag", tag.encode()))
            headers.append((b"last-modified", _date(snapshot)))
        else:
            headers.append((b"cache-control", b"no-store"))
        if engine is not None:
            headers.append((b"ancrage-engine", ENGINES[engine]))
        if packed:
            headers.append((b"content-encoding", b"gzip"))
        return headers

    def unchanged(self, snapshot: Snapshot, tags: str | None, since: str, names: Iterable[str]) -> str:
        """Return the tag of the answer that the client has already in one of these formats, or nothing.

        `tags` and `since` are its If-None-Match and If-Modified-Since: a date counts only without tags, and only
        if it is the very one that was sent.
        """
        own = [
            self.tag(snapshot, name, packed, engine)
            for name in names
            if name
            for packed in (False, True)
            for engine in (STORE, COLUMNS)
        ]
        if tags is None:
            return own[0] if own and since == _date(snapshot).decode() else ""
        if tags.strip() == "*":
            return own[0] if own else ""
        known = entity_tags(tags)
        return next((tag for tag in own if tag in known), "")

    def not_modified(self, snapshot: Snapshot, tag: str) -> RawHeaders:
        """Return the headers of a 304."""
        return self.headers(snapshot, "", tag)


@lru_cache(maxsize=64)
def _always(snapshot: str, media_type: str, file: str) -> RawHeaders:
    """Return the headers that do not depend on the query; the caller copies them."""
    headers = [
        (b"vary", b"Accept, Accept-Encoding"),
        (b"ancrage-snapshot", snapshot.encode()),
        *_CORS,
        *RAW_HEADERS,
    ]
    if media_type:
        headers.append((b"content-type", media_type.encode()))
    if file:
        headers.append((b"content-disposition", f'attachment; filename="{file}"'.encode()))
    return headers


@lru_cache(maxsize=8)
def _date(snapshot: Snapshot) -> bytes:
    return format_datetime(snapshot.created, usegmt=True).encode()
