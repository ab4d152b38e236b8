"""The process of one write, for the writer: `python -m ancrage.loaders.write_process`.

It cuts itself off the network, says so, reads one request from its standard input and works on a copy of the
current snapshot's store in a staging folder; the writer publishes. Its memory is capped, and it ends when its
standard input is closed: when the writer dies.
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
from typing import Any

from ..graph.isolation import forbid_core_dumps, isolate, limit_memory

_STACK = 64 << 20
_GRACE = 2.0
"""Seconds after which a process whose parent did not kill it at the deadline ends by itself."""


def _address_space() -> int:
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30


def _work(request: dict[str, Any], target: int) -> None:
    from .write_request import pack_error
    from .writing import perform

    try:
        limit_memory(request["memory"] + _address_space())
        answer = perform(request, Path(request["staging"]))
    except Exception as error:
        answer = pack_error(error)
    with os.fdopen(target, "w", encoding="utf-8", errors="surrogatepass") as out:
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

    line = sys.stdin.buffer.readline()
    if not line:
        return
    request = json.loads(line)
    signal.setitimer(signal.ITIMER_REAL, request["deadline"] + _GRACE)
    threading.stack_size(_STACK)  # the engine's parser and optimiser are recursive
    threading.Thread(target=_work, args=(request, target), name="write", daemon=True).start()
    with suppress(OSError):
        sys.stdin.buffer.read()  # until the writer closes it, or dies
    os._exit(1)


if __name__ == "__main__":
    main()
