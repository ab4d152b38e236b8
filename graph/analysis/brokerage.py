"""Brokerage and structural holes: who stands between whom, and how much each group keeps to itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array, diags_array  # type: ignore[import-untyped, unused-ignore]

from .network import AnyGraph, TooThin, adjacency, require


class UnclassifiedNode(KeyError):  # noqa: N818
    """A node has no class; keeps `node` and how many are `missing`."""

    def __init__(self, node: object, missing: int) -> None:
        self.node, self.missing = node, missing
        super().__init__(f"{missing} node{'s have' if missing > 1 else ' has'} no class, first {node!r}")

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Roles:
    """How many open two-paths a→v→b pass through v, by the classes of a, v, b (A, B, C different)."""

    coordinator: int
    """AAA: between two of its own class."""
    itinerant: int
    """ABA: between two of one other class."""
    representative: int
    """AAB: from its own class to another."""
    gatekeeper: int
    """ABB: from another class to its own."""
    liaison: int
    """ABC: between two different other classes."""

    @property
    def total(self) -> int:
        """Count all the open two-paths through the node."""
        return self.coordinator + self.itinerant + self.representative + self.gatekeeper + self.liaison


def gould_fernandez(graph: AnyGraph, classes: Mapping[Any, str]) -> dict[Any, Roles]:
    """Count the brokerage roles of each node (Gould & Fernandez 1989).

    A two-path a→v→b is open when there is no edge a→b and a ≠ b. An undirected graph is read as a directed
    one with both directions, so that each pair of neighbours counts twice and representative = gatekeeper.

    Args:
        graph: directed or not; weights and self-loops are left aside.
        classes: the class of every node (territory, actor type…).

    Raises:
        TooThin: fewer than three nodes or two edges.
        UnclassifiedNode: a node has no class.

    >>> import networkx as nx
    >>> gould_fernandez(nx.DiGraph([("a", "v"), ("v", "b")]), {"a": "A", "v": "A", "b": "B"})["v"]
    Roles(coordinator=0, itinerant=0, representative=1, gatekeeper=0, liaison=0)
    """
    require("gould_fernandez", graph, nodes=3, edges=2)
    nodes, matrix = adjacency(graph)
    codes, size = _codes(nodes, classes)
    incoming = csr_array(matrix.T) if graph.is_directed() else matrix
    roles = {}
    for v, node in enumerate(nodes):
        sources = incoming.indices[incoming.indptr[v] : incoming.indptr[v + 1]]
        targets = matrix.indices[matrix.indptr[v] : matrix.indptr[v + 1]]
        table = _open_paths(matrix, sources, targets, codes, size)
        own = codes[v]
        inside = int(table[own, own])
        representative = int(table[own].sum()) - inside
        gatekeeper = int(table[:, own].sum()) - inside
        itinerant = int(np.trace(table)) - inside
        liaison = int(table.sum()) - inside - representative - gatekeeper - itinerant
        roles[node] = Roles(inside, itinerant, representative, gatekeeper, liaison)
    return roles


def _codes(nodes: list[Any], classes: Mapping[Any, str]) -> tuple[np.ndarray[Any, np.dtype[np.intp]], int]:
    missing = [node for node in nodes if node not in classes]
    if missing:
        raise UnclassifiedNode(missing[0], len(missing))
    ranks = {name: rank for rank, name in enumerate(sorted({classes[node] for node in nodes}))}
    return np.array([ranks[classes[node]] for node in nodes], dtype=np.intp), len(ranks)


def _open_paths(
    matrix: csr_array,
    sources: np.ndarray[Any, np.dtype[Any]],
    targets: np.ndarray[Any, np.dtype[Any]],
    codes: np.ndarray[Any, np.dtype[np.intp]],
    size: int,
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Count the pairs (source, target) that are not tied and not the same node, by their classes (size × size)."""
    table: np.ndarray[Any, np.dtype[np.int64]] = np.outer(
        np.bincount(codes[sources], minlength=size), np.bincount(codes[targets], minlength=size)
    ).astype(np.int64)
    if not len(sources) or not len(targets):
        return table
    same = np.intersect1d(sources, targets)
    np.subtract.at(table, (codes[same], codes[same]), 1)
    tied = csr_array(csr_array(matrix[sources])[:, targets]).tocoo()
    rows, columns = tied.coords
    np.subtract.at(table, (codes[sources[rows]], codes[targets[columns]]), 1)
    return table


