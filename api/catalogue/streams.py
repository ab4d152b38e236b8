"""Named questions put to the pool: an answer whole for tables, or piece by piece for files; both end with the client."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import format_datetime
from typing import Any

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from ...graph.pool.blocking import Answer, AnswerStream, WorkerPool
from ...graph.snapshots.snapshot import Snapshot
from ..reading.publication import client_of
from ..sparql.answer_tables import LARGEST
from ..sparql.relay import Watch, relay, watch
from ..sparql.request import ClientGone
from ..web.negotiation import Representation
from ..web.page_cache import entity_tags, takes_gzip
from .answers import QuestionParams

#: Longer answers are sent as they come and kept nowhere; shorter ones are left to the cache of pages.
SENT_WHOLE = 1 << 19


async def whole_answer(request: Request, asked: QuestionParams, accept: str) -> Answer:
    """Put a question and wait for the whole answer; errors of the pool pass through.

    Raises ClientGone when the client leaves, and QueryExhausted for an answer too long to make a table of.
    """
    async with _watched(request):
        stream = await _stream(request, asked, accept, held=None, largest=LARGEST)
    return Answer(stream.whole or b"", stream.media_type, stream.snapshot.id, stream.seconds, stream.kind)


async def relayed_answer(
    request: Request, asked: QuestionParams, chosen: Representation, headers: dict[str, str]
) -> Response:
    """Put a question and send what the engine writes, as it comes; errors of the pool pass through.

    A short answer is a plain response without a tag, which the cache of pages keeps and tags; a long one has
    its own tag and is looked up in If-None-Match before anything runs.
    """
    pool: WorkerPool = request.app.state.pool
    packed = takes_gzip(request.headers.get("accept-encoding", ""))
    known = entity_tags(request.headers.get("if-none-match", ""))
    snapshot = pool.snapshot()
    for way in (packed, not packed):
        if _tag(snapshot, asked, chosen, packed=way) in known:
            return Response(status_code=304, headers=headers | _marks(snapshot, asked, chosen, way))
    async with _watched(request):
        stream = await _stream(request, asked, chosen.media_type, packed=packed)
        try:
            if request.scope["http_version"] == "1.0":  # it knows no pieces: only a length tells what is cut
                await stream.finished()
        except BaseException:
            stream.close()
            raise
    headers = headers | {"Content-Type": stream.media_type, "Ancrage-Snapshot": stream.snapshot.id}
    if stream.snapshot.id != request.state.publication.id:
        request.state.reading.failed = True  # of a newer publication: not to be kept for this one
    if stream.packed:
        headers |= {"Content-Encoding": "gzip"}
    elif stream.complete and stream.size <= SENT_WHOLE and (body := stream.whole) is not None:
        return Response(body, headers=headers)
    return RelayResponse(stream, pool, headers | _marks(stream.snapshot, asked, chosen, stream.packed))


class RelayResponse(Response):
    """A response sent as its stream comes; the query ends when the client leaves."""

    def __init__(self, stream: AnswerStream, pool: WorkerPool, headers: dict[str, str]) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self.stream, self.pool = stream, pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer; raises AnswerCut when the query is stopped after the first bytes."""
        async with watch(receive, self.pool.ticker, self.stream):
            if scope.get("ancrage.head"):
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                await send({"type": "http.response.body", "body": b""})
            else:
                await relay(send, self.raw_headers, self.stream, 0)


@asynccontextmanager
async def _watched(request: Request) -> AsyncIterator[None]:
    """Cancel what runs inside when the client leaves, as ClientGone."""
    watch = Watch(request.receive, request.app.state.pool.ticker)
    try:
        yield
    except asyncio.CancelledError:
        if watch.gone:
            raise ClientGone("the client went away") from None
        raise
    finally:
        watch.end()


async def _stream(request: Request, asked: QuestionParams, accept: str, **options: Any) -> AnswerStream:
    """Put a question in the name of the client, within the public deadline."""
    pool: WorkerPool = request.app.state.pool
    return await pool.stream(
        asked.text,
        accept=accept,
        default_graphs=asked.graphs,
        client=client_of(request),
        deadline=request.app.state.settings.deadline,
        **options,
    )


def _tag(snapshot: Snapshot, asked: QuestionParams, chosen: Representation, *, packed: bool) -> str:
    said = "\0".join([asked.text, *(asked.graphs or ())])
    digest = hashlib.blake2b(said.encode(), digest_size=6).hexdigest()
    return f'"{snapshot.id}.{digest}-{chosen.name}{".gz" if packed else ""}"'


def _marks(snapshot: Snapshot, asked: QuestionParams, chosen: Representation, packed: bool) -> dict[str, str]:
    return {
        "ETag": _tag(snapshot, asked, chosen, packed=packed),
        "Last-Modified": format_datetime(snapshot.created, usegmt=True),
        "Cache-Control": "public, no-cache",
        "Vary": "Accept, Accept-Language, Accept-Encoding",
    }
