"""One thread that looks at what is current, and has the jobs of each publication done: what is derived, read or made ahead."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from ...graph.pool.blocking import NoSnapshot
from ...graph.snapshots.snapshot import Snapshot

log = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds between two looks at what is current."""


@dataclass
class Job:
    """Work that each publication needs, unless `done` says that it is there already.

    It begins when a publication has lasted `lasting` seconds, since writes may come one after the other (the one that is
    current at the start need not), or when it has been lacking for `patience` seconds though they go on. After a failure it
    waits `again` seconds, unless another is published. Only one thread does a job at a time.
    """

    name: str
    done: Callable[[Snapshot], bool]
    work: Callable[[Snapshot], object]
    lasting: float = 0.0
    patience: float = float("inf")
    again: float = 0.0
    _lacking: float | None = field(default=None, init=False)
    _failed: str = field(default="", init=False)
    _retry: float = field(default=0.0, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def look(self, snapshot: Snapshot, lasted: float) -> None:
        """Begin the work on a snapshot, if it is time; `lasted` is how long it has been current, in seconds."""
        if self._thread is not None and self._thread.is_alive():
            return
        now = time.monotonic()
        if self.done(snapshot):
            self._lacking = None
            return
        self._lacking = now if self._lacking is None else self._lacking
        if snapshot.id == self._failed and now < self._retry:
            return
        if lasted >= self.lasting or now - self._lacking >= self.patience:
            self._thread = threading.Thread(target=self._run, args=(snapshot,), name=self.name, daemon=True)
            self._thread.start()

    def join(self) -> None:
        """Wait for the work to end."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, snapshot: Snapshot) -> None:
        try:
            self.work(snapshot)
        except Exception:
            log.debug("%s: not done", self.name, exc_info=True)
            self._failed, self._retry = snapshot.id, time.monotonic() + self.again
        self._lacking = None


class Watcher:
    """Looks every `look` seconds at `current`, a snapshot or NoSnapshot, and has the jobs done; `close` waits for them."""

    def __init__(self, current: Callable[[], Snapshot], jobs: list[Job], look: float = LOOK) -> None:
        self._current, self._jobs, self._look = current, jobs, look
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Look no more, and wait for the work that goes on: have it stopped before."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        for job in self._jobs:
            job.join()

    def _watch(self) -> None:
        seen, since = "", float("-inf")
        while not self._closing.is_set():
            with suppress(NoSnapshot, LookupError, OSError):
                snapshot = self._current()
                if snapshot.id != seen:
                    seen, since = snapshot.id, time.monotonic() if seen else float("-inf")
                for job in self._jobs:
                    job.look(snapshot, time.monotonic() - since)
            self._closing.wait(self._look)
