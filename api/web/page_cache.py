"""Pages and descriptions of one publication, kept in memory: strong ETag, Last-Modified, 304, gzip.

A snapshot never changes, so what a route made of it may be kept until another is published. The layer keeps
the answers of routes that read the snapshot through `reading_of` and read all of it: an answer with a part
that failed, or that mixes two publications, is neither kept nor given an ETag; one of an older publication
(`answer_of`) says so and is not kept. A route that sends its own
`Cache-Control` or `ETag` is left alone; one that must not be kept calls `leave_out`, one that tells what is to come or
how old things are calls `only_today`.
"""

import asyncio
import functools
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...graph.pool.blocking import NoSnapshot
from ...graph.pool.compression import gunzip, gzip
from ...graph.snapshots.snapshot import Snapshot
from .kept_answers import Answers, CacheEntry
from .negotiation import language, signature
from .routes import ROUTE, template_of
from .snapshot_cache import SnapshotCache

#: Addresses that have a cache of their own, or nothing to keep.
ELSEWHERE = (
    "/static/",
    "/docs",
    "/sparql",
    "/update",
    "/graphs",
    "/dumps",
    "/changes",
    "/generations",
    "/healthz",
    "/readyz",
    "/metrics",
)
#: Answers shorter than this are sent as they are.
SMALLEST_COMPRESSED = 1024
#: Longer answers are compressed, and given as they were made, on another thread.
INLINE = 512 << 10
#: The code whose change changes pages.
_CODE = ("api", "ontology", "queries", "graph")
_FILES = (".py", ".html", ".css", ".js", ".rq", ".ttl", ".toml", ".tsv", ".jsonld")

_REVALIDATE = "public, no-cache"
_COMPRESSED: tuple[str, ...] = (
    "text/",
    "application/ld+json",
    "application/json",
    "application/n-",
    "application/rdf+xml",
)
_COMPRESSED += (
    "application/trig",
    "application/xml",
    "application/atom+xml",
    "image/svg+xml",
    "application/problem+json",
)


@functools.cache
def package_time() -> datetime:
    """Give when the newest file of the package that pages are made of was written.

    >>> package_time() < datetime.now(UTC)
    True
    """
    root = Path(__file__).parents[2]
    files = (path for folder in _CODE for path in (root / folder).rglob("*") if path.suffix in _FILES)
    return datetime.fromtimestamp(int(max(path.stat().st_mtime for path in files)), UTC)


def leave_out(request: Request) -> None:
    """Say that the answer to a request must not be kept: a part of it failed, or it does not last."""
    request.state.kept = False


def only_today(request: Request) -> None:
    """Say that the answer to a request holds for this day alone."""
    request.state.day = date.today().isoformat()


def entity_tags(header: str) -> set[str]:
    """Read the tags of an If-None-Match header, weak ones compared as strong ones.

    >>> sorted(entity_tags('"a", W/"b"'))
    ['"a"', '"b"']
    """
    return {part.strip().removeprefix("W/") for part in header.split(",") if part.strip()}


