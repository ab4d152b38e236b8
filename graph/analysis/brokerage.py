"""Brokerage and structural holes: who stands between whom, and how much each group keeps to itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Adjacency, AnyGraph, Counts, Network, Places, TooThin, Values, require
from .triangles import Orientation, triangles
from .uncertainty import BadTable


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


@overload
def gould_fernandez(network: AnyGraph, classes: Mapping[Any, str]) -> dict[Any, Roles]: ...
@overload
def gould_fernandez(network: csr_array, classes: Sequence[str]) -> Counts: ...
def gould_fernandez(network: Network, classes: Any) -> Any:
    """Count the brokerage roles of each node: on how many open two-paths it stands, by the classes of the ends.

    Formula:
        roles of v = the a→v→b with a ≠ b and no a→b, by the classes of (a, v, b): coordinator AAA, itinerant ABA,
        representative AAB, gatekeeper ABB, liaison ABC

    Source:
        Gould & Fernandez 1989, doi 10.2307/270949.

    Convention:
        An undirected network is read as a directed one with both directions: each pair of neighbours counts twice
        and representative = gatekeeper. Weights and self-loops are left aside.

    Limits:
        Counts grow with the square of the degree: compare a node with others of its degree. With one class every
        node is a coordinator.

    Anchor:
        a→v→b with classes A, A, B: v is a representative once, and nothing else.

    Args:
        network: a networkx graph, or an adjacency n × n.
        classes: the class of every node (territory, actor type…): by node, or n of them for a matrix.

    Returns:
        The `Roles` of each node for a graph; for a matrix an array n × 5 in the order of `Roles`.

    Raises:
        TooThin: fewer than three nodes or two edges.
        UnclassifiedNode: a node has no class.

    Example:
        >>> import networkx as nx
        >>> gould_fernandez(nx.DiGraph([("a", "v"), ("v", "b")]), {"a": "A", "v": "A", "b": "B"})["v"]
        Roles(coordinator=0, itinerant=0, representative=1, gatekeeper=0, liaison=0)
    """
    require("gould_fernandez", network, nodes=3, edges=2)
    read = Adjacency.of(network, measure="gould_fernandez")
    codes, _ = _codes(read.nodes, classes)
    counts = _two_paths(read, codes)
    edges = Orientation.of(read.joined())
    forth, back = _directions(read, edges)
    for ab, ac, bc in triangles(edges):
        a, b, c = edges.low[ab], edges.high[ab], edges.high[ac]
        for v, left, right, into, out, across in (
            (a, b, c, back[ab], forth[ac], forth[bc]),
            (a, c, b, back[ac], forth[ab], back[bc]),
            (b, a, c, forth[ab], forth[bc], forth[ac]),
            (b, c, a, back[bc], back[ab], back[ac]),
            (c, a, b, forth[ac], back[bc], forth[ab]),
            (c, b, a, forth[bc], back[ac], back[ab]),
        ):
            closed = into & out & across
            _take(counts, v[closed], codes[left[closed]], codes[v[closed]], codes[right[closed]])
    if not read.labelled:
        return counts
    return {node: Roles(*row) for node, row in zip(read.nodes, counts.tolist(), strict=True)}


def _codes(nodes: Sequence[Any], classes: Any) -> tuple[Places, list[str]]:
    if isinstance(classes, Mapping):
        missing = [node for node in nodes if node not in classes]
        if missing:
            raise UnclassifiedNode(missing[0], len(missing))
        given = [classes[node] for node in nodes]
    else:
        given = list(classes)
        if len(given) < len(nodes):
            raise UnclassifiedNode(nodes[len(given)], len(nodes) - len(given))
        if len(given) > len(nodes):
            raise BadTable("classes", f"{len(given)} classes are given for {len(nodes)} nodes")
    names = sorted(set(given))
    ranks = {name: rank for rank, name in enumerate(names)}
    return np.fromiter((ranks[name] for name in given), dtype=np.intp, count=len(given)), names


def _two_paths(read: Adjacency, codes: Places) -> Counts:
    """Count the two-paths a→v→b through each node by role, tied ends or not, but not those that come back (a = b)."""
    n, size = len(codes), int(codes.max()) + 1
    belonging = csr_array((np.ones(n), (np.arange(n), codes)), shape=(n, size))
    leaving = csr_array(read.matrix @ belonging)
    arriving = csr_array(read.matrix.T @ belonging) if read.directed else leaving
    both = csr_array(read.matrix.multiply(read.matrix.T)) if read.directed else read.matrix
    returning = csr_array(both @ belonging)
    own = csr_array((np.ones(n), (np.arange(n), codes)), shape=(n, size))

    def total(table: csr_array) -> Values:
        return np.asarray(table.sum(axis=1)).ravel()

    def kept(table: csr_array) -> Values:
        return total(csr_array(table.multiply(own)))

    ins, outs = total(arriving), total(leaving)
    own_in, own_out = kept(arriving), kept(leaving)
    alike = total(csr_array(arriving.multiply(leaving)))
    inside = own_in * own_out
    roles = (
        inside - kept(returning),
        alike - inside - total(returning) + kept(returning),
        own_in * outs - inside,
        ins * own_out - inside,
        ins * outs - own_in * outs - ins * own_out - alike + 2 * inside,
    )
    return np.column_stack(roles).round().astype(np.int64)


def _directions(read: Adjacency, edges: Orientation) -> tuple[Any, Any]:
    """Tell of each oriented edge whether there is a tie from its lower end to the other, and back."""
    count = len(edges.low)
    if not read.directed:
        both = np.ones(count, dtype=bool)
        return both, both
    forth, back = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    forth[csr_array(edges.ahead.multiply(read.matrix)).data.astype(np.intp) - 1] = True
    back[csr_array(edges.ahead.multiply(read.matrix.T)).data.astype(np.intp) - 1] = True
    return forth, back


def _take(counts: Counts, v: Places, a: Places, own: Places, b: Places) -> None:
    role = np.select([(a == own) & (b == own), a == b, a == own, b == own], [0, 1, 2, 3], 4)
    counts -= np.bincount(v * 5 + role, minlength=counts.size).reshape(counts.shape)


@overload
def constraint(network: AnyGraph, weight: str | None = None) -> dict[Any, float]: ...
@overload
def constraint(network: csr_array, weight: str | None = None) -> Values: ...
def constraint(network: Network, weight: str | None = None) -> Any:
    """Give Burt's constraint of each node: low when its partners are many and not tied to one another.

    Formula:
        c_i = Σ_j (p_ij + Σ_q p_iq p_qj)², j over the neighbours of i, p_ij = (w_ij + w_ji) / Σ_q (w_iq + w_qi)

    Source:
        Burt 1992, Structural Holes; Burt 2004, doi 10.1086/421787.

    Convention:
        Ties of both directions are added; self-loops are left out, also of the shares.

    Limits:
        Above 1 is possible for a node of two or three tied partners. Nodes of one partner have 1 or more, which says
        nothing of their position: compare with `constraint_against_null`.

    Anchor:
        Florentine families: Medici 0.20988.

    Args:
        network: a networkx graph, or an adjacency n × n.
        weight: the edge attribute to read (1 where it lacks); None counts every tie 1.

    Returns:
        A value a node; an isolated node has none: left out of the dict for a graph, NaN in the array for a matrix.

    Raises:
        TooThin: fewer than two nodes, or no edge between two nodes.
        BadTable: a negative or missing weight.

    Example:
        >>> import networkx as nx
        >>> round(constraint(nx.florentine_families_graph())["Medici"], 5)
        0.20988
    """
    require("constraint", network, nodes=2, edges=1)
    read = Adjacency.of(network, weight, measure="constraint")
    if not read.matrix.nnz:
        raise TooThin("constraint", network, "an edge between two nodes")
    mutual = read.joined()
    sums = np.asarray(mutual.sum(axis=1)).ravel()
    tied = sums > 0
    inverse = np.divide(1.0, sums, out=np.zeros_like(sums), where=tied)
    edges = Orientation.of(mutual)
    pattern = csr_array(
        (np.ones(len(edges.low)), edges.ahead.indices, edges.ahead.indptr), shape=mutual.shape
    )
    ties = csr_array(mutual.multiply(pattern)).data
    # Σ_q w_iq w_qj / s_q is the same from i and from j: once an edge, from the triangles it closes
    indirect = np.zeros(len(ties))
    for ab, ac, bc in triangles(edges):
        a, b, c = edges.low[ab], edges.high[ab], edges.high[ac]
        for edge, one, other, middle in ((ab, ac, bc, c), (ac, ab, bc, b), (bc, ab, ac, a)):
            indirect += np.bincount(edge, ties[one] * ties[other] * inverse[middle], minlength=len(ties))
    spent = (ties + indirect) ** 2
    n = len(sums)
    squares = np.bincount(edges.low, spent, minlength=n) + np.bincount(edges.high, spent, minlength=n)
    values = np.where(tied, squares * inverse**2, np.nan)
    if not read.labelled:
        return values
    return {node: value for node, value in zip(read.nodes, values.tolist(), strict=True) if value == value}


def ei_index(network: Network, classes: Any, weight: str | None = None) -> float:
    """Give the E–I index of a network: how far ties go out of the classes rather than stay inside them.

    Formula:
        (E − I) / (E + I), E the number of ties between classes and I inside them (their weights with `weight`)

    Source:
        Krackhardt & Stern 1988, doi 10.2307/2786835.

    Convention:
        −1 when every tie stays inside, +1 when every tie goes out. Self-loops are left out.

    Limits:
        Its value under chance depends on the sizes of the classes: compare with `ei_against_null`.

    Anchor:
        3 external and 7 internal ties: −0.4.

    Args:
        network: a networkx graph, or an adjacency n × n.
        classes: the class of every node: by node, or n of them for a matrix.
        weight: the edge attribute to sum (1 where it lacks); None counts every tie 1.

    Returns:
        The index, in [−1, 1].

    Raises:
        TooThin: fewer than two nodes, no edge between two nodes, or one class only (no tie could go out).
        UnclassifiedNode: a node has no class.

    Example:
        >>> import networkx as nx
        >>> ei_index(nx.path_graph(3), {0: "A", 1: "A", 2: "B"})
        0.0
    """
    external, internal, _ = _sides("ei_index", network, classes, weight)
    return float((external.sum() / 2 - internal.sum()) / (external.sum() / 2 + internal.sum()))


def ei_by_class(network: Network, classes: Any, weight: str | None = None) -> dict[str, float]:
    """Give the E–I index of each class, over the ties with at least one end in it; a class without a tie is left out.

    Formula:
        (E_c − I_c) / (E_c + I_c)

    Source:
        Krackhardt & Stern 1988, doi 10.2307/2786835.

    Convention:
        A tie between two classes is external to both: the indices do not average to that of the network. Self-loops
        are left out.

    Limits:
        A small class has more others to be tied to: compare with `ei_against_null`, not with another class.

    Anchor:
        Path of three nodes of classes A, A, B: 0 for A, 1 for B.

    Raises:
        TooThin, UnclassifiedNode: as `ei_index`.

    Example:
        >>> import networkx as nx
        >>> ei_by_class(nx.path_graph(3), {0: "A", 1: "A", 2: "B"})
        {'A': 0.0, 'B': 1.0}
    """
    external, internal, names = _sides("ei_by_class", network, classes, weight)
    return {
        name: float((out - inside) / (out + inside))
        for name, out, inside in zip(names, external, internal, strict=True)
        if out + inside
    }


def _sides(
    measure: str, network: Network, classes: Any, weight: str | None
) -> tuple[Values, Values, list[str]]:
    """Sum the ties that go out of each class (each counted in both its classes) and those inside it."""
    require(measure, network, nodes=2, edges=1)
    read = Adjacency.of(network, weight, measure=measure)
    codes, names = _codes(read.nodes, classes)
    if not read.matrix.nnz:
        raise TooThin(measure, network, "an edge between two nodes")
    if len(names) < 2:
        raise TooThin(measure, network, f"at least two classes, and all nodes are {names[0]}")
    entries = read.matrix.tocoo()
    once = slice(None) if read.directed else entries.row < entries.col
    ends, others, value = codes[entries.row[once]], codes[entries.col[once]], entries.data[once]
    inside, size = ends == others, len(names)
    internal = np.bincount(ends[inside], value[inside], minlength=size)
    external = np.bincount(ends[~inside], value[~inside], minlength=size) + np.bincount(
        others[~inside], value[~inside], minlength=size
    )
    return external.astype(float), internal.astype(float), names
