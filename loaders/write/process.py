"""The process of one write, for the writer: `python -m ancrage.loaders.write.process`.

It cuts itself off the network, says so, reads what the write brings and says so, then, once the writer has the lock,
works on a copy of the current snapshot's store in a staging folder; the writer publishes. Its memory is capped, and it
ends when its standard input is closed: when the writer dies.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
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


def _work(requests: Queue[dict[str, Any]], target: int) -> None:
    """Read what the write brings, say so, and do it when asked to: the writer takes its lock in between."""
    from . import writing
    from .request import Write, pack_error

    with os.fdopen(target, "w", encoding="utf-8", errors="surrogatepass") as out:
        request = requests.get()
        try:
            limit_memory(request["memory"] + _address_space())
            brought = writing.read(Write(**request["write"]), request["upload"])
            signal.setitimer(signal.ITIMER_REAL, 0)  # the lock may be waited for
            out.write('{"read": true}\n')
            out.flush()
            request = requests.get()
            answer = writing.perform(request, brought, Path(request["staging"]))
        except Exception as error:
            answer = pack_error(error, request.get("data_dir"))
        out.write(json.dumps(answer) + "\n")
    os._exit(0)


def main() -> None:
    """Do one write."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    forbid_core_dumps()
    target = os.dup(1)
    os.dup2(2, 1)
    os.write(target, json.dumps({"isolated": isolate()}).encode() + b"\n")  # before any thread is started
    from . import writing  # noqa: F401 - imported while the writer waits for the lock

    requests: Queue[dict[str, Any]] = Queue()
    threading.stack_size(_STACK)  # the engine's parser and optimiser are recursive
    threading.Thread(target=_work, args=(requests, target), name="write", daemon=True).start()
    with suppress(OSError):
        while line := sys.stdin.buffer.readline():  # until the writer closes it, or dies
            request = json.loads(line)
            signal.setitimer(signal.ITIMER_REAL, request["deadline"] + _GRACE)
            requests.put(request)
    os._exit(1)


if __name__ == "__main__":
    main()
