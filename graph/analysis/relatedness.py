"""How near activities are to each other, and how near a territory is to an activity it does not have."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from .uncertainty import BadTable

Matrix: TypeAlias = npt.NDArray[np.float64]
CoOccurrence: TypeAlias = Literal["association", "cosine", "jaccard"]


def binary(measure: str, matrix: npt.ArrayLike) -> Matrix:
    """Check that a matrix has two dimensions, is not empty and holds only 0 and 1; raises BadTable."""
    m = np.asarray(matrix, dtype=float)
    if m.ndim != 2 or m.size == 0:
        raise BadTable(measure, "the matrix is empty or has not two dimensions")
    if not np.isin(m, (0.0, 1.0)).all():
        raise BadTable(measure, "the matrix holds something else than 0 and 1")
    return m


def proximity(matrix: npt.ArrayLike) -> Matrix:
    """Give the proximity of each pair of activities: how often who has the more common one has the other too.

    Formula:
        φ_pq = min(n_pq / k_p, n_pq / k_q), n = MᵀM, k_p = Σ_c M_cp

    Source:
        Hidalgo, Klinger, Barabási & Hausmann 2007, doi 10.1126/science.1144581.

    Convention:
        φ_pp = 1 where the activity exists; an activity that nobody has is near nothing (0).

    Limits:
        An activity that few territories have is near others by chance: read it with `proximity_against_null`.

    Anchor:
        Toy of Hidalgo & Hausmann 2009, figure S4: φ of the last two activities is 2/3.

    Args:
        matrix: M, territories × activities, of 0 and 1.

    Returns:
        φ, activities × activities, symmetric, in [0, 1].

    Raises:
        BadTable: an empty matrix, or something else than 0 and 1.

    Example:
        >>> proximity([[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])[0].round(4).tolist()
        [1.0, 0.5, 0.5, 0.3333]
    """
    m = binary("proximity", matrix)
    together = m.T @ m
    k = np.diag(together)
    larger = np.maximum.outer(k, k)
    near: Matrix = np.divide(together, larger, out=np.zeros_like(together), where=larger > 0)
    return near


def relatedness_density(matrix: npt.ArrayLike, near: npt.ArrayLike, *, with_self: bool = True) -> Matrix:
    """Give the density of each territory around each activity: the share of what is near it that is there.

    Formula:
        ω_cp = Σ_q M_cq φ_qp / Σ_q φ_qp

    Source:
        Hidalgo et al. 2007, doi 10.1126/science.1144581; Boschma, Balland & Kogler 2015, doi 10.1093/icc/dtu012.

    Convention:
        `with_self=True` keeps q = p in both sums (Hidalgo; py-ecomplexity). `False` drops it (EconGeo, which
        prints it × 100): the two give different numbers. An activity near no other has no density (NaN).

    Limits:
        A diverse territory is dense around everything: compare with `density_against_null`. It tells what is near,
        not what would succeed.

    Anchor:
        Toy of Hidalgo & Hausmann 2009: with self C2 = .214286, .428571, .1875, .142857; without, × 100, 37.5, 0, 30, 25.

    Args:
        matrix: M, territories × activities, of 0 and 1.
        near: φ, activities × activities.
        with_self: whether an activity counts as near itself.

    Returns:
        ω, territories × activities, in [0, 1] (NaN without neighbour).

    Raises:
        BadTable: matrices of shapes that do not fit, or M of something else than 0 and 1.

    Example:
        >>> m = [[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]
        >>> relatedness_density(m, proximity(m))[1].round(6).tolist()
        [0.214286, 0.428571, 0.1875, 0.142857]
        >>> (100 * relatedness_density(m, proximity(m), with_self=False))[1].round(6).tolist()
        [37.5, 0.0, 30.0, 25.0]
    """
    m = binary("relatedness density", matrix)
    phi = neighbours("relatedness density", near, m.shape[1], with_self=with_self)
    around = phi.sum(axis=0)
    density: Matrix = np.divide(m @ phi, around, out=np.full(m.shape, np.nan), where=around > 0)
    return density


def neighbours(measure: str, near: npt.ArrayLike, activities: int, *, with_self: bool) -> Matrix:
    """Check a square matrix of proximities, and take its diagonal away unless `with_self`; raises BadTable."""
    phi = np.array(near, dtype=float)
    if phi.shape != (activities, activities):
        raise BadTable(measure, f"proximities of shape {phi.shape} for {activities} activities")
    if not np.isfinite(phi).all() or (phi < 0).any():
        raise BadTable(measure, "a proximity is negative or not a number")
    if not with_self:
        np.fill_diagonal(phi, 0.0)
    return phi


def co_occurrence(together: npt.ArrayLike, kind: CoOccurrence = "association") -> Matrix:
    """Normalise counts of co-occurrence.

    Formula:
        association S_ij = (C_ij / T) / ((S_i / T)(S_j / T)); cosine C_ij / √(S_i S_j);
        Jaccard C_ij / (S_i + S_j − C_ij)

    Source:
        van Eck & Waltman 2009, doi 10.1002/asi.21075.

    Convention:
        C without its diagonal; S_i = Σ_j C_ij and T = Σ_i S_i over what is left. 0 where nothing occurs.

    Limits:
        Association explodes on rare activities, cosine and Jaccard lean to common ones: rankings of the three
        differ.

    Anchor:
        C = [[0, 2, 1], [2, 0, 0], [1, 0, 0]]: association 2 and 2, Jaccard 2/3 and 1/3.

    Args:
        together: C, n × n, symmetric counts; the diagonal is left out.
        kind: which normalisation.

    Returns:
        S, n × n, symmetric, with a zero diagonal.

    Raises:
        BadTable: not square, not symmetric, negative or missing counts, or another normalisation.

    Example:
        >>> co_occurrence([[0, 2, 1], [2, 0, 0], [1, 0, 0]])[0].tolist()
        [0.0, 2.0, 2.0]
        >>> co_occurrence([[0, 2, 1], [2, 0, 0], [1, 0, 0]], "jaccard")[0].round(4).tolist()
        [0.0, 0.6667, 0.3333]
    """
    measure = f"co-occurrence ({kind})"
    c = np.array(together, dtype=float)
    if c.ndim != 2 or c.shape[0] != c.shape[1] or c.size == 0:
        raise BadTable(measure, f"the matrix of shape {c.shape} is not square")
    if not np.isfinite(c).all() or (c < 0).any():
        raise BadTable(measure, "a count is negative or not a number")
    if not np.array_equal(c, c.T):
        raise BadTable(measure, "the matrix is not symmetric")
    np.fill_diagonal(c, 0.0)
    s = c.sum(axis=1)
    if kind == "association":
        top, bottom = c * s.sum(), np.outer(s, s)
    elif kind == "cosine":
        top, bottom = c, np.sqrt(np.outer(s, s))
    elif kind == "jaccard":
        top, bottom = c, np.add.outer(s, s) - c
    else:
        raise BadTable(measure, "the normalisations are association, cosine and jaccard")
    similarity: Matrix = np.divide(top, bottom, out=np.zeros_like(c), where=bottom > 0)
    return similarity
