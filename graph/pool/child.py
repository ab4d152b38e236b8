"""A process that answers queries on one snapshot, for the pool: `python -m ancrage.graph.pool.child`.

It reads requests from its standard input and writes frames to its standard output (see `protocol`). The first
frame tells whether the process is isolated. A request names a store to open, or a query with its limits; an
answer is written while it is evaluated, so that a large one is never held.
"""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from ..snapshots.lease import hold
from ..sparql.evaluation import Request, Results, check_request
from ..sparql.formats import NotAcceptable
from ..sparql.limits import QueryRefused, QueryTooComplex
from ..sparql.reasons import pack_reason
from ..sparql.remote import RemoteFailed
from ..sparql.syntax import QuerySyntax
from .compression import gzip_writer
from .engines import Engines
from .isolation import forbid_core_dumps, isolate, limit_memory
from .protocol import (
    BEGUN,
    END,
    ERROR,
    OPENED,
    PIECE,
    READY,
    STORE,
    WHOLE,
    Engine,
    Head,
    pack,
    pack_json,
    read_request,
)

_STACK = 64 << 20
_PAGE = resource.getpagesize()
_UNKNOWN_SIZE = 512 << 20
_HELD = 1 << 16
"""Bytes of an answer kept before its first piece is sent."""
_PACKED_FROM = 1400
"""An answer under this size is in one packet anyway, so it is not compressed."""
_GRACE = 1.0
"""Seconds after which a process whose parent did not kill it at the deadline ends by itself."""
_LITTLE_WORK = 0.01
"""A query shorter than this many seconds cannot have filled the memory: it is not looked at."""

Send = Callable[[bytes], None]


class _AnswerTooLarge(Exception):  # noqa: N818
    """An answer beyond the limit."""


class _Sink:
    """The file an answer is written to: sent whole while small, else in pieces, compressed when asked."""

    def __init__(
        self, send: Send, results: Results, largest: int, packed: bool, engine: Engine = STORE
    ) -> None:
        self.send = send
        self.engine = engine
        self.results = results
        self.largest = largest
        self.wants_packed = packed
        self.size = 0
        self.begun = False
        self.over = False
        self._parts: list[bytes] = []
        self._kept = 0
        self._packer = gzip_writer() if packed else None

    def write(self, data: bytes) -> int:
        """Take a part of the answer from the engine."""
        size = len(data)
        self.size += size
        if self.size > self.largest:
            self.over = True
            raise _AnswerTooLarge
        self._parts.append(data)
        self._kept += size
        if self._kept >= _HELD:
            self._ship()
        return size

    def flush(self) -> None:
        """Nothing: the end is told by `finish`."""

    def finish(self, resident: Callable[[], int]) -> None:
        """Send what is left and tell that the answer is complete."""
        if self.begun:
            self._ship(last=True)
            self.send(pack(END, resident=resident()))
            return
        body = b"".join(self._parts)
        packed = self._packer is not None and len(body) >= _PACKED_FROM
        if packed:
            body = self._compress(body, last=True)
        self.send(pack(WHOLE, body, self._head(packed), resident()))

    def _head(self, packed: bool) -> Head:
        return Head(self.results.kind, self.results.format, packed, self.engine)

    def _compress(self, data: bytes, last: bool) -> bytes:
        assert self._packer is not None
        return self._packer.compress(data) + (self._packer.flush() if last else b"")

    def _ship(self, last: bool = False) -> None:
        data = b"".join(self._parts)
        self._parts, self._kept = [], 0
        if not self.begun:
            self.begun = True
            self.send(pack(BEGUN, head=self._head(self._packer is not None)))
        if self._packer is not None:
            data = self._compress(data, last)
        for at in range(0, len(data), _HELD):
            self.send(pack(PIECE, data[at : at + _HELD]))


class _Generation(NamedTuple):
    """A generation's folder: the module of snapshots would cost a new process a tenth of its start."""

    path: Path


