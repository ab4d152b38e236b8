"""The process that publishes what people enter, seen from the service: started again when it ends, told what changed."""

from __future__ import annotations

import json
import logging
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...words import Named, Spoken
from ..operations import module_process

log = logging.getLogger(__name__)
SOON, MOST = 0.2, 30.0
"""Seconds after which what failed is tried again: at first, and at most; twice as long each time."""
_STEADY = 5.0
"""Seconds after which a process that ends did not fail at once: the next need not wait longer than the first."""
_END = 10.0
"""Seconds that the thread has to end after its process."""


@dataclass
class Publication:
    """What a room publishes, and what became of it: `tell` says that it changed."""

    tell: Callable[[], None]
    snapshot: str = ""
    """The last publication; empty where there was none yet."""
    failure: Spoken | None = None
    """Why the last one was refused, None where it was not; it is tried again by itself."""


class Publications:
    """Publishes the rooms of a data folder on a process of its own, from `start` on; nobody waits for it.

    It is told, as JSON: data_dir, operations (the address of the store, or empty), publisher, memory (bytes of a write), keep
    (generations), strict. A publication under way ends even where this process is killed.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = json.dumps(told)
        self._rooms: dict[str, Publication] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    def of(self, room: str) -> Publication:
        """Give what a room publishes."""
        return self._rooms.setdefault(room, Publication(partial(self._tell, room)))

    def start(self) -> None:
        """Start the process, where it was not: it publishes what the service before had no time for."""
        with self._lock:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._run, name="publications", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End the process; a publication under way leaves the old or the new state."""
        with self._lock:
            self._closed.set()
            process = self._process
        if process is not None:
            module_process.end(process)
        if self._thread is not None:
            self._thread.join(_END)

    def _tell(self, room: str) -> None:
        """Say that what a room publishes changed; a process that starts publishes every room by itself."""
        self.start()
        with self._lock:
            self._write(room)

    def _write(self, line: str) -> None:
        """Write a line to the process; nothing is lost where it has ended, or not begun."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError, ValueError):
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()

    def _run(self) -> None:
        """Have a process run, and another when it ends, until the end: soon, then later where each ends at once."""
        pause = SOON
        while not self._closed.is_set():
            began = time.monotonic()
            try:
                why = f"ended ({self._hear_one()})"
            except (OSError, ValueError) as error:  # no process can be started; a line that was cut
                why = f"failed: {error}"
            if not self._closed.is_set():
                log.warning("the process that publishes %s; another starts", why)
            pause = SOON if time.monotonic() - began > _STEADY else pause
            self._closed.wait(pause)
            pause = min(2 * pause, MOST)

    def _hear_one(self) -> int:
        """Start a process and hear it to its end; give its exit code."""
        with module_process.start("loaders.devices.process") as process:
            with self._lock:
                self._process = process
                self._write(self._told)
                if self._closed.is_set():
                    process.terminate()
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    self._hear(json.loads(line))
            finally:
                with self._lock:
                    self._process = None
        return process.returncode

    def _hear(self, told: Mapping[str, Any]) -> None:
        """Take note of what became of a room, or of all."""
        failure = told["failure"]
        for room in [told["room"]] if told["room"] else [*self._rooms]:
            publication = self.of(room)
            publication.failure = Named(failure["fr"], failure["en"]) if failure else None
            publication.snapshot = told["snapshot"] or publication.snapshot
        if failure:
            log.warning("%s: not published: %s", told["room"] or "devices", failure["en"])
