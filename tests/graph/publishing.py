"""Files published as the one base graph of a data directory, as small tests ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store


def published(
    folder: Path, files: Sequence[Path], graph: str, more: Sequence[tuple[Path, str]] = ()
) -> LocalReader:
    """Publish files in one graph, below a folder, and `more` in graphs that are no base, and open them."""
    quads = build_store([*((file, graph) for file in files), *more], folder / "store", merged=[graph])
    graphs = {graph: {"role": "base", "quads": quads}}
    graphs |= {name: {"role": "illustrative", "quads": 0} for _, name in more}
    manifest = {"quads": quads, "graphs": graphs, "merged": True}
    Snapshots(folder / "data").publish(folder / "store", manifest)
    return LocalReader.current(folder / "data")
