"""Katz scores: all the walks between two nodes, each the less the longer it is, and the best partners of a node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, eye_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.linalg import eigsh  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Network
from .links import Pairs, Scores, checked, read
from .solving import conjugate_gradients
from .uncertainty import BadTable

_CELLS = 2_000_000
"""Cells (nodes × sources) held at once in each of four arrays: bounds the memory."""


def katz(network: Network, pairs: Any, *, beta: float | None = None, tolerance: float = 1e-12) -> Scores:
    """Score pairs by all the walks between them, each the less the longer it is.

    Formula:
        K = (I − βA)⁻¹ − I = Σ_{l ≥ 1} β^l A^l, β < 1/λ₁

    Source:
        Katz 1953, doi 10.1007/BF02289026.

    Convention:
        β is half of 1/λ₁ unless given. (I − βA) x = βA e_s is solved by conjugate gradients until the error of every
        score is under `tolerance`.

    Limits:
        Near 1/λ₁ it ranks by centrality; a small β ranks by common neighbours.

    Anchor:
        Path of three nodes, β = ½: 1 to the neighbour, ½ to the other end.

    Args:
        network: a networkx graph without directions, or A, n × n, symmetric, of 0 and 1, without loops.
        pairs: the two nodes (their places in A), m × 2.
        beta: weight of a step, in ]0, 1/λ₁[.
        tolerance: largest error of a score.

    Returns:
        m scores.

    Raises:
        BadTable: an adjacency that is not one, pairs outside it, or β outside ]0, 1/λ₁[.

    Example:
        >>> import networkx as nx
        >>> katz(nx.path_graph(3), [[0, 1], [0, 2]], beta=0.5).round(6).tolist()
        [1.0, 0.5]
    """
    a, _, places = read("Katz", network, pairs)
    sources, inverse = np.unique(places[:, 0], return_inverse=True)
    found = np.zeros(len(places))
    step, gap = _step(a, beta)
    if not step:
        return found
    tied = np.flatnonzero(np.diff(a.indptr))  # no walk leaves the others
    at = np.full(a.shape[0], -1)
    at[tied] = np.arange(len(tied))
    inner, ends = csr_array(a[tied][:, tied]), at[places[:, 1]]
    inner.indices, inner.indptr = inner.indices.astype(np.int32), inner.indptr.astype(np.int32)
    width = _width(len(tied))
    for start in range(0, len(sources), width):
        block = at[sources[start : start + width]]
        inside = (inverse >= start) & (inverse < start + len(block)) & (ends >= 0)
        inside &= at[places[:, 0]] >= 0
        walks = _solve(inner, np.maximum(block, 0), step, gap, tolerance)
        found[inside] = walks[ends[inside], inverse[inside] - start]
    return found


@dataclass(frozen=True, slots=True)
class Best:
    """The best partners of some nodes: `places` and `scores`, sources × count, best first.

    Where a node has fewer partners than asked the places left are −1 and the scores NaN.
    """

    places: Pairs
    scores: Scores


def katz_best(
    adjacency: csr_array,
    sources: npt.ArrayLike,
    count: int = 10,
    *,
    beta: float | None = None,
    new: bool = True,
    tolerance: float = 1e-9,
) -> Best:
    """Find the nodes of highest Katz score from each of some nodes.

    Formula:
        the `count` largest K_sy over y ≠ s, and not tied to s when `new`; K as in `katz`

    Source:
        Katz 1953, doi 10.1007/BF02289026; Liben-Nowell & Kleinberg 2007, doi 10.1002/asi.20591.

    Convention:
        Scores that no walk gives (0) are no partners. Among scores closer than `tolerance` the order says nothing: they
        are rounded to it, then the first place comes first.

    Limits:
        A list of best partners always has a first: read the scores, and `popularity` beside them.

    Anchor:
        Path of four nodes: from the first, the third, then the fourth.

    Args:
        adjacency: A, n × n, symmetric, of 0 and 1, without loops.
        sources: places of the nodes to find partners for.
        count: how many partners each.
        beta: weight of a step, in ]0, 1/λ₁[; half of 1/λ₁ unless given.
        new: leave out those that are tied already.
        tolerance: largest error of a score.

    Returns:
        Places and scores, sources × count.

    Raises:
        BadTable: an adjacency that is not one, sources outside it, β outside ]0, 1/λ₁[, or a count under 1.

    Example:
        >>> import networkx as nx
        >>> path = nx.to_scipy_sparse_array(nx.path_graph(4), format="csr")
        >>> katz_best(path, [0], 2).places.tolist()
        [[2, 3]]
    """
    if count < 1:
        raise BadTable("Katz", f"{count} partners are asked for")
    a, starts = _starts(adjacency, sources)
    step, gap = _step(a, beta)
    n, count = a.shape[0], min(count, max(a.shape[0] - 1, 1))
    places = np.full((len(starts), count), -1, dtype=np.intp)
    scores = np.full((len(starts), count), np.nan)
    width = _width(n)
    for start in range(0, len(starts) if step else 0, width):
        block = starts[start : start + width]
        walks = _solve(a, block, step, gap, tolerance).T
        for row, source in enumerate(block.tolist()):
            ranked = walks[row].copy()
            ranked[source] = 0.0
            if new:
                ranked[a.indices[a.indptr[source] : a.indptr[source + 1]]] = 0.0
            best = _largest(ranked, count, tolerance)
            places[start + row, : len(best)], scores[start + row, : len(best)] = best, ranked[best]
    return Best(places, scores)


def _largest(scores: Scores, count: int, tolerance: float) -> Pairs:
    rounded = np.round(scores / tolerance) if tolerance else scores
    least = np.partition(rounded, len(rounded) - count)[len(rounded) - count]
    able = np.flatnonzero(rounded >= max(least, 1.0 if tolerance else np.nextafter(0, 1)))
    return np.asarray(able[np.lexsort((able, -rounded[able]))][:count])


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


def _starts(adjacency: csr_array, sources: npt.ArrayLike) -> tuple[csr_array, Pairs]:
    a, _ = checked("Katz", adjacency)
    starts = np.asarray(sources, dtype=np.intp).reshape(-1)
    if starts.size and (starts.min() < 0 or starts.max() >= a.shape[0]):
        raise BadTable("Katz", f"a source is outside the {a.shape[0]} nodes there are")
    return a, starts


def _step(a: csr_array, beta: float | None) -> tuple[float, float]:
    """Give β and 1 − βλ₁, the smallest eigenvalue of I − βA; 0 and 1 without edges."""
    largest = leading_eigenvalue(a)
    if largest == 0:
        return 0.0, 1.0
    step = 0.5 / largest if beta is None else beta
    if not 0 < step < 1 / largest:
        raise BadTable("Katz", f"β is {step:g}, and must be between 0 and 1/λ₁ = {1 / largest:g}")
    return step, 1 - step * largest


def _solve(a: csr_array, sources: Pairs, step: float, gap: float, tolerance: float) -> Scores:
    """Solve (I − βA) X = βA E, a column a source: n × sources. |X − X*| ≤ |R| / (1 − βλ₁), R the residual."""
    n = a.shape[0]
    system = csr_array(eye_array(n, format="csr") - step * a)
    right = np.zeros((n, len(sources)))
    right[sources, np.arange(len(sources))] = step
    return conjugate_gradients(system.__matmul__, a @ right, tolerance * gap)


def _width(n: int) -> int:
    return int(np.clip(_CELLS // n, 8, 64))
