"""The process that makes what is derived of a snapshot: its counts, its dumps and the finder's index.

`python -m ancrage.graph.finder.artifacts DATA_DIR SNAPSHOT FOLDER NAME…` makes the files named, such as `partitions.json`,
`finder-3` or `dumps/ontology.nq.gz`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ..pool.isolation import limit_memory
from ..snapshots.artifacts import Maker, run
from ..snapshots.snapshot import Snapshot


def index(snapshot: Snapshot, path: Path) -> None:
    """Make the finder's index. Its libraries are read only then: counts and dumps are there sooner without them."""
    from .index import build

    build(snapshot, path)


FINDER = "finder-3"
"""The folder of the finder's index; the number changes with what it holds."""
MAKERS: Mapping[str, Maker] = MappingProxyType({FINDER: index})

_LEAST = 2 << 30


def memory_cap() -> int:
    """Give how many bytes of addresses this process may take: half of the machine's memory, at least 2 GiB.

    Where the files of a store are taken away under it, the engine reads on without end and keeps what it reads.
    """
    return max(_LEAST, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)


if __name__ == "__main__":
    limit_memory(memory_cap())
    run(sys.argv[1:], MAKERS)