class PageCache:
    """ASGI layer: keeps the pages of the current publication and answers conditional requests.

    `capacity` bounds what is kept, in bytes (0 keeps nothing; tags and 304 stay): pages stay compressed, as browsers
    ask for them, and the few who do not take that get them as they were made. Requests for a page that is being made
    wait for it. `hits` and `misses` count; `entries` and `bytes` tell what is kept; the layer is
    at `app.state.pages` after its first request.
    """

    def __init__(self, app: ASGIApp, capacity: int = 24 << 20) -> None:
        self.app = app
        self.hits = self.misses = 0
        self._capacity = capacity
        self._answers = SnapshotCache[Answers]()
        self._snapshot = ""
        self._making: dict[tuple[Any, ...], asyncio.Event] = {}

    @property
    def entries(self) -> int:
        """Number of answers kept."""
        return len(self._shelf(self._snapshot))

    @property
    def bytes(self) -> int:
        """Bytes of answers kept."""
        return int(self._shelf(self._snapshot).currsize)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        snapshot = self._current(scope)
        if snapshot is None:
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        key = (
            snapshot.id,
            scope["scheme"],
            asked.get("host", ""),
            scope["path"],
            scope["query_string"],
            signature(asked.get("accept", "*/*")),
            language(asked.get("accept-language")),
        )
        kept = self._find(key)
        if kept is None and key in self._making:
            await self._making[key].wait()
            kept = self._find(key)
        if (note := scope.get("ancrage.note")) is not None:
            note["cache"] = "miss" if kept is None else "hit"
        if kept is not None:
            self.hits += 1
            scope[ROUTE] = kept.route
            await _send(kept, asked, send)
            return
        self.misses += 1
        made = self._making.setdefault(key, asyncio.Event())
        try:
            await self.app(scope, receive, self._watch(key, snapshot, scope, asked, made, send))
        finally:
            self._release(key, made)

    def _shelf(self, snapshot: str) -> Answers:
        """Give the answers of the current snapshot; of a former one nothing is kept: who still waits for it empties nothing."""
        if snapshot != self._snapshot:
            return Answers(0)
        return self._answers.of(snapshot, lambda: Answers(self._capacity))

    def _find(self, key: tuple[Any, ...]) -> CacheEntry | None:
        kept = self._shelf(key[0]).get(key)
        return None if kept is not None and kept.day not in ("", date.today().isoformat()) else kept

    def _current(self, scope: Scope) -> Snapshot | None:
        """Give the snapshot whose pages are kept, or None for a request that is none of ours."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(ELSEWHERE):
            return None
        scope["app"].state.pages = self
        service = getattr(scope["app"].state, "service", None)
        if service is None:
            return None
        try:
            snapshot: Snapshot = service.pool.snapshot()
        except (NoSnapshot, LookupError):
            return None
        self._snapshot = snapshot.id
        return snapshot

    def _watch(
        self,
        key: tuple[Any, ...],
        snapshot: Snapshot,
        scope: Scope,
        asked: Headers,
        made: asyncio.Event,
        send: Send,
    ) -> Send:
        """Give a `send` that keeps what can be kept and passes the rest on as it comes."""
        state = scope.setdefault("state", {})
        start: Message | None = None
        parts: list[bytes] = []

        async def watched(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if _keepable(message, state, snapshot):
                    start = message
                    return
                self._release(key, made)
            if start is None:
                await send(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            of: Snapshot = state.get(
                "answer_of", snapshot
            )  # an older one while what is derived of ours is made
            kept = replace(await _kept(start, b"".join(parts), of, state), route=template_of(scope))
            if of.id == snapshot.id:
                self._shelf(snapshot.id).keep(key, kept)
            self._release(key, made)
            await _send(kept, asked, send)

        return watched

    def _release(self, key: tuple[Any, ...], made: asyncio.Event) -> None:
        """Let those go on that wait for this answer: it is kept, or will not be."""
        made.set()
        if self._making.get(key) is made:
            del self._making[key]


def _keepable(start: Message, state: dict[str, Any], snapshot: Snapshot) -> bool:
    reading = state.get("reading")
    if start["status"] != 200 or reading is None or reading.failed or not state.get("kept", True):
        return False
    headers = Headers(raw=start["headers"])
    return reading.snapshot == snapshot.id and "etag" not in headers and "cache-control" not in headers


async def _kept(start: Message, body: bytes, snapshot: Snapshot, state: dict[str, Any]) -> CacheEntry:
    headers = MutableHeaders(raw=list(start["headers"]))
    media_type = headers.get("content-type", "").partition(";")[0]
    del headers["content-length"]
    headers["cache-control"] = _REVALIDATE
    headers["last-modified"] = _modified(snapshot)
    headers["ancrage-snapshot"] = snapshot.id
    tag, day, coding = _tag(snapshot, media_type, body), state.get("day", ""), ""
    if _compressible(media_type, body):
        headers.add_vary_header("Accept-Encoding")
        body, coding = await _beside(gzip, body), "gzip"
    return CacheEntry(headers.raw, tag, headers["last-modified"], body, coding, day)


def _tag(snapshot: Snapshot, media_type: str, body: bytes) -> str:
    digest = hashlib.blake2b(body, digest_size=6).hexdigest()  # so no two answers of an address share a tag
    return f"{snapshot.id}.{media_type.rpartition('/')[2]}.{digest}"


@functools.lru_cache(8)
def _modified(snapshot: Snapshot) -> str:
    return format_datetime(max(snapshot.created, package_time()), usegmt=True)


def _compressible(media_type: str, body: bytes) -> bool:
    return media_type.startswith(_COMPRESSED) and len(body) >= SMALLEST_COMPRESSED


async def _send(kept: CacheEntry, asked: Headers, send: Send) -> None:
    headers = MutableHeaders(raw=list(kept.headers))
    encoded = bool(kept.coding) and takes_gzip(asked.get("accept-encoding", ""))
    tag = f'"{kept.tag}.gz"' if encoded else f'"{kept.tag}"'
    headers["etag"] = tag
    if _unchanged(kept, asked):
        for name in ("content-type", "content-language", "content-disposition"):
            del headers[name]
        await send({"type": "http.response.start", "status": 304, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b""})
        return
    body = kept.body
    if encoded:
        headers["content-encoding"] = kept.coding
    elif kept.coding:
        body = await _beside(gunzip, body)
    headers["content-length"] = str(len(body))
    await send({"type": "http.response.start", "status": 200, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})


def _unchanged(kept: CacheEntry, asked: Headers) -> bool:
    """Tell whether the client has this very answer; a date counts only without tags, and only if the same."""
    if (tags := asked.get("if-none-match")) is not None:
        return tags.strip() == "*" or not entity_tags(tags).isdisjoint((f'"{kept.tag}"', f'"{kept.tag}.gz"'))
    return asked.get("if-modified-since") == kept.modified


def takes_gzip(header: str) -> bool:
    """Say whether an Accept-Encoding header allows gzip.

    >>> takes_gzip("gzip, br"), takes_gzip("gzip;q=0, br"), takes_gzip("")
    (True, False, False)
    """
    for part in header.lower().split(","):
        name, _, rest = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return rest.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


async def _beside(work: Callable[[bytes], bytes], body: bytes) -> bytes:
    """Do the work on a body, on another thread if it is long."""
    return work(body) if len(body) <= INLINE else await asyncio.to_thread(work, body)
