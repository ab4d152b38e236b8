"""The N-Quads that graphs of a generation were loaded from, kept beside it: two publications are compared by them.

A store gives its quads back far more slowly than a file does (fifty times at least), so what may differ is found in the
files, and the stores are asked about that alone. Files of sources are links; what they hold may be written otherwise than
the store writes it, and edits are not in them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

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
    target = _packed(_path(folder, graph))
    target.parent.mkdir(parents=True, exist_ok=True)
    with file.open("rb") as source, zstd.open(target, "wb", level=1) as out:
        while block := source.read(1 << 20):
            out.write(block)
        out.write(more)


def carry_lines(previous: Snapshot, folder: Path) -> None:
    """Keep the lines of a former generation in another's folder too, which was made of it."""
    kept = previous.path / "derived" / LINES
    if kept.is_dir():
        (folder / LINES).mkdir(parents=True, exist_ok=True)
        for file in kept.iterdir():
            with suppress(OSError):
                os.link(file, folder / LINES / file.name)


def read_lines(snapshot: Snapshot, graph: str) -> Iterator[list[bytes]] | None:
    """Return the lines kept of a graph, by blocks; None where there are none."""
    path = _path(snapshot.path / "derived", graph)
    if path.exists():
        return _blocks(lambda: path.open("rb"))
    if _packed(path).exists():
        return _blocks(lambda: zstd.open(_packed(path), "rb"))  # type: ignore[return-value]
    return None


def _blocks(opened: Callable[[], IO[bytes]]) -> Iterator[list[bytes]]:
    with opened() as file:
        while block := file.readlines(1 << 20):
            yield block


def _path(folder: Path, graph: str) -> Path:
    return folder / LINES / f"{dump_name(graph).replace('/', '.')}.nq"


def _packed(path: Path) -> Path:
    return path.with_name(path.name + ".zst")
