"""Nestedness of a table of presences: whether the rare is found where the common is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .null_model import drawn_tables
from .relatedness import Matrix, binary
from .uncertainty import Estimate, TooFewData, check_level


@dataclass(frozen=True)
class Nodf:
    """NODF of the `rows`, of the `columns` and of `all` pairs, each in [0, 100]."""

    rows: float
    columns: float
    all: float


def nodf(matrix: npt.ArrayLike) -> Nodf:
    """Give the nestedness by overlap and decreasing fill.

    Formula:
        N_ij = 0 if k_i = k_j, else 100 · |N_i ∩ N_j| / min(k_i, k_j); mean over pairs of rows, of columns, of both

    Source:
        Almeida-Neto et al. 2008, doi 10.1111/j.0030-1299.2008.16644.x.

    Convention:
        The order of rows and columns does not matter: of each pair the fuller one is first. An empty row or
        column overlaps nothing (0).

    Limits:
        It grows with fill and with uneven sums: compare it with `nodf_against_null`.

    Anchor:
        Matrix of the paper (5 × 5): rows 53.33, columns 63.33, all 58.33.

    Args:
        matrix: presences, of 0 and 1.

    Returns:
        the three values.

    Raises:
        BadTable: an empty matrix, or something else than 0 and 1.
        TooFewData: fewer than two rows or two columns.

    Example:
        >>> found = nodf([[1, 0, 1, 1, 1], [1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0]])
        >>> round(found.rows, 2), round(found.columns, 2), round(found.all, 2)
        (53.33, 63.33, 58.33)
    """
    m = binary("NODF", matrix)
    if min(m.shape) < 2:
        raise TooFewData(
            "NODF", f"are {m.shape[0]} rows and {m.shape[1]} columns", "two rows and two columns"
        )
    rows, row_pairs = _paired(m)
    columns, column_pairs = _paired(m.T)
    both = (rows + columns) / (row_pairs + column_pairs)
    return Nodf(rows / row_pairs, columns / column_pairs, both)


def nodf_against_null(
    matrix: npt.ArrayLike, *, draws: int = 200, level: float = 0.95, seed: int = 0
) -> tuple[Nodf, Estimate]:
    """Give the nestedness beside that of random tables of the same expected sums.

    Formula:
        NODF* = the NODF of tables drawn from the bipartite configuration model: its mean and interval

    Source:
        Saracco et al. 2015, doi 10.1038/srep10595; Ulrich, Almeida-Neto & Gotelli 2009, doi
        10.1111/j.1600-0706.2008.17053.x.

    Convention:
        The null tables are drawn cell by cell from the bipartite configuration model (`assist.configuration`).

    Limits:
        The interval is that of all pairs, not of rows and columns apart; on a table of a few rows it is too wide to
        say anything.

    Anchor:
        Perfectly nested table of three rows: 100.

    Args:
        matrix: presences, of 0 and 1.
        draws: number of null tables.
        level: part of the null tables in the interval.
        seed: of the random draws.

    Returns:
        the nestedness, and the mean of the null model's `all` with its interval; outside it, sums alone do not explain.

    Raises:
        BadTable, TooFewData: as `nodf`.

    Example:
        >>> found, null = nodf_against_null([[1, 1, 1], [1, 1, 0], [1, 0, 0]], draws=50)
        >>> found.all, null.low <= null.value <= null.high
        (100.0, True)
    """
    check_level("NODF", level, draws)
    m = binary("NODF", matrix)
    found = nodf(m)
    drawn = [nodf(one).all for one in drawn_tables(m, draws, seed)]
    tail = (1 - level) / 2
    low, high = (float(bound) for bound in np.quantile(drawn, [tail, 1 - tail]))
    return found, Estimate(float(np.mean(drawn)), low, high, level, "bipartite configuration model", draws)


def _paired(m: Matrix) -> tuple[float, int]:
    """Sum the overlaps of the pairs of rows, and count the pairs."""
    k = m.sum(axis=1)
    smaller = np.minimum.outer(k, k)
    counted = np.not_equal.outer(k, k) & (smaller > 0)
    overlap = np.divide(100 * (m @ m.T), smaller, out=np.zeros_like(smaller), where=counted)
    upper = np.triu_indices(len(k), 1)
    return float(overlap[upper].sum()), len(upper[0])
