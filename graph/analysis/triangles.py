"""Triangles of a network, listed in blocks: what constraint, brokerage roles and clustering are counted from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Places, pattern_of

_BLOCK = 4_000_000
"""Entries of neighbourhoods compared at once: bounds the memory."""


@dataclass(frozen=True, slots=True)
class Orientation:
    """The edges of an undirected network, each once, from its end of lower degree to the other.

    `low` and `high` are the ends of edge e; `ahead` (n × n) holds e + 1 at (low, high).
    """

    low: Places
    high: Places
    ahead: csr_array

    @classmethod
    def of(cls, joined: csr_array) -> Orientation:
        """Orient the edges of a symmetric pattern without loops; the values are left aside.

        >>> Orientation.of(csr_array([[0, 1, 1], [1, 0, 0], [1, 0, 0]])).high.tolist()
        [0, 0]
        """
        n = joined.shape[0]
        degrees = np.diff(joined.indptr)
        rank = np.empty(n, dtype=np.intp)
        rank[np.argsort(degrees, kind="stable")] = np.arange(n)
        rows, columns = np.repeat(np.arange(n), degrees), joined.indices
        kept = rank[rows] < rank[columns]
        low, high = rows[kept], columns[kept].astype(np.intp)
        starts = np.concatenate(([0], np.cumsum(np.bincount(low, minlength=n))))
        ids = np.arange(1.0, len(low) + 1)
        index = joined.indices.dtype
        ahead = csr_array((ids, high.astype(index), starts.astype(index)), shape=(n, n))
        return cls(low, high, ahead)


def triangles(edges: Orientation) -> Iterator[tuple[Places, Places, Places]]:
    """List every triangle once, in blocks, as its three edges: (a, b), (a, c) and (b, c), a lowest, c highest.

    Source:
        Chiba & Nishizeki 1985, doi 10.1137/0214017: with edges from low to high degree, m edges cost at most
        m √(2m) comparisons.

    Returns:
        Blocks of three arrays of places in `edges.low` and `edges.high`.

    Example:
        >>> import networkx as nx
        >>> whole = Orientation.of(nx.to_scipy_sparse_array(nx.complete_graph(4), format="csr"))
        >>> sum(len(first) for first, _, _ in triangles(whole))
        4
    """
    ahead = edges.ahead
    ones = pattern_of(ahead)
    reach = np.diff(ahead.indptr)
    # an edge whose upper end has nothing ahead, or whose lower end only this edge, closes nothing
    able = np.flatnonzero((reach[edges.high] > 0) & (reach[edges.low] > 1))
    work = np.cumsum(reach[edges.low[able]] + reach[edges.high[able]])
    for block in np.split(
        able, np.searchsorted(work, np.arange(_BLOCK, work[-1] if len(work) else 0, _BLOCK))
    ):
        lows, highs = edges.low[block], edges.high[block]
        from_low = csr_array(ahead[lows].multiply(ones[highs]))
        if not from_low.nnz:
            continue
        from_high = csr_array(ones[lows].multiply(ahead[highs]))
        first = np.repeat(block, np.diff(from_low.indptr))
        yield first, _ids(from_low), _ids(from_high)


def _ids(found: csr_array) -> Places:
    data: npt.NDArray[Any] = found.data
    return data.astype(np.intp) - 1
