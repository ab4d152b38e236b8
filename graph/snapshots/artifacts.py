"""What is computed from a snapshot once and kept beside it: counts, dumps, and what rooms above make of it.

Such files are of one generation: a rollback finds its own again, and pruning removes them with it. The process that makes
them is `ancrage.graph.finder.artifacts`, which knows what else there is to make.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from . import partitions
from .dumps import FORMATS, Dump, DumpFile, beside, dump_name, graph_licence, write_dump
from .durable import draft_of, hold_lock, replace_text
from .lease import hold_snapshot
from .opening import as_whole, open_store
from .snapshot import Snapshot, Snapshots, same_content

if TYPE_CHECKING:
    from ..sparql.remote import Queried

PARTITIONS = "partitions.json"
Maker: TypeAlias = Callable[[Snapshot, Path], object]
"""Makes a file or folder of a snapshot, whole as soon as it is there."""
_NOTHING_ELSE: Mapping[str, Maker] = MappingProxyType({})
_WAIT = 3600.0
_NICE = 10


def derived_folder(snapshot: Snapshot) -> Path:
    """Return the folder that holds what is derived from a snapshot, beside its store."""
    return snapshot.path / "derived"


def dump_file(graph: str, suffix: str) -> str:
    """Return the name of the file of a graph's dump in a format.

    >>> dump_file("https://w3id.org/ancrage/graph/scenario/x", "nq")
    'dumps/scenario.x.nq.gz'
    """
    return f"dumps/{dump_name(graph).replace('/', '.')}.{suffix}.gz"


def read_partitions(folder: Path) -> partitions.Partitions | None:
    """Return the counts kept in a folder, or None while there are none."""
    try:
        return partitions.Partitions.from_dict(json.loads((folder / PARTITIONS).read_bytes()))
    except FileNotFoundError:
        return None


def read_dump(folder: Path, dump: Dump, suffix: str) -> list[DumpFile] | None:
    """Return the files that make up a dump in a format, or None while one is missing."""
    try:
        return [DumpFile.read(folder / dump_file(graph, suffix)) for graph in dump.graphs]
    except FileNotFoundError:
        return None


CHANGES = "changes/"
"""Where what makes a snapshot of another is kept, named after that one: `changes/<id>.rdfp.gz`."""
PATCH = ".rdfp.gz"


def changes_file(before: str) -> str:
    """Return the name of the file of what makes a snapshot of the one of this id.

    >>> changes_file("20261124T160501Z-0a1b2c3d")
    'changes/20261124T160501Z-0a1b2c3d.rdfp.gz'
    """
    return f"{CHANGES}{before}{PATCH}"


def derive(
    snapshot: Snapshot, folder: Path, names: list[str], makers: Mapping[str, Maker] = _NOTHING_ELSE
) -> None:
    """Make the files named that are not there yet; a process that makes one already is waited for.

    `makers` make what is neither counts nor dumps. Raises KeyError for a name that no file of this snapshot has.
    """
    graphs = {dump_file(graph, suffix): (graph, suffix) for graph in snapshot.graphs() for suffix in FORMATS}
    (folder / "dumps").mkdir(parents=True, exist_ok=True)
    with hold_lock(folder / ".lock", _WAIT):
        store = open_store(snapshot.path)
        # a dump of before is looked for in the last publication first, then in those after this one, where one went back
        others = [one for one in Snapshots(snapshot.data_dir).list() if one.id != snapshot.id]
        others.sort(key=lambda one: (one.id < snapshot.id, one.id))
        for name in names:
            path = folder / name
            if path.exists() and (name not in graphs or _finished(path)):
                continue
            if name in makers:
                makers[name](snapshot, path)
                continue
            if name == PARTITIONS:
                counted = partitions.count(store, snapshot)
                replace_text(path, json.dumps(counted.to_dict()))
                continue
            older = next((one for one in reversed(others) if _finished(derived_folder(one) / name)), None)
            _make_dump(store, snapshot, folder, name, *graphs[name], older)


def _make_dump(
    store: Queried,
    snapshot: Snapshot,
    folder: Path,
    name: str,
    graph: str,
    suffix: str,
    older: Snapshot | None,
) -> None:
    """Write the dump of a graph, or link that of an `older` publication where it is the same."""
    path = folder / name
    if older and _same_dump(older, snapshot, graph) and _linked(derived_folder(older) / name, path):
        return
    with draft_of(path) as draft:
        about = write_dump(as_whole(store), snapshot, graph, FORMATS[suffix], draft)
        replace_text(beside(path), json.dumps(about | {"modified": _since(snapshot, older, name, about)}))


def _finished(path: Path) -> bool:
    with suppress(FileNotFoundError):
        return DumpFile.read(path).path == path
    return False


def _same_dump(one: Snapshot, other: Snapshot, graph: str) -> bool:
    """Tell whether the dump of a graph is known to be the same in two publications: what it holds, and what it says of it."""
    roles = {each.manifest["graphs"][graph].get("role") for each in (one, other) if graph in each.graphs()}
    same = len(roles) == 1 and same_content(one, other, graph)
    return same and graph_licence(one.manifest["graphs"], graph) == graph_licence(
        other.manifest["graphs"], graph
    )


def _linked(file: Path, path: Path) -> bool:
    """Make a dump of the one of another publication, by links; false where that cannot be."""
    try:
        for one, target in ((file, path), (beside(file), beside(path))):
            target.unlink(missing_ok=True)
            os.link(one, target)
    except OSError:
        return False
    return True


def _since(snapshot: Snapshot, older: Snapshot | None, name: str, about: Mapping[str, object]) -> str:
    """Tell since when a dump is as it is: the date of an older one that has the same bytes, or of the publication."""
    if older and (known := DumpFile.read(derived_folder(older) / name)).sha256 == about["sha256"]:
        return known.modified.isoformat()
    return snapshot.created.isoformat()


def give_way(nice: int) -> None:
    """Have this process give way to others, where the system lets it."""
    with suppress(OSError):
        os.nice(nice)
        Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")


def run(arguments: list[str], makers: Mapping[str, Maker]) -> None:
    """Make files of a snapshot, as a process that gives way to others; `arguments` are DATA_DIR SNAPSHOT FOLDER NAME…."""
    data_dir, id, folder, *names = arguments
    give_way(_NICE)
    snapshot = Snapshots(Path(data_dir)).get(id)
    with hold_snapshot(snapshot):
        derive(snapshot, Path(folder), names, makers)
