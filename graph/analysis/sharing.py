"""How much one group keeps to itself, over shared events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .relatedness import Matrix
from .uncertainty import BadTable, Estimate, TooFewData, check_level

MINIMUM_EVENTS = 10
"""Fewest events that bring members of a group together with anyone, for its E–I index."""


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
