"""A network as a sparse matrix: how it is read, its degrees and components, and a summary in figures."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeAlias, overload

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, issparse  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import (  # type: ignore[import-untyped, unused-ignore]
    breadth_first_order,
    connected_components,
)

from .triangles import closed_triples
from .uncertainty import BadTable

#: A networkx graph, directed or not, of any nodes.
AnyGraph: TypeAlias = "nx.Graph[Any]"
#: A networkx graph, the n × n adjacency of one (scipy.sparse or numpy) whose nodes are 0 … n − 1, or an `Adjacency`.
Network: TypeAlias = Any
Values: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]


class TooThin(ValueError):  # noqa: N818
    """A network too thin for a measure; keeps `measure`, `nodes`, `edges` and what was `needed`."""

    def __init__(self, measure: str, network: Network, needed: str) -> None:
        self.measure, self.needed = measure, needed
        self.nodes, self.edges = _size(network)
        super().__init__(
            f"{measure} needs {needed}: the network has {self.nodes} nodes and {self.edges} edges"
        )


def _size(network: Network) -> tuple[int, int]:
    if isinstance(network, nx.Graph):
        return network.number_of_nodes(), network.number_of_edges()
    read = isinstance(network, Adjacency)
    matrix = network.matrix if read else csr_array(network)
    loops = int(np.count_nonzero(matrix.diagonal())) if matrix.shape[0] else 0
    both = not network.directed if read else symmetric(matrix)
    return matrix.shape[0], (int(matrix.nnz) - loops) // (1 + both) + loops


def require(measure: str, network: Network, *, nodes: int = 1, edges: int = 0) -> None:
    """Refuse a network with too few nodes or edges; raises TooThin.

    >>> require("betweenness", nx.path_graph(3), nodes=3, edges=2)
    """
    found = _size(network)
    if found[0] < nodes:
        raise TooThin(measure, network, f"at least {nodes} node{'s' * (nodes > 1)}")
    if found[1] < edges:
        raise TooThin(measure, network, f"at least {edges} edge{'s' * (edges > 1)}")


def symmetric(matrix: csr_array) -> bool:
    """Tell whether a matrix is its own transpose (its values to 9 digits).

    Both A and Aᵀ are multiplied by the same random whole numbers: a matrix that is not symmetric passes with a
    chance under 10⁻⁹, for a few products instead of a sort.

    >>> symmetric(csr_array([[0, 1], [1, 0]])), symmetric(csr_array([[0, 1], [0, 0]]))
    (True, False)
    """
    if matrix.shape[0] != matrix.shape[1]:
        return False
    probe = np.random.default_rng(0).integers(1, 1 << 30, matrix.shape[0]).astype(float)
    ones = np.ones(matrix.nnz)
    pattern = csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape)
    if not np.array_equal(pattern @ probe, pattern.T @ probe):
        return False
    return np.array_equal(matrix.data, ones) or np.allclose(
        matrix @ probe, matrix.T @ probe, rtol=1e-9, atol=0
    )


@dataclass(frozen=True, slots=True)
class Adjacency:
    """A network read once: its `nodes` in order, its `matrix` (n × n), and whether ties have a direction.

    Give it to several measures in place of the graph: the graph is read once. `labelled` says that answers are by
    node (a dict) rather than by place (an array). A measure that is asked for no weight takes the `pattern`.
    """

    nodes: Sequence[Any]
    matrix: csr_array
    directed: bool
    labelled: bool = True
    weighted: bool = False
    looped: bool = False

    @classmethod
    def of(
        cls, network: Network, weight: str | None = None, *, measure: str = "adjacency", loops: bool = False
    ) -> Adjacency:
        """Read a networkx graph or a matrix, without its self-loops unless `loops`.

        `weight` names the edge attribute to read (1 where it lacks); None makes every edge 1. A matrix is read
        with its values when `weight` is given, whatever the name, and is undirected when it is symmetric.

        Raises TooThin for an empty network, BadTable for a matrix that is not square or a weight that is
        negative or not a number. What was read already is given back (without weights when none are asked).

        >>> Adjacency.of(nx.path_graph(3)).matrix.toarray().astype(int).tolist()
        [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
        >>> Adjacency.of([[0, 1], [0, 0]]).directed
        True
        """
        if isinstance(network, Adjacency):
            found = network if loops else network._without_loops()
            return found._pattern() if weight is None and found.weighted else found
        if isinstance(network, nx.Graph):
            if not len(network):
                raise TooThin(measure, network, "at least 1 node")
            matrix = _of_graph(network, weight)
            found = cls(list(network), matrix, network.is_directed(), weighted=weight is not None)
        else:
            matrix = csr_array(network, dtype=float)
            if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
                raise BadTable(measure, f"an adjacency of shape {matrix.shape} is not square")
            if not matrix.shape[0]:
                raise TooThin(measure, matrix, "at least 1 node")
            if not matrix.has_canonical_format or not matrix.data.all():
                matrix = matrix.copy() if matrix is network or issparse(network) else matrix
                matrix.sum_duplicates()
                matrix.eliminate_zeros()
            if weight is None:
                ones = np.ones(matrix.nnz)
                matrix = csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape)
            weighted = weight is not None
            found = cls(range(matrix.shape[0]), matrix, not symmetric(matrix), False, weighted)
        if not np.isfinite(matrix.data).all() or (matrix.data < 0).any():
            raise BadTable(measure, "a weight is negative or not a number")
        found = replace(found, looped=bool(matrix.diagonal().any()))
        return found if loops else found._without_loops()

    def _pattern(self) -> Adjacency:
        ones = np.ones(self.matrix.nnz)
        matrix = csr_array((ones, self.matrix.indices, self.matrix.indptr), shape=self.matrix.shape)
        return replace(self, matrix=matrix, weighted=False)

    def _without_loops(self) -> Adjacency:
        if not self.looped:
            return self
        entries = self.matrix.tocoo()
        kept = entries.row != entries.col
        matrix = csr_array(
            (entries.data[kept], (entries.row[kept], entries.col[kept])), shape=self.matrix.shape
        )
        return replace(self, matrix=matrix, looped=False)

    def joined(self) -> csr_array:
        """Give the matrix without directions: A, or A + Aᵀ when ties have one."""
        return csr_array(self.matrix + self.matrix.T) if self.directed else self.matrix

    def named(self, values: npt.NDArray[Any]) -> Any:
        """Give one value a node by its name, or as they are when the network was a matrix."""
        return dict(zip(self.nodes, values.tolist(), strict=True)) if self.labelled else values


def _of_graph(graph: AnyGraph, weight: str | None) -> csr_array:
    neighbours = graph.adj
    raw: Any = graph._adj  # type: ignore[attr-defined, unused-ignore]  # plain dicts: views cost ten times more
    place = {node: at for at, node in enumerate(neighbours)}
    degrees = np.fromiter(map(len, raw.values()), dtype=np.int64, count=len(raw))
    total = int(degrees.sum())
    columns = np.fromiter(
        map(place.__getitem__, chain.from_iterable(raw.values())), dtype=np.int32, count=total
    )
    if weight is None:
        data = np.ones(total)
    elif graph.is_multigraph():
        data = np.fromiter(
            (
                sum(float(edge.get(weight, 1.0)) for edge in keys.values())
                for row in raw.values()
                for keys in row.values()
            ),
            dtype=float,
            count=total,
        )
    else:
        data = np.fromiter(
            (edge.get(weight, 1.0) for row in raw.values() for edge in row.values()), dtype=float, count=total
        )
    starts = np.concatenate(([0], np.cumsum(degrees))).astype(np.int32)
    matrix = csr_array((data, columns, starts), shape=(len(raw), len(raw)))
    matrix.sort_indices()
    if weight is not None and not data.all():
        matrix.eliminate_zeros()
    return matrix


def adjacency(network: Network, weight: str | None = None) -> tuple[Sequence[Any], csr_array]:
    """Give the nodes of a network in order and its sparse adjacency matrix (n × n), self-loops left out.

    `weight` names the edge attribute to read (1 where it lacks); None makes every edge 1. Raises TooThin when
    the network is empty, BadTable when a weight is negative or not a number.

    >>> nodes, matrix = adjacency(nx.path_graph(3))
    >>> matrix.toarray().astype(int).tolist()
    [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    """
    found = Adjacency.of(network, weight)
    return found.nodes, found.matrix


@overload
def degree(network: AnyGraph) -> dict[Any, int]: ...
@overload
def degree(network: csr_array) -> Counts: ...
def degree(network: Network) -> Any:
    """Count the neighbours of each node (in a directed graph: distinct nodes it points to or is pointed from).

    Formula:
        k_i = |{j ≠ i: a_ij + a_ji > 0}|

    Args:
        network: a networkx graph, or an adjacency n × n.

    Returns:
        A count a node: a dict for a graph, an array of n for a matrix.

    Raises:
        TooThin: an empty network.

    Example:
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

    Args:
        network: a networkx graph, or an adjacency n × n of weights.
        weight: the edge attribute to sum (1 where it lacks).

    Returns:
        A sum a node: a dict for a graph, an array of n for a matrix.

    Raises:
        TooThin: an empty network.
        BadTable: a negative or missing weight.

    Example:
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

    Source:
        Hopcroft & Tarjan 1973, doi 10.1145/362248.362272.

    Args:
        network: a networkx graph, or an adjacency n × n.

    Returns:
        The sets of nodes for a graph; for a matrix the rank of the component of each node, 0 being the largest.

    Raises:
        TooThin: an empty network.

    Example:
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
    others = np.flatnonzero(apart)
    rows, place = matrix[others], np.zeros(n, dtype=matrix.indices.dtype)
    place[others] = np.arange(len(others))
    rest = csr_array((rows.data, place[rows.indices], rows.indptr), shape=(len(others), len(others)))
    # in a symmetric matrix strong components are the components, and need no transpose
    count, part = connected_components(rest, directed=True, connection="strong")
    labels[others] = part + 1
    return int(count) + 1, labels


@dataclass(frozen=True, slots=True)
class Summary:
    """A network in figures; `largest_share` is the share of nodes in the largest component (0 to 1).

    `density` is edges over possible pairs, `clustering` the transitivity (triangles ×3 over two-paths; 0
    when there is none or the graph is directed), `weight` the sum of edge weights.
    """

    nodes: int
    edges: int
    weight: float
    density: float
    components: int
    largest_share: float
    isolates: int
    mean_degree: float
    maximum_degree: int
    clustering: float


def summary(network: Network) -> Summary:
    """Sum up a network in figures.

    Convention:
        Self-loops count in `edges` and `weight` of a networkx graph, nowhere else.

    Raises:
        TooThin: an empty network.

    Example:
        >>> summary(nx.karate_club_graph()).edges
        78
    """
    read = Adjacency.of(network, "weight", measure="summary")
    n, edges = _size(network)
    joined = read.joined()
    degrees = np.diff(joined.indptr)
    ranks = _ranks(read)
    if isinstance(network, nx.Graph):
        weight = float(network.size(weight="weight"))
    else:
        weight = float(read.matrix.sum()) / (1 if read.directed else 2)
    triples = int((degrees * (degrees - 1)).sum()) // 2
    possible = n * (n - 1) / (1 if read.directed else 2)
    closed = 0 if read.directed or not triples else closed_triples(joined)
    return Summary(
        nodes=n,
        edges=edges,
        weight=weight,
        density=edges / possible if possible else 0.0,
        components=int(ranks.max()) + 1,
        largest_share=int((ranks == 0).sum()) / n,
        isolates=int((degrees == 0).sum()),
        mean_degree=float(degrees.mean()),
        maximum_degree=int(degrees.max()),
        clustering=closed / triples if triples else 0.0,
    )


def top(measure: dict[Any, float], count: int = 20) -> list[tuple[Hashable, float]]:
    """List the `count` highest values of a measure, ties in the order of the nodes' names.

    >>> top({"b": 2, "a": 2, "c": 1}, 2)
    [('a', 2), ('b', 2)]
    """
    return sorted(measure.items(), key=lambda item: (-item[1], str(item[0])))[:count]
