"""How central each node is: PageRank and core number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, overload

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Adjacency, AnyGraph, Counts, Network, Places, TooThin, Values, entries
from .solving import NotConverged, conjugate_gradients
from .uncertainty import BadTable


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
        p; self-loops count. Solved until one more step of the walk would change the shares by less than `tolerance`,
        summed (networkx stops at 10⁻⁶ a node: give it tol = 10⁻¹²/n to compare).

    Limits:
        Without direction or personalisation it is close to the strength of the nodes.

    Anchor:
        Star of three: .47973 at the centre, .173423 at each leaf.

    Args:
        network: a networkx graph, or an adjacency n × n (rows point to columns).
        weight: the edge attribute to read (1 where it lacks); None counts every tie 1.
        damping: d, in [0, 1[.
        personalisation: p up to a factor, by node (a missing node is 0), or n values for a matrix.
        tolerance: largest sum of changes of one more step.

    Returns:
        A share a node, summing to 1: a dict for a graph, an array of n for a matrix.

    Raises:
        TooThin: no node or no edge (every node would have the same rank).
        BadTable: a negative or missing weight, a damping outside [0, 1[, a personalisation that sums to zero.
        NotConverged: the walk did not settle.

    Example:
        >>> import networkx as nx
        >>> ranks = pagerank(nx.star_graph(3))
        >>> round(ranks[0], 6), round(ranks[1], 6)
        (0.47973, 0.173423)
    """
    if not 0 <= damping < 1:
        raise BadTable("PageRank", f"the damping {damping:g} is not in [0, 1[")
    read = Adjacency.of(network, weight, measure="PageRank", loops=True)
    a = read.matrix
    if not a.nnz:
        raise TooThin("PageRank", network, "at least 1 edge")
    start = _start(read, personalisation)
    sums = np.asarray(a.sum(axis=1)).ravel()
    # the stuck walkers start again by p: what they add is p up to a factor, which the sum of 1 settles
    solve = _follow if read.directed else _balance
    x = solve(a, sums, start, damping, tolerance)
    return read.named(x / x.sum())


def _follow(a: csr_array, sums: Values, start: Values, damping: float, tolerance: float) -> Values:
    """Solve x = d Wᵀ S⁻¹ x + (1 − d) p by following the walk."""
    arriving, again, x = csr_array(a.T), (1 - damping) * start, start
    inverse = np.divide(damping, sums, out=np.zeros_like(sums), where=sums > 0)
    change, steps = np.inf, 10_000
    for _ in range(steps):
        last, x = x, arriving @ (x * inverse) + again
        change = float(np.abs(x - last).sum())
        if change < tolerance * x.sum():
            return np.asarray(x)
    raise NotConverged("following the walk", steps, change)


def _balance(a: csr_array, sums: Values, start: Values, damping: float, tolerance: float) -> Values:
    """Solve the same without directions, where x = S^½ y makes the system symmetric.

    The sum of the changes of the next step of the walk is at most √(Σ s) times the norm of the residual of y.
    """
    root = np.sqrt(np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0))[:, None]
    scale = damping * root

    def system(y: Values) -> Values:
        return np.asarray(y - scale * (a @ (root * y)))

    tied = root > 0
    weight = np.where(tied[:, 0], np.sqrt(sums), 1.0)[:, None]
    right = (1 - damping) * start[:, None] / weight
    y = conjugate_gradients(system, right, tolerance * (1 - damping) / np.sqrt(max(sums.sum(), 1.0)))
    return np.asarray((y * weight).ravel())


def _start(read: Adjacency, given: Mapping[Any, float] | Values | None) -> Values:
    n = len(read.nodes)
    if given is None:
        return np.full(n, 1.0 / n)
    if isinstance(given, Mapping):
        if unknown := given.keys() - set(read.nodes):
            raise BadTable(
                "PageRank", f"the personalisation names {min(unknown, key=str)}, which is not in the network"
            )
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

    Formula:
        core(i) = the largest k such that i is in a part where all have at least k neighbours inside

    Source:
        Seidman 1983, doi 10.1016/0378-8733(83)90028-X; peeling after Batagelj & Zaveršnik 2003.

    Convention:
        Ties are unweighted and self-loops left out. In a directed network the degree is in-degree + out-degree,
        so that a tie both ways counts twice (as in networkx).

    Limits:
        It tells the depth of the dense part, not who joins parts.

    Anchor:
        Triangle with one pendant node: 2, 2, 2, 1.

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
    return read.named(
        _peel(joined.indptr, joined.indices, joined.data.astype(np.int64) if read.directed else None)
    )


_GONE = 1 << 60
"""What a node taken away has `left`: no subtraction brings it back to a level."""


def _peel(starts: Places, neighbours: Places, ties: Counts | None) -> Counts:
    """Take away the nodes of lowest degree, all those of a level at once, until none is left.

    The arrays of a round are short: `take` and `compress` cost half of what indexing does.
    """
    if ties is not None:  # a tie both ways: the neighbour is there twice
        starts, neighbours = np.concatenate(([0], np.cumsum(ties)))[starts], np.repeat(neighbours, ties)
    starts, neighbours = starts.astype(np.intp), neighbours.astype(np.intp)
    lengths = np.diff(starts)
    n = len(lengths)
    left, core, rest, k = lengths.copy(), np.zeros(n, dtype=np.int64), np.arange(n), 0
    mark = np.empty(n, dtype=np.intp)
    while len(rest):
        degrees = left.take(rest)
        k = max(k, int(degrees.min()))
        gone = rest.compress(degrees <= k)
        while len(gone):
            left[gone] = _GONE
            touched = neighbours.take(entries(starts, lengths, gone))
            np.subtract.at(left, touched, 1)
            gone = touched.compress(left.take(touched) <= k)
            if len(gone) > 1:  # each once
                order = np.arange(len(gone))
                mark[gone] = order
                gone = gone.compress(mark.take(gone) == order)
        below = left.take(rest) > _GONE // 2
        core[rest.compress(below)] = k
        rest = rest.compress(~below)
    return core
