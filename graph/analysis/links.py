"""Scores of links that are not there yet: common neighbours, paths of length three, and popularity beside them."""

from __future__ import annotations

from typing import Any, TypeAlias

import networkx as nx
import numpy as np
from scipy.sparse import csr_array, diags_array  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Adjacency, Network, Places, Values, symmetric
from .uncertainty import BadTable

Scores: TypeAlias = Values
Pairs: TypeAlias = Places

_BLOCK = 10_000
"""Pairs scored at once: bounds the memory."""
_CELLS = 1_000_000
"""Cells (sources × nodes) held at once: bounds the memory."""


def adamic_adar(network: Network, pairs: Any) -> Scores:
    """Score pairs by their common neighbours, each the less the more neighbours it has.

    Formula:
        AA(x, y) = Σ_{z ∈ N(x) ∩ N(y)} 1 / log k_z

    Source:
        Adamic & Adar 2003, doi 10.1016/S0378-8733(03)00009-1.

    Convention:
        Natural logarithm. The graph is unweighted and undirected.

    Limits:
        0 for every pair of the two sides of a bipartite graph (laboratory–company): use `l3` or `katz`.

    Anchor:
        Zachary's karate club: AA(3, 34) = 4.7194.

    Args:
        network: a networkx graph without directions, or A, n × n, symmetric, of 0 and 1, without loops.
        pairs: the two nodes (their places in A), m × 2.

    Returns:
        m scores.

    Raises:
        BadTable: an adjacency that is not one, or pairs outside it.

    Example:
        >>> import networkx as nx
        >>> karate = nx.to_scipy_sparse_array(nx.karate_club_graph(), weight=None, format="csr")
        >>> adamic_adar(karate, [[2, 33]]).round(4).tolist()
        [4.7194]
    """
    a, k, places = read("Adamic–Adar", network, pairs)
    weights = np.zeros_like(k)
    weights[k > 1] = 1 / np.log(k[k > 1])
    return _shared(a, k, weights, places)


def resource_allocation(network: Network, pairs: Any) -> Scores:
    """Score pairs by what one gets of a unit that the other hands to its neighbours.

    Formula:
        RA(x, y) = Σ_{z ∈ N(x) ∩ N(y)} 1 / k_z

    Source:
        Zhou, Lü & Zhang 2009, doi 10.1140/epjb/e2009-00335-8.

    Convention:
        The graph is unweighted and undirected.

    Limits:
        0 for every pair of the two sides of a bipartite graph.

    Anchor:
        Zachary's karate club: RA(3, 34) = 1.5667.

    Args:
        network: a networkx graph without directions, or A, n × n, symmetric, of 0 and 1, without loops.
        pairs: the two nodes (their places in A), m × 2.

    Returns:
        m scores.

    Raises:
        BadTable: an adjacency that is not one, or pairs outside it.

    Example:
        >>> import networkx as nx
        >>> karate = nx.to_scipy_sparse_array(nx.karate_club_graph(), weight=None, format="csr")
        >>> resource_allocation(karate, [[2, 33]]).round(4).tolist()
        [1.5667]
    """
    a, k, places = read("resource allocation", network, pairs)
    weights = np.divide(1.0, k, out=np.zeros_like(k), where=k > 0)
    return _shared(a, k, weights, places)


