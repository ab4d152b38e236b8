"""Which academic field goes with which filière: the assist matrix and its null model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .relatedness import Matrix, binary
from .uncertainty import BadTable, TooFewData, check_level

_STEPS, _PRECISION = 200, 1e-10


def assist_matrix(fields: npt.ArrayLike, filieres: npt.ArrayLike) -> Matrix:
    """Give how the territories strong in a field spread over filières: from field f to filière t.

    Formula:
        B_{f→t} = Σ_c (M_cf / u_f)(M_ct / d_c), u_f = Σ_c M_cf, d_c = Σ_t M_ct

    Source:
        Pugliese et al. 2019, doi 10.1038/s41598-019-52767-5.

    Convention:
        A territory without any filière gives nothing: the row of a field found there sums to less than 1. A
        field found nowhere has a row of zeros.

    Limits:
        It is a co-presence, not a cause: read it beside `assist_significance`.

    Anchor:
        M_sci = [[1,0],[1,1],[0,1]], M_fil = [[1,1,0],[1,0,0],[0,1,1]]: [[.75,.25,0],[.5,.25,.25]].

    Args:
        fields: M_sci, territories × fields, of 0 and 1.
        filieres: M_fil, territories × filières, of 0 and 1, the same territories in the same order.

    Returns:
        B, fields × filières; rows sum to 1 where every territory has a filière.

    Raises:
        BadTable: matrices that do not have the same territories, or something else than 0 and 1.

    Example:
        >>> assist_matrix([[1, 0], [1, 1], [0, 1]], [[1, 1, 0], [1, 0, 0], [0, 1, 1]]).tolist()
        [[0.75, 0.25, 0.0], [0.5, 0.25, 0.25]]
    """
    m, t = binary("assist matrix", fields), binary("assist matrix", filieres)
    if len(m) != len(t):
        raise BadTable("assist matrix", f"{len(m)} territories have fields and {len(t)} have filières")
    return _share(m, axis=0).T @ _share(t, axis=1)


@dataclass(frozen=True)
class Significance:
    """The assist matrix `observed`, its mean `expected` by chance, its `high` bound, and `p` of each cell."""

    observed: Matrix
    expected: Matrix
    high: Matrix
    p: Matrix
    draws: int


def assist_significance(
    fields: npt.ArrayLike, filieres: npt.ArrayLike, *, draws: int = 500, level: float = 0.95, seed: int = 0
) -> Significance:
    """Compare the assist matrix with tables of the same expected sums drawn by chance.

    Formula:
        p = (1 + #{draws with B ≥ observed}) / (1 + draws)

    Source:
        Saracco et al. 2015 (BiCM), doi 10.1038/srep10595; Pugliese et al. 2019, doi 10.1038/s41598-019-52767-5.

    Convention:
        Both tables are drawn, independently, from their bipartite configuration model. One-sided. A draw has
        more territories without any filière than the observed table: the rows compared are rescaled to their
        observed sums, so that this alone makes nothing significant.

    Limits:
        Many cells are tested at once: at 5 %, one in twenty is found by chance alone.

    Anchor:
        Two fields, each always with one filière of its own, in 18 territories: p < .05 for the two pairs, and not
        for the others.

    Args:
        fields: M_sci, territories × fields, of 0 and 1.
        filieres: M_fil, territories × filières, of 0 and 1.
        draws: number of pairs of null tables.
        level: part of the null tables under `high`.
        seed: of the random draws.

    Returns:
        observed, expected, high and p: fields × filières.

    Raises:
        BadTable: as `assist_matrix`.
        TooFewData: fewer than three territories.

    Example:
        >>> found = assist_significance([[1, 0]] * 9 + [[0, 1]] * 9, [[1, 0]] * 9 + [[0, 1]] * 9, draws=99)
        >>> (found.p < 0.05).tolist()
        [[True, False], [False, True]]
    """
    check_level("assist significance", level, draws)
    observed = assist_matrix(fields, filieres)
    m, t = np.asarray(fields, dtype=float), np.asarray(filieres, dtype=float)
    if len(m) < 3:
        raise TooFewData("assist significance", f"are {len(m)}", "at least 3 territories")
    chances = configuration(m), configuration(t)
    generator = np.random.default_rng(seed)
    sums = observed.sum(axis=1, keepdims=True)
    drawn = np.stack(
        [
            _share(
                assist_matrix(*((generator.random(one.shape) < one).astype(float) for one in chances)), axis=1
            )
            for _ in range(draws)
        ]
    )
    drawn *= sums
    p = (1 + (drawn >= observed - 1e-12).sum(axis=0)) / (1 + draws)
    return Significance(observed, drawn.mean(axis=0), np.quantile(drawn, level, axis=0), p, draws)


def configuration(matrix: npt.ArrayLike) -> Matrix:
    """Give the chance of each cell in the bipartite configuration model (BiCM) of a table.

    Formula:
        p_ij = x_i y_j / (1 + x_i y_j), with x, y such that Σ_j p_ij = k_i and Σ_i p_ij = d_j

    Source:
        Saracco et al. 2015, doi 10.1038/srep10595.

    Convention:
        An empty or a full row (or column) is certain: its chances are 0 or 1, and it is taken away first. The
        rest is solved by Newton's method, one unknown for each distinct sum.

    Limits:
        Sums are kept on average, not in every draw. It says nothing of neighbours in space: near territories count
        as independent.

    Anchor:
        Row sums of [[1, 1, 0], [1, 0, 0], [0, 1, 1]] are found again: 2, 1, 2; chances equal those of `bicm` to
        1e-9.

    Args:
        matrix: table of 0 and 1.

    Returns:
        p, of the same shape, in [0, 1]; its sums are those of the table to 1e-8.

    Raises:
        BadTable: an empty matrix, something else than 0 and 1, or no convergence.

    Example:
        >>> configuration([[1, 1, 0], [1, 0, 0], [0, 1, 1]]).sum(axis=1).round(8).tolist()
        [2.0, 1.0, 2.0]
    """
    m = binary("configuration model", matrix)
    k, d = m.sum(axis=1), m.sum(axis=0)
    chances = np.zeros_like(m)
    rows, columns = np.arange(m.shape[0]), np.arange(m.shape[1])
    while rows.size and columns.size:
        sure = (k[rows] < 0.5) | (k[rows] > columns.size - 0.5)
        if sure.any():
            for row in rows[sure]:
                value = float(k[row] > 0.5)
                chances[row, columns] = value
                d[columns] -= value
            rows = rows[~sure]
            continue
        sure = (d[columns] < 0.5) | (d[columns] > rows.size - 0.5)
        if not sure.any():
            break
        for column in columns[sure]:
            value = float(d[column] > 0.5)
            chances[rows, column] = value
            k[rows] -= value
        columns = columns[~sure]
    if rows.size and columns.size:
        chances[np.ix_(rows, columns)] = _solved(k[rows], d[columns])
    return chances


def _share(matrix: Matrix, axis: int) -> Matrix:
    sums = matrix.sum(axis=axis, keepdims=True)
    shares: Matrix = np.divide(matrix, sums, out=np.zeros_like(matrix), where=sums > 0)
    return shares


def _solved(k: Matrix, d: Matrix) -> Matrix:
    """Solve the model for sums that are neither empty nor full, one unknown for each distinct sum."""
    rows, row_of, a = np.unique(k, return_inverse=True, return_counts=True)
    columns, column_of, b = np.unique(d, return_inverse=True, return_counts=True)
    weights = np.outer(a, b).astype(float)
    wanted = np.concatenate([a * rows, b * columns])
    logs = np.concatenate([np.log(rows / np.sqrt(k.sum())), np.log(columns / np.sqrt(k.sum()))])

    def state(at: Matrix) -> tuple[Matrix, float]:
        sums = np.add.outer(at[: len(rows)], at[len(rows) :])
        return sums, float((weights * np.logaddexp(0, sums)).sum() - wanted @ at)

    sums, cost = state(logs)
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-sums))
        gradient = np.concatenate([(weights * p).sum(axis=1), (weights * p).sum(axis=0)]) - wanted
        if np.abs(gradient).max() < _PRECISION * max(1.0, float(wanted.max())):
            return np.asarray(p[row_of][:, column_of])
        curve = weights * p * (1 - p)
        hessian = np.block([[np.diag(curve.sum(axis=1)), curve], [curve.T, np.diag(curve.sum(axis=0))]])
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        size = 1.0
        while True:
            trial = logs - size * step
            new_sums, new_cost = state(trial)
            if new_cost <= cost + 1e-12 * abs(cost) or size < 1e-8:
                break
            size /= 2
        logs, sums, cost = trial, new_sums, new_cost
    raise BadTable("configuration model", f"no solution after {_STEPS} steps")
