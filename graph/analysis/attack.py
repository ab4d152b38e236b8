"""Orders of removal to read a robustness against: the largest degree counted again, and chance."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np

from .adjacency import Adjacency, AnyGraph, require
from .robustness import robustness
from .uncertainty import Estimate, check_level


def adaptive_order(graph: AnyGraph) -> list[Any]:
    """Order the nodes by their degree counted again after each removal, the largest first.

    Formula:
        at each step the node of the largest degree among those left, counted over the ties between them

    Source:
        Holme, Kim, Yoon & Han 2002, doi 10.1103/PhysRevE.65.056109; Schneider et al. 2011, doi 10.1073/pnas.1009440108.

    Convention:
        Ties in the graph's order; directions and loops are left aside. Give it to `robustness` or `attack_curve`.

    Limits:
        A greedy order, not the worst one: some other may break the network faster.

    Anchor:
        Path of five nodes 0 to 4: 1, 3, 0, 2, 4.

    Args:
        graph: a graph of N nodes.

    Returns:
        all the nodes, in the order of removal.

    Raises:
        TooThin: an empty graph.

    Example:
        >>> import networkx as nx
        >>> adaptive_order(nx.path_graph(5))
        [1, 3, 0, 2, 4]
    """
    read = Adjacency.of(graph, measure="robustness")
    joined = read.joined()
    left = np.diff(joined.indptr).tolist()
    heap = [(-count, place) for place, count in enumerate(left)]
    heapq.heapify(heap)
    gone = [False] * len(left)
    order: list[Any] = []
    while heap:
        count, place = heapq.heappop(heap)
        if gone[place] or -count != left[place]:
            continue
        gone[place] = True
        order.append(read.nodes[place])
        for other in joined.indices[joined.indptr[place] : joined.indptr[place + 1]].tolist():
            if not gone[other]:
                left[other] -= 1
                heapq.heappush(heap, (-left[other], other))
    return order


def robustness_against_null(
    graph: AnyGraph, *, draws: int = 100, level: float = 0.95, seed: int = 0, minimum_nodes: int = 10
) -> Estimate:
    """Give the robustness of a network to the removal of its nodes by chance, with the interval over orders.

    Formula:
        R = (1/N) Σ_{q=1}^{N} S(q) over random orders of removal: its mean and interval

    Source:
        Albert, Jeong & Barabási 2000, doi 10.1038/35019019; Schneider et al. 2011, doi 10.1073/pnas.1009440108.

    Convention:
        Every order of the nodes is as likely. Read `robustness` beside it: far under it, the network hangs on few nodes.

    Limits:
        The interval is that of the draw of orders, for this network; it tells nothing of ties that data miss.

    Anchor:
        Star of 20: the removal of the centre first is far under the interval.

    Args:
        graph: a graph of N nodes.
        draws: number of orders.
        level: part of the orders in the interval.
        seed: of the orders.
        minimum_nodes: fewest nodes.

    Returns:
        the mean of R and its interval.

    Raises:
        TooThin: fewer nodes than `minimum_nodes`.
        BadTable: a level outside ]0, 1[, or no draw.

    Example:
        >>> import networkx as nx
        >>> star = nx.star_graph(20)
        >>> chance = robustness_against_null(star, draws=50)
        >>> robustness(star) < chance.low
        True
    """
    check_level("robustness against chance", level, draws)
    require("robustness against chance", graph, nodes=minimum_nodes)
    nodes, generator = list(graph), np.random.default_rng(seed)
    orders = (generator.permutation(len(nodes)).tolist() for _ in range(draws))
    drawn = [robustness(graph, [nodes[place] for place in order]) for order in orders]
    tail = (1 - level) / 2
    low, high = (float(bound) for bound in np.quantile(drawn, [tail, 1 - tail]))
    return Estimate(float(np.mean(drawn)), low, high, level, "random removal", draws)
