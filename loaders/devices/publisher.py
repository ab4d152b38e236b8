"""Publishes what people enter, a room of the devices after the other: what changed, and again what was refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Empty, Queue
from typing import TypeAlias

from ...graph.pool.errors import WorkerError
from ...graph.snapshots.reader import NoSnapshot
from ...words import AncrageError, Named, Spoken
from ..announcements.ledger import Announcements
from ..announcements.publication import NAME as ANNOUNCEMENTS
from ..announcements.publication import publish as publish_announcements
from ..desk.ledger import Ledger
from ..desk.publication import NAME as DESK
from ..desk.publication import publish as publish_desk
from ..internships.agreements.ledger import Agreements
from ..internships.agreements.publication import outcomes
from ..internships.agreements.publication import publish as publish_agreements
from ..internships.ledger import Internships
from ..internships.publication import NAME as INTERNSHIPS
from ..internships.publication import publish as publish_internships
from ..operations.store import Operations
from ..relays.ledger import Relays
from ..relays.publication import NAME as RELAYS
from ..relays.publication import publish as publish_relays
from ..write.request import Written
from ..write.writer import Writer
from .publications import MOST, SOON

Rooms: TypeAlias = Mapping[str, Callable[[], Written]]


def rooms(store: Operations, writer: Writer, publisher: str) -> Rooms:
    """Give what publishes each room of a store, by its name, in the order in which they are published."""
    ledger, internships, agreements = Ledger(store), Internships(store), Agreements(store)
    announcements, relays = Announcements(store), Relays(store)

    def desk() -> Written:
        return publish_desk(writer, ledger, publisher, lambda: outcomes(agreements))

    def both() -> Written:
        publish_internships(writer, internships, publisher)
        desk()  # what goes is led to no more, be it the last
        told = publish_agreements(writer, agreements, publisher)
        return desk() if outcomes(agreements) else told  # what came is led to

    return {
        DESK: desk,
        INTERNSHIPS: both,
        ANNOUNCEMENTS: lambda: publish_announcements(writer, announcements, publisher),
        RELAYS: lambda: publish_relays(writer, relays, publisher),
    }


class Publisher:
    """Publishes every room once, then those it is told of; `say` hears each time the room, the publication, or why not."""

    def __init__(self, rooms: Rooms, say: Callable[[str, str, Spoken | None], None]) -> None:
        self.told: Queue[str | None] = Queue()
        """Rooms that changed; None at the end: every room is published once more, since who ended may not have told."""
        self._rooms, self._say = rooms, say

    def run(self) -> None:
        """Publish until the end."""
        todo, pause, last = {*self._rooms}, SOON, False
        while True:
            todo -= {name for name in self._rooms if name in todo and self._publish(name)}
            if last:
                return
            new = self._new(pause if todo else None)
            pause = min(2 * pause, MOST) if todo else SOON
            last = None in new
            todo |= {name for name in self._rooms if last or name in new}

    def _new(self, seconds: float | None) -> set[str | None]:
        """Wait so many seconds for what is told; give all of it."""
        new: set[str | None] = set()
        with suppress(Empty):
            new.add(self.told.get(timeout=seconds))
            while True:
                new.add(self.told.get_nowait())
        return new

    def _publish(self, name: str) -> bool:
        """Publish a room; tell whether it was not refused."""
        try:
            snapshot = self._rooms[name]().snapshot
        except (AncrageError, NoSnapshot, WorkerError, OSError) as error:
            self._say(name, "", error.message if isinstance(error, AncrageError) else Named(str(error)))
            return False
        self._say(name, snapshot, None)
        return True
