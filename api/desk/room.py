"""What rooms of devices have alike: what they work on is made once, read at each request, published beside, and closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from anyio import to_thread
from fastapi import FastAPI, Request

from ...loaders.devices.publications import Publication, Publications
from ...loaders.operations.store import StoreUnreachable
from ..accounts.devices import Devices, devices_of, unreachable
from ..web.settings import Settings


@dataclass(frozen=True)
class Work:
    """What the pages of a room work on; a room adds its ledgers and acts."""

    devices: Devices
    publication: Publication

    def read(self) -> None:
        """Bring its ledgers up to what was done until now; raises StoreUnreachable."""
        raise NotImplementedError

    def close(self) -> None:
        """End its threads, where it has any."""


W = TypeVar("W", bound=Work)


@dataclass(frozen=True)
class Room(Generic[W]):
    """A room of devices of an application: `make` gives its work on the devices, with what it publishes, and settings.

    A room that `publishes` nothing by itself needs no process for it.
    """

    name: str
    make: Callable[[Devices, Publication, Settings], W]
    publishes: bool = True
    _opening: threading.Lock = field(default_factory=threading.Lock)

    def open(self, app: FastAPI, devices: Devices) -> W:
        """Give the work of the room, made by who asks first."""
        with self._opening:
            made: W | None = getattr(app.state, self.name, None)
            if made is None:
                publications: Publications = app.state.publications
                if self.publishes:
                    publications.start()
                made = self.make(devices, publications.of(self.name), app.state.settings)
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
