"""The process that makes what is ahead of visitors: the quality of suggestions, findings of portraits, whole pages.

`python -m ancrage.api.precompute_process DATA_DIR SNAPSHOT FOLDER SETTINGS` writes in FOLDER, that of what is derived of the
snapshot, what `ahead.findings.find` and `KeptPages` read. It begins again where it was stopped.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from ..graph.region.view import RegionView
from ..graph.snapshots.artifacts import give_way
from ..graph.snapshots.lease import hold
from ..graph.snapshots.reader import LocalReader
from ..graph.snapshots.snapshot import Snapshots
from .app import create_app
from .precompute.findings import PORTRAITS, compute
from .precompute.kept_pages import KeptPages, pages_folder
from .precompute.pages import addresses, make
from .web.settings import Settings


def main(arguments: list[str]) -> int:
    """Compute what is ahead for a snapshot, as a process that gives way to others."""
    data_dir, id, folder, settings = arguments
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
                return 0
        chosen = Settings(data_dir=Path(data_dir), workers=1, read_ahead=False, **json.loads(settings))
        wanted = addresses(RegionView.of(reader))
        app = create_app(chosen, resumes=False)
        asyncio.run(make(app, KeptPages(pages_folder(Path(folder), chosen)), wanted, goes_on))
    finally:
        reader.close()
        os.close(descriptor)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
