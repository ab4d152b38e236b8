"""What would be lost without a node: reach of territories, giant component, single points of failure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import rustworkx as rx
from scipy.cluster.hierarchy import DisjointSet  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Adjacency, AnyGraph, adjacency, require
from .network import degree
from .relatedness import Matrix
from .uncertainty import BadTable


def attack_curve(graph: AnyGraph, order: Sequence[Any]) -> Matrix:
    """Give the share of nodes in the largest component after each removal.

    Formula:
        S(q) = size of the largest component after q removals / N, q = 1 … len(order)

    Source:
        Schneider et al. 2011, doi 10.1073/pnas.1009440108.

    Convention:
        Nodes are put back one by one from the end (union–find): linear in edges rather than quadratic. Weak
        components in a directed graph.

    Limits:
        Only the size of the largest component counts: what the smaller ones still reach is not seen.

    Anchor:
        Star of three, centre first: ¼, ¼, ¼, 0.

    Args:
        graph: a graph of N nodes.
        order: the nodes removed, in order, each once.

    Returns:
        S, one value a removal, in [0, 1].

    Raises:
        TooThin: an empty graph.
        BadTable: a node that is not in the graph, or twice in the order.

    Example:
        >>> attack_curve(nx.star_graph(3), [0, 1, 2, 3]).tolist()
        [0.25, 0.25, 0.25, 0.0]
    """
    require("robustness", graph)
    if len(set(order)) != len(order):
        raise BadTable("robustness", "a node is removed twice")
    if unknown := [node for node in order if node not in graph]:
        raise BadTable("robustness", f"the node {unknown[0]} is not in the graph")
    total = graph.number_of_nodes()
    gone = set(order)
    parts = DisjointSet()
    largest = 0

    def put(node: Any) -> None:
        nonlocal largest
        parts.add(node)
        others = nx.all_neighbors(graph, node) if graph.is_directed() else graph.neighbors(node)
        for other in others:
            if other in parts:
                parts.merge(node, other)
        largest = max(largest, parts.subset_size(node))

    for node in graph:
        if node not in gone:
            put(node)
    found = np.zeros(len(order))
    for place in range(len(order) - 1, -1, -1):
        found[place] = largest / total
        put(order[place])
    return found


def robustness(graph: AnyGraph, order: Sequence[Any] | None = None) -> float:
    """Give the robustness of a network to the removal of all its nodes, most tied first.

    Formula:
        R = (1/N) Σ_{q=1}^{N} S(q)

    Source:
        Schneider et al. 2011, doi 10.1073/pnas.1009440108.

    Convention:
        Nodes are removed by their degree in the whole network, largest first, ties in the graph's order, unless
        an `order` of all the nodes is given (`adaptive_order` counts degrees again after each removal).

    Limits:
        It depends on the order: compare with `robustness_against_null` and with `adaptive_order`.

    Anchor:
        Complete graph of four nodes: 0.375.

    Args:
        graph: a graph of N nodes.
        order: all its nodes, in the order of removal.

    Returns:
        R, in [0, 1/2[.

    Raises:
        TooThin: an empty graph.
        BadTable: an order that is not one of all the nodes.

    Example:
        >>> round(robustness(nx.complete_graph(4)), 4)
        0.375
    """
    if order is None:
        counts = degree(graph)
        order = sorted(graph, key=lambda node: -counts[node])
    curve = attack_curve(graph, order)
    if len(order) != graph.number_of_nodes():
        raise BadTable("robustness", f"the order has {len(order)} of {graph.number_of_nodes()} nodes")
    return float(curve.mean())


@dataclass(frozen=True)
class SinglePoints:
    """Nodes (`articulations`) and edges (`bridges`) whose loss alone cuts a network in more parts."""

    articulations: list[Any]
    bridges: list[tuple[Any, Any]]


def single_points(graph: AnyGraph) -> SinglePoints:
    """List the articulation points and the bridges of a network, in the graph's order.

    Formula:
        v is an articulation point, e a bridge, when the network without it has more components

    Source:
        Tarjan 1972, doi 10.1137/0201010; Hopcroft & Tarjan 1973, doi 10.1145/362248.362272.

    Convention:
        Directions and loops are left aside.

    Limits:
        A tie that data miss makes a bridge of another. It counts no size: see `reach_lost` for what hangs on a
        node.

    Anchor:
        Path of four nodes 0 to 3: articulations 1 and 2, all three edges are bridges.

    Raises:
        TooThin: an empty graph.

    Example:
        >>> single_points(nx.path_graph(4))
        SinglePoints(articulations=[1, 2], bridges=[(0, 1), (1, 2), (2, 3)])
    """
    read = Adjacency.of(graph, measure="single points of failure")
    nodes, edges = read.nodes, read.joined().tocoo()
    upper = edges.row < edges.col
    inner: rx.PyGraph[Any, Any] = rx.PyGraph(multigraph=False)
    inner.add_nodes_from(range(len(nodes)))
    inner.extend_from_edge_list(list(zip(edges.row[upper].tolist(), edges.col[upper].tolist(), strict=True)))
    cut = sorted(rx.articulation_points(inner))
    bridges = sorted((min(pair), max(pair)) for pair in rx.bridges(inner))
    return SinglePoints([nodes[one] for one in cut], [(nodes[a], nodes[b]) for a, b in bridges])


@dataclass(frozen=True)
class Loss:
    """Pairs of territory and resource that are connected `before` and `after` a removal, and the share `lost`."""

    before: int
    after: int
    lost: float


def reach_lost(
    graph: AnyGraph, removed: Collection[Any], territories: Collection[Any], resources: Collection[Any]
) -> Loss:
    """Count the pairs of a territory and a resource that a removal would disconnect.

    Formula:
        lost = 1 − pairs connected after / pairs connected before

    Source:
        after Schneider et al. 2011, doi 10.1073/pnas.1009440108 (size of what stays connected), on pairs of two
        kinds.

    Convention:
        A pair is connected when some path joins it, whatever its length and directions. A removed territory or
        resource loses all its pairs. NaN when nothing was connected before.

    Limits:
        A path of any length counts as reach: it tells what is cut off, not what is far.

    Anchor:
        t – relay – lab – u without the relay: 1 of 2 pairs lost.

    Args:
        graph: ties of territories, actors and resources.
        removed: nodes taken away.
        territories: nodes that reach.
        resources: nodes that are reached.

    Raises:
        TooThin: an empty graph.
        BadTable: a node that is not in the graph.

    Example:
        >>> g = nx.Graph([("t", "relay"), ("relay", "lab"), ("u", "lab")])
        >>> reach_lost(g, ["relay"], ["t", "u"], ["lab"])
        Loss(before=2, after=1, lost=0.5)
    """
    for node in (*removed, *territories, *resources):
        if node not in graph:
            raise BadTable("loss of reach", f"the node {node} is not in the graph")
    nodes, matrix = adjacency(graph)
    place = {node: at for at, node in enumerate(nodes)}
    gone = np.zeros(len(nodes), dtype=bool)
    gone[[place[node] for node in removed]] = True

    def connected(alive: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
        kept = np.flatnonzero(alive)
        _, labels = connected_components(csr_array(matrix[kept, :][:, kept]), directed=False)
        group = np.full(len(nodes), -1)
        group[kept] = labels
        sides = [
            np.bincount(group[ids][group[ids] >= 0], minlength=len(nodes))
            for ids in (
                np.array([place[one] for one in ends], dtype=int) for ends in (territories, resources)
            )
        ]
        return int(sides[0] @ sides[1])

    before, after = connected(np.ones(len(nodes), dtype=bool)), connected(~gone)
    return Loss(before, after, 1 - after / before if before else float("nan"))
