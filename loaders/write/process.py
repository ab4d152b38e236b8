"""A process of writes, for the writer: `python -m ancrage.loaders.write.process`.

It cuts itself off the network, reads what every write needs and says so. For each write it reads what that brings and
says so, then, once the writer has the lock, works on a copy of the current snapshot's store in a staging folder; the
writer publishes. Its memory is capped, an error ends it, and so does the end of its writer, whose socket is its standard input.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue
from typing import Any

from ...graph.pool.isolation import forbid_core_dumps, isolate, limit_memory

_STACK = 64 << 20
_GRACE = 2.0
"""Seconds after which a process whose parent did not kill it at the deadline ends by itself."""


def _address_space() -> int:
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30


def _work(line: socket.socket, requests: Queue[dict[str, Any]]) -> None:
    """Do one write after the other: read what it brings, say so, and do it when asked; the writer takes its lock in between."""
    from . import writing
    from .request import Write, pack_error

    idle, request = _address_space(), {}
    try:
        while True:
            request = requests.get()
            limit_memory(request["memory"] + idle)
            brought = writing.read(Write(**request["write"]), request["upload"])
            _answer(line, {"read": True})
            request = requests.get()
            answer = writing.perform(request, brought, Path(request["staging"]))
            del brought
            gc.collect()  # the store is closed before another process moves its folder
            _answer(line, answer)
    except Exception as error:
        _answer(line, pack_error(error, request.get("data_dir")))
    os._exit(0)


def _answer(line: socket.socket, answer: dict[str, Any]) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)  # what comes next may be waited for
    line.sendall(json.dumps(answer).encode() + b"\n")


def _requests(line: socket.socket) -> Iterator[dict[str, Any]]:
    """Give what the writer asks, each with the file that came before it, until it closes its side, or dies."""
    told, files = b"", []
    while True:
        part, descriptors, _, _ = socket.recv_fds(line, 1 << 16, 1)
        if not part:
            return
        files += descriptors
        told += part
        if told.endswith(b"\n"):
            yield {**json.loads(told), "upload": files.pop() if files else None}
            told = b""


def main() -> None:
    """Do writes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    forbid_core_dumps()
    isolated = isolate()  # before any thread is started
    from . import writing

    writing.prepare()
    gc.freeze()
    line = socket.socket(fileno=0)
    requests: Queue[dict[str, Any]] = Queue()
    threading.stack_size(_STACK)  # the engine's parser and optimiser are recursive
    threading.Thread(target=_work, args=(line, requests), name="write", daemon=True).start()
    with suppress(OSError):
        _answer(line, {"isolated": isolated})
        for request in _requests(line):
            signal.setitimer(signal.ITIMER_REAL, request["deadline"] + _GRACE)
            requests.put(request)
    os._exit(1)


if __name__ == "__main__":
    main()
