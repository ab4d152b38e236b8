"""Communities of a network: groups more tied inside than chance would have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx

from .adjacency import AnyGraph, require


@dataclass(frozen=True, slots=True)
class Communities:
    """A partition of the nodes: `groups` (largest first), their `modularity`, and the `seed` that gives it again."""

    groups: tuple[frozenset[Any], ...]
    modularity: float
    seed: int

    def labels(self) -> dict[Any, int]:
        """Give the rank of the group of each node, 0 being the largest."""
        return {node: rank for rank, group in enumerate(self.groups) for node in group}


def louvain(
    graph: AnyGraph, *, weight: str | None = "weight", resolution: float = 1.0, seed: int = 0
) -> Communities:
    """Find communities: groups of nodes with more ties inside than chance would have it.

    Formula:
        the groups climb Q = Σ_c [L_c/m − γ (k_c/2m)²], L_c the weight inside c, k_c the sum of its strengths, m the total

    Source:
        Blondel et al. 2008, doi 10.1088/1742-5468/2008/10/P10008; Newman & Girvan 2004, doi 10.1103/PhysRevE.69.026113.

    Convention:
        Isolated nodes are groups of one. The same `seed` gives the same groups.

    Limits:
        It depends on the order of the nodes: another seed may give other groups of near modularity. Groups smaller
        than √(2m) ties may be merged (Fortunato & Barthélemy 2007). It is networkx's: 8 s at 100,000 edges.

    Anchor:
        Two cliques of six joined by one tie: the two cliques, Q = 30/31 − 1/2.

    Args:
        graph: a networkx graph.
        weight: the edge attribute to read; None counts every tie 1.
        resolution: γ; above 1 the groups are smaller.
        seed: of the order of the nodes.

    Returns:
        The groups and their modularity.

    Raises:
        TooThin: fewer than two nodes, or no edge.

    Example:
        >>> found = louvain(nx.karate_club_graph(), weight=None)
        >>> len(found.groups), round(found.modularity, 2) >= 0.4
        (4, True)
    """
    require("louvain", graph, nodes=2, edges=1)
    found = nx.community.louvain_communities(graph, weight=weight, resolution=resolution, seed=seed)
    order = {node: rank for rank, node in enumerate(graph)}
    groups = sorted(found, key=lambda group: (-len(group), min(order[node] for node in group)))
    quality = nx.community.modularity(graph, groups, weight=weight, resolution=resolution)
    return Communities(tuple(frozenset(group) for group in groups), float(quality), seed)
