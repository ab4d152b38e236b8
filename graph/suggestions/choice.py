"""Which pairs are suggested: where they are, and the best that are not tied and have a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from ..analysis.adjacency import Places, Values
from .candidates import Mask, founded
from .features import FEATURES
from .reasons import Reasons


@dataclass(frozen=True)
class Best:
    """Pairs chosen, best first: places of the two sides, score, and what each feature adds to it (m × features)."""

    a: Places
    c: Places
    score: Values
    parts: Values

    @property
    def pairs(self) -> Places:
        """The pairs, m × 2."""
        return np.column_stack([self.a, self.c])


def locate(basis: Reasons, nodes: Places, node: int, to: str | None, radius: float | None) -> Mask:
    """Tell who is in a territory, or within so many km of it (of the actor, without a territory); all when neither is given."""
    if to is None and radius is None:
        return np.ones(len(nodes), dtype=bool)
    ground, here = basis.ground, basis.spot(node)
    if to is not None:
        far = ground.distances(ground.territory(to))
    elif here is not None:
        far = ground.distances(ground.commune(here))
    else:
        return np.zeros(len(nodes), dtype=bool)
    spots = [basis.spot(other) for other in map(int, nodes)]
    return np.array([at is not None and bool(far[at] <= (radius or 0.0)) for at in spots], dtype=bool)


def choose(basis: Reasons, pairs: Places, *, by_company: bool, count: int, each: int | None = None) -> Best:
    """Choose the best pairs that are not tied and have a reason, one for each company (or laboratory).

    Actors of one name are suggested once; `each` bounds how often one of the other side comes back.
    """
    period, ranking = basis.period, basis.ranking
    ties = period.ties
    wanted, other = (pairs[:, 1], pairs[:, 0]) if by_company else (pairs[:, 0], pairs[:, 1])
    alias, peers = (ties.family, ties.alias_a) if by_company else (ties.alias_a, ties.family)
    if len(pairs):
        kept = ~np.isin(alias[wanted], alias[wanted[period.tied(pairs)]]) & founded(period, pairs)
        pairs, wanted, other = pairs[kept], wanted[kept], other[kept]
    if not len(pairs):
        nobody = np.empty(0, dtype=np.intp)
        return Best(nobody, nobody, np.empty(0), np.empty((0, len(FEATURES))))
    raw = period.of(pairs)
    scores = ranking.weigh(raw)
    first: list[int] = []
    seen: set[int] = set()
    times: Counter[int] = Counter()
    for at in np.lexsort((pairs[:, 1], pairs[:, 0], -scores)).tolist():
        key, peer = int(alias[wanted[at]]), int(peers[other[at]])
        if len(first) == count:
            break
        if key not in seen and (each is None or times[peer] < each):
            seen.add(key)
            times[peer] += 1
            first.append(at)
    chosen = pairs[first]
    return Best(chosen[:, 0], chosen[:, 1], scores[first], ranking.parts(raw[first]))
