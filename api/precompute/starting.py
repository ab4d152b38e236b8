"""What is computed ahead of visitors after each publication that lasts, by a process of low priority."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from ...graph.snapshots.snapshot import Snapshot, Snapshots
from .artifacts import NotReady
from .child import Child, ChildFailure
from .findings import DONE, PORTRAITS
from .watcher import Job

log = logging.getLogger(__name__)

_SETTLED = 10.0
_AGAIN = 120.0
ONE_THREAD = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
"""Settings of the libraries of that process."""


class Ahead:
    """Has what is computed ahead made for each publication that lasts, by a process that gives way to others.

    `derived` gives the folder of what is derived of a snapshot.
    """

    def __init__(self, snapshots: Snapshots, derived: Callable[[Snapshot], Path]) -> None:
        self._snapshots, self._derived = snapshots, derived
        self._child = Child()
        self.job = Job("ahead", self.done, self.make, _SETTLED, again=_AGAIN)

    def close(self) -> None:
        """Stop what is computed: it goes on where it was after the next start."""
        self._child.close()

    def folder(self, snapshot: Snapshot) -> Path:
        """Give the folder of the findings: beside the snapshot, or our own where that may only be read."""
        return self._derived(snapshot) / PORTRAITS

    def done(self, snapshot: Snapshot) -> bool:
        """Tell whether the findings of all portraits computed ahead are there."""
        return (self.folder(snapshot) / DONE).exists()

    def make(self, snapshot: Snapshot) -> None:
        """Have the findings made, to the end; raises ChildFailure, which is logged, and NotReady where some lack."""
        places = (str(self._snapshots.data_dir.absolute()), snapshot.id)
        derived = str(self._derived(snapshot).absolute())
        try:
            self._child.run("ancrage.api.precompute_process", *places, derived, environment=ONE_THREAD)
        except ChildFailure as error:
            log.error("what is computed ahead failed: %s", error)
            raise
        if not self.done(snapshot):  # stopped, or kept by no disk: begun at once again, it would never rest
            raise NotReady(int(_AGAIN))
