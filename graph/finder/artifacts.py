"""The process that makes what is derived of a snapshot: its counts, its dumps, what differs, interactions, the finder.

`python -m ancrage.graph.finder.artifacts DATA_DIR SNAPSHOT FOLDER NAME…` makes the files named, such as `partitions.json`,
`finder-9` or `dumps/ontology.nq.gz`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ..pool.isolation import limit_memory
from ..snapshots.artifacts import CHANGES, PATCH, Maker, run
from ..snapshots.dumps import beside, packing
from ..snapshots.durable import draft_of, replace_text
from ..snapshots.snapshot import Snapshot, Snapshots
from ..updates.stream import STREAM, append


def index(snapshot: Snapshot, path: Path) -> None:
    """Make the finder's index. Its libraries are read only then: counts and dumps are there sooner without them."""
    from .index import build

    build(snapshot, path)


def compare(snapshot: Snapshot, path: Path) -> None:
    """Write what makes a snapshot of the one that the file is named after, with its counts beside; raises UnknownSnapshot."""
    from ..updates.differences import compare_snapshots

    before = Snapshots(snapshot.data_dir).get(path.name.removesuffix(PATCH))
    path.parent.mkdir(exist_ok=True)
    with draft_of(path) as draft:
        with packing(draft) as (plain, about):
            graphs = compare_snapshots(before, snapshot, plain)
        told = about | {"graphs": graphs, "modified": snapshot.created.isoformat()}
        replace_text(beside(path), json.dumps(told))


FINDER = "finder-11"
"""The folder of the finder's index; the number changes with what it holds."""
MAKERS: Mapping[str, Maker] = MappingProxyType({FINDER: index, STREAM: append})

_LEAST = 2 << 30


def memory_cap() -> int:
    """Give how many bytes of addresses this process may take: half of the machine's memory, at least 2 GiB.

    Where the files of a store are taken away under it, the engine reads on without end and keeps what it reads.
    """
    return max(_LEAST, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)


if __name__ == "__main__":
    limit_memory(memory_cap())
    changes = {name: compare for name in sys.argv[1:] if name.startswith(CHANGES)}
    run(sys.argv[1:], {**MAKERS, **changes})
