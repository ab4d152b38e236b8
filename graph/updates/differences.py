"""What differs between two publications, or two files of quads, graph by graph, as an RDF Patch.

https://afs.github.io/rdf-delta/rdf-patch.html. The quads removed of a graph come first, then those added, both sorted. Blank
nodes have the IRIs that they have in dumps (`snapshots.canonical.name_blanks`).
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, TypeAlias

import pyoxigraph as ox

from ...ontology.vocabulary import ID
from ..snapshots.canonical import SortedLines, graph_lines, has_blank, name_blanks
from ..snapshots.kept_lines import read_lines
from ..snapshots.lease import hold_snapshot
from ..snapshots.opening import whole_store
from ..snapshots.snapshot import Snapshot, same_content
from ..snapshots.store import build_store, count_graphs
from .patches import Patch
from .working_copy import normalise_literals

PUBLICATION = ID + "publication/"
"""Namespace of the IRIs of publications in the header of a patch."""

Counts: TypeAlias = dict[str, dict[str, int]]
"""How many quads of each graph are `added` and `removed`; graphs that do not differ are not there."""

_HELD = 1_000_000
"""Lines held that stand on one side alone so far; beyond, they are sorted on the disk."""
_PIECE = 10_000
"""Lines of each side that are compared at a time."""
_ASKED = 50_000
"""Quads that stores are asked about at a time."""


@dataclass(frozen=True)
class Side:
    """One of two things compared: its IRI, its store, the graphs compared (empty: the default graph), its snapshot or None."""

    iri: str
    store: ox.Store
    graphs: frozenset[str]
    snapshot: Snapshot | None = None


@contextmanager
def side_of(snapshot: Snapshot) -> Iterator[Side]:
    """Open a publication to be compared, which stays meanwhile; its graphs are those that it publishes."""
    with hold_snapshot(snapshot):
        store = whole_store(snapshot.path)
        yield Side(PUBLICATION + snapshot.id, store, frozenset(snapshot.graphs()), snapshot)


@contextmanager
def side_of_file(file: Path) -> Iterator[Side]:
    """Open an RDF file to be compared; raises LoadError where it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="ancrage-diff-") as folder:
        build_store([file], Path(folder, "store"))
        store = ox.Store.read_only(str(Path(folder, "store")))
        default = {""} if next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) else set()
        yield Side(file.absolute().as_uri(), store, frozenset(count_graphs(store)) | default)


def write_differences(before: Side, after: Side, out: IO[bytes]) -> Counts:
    r"""Write what makes `after` of `before` as an RDF Patch; return how many quads of each graph differ.

    Memory is bounded: what differs much is sorted on the disk. Graphs whose content is told to be the same are not
    read; of those that a source or an edit changed, the stores are asked about what may differ alone.

    >>> graph = ox.NamedNode("http://e.org/g")
    >>> stores = ox.Store(), ox.Store()
    >>> stores[1].add(ox.Quad(graph, graph, ox.Literal("1"), graph))
    >>> out = io.BytesIO()
    >>> write_differences(*(Side(f"urn:{n}", store, frozenset([graph.value])) for n, store in enumerate(stores)), out)
    {'http://e.org/g': {'added': 1, 'removed': 0}}
    >>> print(out.getvalue().decode(), end="")
    H id <urn:1> .
    H prev <urn:0> .
    TX .
    A <http://e.org/g> <http://e.org/g> "1" <http://e.org/g> .
    TC .
    """
    counts: Counts = {}
    out.write(f"H id <{after.iri}> .\nH prev <{before.iri}> .\nTX .\n".encode())
    for graph in sorted(before.graphs | after.graphs):
        with tempfile.TemporaryDirectory(prefix="ancrage-diff-") as folder:
            removed, added = _differences(before, after, graph, Path(folder))
            told = {
                kind: sum(_write(out, letter, lines))
                for kind, letter, lines in (("removed", b"D ", removed), ("added", b"A ", added))
            }
        if any(told.values()):
            counts[graph] = {"added": told["added"], "removed": told["removed"]}
    out.write(b"TC .\n")
    return counts


def _write(out: IO[bytes], letter: bytes, lines: Iterable[bytes]) -> Iterator[int]:
    for line in lines:
        out.write(letter + line)
        yield 1


def _differences(before: Side, after: Side, graph: str, folder: Path) -> tuple[SortedLines, SortedLines]:
    """Return the lines of a graph to remove and those to add; `folder` takes what does not fit in memory."""
    removed, added = SortedLines(folder / "removed"), SortedLines(folder / "added")
    if before.snapshot and after.snapshot and same_content(before.snapshot, after.snapshot, graph):
        return removed, added
    apart = _kept_apart(before, after, graph, folder)
    if apart is None:
        blank: tuple[list[bytes], list[bytes]] = ([], [])
        old, new = (_stored(side, graph, lines) for side, lines in zip((before, after), blank, strict=True))
        apart = _apart(old, new, folder / "apart")
        named = [set(name_blanks(lines)) for lines in blank]
        removed.add(named[0] - named[1])
        added.add(named[1] - named[0])
    gone, come = apart
    for lines, one, other, target in ((gone, before, after, removed), (come, after, before, added)):
        for block in _verified(lines, one.store, other.store):
            target.add(block)
    return removed, added


