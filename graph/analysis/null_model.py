"""What chance would give: random tables of the same expected sums, and measures compared with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .assist import configuration
from .complementarity import complementarities
from .relatedness import Matrix, binary, proximity, relatedness_density
from .uncertainty import TooFewData, check_level

MINIMUM_ROWS = 10
"""Fewest territories with an activity for a comparison with chance."""
MINIMUM_FOUND = 5
"""Fewest territories that have an activity for its proximities to be compared with chance."""


@dataclass(frozen=True)
class Comparison:
    """A measure `observed`, and what chance gives: its mean `expected`, its interval `low` to `high` at `level`.

    `above` is the part of the draws at least as high as what is observed and `below` at least as low, the observed
    one counted: (1 + #) / (1 + draws). All are arrays of the shape of the measure, NaN where it says nothing.
    `model` names what was drawn.
    """

    observed: Matrix
    expected: Matrix
    low: Matrix
    high: Matrix
    above: Matrix
    below: Matrix
    draws: int
    level: float
    model: str


def compare(observed: npt.ArrayLike, drawn: Iterable[Any], *, level: float, model: str) -> Comparison:
    """Compare a measure with the same measure of each random draw.

    >>> found = compare([3.0], [[1.0], [2.0], [3.0]], level=0.5, model="by hand")
    >>> found.expected.tolist(), found.above.tolist(), found.below.tolist()
    ([2.0], [0.5], [1.0])
    """
    value = np.asarray(observed, dtype=float)
    stack = np.stack([np.asarray(one, dtype=float) for one in drawn])
    tail, unknown, draws = (1 - level) / 2, np.isnan(value), len(stack)
    low, high = np.quantile(stack, [tail, 1 - tail], axis=0)

    def told(array: Any) -> Matrix:
        return np.where(unknown, np.nan, array)

    above = (1 + (stack >= value - 1e-12).sum(axis=0)) / (1 + draws)
    below = (1 + (stack <= value + 1e-12).sum(axis=0)) / (1 + draws)
    expected, low, high, above, below = map(told, (stack.mean(axis=0), low, high, above, below))
    return Comparison(value, expected, low, high, above, below, draws, level, model)


def drawn_tables(matrix: npt.ArrayLike, draws: int, seed: int) -> Iterator[Matrix]:
    """Draw random tables of 0 and 1 from the configuration model of a table (`assist.configuration`).

    >>> [table.shape for table in drawn_tables([[1, 0], [0, 1]], 2, 0)]
    [(2, 2), (2, 2)]
    """
    chances = configuration(matrix)
    generator = np.random.default_rng(seed)
    for _ in range(draws):
        yield (generator.random(chances.shape) < chances).astype(float)


def proximity_against_null(
    matrix: npt.ArrayLike,
    *,
    draws: int = 500,
    level: float = 0.95,
    seed: int = 0,
    minimum_rows: int = MINIMUM_ROWS,
    minimum_found: int = MINIMUM_FOUND,
) -> Comparison:
    """Compare the proximity of each pair of activities with that in tables drawn by chance.

    Formula:
        p = (1 + #{draws with φ*_pq ≥ φ_pq}) / (1 + draws), φ* the proximity in a table drawn from p_cp of the
        bipartite configuration model

    Source:
        Saracco et al. 2015, doi 10.1038/srep10595; Saracco et al. 2017, doi 10.1088/1367-2630/aa6b38.

    Convention:
        The tables drawn have the diversity of each territory and the ubiquity of each activity, on average. Where
        an activity is found in fewer than `minimum_found` territories, and on the diagonal, nothing is said (NaN).

    Limits:
        Many pairs are tested at once: at 5 %, one in twenty is found by chance alone.

    Anchor:
        Of three activities in 20 territories, two always together: p < .05; apart: p > .05.

    Args:
        matrix: M, territories × activities, of 0 and 1.
        draws: number of random tables.
        level: part of the draws in the interval.
        seed: of the random draws.
        minimum_rows: fewest territories with an activity.
        minimum_found: fewest territories that have an activity.

    Returns:
        the comparison, activities × activities.

    Raises:
        TooFewData: fewer than `minimum_rows` territories with an activity.
        BadTable: an empty matrix, something else than 0 and 1, a level outside ]0, 1[, or no draw.

    Example:
        >>> found = proximity_against_null([[1, 1, 0], [0, 0, 1]] * 10, draws=99)
        >>> bool(found.above[0, 1] < 0.05), bool(found.above[0, 2] < 0.05)
        (True, False)
    """
    measure = "proximity against chance"
    m = _filled(measure, matrix, minimum_rows, level, draws)
    observed = proximity(m)
    rare = m.sum(axis=0) < minimum_found
    observed[np.logical_or.outer(rare, rare) | np.eye(len(rare), dtype=bool)] = np.nan
    drawn = (proximity(one) for one in drawn_tables(m, draws, seed))
    return compare(observed, drawn, level=level, model="bipartite configuration model")


def density_against_null(
    matrix: npt.ArrayLike,
    near: npt.ArrayLike,
    *,
    with_self: bool = True,
    draws: int = 500,
    level: float = 0.95,
    seed: int = 0,
    minimum_rows: int = MINIMUM_ROWS,
) -> Comparison:
    """Compare the density of each territory around each activity with that of territories drawn by chance.

    Formula:
        p = (1 + #{draws with ω*_cp ≥ ω_cp}) / (1 + draws), ω*_cp = Σ_q M*_cq φ_qp / Σ_q φ_qp

    Source:
        Hidalgo et al. 2007, doi 10.1126/science.1144581; Saracco et al. 2015, doi 10.1038/srep10595.

    Convention:
        φ is given and stays as it is; only who has what is drawn, from the bipartite configuration model of M. A
        diverse territory is dense around everything: what is above chance is denser than its diversity explains.

    Limits:
        Where M was made from the same counts as φ, the two share their noise. Many cells are tested at once.

    Anchor:
        The mean of the draws nears Σ_q p_cq φ_qp / Σ_q φ_qp, p the chances of `configuration`.

    Args:
        matrix: M, territories × activities, of 0 and 1.
        near: φ, activities × activities.
        with_self: whether an activity counts as near itself.
        draws: number of random tables.
        level: part of the draws in the interval.
        seed: of the random draws.
        minimum_rows: fewest territories with an activity.

    Returns:
        the comparison, territories × activities.

    Raises:
        TooFewData: fewer than `minimum_rows` territories with an activity.
        BadTable: as `relatedness_density`; a level outside ]0, 1[, or no draw.

    Example:
        >>> m = [[1, 1, 0, 0], [0, 0, 1, 1]] * 10
        >>> found = density_against_null(m, proximity(m), draws=99)
        >>> bool(found.observed[0, 0] > found.expected[0, 0])
        True
    """
    m = _filled("density against chance", matrix, minimum_rows, level, draws)
    observed = relatedness_density(m, near, with_self=with_self)
    drawn = (relatedness_density(one, near, with_self=with_self) for one in drawn_tables(m, draws, seed))
    return compare(observed, drawn, level=level, model="bipartite configuration model")


def complementarity_against_null(
    matrix: npt.ArrayLike,
    near: npt.ArrayLike,
    territory: int,
    *,
    draws: int = 500,
    level: float = 0.95,
    seed: int = 0,
    minimum_rows: int = MINIMUM_ROWS,
) -> Comparison:
    """Compare what each partner would add to a territory with what partners drawn by chance would.

    Formula:
        p = (1 + #{draws with C*_p(r←s) ≥ C_p(r←s)}) / (1 + draws), C* with the row of s drawn and that of r kept

    Source:
        after Balland & Boschma 2021, doi 10.1080/00343404.2020.1861240; Saracco et al. 2015, doi 10.1038/srep10595.

    Convention:
        A partner drawn has the diversity of s and activities as common as they are, on average: a diverse partner
        adds to everything, and what is above chance is more than its diversity explains. φ stays as it is.

    Limits:
        Many partners and activities are tested at once: at 5 %, one in twenty is found by chance alone.

    Anchor:
        r with itself adds 0, and so do all the draws; the mean of the others nears that of the chances of
        `configuration`.

    Args:
        matrix: M, territories × activities, of 0 and 1.
        near: φ, activities × activities.
        territory: row of r.
        draws: number of random tables.
        level: part of the draws in the interval.
        seed: of the random draws.
        minimum_rows: fewest territories with an activity.

    Returns:
        the comparison, partners × activities, in points of 100.

    Raises:
        TooFewData: fewer than `minimum_rows` territories with an activity.
        BadTable: as `complementarity`; a level outside ]0, 1[, or no draw.

    Example:
        >>> m = [[1, 1, 0, 0], [0, 0, 1, 1]] * 10
        >>> found = complementarity_against_null(m, proximity(m), 0, draws=99)
        >>> found.observed[1].tolist(), bool(found.observed[1, 2] > found.expected[1, 2])
        ([0.0, 0.0, 100.0, 100.0], True)
    """
    m = _filled("complementarity against chance", matrix, minimum_rows, level, draws)
    observed = complementarities(m, near, territory)

    def with_own(table: Matrix) -> Matrix:
        table[territory] = m[territory]
        return complementarities(table, near, territory)

    drawn = (with_own(one) for one in drawn_tables(m, draws, seed))
    return compare(observed, drawn, level=level, model="bipartite configuration model")


def _filled(measure: str, matrix: npt.ArrayLike, minimum: int, level: float, draws: int) -> Matrix:
    check_level(measure, level, draws)
    m = binary(measure, matrix)
    filled = int(m.any(axis=1).sum())
    if filled < minimum:
        raise TooFewData(measure, f"are {filled}", f"at least {minimum} territories with an activity")
    return m
