"""Words that several kinds of gaps share: what is known beside what was expected, doubt, refusals."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Refusal
from ..findings.words import agree_en, agree_fr, count_en, count_fr, number_en, number_fr
from .by_area import ByArea

Facts = dict[str, float | int | str | None]
"""The figures of a finding, from which its sentence is written."""


@dataclass(frozen=True)
class Found:
    """What a kind of gaps gives: findings, refusals, and the p of all the comparisons that were tested, told or not."""

    findings: list[Finding] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    tested: list[float] = field(default_factory=list)

    def __add__(self, other: Found) -> Found:
        return Found(
            [*self.findings, *other.findings],
            [*self.refusals, *other.refusals],
            [*self.tested, *other.tested],
        )


def count_of(facts: Facts, name: str) -> int:
    """Give a count among the figures; what is not there is none.

    >>> count_of({"plans": 30.0}, "plans"), count_of({}, "plans")
    (30, 0)
    """
    return int(facts.get(name) or 0)


def supply_facts(table: ByArea, cell: tuple[int, int]) -> Facts:
    """Give the figures of the supply of an area for a group: programmes, and seats where they are what is counted."""
    told: Facts = {"programmes": int(table.items[cell])}
    if table.seats[cell[1]]:
        told |= {"seats": float(table.supply[cell]), "expected_seats": float(table.expected[cell])}
    else:
        told |= {"expected_programmes": float(table.expected[cell])}
    return {**told, **table.coverage[cell[1]].facts}


def supply_words(facts: Facts, there: tuple[str, str], *, own: bool = False) -> tuple[str, str]:
    """Say how many programmes are known `there` beside what the rest of the region would give, in French and in English.

    Args: `own` is for a sector, whose characteristic occupations programmes prepare for.

    >>> supply_words({"programmes": 1, "expected_programmes": 3.94}, ("dans ce bassin", "in that pool"))[0]
    '1 formation connue dans ce bassin y prépare, contre 3,9 au rythme du reste de la région'
    >>> facts = {"programmes": 2, "seats": 40.0, "expected_seats": 90.2}
    >>> supply_words(facts, ("dans cette zone", "in that zone"), own=True)[1]
    "2 known programmes in that zone (40 seats) prepare for its occupations, against 90 seats at the rest of the region's rate"
    """
    programmes, seats = count_of(facts, "programmes"), facts.get("seats")
    to = ("", " à ses métiers") if own else ("y ", "")
    whom = "its occupations" if own else "it"
    many = ("", "")
    if seats is not None:
        many = f" ({count_fr(float(seats), 'place')})", f" ({count_en(float(seats), 'seat')})"
        most = float(facts["expected_seats"] or 0)
        expected = count_fr(round(most), "place"), count_en(round(most), "seat")
    else:
        most = float(facts["expected_programmes"] or 0)
        expected = number_fr(most, 1), number_en(most, 1)
    if programmes == 0:
        does_not = "ne prépare" if own else "n'y prépare"
        french = f"aucune formation connue {there[0]} {does_not}{to[1]}"
        english = f"no known programme {there[1]} prepares for {whom}"
    else:
        prepares = agree_fr(programmes, "prépare", "préparent")
        known = count_fr(programmes, "formation connue", "formations connues")
        french = f"{known} {there[0]}{many[0]} {to[0]}{prepares}{to[1]}"
        does = agree_en(programmes, "prepares", "prepare")
        english = f"{count_en(programmes, 'known programme')} {there[1]}{many[1]} {does} for {whom}"
    return (
        f"{french}, contre {expected[0]} au rythme du reste de la région",
        f"{english}, against {expected[1]} at the rest of the region's rate",
    )


def refuse_region(kind: str) -> Refusal:
    """Refuse to compare the region with itself."""
    error = TooFewData("a comparison with the region", "is only the region itself", "a part of the region")
    return Refusal.of(
        kind,
        error,
        "Le territoire couvre toute la région : il n'y a rien à quoi le comparer.",
        "The territory is the whole region: there is nothing to compare it with.",
    )
