"""The remote store of the settings, looked at from time to time: what changed there is a publication here."""

from __future__ import annotations

import logging
import threading

from ...graph.snapshots.remote import adopt
from ...graph.snapshots.snapshot import Snapshots
from ...words import AncrageError

log = logging.getLogger(__name__)

LOOK = 60.0
"""Seconds between two looks at a remote store."""


class RemoteWatch:
    """Takes note of what a remote store holds, at the start and every `look` seconds; without an address, does nothing."""

    def __init__(self, snapshots: Snapshots, url: str, *, lenient: bool = False, look: float = LOOK) -> None:
        self._snapshots, self._url, self._lenient, self._look = snapshots, url, lenient, look
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="remote-watch", daemon=True)

    def start(self) -> None:
        """Look once, then from time to time on a thread; one that does not answer is logged, and what was known serves."""
        if self._url:
            self.look()
            self._thread.start()

    def look(self) -> None:
        """Take note of what the store holds now."""
        try:
            adopt(self._snapshots, self._url, lenient=self._lenient)
        except (AncrageError, OSError) as error:
            log.error("the remote store is not read: %s", error)

    def close(self) -> None:
        """Look no more."""
        self._closing.set()

    def _watch(self) -> None:
        while not self._closing.wait(self._look):
            self.look()
