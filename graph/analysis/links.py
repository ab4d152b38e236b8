"""Scores of links that are not there yet: common neighbours, paths of length three, Katz, and popularity beside them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.linalg import eigsh  # type: ignore[import-untyped, unused-ignore]

from .uncertainty import BadTable

Scores: TypeAlias = npt.NDArray[np.float64]
Pairs: TypeAlias = npt.NDArray[np.intp]

_BLOCK = 2000
"""Pairs (or sources) scored at once: bounds the memory."""


def adamic_adar(adjacency: csr_array, pairs: npt.ArrayLike) -> Scores:
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
        adjacency: A, n × n, symmetric, of 0 and 1, without loops.
        pairs: places of the two nodes, m × 2.

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
    a, k = checked("Adamic–Adar", adjacency)
    weights = np.zeros_like(k)
    weights[k > 1] = 1 / np.log(k[k > 1])
    return _shared(a, weights, _places("Adamic–Adar", a, pairs))


def resource_allocation(adjacency: csr_array, pairs: npt.ArrayLike) -> Scores:
    """Score pairs by what one gets of a unit that the other hands to its neighbours.

    Formula:
        RA(x, y) = Σ_{z ∈ N(x) ∩ N(y)} 1 / k_z

    Source:
        Zhou, Lü & Zhang 2009, doi 10.1140/epjb/e2009-00335-8.

    Limits:
        0 for every pair of the two sides of a bipartite graph.

    Anchor:
        Zachary's karate club: RA(3, 34) = 1.5667.

    Args:
        adjacency: A, n × n, symmetric, of 0 and 1, without loops.
        pairs: places of the two nodes, m × 2.

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
    a, k = checked("resource allocation", adjacency)
    weights = np.divide(1.0, k, out=np.zeros_like(k), where=k > 0)
    return _shared(a, weights, _places("resource allocation", a, pairs))


