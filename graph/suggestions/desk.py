"""Suggestions to a request of the desk: offers, laboratories and programmes that could answer it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

import numpy as np
import polars as pl

from ...ontology.labels import Term
from ...words import EMPTY, N_, Number, Said, gettext
from ..analysis.adjacency import Values
from ..findings.model import Finding, Question, Reason, Refusal, Report, Thing, Words
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .directory import Directory
from .request_words import add_word_matches
from .requests import POINTS, Request, members, offers, units_of

_UNMEASURED = Refusal(
    "request",
    N_(
        "Qualité non mesurée : trop peu de demandes réelles ont abouti. Le classement suit des points donnés à "
        "chaque raison."
    ),
    "0 real requests answered",
    "30 real requests answered",
)


@dataclass(frozen=True)
class _Candidate:
    """Who could answer: its path and name, the reasons why, and the km to where it is nearest (None: not known)."""

    node: str
    name: str
    reasons: tuple[Reason, ...]
    km: float | None

    @property
    def points(self) -> float:
        return sum(reason.weight or 0 for reason in self.reasons)


def suggest_request(
    matter: RegionView, request: Request, *, count: int, to: str | None, radius: float | None, level: float
) -> Report:
    """Suggest who could answer a request, by points: same type of offer, value chain, words, territory, nearness."""
    who, ground = Directory.of(matter), Gazetteer.of(matter)
    thing = Thing(request.id, request.label, "request")
    answered: set[str] = set()
    if request.led:
        answers = matter.frame("participations").filter(pl.col("interaction").is_in(list(request.led)))
        answered = set(answers["actor"].to_list())
    reasons: dict[str, list[Reason]] = {}
    offers(matter, request, thing, reasons)
    members(matter, request, reasons)
    units_of(matter, request, reasons)
    add_word_matches(matter, request, thing, reasons)
    labels, places = matter.once(_labels), matter.once(_places)
    far = _distances(ground, request, to)
    aside = {request.issuer, *answered}
    candidates: list[_Candidate] = []
    for node, why in reasons.items():
        km = _nearest(far[places.get(node, [])])
        near = radius is None or (km is not None and km <= radius)
        if near and node not in aside and (who.academic(node) or node.startswith("programme/")):
            candidates.append(_Candidate(node, labels.get(node) or who.label(node), (*why, *_near(km)), km))
    candidates.sort(key=lambda candidate: (-candidate.points, candidate.node))
    best: dict[str, _Candidate] = {}
    for candidate in candidates:
        best.setdefault(candidate.name, candidate)
    findings = tuple(
        _finding(candidate, rank, request, thing, who)
        for rank, candidate in enumerate([*best.values()][:count], 1)
    )
    return Report(
        N_("Qui pourrait répondre à « {request} »", request=request.label),
        thing,
        findings,
        (_UNMEASURED if findings else _nobody(request),),
        matter.snapshot,
        {"subject": request.id, "count": str(count)},
        matter.illustrative,
        matter.scenario,
        level,
        tuple(_notes(request, sorted(answered), who)),
    )


def _nearest(distances: Values) -> float | None:
    """Give the smallest of distances, None where none is known."""
    known = distances[~np.isnan(distances)]
    return float(known.min()) if len(known) else None


def _near(km: float | None) -> list[Reason]:
    """Give the reason that a distance is, where it is known."""
    if km is None:
        return []
    words = N_("Distance : présent dans le territoire de la demande.")
    if km:
        words = N_("Distance : à {km} km du territoire de la demande.", km=Number(km))
    return [Reason("distance", words, (), POINTS["near"] * exp(-km / 50))]


def _finding(candidate: _Candidate, rank: int, request: Request, thing: Thing, who: Directory) -> Finding:
    node, km = candidate.node, candidate.km
    kind = "programme" if node.startswith("programme/") else "laboratory"
    reasons = tuple(sorted(candidate.reasons, key=lambda reason: -(reason.weight or 0)))
    steps = [step for reason in reasons for step in reason.path]
    return Finding(
        kind,
        thing,
        Thing(node, candidate.name, kind if kind == "programme" else who.kind.get(node, kind)),
        N_(
            "{name}{away} pourrait répondre à « {request} » : {reasons}.",
            name=candidate.name,
            away=N_(" (à {km} km)", km=Number(km)) if km else EMPTY,
            request=request.label,
            reasons=Said(_heads, (reasons,)),
        ),
        evidence=dict(Counter([request.evidence, *(step.evidence for step in steps)])),
        facts={
            "rank": rank,
            "points": round(candidate.points, 2),
            "km": round(km, 1) if km is not None else None,
        },
        reasons=reasons,
        question=Question("offers-for-requests"),
        methods=("great_circle",),
    )


def _notes(request: Request, answered: list[str], who: Directory) -> Iterator[Words]:
    """Say what the request is a fact of, and who is not suggested since they answered it."""
    if request.evidence != "documented":
        status = Term.of(f"evidence-status/{request.evidence}")
        yield N_("Cette demande est un fait {evidence}.", evidence=status)
    if names := ", ".join(who.label(actor) for actor in answered if who.academic(actor)):
        yield N_("Déjà en lien pour cette demande, donc pas proposé : {names}.", names=names)


def _distances(ground: Gazetteer, request: Request, to: str | None) -> Values:
    """Give the distance of each commune to the smallest territory of the request (or to another one)."""
    named = [ground.territory(to)] if to else []
    for path in request.territories if not to else ():
        if (territory := ground.get(path)) is not None:
            named.append(territory)
    if not named:
        return np.full(len(ground), np.nan)
    return ground.distances(min(named, key=lambda territory: (len(territory.communes), territory.id)))


def _places(matter: RegionView) -> dict[str, list[int]]:
    ground, who = Gazetteer.of(matter), Directory.of(matter)
    places: dict[str, list[int]] = {}
    programmes = ground.locate(matter.frame("programmes").drop_nulls("place"))
    for programme, institution, at in programmes.select("programme", "institution", "at").iter_rows():
        places.setdefault(programme, []).append(at)
        if institution:
            places.setdefault(institution, []).append(at)
    for unit, place in who.place.items():
        places.setdefault(unit, []).extend(ground.at(place))
    return places


def _labels(matter: RegionView) -> dict[str, str]:
    return dict(
        matter.frame("programmes").select("programme", "label").unique("programme", keep="first").iter_rows()
    )


def _heads(reasons: tuple[Reason, ...], language: str) -> str:
    texts = [reason.words[language].rstrip(".") for reason in reasons if reason.kind != "distance"][:2]
    return gettext(" ; ", language).join(text[:1].lower() + text[1:] for text in texts)


def _nobody(request: Request) -> Refusal:
    return Refusal(
        "request",
        N_(
            "Aucune suggestion pour « {request} » : aucune offre du même type ni de la même filière, aucun laboratoire ni "
            "formation de cette filière, ou qui parle de ce qu’elle dit, n’est connu.",
            request=request.label,
        ),
        "0 offers, 0 members, 0 texts",
        "1 offer, member or text",
    )
