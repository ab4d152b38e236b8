"""The N-Quads that graphs of a generation were loaded from, kept beside it: two publications are compared by them.

A store gives its quads back far more slowly than a file does (fifty times at least), so what may differ is found in the
files, and the stores are asked about that alone. Files of sources are links; what they hold may be written otherwise than
the store writes it, and edits are not in them.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from .artifacts import derived_folder
from .canonical import graph_lines
from .dumps import dump_name
from .snapshot import Snapshot

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINES = "lines"
"""Folder of a generation, beside what is derived of it, with the lines of its graphs."""


def link_lines(file: Path, graph: str, folder: Path) -> None:
    """Keep an N-Quads file that all quads of a graph come from, in the folder `LINES` of `folder`, where links can be made."""
    target = _path(folder, graph)
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # the stores are compared instead
        os.link(file, target)


def pack_lines(file: Path, graph: str, folder: Path, more: bytes = b"") -> None:
    """Keep an N-Quads file, and more lines, compressed: what is computed is regular, and shrinks fifty times."""
    with file.open("rb") as source, _packing(graph, folder) as out:
        shutil.copyfileobj(source, out, 1 << 20)
        out.write(more)


def pack_graph(store: Store, graph: str, folder: Path) -> None:
    """Keep the lines of a graph as a store writes them, compressed."""
    with _packing(graph, folder) as out:
        for block in graph_lines(store, NamedNode(graph)):
            out.write(b"".join(block))


def pack_quads(quads: Iterable[Quad], graph: str, folder: Path) -> None:
    """Keep the lines of a graph whose quads are at hand, sorted and compressed: a store gives them back far more slowly."""
    lines = serialize(quads, format=RdfFormat.N_QUADS) or b""
    with _packing(graph, folder) as out:
        out.write(b"".join(sorted(lines.splitlines(keepends=True))))


@contextmanager
def _packing(graph: str, folder: Path) -> Iterator[IO[bytes]]:
    target = _packed(_path(folder, graph))
    target.parent.mkdir(parents=True, exist_ok=True)
    with zstd.open(target, "wb", level=1) as out:
        yield out  # type: ignore[misc]


def carry_lines(previous: Snapshot, graphs: Iterable[str], folder: Path) -> None:
    """Keep the lines of graphs of a former generation in another's folder too, where they are the same."""
    for graph in graphs:
        file, target = (_path(one, graph) for one in (derived_folder(previous), folder))
        target.parent.mkdir(parents=True, exist_ok=True)
        for one, other in ((file, target), (_packed(file), _packed(target))):
            with suppress(OSError):
                os.link(one, other)


def read_lines(snapshot: Snapshot, graph: str) -> Iterator[bytes] | None:
    """Return the lines kept of a graph; None where there are none."""
    path = _path(derived_folder(snapshot), graph)
    if path.exists():
        return _lines(lambda: path.open("rb"))
    if _packed(path).exists():
        return _lines(lambda: io.BufferedReader(zstd.open(_packed(path), "rb"), 1 << 20))
    return None


def _lines(opened: Callable[[], IO[bytes]]) -> Iterator[bytes]:
    with opened() as file:
        yield from file


def _path(folder: Path, graph: str) -> Path:
    return folder / LINES / f"{dump_name(graph).replace('/', '.')}.nq"


def _packed(path: Path) -> Path:
    return path.with_name(path.name + ".zst")