def l3(network: Network, pairs: Any) -> Scores:
    """Score pairs by their paths of length three, each the less the more neighbours its middle nodes have.

    Formula:
        L3(x, y) = Σ_{u, v} a_xu a_uv a_vy / √(k_u k_v)

    Source:
        Kovács et al. 2019, doi 10.1038/s41467-019-09177-y.

    Convention:
        Walks that come back through x or y count, as in the published formula.

    Limits:
        A pair that shares many hubs scores high without any tie of substance: k_u and k_v temper it, no more.
        Compare with `popularity`.

    Anchor:
        Path of four nodes: ½ between its ends.

    Args:
        network: a networkx graph without directions, or A, n × n, symmetric, of 0 and 1, without loops.
        pairs: the two nodes (their places in A), m × 2.

    Returns:
        m scores.

    Raises:
        BadTable: an adjacency that is not one, or pairs outside it.

    Example:
        >>> import networkx as nx
        >>> path = nx.to_scipy_sparse_array(nx.path_graph(4), format="csr")
        >>> l3(path, [[0, 3], [0, 2]]).round(9).tolist()
        [0.5, 0.0]
    """
    a, k, places = read("L3", network, pairs)
    scale = diags_array(np.divide(1.0, np.sqrt(k), out=np.zeros_like(k), where=k > 0))
    middle = csr_array(scale @ a @ scale)
    found, n = np.zeros(len(places)), a.shape[0]
    order = np.argsort(
        places[:, 0], kind="stable"
    )  # the pairs of a node together: its paths are counted once
    for start in range(0, len(places), _BLOCK):
        block = order[start : start + _BLOCK]
        sources, inverse = np.unique(places[block, 0], return_inverse=True)
        paths = csr_array(a[sources] @ middle)
        ends = a[places[block, 1]]
        if paths.nnz * len(block) > len(sources) ** 2 * n:  # many pairs a source: full rows, read at the ends
            for first in range(0, len(sources), width := max(_CELLS // n, 1)):
                inside = np.flatnonzero((inverse >= first) & (inverse < first + width))
                rows = paths[first : first + width].toarray()
                part = ends[inside]
                spans = np.repeat(np.arange(len(inside)), np.diff(part.indptr))
                values = rows[inverse[inside][spans] - first, part.indices]
                found[block[inside]] = np.bincount(spans, values, minlength=len(inside))
        else:
            found[block] = np.asarray(ends.multiply(paths[inverse]).sum(axis=1)).ravel()
    return found


def popularity(network: Network, pairs: Any) -> Scores:
    """Score pairs by how many neighbours both have: the baseline that a score must beat to say anything.

    Formula:
        PA(x, y) = k_x · k_y

    Source:
        Barabási & Albert 1999, doi 10.1126/science.286.5439.509.

    Convention:
        Degrees of the graph as it is, without weights; a tie already there does not matter.

    Limits:
        It proposes the same few hubs to everyone: it is a yardstick, not advice.

    Anchor:
        Star of three: 3 from the centre to a leaf, 1 between two leaves.

    Args:
        network: a networkx graph without directions, or A, n × n, symmetric, of 0 and 1, without loops.
        pairs: the two nodes (their places in A), m × 2.

    Returns:
        m scores.

    Raises:
        BadTable: an adjacency that is not one, or pairs outside it.

    Example:
        >>> import networkx as nx
        >>> popularity(nx.to_scipy_sparse_array(nx.star_graph(3), format="csr"), [[0, 1], [1, 2]]).tolist()
        [3.0, 1.0]
    """
    _, k, places = read("popularity", network, pairs)
    return np.asarray(k[places[:, 0]] * k[places[:, 1]], dtype=float)


def read(measure: str, network: Network, pairs: Any) -> tuple[csr_array, Scores, Pairs]:
    """Read a network and pairs of its nodes: adjacency of 0 and 1, degrees, places. Raises BadTable.

    A networkx graph loses its self-loops and weights; a matrix must have none.

    >>> read("L3", nx.Graph([("a", "b")]), [("b", "a")])[2].tolist()
    [[1, 0]]
    """
    if isinstance(network, nx.Graph | Adjacency):
        found = Adjacency.of(network, measure=measure)
        if found.directed:
            raise BadTable(measure, "the graph has directions")
        if not found.labelled:
            a = found.matrix
            return a, np.diff(a.indptr).astype(float), _places(measure, a, pairs)
        place = {node: at for at, node in enumerate(found.nodes)}
        if unknown := [node for pair in pairs for node in pair if node not in place]:
            raise BadTable(measure, f"a pair names {unknown[0]}, which is not in the graph")
        a, places = found.matrix, np.array([[place[one] for one in pair] for pair in pairs], dtype=np.intp)
        return a, np.diff(a.indptr).astype(float), places.reshape(-1, 2)
    a, k = checked(measure, network)
    return a, k, _places(measure, a, pairs)


def _places(measure: str, a: csr_array, pairs: Any) -> Pairs:
    places = np.asarray(pairs, dtype=np.intp).reshape(-1, 2)
    if places.size and (places.min() < 0 or places.max() >= a.shape[0]):
        raise BadTable(measure, f"a pair names a node outside the {a.shape[0]} there are")
    return places


def checked(measure: str, adjacency: csr_array) -> tuple[csr_array, Scores]:
    """Check a symmetric adjacency of 0 and 1 without loops; give it and its degrees. Raises BadTable."""
    a = csr_array(adjacency, dtype=float)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or a.shape[0] == 0:
        raise BadTable(measure, f"an adjacency of shape {a.shape} is not square or is empty")
    if not a.has_canonical_format or not a.data.all():
        a = a.copy()
        a.sum_duplicates()
        a.eliminate_zeros()
    if a.nnz and not (a.data == 1).all():
        raise BadTable(measure, "the adjacency holds something else than 0 and 1")
    if a.diagonal().any():
        raise BadTable(measure, "a node is its own neighbour")
    if not symmetric(a):
        raise BadTable(measure, "the adjacency is not symmetric")
    return a, np.diff(a.indptr).astype(float)


def _shared(a: csr_array, k: Scores, weights: Scores, places: Pairs) -> Scores:
    """Sum weights over the common neighbours of pairs: pair by pair, or for all partners of a node where that costs less."""
    found = np.zeros(len(places))
    sources, inverse = np.unique(places[:, 0], return_inverse=True)
    width = max(_CELLS // a.shape[0], 1)
    apart = k[places].sum()
    together = (a @ k)[sources].sum() + len(sources) * a.shape[0] / 16
    if together < apart:
        scaled = csr_array((weights[a.indices], a.indices, a.indptr), shape=a.shape)
        for start in range(0, len(sources), width):
            rows = (scaled[sources[start : start + width]] @ a).toarray()
            inside = np.flatnonzero((inverse >= start) & (inverse < start + width))
            found[inside] = rows[inverse[inside] - start, places[inside, 1]]
        return found
    for start in range(0, len(places), _BLOCK):
        block = places[start : start + _BLOCK]
        common = csr_array(a[block[:, 0]].multiply(a[block[:, 1]]))
        found[start : start + _BLOCK] = common @ weights
    return found
