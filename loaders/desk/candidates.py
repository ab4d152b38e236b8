"""Who could answer a need: offers of the desk and what the graph says, by rules; each with its reasons, and what speaks against.

A candidate is there when a rule says so (type or family of interaction, filière, words, territory); points only order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import polars as pl

from ...graph.findings.model import Words
from ...graph.region.gazetteer import Gazetteer, Territory
from ...graph.region.view import RegionView
from ...graph.suggestions.desk import suggest_request
from ...graph.suggestions.directory import Directory
from ...graph.suggestions.requests import Request, chain_titles, families_of, kindred
from ...words import EMPTY, N_, Number, Said, territory_name
from .fit import FAR, Fit
from .ledger import Ledger, Need
from .offer_index import Shared

MOST = 15
"""Candidates of the graph alone."""
_NOTHING = Shared()


@dataclass
class Candidate:
    """Who could answer: a path of the graph and a name; `points` order.

    `fit` is how an offer of it fits; `known` and `lacks` are what the graph says for and against it. Reasons are put in words
    when they are read: a page shows a few of many.
    """

    node: str
    name: str
    known: list[Words] = field(default_factory=list)
    lacks: list[Words] = field(default_factory=list)
    points: float = 0.0
    km: float | None = None
    provider: str = ""
    fit: Fit | None = None

    @property
    def offer(self) -> str:
        """The number of the offer, empty where there is none."""
        return self.fit.offer.id if self.fit else ""

    @property
    def later(self) -> bool:
        """Whether its offer is full or away now."""
        return self.fit is not None and self.fit.later

    @property
    def reasons(self) -> list[Words]:
        """Why it could answer."""
        return [*(self.fit.reasons() if self.fit else ()), *self.known]

    @property
    def against(self) -> list[Words]:
        """What speaks against it."""
        return [*(self.fit.against() if self.fit else ()), *self.lacks]


def candidates(view: RegionView, ledger: Ledger, need: Need, words: str, day: str) -> list[Candidate]:
    """List who could answer a need on a day, best first; those who are its matches already are left out.

    `words` is what the need says. No offer of the desk that fits is cut off. None is a fact too: nothing known answers it.
    """
    said = f"{need.title} {words}".strip()
    found: dict[str, Candidate] = {}
    for fit in _fits(view, ledger, need, said, day):
        node, points = fit.offer.organization, fit.points
        if node not in found or found[node].points < points:
            found[node] = Candidate(node, fit.offer.name, points=points, km=fit.km, fit=fit)
    for node, other in _of_graph(view, need, said).items():
        if (offered := found.get(node)) is not None:
            offered.known = other.known
            offered.points += other.points
        else:
            found[node] = other
    providers, who = view.once(_providers), Directory.of(view)
    for one in found.values():
        one.provider = providers.get(one.node, one.node)
        if one.provider != one.node:
            one.name = f"{one.name} – {who.label(one.provider)}"
    free = [one for one in found.values() if one.node not in need.matches]
    free.sort(key=lambda one: (one.later, -one.points, one.name, one.node))
    return [one for place, one in enumerate(free) if one.offer or place < MOST]


def _providers(view: RegionView) -> dict[str, str]:
    """Read which institution teaches each programme."""
    frame = view.frame("programmes").select("programme", "institution").drop_nulls()
    return dict(frame.unique("programme", keep="first").iter_rows())


def _fits(view: RegionView, ledger: Ledger, need: Need, said: str, day: str) -> list[Fit]:
    """Find the offers that fit a need by type, family, subject, a rare word, or likeness to those that fit by their words."""
    ground, index = Gazetteer.of(view), ledger.index[need.illustrative]
    akin, shared = _kindred_types(view, need, index.types), index.shared(said)
    near = {id for id, one in shared.items() if one.telling}
    for type in akin | ({need.type} if need.type else set()):
        near.update(index.types.get(type, ()))
    for subject in need.about:
        near.update(index.subjects.get(subject, ()))
    offers = [ledger.offers[id] for id in sorted(near)]
    mine = ground.get(need.territory)
    far = ground.least_distances(mine, {offer.territory for offer in offers}) if mine is not None else {}
    titles, who, relays = chain_titles(view), Directory.of(view), _relays_of(view, mine)
    made = []
    for offer in offers:
        place = ground.get(offer.territory)
        subject = next((one for one in sorted(need.about) if one in offer.about), "")
        made.append(
            Fit(
                need,
                offer,
                akin=offer.type in akin,
                subject=who.concept(subject, titles.get(subject)) if subject else None,
                shared=(common := shared.get(offer.id, _NOTHING)),
                like=ledger.offers[common.like].title if common.like else "",
                km=far.get(offer.territory),
                place=_named(place) if place is not None else EMPTY,
                day=day,
                sent=ledger.sent_in_month(offer.id, day[:7]),
                serves=relays.get(offer.organization),
            )
        )
    return made


def _named(one: Territory) -> Words:
    return Said(territory_name, (one.label, one.level))


def _relays_of(view: RegionView, where: Territory | None) -> dict[str, Words]:
    """Find the organisations that serve a territory as relays, with the name of what they serve, else of where they are."""
    if where is None:
        return {}
    ground, inside = Gazetteer.of(view), {*where.communes}
    told = view.frame("relays").select("organization", served=pl.coalesce("serves", "place"))
    rows = told.drop_nulls().unique().iter_rows()
    served = [(organization, territory) for organization, path in rows if (territory := ground.get(path))]
    served.sort(key=lambda pair: -len(pair[1].communes))
    return {
        organization: _named(territory)
        for organization, territory in served
        if inside and inside <= {*territory.communes}
    }


def _kindred_types(view: RegionView, need: Need, types: Collection[str]) -> set[str]:
    """Choose the types of the family of a need's, without that one."""
    families = families_of(view)
    return {one for one in types if one != need.type and kindred(need.type or None, one or None, families)}


_OF = {"chain": "value-chain/", "domain": "field/"}
"""How what a need must be about begins, of kinds of reasons that suppose it."""
_LACKS: tuple[tuple[str, Words], ...] = (
    ("offer", N_("Aucune offre connue de ce type : à solliciter.")),
    ("chain", N_("Pas connu comme membre de la filière demandée.")),
    ("domain", N_("Pas connu comme unité de recherche du domaine demandé.")),
    ("text", N_("Ni son nom ni ses projets ne parlent de ce que dit la demande.")),
    ("distance", N_("Distance inconnue.")),
)


def _lacks(need: Need, kinds: Collection[str], km: float | None) -> Iterator[Words]:
    """Say what speaks against a candidate that some kinds of reasons speak for."""
    for kind, lack in _LACKS:
        asked = kind not in _OF or any(one.startswith(_OF[kind]) for one in need.about)
        if asked and kind not in kinds:
            yield lack
    if km is not None and km > FAR:
        yield N_("Loin : à {km} km.", km=Number(round(km)))


def _of_graph(view: RegionView, need: Need, said: str) -> dict[str, Candidate]:
    """Make candidates of what the graph says: offers of sources, members of filières, words of names and projects."""
    asked = Request(
        id=need.id,
        label=said or need.id,
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
        km = finding.facts.get("km")
        one = Candidate(
            finding.object.id,
            finding.object.label,
            [reason.words for reason in finding.reasons],
            points=float(finding.facts.get("points") or 0),
            km=float(km) if isinstance(km, int | float) else None,
        )
        one.lacks += _lacks(need, {reason.kind for reason in finding.reasons}, one.km)
        made[one.node] = one
    return made
