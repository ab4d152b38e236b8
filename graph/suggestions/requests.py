"""Requests of the desk, and who may answer them: those who offer what is asked, those who belong to its value chain."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ...ontology.vocabulary import ID
from ..findings.model import Reason, Step, Thing
from ..region.view import RegionView
from .directory import Directory
from .ways import MODES, evidence_fr

POINTS = {"type": 3.0, "family": 1.5, "chain": 2.0, "territory": 1.0, "near": 2.0, "mode": 0.5, "text": 2.0}
"""What each reason counts for; « near » is multiplied by e^(−km / 50), « text » by the share of the rare words held."""
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


def find_request(matter: RegionView, subject: str) -> Request | None:
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


def offers(matter: RegionView, request: Request, thing: Thing, found: dict[str, list[Reason]]) -> None:
    """Add those who offer what a request asks for, by type of interaction or value chain, with the reason."""
    known = matter.frame("requests").filter(pl.col("class").str.ends_with("Offer")).drop_nulls("issuer")
    families = dict(
        matter.frame("concepts")
        .drop_nulls("top")
        .select("concept", "top")
        .unique("concept", keep="first")
        .iter_rows()
    )
    for name in sorted(known["announcement"].unique().to_list()):
        rows = known.filter(pl.col("announcement") == name)
        first = rows.row(0, named=True)
        about, places = set(rows["about"].drop_nulls()), set(rows["territory"].drop_nulls())
        same_type = bool(request.type) and first["type"] == request.type
        kindred = not same_type and _kindred(request.type, first["type"], families)
        same_chain, same_place = bool(about & set(request.about)), bool(places & set(request.territories))
        if not (same_type or kindred or same_chain):
            continue
        offer = Thing(name, first["label"], "offer")
        evidence = first["evidence"] or "documented"
        parts_fr = [
            text
            for told, text in (
                (same_type, "même type d’interaction"),
                (kindred, "même famille d’interaction"),
                (same_chain, "même filière"),
                (same_place, "même territoire"),
            )
            if told
        ]
        parts_en = [
            text
            for told, text in (
                (same_type, "same type of interaction"),
                (kindred, "same family of interaction"),
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
            + POINTS["family"] * kindred
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


def _kindred(one: str | None, other: str | None, families: dict[str, str]) -> bool:
    """Tell whether a type of interaction is a kind of the other, or both are of one family."""
    if one is None or other is None:
        return False
    mine, theirs = families.get(one), families.get(other)
    return mine == other or theirs == one or (mine is not None and mine == theirs)


def members(matter: RegionView, request: Request, found: dict[str, list[Reason]]) -> None:
    """Add the members of the value chains of a request, with the reason."""
    labels = dict(
        matter.frame("chains").select("chain", "chainLabel").unique("chain", keep="first").iter_rows()
    )
    words = Directory.of(matter).words
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
        _, english = words.get(chain, (name, name))
        fr, en = _FUNCTIONS.get(function.rsplit("/", 1)[-1], ("est membre de", "is a member of"))
        step = Step(
            Thing(member, label or member, "member"),
            {"fr": fr, "en": en},
            Thing(chain, name, "chain", english),
            evidence or "inferred",
        )
        found.setdefault(member, []).append(
            Reason(
                "chain",
                {
                    "fr": f"Filière : {fr} « {name} » (par une règle sur son nom, {evidence_fr(evidence or 'inferred')}).",
                    "en": f"Value chain: {en} “{english}” (by a rule on its name, {evidence or 'inferred'}).",
                },
                (step,),
                POINTS["chain"],
            )
        )
