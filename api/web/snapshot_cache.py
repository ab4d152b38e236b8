"""What is made of the current snapshot and kept until another is published."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SnapshotCache(Generic[T]):
    """One value, of one snapshot: whoever asks for that of another has it made, once, and the former is let go.

    >>> cache = SnapshotCache[list[str]]()
    >>> cache.of("s1", list).append("x")
    >>> cache.of("s1", list), cache.find("s1"), cache.find("s2"), cache.of("s2", list)
    (['x'], ['x'], None, [])
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, T] | None = None

    def find(self, snapshot: str) -> T | None:
        """Give the value of a snapshot, or None where it is not made, or no longer kept."""
        kept = self._kept
        return kept[1] if kept is not None and kept[0] == snapshot else None

    def of(self, snapshot: str, make: Callable[[], T]) -> T:
        """Give the value of a snapshot, made if need be: by one thread, while others wait. Raises what `make` raises."""
        kept = self._kept
        if kept is not None and kept[0] == snapshot:
            return kept[1]
        with self._lock:
            kept = self._kept
            if kept is None or kept[0] != snapshot:
                kept = self._kept = (snapshot, make())
            return kept[1]
