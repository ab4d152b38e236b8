"""Words that several kinds of gaps share: what is known beside what was expected, doubt, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...words import EMPTY, N_, NN_, Number
from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Refusal, Words
from .by_area import ByArea

Facts = dict[str, float | int | str | None]
"""The figures of a finding, from which its sentence is written."""


@dataclass(frozen=True)
class GapFacts:
    """What a kind of gaps gives: findings, refusals, and the p of all the comparisons that were tested, told or not."""

    findings: list[Finding] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    tested: list[float] = field(default_factory=list)

    def __add__(self, other: GapFacts) -> GapFacts:
        return GapFacts(
            [*self.findings, *other.findings],
            [*self.refusals, *other.refusals],
            [*self.tested, *other.tested],
        )


def count_of(facts: Mapping[str, float | int | str | None], name: str) -> int:
    """Give a count among the figures; what is not there is none.

    >>> count_of({"plans": 30.0}, "plans"), count_of({}, "plans")
    (30, 0)
    """
    return int(facts.get(name) or 0)


def seasonal_words(facts: Mapping[str, float | int | str | None]) -> Words | None:
    """Say how many hiring plans are seasonal where they are half or more; None where they are fewer.

    >>> seasonal_words({"plans": 100, "seasonal_plans": 60})["fr"], seasonal_words({"plans": 100})
    ('au moins 60 saisonniers', None)
    """
    seasonal = count_of(facts, "seasonal_plans")
    return (
        N_("au moins {n} saisonniers", n=Number(seasonal))
        if 2 * seasonal >= count_of(facts, "plans")
        else None
    )


def supply_facts(table: ByArea, cell: tuple[int, int]) -> Facts:
    """Give the figures of the supply of an area for a group: programmes, and seats where they are what is counted."""
    told: Facts = {"programmes": int(table.items[cell])}
    if table.seats[cell[1]]:
        told |= {"seats": float(table.supply[cell]), "expected_seats": float(table.expected[cell])}
    else:
        told |= {"expected_programmes": float(table.expected[cell])}
    return {**told, **table.coverage[cell[1]].facts}


def supply_words(facts: Facts, there: Words, *, own: bool = False) -> Words:
    """Say how many programmes are known `there` beside what the rest of the region would give.

    Args: `own` is for a sector, whose characteristic occupations programmes prepare for.

    >>> supply_words({"programmes": 1, "expected_programmes": 3.94}, N_("dans ce bassin"))["fr"]
    '1 formation du supérieur connue dans ce bassin y prépare, contre 3,9 au rythme du reste de la région'
    >>> facts = {"programmes": 2, "seats": 40.0, "expected_seats": 90.2}
    >>> supply_words(facts, N_("dans cette zone"), own=True)["en"].partition(", ")[0]
    '2 known higher education programmes in that zone (40 seats) prepare for its occupations'
    """
    programmes, seats = count_of(facts, "programmes"), facts.get("seats")
    many: Words = EMPTY
    expected: Words = Number(float(facts.get("expected_programmes") or 0), 1)
    if seats is not None:
        many = NN_(" ({n} place)", " ({n} places)", float(seats))
        expected = NN_("{n} place", "{n} places", round(float(facts["expected_seats"] or 0)))
    if programmes == 0 and own:
        known = N_("aucune formation du supérieur connue {there} ne prépare à ses métiers", there=there)
    elif programmes == 0:
        known = N_("aucune formation du supérieur connue {there} n'y prépare", there=there)
    elif own:
        known = NN_(
            "{n} formation du supérieur connue {there}{many} prépare à ses métiers",
            "{n} formations du supérieur connues {there}{many} préparent à ses métiers",
            programmes,
            there=there,
            many=many,
        )
    else:
        known = NN_(
            "{n} formation du supérieur connue {there}{many} y prépare",
            "{n} formations du supérieur connues {there}{many} y préparent",
            programmes,
            there=there,
            many=many,
        )
    return N_("{known}, contre {expected} au rythme du reste de la région", known=known, expected=expected)


def refuse_region(kind: str) -> Refusal:
    """Refuse to compare the region with itself."""
    error = TooFewData("a comparison with the region", "is only the region itself", "a part of the region")
    return Refusal.of(
        kind, error, N_("Le territoire couvre toute la région : il n'y a rien à quoi le comparer.")
    )
