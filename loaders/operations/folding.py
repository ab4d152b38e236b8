"""What the events of a store amount to: the state of a device, folded from each event once."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Self, TypeVar

from .store import Event, Operations

T = TypeVar("T")


def of_payload(shape: type[T], payload: Mapping[str, Any], **more: Any) -> T:
    """Read a dataclass of what an event says: fields of another version are passed over, lists are tuples."""
    known = {one.name for one in fields(shape)} - more.keys()  # type: ignore[arg-type]
    told = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in payload.items()
        if name in known
    }
    return shape(**told, **more)


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
