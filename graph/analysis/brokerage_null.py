"""What chance would give of brokerage: the classes handed out again, or the ties drawn again with the same degrees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Adjacency, Counts, Network, Places, require
from .brokerage import UnclassifiedNode, constraint, ei_index, gould_fernandez
from .null_model import Comparison, compare
from .uncertainty import BadTable, Estimate, check_level

MINIMUM_EDGES = 10
"""Fewest edges for a comparison with chance."""


@dataclass(frozen=True, slots=True)
class EiComparison:
    """The E–I index `value`, what chance gives (`chance`), and the part of the draws as low or as high (`below`, `above`)."""

    value: float
    chance: Estimate
    below: float
    above: float


def ei_against_null(
    network: Network,
    classes: Any,
    weight: str | None = None,
    *,
    draws: int = 500,
    level: float = 0.95,
    seed: int = 0,
    minimum_edges: int = MINIMUM_EDGES,
) -> EiComparison:
    """Give the E–I index beside that of the same network with its classes handed out by chance.

    Formula:
        below = (1 + #{draws with EI* ≤ EI}) / (1 + draws), EI* with the classes permuted over the nodes; above likewise

    Source:
        Krackhardt & Stern 1988, doi 10.2307/2786835.

    Convention:
        Ties and the size of each class stay as they are; only which node has which class is drawn.

    Limits:
        The permutation does not know distance: near nodes are tied, and often of one class for that reason alone.

    Anchor:
        Two cliques of six joined by one tie, a class each: −.9355, p = .01 of 99 permutations.

    Args:
        network: a networkx graph, or an adjacency n × n.
        classes: the class of every node: by node, or n of them for a matrix.
        weight: the edge attribute to sum (1 where it lacks); None counts every tie 1.
        draws: number of permutations.
        level: part of the permutations in the interval.
        seed: of the permutations.
        minimum_edges: fewest edges.

    Returns:
        The index, the mean and interval of the permutations, and two one-sided p.

    Raises:
        TooThin: as `ei_index`, or fewer than `minimum_edges` edges.
        UnclassifiedNode: a node has no class.
        BadTable: a level outside ]0, 1[, or no draw.

    Example:
        >>> import networkx as nx
        >>> sides = {node: "AB"[node > 5] for node in range(12)}
        >>> found = ei_against_null(nx.barbell_graph(6, 0), sides, draws=99)
        >>> round(found.value, 4), found.below, found.value < found.chance.low
        (-0.9355, 0.01, True)
    """
    measure = "E–I index against chance"
    check_level(measure, level, draws)
    require(measure, network, nodes=2, edges=minimum_edges)
    read = Adjacency.of(network, weight, measure=measure)
    given = _in_order(read, classes)
    value = ei_index(read, given, weight)
    drawn = [[ei_index(read, one, weight)] for one in _permuted(given, draws, seed)]
    found = compare([value], drawn, level=level, model="permutation of the classes")
    expected, low, high = (float(one[0]) for one in (found.expected, found.low, found.high))
    chance = Estimate(expected, low, high, level, found.model, draws)
    return EiComparison(value, chance, float(found.below[0]), float(found.above[0]))


def roles_against_null(
    network: Network,
    classes: Any,
    *,
    draws: int = 200,
    level: float = 0.95,
    seed: int = 0,
    minimum_edges: int = MINIMUM_EDGES,
) -> Comparison:
    """Compare the brokerage roles of each node with those it would have if classes were handed out by chance.

    Formula:
        p = (1 + #{draws with r* ≥ r}) / (1 + draws), r* the roles with the classes permuted over the nodes

    Source:
        Gould & Fernandez 1989, doi 10.2307/270949.

    Convention:
        Ties and the size of each class stay as they are, so that the number of open two-paths through a node does too:
        what is above chance is a role that its place alone does not give. Roles in the order of `Roles`, then those of
        which the two ends differ in class, together: representative, gatekeeper and liaison.

    Limits:
        Many nodes and roles are tested at once: at 5 %, one in twenty is found by chance alone.

    Anchor:
        The total of a node's roles is the same in every draw.

    Args:
        network: a networkx graph, or an adjacency n × n.
        classes: the class of every node: by node, or n of them for a matrix.
        draws: number of permutations.
        level: part of the permutations in the interval.
        seed: of the permutations.
        minimum_edges: fewest edges.

    Returns:
        the comparison, nodes × 6, nodes in the order of the network.

    Raises:
        TooThin: fewer than three nodes or than `minimum_edges` edges.
        UnclassifiedNode: a node has no class.
        BadTable: a level outside ]0, 1[, or no draw.

    Example:
        >>> import networkx as nx
        >>> star = nx.star_graph(11)
        >>> found = roles_against_null(star, {node: "AB"[node % 2] for node in star}, draws=99)
        >>> found.observed[0].tolist(), found.expected.shape
        ([20.0, 30.0, 30.0, 30.0, 0.0, 60.0], (12, 6))
    """
    measure = "brokerage roles against chance"
    check_level(measure, level, draws)
    require(measure, network, nodes=3, edges=minimum_edges)
    read: Any = replace(Adjacency.of(network, measure=measure), labelled=False)
    given = _in_order(read, classes)

    def roles(classes: list[str]) -> Counts:
        found = gould_fernandez(read, classes)
        return np.column_stack([found, found[:, 2:].sum(axis=1)])

    drawn = (roles(one) for one in _permuted(given, draws, seed))
    return compare(roles(given), drawn, level=level, model="permutation of the classes")


def constraint_against_null(
    network: Network,
    *,
    draws: int = 200,
    level: float = 0.95,
    seed: int = 0,
    minimum_edges: int = MINIMUM_EDGES,
) -> Comparison:
    """Compare the constraint of each node with what it would be if partners were drawn by chance.

    Formula:
        p = (1 + #{draws with c*_i ≤ c_i}) / (1 + draws), c*_i in a network of the same degrees (`below`); above likewise

    Source:
        Burt 1992, Structural Holes; Maslov & Sneppen 2002, doi 10.1126/science.1065103.

    Convention:
        Ends of pairs of ties are exchanged, without loops nor double ties: 10 tries a tie before the first draw, one
        try a tie between draws. Ties count 1. A node of few partners is constrained by that alone: what is below
        chance bridges more holes than its degree explains.

    Limits:
        A network of one form only (a star, a complete graph) is its own null model: p is 1. Networks follow one
        another: near draws look alike where few exchanges are possible.

    Anchor:
        A star: every draw is the star, p = 1. Florentine families: the Medici are less constrained than the mean of
        the draws.

    Args:
        network: a networkx graph without directions, or a symmetric adjacency n × n.
        draws: number of random networks.
        level: part of the draws in the interval.
        seed: of the exchanges.
        minimum_edges: fewest edges.

    Returns:
        the comparison, one value a node in the order of the network; NaN for an isolated node.

    Raises:
        TooThin: fewer than two nodes or than `minimum_edges` edges.
        BadTable: a network with directions, a level outside ]0, 1[, or no draw.

    Example:
        >>> import networkx as nx
        >>> florence = nx.florentine_families_graph()
        >>> found = constraint_against_null(florence, draws=99)
        >>> medici = list(florence).index("Medici")
        >>> bool(found.observed[medici] < found.expected[medici])
        True
    """
    measure = "constraint against chance"
    check_level(measure, level, draws)
    require(measure, network, nodes=2, edges=minimum_edges)
    read = Adjacency.of(network, measure=measure)
    if read.directed:
        raise BadTable(measure, "the network has directions")
    observed = constraint(read.matrix)
    drawn = (constraint(one) for one in rewired(read.matrix, draws, seed))
    return compare(observed, drawn, level=level, model="exchange of ties, same degrees")


def rewired(matrix: csr_array, draws: int, seed: int) -> Iterator[csr_array]:
    """Draw networks with the degrees of a symmetric pattern without loops, by exchanging the ends of pairs of ties.

    >>> import networkx as nx
    >>> ring = csr_array(nx.to_scipy_sparse_array(nx.cycle_graph(6), format="csr", dtype=float))
    >>> [network.sum(axis=0).tolist() for network in rewired(ring, 2, 0)]
    [[2.0, 2.0, 2.0, 2.0, 2.0, 2.0], [2.0, 2.0, 2.0, 2.0, 2.0, 2.0]]
    """
    entries = matrix.tocoo()
    upper = entries.row < entries.col
    edges = list(zip(entries.row[upper].tolist(), entries.col[upper].tolist(), strict=True))
    tied = set(edges)
    generator = np.random.default_rng(seed)
    for draw in range(draws):
        _exchange(edges, tied, len(edges) * (1 if draw else 10), generator)
        ends: Places = np.array(edges, dtype=np.intp)
        rows, columns = np.concatenate([ends, ends[:, ::-1]]).T
        yield csr_array((np.ones(len(rows)), (rows, columns)), shape=matrix.shape)


def _exchange(
    edges: list[tuple[int, int]], tied: set[tuple[int, int]], tries: int, generator: np.random.Generator
) -> None:
    picks = generator.integers(0, len(edges), (tries, 2)).tolist()
    turns = (generator.random(tries) < 0.5).tolist()
    for (first, second), turned in zip(picks, turns, strict=True):
        (a, b), (c, d) = edges[first], edges[second]
        if turned:
            c, d = d, c
        if a in (c, d) or b in (c, d):
            continue
        one, other = (min(a, d), max(a, d)), (min(c, b), max(c, b))
        if one in tied or other in tied:
            continue
        tied -= {edges[first], edges[second]}
        tied |= {one, other}
        edges[first], edges[second] = one, other


def _in_order(read: Adjacency, classes: Any) -> list[str]:
    """Give the classes in the order of the nodes; raises UnclassifiedNode where one is missing."""
    if not isinstance(classes, Mapping):
        return list(classes)
    missing = [node for node in read.nodes if node not in classes]
    if missing:
        raise UnclassifiedNode(missing[0], len(missing))
    return [classes[node] for node in read.nodes]


def _permuted(given: list[str], draws: int, seed: int) -> Iterator[list[str]]:
    generator = np.random.default_rng(seed)
    for _ in range(draws):
        yield [given[place] for place in generator.permutation(len(given))]
