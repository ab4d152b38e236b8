"""The process that makes what is derived of a snapshot: its counts, its dumps and the finder's index.

`python -m ancrage.graph.finder.artifacts DATA_DIR SNAPSHOT FOLDER NAME…` makes the files named, such as `partitions.json`,
`finder-2` or `dumps/ontology.nq.gz`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ..snapshots.artifacts import Maker, run
from ..snapshots.snapshot import Snapshot


def index(snapshot: Snapshot, path: Path) -> None:
    """Make the finder's index. Its libraries are read only then: counts and dumps are there sooner without them."""
    from .index import build

    build(snapshot, path)


FINDER = "finder-2"
"""The folder of the finder's index; the number changes with what it holds."""
MAKERS: Mapping[str, Maker] = MappingProxyType({FINDER: index})

if __name__ == "__main__":
    run(sys.argv[1:], MAKERS)
