"""How an offer of the desk fits a need: facts and points at once, reasons in words when somebody reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

from ...graph.findings.model import Words
from ...ontology.labels import Term
from ...words import N_, NN_, Listed, Named, Number
from .ledger import Need, Offer
from .offer_index import Shared

FAR = 100.0
"""Kilometres from which a distance speaks against a candidate who would have to come."""
POINTS = {
    "type": 2.0, "family": 1.0, "chain": 1.5, "text": 4.0, "territory": 0.5, "near": 1.0, "relay": 0.5, "mode": 0.5,
}  # fmt: skip
"""What each reason counts for: what is offered before where.

« near » is multiplied by e^(−km / 50), « text » by the share of the words.
"""
_FLEXIBLE = "attendance-mode/hybrid"


@dataclass(slots=True)
class Fit:
    """An offer beside a need: `akin` in type, the `subject` they have in common, the words they share, `km` apart.

    `like` is the title of an offer that it resembles and that holds most of what is asked.

    `serves` names the territory that its organisation serves as a relay, where the need is in it.

    `km` is None where it is not known, 0 where the two territories meet; `place` names that of the offer; `sent` counts the needs
    sent this month.
    """

    need: Need
    offer: Offer
    akin: bool
    subject: Named | None
    shared: Shared
    like: str
    km: float | None
    place: Words
    day: str
    sent: int
    serves: Words | None = None

    @property
    def same_type(self) -> bool:
        """Whether both are of one type."""
        return bool(self.need.type) and self.offer.type == self.need.type

    @property
    def full(self) -> bool:
        """Whether there is no room any more this month."""
        return bool(self.offer.capacity) and self.sent >= self.offer.capacity

    @property
    def later(self) -> bool:
        """Whether it is full or away: it stays, last, since a person may know better."""
        return self.full or self.offer.absent(self.day)

    @property
    def soon(self) -> bool:
        """Whether it opens after today."""
        return not self.offer.absent(self.day) and self.offer.next > self.day

    @property
    def mode(self) -> int:
        """Whether the modes fit (1), do not (−1), or one is not told (0)."""
        if not self.need.mode or not self.offer.mode:
            return 0
        return (
            1 if self.need.mode == self.offer.mode or _FLEXIBLE in (self.need.mode, self.offer.mode) else -1
        )

    @property
    def points(self) -> float:
        """What its reasons count for together."""
        return (
            (POINTS["type"] if self.same_type else POINTS["family"] * self.akin)
            + POINTS["chain"] * (self.subject is not None)
            + POINTS["text"] * self.shared.share
            + POINTS["territory"] * (self.km == 0)
            + (POINTS["near"] * exp(-self.km / 50) if self.km is not None else 0.0)
            + POINTS["relay"] * bool(self.serves)
            + POINTS["mode"] * (self.mode - self.soon)
        )

    def reasons(self) -> Iterator[Words]:
        """Say why it fits."""
        offer = self.offer
        yield N_("Offre au guichet : « {offer} ».", offer=offer.title)
        if self.same_type:
            yield N_("Même type : {type}.", type=Term.of(offer.type))
        elif self.akin:
            yield N_("Même famille d’interaction ; l’offre est de type « {type} ».", type=Term.of(offer.type))
        if self.subject is not None:
            yield N_("Même filière ou discipline : {subject}.", subject=self.subject)
        if self.shared.words:
            quoted = Listed([N_("« {word} »", word=word) for word in self.shared.words])
            yield N_("Mots de la demande que dit l’offre : {words}.", words=quoted)
        if self.like:
            yield N_(
                "Parle des mêmes choses que l’offre « {offer} », qui répond à la demande.", offer=self.like
            )
        if self.km == 0:
            yield N_("Territoire : l’offre vaut pour {place}.", place=self.place)
        elif self.km is not None and not self._too_far:
            yield N_("Distance : à {km} km.", km=Number(round(self.km)))
        if self.serves:
            yield N_("Relais : sert {place}.", place=self.serves)
        if self.mode > 0:
            yield N_("Modalité : {mode}.", mode=Term.of(offer.mode))

    def against(self) -> Iterator[Words]:
        """Say what does not fit."""
        offer, need = self.offer, self.need
        if need.type and not self.same_type and not self.akin:
            yield N_("Autre type : l’offre est de type « {type} ».", type=Term.of(offer.type))
        if need.about and offer.about and self.subject is None:
            yield N_("Autre filière ou discipline que celle demandée.")
        if self.km is None:
            yield N_("Distance inconnue : l’offre ne dit pas où elle vaut.")
        elif self._too_far:
            yield N_("Distance : à {km} km.", km=Number(round(self.km)))
        if need.mode.endswith("/relayed") and not self.serves:
            yield N_("N’est pas connu comme relais du lieu demandé.")
        if self.mode < 0:
            yield N_("Modalité : l’offre est {mode}.", mode=Term.of(offer.mode))
        if offer.absent(self.day):
            yield N_("Absent jusqu’au {day}.", day=offer.back)
        if self.soon:
            yield N_("Disponible à partir du {day}.", day=offer.next)
        if self.full:
            yield NN_(
                "Complet ce mois-ci : {n} demande sur {most}.",
                "Complet ce mois-ci : {n} demandes sur {most}.",
                self.sent,
                most=offer.capacity,
            )

    @property
    def _too_far(self) -> bool:
        return self.km is not None and self.km > FAR and not self.offer.mode.endswith("/remote")
