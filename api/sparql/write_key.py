"""Who may write: the holder of the key of `ANCRAGE_WRITE_KEY`; without that setting there are no writes at all."""

import hmac
import logging
from collections.abc import Callable
from pathlib import Path

import anyio
from anyio import to_thread
from fastapi import FastAPI, Request, Response
from pydantic import SecretStr

from ...graph.snapshots.durable import StoreBusy
from ...loaders.write.processes import WriteProcesses
from ...loaders.write.request import EditFailed, StorageFailed, Written
from ...loaders.write.writer import Writer
from ...words import N_, Spoken
from ..errors.problems import BadRequest, problem
from ..web.page_error import PageError
from ..web.replica import refuse_on_replica
from ..web.security import CORS
from ..web.settings import Settings

log = logging.getLogger(__name__)

WAITING = 4
"""Writes that may run or wait for the lock at once; more are told to come back."""


def open_writer(app: FastAPI, settings: Settings) -> None:
    """Keep the processes of an application that write, and its writer, if a key is configured."""
    app.state.write_processes = WriteProcesses(warm=True, memory=settings.memory)
    app.state.writer = None if settings.write_key is None else new_writer(app)


def new_writer(app: FastAPI) -> Writer:
    """Make a writer; all of an application share its processes."""
    settings: Settings = app.state.settings
    return Writer(
        settings.data_dir,
        memory=settings.memory,
        patience=settings.patience,
        keep=settings.keep,
        strict=settings.strict,
        processes=app.state.write_processes,
    )


def close_writer(app: FastAPI) -> None:
    """End the writes that still run: nothing of them is kept."""
    app.state.write_processes.close()
    if app.state.writer is not None:
        app.state.writer.close()


def writer_of(request: Request) -> Writer | None:
    """Give the writer, or None where no key is configured; raises PageError (503) in a replica."""
    refuse_on_replica(request.app.state.settings)
    writer: Writer | None = getattr(request.app.state, "writer", None)
    return writer


def require_key(request: Request) -> None:
    """Refuse a write without its key: 401 where none is sent, 403 for a wrong one; raises BadRequest."""
    check_key(request, request.app.state.settings.write_key, N_("clé d’écriture"))


def check_key(request: Request, key: SecretStr | None, name: Spoken) -> None:
    """Refuse a request without a key, called by its `name`: 401 where none is sent, 403 for a wrong one.

    Raises BadRequest. The comparison takes the same time wherever two keys differ.
    """
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    if key is None or scheme.lower() != "bearer" or not sent.strip():
        raise BadRequest(
            401,
            N_("Cette adresse demande l’en-tête Authorization: Bearer, avec la {key}.", key=name),
            {"WWW-Authenticate": 'Bearer realm="ancrage"'},
            title="No key",
        )
    given = sent.strip().encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, key.get_secret_value().encode()):
        raise BadRequest(
            403,
            N_("Ce n’est pas la {key}.", key=name),
            {"WWW-Authenticate": 'Bearer realm="ancrage", error="invalid_token"'},
            title="Wrong key",
        )


async def in_turn(request: Request, work: Callable[[], Written]) -> Written:
    """Run a write on a thread of its own; raises StoreBusy when too many wait already, StorageFailed."""
    state = request.app.state
    if not hasattr(state, "write_threads"):
        state.write_threads = anyio.CapacityLimiter(WAITING)
    if state.write_threads.available_tokens < 1:
        raise StoreBusy(Path(state.settings.data_dir) / "lock", 0.0)
    return await to_thread.run_sync(work, limiter=state.write_threads)


def refusal_answer(error: Exception) -> Response:
    """Tell why a write was not done; pages of other sites cannot read it."""
    if isinstance(error, EditFailed | StorageFailed):
        log.error("%s", error)
    response = problem(error)
    for name in CORS:
        del response.headers[name]
    return response


def not_here() -> PageError:
    """Make the answer of an address that does not exist."""
    return PageError(404, N_("Rien ne porte cette adresse."))
