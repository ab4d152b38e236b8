"""How much more two groups share than chance gives, and how much one group keeps to itself, over shared events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .relatedness import Matrix
from .uncertainty import BadTable, Estimate, TooFewData, check_level, poisson_interval

MINIMUM_EVENTS = 10
"""Fewest events that bring members of a group together with anyone, for its E–I index."""


@dataclass(frozen=True)
class Ratio:
    """Counts over what is `expected`: `value` with its interval, and one-sided p (`above`, `below`); NaN: nothing expected."""

    counts: Matrix
    expected: Matrix
    value: Matrix
    low: Matrix
    high: Matrix
    above: Matrix
    below: Matrix
    level: float

    def estimate(self, place: int) -> Estimate:
        """Give one ratio with its interval."""
        low, high = float(self.low[place]), float(self.high[place])
        count = int(self.counts[place])
        return Estimate(float(self.value[place]), low, high, self.level, "Poisson (Garwood)", count)

    def two_sided(self) -> Matrix:
        """Give twice the smaller of the two p, at most 1."""
        return np.asarray(np.minimum(1.0, 2 * np.minimum(self.above, self.below)))


def ratio_to_expected(counts: npt.ArrayLike, expected: npt.ArrayLike, *, level: float = 0.95) -> Ratio:
    """Give how many times what is expected was counted, with its interval and the chance of as much.

    Formula:
        r = x / e, in [L(x), U(x)] / e (`poisson_interval`); p above = P(X ≥ x), below = P(X ≤ x), X of Poisson with mean e

    Source:
        Garwood 1936, doi 10.1093/biomet/28.3-4.437.

    Convention:
        What is expected is taken as known. Where nothing is expected, nothing is said (NaN).

    Limits:
        Events that come in groups vary more than Poisson counts: the interval is then too narrow. Many ratios looked at
        together need a correction.

    Anchor:
        10 counted where 5 are expected: 2 in [.959, 3.678] at 95 %, p above .0318.

    Args:
        counts: x, counts of any shape.
        expected: e, of the same shape.
        level: coverage of each interval, in ]0, 1[.

    Raises:
        BadTable: negative or missing counts, shapes that differ, or a level outside ]0, 1[.

    Example:
        >>> found = ratio_to_expected([10], [5])
        >>> float(found.value[0]), found.low.round(3).tolist(), found.above.round(4).tolist()
        (2.0, [0.959], [0.0318])
    """
    x, e = np.asarray(counts, dtype=float), np.asarray(expected, dtype=float)
    if x.shape != e.shape:
        raise BadTable("ratio to expected", f"{x.shape} counts for {e.shape} expected ones")
    low, high = poisson_interval(x, level)
    told = e > 0

    def over(part: Matrix) -> Matrix:
        return np.asarray(np.divide(part, e, out=np.full(x.shape, np.nan), where=told))

    above = np.where(
        told, np.where(x > 0, special.pdtrc(np.maximum(x - 1, 0), np.where(told, e, 1.0)), 1.0), np.nan
    )
    below = np.where(told, special.pdtr(x, np.where(told, e, 1.0)), np.nan)
    return Ratio(x, e, over(x), over(low), over(high), above, below, level)


def sharing_against_expected(together: npt.ArrayLike, group: int, *, level: float = 0.95) -> Ratio:
    """Compare what one group shares with each other with what it would if its partners were spread as everyone's are.

    Formula:
        e_j = S_i S_j / Σ_{k≠i} S_k, S_i = Σ_{j≠i} C_ij; r_ij = C_ij / e_j (see `ratio_to_expected`)

    Source:
        after van Eck & Waltman 2009, doi 10.1002/asi.21075 (association strength); Newman 2006,
        doi 10.1073/pnas.0601602103 (what sums of rows alone would give).

    Convention:
        The group keeps as many shared events as it has. Unlike the association strength, the partners of i are spread
        over the others only: a group is no partner of its own. Nothing is said of i with itself (NaN).

    Limits:
        It does not know distance: near groups share more for that reason alone.

    Anchor:
        C = [[0, 2, 1], [2, 0, 0], [1, 0, 0]] from the first group: 2 and 1 expected, ratios of 1.

    Args:
        together: C, groups × groups, symmetric counts of shared events; the diagonal is left out.
        group: the place of i.
        level: coverage of each interval, in ]0, 1[.

    Returns:
        the comparison, one value a group.

    Raises:
        BadTable: not square, negative or missing counts, no such group, or a level outside ]0, 1[.
        TooFewData: the group shares no event with another.

    Example:
        >>> sharing_against_expected([[0, 2, 1], [2, 0, 0], [1, 0, 0]], 0).expected.tolist()
        [0.0, 2.0, 1.0]
    """
    measure = "shared events"
    c = np.array(together, dtype=float)
    if c.ndim != 2 or c.shape[0] != c.shape[1] or not 0 <= group < len(c):
        raise BadTable(measure, f"there is no group {group} in a matrix of shape {c.shape}")
    np.fill_diagonal(c, 0.0)
    sums = c.sum(axis=1)
    if not sums[group] > 0:
        raise TooFewData(measure, "is no shared event", "at least 1 event shared with another group")
    others = sums.copy()
    others[group] = 0.0
    return ratio_to_expected(c[group], sums[group] * others / others.sum(), level=level)


@dataclass(frozen=True)
class GroupEi:
    """The E–I index of a group: `value` with its interval over events, `chance`, and the part of draws as low or high."""

    value: Estimate
    chance: Estimate
    below: float
    above: float
    external: int
    internal: int


def ei_of_group(
    presence: csr_array,
    inside: npt.ArrayLike,
    *,
    draws: int = 200,
    level: float = 0.95,
    seed: int = 0,
    minimum: int = MINIMUM_EVENTS,
) -> GroupEi:
    """Give how far the ties of one group go out of it over shared events, beside a group of as many drawn by chance.

    Formula:
        (E − I) / (E + I), E = Σ_e o_e (s_e − o_e), I = Σ_e o_e (o_e − 1) / 2, s_e present at event e and o_e of the group

    Source:
        Krackhardt & Stern 1988, doi 10.2307/2786835.

    Convention:
        As `ei_by_class` of that group, a tie counted once for each event it was seen at. The interval is of events drawn
        again (bootstrap, percentiles); chance draws as many members among all those present at some event.

    Limits:
        Chance knows neither distance nor who is often present. One large event makes many ties.

    Anchor:
        Two events, {a, b} of the group and {a, x}: E = 1, I = 1, index 0.

    Args:
        presence: events × members, of 0 and 1.
        inside: whether each member is of the group.
        draws: number of draws, of events and of groups.
        level: coverage of the interval, and part of the drawn groups in that of chance.
        seed: of the draws.
        minimum: fewest events that bring the group together with anyone.

    Raises:
        TooFewData: fewer events than `minimum`, or nobody outside the group.
        BadTable: a level outside ]0, 1[, no draw, or another number of members.

    Example:
        >>> seen = csr_array([[1, 1, 0], [1, 0, 1]] * 5)
        >>> found = ei_of_group(seen, [True, True, False], draws=99)
        >>> found.value.value, found.external, found.internal
        (0.0, 5, 5)
    """
    measure = "E–I index of a group"
    check_level(measure, level, draws)
    present, member = csr_array(presence, dtype=float), np.asarray(inside, dtype=bool)
    if present.shape[1] != len(member):
        raise BadTable(measure, f"{len(member)} members are told of {present.shape[1]}")
    sizes = np.asarray(present.sum(axis=1)).ravel()

    def ties(groups: Matrix) -> tuple[Matrix, Matrix]:
        own = np.asarray(present @ groups)
        return own * (sizes[:, None] - own), own * (own - 1) / 2

    out, within = (part[:, 0] for part in ties(member[:, None].astype(float)))
    events = np.flatnonzero(out + within)
    if len(events) < minimum:
        raise TooFewData(
            measure, f"are {len(events)}", f"at least {minimum} events that bring it together with anyone"
        )
    if member.all():
        raise TooFewData(measure, "is nobody outside the group", "members inside and outside")
    external, internal = out.sum(), within.sum()
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(len(events), np.full(len(events), 1 / len(events)), size=draws)
    again = _index(weights @ out[events], weights @ within[events])
    chosen = generator.random((len(member), draws)).argpartition(int(member.sum()) - 1, axis=0)[
        : int(member.sum())
    ]
    groups = np.zeros((len(member), draws))
    np.put_along_axis(groups, chosen, 1.0, axis=0)
    drawn = _index(*(part.sum(axis=0) for part in ties(groups)))
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        raise TooFewData(measure, "is no tie in any drawn group", "a larger group")
    value = float((external - internal) / (external + internal))
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = (float(bound) for bound in np.quantile(again, tails))
    less, more = (float(bound) for bound in np.quantile(drawn, tails))
    return GroupEi(
        Estimate(value, min(low, value), max(high, value), level, "bootstrap of events", len(events)),
        Estimate(float(drawn.mean()), less, more, level, "groups drawn by chance", len(drawn)),
        float((1 + (drawn <= value + 1e-12).sum()) / (1 + len(drawn))),
        float((1 + (drawn >= value - 1e-12).sum()) / (1 + len(drawn))),
        int(external),
        int(internal),
    )


def _index(external: Matrix, internal: Matrix) -> Matrix:
    total = external + internal
    return np.asarray(
        np.divide(external - internal, total, out=np.full(total.shape, np.nan), where=total > 0)
    )
