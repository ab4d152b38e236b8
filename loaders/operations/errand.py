"""What is done on a thread of its own each time somebody says so, and again by itself while it fails."""

from __future__ import annotations

import threading
from typing import ClassVar


class Errand:
    """Does `act` once at its start and each time it is told to: nobody waits for it.

    Where it fails it is done again after `soon` seconds, twice as long each time, `most` at most.
    """

    soon: ClassVar[float]
    most: ClassVar[float]

    def __init__(self, name: str) -> None:
        self.ending = False
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

    def end(self) -> None:
        """Have it done no more."""
        self.ending = True
        self._told.set()

    def join(self, seconds: float) -> None:
        """Wait a while for what is being done."""
        self._thread.join(timeout=seconds)

    def _run(self) -> None:
        pause: float | None = None
        while True:
            self._told.wait(pause)
            self._told.clear()
            if self.ending:
                return
            done = self.act()
            pause = None if done else min(2 * pause, self.most) if pause else self.soon
