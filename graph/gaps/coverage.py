"""How much of a supply is known, and how much must be for it to be compared: below that, nothing is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..findings.model import Refusal
from ..findings.words import listed_en, listed_fr, number_en, number_fr, percent_en, percent_fr

NEEDED = 0.75
"""The share of a supply that must be known for a comparison: what is not known may well be in the territory."""

Words = tuple[str, str]


class What(NamedTuple):
    """What is known, or not: its name in the plural, and that it is known, in French and in English."""

    french: str
    ont: str
    english: str
    have: str


PLACED = What("formations", "ont un lieu connu", "programmes", "have a known place")
UNITS = PLACED._replace(french="unités de recherche", english="research units")
PEOPLE = What(
    "habitants", "sont là où les formations sont lues", "inhabitants", "live where programmes are read"
)
STAGED = What("membres", "ont une étape et un lieu connus", "members", "have a known stage and place")
SIDED = What("partenaires", "ont un lieu ou un pays connu", "partners", "have a known place or country")
TYPED = What("partenaires", "sont de nature connue", "partners", "are of known kind")
Known = Mapping[str, "Coverage"]


@dataclass(frozen=True)
class Coverage:
    """How many of a supply are known where it matters (`known`), of how many (`every`).

    >>> Coverage(3, 4).enough, Coverage(2, 4).enough, Coverage(0, 0).enough
    (True, False, True)
    """

    known: int
    every: int

    @property
    def share(self) -> float:
        """The share that is known; all of nothing."""
        return self.known / self.every if self.every else 1.0

    @property
    def enough(self) -> bool:
        """Whether what is known is enough for a comparison."""
        return self.share >= NEEDED

    @property
    def facts(self) -> dict[str, float | int | str | None]:
        """The figures that a finding tells of it."""
        return {"known": self.known, "of": self.every, "coverage": self.share, "coverage_needed": NEEDED}

    def words(self, what: What) -> Words:
        """Say it at the end of a finding.

        >>> Coverage(9, 10).words(PLACED)[1]
        ' Coverage: 90% of the programmes have a known place (threshold: 75%).'
        """
        return (
            f" Couverture : {percent_fr(self.share)} des {what.french} {what.ont} (seuil : {percent_fr(NEEDED)}).",
            f" Coverage: {percent_en(self.share)} of the {what.english} {what.have} (threshold: {percent_en(NEEDED)}).",
        )


NOTHING = Coverage(0, 0)


def unmeasurable(kind: str, what: What, lacking: Sequence[tuple[Words, Coverage]]) -> list[Refusal]:
    """Say what is not measurable, how much of it is known, and what would be needed; nothing where nothing lacks.

    Args: `lacking` names each comparison that is not made.

    >>> [one] = unmeasurable("demand", PLACED, [(("Études", "studies"), Coverage(55, 199))])
    >>> one.words["en"]
    'Not measurable, as too few programmes have a known place: “studies” (55 of 199); at least 75% would be needed.'
    """
    if not lacking:
        return []
    french = [f"« {name[0]} » ({number_fr(c.known)} sur {number_fr(c.every)})" for name, c in lacking]
    english = [f"“{name[1]}” ({number_en(c.known)} of {number_en(c.every)})" for name, c in lacking]
    of = "d'" if what.french[0] in "aeiouh" else "de "
    return [
        Refusal(
            kind,
            {
                "fr": f"Non mesurable, car trop peu {of}{what.french} {what.ont} : {listed_fr(french)} ; il en faudrait au "
                f"moins {percent_fr(NEEDED)}.",
                "en": f"Not measurable, as too few {what.english} {what.have}: {listed_en(english)}; at least "
                f"{percent_en(NEEDED)} would be needed.",
            },
            f"{min(one.share for _, one in lacking):.0%} of the {what.english} {what.have}",
            f"at least {NEEDED:.0%}",
        )
    ]
