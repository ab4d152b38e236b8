"""An answer on its way from a query process to who asked: held a little, then spooled, never cut unseen."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import deque
from collections.abc import Callable
from typing import IO

from ..snapshots.snapshot import Snapshot
from ..sparql.formats import Format, Kind
from .protocol import Engine, Head

HELD = 1 << 20
"""Bytes of an answer kept in memory: who asked gets it from then on, and what is more goes to a file."""

_READ = 1 << 18
"""Bytes read back from the file at once."""


class Spooled:
    """The room that answers waiting for slow readers take in files, all together; keeps `used` of `limit` bytes.

    >>> Spooled(10).used
    0
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0

    @property
    def full(self) -> bool:
        """Whether processes should wait until a reader has read."""
        return self.used >= self.limit


class AnswerStream:
    """An answer in pieces: iterate over it once, then (or instead) `aclose` it.

    It exists as soon as the answer is complete, or long enough to be sent: `kind`, `format`, `packed` (by
    gzip) and `snapshot` are known then, and `whole` is the answer if it is complete. While it is read slowly,
    the process goes on into an unlinked temporary file. Iterating raises what happened to the query after
    that (QueryTimeout, QueryExhausted…): then what was read is not an answer. `aclose` before the end
    stops the query.
    """

    def __init__(self, spooled: Spooled, held: int | None = HELD) -> None:
        self._snapshot: Snapshot | None = None
        self.seconds = 0.0
        self.complete = False
        self.size = 0
        self._head: Head | None = None
        self._spooled = spooled
        self._held_most = held
        self._parts: deque[bytes] = deque()
        self._held = 0
        self._file: IO[bytes] | None = None
        self._read_to = self._written_to = 0
        self._error: BaseException | None = None
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._more: asyncio.Future[None] | None = None
        self.on_close: Callable[[], None] | None = None
        self.on_room: Callable[[], None] | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that is answered from."""
        assert self._snapshot is not None
        return self._snapshot

    @property
    def kind(self) -> Kind:
        """What the query gives: rows, a boolean or a graph."""
        assert self._head is not None
        return self._head.kind

    @property
    def format(self) -> Format:
        """The format the answer is written in."""
        assert self._head is not None
        return self._head.format

    @property
    def media_type(self) -> str:
        """The media type of the answer."""
        return self.format.media_type

    @property
    def engine(self) -> Engine:
        """What answered: the store, columns, or the store because the columns cannot be read."""
        assert self._head is not None
        return self._head.engine

    @property
    def packed(self) -> bool:
        """Whether the bytes are compressed by gzip."""
        return self._head is not None and self._head.packed

    @property
    def whole(self) -> bytes | None:
        """The answer if it is complete and nothing of it was read yet."""
        if not self.complete or self._file is not None:
            return None
        if len(self._parts) != 1:
            self._parts = deque([b"".join(self._parts)])
        return self._parts[0]

    async def ready(self) -> None:
        """Wait until the answer is complete or long enough to be sent; raises what stopped the query."""
        await self._ready

    async def finished(self) -> None:
        """Wait until the answer is complete, without reading it; raises what stopped the query."""
        while not self.complete:
            if self._error is not None:
                raise self._error
            self._more = asyncio.get_running_loop().create_future()
            await self._more

    def begin(self, head: Head, snapshot: Snapshot) -> None:
        """Take the head of the answer, and which snapshot it comes from."""
        self._head, self._snapshot = head, snapshot

    def feed(self, data: bytes) -> bool:
        """Take a piece from the process; return whether it may go on writing."""
        self.size += len(data)
        if self._held_most is None or (self._file is None and self._held < self._held_most):
            self._parts.append(data)
            self._held += len(data)
        else:
            self._spool(data)
        if self._held_most is not None and self._held >= self._held_most:
            self._wake(self._ready)
        self._wake(self._more)
        return self._file is None or not self._spooled.full

    def restart(self) -> bool:
        """Forget what came, for the query begins anew; false when who asked has some of it already."""
        if self._ready.done():
            return False
        self._parts.clear()
        self._held = self.size = 0
        return True

    def end(self) -> None:
        """Take note that the answer is complete."""
        self.complete = True
        self.on_close = self.on_room = None
        self._wake(self._ready)
        self._wake(self._more)

    def fail(self, error: BaseException) -> None:
        """Take note that the query was stopped."""
        self._error = error
        self.on_close = self.on_room = None
        if not self._ready.done():
            self._ready.set_exception(error)
        self._wake(self._more)

    def __aiter__(self) -> AnswerStream:
        return self

    async def __anext__(self) -> bytes:
        while not (piece := self._take()):
            if self._error is not None:
                raise self._error
            if self.complete:
                raise StopAsyncIteration
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        return piece

    async def aclose(self) -> None:
        """Stop the query if it still runs, and forget what was not read."""
        self.close()

    def close(self) -> None:
        """Stop the query if it still runs, and forget what was not read."""
        if self.on_close is not None:
            self.on_close()
        self._forget()

    def _take(self) -> bytes:
        if self._parts:
            piece = self._parts.popleft() if len(self._parts) == 1 else b"".join(self._parts)
            self._parts.clear()
            self._held = 0
            return piece
        if self._file is None:
            return b""
        piece = os.pread(self._file.fileno(), _READ, self._read_to)
        self._read_to += len(piece)
        if self._read_to == self._written_to:
            self._close_file()
        return piece

    def _spool(self, data: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="ancrage-answer-", buffering=0)  # noqa: SIM115
            self._read_to = self._written_to = 0
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._written_to += len(data)
        self._spooled.used += len(data)

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self._spooled.used -= self._written_to
            if self.on_room is not None:
                self.on_room()

    def _forget(self) -> None:
        self._parts.clear()
        self._held = 0
        self._close_file()

    @staticmethod
    def _wake(future: asyncio.Future[None] | None) -> None:
        if future is not None and not future.done():
            future.set_result(None)
