"""First measures of a network: degree, strength, components, and a summary in figures."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, overload

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import (  # type: ignore[import-untyped, unused-ignore]
    breadth_first_order,
    connected_components,
)

from .adjacency import Adjacency, AnyGraph, Counts, Network, Values, entries


@overload
def degree(network: AnyGraph) -> dict[Any, int]: ...
@overload
def degree(network: csr_array) -> Counts: ...
def degree(network: Network) -> Any:
    """Count the neighbours of each node (in a directed graph: distinct nodes it points to or is pointed from).

    Formula:
        k_i = |{j ≠ i: a_ij + a_ji > 0}|

    Source:
        Freeman 1978, doi 10.1016/0378-8733(78)90021-7.

    Convention:
        Ties count once whatever their weight and direction; self-loops are left out.

    Limits:
        It tells how many, not who: see `constraint` and `betweenness`.

    Anchor:
        Star of three: 3 at the centre, 1 at each leaf.

    Args:
        network: a networkx graph, or an adjacency n × n.

    Returns:
        A count a node: a dict for a graph, an array of n for a matrix.

    Raises:
        TooThin: an empty network.

    Example:
        >>> import networkx as nx
        >>> degree(nx.star_graph(3))
        {0: 3, 1: 1, 2: 1, 3: 1}
    """
    read = Adjacency.of(network, measure="degree")
    return read.named(np.diff(read.joined().indptr).astype(np.int64))


@overload
def strength(network: AnyGraph, weight: str = "weight") -> dict[Any, float]: ...
@overload
def strength(network: csr_array, weight: str = "weight") -> Values: ...
def strength(network: Network, weight: str = "weight") -> Any:
    """Sum the weights of the ties of each node, both directions in a directed graph.

    Formula:
        s_i = Σ_j w_ij, or Σ_j (w_ij + w_ji) when ties have a direction

    Source:
        Barrat et al. 2004, doi 10.1073/pnas.0400087101.

    Convention:
        Weights of both directions are added; self-loops are left out.

    Limits:
        Weights of several units (projects, euros) do not add up.

    Anchor:
        Ties of weights 2 and 0.5 from a: 2.5.

    Args:
        network: a networkx graph, or an adjacency n × n of weights.
        weight: the edge attribute to sum (1 where it lacks).

    Returns:
        A sum a node: a dict for a graph, an array of n for a matrix.

    Raises:
        TooThin: an empty network.
        BadTable: a negative or missing weight.

    Example:
        >>> import networkx as nx
        >>> g = nx.Graph()
        >>> g.add_weighted_edges_from([("a", "b", 2.0), ("a", "c", 0.5)])
        >>> strength(g)
        {'a': 2.5, 'b': 2.0, 'c': 0.5}
    """
    read = Adjacency.of(network, weight, measure="strength")
    sums = np.asarray(read.matrix.sum(axis=1)).ravel()
    if read.directed:
        sums = sums + np.asarray(read.matrix.sum(axis=0)).ravel()
    return read.named(sums)


@overload
def components(network: AnyGraph) -> list[set[Any]]: ...
@overload
def components(network: csr_array) -> Counts: ...
def components(network: Network) -> Any:
    """Find the connected components (weak ones in a directed graph), largest first, then in order of nodes.

    Formula:
        i and j are in one component when some path joins them, whatever its directions

    Source:
        Hopcroft & Tarjan 1973, doi 10.1145/362248.362272.

    Convention:
        Weak components in a directed network; components of one size in the order of nodes.

    Limits:
        One tie joins two components: see `single_points`.

    Anchor:
        Ties 1–2, 3–4, 4–5: {3, 4, 5} and {1, 2}.

    Args:
        network: a networkx graph, or an adjacency n × n.

    Returns:
        The sets of nodes for a graph; for a matrix the rank of the component of each node, 0 being the largest.

    Raises:
        TooThin: an empty network.

    Example:
        >>> import networkx as nx
        >>> components(nx.Graph([(1, 2), (3, 4), (4, 5)]))
        [{3, 4, 5}, {1, 2}]
    """
    read = Adjacency.of(network, measure="components")
    ranks = _ranks(read)
    if not read.labelled:
        return ranks
    groups: list[set[Any]] = [set() for _ in range(int(ranks.max()) + 1)]
    for node, place in zip(read.nodes, ranks.tolist(), strict=True):
        groups[place].add(node)
    return groups


def _ranks(read: Adjacency) -> Counts:
    """Give the rank of the component of each node."""
    count, labels = _labels(read)
    sizes = np.bincount(labels, minlength=count)
    first = np.full(count, len(labels))
    np.minimum.at(first, labels, np.arange(len(labels)))
    rank = np.empty(count, dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(count)
    return np.asarray(rank[labels])


def _labels(read: Adjacency) -> tuple[int, Counts]:
    """Give the number of components and the component of each node, in any order."""
    matrix, n = read.matrix, len(read.nodes)
    if read.directed:
        count, labels = connected_components(matrix, directed=True, connection="weak")
        return int(count), labels
    # most networks have one large component: a search from the node of most ties finds it, and little is left
    hub = int(np.argmax(np.diff(matrix.indptr)))
    found = breadth_first_order(matrix, hub, directed=True, return_predecessors=False)
    labels = np.zeros(n, dtype=np.int64)
    if len(found) == n:
        return 1, labels
    apart = np.ones(n, dtype=bool)
    apart[found] = False
    others, lengths = np.flatnonzero(apart), np.diff(matrix.indptr)
    ties = lengths.take(others) > 0
    tied, isolated = others.compress(ties), others.compress(~ties)
    labels[isolated] = np.arange(1, len(isolated) + 1)
    if not len(tied):
        return len(isolated) + 1, labels
    spans, place = lengths.take(tied), np.zeros(n, dtype=matrix.indices.dtype)
    place[tied] = np.arange(len(tied))
    columns = place.take(matrix.indices.take(entries(matrix.indptr, lengths, tied)))
    starts = np.concatenate(([0], spans.cumsum())).astype(matrix.indptr.dtype)
    rest = csr_array((np.ones(len(columns)), columns, starts), shape=(len(tied), len(tied)))
    # in a symmetric matrix strong components are the components, and need no transpose
    count, part = connected_components(rest, directed=True, connection="strong")
    labels[tied] = part + len(isolated) + 1
    return int(count) + len(isolated) + 1, labels


def top(measure: dict[Any, float], count: int = 20) -> list[tuple[Hashable, float]]:
    """List the `count` highest values of a measure, ties in the order of the nodes' names.

    >>> top({"b": 2, "a": 2, "c": 1}, 2)
    [('a', 2), ('b', 2)]
    """
    return sorted(measure.items(), key=lambda item: (-item[1], str(item[0])))[:count]
