"""What is done on a thread of its own each time somebody says so, and again by itself while it fails."""

from __future__ import annotations

import threading
from typing import ClassVar

_MOMENT = 5.0
"""Seconds that what is being done is waited for at the end."""


class Errand:
    """Does `act` once at its start, each time it is told to, and `every` so many seconds: nobody waits for it.

    Where it fails it is done again after `soon` seconds, twice as long each time, `most` at most.
    """

    soon: ClassVar[float]
    most: ClassVar[float]
    every: ClassVar[float | None] = None

    def __init__(self, name: str) -> None:
        self._ending = False
        self._told = threading.Event()
        self._told.set()  # what a process that ended had no time to do
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def act(self) -> bool:
        """Do it, and tell whether it succeeded."""
        raise NotImplementedError

    def tell(self) -> None:
        """Say that there is something to do."""
        self._told.set()

    def close(self) -> None:
        """Have it done no more; what is being done is waited for a moment."""
        self._ending = True
        self._told.set()
        self._thread.join(timeout=_MOMENT)

    def _run(self) -> None:
        failed: float | None = None
        pause: float | None = None
        while True:
            self._told.wait(pause)
            self._told.clear()
            if self._ending:
                return
            failed = None if self.act() else min(2 * failed, self.most) if failed else self.soon
            pause = failed or self.every
