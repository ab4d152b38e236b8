"""Betweenness: exact, or from a sample of sources with the interval that the sample allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

import networkx as nx
import numpy as np
import rustworkx as rx
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
from scipy.special import rel_entr  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Adjacency, AnyGraph, Counts, Network, Places, Values, require
from .brandes import block_width, dependencies
from .uncertainty import BadTable, Estimate

#: Betweenness is exact up to this many nodes × entries of the adjacency (seconds of work), sampled beyond.
EXACT_WORK = 250_000_000
#: How many sources are sampled when nothing else is asked.
SOURCES = 256


@overload
def betweenness(
    network: AnyGraph,
    *,
    weight: str | None = None,
    sources: int | Sequence[Any] | None = None,
    seed: int = 0,
) -> dict[Any, float]: ...
@overload
def betweenness(
    network: csr_array,
    *,
    weight: str | None = None,
    sources: int | Sequence[Any] | None = None,
    seed: int = 0,
) -> Values: ...
def betweenness(
    network: Network,
    *,
    weight: str | None = None,
    sources: int | Sequence[Any] | None = None,
    seed: int = 0,
) -> Any:
    """Give the share of shortest paths that pass through each node.

    Formula:
        b(v) = Σ_{s ≠ v ≠ t} σ_st(v) / σ_st, divided by the number of pairs without v: (n − 1)(n − 2), or half of
        it when ties have no direction

    Source:
        Freeman 1977, doi 10.2307/3033543; Brandes 2001, doi 10.1080/0022250X.2001.9990249.

    Convention:
        Distances are 1, or 1/weight when `weight` names an edge attribute (a strong tie is short); a weight of 0 is
        no tie. A pair without a path counts 0. Exact up to 10,000 edges or so (nodes × entries ≤ 2.5·10⁸); beyond, or
        with `sources`, it is estimated from that many random sources (256 unless given): `sampled_betweenness`
        gives the interval.

    Limits:
        A sample says little of a node that few sources pass through. Weighted paths are followed by networkx, which is
        slow above a thousand nodes.

    Anchor:
        Florentine families: Medici 0.5220.

    Args:
        network: a networkx graph, or an adjacency n × n.
        weight: the edge attribute whose inverse is the length of a tie.
        sources: how many sources to sample, or the sources themselves.
        seed: of the sample; the same one gives the same sources.

    Returns:
        A share a node, in [0, 1]: a dict for a graph, an array of n for a matrix.

    Raises:
        TooThin: fewer than three nodes, or no edge.
        BadTable: sources that are not in the network, fewer than two of them, or a negative weight.

    Example:
        >>> round(betweenness(nx.florentine_families_graph())["Medici"], 4)
        0.522
    """
    require("betweenness", network, nodes=3, edges=1)
    read = Adjacency.of(network, weight, measure="betweenness")
    n = len(read.nodes)
    if sources is None and n * read.matrix.nnz <= EXACT_WORK:
        exact = _weighted(read) if weight is not None else _exact(read)
        return read.named(exact)
    chosen = _sources(read, SOURCES if sources is None else sources, seed)
    if weight is not None:
        return read.named(_weighted(read, chosen))
    return read.named(_moments(read, chosen)[0])


@dataclass(frozen=True, slots=True)
class SampledBetweenness:
    """Betweenness estimated from `sources`: `values` of `nodes`, their interval `low` to `high` at `level`, in [0, 1].

    `error` is the standard error, which says less than the interval (see `sampled_betweenness`).
    """

    nodes: Sequence[Any]
    values: Values
    error: Values
    low: Values
    high: Values
    sources: tuple[Any, ...]
    level: float

    def estimate(self, node: Any) -> Estimate:
        """Give the value of a node with its interval; raises ValueError for a node that is not there."""
        at = self.nodes.index(node)
        value, low, high = (float(one[at]) for one in (self.values, self.low, self.high))
        return Estimate(value, low, high, self.level, "sample of sources", len(self.sources))


def sampled_betweenness(
    network: Network, *, sources: int | Sequence[Any] = SOURCES, seed: int = 0, level: float = 0.95
) -> SampledBetweenness:
    """Estimate betweenness from a random sample of sources, with the interval that the sample allows.

    Formula:
        b̂(v) = mean over the k sampled s ≠ v of x_s = δ_s(v) / (n − 2), in [0, 1]; interval: the μ with
        b̂ ln(b̂/μ) + (1 − b̂) ln((1 − b̂)/(1 − μ)) ≤ ln(2/(1 − level)) / k

    Source:
        Brandes & Pich 2007, doi 10.1142/S0218127407018403; Hoeffding 1963, doi 10.1080/01621459.1963.10500830
        (theorem 1, and §6 for a sample without replacement).

    Convention:
        Unweighted ties. The interval holds for any distribution of the x_s, and is cut to what the sources that were
        not drawn could still add. A node of fewer than two neighbours is 0 for sure. `error` is the standard error
        √((1 − k/(n − 1)) S²/k), S² the variance of the x_s.

    Limits:
        The interval is wide (up to ln(2/(1 − level))/k above 0: 0.0144 for 256 sources at 0.95), since one source not drawn may
        carry most of a node's paths. For the same reason ± 2 `error` covers far less than 0.95 (0.6 to 0.8 of the nodes
        of the H2020 network): do not make intervals of it. It holds for one node, not for all at once.

    Anchor:
        All the sources drawn: the exact value and an interval of width 0. Florentine families: 0.522 is in the
        interval of the Medici.

    Args:
        network: a networkx graph, or an adjacency n × n.
        sources: how many sources to sample, or the sources themselves.
        seed: of the sample.
        level: of the intervals, in ]0, 1[.

    Raises:
        TooThin: fewer than three nodes, or no edge.
        BadTable: sources that are not in the network, or fewer than two of them.

    Example:
        >>> found = sampled_betweenness(nx.florentine_families_graph(), sources=12, seed=1)
        >>> one = found.estimate("Medici")
        >>> one.low <= 0.522 <= one.high
        True
    """
    require("betweenness", network, nodes=3, edges=1)
    read = Adjacency.of(network, measure="betweenness")
    chosen = _sources(read, sources, seed)
    values, error, used = _moments(read, chosen)
    low, high = _hoeffding(values, used, level)
    drawn_share = used / (len(read.nodes) - 1)
    low = np.maximum(low, drawn_share * values)
    high = np.minimum(high, drawn_share * values + 1 - drawn_share)
    high[np.diff(read.joined().indptr) < 2] = 0.0
    drawn = tuple(read.nodes[int(place)] for place in chosen)
    return SampledBetweenness(read.nodes, values, error, low, high, drawn, level)


def _hoeffding(mean: Values, size: Counts, level: float) -> tuple[Values, Values]:
    """Give the interval of the mean of values in [0, 1] of any distribution, by bisection."""
    enough = np.log(2 / (1 - level)) / size
    mean = np.clip(mean, 0, 1)
    ends = []
    for end in (0.0, 1.0):
        inside, outside = mean.copy(), np.full_like(mean, end)
        for _ in range(40):
            middle = (inside + outside) / 2
            within = rel_entr(mean, middle) + rel_entr(1 - mean, 1 - middle) <= enough
            inside, outside = np.where(within, middle, inside), np.where(within, outside, middle)
        ends.append(outside)
    return ends[0], ends[1]


def _sources(read: Adjacency, sources: int | Sequence[Any], seed: int) -> Places:
    n = len(read.nodes)
    if isinstance(sources, int):
        if sources < 2:
            raise BadTable("betweenness", f"{sources} sources are asked for, and a sample needs two")
        chosen = np.random.default_rng(seed).choice(n, min(sources, n), replace=False)
        return np.sort(chosen).astype(np.intp)
    place = {node: at for at, node in enumerate(read.nodes)}
    if unknown := [node for node in sources if node not in place]:
        raise BadTable("betweenness", f"the source {unknown[0]} is not in the network")
    if len(set(sources)) != len(sources) or len(sources) < 2:
        raise BadTable("betweenness", "a source is given twice, or there are fewer than two")
    return np.array([place[node] for node in sources], dtype=np.intp)


def _exact(read: Adjacency) -> Values:
    entries = read.matrix.tocoo()
    inner: Any = rx.PyDiGraph(multigraph=False) if read.directed else rx.PyGraph(multigraph=False)
    inner.add_nodes_from(range(len(read.nodes)))
    kept = slice(None) if read.directed else entries.row < entries.col
    inner.extend_from_edge_list(
        list(zip(entries.row[kept].tolist(), entries.col[kept].tolist(), strict=True))
    )
    found = rx.betweenness_centrality(inner, normalized=True)
    return np.fromiter(found.values(), dtype=float, count=len(read.nodes))


def _moments(read: Adjacency, chosen: Places) -> tuple[Values, Values, Counts]:
    """Give the mean and the standard error of the dependencies of a sample, and its size without each node."""
    n, out = len(read.nodes), read.matrix
    into = csr_array(out.T) if read.directed else out
    sums, squares, width = np.zeros(n), np.zeros(n), block_width(n)
    for start in range(0, len(chosen), width):
        share = dependencies(out, into, chosen[start : start + width])
        share /= n - 2
        sums += share.sum(axis=1)
        squares += np.einsum("ij,ij->i", share, share)
    used = np.full(n, len(chosen), dtype=np.int64)
    used[chosen] -= 1
    mean = sums / used
    spread = np.maximum(squares - used * mean**2, 0) / np.maximum(used - 1, 1)
    error = np.sqrt(np.maximum(1 - used / (n - 1), 0) * spread / used)
    return mean, error, used


def _weighted(read: Adjacency, chosen: Places | None = None) -> Values:
    matrix = csr_array(
        (1.0 / read.matrix.data, read.matrix.indices, read.matrix.indptr), shape=read.matrix.shape
    )
    kind: Any = nx.DiGraph if read.directed else nx.Graph
    graph: AnyGraph = nx.from_scipy_sparse_array(matrix, create_using=kind, edge_attribute="length")
    n = len(read.nodes)
    if chosen is None:
        found = nx.betweenness_centrality(graph, weight="length")
        return np.array([found[place] for place in range(n)])
    part = nx.betweenness_centrality_subset(
        graph, chosen.tolist(), list(range(n)), normalized=False, weight="length"
    )
    used = np.full(n, len(chosen))
    used[chosen] -= 1
    total = np.array([part[place] for place in range(n)]) * (1 if read.directed else 2)
    return np.asarray(total / (used * (n - 2)))
