"""Who can be suggested, and which pairs have a reason to meet: the same rule for what is shown and for what is measured."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..analysis.adjacency import Places
from .features import Period

Mask = npt.NDArray[np.bool_]


def able(period: Period, nodes: Places, everyone: bool = False) -> Mask:
    """Tell who can be suggested: alive, known by a project or a value chain; a laboratory, not the whole institution; a firm.

    Alive: no source tells an end, and its latest dated project began `QUIET` years ago at most. Unless `everyone`, it has a
    name, and no source places it abroad.
    """
    if everyone not in period.candidates:
        period.candidates[everyone] = np.array(
            [_able(period, at, everyone) for at in range(period.n_a + period.n_c)], dtype=bool
        )
    return np.asarray(period.candidates[everyone][nodes])


def _able(period: Period, node: int, everyone: bool) -> bool:
    who, name = period.who, period.ties.nodes[node]
    if name in who.closed or period.quiet(node) or not (period.projects(node) > 0 or node in period.chains):
        return False
    if not everyone and (who.abroad(name) or not who.named(name)):
        return False
    if node < period.n_a:
        return not who.whole(name)
    return node not in period.ties.double and not who.public(name)


def founded(period: Period, pairs: Places) -> Mask:
    """Tell which pairs have a reason to meet: a topic or a value chain; where either has no topic, a field or a département.

    Partners in common alone are no reason: one consortium of fifty makes thousands of such pairs. They are where no topic at
    all is known.
    """
    a, c, topics = pairs[:, 0], pairs[:, 1], period.topics
    node = c + period.n_a
    subject = (topics.alike(a, node) > 0) | period.chained(a, node)
    other = (period.fields(a, c) > 0) | period.near(a, node)
    if not topics.names and len(pairs):
        other |= (period.method("l3", pairs) > 0) | (
            period.method("resource_allocation", pairs, together=True) > 0
        )
    return np.asarray(subject | (other & ~(topics.has(a) & topics.has(node))))
