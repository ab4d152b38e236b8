"""What a partner would add around the activities of a territory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .relatedness import Matrix, binary, neighbours
from .uncertainty import BadTable


def complementarity(matrix: npt.ArrayLike, near: npt.ArrayLike, territory: int, partner: int) -> Matrix:
    """Give what a partner adds to the density of a territory around each activity, in points of 100.

    Formula:
        C_p(r←s) = 100 · Σ_{q: M_sq = 1, M_rq = 0} φ_qp / Σ_{q≠p} φ_qp

    Source:
        after Balland & Boschma 2021, doi 10.1080/00343404.2020.1861240.

    Convention:
        Self-proximity is dropped. Own density (without self, × 100) plus C is the density of the two together.

    Limits:
        It tells what is near, not whether the two would work together.

    Anchor:
        Toy of Hidalgo & Hausmann 2009, r = C3, s = C1: own 62.5, 62.5, 40, 50; added 37.5, 37.5, 60, 50.

    Args:
        matrix: M, territories × activities, of 0 and 1.
        near: φ, activities × activities.
        territory: row of r.
        partner: row of s.

    Returns:
        C, one value an activity, in [0, 100] (NaN for an activity near no other).

    Raises:
        BadTable: M of something else than 0 and 1, shapes that do not fit, no such row.

    Example:
        >>> from .relatedness import proximity
        >>> m = [[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]
        >>> complementarity(m, proximity(m), 2, 0).round(6).tolist()
        [37.5, 37.5, 60.0, 50.0]
    """
    m = binary("complementarity", matrix)
    _check_row(partner, m)
    added: Matrix = complementarities(m, near, territory)[partner]
    return added


def complementarities(matrix: npt.ArrayLike, near: npt.ArrayLike, territory: int) -> Matrix:
    """Give `complementarity` of one territory with every territory at once: partners × activities.

    Raises:
        BadTable: as `complementarity`.

    Example:
        >>> from .relatedness import proximity
        >>> m = [[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]
        >>> complementarities(m, proximity(m), 2)[2].tolist()
        [0.0, 0.0, 0.0, 0.0]
    """
    m = binary("complementarity", matrix)
    _check_row(territory, m)
    phi = neighbours("complementarity", near, m.shape[1], with_self=False)
    added = m * (1 - m[territory])
    around = phi.sum(axis=0)
    points: Matrix = np.divide(100 * (added @ phi), around, out=np.full(m.shape, np.nan), where=around > 0)
    return points


def _check_row(row: int, m: Matrix) -> None:
    if not 0 <= row < m.shape[0]:
        raise BadTable("complementarity", f"there is no row {row} among {m.shape[0]}")
