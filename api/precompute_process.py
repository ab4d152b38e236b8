"""The process that makes what is ahead of visitors: the quality of suggestions, findings of portraits.

`python -m ancrage.api.precompute_process DATA_DIR SNAPSHOT FOLDER` writes in FOLDER, that of what is derived of the
snapshot, what `precompute.findings.find` reads. It begins again where it was stopped.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..graph.snapshots.artifacts import give_way
from ..graph.snapshots.lease import hold
from ..graph.snapshots.reader import LocalReader
from ..graph.snapshots.snapshot import Snapshots
from .precompute.findings import PORTRAITS, compute


def main(arguments: list[str]) -> int:
    """Compute what is ahead for a snapshot, as a process that gives way to others."""
    data_dir, id, folder = arguments
    give_way(15)
    snapshots = Snapshots(Path(data_dir))
    snapshot = snapshots.get(id)
    descriptor = hold(snapshot)
    reader = LocalReader(snapshot)

    def goes_on() -> bool:
        current = snapshots.current()  # if another was published, what is left would be for nobody
        return current is not None and current.id == id

    try:
        for _ in compute(reader, Path(folder) / PORTRAITS):
            if not goes_on():
                break
    finally:
        reader.close()
        os.close(descriptor)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
