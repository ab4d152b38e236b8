"""What the events of a store amount to: the state of a device, folded from each event once."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Self

from .store import Event, Operations


class Fold(ABC):
    """The state that events make, for any number of threads; `read` is cheap when nothing was added."""

    def __init__(self, store: Operations) -> None:
        self._store = store
        self._last = 0
        self._reading = threading.Lock()

    @property
    def last(self) -> int:
        """The number of the last event that was folded."""
        return self._last

    def read(self) -> Self:
        """Fold the events added since the last time; give the state. Raises StoreUnreachable."""
        with self._reading:
            for event in self._store.since(self._last):
                self._fold(event)
                self._last = event.id
        return self

    @abstractmethod
    def _fold(self, event: Event) -> None:
        """Change the state as an event says; events of other devices change nothing."""
