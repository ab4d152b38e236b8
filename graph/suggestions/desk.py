"""Suggestions to a request of the desk: offers, laboratories and programmes that could answer it."""

from __future__ import annotations

from collections import Counter
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
from .request_words import worded
from .requests import POINTS, Request, members, offers


def suggest_request(
    matter: RegionView, request: Request, *, count: int, to: str | None, radius: float | None, level: float
) -> Report:
    """Suggest who could answer a request, by points: same type of offer, value chain, words, territory, nearness."""
    who, ground = Directory.of(matter), Gazetteer.of(matter)
    thing = Thing(request.id, request.label, "request")
    far = _distances(ground, request, to)
    answered = set(
        matter.frame("participations")
        .filter(pl.col("interaction").is_in(list(request.led)))["actor"]
        .to_list()
    )
    found: dict[str, list[Reason]] = {}
    offers(matter, request, thing, found)
    members(matter, request, found)
    worded(matter, request, thing, found)
    labels = _labels(matter)
    places = _places(matter, ground, who)
    told: list[tuple[float, str, list[Reason], float | None]] = []
    for one, reasons in found.items():
        if (
            one == request.issuer
            or one in answered
            or not (who.academic(one) or one.startswith("programme/"))
        ):
            continue
        known = [float(far[at]) for at in places.get(one, ()) if not np.isnan(far[at])]
        km = min(known) if known else None
        if radius is not None and (km is None or km > radius):
            continue
        if km is not None:
            reasons.append(
                Reason(
                    "distance",
                    N_("Distance : à {km} km du territoire de la demande.", km=Number(km))
                    if km
                    else N_("Distance : présent dans le territoire de la demande."),
                    (),
                    POINTS["near"] * exp(-km / 50),
                )
            )
        told.append((sum(reason.weight or 0 for reason in reasons), one, reasons, km))
    told.sort(key=lambda row: (-row[0], row[1]))
    findings: list[Finding] = []
    seen: set[str] = set()
    for score, one, reasons, km in told:
        kind = "programme" if one.startswith("programme/") else "laboratory"
        name = labels.get(one) or who.label(one)
        if name in seen or len(findings) == count:
            continue
        seen.add(name)
        ordered = tuple(sorted(reasons, key=lambda reason: -(reason.weight or 0)))
        findings.append(
            Finding(
                kind,
                thing,
                Thing(one, name, kind if kind == "programme" else who.kind.get(one, kind)),
                N_(
                    "{name}{away} pourrait répondre à « {request} » : {reasons}.",
                    name=name,
                    away=N_(" (à {km} km)", km=Number(km)) if km else EMPTY,
                    request=request.label,
                    reasons=Said(_heads, (ordered,)),
                ),
                evidence=dict(
                    Counter(
                        [request.evidence, *(step.evidence for reason in ordered for step in reason.path)]
                    )
                ),
                facts={
                    "rank": len(findings) + 1,
                    "points": round(score, 2),
                    "km": round(km, 1) if km is not None else None,
                },
                reasons=ordered,
                question=Question("offers-for-requests"),
                methods=("great_circle",),
            )
        )
    refusals = [] if findings else [_nobody(request)]
    if findings:
        refusals.append(
            Refusal(
                "request",
                N_(
                    "Qualité non mesurée : trop peu de demandes réelles ont abouti. Le classement suit des points donnés à "
                    "chaque raison."
                ),
                "0 real requests answered",
                "30 real requests answered",
            )
        )
    words: list[Words] = []
    if request.evidence != "documented":
        status = Term.of(f"evidence-status/{request.evidence}")
        words.append(N_("Cette demande est un fait {evidence}.", evidence=status))
    if answered:
        names = ", ".join(who.label(one) for one in sorted(answered) if who.academic(one))
        if names:
            words.append(N_("Déjà en lien pour cette demande, donc pas proposé : {names}.", names=names))
    return Report(
        N_("Qui pourrait répondre à « {request} »", request=request.label),
        thing,
        tuple(findings),
        tuple(refusals),
        matter.snapshot,
        {"subject": request.id, "count": str(count)},
        matter.illustrative,
        matter.scenario,
        level,
        tuple(words),
    )


def _distances(ground: Gazetteer, request: Request, to: str | None) -> Values:
    """Give the distance of each commune to the smallest territory of the request (or to another one)."""
    named = [ground.territory(to)] if to else []
    for one in request.territories if not to else ():
        try:
            named.append(ground.territory(one))
        except LookupError:
            continue
    if not named:
        return np.full(len(ground), np.nan)
    return ground.distances(min(named, key=lambda one: (len(one.communes), one.id)))


def _places(matter: RegionView, ground: Gazetteer, who: Directory) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    programmes = ground.locate(matter.frame("programmes").drop_nulls("place"))
    for programme, institution, at in programmes.select("programme", "institution", "at").iter_rows():
        found.setdefault(programme, []).append(at)
        if institution:
            found.setdefault(institution, []).append(at)
    for unit, place in who.place.items():
        found.setdefault(unit, []).extend(ground.at(place))
    return found


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
