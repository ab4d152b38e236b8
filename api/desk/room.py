"""What rooms of devices have alike: what they work on is made once, read at each request, published on a thread, and closed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from anyio import to_thread
from fastapi import FastAPI, Request

from ...graph.pool.errors import WorkerError
from ...graph.snapshots.reader import NoSnapshot
from ...loaders.operations.errand import Errand
from ...loaders.operations.store import StoreUnreachable
from ...loaders.write.request import Written
from ...loaders.write.writer import Writer
from ...words import AncrageError, Named, Spoken
from ..accounts.devices import Devices, devices_of, unreachable
from ..sparql.write_key import new_writer
from ..web.settings import Settings

log = logging.getLogger(__name__)
_PATIENCE = 60.0
"""Seconds that a publication waits for the lock."""


class Publisher(Errand):
    """Publishes the public part of a ledger by `publish`, with its writer, on a thread of its own, after each change told of.

    The first is of what a process that ended had no time to publish. `failure` is why the last one was refused, None where it
    was not; it is tried again by itself.
    """

    soon, most = 0.2, 30.0

    def __init__(self, publish: Callable[[Writer], Written], writer: Writer, name: str) -> None:
        self.failure: Spoken | None = None
        self.published = ""
        self._publish, self._writer, self._name = publish, writer, name
        super().__init__(f"{name}-publication")

    def close(self) -> None:
        """End; a publication under way leaves the old or the new state."""
        self.end()
        self._writer.close()
        self.join(10)

    def act(self) -> bool:
        """Publish what changed."""
        try:
            self.published = self._publish(self._writer).snapshot
            self.failure = None
        except (AncrageError, NoSnapshot, WorkerError, OSError) as error:
            if not self.ending:
                self.failure = error.message if isinstance(error, AncrageError) else Named(str(error))
                log.warning("%s: not published: %s", self._name, error)
        return self.failure is None


@dataclass(frozen=True)
class Work:
    """What the pages of a room work on; a room adds its ledgers and acts."""

    devices: Devices
    publisher: Publisher

    def read(self) -> None:
        """Bring its ledgers up to what was done until now; raises StoreUnreachable."""
        raise NotImplementedError

    def close(self) -> None:
        """End its threads."""
        self.publisher.close()


W = TypeVar("W", bound=Work)


@dataclass(frozen=True)
class Room(Generic[W]):
    """A room of devices of an application: `make` gives its work on the devices, with a writer and settings."""

    name: str
    make: Callable[[Devices, Writer, Settings], W]
    _opening: threading.Lock = field(default_factory=threading.Lock)

    def open(self, app: FastAPI, devices: Devices) -> W:
        """Give the work of the room, made by who asks first."""
        with self._opening:
            made: W | None = getattr(app.state, self.name, None)
            if made is None:
                made = self.make(devices, new_writer(app, _PATIENCE), app.state.settings)
                app.state.write_processes.start()
                setattr(app.state, self.name, made)
            return made

    async def read(self, request: Request) -> W:
        """Give the work of the room, with all that was done until now; raises PageError (503) where its store does not answer."""
        devices = await devices_of(request)
        work: W = await to_thread.run_sync(self.open, request.app, devices)
        try:
            await to_thread.run_sync(work.read)
        except StoreUnreachable as error:
            raise unreachable(error) from error
        return work

    def close(self, app: FastAPI) -> None:
        """End the threads of the room."""
        made: W | None = getattr(app.state, self.name, None)
        if made is not None:
            made.close()
            setattr(app.state, self.name, None)
