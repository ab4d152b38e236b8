"""The desk of an application: its ledger, its acts, and the thread that publishes what became public."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from anyio import to_thread
from fastapi import FastAPI, Request

from ...graph.pool.errors import WorkerError
from ...graph.snapshots.reader import NoSnapshot
from ...loaders.desk.acts import Acts
from ...loaders.desk.ledger import Ledger
from ...loaders.desk.outbox import Outbox
from ...loaders.desk.publication import publish
from ...loaders.operations.store import StoreUnreachable
from ...loaders.write.request import Written
from ...loaders.write.writer import Writer
from ...words import N_, AncrageError, Named, Spoken
from ..accounts.devices import Devices, devices_of
from ..accounts.visitor import Form
from ..web.page_error import PageError
from ..web.settings import Settings

log = logging.getLogger(__name__)
_AGAIN = 30.0
"""Seconds after which a publication that failed is tried again."""
_STARTING = threading.Lock()


class Publisher:
    """Publishes the public part of a ledger by `publish`, on a thread of its own, after each change that it is told of.

    `failure` is why the last one was refused, None where it was not; it is tried again by itself.
    """

    def __init__(self, publish: Callable[[Writer], Written], settings: Settings, name: str) -> None:
        self.failure: Spoken | None = None
        self.published = ""
        self._publish, self._name = publish, name
        self._writer = Writer(
            settings.data_dir,
            memory=settings.memory,
            patience=60.0,
            keep=settings.keep,
            strict=settings.strict,
        )
        self._told, self._ending = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name=f"{name}-publication", daemon=True)
        self._thread.start()

    def tell(self) -> None:
        """Say that something public may have changed; it is published within seconds."""
        self._told.set()

    def close(self) -> None:
        """End; a publication under way leaves the old or the new state."""
        self._ending = True
        self._told.set()
        self._writer.close()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while True:
            self._told.wait(_AGAIN if self.failure is not None else None)
            self._told.clear()
            if self._ending:
                return
            try:
                self.published = self._publish(self._writer).snapshot
                self.failure = None
            except (AncrageError, NoSnapshot, WorkerError, OSError) as error:
                if not self._ending:
                    self.failure = error.message if isinstance(error, AncrageError) else Named(str(error))
                    log.warning("%s: not published: %s", self._name, error)


@dataclass(frozen=True)
class Desk:
    """What the pages of the desk work on."""

    devices: Devices
    ledger: Ledger
    acts: Acts
    outbox: Outbox
    publisher: Publisher
    settings: Settings


def open_desk(app: FastAPI, devices: Devices) -> Desk:
    """Give the desk of an application, made by who asks first."""
    with _STARTING:
        made: Desk | None = getattr(app.state, "desk", None)
        if made is None:
            ledger = Ledger(devices.store)
            made = app.state.desk = Desk(
                devices,
                ledger,
                Acts(devices.store, devices.safe),
                Outbox(devices.store, devices.safe),
                Publisher(
                    lambda writer: publish(writer, ledger, app.state.settings.publisher),
                    app.state.settings,
                    "desk",
                ),
                app.state.settings,
            )
        return made


def close_desk(app: FastAPI) -> None:
    """End the thread that publishes."""
    made: Desk | None = getattr(app.state, "desk", None)
    if made is not None:
        made.publisher.close()
        app.state.desk = None


async def desk_of(request: Request) -> Desk:
    """Give the desk, with all that was done until now; raises PageError (503) where its store does not answer."""
    devices = await devices_of(request)
    desk: Desk = await to_thread.run_sync(open_desk, request.app, devices)
    try:
        await to_thread.run_sync(desk.ledger.read)
    except StoreUnreachable as error:
        raise PageError.of(error, 503, {"Retry-After": "10"}) from error
    return desk


async def was_done(devices: Devices, form: Form) -> bool:
    """Tell whether a form was sent before, and did what it asks for: who sent it twice is led on, as the first time.

    Raises PageError (400) for one that was cut, so that what it does could not be done once.
    """
    if not form.key:
        raise PageError(
            400, N_("Ce formulaire est incomplet. Rien n’est changé : rechargez la page, puis recommencez.")
        )
    return await to_thread.run_sync(devices.store.kept, form.key)


def today() -> str:
    """Give the day, as dates are written in tables."""
    return datetime.now(UTC).date().isoformat()
