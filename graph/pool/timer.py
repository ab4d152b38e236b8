"""One timer for many: what runs is looked at every few milliseconds, so that short work sets no timer at all."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

PERIOD = 0.025
"""Seconds between two looks."""


class Watch(Protocol):
    """Anything that wants to know that time passes."""

    def look(self, now: float) -> None:
        """Do what is due at this time (of `time.monotonic`)."""
        ...


class Ticker:
    """Calls `look` of everything added to it, on one event loop, until it is discarded."""

    def __init__(self) -> None:
        self._watched: set[Watch] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, watched: Watch) -> None:
        """Look at this from now on."""
        self._watched.add(watched)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PERIOD, self._tick)

    def discard(self, watched: Watch) -> None:
        """Look at this no more."""
        self._watched.discard(watched)

    def _tick(self) -> None:
        self._timer = None
        if not self._watched:
            return
        self._timer = asyncio.get_running_loop().call_later(PERIOD, self._tick)
        now = time.monotonic()
        for watched in tuple(self._watched):
            if watched in self._watched:
                watched.look(now)
