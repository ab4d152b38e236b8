"""Suggestions to a request of the desk: offers, laboratories and programmes that could answer it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import exp

import numpy as np
import polars as pl

from ...ontology.vocabulary import ID
from ..analysis.adjacency import Values
from ..findings import Finding, Question, Reason, Refusal, Report, Step, Thing, Words
from ..ground import Ground
from ..matter import Matter
from ..words import number_en, number_fr
from .directory import Directory
from .ways import MODES, evidence_fr

POINTS = {"type": 3.0, "chain": 2.0, "territory": 1.0, "near": 2.0, "mode": 0.5}
"""What each reason counts for; « near » is multiplied by e^(−km / 50)."""
_FUNCTIONS = {
    "researches": ("fait de la recherche pour", "researches for"),
    "trains": ("forme pour", "trains for"),
    "produces": ("produit dans", "produces in"),
}


@dataclass(frozen=True)
class Request:
    """A request as the desk knows it."""

    id: str
    label: str
    type: str | None
    territories: tuple[str, ...]
    about: tuple[str, ...]
    mode: str | None
    issuer: str | None
    evidence: str
    led: tuple[str, ...]


def find_request(matter: Matter, subject: str) -> Request | None:
    """Find a request by path, IRI, end of path or exact name; None when there is none."""
    frame = matter.frame("requests").filter(pl.col("class").str.ends_with("Request"))
    text = subject.strip().removeprefix(ID)
    named = frame.filter(
        (pl.col("announcement") == text) | (pl.col("label").str.to_lowercase() == text.lower())
    )
    if named.is_empty() and "/" not in text:
        named = frame.filter(pl.col("announcement").str.ends_with(f"/request/{text}"))
    if named.is_empty():
        return None
    rows = named.filter(pl.col("announcement") == named["announcement"][0])
    first = rows.row(0, named=True)
    several = {
        name: tuple(sorted(set(rows[name].drop_nulls().to_list()))) for name in ("territory", "about", "led")
    }
    return Request(
        first["announcement"],
        first["label"],
        first["type"],
        several["territory"],
        several["about"],
        first["mode"],
        first["issuer"],
        first["evidence"] or "documented",
        several["led"],
    )


def suggest_request(
    matter: Matter, request: Request, *, count: int, to: str | None, radius: float | None, level: float
) -> Report:
    """Suggest who could answer a request, by points: same type of offer, value chain, territory, nearness, mode."""
    who, ground = Directory.of(matter), Ground.of(matter)
    thing = Thing(request.id, request.label, "request")
    far = _distances(ground, request, to)
    answered = set(
        matter.frame("participations")
        .filter(pl.col("interaction").is_in(list(request.led)))["actor"]
        .to_list()
    )
    found: dict[str, list[Reason]] = {}
    _offers(matter, request, thing, found)
    _members(matter, request, found)
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
                    {
                        "fr": f"Distance : à {number_fr(km)} km du territoire de la demande.",
                        "en": f"Distance: {number_en(km)} km from the territory of the request.",
                    },
                    (),
                    POINTS["near"] * exp(-km / 50),
                )
            )
        told.append((sum(reason.weight or 0 for reason in reasons), one, reasons, km))
    told.sort(key=lambda row: (-row[0], row[1]))
    findings = []
    seen: set[str] = set()
    for score, one, reasons, km in told:
        kind = "programme" if one.startswith("programme/") else "laboratory"
        name = labels.get(one) or who.label(one)
        if name in seen or len(findings) == count:
            continue
        seen.add(name)
        ordered = tuple(sorted(reasons, key=lambda reason: -(reason.weight or 0)))
        where_fr = f" (à {number_fr(km)} km)" if km else ""
        where_en = f" ({number_en(km)} km away)" if km else ""
        heads = {language: _heads(ordered, language) for language in ("fr", "en")}
        findings.append(
            Finding(
                kind,
                thing,
                Thing(one, name, kind if kind == "programme" else who.kind.get(one, kind)),
                {
                    "fr": f"{name}{where_fr} pourrait répondre à « {request.label} » : {heads['fr']}.",
                    "en": f"{name}{where_en} could answer “{request.label}”: {heads['en']}.",
                },
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
                {
                    "fr": "Qualité non mesurée : trop peu de demandes réelles ont abouti. Le classement suit des points donnés à chaque raison.",
                    "en": "Quality not measured: too few real requests came true. The ranking follows points given to each reason.",
                },
                "0 real requests answered",
                "30 real requests answered",
            )
        )
    words: list[Words] = []
    if request.evidence != "documented":
        words.append(
            {
                "fr": f"Cette demande est un fait {evidence_fr(request.evidence)}.",
                "en": f"This request is {request.evidence}.",
            }
        )
    if answered:
        names = ", ".join(who.label(one) for one in sorted(answered) if who.academic(one))
        if names:
            words.append(
                {
                    "fr": f"Déjà en lien pour cette demande, donc pas proposé : {names}.",
                    "en": f"Tied already for this request, so not suggested: {names}.",
                }
            )
    return Report(
        {"fr": f"Qui pourrait répondre à « {request.label} »", "en": f"Who could answer “{request.label}”"},
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


def _offers(matter: Matter, request: Request, thing: Thing, found: dict[str, list[Reason]]) -> None:
    offers = matter.frame("requests").filter(pl.col("class").str.ends_with("Offer")).drop_nulls("issuer")
    for name in sorted(offers["announcement"].unique().to_list()):
        rows = offers.filter(pl.col("announcement") == name)
        first = rows.row(0, named=True)
        about, places = set(rows["about"].drop_nulls()), set(rows["territory"].drop_nulls())
        same_type = bool(request.type) and first["type"] == request.type
        same_chain, same_place = bool(about & set(request.about)), bool(places & set(request.territories))
        if not (same_type or same_chain):
            continue
        offer = Thing(name, first["label"], "offer")
        evidence = first["evidence"] or "documented"
        parts_fr = [
            text
            for told, text in (
                (same_type, "même type d’interaction"),
                (same_chain, "même filière"),
                (same_place, "même territoire"),
            )
            if told
        ]
        parts_en = [
            text
            for told, text in (
                (same_type, "same type of interaction"),
                (same_chain, "same value chain"),
                (same_place, "same territory"),
            )
            if told
        ]
        mode = (first["mode"] or "").rsplit("/", 1)[-1]
        wanted = (request.mode or "").rsplit("/", 1)[-1]
        fits = bool(mode) and (mode == wanted or not wanted)
        if fits:
            parts_fr.append(MODES.get(mode, (mode, mode))[0])
            parts_en.append(MODES.get(mode, (mode, mode))[1])
        weight = (
            POINTS["type"] * same_type
            + POINTS["chain"] * same_chain
            + POINTS["territory"] * same_place
            + POINTS["mode"] * fits
        )
        issuer = Thing(first["issuer"], Directory.of(matter).label(first["issuer"]), "actor")
        steps = (
            Step(issuer, {"fr": "propose", "en": "offers"}, offer, evidence),
            Step(
                offer,
                {"fr": f"répond à ({', '.join(parts_fr)})", "en": f"answers ({', '.join(parts_en)})"},
                thing,
                "inferred",
            ),
        )
        said = "" if evidence == "documented" else f", {evidence_fr(evidence)}"
        found.setdefault(first["issuer"], []).append(
            Reason(
                "offer",
                {
                    "fr": f"Offre : « {first['label']} » ({', '.join(parts_fr)}{said}).",
                    "en": f"Offer: “{first['label']}” ({', '.join(parts_en)}).",
                },
                steps,
                weight,
            )
        )


def _members(matter: Matter, request: Request, found: dict[str, list[Reason]]) -> None:
    labels = dict(
        matter.frame("chains").select("chain", "chainLabel").unique("chain", keep="first").iter_rows()
    )
    rows = (
        matter.frame("members")
        .unique(["chain", "member", "function"], keep="first", maintain_order=True)
        .sort("chain", "member", "function")
    )
    for chain, function, member, label, evidence in rows.select(
        "chain", "function", "member", "label", "evidence"
    ).iter_rows():
        if chain not in request.about:
            continue
        name = labels.get(chain, chain)
        fr, en = _FUNCTIONS.get(function.rsplit("/", 1)[-1], ("est membre de", "is a member of"))
        step = Step(
            Thing(member, label or member, "member"),
            {"fr": fr, "en": en},
            Thing(chain, name, "chain"),
            evidence or "inferred",
        )
        found.setdefault(member, []).append(
            Reason(
                "chain",
                {
                    "fr": f"Filière : {fr} « {name} » (par une règle sur son nom, {evidence_fr(evidence or 'inferred')}).",
                    "en": f"Value chain: {en} “{name}” (by a rule on its name, {evidence or 'inferred'}).",
                },
                (step,),
                POINTS["chain"],
            )
        )


def _distances(ground: Ground, request: Request, to: str | None) -> Values:
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


def _places(matter: Matter, ground: Ground, who: Directory) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    programmes = ground.locate(matter.frame("programmes").drop_nulls("place"))
    for programme, institution, at in programmes.select("programme", "institution", "at").iter_rows():
        found.setdefault(programme, []).append(at)
        if institution:
            found.setdefault(institution, []).append(at)
    for unit, place in who.place.items():
        found.setdefault(unit, []).extend(ground.at(place))
    return found


def _labels(matter: Matter) -> dict[str, str]:
    return dict(
        matter.frame("programmes").select("programme", "label").unique("programme", keep="first").iter_rows()
    )


def _heads(reasons: tuple[Reason, ...], language: str) -> str:
    texts = [reason.words[language].rstrip(".") for reason in reasons if reason.kind != "distance"][:2]
    return " ; ".join(text[:1].lower() + text[1:] for text in texts)


def _nobody(request: Request) -> Refusal:
    return Refusal(
        "request",
        {
            "fr": f"Aucune suggestion pour « {request.label} » : aucune offre du même type ni de la même filière, aucun laboratoire ni formation de cette filière n’est connu.",
            "en": f"No suggestion for “{request.label}”: no offer of its type or value chain, and no laboratory or programme of that chain, is known.",
        },
        "0 offers, 0 members",
        "1 offer or member",
    )
