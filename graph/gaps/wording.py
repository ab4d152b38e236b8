"""Words that several kinds of gaps share: what is known beside what was expected, doubt, refusals."""

from __future__ import annotations

from ..analysis.uncertainty import TooFewData
from ..findings import Refusal
from ..words import agree_en, agree_fr, count_en, count_fr, number_en, number_fr
from .chance import Deficits

Facts = dict[str, float | int | str | None]
"""The figures of a finding, from which its sentence is written."""


def count_of(facts: Facts, name: str) -> int:
    """Give a count among the figures; what is not there is none.

    >>> count_of({"plans": 30.0}, "plans"), count_of({}, "plans")
    (30, 0)
    """
    return int(facts.get(name) or 0)


def supply_words(programmes: int, expected: float, *, own: bool = False) -> tuple[str, str]:
    """Say how many programmes are known beside what the region's own rate would give, in French and English.

    Args: `own` is for a sector, whose own occupations programmes prepare for.

    >>> supply_words(1, 3.94)[0]
    '1 formation connue y prépare, contre 3,9 au rythme de la région'
    >>> supply_words(0, 3.94, own=True)[1]
    "no known programme prepares for its own occupations, against 3.9 at the region's rate"
    """
    to = ("", " à ses métiers propres") if own else ("y ", "")
    whom = "its own occupations" if own else "it"
    if programmes == 0:
        french = f"aucune formation connue {'ne prépare' if own else 'n’y prépare'}{to[1]}".replace("’", "'")
        english = f"no known programme prepares for {whom}"
    else:
        prepares = agree_fr(programmes, "prépare", "préparent")
        known = count_fr(programmes, "formation connue", "formations connues")
        french = f"{known} {to[0]}{prepares}{to[1]}"
        english = f"{count_en(programmes, 'known programme')} {agree_en(programmes, 'prepares', 'prepare')} for {whom}"
    if expected <= 0:
        return f"{french}, ni là ni ailleurs dans la région", f"{english}, there or elsewhere in the region"
    return (
        f"{french}, contre {number_fr(expected, 1)} au rythme de la région",
        f"{english}, against {number_en(expected, 1)} at the region's rate",
    )


def doubt(found: Deficits, one: int) -> tuple[str, str]:
    """Say whether chance may explain a deficit, in French and English; nothing where it does not."""
    if not found.tested(one):
        return " C'est trop peu pour conclure.", " That is too few to conclude."
    if found.verdict(one)["distinct"]:
        return "", ""
    return " L'écart peut tenir au hasard.", " Chance may explain the gap."


def refuse_region(kind: str) -> Refusal:
    """Refuse to compare the region with itself."""
    error = TooFewData("a comparison with the region", "is only the region itself", "a part of the region")
    return Refusal.of(kind, error, "Le territoire couvre toute la région : il n'y a rien à quoi le comparer.")
