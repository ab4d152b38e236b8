"""First measures of a network: degree, strength, components, betweenness, and a summary in figures."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

import networkx as nx
import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped, unused-ignore]

#: Above this number of nodes betweenness is estimated from a sample of sources.
EXACT_NODES = 1500

#: A networkx graph, directed or not, of any nodes.
AnyGraph: TypeAlias = "nx.Graph[Any]"


class TooThin(ValueError):  # noqa: N818
    """A network too thin for a measure; keeps `measure`, `nodes`, `edges` and what was `needed`."""

    def __init__(self, measure: str, graph: AnyGraph, needed: str) -> None:
        self.measure, self.needed = measure, needed
        self.nodes, self.edges = graph.number_of_nodes(), graph.number_of_edges()
        super().__init__(
            f"{measure} needs {needed}: the network has {self.nodes} nodes and {self.edges} edges"
        )


def require(measure: str, graph: AnyGraph, *, nodes: int = 1, edges: int = 0) -> None:
    """Refuse a network with too few nodes or edges; raises TooThin.

    >>> require("betweenness", nx.path_graph(3), nodes=3, edges=2)
    """
    if graph.number_of_nodes() < nodes:
        raise TooThin(measure, graph, f"at least {nodes} node{'s' * (nodes > 1)}")
    if graph.number_of_edges() < edges:
        raise TooThin(measure, graph, f"at least {edges} edge{'s' * (edges > 1)}")


def adjacency(graph: AnyGraph, weight: str | None = None) -> tuple[list[Any], csr_array]:
    """Give the nodes of a graph in order and its sparse adjacency matrix (n × n), self-loops left out.

    `weight` names the edge attribute to read (1 where it lacks); None makes every edge 1.

    >>> nodes, matrix = adjacency(nx.path_graph(3))
    >>> matrix.toarray().astype(int).tolist()
    [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    """
    require("adjacency", graph)
    nodes = list(graph)
    raw = nx.to_scipy_sparse_array(graph, nodelist=nodes, weight=weight, format="csr")
    matrix = csr_array(raw, dtype=float)
    if weight is None:
        matrix.data = np.ones_like(matrix.data)
    matrix.setdiag(0)
    matrix.eliminate_zeros()
    return nodes, matrix


def degree(graph: AnyGraph) -> dict[Any, int]:
    """Count the neighbours of each node (in a directed graph: distinct nodes it points to or is pointed from).

    >>> degree(nx.star_graph(3))
    {0: 3, 1: 1, 2: 1, 3: 1}
    """
    nodes, matrix = adjacency(graph)
    joined = csr_array(matrix + matrix.T) if graph.is_directed() else matrix
    return {node: int(count) for node, count in zip(nodes, np.diff(joined.indptr), strict=True)}


def strength(graph: AnyGraph, weight: str = "weight") -> dict[Any, float]:
    """Sum the weights of the edges of each node, both directions in a directed graph.

    >>> g = nx.Graph()
    >>> g.add_weighted_edges_from([("a", "b", 2.0), ("a", "c", 0.5)])
    >>> strength(g)
    {'a': 2.5, 'b': 2.0, 'c': 0.5}
    """
    nodes, matrix = adjacency(graph, weight)
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    if graph.is_directed():
        sums = sums + np.asarray(matrix.sum(axis=0)).ravel()
    return {node: float(total) for node, total in zip(nodes, sums, strict=True)}


def components(graph: AnyGraph) -> list[set[Any]]:
    """List the connected components (weak ones in a directed graph), largest first, then in order of nodes.

    >>> components(nx.Graph([(1, 2), (3, 4), (4, 5)]))
    [{3, 4, 5}, {1, 2}]
    """
    nodes, matrix = adjacency(graph)
    count, labels = connected_components(matrix, directed=graph.is_directed(), connection="weak")
    groups: list[set[Any]] = [set() for _ in range(count)]
    for node, label in zip(nodes, labels, strict=True):
        groups[label].add(node)
    return sorted(groups, key=len, reverse=True)


def betweenness(
    graph: AnyGraph, *, weight: str | None = None, sources: int | None = None, seed: int = 0
) -> dict[Any, float]:
    """Compute normalised betweenness: Σ σ_st(v)/σ_st over pairs, divided by the number of pairs (Freeman 1977).

    Distances are 1, or 1/weight when `weight` names an edge attribute (a strong tie is short). Exact up to
    1,500 nodes; beyond, or with `sources`, it is estimated from that many random sources (256 by default),
    the same ones for the same `seed`. Raises TooThin below three nodes or without an edge.

    >>> round(betweenness(nx.florentine_families_graph())["Medici"], 4)
    0.522
    """
    require("betweenness", graph, nodes=3, edges=1)
    n = graph.number_of_nodes()
    if sources is None and n > EXACT_NODES:
        sources = min(256, n)
    distance = None
    if weight is not None:
        distance = "_distance"
        graph = graph.copy()
        for _, _, data in graph.edges(data=True):
            data[distance] = 1.0 / float(data.get(weight, 1.0))
    result: dict[Any, float] = nx.betweenness_centrality(graph, k=sources, weight=distance, seed=seed)
    return result


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


def summary(graph: AnyGraph) -> Summary:
    """Sum up a network; raises TooThin when it is empty.

    >>> summary(nx.karate_club_graph()).edges
    78
    """
    require("summary", graph)
    degrees = np.array(list(degree(graph).values()))
    parts = components(graph)
    n = graph.number_of_nodes()
    return Summary(
        nodes=n,
        edges=graph.number_of_edges(),
        weight=float(graph.size(weight="weight")),
        density=float(nx.density(graph)),
        components=len(parts),
        largest_share=len(parts[0]) / n,
        isolates=int((degrees == 0).sum()),
        mean_degree=float(degrees.mean()),
        maximum_degree=int(degrees.max()),
        clustering=0.0 if graph.is_directed() else float(nx.transitivity(graph)),
    )


def top(measure: dict[Any, float], count: int = 20) -> list[tuple[Hashable, float]]:
    """List the `count` highest values of a measure, ties in the order of the nodes' names.

    >>> top({"b": 2, "a": 2, "c": 1}, 2)
    [('a', 2), ('b', 2)]
    """
    return sorted(measure.items(), key=lambda item: (-item[1], str(item[0])))[:count]
