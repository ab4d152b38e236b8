"""Columns of each publication that lasts, made by a process of low priority of its own: counts and dumps wait for nothing."""

from __future__ import annotations

import logging
import os

from ...graph.columns.glance import COLUMNS
from ...graph.snapshots.artifacts import derived_folder
from ...graph.snapshots.opening import remote_address
from ...graph.snapshots.snapshot import Snapshot, Snapshots
from .child import Child, ChildFailure
from .watcher import Job

log = logging.getLogger(__name__)

_SETTLED = 10.0
_AGAIN = 600.0


class ColumnsAhead:
    """Has the columns of a snapshot made beside it, where they lack."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._child = Child()
        self.job = Job("columns", self.done, self.make, _SETTLED, again=_AGAIN)

    def close(self) -> None:
        """Stop what is made: it begins anew after the next start."""
        self._child.close()

    def done(self, snapshot: Snapshot) -> bool:
        """Tell whether the columns of a snapshot are there, or none can be made: it may only be read, or is elsewhere."""
        if remote_address(snapshot.path):
            return True
        return (derived_folder(snapshot) / COLUMNS).exists() or not os.access(snapshot.path, os.W_OK)

    def make(self, snapshot: Snapshot) -> None:
        """Have the columns made, to the end; raises ChildFailure, which is logged."""
        places = (
            str(self._snapshots.data_dir.absolute()),
            snapshot.id,
            str(derived_folder(snapshot).absolute()),
        )
        try:
            self._child.run("ancrage.graph.columns.making", *places)
        except ChildFailure as error:
            log.error("the columns could not be made: %s", error)
            raise
