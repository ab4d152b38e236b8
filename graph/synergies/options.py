"""How synergies are looked for: level of the intervals, number and seed of random draws, how many of each are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..analysis.multiple_tests import benjamini_hochberg
from ..findings.model import Finding, Refusal

Facts = Mapping[str, float | int | str | None]
Told = list[Finding | Refusal]


@dataclass(frozen=True)
class Options:
    """The `level` of intervals and tests, the number of `draws` and their `seed`, and the `most` findings of a sort."""

    level: float = 0.95
    draws: int = 199
    seed: int = 0
    most: int = 5


def correct_chance(findings: Iterable[Finding], options: Options) -> list[Finding]:
    """Correct the p of findings for their number, and tell which are ruled out as chance."""
    found = list(findings)
    tested = [one for one in found if one.p is not None]
    values = iter(benjamini_hochberg([one.p for one in tested if one.p is not None]))
    made = []
    for one in found:
        if one.p is None:
            made.append(one)
            continue
        q = next(values)
        made.append(replace(one, q=q, distinct=q <= 1 - options.level))
    return made
