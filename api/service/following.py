"""A replica's service looks at its primary from time to time, and takes what it publishes."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from ...graph.snapshots.snapshot import Snapshots
from ...loaders.publish.replica import primary_at, take
from ...words import AncrageError
from ..web.settings import Settings

log = logging.getLogger(__name__)

LONGEST = 60.0
"""Seconds between two looks at a primary that does not answer, at most: they double from look to look."""


class Following:
    """Takes the publications of the primary of some settings, on a thread; without one, does nothing.

    A primary that is away, or whose files are not what it says, is logged once for each reason, and what is here serves on.
    `reached` is when it last gave its publication, `problem` why it does not; both are told by `/readyz`.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.reached: datetime | None = None
        self.problem: Exception | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="following", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        if self._settings.primary:
            self._thread.start()

    def close(self) -> None:
        """Look no more; a transfer under way ends with the process, and leaves nothing half-made."""
        self._closing.set()

    def seconds(self) -> float | None:
        """Give how long ago the primary last gave its publication; None where it never did."""
        return None if self.reached is None else (datetime.now(UTC) - self.reached).total_seconds()

    def state(self) -> dict[str, object]:
        """Tell how it stands with the primary, for probes, which the log says more of; empty where there is none."""
        if not self._settings.primary:
            return {}
        seconds, problem = self.seconds(), self.problem
        return {
            "reached_seconds": None if seconds is None else round(seconds, 1),
            "problem": None if problem is None else getattr(problem, "code", type(problem).__name__),
        }

    def _watch(self) -> None:
        snapshots = Snapshots(self._settings.data_dir, keep=self._settings.keep)
        key = self._settings.replica_key
        wait = every = self._settings.primary_interval
        with primary_at(self._settings.primary, key.get_secret_value() if key else "") as primary:
            while not self._closing.is_set():
                try:
                    take(snapshots, primary)
                    wait, self.problem, self.reached = every, None, datetime.now(UTC)
                except (AncrageError, OSError) as error:
                    if str(error) != str(self.problem):
                        log.error("%s", error)
                    wait, self.problem = min(2 * wait, max(LONGEST, every)), error
                self._closing.wait(wait)