def constraint(graph: AnyGraph, weight: str | None = None) -> dict[Any, float]:
    """Compute Burt's constraint c_i = Σ_j (p_ij + Σ_q p_iq p_qj)², j over the neighbours of i (Burt 1992).

    p_ij is the share of i's ties spent on j, both directions added. Low: many unconnected partners. It has no
    value for an isolated node, which the result leaves out. Raises TooThin without an edge.

    >>> import networkx as nx
    >>> round(constraint(nx.florentine_families_graph())["Medici"], 5)
    0.20988
    """
    require("constraint", graph, nodes=2, edges=1)
    nodes, matrix = adjacency(graph, weight)
    if not matrix.nnz:
        raise TooThin("constraint", graph, "an edge between two nodes")
    mutual = csr_array(matrix + matrix.T)
    sums = np.asarray(mutual.sum(axis=1)).ravel()
    tied = sums > 0
    inverse = np.divide(1.0, sums, out=np.zeros_like(sums), where=tied)
    share = csr_array(diags_array(inverse) @ mutual)
    neighbours = csr_array((np.ones_like(mutual.data), mutual.indices, mutual.indptr), shape=mutual.shape)
    indirect = csr_array((share @ share).multiply(neighbours))
    values = np.asarray((share + indirect).power(2).sum(axis=1)).ravel()
    return {node: float(value) for node, value, kept in zip(nodes, values, tied, strict=True) if kept}


def ei_index(graph: AnyGraph, classes: Mapping[Any, str], weight: str | None = None) -> float:
    """Compute the E–I index (E − I)/(E + I) of a network (Krackhardt & Stern 1988).

    E sums the edges between classes and I those inside them (their weights when `weight` names an attribute):
    −1 when every tie stays inside, +1 when every tie goes out. Raises TooThin without an edge.

    >>> import networkx as nx
    >>> ei_index(nx.path_graph(3), {0: "A", 1: "A", 2: "B"})
    0.0
    """
    return _ei("ei_index", graph, [edge[:2] for edge in graph.edges], classes, weight)


def ei_by_class(graph: AnyGraph, classes: Mapping[Any, str], weight: str | None = None) -> dict[str, float]:
    """Compute the E–I index of each class: over the edges with at least one end in it; without an edge, none.

    >>> import networkx as nx
    >>> ei_by_class(nx.path_graph(3), {0: "A", 1: "A", 2: "B"})
    {'A': 0.0, 'B': 1.0}
    """
    require("ei_by_class", graph, nodes=2, edges=1)
    _codes(list(graph), classes)
    edges: dict[str, list[tuple[Any, Any]]] = {}
    for a, b in (edge[:2] for edge in graph.edges):
        for name in {classes[a], classes[b]}:
            edges.setdefault(name, []).append((a, b))
    return {name: _ei("ei_by_class", graph, edges[name], classes, weight) for name in sorted(edges)}


def _ei(
    measure: str,
    graph: AnyGraph,
    edges: list[tuple[Any, Any]],
    classes: Mapping[Any, str],
    weight: str | None,
) -> float:
    require(measure, graph, nodes=2, edges=1)
    _codes(list(graph), classes)
    external = internal = 0.0
    for a, b in edges:
        if a == b:
            continue
        value = float(graph[a][b].get(weight, 1.0)) if weight else 1.0
        if classes[a] == classes[b]:
            internal += value
        else:
            external += value
    if external + internal == 0:
        raise TooThin(measure, graph, "an edge between two nodes")
    return (external - internal) / (external + internal)
