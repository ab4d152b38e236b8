"""A process that answers queries on one snapshot, for the pool: `python -m ancrage.graph.worker_process`.

It reads frames from its standard input and writes frames to its standard output. A frame is a header (JSON)
and a body (bytes), each after its length (4 and 8 bytes, big endian). The first frame written tells whether
the process is isolated. A request names a store to open, or a query with its limits; the answer to a query is
a header with the kind and media type and the serialised results as body, or a header with an error.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from .evaluation import Request, evaluate
from .formats import NotAcceptable
from .isolation import forbid_core_dumps, isolate, limit_memory
from .snapshot import Snapshot, hold
from .syntax import QuerySyntax

_LENGTHS = struct.Struct(">IQ")
_STACK = 64 << 20
_PAGE = resource.getpagesize()
_UNKNOWN_SIZE = 512 << 20
_NICE = 5
"""Queries leave the processor to the pages' process when both want it."""
_SMALL = 1 << 16
_GRACE = 1.0
"""Seconds after which a process whose parent did not kill it at the deadline ends by itself."""


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Return the first bytes of a frame: everything but its body.

    >>> unpack(pack({"a": 1}, b"xyz"))
    (8, 3)
    """
    text = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _LENGTHS.pack(len(text), len(body)) + text


def unpack(start: bytes) -> tuple[int, int]:
    """Return the lengths of the header and of the body from the first 12 bytes of a frame."""
    header, body = _LENGTHS.unpack(start[: _LENGTHS.size])
    return header, body


START = _LENGTHS.size
"""Length of what `unpack` needs."""


class _Server:
    def __init__(self, source: int, target: int, memory: int) -> None:
        self.source = source
        self.target = target
        self.memory = memory
        self.store = Store()
        self.hold: int | None = None

    def serve(self) -> None:
        while (frame := self._read()) is not None:
            header, body = self._answer(frame)
            start = pack(header, body)
            if len(body) < _SMALL:
                self._write(start + body)
            else:
                self._write(start)
                self._write(body)

    def _answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        try:
            if "open" in request:
                return self._open(request["open"]), b""
            return self._query(request)
        except QuerySyntax as error:
            return {"error": "syntax", "of": [error.reason, error.line, error.column]}, b""
        except NotAcceptable as error:
            return {"error": "accept", "of": [error.kind, error.accept, list(error.formats)]}, b""
        except MemoryError:
            return {"error": "memory"}, b""
        except Exception as error:  # the engine's own: told to the caller, the process goes on
            return {"error": "failed", "of": [f"{type(error).__name__}: {error}"]}, b""

    def _open(self, snapshot: str) -> dict[str, Any]:
        path = Path(snapshot)
        held = hold(Snapshot(path.name, path, {}))
        self.store = Store.read_only(str(path / "store"))
        if self.hold is not None:
            os.close(self.hold)
        self.hold = held
        limit_memory(self.memory + _size()[0])
        return {"opened": path.name}

    def _query(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        signal.setitimer(signal.ITIMER_REAL, request["deadline"] + _GRACE)
        try:
            done = evaluate(self.store, Request(**request["query"]))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if len(done.body) > request["largest"]:
            return {"error": "size", "of": [len(done.body)]}, b""
        return {"kind": done.kind, "media_type": done.media_type, "resident": _size()[1]}, done.body

    def _read(self) -> dict[str, Any] | None:
        start = self._exactly(START)
        if start is None:
            return None
        text = self._exactly(unpack(start)[0])
        return None if text is None else json.loads(text.decode("utf-8", "surrogatepass"))

    def _exactly(self, size: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < size:
            if not (part := os.read(self.source, min(1 << 20, size - len(parts)))):
                return None
            parts += part
        return bytes(parts)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.target, rest[: 1 << 20]) :]


def _size() -> tuple[int, int]:
    """Return the address space and the memory in use of this process, in bytes."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 — once a query, so the short way
            total, resident = file.read().split()[:2]
    except OSError:
        return _UNKNOWN_SIZE, 0
    return int(total) * _PAGE, int(resident) * _PAGE


def _run(work: Callable[[], None]) -> None:
    """Run on one thread with a large stack: the engine's parser and optimiser are recursive."""
    threading.stack_size(_STACK)
    thread = threading.Thread(target=work, name="queries")
    thread.start()
    thread.join()


def main() -> None:
    """Serve queries until the standard input is closed; its argument is the memory of a query, in bytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    forbid_core_dumps()
    isolated = isolate()
    os.nice(_NICE)
    server = _Server(0, os.dup(1), int(sys.argv[1]))
    os.dup2(2, 1)
    server._write(pack({"isolated": isolated}))
    _run(server.serve)


if __name__ == "__main__":
    main()
