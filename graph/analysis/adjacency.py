"""A network read as a sparse matrix, from networkx or from a matrix, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, issparse  # type: ignore[import-untyped, unused-ignore]

from .uncertainty import BadTable, TooFewData

#: A networkx graph, directed or not, of any nodes.
AnyGraph: TypeAlias = "nx.Graph[Any]"
#: A networkx graph, the n × n adjacency of one (scipy.sparse or numpy) whose nodes are 0 … n − 1, or an `Adjacency`.
Network: TypeAlias = Any
Values: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]
Places: TypeAlias = npt.NDArray[np.intp]


class TooThin(TooFewData):
    """A network too thin for a measure; keeps `nodes` and `edges` too."""

    def __init__(self, measure: str, network: Network, needed: str) -> None:
        self.nodes, self.edges = size(network)
        super().__init__(measure, f"are {self.nodes} nodes and {self.edges} edges", needed)


def size(network: Network) -> tuple[int, int]:
    """Count the nodes and the edges of a network, an edge once when it has no direction.

    >>> size(nx.path_graph(3)), size([[0, 1], [1, 0]])
    ((3, 2), (2, 1))
    """
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
    known, tied = size(network)
    if known < nodes:
        raise TooThin(measure, network, f"at least {nodes} node{'s' * (nodes > 1)}")
    if tied < edges:
        raise TooThin(measure, network, f"at least {edges} edge{'s' * (edges > 1)}")


def pattern_of(matrix: csr_array) -> csr_array:
    """Give a matrix with 1 for each of its values."""
    return csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)


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
    pattern = pattern_of(matrix)
    if not np.array_equal(pattern @ probe, pattern.T @ probe):
        return False
    return np.array_equal(matrix.data, pattern.data) or np.allclose(
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
            result = network if loops else network._without_loops()
            return result._pattern() if weight is None and result.weighted else result
        if isinstance(network, nx.Graph):
            if not len(network):
                raise TooThin(measure, network, "at least 1 node")
            matrix = _of_graph(network, weight)
            result = cls(list(network), matrix, network.is_directed(), weighted=weight is not None)
        else:
            matrix = _of_matrix(network, measure)
            if weight is None:
                matrix = pattern_of(matrix)
            weighted = weight is not None
            result = cls(range(matrix.shape[0]), matrix, not symmetric(matrix), False, weighted)
        if not np.isfinite(matrix.data).all() or (matrix.data < 0).any():
            raise BadTable(measure, "a weight is negative or not a number")
        result = replace(result, looped=bool(matrix.diagonal().any()))
        return result if loops else result._without_loops()

    def _pattern(self) -> Adjacency:
        return replace(self, matrix=pattern_of(self.matrix), weighted=False)

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


def _of_matrix(network: Network, measure: str) -> csr_array:
    """Read a square matrix, each of its values once and none zero; what is given stays as it is."""
    matrix = csr_array(network, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise BadTable(measure, f"an adjacency of shape {matrix.shape} is not square")
    if not matrix.shape[0]:
        raise TooThin(measure, matrix, "at least 1 node")
    if not matrix.has_canonical_format or not matrix.data.all():
        matrix = matrix.copy() if matrix is network or issparse(network) else matrix
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    return matrix


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
    read = Adjacency.of(network, weight)
    return read.nodes, read.matrix


def entries(starts: Places, lengths: Places, rows: Places) -> Places:
    """Give the places of all the entries of some rows of a compressed matrix, row after row.

    `starts` and `lengths` are those of each row (indptr and its differences).

    >>> entries(np.array([0, 2, 5]), np.array([2, 3, 1]), np.array([1, 0])).tolist()
    [2, 3, 4, 0, 1]
    """
    spans = lengths.take(rows)
    ends = spans.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + (starts.take(rows) - ends + spans).repeat(spans))
