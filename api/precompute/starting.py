"""What is made ahead of visitors after each publication that lasts, by a process of low priority."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ...graph.pool.blocking import NoSnapshot
from ...graph.snapshots.snapshot import Snapshot, Snapshots
from ..web.settings import Settings
from .findings import DONE, PORTRAITS
from .kept_pages import KeptPages, pages_folder, seen_settings

log = logging.getLogger(__name__)

_SETTLED = 10.0
_AGAIN = 120.0
_LOOK = 1.0


class Ahead:
    """Has what is computed ahead made for each publication that lasts, by a process that gives way to others.

    `derived` gives the folder of what is derived of a snapshot; `settings` are those of the service.
    """

    def __init__(
        self,
        snapshots: Snapshots,
        current: Callable[[], Snapshot],
        derived: Callable[[Snapshot], Path],
        settings: Settings,
    ) -> None:
        self._snapshots, self._current, self._derived = snapshots, current, derived
        self._settings = settings
        self._pages: dict[str, KeptPages] = {}
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="portraits", daemon=True)

    def start(self) -> None:
        """Begin to watch what is published."""
        self._thread.start()

    def close(self) -> None:
        """Stop what is computed: it goes on where it was after the next start."""
        self._closing.set()
        with self._lock:
            if self._process is not None:
                self._process.kill()
        if self._thread.is_alive():
            self._thread.join()

    def folder(self, snapshot: Snapshot) -> Path:
        """Give the folder of the findings: beside the snapshot, or our own where that may only be read."""
        return self._derived(snapshot) / PORTRAITS

    def done(self, snapshot: Snapshot) -> bool:
        """Tell whether the findings of all portraits computed ahead are there."""
        return (self.folder(snapshot) / DONE).exists()

    def pages(self, snapshot: Snapshot) -> KeptPages:
        """Give the pages made ahead of a snapshot."""
        if snapshot.id not in self._pages:
            self._pages = {snapshot.id: KeptPages(pages_folder(self._derived(snapshot), self._settings))}
        return self._pages[snapshot.id]

    def _watch(self) -> None:
        seen, since, tried = "", time.monotonic(), 0.0
        while not self._closing.wait(_LOOK):
            with suppress(NoSnapshot, LookupError, OSError):
                snapshot = self._current()
                if snapshot.id != seen:
                    seen, since, tried = snapshot.id, time.monotonic(), -_AGAIN
                now = time.monotonic()
                ready = self.done(snapshot) and self.pages(snapshot).finished
                if now - since >= _SETTLED and now - tried >= _AGAIN and not ready:
                    self._run(snapshot)
                    tried = time.monotonic()

    def _run(self, snapshot: Snapshot) -> None:
        command = [sys.executable, "-m", "ancrage.api.precompute_process"]
        command += [
            str(self._snapshots.data_dir.absolute()),
            snapshot.id,
            str(self._derived(snapshot).absolute()),
            seen_settings(self._settings),
        ]
        threads = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        with self._lock:
            if self._closing.is_set():
                return
            process = self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, **threads},
            )
        _, told_ = process.communicate()
        with self._lock:
            self._process = None
        stopped = process.returncode in (-signal.SIGINT, -signal.SIGTERM)  # Ctrl+C reaches this process too
        if process.returncode and not stopped and not self._closing.is_set():
            log.error("what is computed ahead failed: %s", told_.decode(errors="replace")[-2000:])