def l3(adjacency: csr_array, pairs: npt.ArrayLike) -> Scores:
    """Score pairs by their paths of length three, each the less the more neighbours its middle nodes have.

    Formula:
        L3(x, y) = Σ_{u, v} a_xu a_uv a_vy / √(k_u k_v)

    Source:
        Kovács et al. 2019, doi 10.1038/s41467-019-09177-y.

    Convention:
        Walks that come back through x or y count, as in the published formula.

    Args:
        adjacency: A, n × n, symmetric, of 0 and 1, without loops.
        pairs: places of the two nodes, m × 2.

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
    a, k = checked("L3", adjacency)
    scale = diags_array(np.divide(1.0, np.sqrt(k), out=np.zeros_like(k), where=k > 0))
    middle = csr_array(scale @ a @ scale)
    places = _places("L3", a, pairs)
    found = np.zeros(len(places))
    for start in range(0, len(places), _BLOCK):
        block = places[start : start + _BLOCK]
        left = csr_array(a[block[:, 0]] @ middle)
        found[start : start + _BLOCK] = np.asarray(left.multiply(a[block[:, 1]]).sum(axis=1)).ravel()
    return found


def popularity(adjacency: csr_array, pairs: npt.ArrayLike) -> Scores:
    """Score pairs by how many neighbours both have: the baseline that a score must beat to say anything.

    Formula:
        PA(x, y) = k_x · k_y

    Source:
        Barabási & Albert 1999, doi 10.1126/science.286.5439.509.

    Args:
        adjacency: A, n × n, symmetric, of 0 and 1, without loops.
        pairs: places of the two nodes, m × 2.

    Returns:
        m scores.

    Raises:
        BadTable: an adjacency that is not one, or pairs outside it.

    Example:
        >>> import networkx as nx
        >>> popularity(nx.to_scipy_sparse_array(nx.star_graph(3), format="csr"), [[0, 1], [1, 2]]).tolist()
        [3.0, 1.0]
    """
    a, k = checked("popularity", adjacency)
    places = _places("popularity", a, pairs)
    return np.asarray(k[places[:, 0]] * k[places[:, 1]], dtype=float)


def katz(
    adjacency: csr_array, pairs: npt.ArrayLike, *, beta: float | None = None, tolerance: float = 1e-12
) -> Scores:
    """Score pairs by all the walks between them, each the less the longer it is.

    Formula:
        K = (I − βA)⁻¹ − I = Σ_{l ≥ 1} β^l A^l, β < 1/λ₁

    Source:
        Katz 1953, doi 10.1007/BF02289026.

    Convention:
        β is half of 1/λ₁ unless given. The sum is stopped when what is left is under `tolerance`.

    Args:
        adjacency: A, n × n, symmetric, of 0 and 1, without loops.
        pairs: places of the two nodes, m × 2.
        beta: weight of a step, in ]0, 1/λ₁[.
        tolerance: largest error of a score.

    Returns:
        m scores.

    Raises:
        BadTable: an adjacency that is not one, pairs outside it, or β outside ]0, 1/λ₁[.

    Example:
        >>> import networkx as nx
        >>> path = nx.to_scipy_sparse_array(nx.path_graph(3), format="csr")
        >>> katz(path, [[0, 1], [0, 2]], beta=0.5).round(6).tolist()
        [1.0, 0.5]
    """
    a, _ = checked("Katz", adjacency)
    places = _places("Katz", a, pairs)
    sources, inverse = np.unique(places[:, 0], return_inverse=True)
    found = np.zeros(len(places))
    for start in range(0, len(sources), _BLOCK // 4):
        block = sources[start : start + _BLOCK // 4]
        rows = katz_rows(adjacency, block, beta=beta, tolerance=tolerance)
        inside = (inverse >= start) & (inverse < start + len(block))
        found[inside] = rows[inverse[inside] - start, places[inside, 1]]
    return found


def katz_rows(
    adjacency: csr_array, sources: npt.ArrayLike, *, beta: float | None = None, tolerance: float = 1e-12
) -> Scores:
    """Give the scores of `katz` from some nodes to all: sources × n.

    Raises:
        BadTable: as `katz`.

    Example:
        >>> import networkx as nx
        >>> path = nx.to_scipy_sparse_array(nx.path_graph(3), format="csr")
        >>> katz_rows(path, [0], beta=0.5).round(6).tolist()
        [[0.5, 1.0, 0.5]]
    """
    a, _ = checked("Katz", adjacency)
    starts = np.asarray(sources, dtype=np.intp)
    largest = leading_eigenvalue(a)
    if largest == 0:
        return np.zeros((len(starts), a.shape[0]))
    step = 0.5 / largest if beta is None else beta
    if not 0 < step < 1 / largest:
        raise BadTable("Katz", f"β is {step:g}, and must be between 0 and 1/λ₁ = {1 / largest:g}")
    walk = np.zeros((a.shape[0], len(starts)))
    walk[starts, np.arange(len(starts))] = 1.0
    total = np.zeros_like(walk)
    rest = step * largest
    while True:
        walk = step * (a @ walk)
        total += walk
        # what is left is at most the last step times the rest of a geometric series, in the norm of columns
        if np.sqrt((walk**2).sum(axis=0)).max(initial=0.0) * rest / (1 - rest) < tolerance:
            return np.asarray(total.T)


def leading_eigenvalue(adjacency: csr_array) -> float:
    """Give λ₁, the largest eigenvalue of a symmetric adjacency (0 without edges).

    >>> import networkx as nx
    >>> round(leading_eigenvalue(nx.to_scipy_sparse_array(nx.star_graph(4), format="csr")), 9)
    2.0
    """
    a = csr_array(adjacency, dtype=float)
    if a.nnz == 0:
        return 0.0
    if a.shape[0] < 64:
        return float(np.linalg.eigvalsh(a.toarray())[-1])
    start = np.asarray(a.sum(axis=1), dtype=float).ravel()
    return float(eigsh(a, k=1, which="LA", v0=start, return_eigenvectors=False)[0])


def checked(measure: str, adjacency: csr_array) -> tuple[csr_array, Scores]:
    """Check a symmetric adjacency of 0 and 1 without loops; give it and its degrees. Raises BadTable."""
    a = csr_array(adjacency, dtype=float)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or a.shape[0] == 0:
        raise BadTable(measure, f"an adjacency of shape {a.shape} is not square or is empty")
    a.sum_duplicates()
    a.eliminate_zeros()
    if a.nnz and not (a.data == 1).all():
        raise BadTable(measure, "the adjacency holds something else than 0 and 1")
    if a.diagonal().any():
        raise BadTable(measure, "a node is its own neighbour")
    if (a != a.T).nnz:
        raise BadTable(measure, "the adjacency is not symmetric")
    return a, np.diff(a.indptr).astype(float)


def _places(measure: str, a: csr_array, pairs: npt.ArrayLike) -> Pairs:
    places = np.asarray(pairs, dtype=np.intp).reshape(-1, 2)
    if places.size and (places.min() < 0 or places.max() >= a.shape[0]):
        raise BadTable(measure, f"a pair names a node outside the {a.shape[0]} there are")
    return places


def _shared(a: csr_array, weights: Scores, places: Pairs) -> Scores:
    found = np.zeros(len(places))
    for start in range(0, len(places), 50 * _BLOCK):
        block = places[start : start + 50 * _BLOCK]
        common = csr_array(a[block[:, 0]].multiply(a[block[:, 1]]))
        found[start : start + 50 * _BLOCK] = common @ weights
    return found
