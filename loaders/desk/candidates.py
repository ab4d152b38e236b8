"""Who could answer a need: offers of the desk and what the graph says, by rules; each with its reasons, and what speaks against.

A candidate is there when a rule says so (type or family of interaction, filière, words, territory); points only order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp

from ...graph.findings.model import Words
from ...graph.region.gazetteer import Gazetteer
from ...graph.region.view import RegionView
from ...graph.suggestions.desk import suggest_request
from ...graph.suggestions.directory import Directory
from ...graph.suggestions.requests import POINTS, Request, kindred
from ...ontology.labels import Term
from ...words import N_, NN_, Number
from .ledger import Ledger, Need, Offer

MOST = 15
"""Candidates shown."""
_FAR = 100.0
"""Kilometres from which a distance speaks against a candidate who would have to come."""


@dataclass
class Candidate:
    """Who could answer: a path of the graph and a name, why, what speaks against; `points` order."""

    node: str
    name: str
    reasons: list[Words] = field(default_factory=list)
    against: list[Words] = field(default_factory=list)
    points: float = 0.0
    km: float | None = None
    offer: str = ""
    provider: str = ""
    later: bool = False


def candidates(view: RegionView, ledger: Ledger, need: Need, words: str, day: str) -> list[Candidate]:
    """List who could answer a need on a day, best first; those who are its matches already are left out.

    `words` is what the need says. No offer of the desk that fits is cut off. None is a fact too: nothing known answers it.
    """
    families = dict(
        view.frame("concepts")
        .drop_nulls("top")
        .select("concept", "top")
        .unique("concept", keep="first")
        .iter_rows()
    )
    found: dict[str, Candidate] = {}
    sent = ledger.sent_in_month(day[:7])
    for offer in ledger.offers.values():
        if offer.ended or offer.illustrative != need.illustrative:
            continue
        made = _of_offer(view, offer, need, families, day, sent.get(offer.id, 0))
        if made is not None and (made.node not in found or found[made.node].points < made.points):
            found[made.node] = made
    for node, other in _of_graph(view, need, words).items():
        if node in found:
            found[node].reasons += other.reasons
            found[node].points += other.points
        else:
            found[node] = other
    providers = dict(
        view.frame("programmes")
        .select("programme", "institution")
        .drop_nulls()
        .unique("programme", keep="first")
        .iter_rows()
    )
    who = Directory.of(view)
    for one in found.values():
        one.provider = providers.get(one.node, one.node)
        if one.provider != one.node:
            one.name = f"{one.name} – {who.label(one.provider)}"
    ordered = sorted(found.values(), key=lambda one: (one.later, -one.points, one.name, one.node))
    free = [one for one in ordered if one.node not in need.matches]
    return [one for place, one in enumerate(free) if one.offer or place < MOST]


def _of_offer(
    view: RegionView, offer: Offer, need: Need, families: dict[str, str], day: str, sent: int
) -> Candidate | None:
    """Make a candidate of an offer, where type, family or subject fit."""
    made = Candidate(offer.organization, offer.name, offer=offer.id)
    same_type = bool(need.type) and offer.type == need.type
    akin = not same_type and kindred(need.type or None, offer.type or None, families)
    subjects = sorted(set(need.about) & set(offer.about))
    if not (same_type or akin or subjects):
        return None
    made.reasons.append(N_("Offre au guichet : « {offer} ».", offer=offer.title))
    if same_type:
        made.reasons.append(N_("Même type : {type}.", type=Term.of(offer.type)))
        made.points += POINTS["type"]
    elif akin:
        made.reasons.append(
            N_("Même famille d’interaction ; l’offre est de type « {type} ».", type=Term.of(offer.type))
        )
        made.points += POINTS["family"]
    else:
        made.against.append(N_("Autre type : l’offre est de type « {type} ».", type=Term.of(offer.type)))
    if subjects:
        labels = dict(
            view.frame("chains").select("chain", "chainLabel").unique("chain", keep="first").iter_rows()
        )
        named = Directory.of(view).concept(subjects[0], labels.get(subjects[0]))
        made.reasons.append(N_("Même filière ou discipline : {subject}.", subject=named))
        made.points += POINTS["chain"]
    elif need.about and offer.about:
        made.against.append(N_("Autre filière ou discipline que celle demandée."))
    _weigh_distance(view, made, need, offer.territory, remote=offer.mode.endswith("/remote"))
    _weigh_mode(made, need, offer)
    _weigh_room(made, offer, day, sent)
    return made


def _weigh_distance(view: RegionView, made: Candidate, need: Need, territory: str, *, remote: bool) -> None:
    ground = Gazetteer.of(view)
    mine, theirs = ground.get(need.territory), ground.get(territory) if territory else None
    if mine is None or theirs is None:
        made.against.append(N_("Distance inconnue : l’offre ne dit pas où elle vaut."))
        return
    if set(mine.communes.tolist()) & set(theirs.communes.tolist()):
        made.km = 0.0
        made.reasons.append(N_("Territoire : l’offre vaut à {place}.", place=theirs.label))
        made.points += POINTS["territory"] + POINTS["near"]
        return
    made.km = float(ground.distances(mine)[theirs.communes].min())
    made.points += POINTS["near"] * exp(-made.km / 50)
    told = N_("Distance : à {km} km.", km=Number(round(made.km)))
    (made.against if made.km > _FAR and not remote else made.reasons).append(told)


def _weigh_mode(made: Candidate, need: Need, offer: Offer) -> None:
    if not need.mode or not offer.mode:
        return
    flexible = "attendance-mode/hybrid"
    if need.mode == offer.mode or flexible in (need.mode, offer.mode):
        made.reasons.append(N_("Modalité : {mode}.", mode=Term.of(offer.mode)))
        made.points += POINTS["mode"]
    else:
        made.against.append(N_("Modalité : l’offre est {mode}.", mode=Term.of(offer.mode)))
        made.points -= POINTS["mode"]


def _weigh_room(made: Candidate, offer: Offer, day: str, sent: int) -> None:
    """Say whether there is room: an offer that is full or away stays, last, since a person may know better."""
    if offer.absent(day):
        made.against.append(N_("Absent jusqu’au {day}.", day=offer.away[1] or offer.away[0]))
        made.later = True
    elif offer.next and offer.next > day:
        made.against.append(N_("Disponible à partir du {day}.", day=offer.next))
        made.points -= POINTS["mode"]
    if offer.capacity and sent >= offer.capacity:
        made.against.append(
            NN_(
                "Complet ce mois-ci : {n} demande sur {most}.",
                "Complet ce mois-ci : {n} demandes sur {most}.",
                sent,
                most=offer.capacity,
            )
        )
        made.later = True


_LACKS: tuple[tuple[str, Words], ...] = (
    ("offer", N_("Aucune offre connue de ce type : à solliciter.")),
    ("chain", N_("Pas connu comme membre de la filière demandée.")),
    ("text", N_("Ni son nom ni ses projets ne parlent de ce que dit la demande.")),
    ("distance", N_("Distance inconnue.")),
)


def _of_graph(view: RegionView, need: Need, words: str) -> dict[str, Candidate]:
    """Make candidates of what the graph says: offers of sources, members of filières, words of names and projects."""
    asked = Request(
        id=need.id,
        label=f"{need.title} {words}".strip() or need.id,
        type=need.type or None,
        territories=(need.territory,) if need.territory else (),
        about=need.about,
        mode=need.mode or None,
        issuer=None,
        evidence="declared",
        led=(),
    )
    report = suggest_request(view, asked, count=MOST + len(need.matches), to=None, radius=None, level=0.95)
    made = {}
    for finding in report.findings:
        kinds = {reason.kind for reason in finding.reasons}
        km = finding.facts.get("km")
        one = Candidate(
            finding.object.id,
            finding.object.label,
            [reason.words for reason in finding.reasons],
            points=float(finding.facts.get("points") or 0),
            km=float(km) if isinstance(km, int | float) else None,
        )
        for kind, lack in _LACKS:
            if kind not in kinds and (kind != "chain" or need.about):
                one.against.append(lack)
        if one.km is not None and one.km > _FAR:
            one.against.append(N_("Loin : à {km} km.", km=Number(round(one.km))))
        made[one.node] = one
    return made
