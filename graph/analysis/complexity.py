"""Economic complexity of territories, behind a gate: it is refused where it would be noise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped, unused-ignore]

from .relatedness import Matrix, binary
from .uncertainty import TooFewData

MINIMUM_ROWS = 30
MINIMUM_GAP = 0.05


def complexity_spectrum(matrix: npt.ArrayLike) -> Matrix:
    """Give the eigenvalues of the matrix of shared activities, the largest first.

    Formula:
        M̃_cc' = Σ_p M_cp M_c'p / (k_c k_p)

    Source:
        Hidalgo & Hausmann 2009, doi 10.1073/pnas.0900943106; Hausmann et al. 2014, The Atlas of Economic Complexity.

    Convention:
        Territories and activities without any specialisation are left out.

    Limits:
        A second eigenvalue near 1 tells parts hardly tied to one another, a third near the second that the index is
        not settled.

    Anchor:
        Toy of Hidalgo & Hausmann 2009: 1, .542134, .190154, .101045.

    Args:
        matrix: M, territories × activities, of 0 and 1.

    Returns:
        the eigenvalues, as many as there are territories with a specialisation, in [0, 1].

    Raises:
        BadTable: an empty matrix, or something else than 0 and 1.
        TooFewData: nothing but zeros.

    Example:
        >>> complexity_spectrum([[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]).round(6).tolist()
        [1.0, 0.542134, 0.190154, 0.101045]
    """
    return np.asarray(np.linalg.eigvalsh(_symmetric(_reduced(matrix)[0]))[::-1])


def complexity(
    matrix: npt.ArrayLike, *, minimum_rows: int = MINIMUM_ROWS, minimum_gap: float = MINIMUM_GAP
) -> Matrix:
    """Give the economic complexity index of each territory, or refuse.

    Formula:
        ECI = second eigenvector of M̃ (see `complexity_spectrum`), z-scored over the territories

    Source:
        Hausmann et al. 2014, The Atlas of Economic Complexity.

    Convention:
        The sign makes ECI grow with diversity k_c (positive correlation). Population standard deviation.
        A territory without any specialisation has no index (NaN).

    Limits:
        The sign is a convention, and on small tables the most diversified unit need not be first. A
        disconnected table would print component membership as complexity: it is refused.

    Anchor:
        The toy of Hidalgo & Hausmann 2009 (4 territories) is refused; on connected tables of 35 to 300 territories,
        the index of py-ecomplexity to 1e-9.

    Args:
        matrix: M, territories × activities, of 0 and 1.
        minimum_rows: fewest territories with a specialisation.
        minimum_gap: smallest distance between the second and the third eigenvalue.

    Returns:
        ECI, one value a territory: mean 0, standard deviation 1.

    Raises:
        TooFewData: too few territories, a disconnected table, or a spectral gap too small.
        BadTable: an empty matrix, or something else than 0 and 1.

    Example:
        >>> complexity([[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
        Traceback (most recent call last):
        ...
        ancrage.graph.analysis.uncertainty.TooFewData: too few data for complexity: there are 4, needed: at least 30 territories
    """
    m, kept = _reduced(matrix)
    if m.shape[0] < minimum_rows:
        raise TooFewData("complexity", f"are {m.shape[0]}", f"at least {minimum_rows} territories")
    shared = csr_array(m @ m.T)
    parts = int(connected_components(shared, directed=False, return_labels=False))
    if parts > 1:
        raise TooFewData("complexity", f"are {parts} components", "a connected table")
    if m.shape[0] < 3:
        raise TooFewData("complexity", f"are {m.shape[0]}", "at least 3 territories")
    symmetric = _symmetric(m)
    values, vectors = np.linalg.eigh(symmetric)
    gap = float(values[-2] - values[-3])
    if gap < minimum_gap:
        raise TooFewData(
            "complexity", f"is a gap of {gap:.3g}", f"a spectral gap of at least {minimum_gap:g}"
        )
    k = m.sum(axis=1)
    index = vectors[:, -2] / np.sqrt(k)
    index = (index - index.mean()) / index.std()
    if float(index @ (k - k.mean())) < 0:
        index = -index
    full = np.full(len(kept), np.nan)
    full[kept] = index
    return full


def _reduced(matrix: npt.ArrayLike) -> tuple[Matrix, npt.NDArray[np.bool_]]:
    m = binary("complexity", matrix)
    rows = np.asarray(m.any(axis=1), dtype=bool)
    columns = np.asarray(m.any(axis=0), dtype=bool)
    if not rows.any():
        raise TooFewData("complexity", "is none", "at least one specialisation")
    return m[rows][:, columns], rows


def _symmetric(m: Matrix) -> Matrix:
    """Give the symmetric matrix similar to M̃: its eigenvalues are real and found with accuracy."""
    scaled = m / np.sqrt(np.outer(m.sum(axis=1), m.sum(axis=0)))
    return np.asarray(scaled @ scaled.T)
