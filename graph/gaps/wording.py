"""Words that several kinds of gaps share: what is known beside what was expected, doubt, refusals."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.uncertainty import TooFewData
from ..findings import Refusal
from ..words import agree_en, agree_fr, count_en, count_fr, listed_en, listed_fr, number_en, number_fr
from .chance import Deficits
from .supply import LOST

Facts = dict[str, float | int | str | None]
"""The figures of a finding, from which its sentence is written."""


def count_of(facts: Facts, name: str) -> int:
    """Give a count among the figures; what is not there is none.

    >>> count_of({"plans": 30.0}, "plans"), count_of({}, "plans")
    (30, 0)
    """
    return int(facts.get(name) or 0)


def supply_words(
    programmes: int, expected: float, there: tuple[str, str], *, own: bool = False
) -> tuple[str, str]:
    """Say how many programmes are known `there` beside what the region's own rate would give, in French and English.

    Args: `own` is for a sector, whose own occupations programmes prepare for.

    >>> supply_words(1, 3.94, ("dans ce bassin", "in that pool"))[0]
    '1 formation connue dans ce bassin y prépare, contre 3,9 au rythme de la région'
    >>> supply_words(0, 3.94, ("dans cette zone", "in that zone"), own=True)[1]
    "no known programme in that zone prepares for its own occupations, against 3.9 at the region's rate"
    """
    to = ("", " à ses métiers propres") if own else ("y ", "")
    whom = "its own occupations" if own else "it"
    if programmes == 0:
        french = (
            f"aucune formation connue {there[0]} {'ne prépare' if own else 'n’y prépare'}{to[1]}".replace(
                "’", "'"
            )
        )
        english = f"no known programme {there[1]} prepares for {whom}"
    else:
        prepares = agree_fr(programmes, "prépare", "préparent")
        known = count_fr(programmes, "formation connue", "formations connues")
        french = f"{known} {there[0]} {to[0]}{prepares}{to[1]}"
        english = f"{count_en(programmes, 'known programme')} {there[1]} {agree_en(programmes, 'prepares', 'prepare')} for {whom}"
    if expected <= 0:
        return f"{french}, ni ailleurs dans la région", f"{english}, or elsewhere in the region"
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
    return Refusal.of(
        kind,
        error,
        "Le territoire couvre toute la région : il n'y a rien à quoi le comparer.",
        "The territory is the whole region: there is nothing to compare it with.",
    )


def refuse_lost(what: tuple[str, str], blurred: Sequence[tuple[tuple[str, str], int, int]]) -> list[Refusal]:
    """Refuse to compare families or sectors (`what`): the names of each, its programmes without a known place, and all.

    >>> [one] = refuse_lost(("secteurs", "sectors"), [(("Études", "studies"), 55, 199)])
    >>> one.words["en"].removeprefix("Not compared with the region, as too many programmes that prepare for them have ")
    'no known place – sectors: “studies” (55 of 199).'
    """
    if not blurred:
        return []
    french = listed_fr([f"« {name[0]} » ({number_fr(lost)} sur {number_fr(n)})" for name, lost, n in blurred])
    english = listed_en([f"“{name[1]}” ({number_en(lost)} of {number_en(n)})" for name, lost, n in blurred])
    return [
        Refusal(
            "demand",
            {
                "fr": "Sans comparaison avec la région, car trop de formations qui y préparent n'ont pas de lieu connu – "
                f"{what[0]} : {french}.",
                "en": "Not compared with the region, as too many programmes that prepare for them have no known place – "
                f"{what[1]}: {english}.",
            },
            f"{max(lost / n for _, lost, n in blurred):.0%} of programmes without a known place",
            f"less than {LOST:.0%}",
        )
    ]
