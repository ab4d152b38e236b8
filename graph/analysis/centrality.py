"""How central each node is: PageRank and core number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, overload

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Adjacency, AnyGraph, Counts, Network, TooThin, Values
from .brandes import Places
from .uncertainty import BadTable


class NotConverged(ArithmeticError):  # noqa: N818
    """An iteration did not settle; keeps `measure`, `steps` and the last `change`."""

    def __init__(self, measure: str, steps: int, change: float) -> None:
        super().__init__(f"{measure} still changes by {change:.2g} after {steps} steps")
        self.measure, self.steps, self.change = measure, steps, change


@overload
def pagerank(
    network: AnyGraph,
    weight: str | None = "weight",
    *,
    damping: float = 0.85,
    personalisation: Mapping[Any, float] | Values | None = None,
    tolerance: float = 1e-12,
) -> dict[Any, float]: ...
@overload
def pagerank(
    network: csr_array,
    weight: str | None = "weight",
    *,
    damping: float = 0.85,
    personalisation: Mapping[Any, float] | Values | None = None,
    tolerance: float = 1e-12,
) -> Values: ...
def pagerank(
    network: Network,
    weight: str | None = "weight",
    *,
    damping: float = 0.85,
    personalisation: Mapping[Any, float] | Values | None = None,
    tolerance: float = 1e-12,
) -> Any:
    """Give the chance of finding at each node a walker who follows ties and sometimes starts again.

    Formula:
        x_i = d (Σ_j x_j w_ji / s_j + p_i Σ_{j: s_j = 0} x_j) + (1 − d) p_i, Σ x_i = 1

    Source:
        Brin & Page 1998, doi 10.1016/S0169-7552(98)00110-X.

    Convention:
        d = 0.85; p uniform unless `personalisation` is given; a walker at a node without way out starts again by
        p; self-loops count. The iteration stops when the sum of changes is under `tolerance` (networkx stops at
        10⁻⁶ a node: give it tol = 10⁻¹²/n to compare).

    Limits:
        Without direction or personalisation it is close to the strength of the nodes.

    Args:
        network: a networkx graph, or an adjacency n × n (rows point to columns).
        weight: the edge attribute to read (1 where it lacks); None counts every tie 1.
        damping: d, in [0, 1[.
        personalisation: p up to a factor, by node (a missing node is 0), or n values for a matrix.
        tolerance: largest sum of changes at the last step.

    Returns:
        A share a node, summing to 1: a dict for a graph, an array of n for a matrix.

    Raises:
        TooThin: no node or no edge (every node would have the same rank).
        BadTable: a negative or missing weight, a damping outside [0, 1[, a personalisation that sums to zero.
        NotConverged: 10,000 steps were not enough.

    Example:
        >>> import networkx as nx
        >>> ranks = pagerank(nx.star_graph(3))
        >>> round(ranks[0], 6), round(ranks[1], 6)
        (0.47973, 0.173423)
    """
    if not 0 <= damping < 1:
        raise BadTable("PageRank", f"the damping {damping:g} is not in [0, 1[")
    read = Adjacency.of(network, weight, measure="PageRank", loops=True)
    a, n = read.matrix, len(read.nodes)
    if not a.nnz:
        raise TooThin("PageRank", network, "at least 1 edge")
    start = _start(read, personalisation)
    sums = np.asarray(a.sum(axis=1)).ravel()
    stuck = np.flatnonzero(sums == 0)
    inverse = np.divide(damping, sums, out=np.zeros(n), where=sums > 0)
    arriving = csr_array(a.T) if read.directed else a
    x, again = np.full(n, 1.0 / n), (1 - damping) * start
    change = np.inf
    steps = 10_000
    for _ in range(steps):
        last = x
        x = arriving @ (last * inverse)
        x += again if not len(stuck) else again + damping * last[stuck].sum() * start
        change = float(np.abs(x - last).sum())
        if change < tolerance:
            return read.named(x / x.sum())
    raise NotConverged("PageRank", steps, change)


def _start(read: Adjacency, given: Mapping[Any, float] | Values | None) -> Values:
    n = len(read.nodes)
    if given is None:
        return np.full(n, 1.0 / n)
    if isinstance(given, Mapping):
        if unknown := [node for node in given if node not in set(read.nodes)]:
            raise BadTable("PageRank", f"the personalisation names {unknown[0]}, which is not in the network")
        start = np.array([float(given.get(node, 0.0)) for node in read.nodes])
    else:
        start = np.asarray(given, dtype=float)
    if start.shape != (n,) or not np.isfinite(start).all() or (start < 0).any() or start.sum() == 0:
        raise BadTable("PageRank", f"the personalisation is not {n} numbers ≥ 0 that sum to more than 0")
    return np.asarray(start / start.sum())


@overload
def core_number(network: AnyGraph) -> dict[Any, int]: ...
@overload
def core_number(network: csr_array) -> Counts: ...
def core_number(network: Network) -> Any:
    """Give the largest k for which each node is in a part where all have at least k neighbours inside.

    Source:
        Seidman 1983, doi 10.1016/0378-8733(83)90028-X; peeling after Batagelj & Zaveršnik 2003.

    Convention:
        Ties are unweighted and self-loops left out. In a directed network the degree is in-degree + out-degree,
        so that a tie both ways counts twice (as in networkx).

    Args:
        network: a networkx graph, or an adjacency n × n.

    Returns:
        A count a node: a dict for a graph, an array of n for a matrix.

    Raises:
        TooThin: an empty network.

    Example:
        >>> import networkx as nx
        >>> core_number(nx.Graph([(0, 1), (1, 2), (2, 0), (2, 3)]))
        {0: 2, 1: 2, 2: 2, 3: 1}
    """
    read = Adjacency.of(network, measure="core number")
    joined = read.joined()
    return read.named(_peel(joined.indptr, joined.indices, joined.data.astype(np.int64)))


def _peel(starts: Places, neighbours: Places, ties: Counts) -> Counts:
    """Take away the nodes of lowest degree, all those of a level at once, until none is left.

    A node is still there when its `left` (neighbours not yet taken away) is above the level k. The arrays of a round are
    short: `take` and `compress` cost half of what indexing does.
    """
    if (ties > 1).any():  # a tie both ways: the neighbour is there twice
        starts, neighbours = np.concatenate(([0], np.cumsum(ties)))[starts], np.repeat(neighbours, ties)
    starts, neighbours = starts.astype(np.intp), neighbours.astype(np.intp)
    lengths = np.diff(starts)
    n = len(lengths)
    left, core, rest, k = lengths.copy(), np.zeros(n, dtype=np.int64), np.arange(n), 0
    count, mark = np.arange(max(len(neighbours), n)), np.empty(n, dtype=np.intp)
    while len(rest):
        degrees = left.take(rest)
        k = max(k, int(degrees.min()))
        gone = rest.compress(degrees <= k)
        while len(gone):
            spans = lengths.take(gone)
            ends = spans.cumsum()
            shift = (starts.take(gone) - ends + spans).repeat(spans)
            touched = neighbours.take(count[: ends[-1]] + shift)
            touched = touched.compress(left.take(touched) > k)
            np.subtract.at(left, touched, 1)
            fallen = touched.compress(left.take(touched) <= k)
            order = count[: len(fallen)]
            mark[fallen] = order
            gone = fallen.compress(mark.take(fallen) == order)  # each once
        below = left.take(rest) <= k
        core[rest.compress(below)] = k
        rest = rest.compress(~below)
    return core