class _Server:
    def __init__(self, source: int, target: int, memory: int, line: int) -> None:
        self.source = source
        self.target = target
        self.memory = memory
        self.engines = Engines(memory, self._limit, line)
        self.hold: int | None = None
        self.ahead = b""

    def serve(self) -> None:
        while (request := read_request(self._exactly)) is not None:
            try:
                if "open" in request:
                    self._open(request["open"], request["columns"])
                else:
                    self._query(request)
            except QuerySyntax as error:
                self._error("syntax", pack_reason(error.reason), error.line, error.column)
            except QueryRefused as error:
                self._error("refused", error.keyword, error.line, error.column)
            except QueryTooComplex as error:
                self._error("complex", error.reason, error.limit, error.line, error.column)
            except NotAcceptable as error:
                self._error("accept", error.kind, error.accept, list(error.formats))
            except MemoryError:
                self._error("memory")
            except RemoteFailed as error:
                self._error("remote", error.endpoint, pack_reason(error.reason))
            except Exception as error:  # the engine's own: told to the caller, the process goes on
                self._error("failed", f"{type(error).__name__}: {error}")

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.target, rest) :]

    def _error(self, name: str, *of: object) -> None:
        self.write(pack_json(ERROR, [name, *of]))

    def _open(self, snapshot: str, columns: bool) -> None:
        path = Path(snapshot)
        held = hold(_Generation(path))
        self.engines.open(path, columns)
        if self.hold is not None:
            os.close(self.hold)
        self.hold = held
        self._limit()
        self.write(pack_json(OPENED, path.name))

    def _limit(self) -> None:
        """Leave a query its memory, beside what the process has now."""
        limit_memory(self.memory + _size()[0])

    def _query(self, request: dict[str, Any]) -> None:
        started = time.monotonic()

        def resident() -> int:
            return 0 if time.monotonic() - started < _LITTLE_WORK else _size()[1]

        signal.setitimer(signal.ITIMER_REAL, request["deadline"] + _GRACE)
        try:
            results, engine = self.engines.begin(check_request(Request(**request["query"])))
            sink = _Sink(self.write, results, request["largest"], request["packed"], engine)
            try:
                results.write(cast("IO[bytes]", sink))
            except Exception:
                if not sink.over:
                    raise
                self._error("size", sink.largest)
                return
            sink.finish(resident)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _exactly(self, size: int) -> bytes | None:
        """Read so many bytes, or None at the end; what comes with them is kept: a request is one read."""
        while len(self.ahead) < size:
            if not (part := os.read(self.source, 1 << 17)):
                return None
            self.ahead += part
        data, self.ahead = self.ahead[:size], self.ahead[size:]
        return data


def _size() -> tuple[int, int]:
    """Return the address space and the memory in use of this process, in bytes."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 — the short way
            total, resident = file.read().split()[:2]
    except OSError:
        return _UNKNOWN_SIZE, 0
    return int(total) * _PAGE, int(resident) * _PAGE


def _die_with(line: int) -> None:
    """End this process, whatever it does, when the pipe `line` is closed at its other end: by the parent's death."""
    with suppress(AttributeError, OSError):  # Linux; elsewhere the alarm of each query remains
        fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(line, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        with suppress(BlockingIOError):
            if not os.read(line, 1):  # it died before the signal was set
                sys.exit(1)


def _run(work: Callable[[], None]) -> None:
    """Run on one thread with a large stack: the engine's parser and optimiser are recursive."""
    threading.stack_size(_STACK)
    thread = threading.Thread(target=work, name="queries")
    thread.start()
    thread.join()


def main() -> None:
    """Serve queries until the standard input is closed; arguments: memory of a query in bytes, the life line, that of calls."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    forbid_core_dumps()
    _die_with(int(sys.argv[2]))
    isolated = isolate()
    server = _Server(0, os.dup(1), int(sys.argv[1]), int(sys.argv[3]))
    os.dup2(2, 1)
    server.write(pack_json(READY, isolated))
    _run(server.serve)


if __name__ == "__main__":
    main()
