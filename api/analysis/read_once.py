"""What pages read of a snapshot, made once a snapshot on a thread of analyses, and kept until another is published."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from ...graph.region.view import RegionView
from .analyses import Analyses


class OfSnapshot(Protocol):
    """What is made of one snapshot, whose id it tells."""

    @property
    def snapshot(self) -> str:
        """Id of the snapshot."""


Made = TypeVar("Made", bound=OfSnapshot)


class ReadOnce(Generic[Made]):
    """Keeps what a function makes of the matter of the current snapshot, and of the same with the illustrative graphs."""

    def __init__(self, analyses: Analyses, make: Callable[[RegionView, RegionView], Made]) -> None:
        self._analyses, self._make = analyses, make
        self._lock = threading.Lock()
        self._kept: Made | None = None

    def found(self, snapshot: str) -> Made | None:
        """Give what is ready for a snapshot, or None."""
        kept = self._kept
        return kept if kept is not None and kept.snapshot == snapshot else None

    async def of(self, snapshot: str) -> Made:
        """Give what is made of a snapshot, made if need be; raises as Analyses.run, and what the function raises."""
        if (ready := self.found(snapshot)) is not None:
            return ready
        everything: list[RegionView] = []
        await self._analyses.run(everything.append, illustrative=True)
        return await self._analyses.run(lambda matter: self.made(matter, everything[0]))

    def warm(self) -> None:
        """Make what the current snapshot needs, from a thread that has no event loop; raises as `of`."""
        everything: list[RegionView] = []
        self._analyses.ahead(everything.append, illustrative=True)
        self._analyses.ahead(lambda matter: self.made(matter, everything[0]))

    def made(self, matter: RegionView, everything: RegionView) -> Made:
        """Make it, or give what another made meanwhile."""
        with self._lock:
            if self._kept is None or self._kept.snapshot != matter.snapshot:
                self._kept = self._make(matter, everything)
            return self._kept
