"""How much of a supply is known, and how much must be for it to be compared: below that, nothing is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...words import N_, Listed, Number, Percent
from ..findings.model import Refusal, Words

NEEDED = 0.75
"""The share of a supply that must be known for a comparison: what is not known may well be in the territory."""


class What(NamedTuple):
    """What is known of a supply: that `some` of it is, and that too `few` of it are."""

    some: Words
    few: Words


PLACED = What(N_("des formations ont un lieu connu"), N_("trop peu de formations ont un lieu connu"))
UNITS = What(
    N_("des unités de recherche ont un lieu connu"), N_("trop peu d'unités de recherche ont un lieu connu")
)
PEOPLE = What(
    N_("des habitants sont là où les formations sont lues"),
    N_("trop peu d'habitants sont là où les formations sont lues"),
)
STAGED = What(
    N_("des membres ont une étape et un lieu connus"),
    N_("trop peu de membres ont une étape et un lieu connus"),
)
SIDED = What(
    N_("des partenaires ont un lieu ou un pays connu"),
    N_("trop peu de partenaires ont un lieu ou un pays connu"),
)
TYPED = What(N_("des partenaires sont de nature connue"), N_("trop peu de partenaires sont de nature connue"))
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

        >>> Coverage(9, 10).words(PLACED)["en"]
        ' Coverage: 90% of the programmes have a known place (threshold: 75%).'
        """
        return N_(
            " Couverture : {share} {known} (seuil : {needed}).",
            share=Percent(self.share),
            known=what.some,
            needed=Percent(NEEDED),
        )


NOTHING = Coverage(0, 0)


def unmeasurable(kind: str, what: What, lacking: Sequence[tuple[Words, Coverage]]) -> list[Refusal]:
    """Say what is not measurable, how much of it is known, and what would be needed; nothing where nothing lacks.

    Args: `lacking` names each comparison that is not made.

    >>> from ...words import Named
    >>> [one] = unmeasurable("demand", PLACED, [(Named("Études", "studies"), Coverage(55, 199))])
    >>> one.words["en"]
    'Not measurable, as too few programmes have a known place: “studies” (55 of 199); at least 75% would be needed.'
    """
    if not lacking:
        return []
    names = [
        N_("« {name} » ({known} sur {every})", name=name, known=Number(c.known), every=Number(c.every))
        for name, c in lacking
    ]
    return [
        Refusal(
            kind,
            N_(
                "Non mesurable, car {few} : {names} ; il en faudrait au moins {needed}.",
                few=what.few,
                names=Listed(names),
                needed=Percent(NEEDED),
            ),
            f"{min(one.share for _, one in lacking):.0%} {what.some['en']}",
            f"at least {NEEDED:.0%}",
        )
    ]
