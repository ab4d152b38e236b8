"""What pages read of a snapshot, made once a snapshot on a thread of analyses, and kept until another is published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from ...graph.region.view import RegionView
from ..web.snapshot_cache import SnapshotCache
from .analyses import Analyses

T = TypeVar("T")


class ReadOnce(Generic[T]):
    """Keeps what a function makes of the matter of the current snapshot, and of the same with the illustrative graphs."""

    def __init__(self, analyses: Analyses, make: Callable[[RegionView, RegionView], T]) -> None:
        self._analyses, self._make = analyses, make
        self._kept = SnapshotCache[T]()

    def found(self, snapshot: str) -> T | None:
        """Give what is ready for a snapshot, or None."""
        return self._kept.find(snapshot)

    async def of(self, snapshot: str) -> T:
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

    def made(self, matter: RegionView, everything: RegionView) -> T:
        """Make it, or give what another made meanwhile."""
        return self._kept.of(matter.snapshot, lambda: self._make(matter, everything))
