"""The process that makes the columns of a snapshot: `python -m ancrage.graph.columns.making DATA_DIR SNAPSHOT FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from ..snapshots.artifacts import give_way
from ..snapshots.lease import hold_snapshot
from ..snapshots.snapshot import Snapshots
from .building import build
from .glance import COLUMNS


def main(arguments: list[str]) -> None:
    """Make the columns of a snapshot in a folder, where they are not there yet, as a process that gives way to others."""
    data_dir, id, folder = arguments
    give_way(15)
    snapshot = Snapshots(Path(data_dir)).get(id)
    with hold_snapshot(snapshot):
        build(snapshot, Path(folder) / COLUMNS)


if __name__ == "__main__":
    main(sys.argv[1:])
