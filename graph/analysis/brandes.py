"""Shortest paths through each node from many sources at once (Brandes 2001), as products of sparse matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Places, Values

_CELLS = 4_000_000
"""Cells (nodes × sources) held at once in each of four arrays: bounds the memory."""
_NARROW = 8
"""A level that touches less than one node in this many is computed on its own rows only."""


def dependencies(out: csr_array, into: csr_array, sources: Places) -> Values:
    """Give the dependency of each source on each node: n × sources.

    Formula:
        δ_s(v) = Σ_t σ_st(v) / σ_st, σ_st the number of shortest paths from s to t, v ≠ s, t

    Source:
        Brandes 2001, doi 10.1080/0022250X.2001.9990249, a level of the search at a time for all the sources.

    Convention:
        Ties count 1; all the sources of a block at once.

    Limits:
        Memory: four arrays of nodes × sources.

    Anchor:
        Path of four nodes from its first: 0, 2, 1, 0.

    Args:
        out: A, n × n, of ones, without loops: ties from rows to columns.
        into: Aᵀ (A itself when the network is undirected).
        sources: places of the sources.

    Example:
        >>> import networkx as nx
        >>> a = nx.to_scipy_sparse_array(nx.path_graph(4), format="csr", dtype=float)
        >>> dependencies(a, a, np.array([0])).ravel().tolist()
        [0.0, 2.0, 1.0, 0.0]
    """
    n, width = out.shape[0], len(sources)
    paths, layer = np.zeros(n * width), np.zeros((n, width))
    flat = layer.reshape(-1)
    front = sources * width + np.arange(width)
    paths[front] = 1.0
    levels = [front]
    while True:
        flat[front] = paths[front]
        found, values = _push(out, into, layer, front, paths)
        flat[front] = 0.0
        if not len(found):
            break
        paths[found] = values
        front = found
        levels.append(front)
    dependency = np.zeros(n * width)
    for nearer, farther in zip(levels[-2::-1], levels[:0:-1], strict=True):
        flat[farther] = (1.0 + dependency[farther]) / paths[farther]
        dependency[nearer] = paths[nearer] * _pull(out, layer, nearer)
        flat[farther] = 0.0
    dependency[levels[0]] = 0.0
    return dependency.reshape(n, width)


def _push(
    out: csr_array, into: csr_array, layer: Values, front: Places, paths: Values
) -> tuple[Places, Values]:
    """Give the cells that a level reaches first, and the number of paths that arrive there."""
    n, width = layer.shape
    rows = np.unique(front // width)
    if len(rows) * _NARROW > n:
        arriving = (into @ layer).reshape(-1)
        found = np.flatnonzero((arriving != 0) & (paths == 0))
        return found, arriving[found]
    reached = np.unique(out[rows].indices).astype(np.intp)
    if not len(reached):
        return reached, np.zeros(0)
    arriving = (into[reached] @ layer).reshape(-1)
    cells = (reached[:, None] * width + np.arange(width)).reshape(-1)
    new = np.flatnonzero((arriving != 0) & (paths[cells] == 0))
    return cells[new], arriving[new]


def _pull(out: csr_array, layer: Values, cells: Places) -> Any:
    """Sum what the ties of some cells lead to."""
    n, width = layer.shape
    rows, columns = np.divmod(cells, width)
    wanted, place = np.unique(rows, return_inverse=True)
    if len(wanted) * _NARROW > n:
        return (out @ layer).reshape(-1)[cells]
    return (out[wanted] @ layer)[place, columns]


def block_width(n: int) -> int:
    """Give how many sources to follow at once in a network of n nodes.

    >>> block_width(1_000), block_width(1_000_000)
    (64, 8)
    """
    return int(np.clip(_CELLS // max(n, 1), 8, 64))