def _kept_apart(
    before: Side, after: Side, graph: str, folder: Path
) -> tuple[Iterable[bytes], Iterable[bytes]] | None:
    """Return what of a graph may be removed, and added, by the lines that it was loaded from and the edits of one side alone.

    None where that is not known: there are no such lines on a side, or they have blank nodes.
    """
    if not (before.snapshot and after.snapshot):
        return None
    old, new = SortedLines(folder / "old"), SortedLines(folder / "new")
    content = before.snapshot.content(graph)
    if not content or content != after.snapshot.content(graph):
        kept = [_kept(side, graph) for side in (before, after)]
        if kept[0] is None or kept[1] is None:
            return None
        try:
            old, new = _apart(kept[0], kept[1], folder)
        except _BlankNodes:
            return None
    try:
        edited = _edited(before, after, graph)
    except FileNotFoundError:  # an edit that is no longer kept
        return None
    return (chain(old, edited), chain(new, edited)) if edited else (old, new)


def _kept(side: Side, graph: str) -> Iterable[bytes] | None:
    """Return the lines kept of a graph: none at all where the side has no such graph."""
    assert side.snapshot is not None
    return read_lines(side.snapshot, graph) if graph in side.graphs else ()


def _edited(before: Side, after: Side, graph: str) -> list[bytes]:
    """Return the quads of a graph that the writes of one side alone speak of."""
    assert before.snapshot is not None and after.snapshot is not None
    root = after.snapshot.data_dir / "edits"
    ids = set(before.snapshot.edits) ^ set(after.snapshot.edits)
    patches = [Patch.read(root / id).only([graph]) for id in sorted(ids)]
    return _serialised(quad for patch in patches for quad in patch.added | patch.removed)


class _BlankNodes(Exception):  # noqa: N818
    """Lines of a file have blank nodes, which the store has under other names."""


def _refuse_blank(lines: list[bytes]) -> None:
    whole = b"\n" + b"".join(lines)
    if (b"\n_:" in whole or b" _:" in whole) and any(map(has_blank, lines)):
        raise _BlankNodes


def _stored(side: Side, graph: str, blank: list[bytes]) -> Iterator[bytes]:
    """Yield the lines of a graph as the store has them; those with blank nodes go to `blank`."""
    if graph not in side.graphs:
        return
    for block in graph_lines(side.store, ox.NamedNode(graph) if graph else ox.DefaultGraph()):
        for line in block:
            if has_blank(line):
                blank.append(line)
            else:
                yield line


def _apart(before: Iterable[bytes], after: Iterable[bytes], folder: Path) -> tuple[SortedLines, SortedLines]:
    """Return the lines of one side that the other may lack; few are held where both come in the same order.

    Where one side has lines that the other lacks, what it lags behind by is compared with what comes next: both are in step
    again, and what follows is the same, piece by piece. Raises _BlankNodes.
    """
    removed, added = SortedLines(folder / "before"), SortedLines(folder / "after")
    sides = [iter(before), iter(after)]
    ahead: list[list[bytes]] = [[], []]
    only: list[set[bytes]] = [set(), set()]
    while True:
        one, two = (
            lines + list(islice(side, max(0, _PIECE - len(lines))))
            for lines, side in zip(ahead, sides, strict=True)
        )
        if not one and not two:
            break
        ahead = [[], []]
        if one == two:
            continue
        one, two, ahead = _in_step(one, two)
        for lines, alone in zip((one, two), only, strict=True):
            _refuse_blank(lines)
            alone.update(lines)
        both = only[0] & only[1]
        for alone in only:
            alone -= both
        if len(only[0]) + len(only[1]) > _HELD:
            removed.add(only[0])
            added.add(only[1])
            only = [set(), set()]
    removed.add(only[0])
    added.add(only[1])
    return removed, added


def _in_step(one: list[bytes], two: list[bytes]) -> tuple[list[bytes], list[bytes], list[list[bytes]]]:
    """Return two pieces without what comes after their last common line, where that is the end of one; and that rest."""
    places = {line: place for place, line in enumerate(two)}
    if one and (place := places.get(one[-1])) is not None:
        return one, two[: place + 1], [[], two[place + 1 :]]
    if two and two[-1] in (found := {line: place for place, line in enumerate(one)}):
        return one[: found[two[-1]] + 1], two, [one[found[two[-1]] + 1 :], []]
    return one, two, [[], []]


def _verified(lines: Iterable[bytes], has: ox.Store, lacks: ox.Store) -> Iterator[list[bytes]]:
    """Yield those of the lines whose quads one store has and the other has not, as the store writes them."""
    stream = iter(lines)
    while block := list(islice(stream, _ASKED)):
        quads = normalise_literals(ox.parse(b"".join(block), ox.RdfFormat.N_QUADS, lenient=True))
        yield _serialised(quad for quad in quads if quad in has and quad not in lacks)


def _serialised(quads: Iterable[ox.Quad]) -> list[bytes]:
    return io.BytesIO(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").readlines()


def compare_snapshots(before: Snapshot, after: Snapshot, out: IO[bytes]) -> Counts:
    """Write what differs between two publications as an RDF Patch, as `write_differences`.

    Raises FileNotFoundError where one of them is pruned meanwhile.
    """
    with ExitStack() as stack:
        sides = [stack.enter_context(side_of(snapshot)) for snapshot in (before, after)]
        return write_differences(sides[0], sides[1], out)
