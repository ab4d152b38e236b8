"""The HTTP server around the application: signals, what its log tells, why it does not start.

uvicorn with uvloop and httptools, in one process: measured in docs/decisions/0008.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from fastapi import FastAPI

from ..graph.pool.blocking import NotIsolated, WorkerError
from ..words import N_, SentenceError
from .app import create_app
from .service.protocol import make_protocol
from .sparql.relay import AnswerCut
from .web.settings import Settings

#: Seconds that answers under way have to end when the server is told to stop.
GRACE = 5
#: Seconds after which it ends whatever still runs: a step of an analysis, a write, which leaves the old publication.
LAST = 8.0
#: Numbers of `mallopt` of glibc: the size from which a piece of memory is the system's own, and how many arenas there are.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8


class NotStarted(SentenceError, RuntimeError):  # noqa: N818
    """A service whose query processes do not start; keeps the `cause`.

    >>> str(NotStarted(WorkerError("ended with 1")))
    'le service ne démarre pas : un processus de requête a échoué (ended with 1).'
    """

    code = "not-started"

    def __init__(self, cause: WorkerError) -> None:
        why = N_("un processus de requête a échoué ({reason})", reason=cause.reason)
        if isinstance(cause, NotIsolated):
            why = N_(
                "ce système ne permet pas de couper du réseau les processus de requête ; --no-strict (ou "
                "ANCRAGE_STRICT=false) démarre quand même, à ne pas faire pour un service public"
            )
        super().__init__(N_("le service ne démarre pas : {why}.", why=why))
        self.cause = cause


class Server(uvicorn.Server):
    """A server that stops at the first signal, when the answers under way are given, and at once at a second."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell that it is done."""
        await super().startup(sockets=sockets)
        if self.started:
            self.ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; the query processes die with this one, and a writer leaves the old or the new publication."""
        if self.should_exit:
            os._exit(128 + sig)
        last = threading.Timer(LAST, os._exit, (0,))
        last.daemon = True
        last.start()
        super().handle_exit(sig, frame)


class ServerLog(logging.Filter):
    """What the server's own log leaves out: the trace of an answer cut on purpose, and of a start refused."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__()
        self.app = app

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite or leave out a record."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, AnswerCut):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args = "an answer was %s", (str(error),)
            record.exc_info = record.exc_text = None
        return record.levelno < logging.ERROR or not hasattr(self.app.state, "refused")


def give_back_memory() -> None:
    """Have glibc, where it is the C library, give the memory of large pages back to the system when they were sent.

    By itself it keeps that of pieces up to 32 MB for others of the size, in an arena for each of several threads.
    """
    with suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, 1 << 20)
        library.mallopt(_M_ARENA_MAX, 2)


def serve_on(taken: socket.socket, settings: Settings, ready: Callable[[], None]) -> None:
    """Serve on a socket already taken, until the process is told to stop (SIGTERM or SIGINT).

    `ready` is called when the service can be asked. Raises NotStarted when query processes cannot be started,
    or not be isolated in strict mode.
    """
    give_back_memory()
    # The server ends cleanly at SIGTERM, then raises the signal again for who handled it before
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        http=make_protocol(settings.stall),
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies.replace(" ", ","),
    )
    logging.getLogger("uvicorn.error").addFilter(ServerLog(app))
    refused = None
    try:
        Server(config, ready).run(sockets=[taken])
    except SystemExit:
        refused = getattr(app.state, "refused", None)
        if refused is None:
            raise
    if refused is not None:
        raise NotStarted(refused)
