"""The filières of the package as a file, for a graph that no generation builds."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from ancrage.loaders.filieres.scheme import shipped_quads


def write_shipped(path: Path) -> Path:
    """Write the filières of the package as N-Triples; return the path."""
    with path.open("wb") as file:
        ox.serialize((quad.triple for quad in shipped_quads()), file, ox.RdfFormat.N_TRIPLES)
    return path
