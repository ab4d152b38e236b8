"""Answers on their way to the client: whole, or piece by piece; cut off, never ended early; stopped when it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Receive, Send

from ...graph.pool.blocking import AnswerStream
from ...graph.pool.timer import Ticker
from .answers import RawHeaders


class AnswerCut(ConnectionError):  # noqa: N818
    """An answer that stopped after its first bytes: the connection is broken off, so that nobody takes it for whole."""


class Watch:
    """Cancels the task of a request when its client goes away; begun in that task, and ended by `end`.

    `gone` tells whether the client went.
    """

    def __init__(self, receive: Receive, ticker: Ticker) -> None:
        self.receive = receive
        self.ticker = ticker
        self.gone = False
        self._task = asyncio.current_task()
        self._watcher: asyncio.Task[None] | None = None
        ticker.add(self)

    def look(self, now: float) -> None:
        """Begin to watch: most requests are answered before."""
        self.ticker.discard(self)
        self._watcher = asyncio.get_running_loop().create_task(self._wait())

    def end(self) -> None:
        """Watch no more."""
        self.ticker.discard(self)
        if self._watcher is not None:
            self._watcher.cancel()

    async def _wait(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        if self._task is not None:
            self._task.cancel()


@asynccontextmanager
async def watch(receive: Receive, ticker: Ticker, stream: AnswerStream) -> AsyncIterator[None]:
    """Send a stream inside: what is sent to a client that goes away ends quietly; the stream is closed in the end."""
    watch = Watch(receive, ticker)
    try:
        yield
    except asyncio.CancelledError:
        if not watch.gone:
            raise
    finally:
        watch.end()
        stream.close()


async def send_whole(
    send: Send, status: int, headers: RawHeaders, body: bytes = b"", *, head: bool = False
) -> None:
    """Send an answer with its length; without its body for HEAD."""
    if status not in (204, 304):
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


async def relay(send: Send, headers: RawHeaders, stream: AnswerStream, keep: int) -> bytes | None:
    """Send a stream piece by piece; return its bytes if they are at most `keep`.

    Raises AnswerCut when the query is stopped after the first bytes.
    """
    if stream.complete:
        headers = [*headers, (b"content-length", str(stream.size).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    kept: list[bytes] | None = []
    sent = 0
    try:
        async for piece in stream:
            sent += len(piece)
            if kept is not None:
                kept.append(piece)
                if sent > keep:
                    kept = None
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except Exception as error:
        raise AnswerCut(f"cut after {sent} bytes: {error}") from error
    await send({"type": "http.response.body", "body": b""})
    return b"".join(kept) if kept is not None else None
