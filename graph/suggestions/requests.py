"""Requests of the desk, and who may answer them: those who offer what is asked, those who belong to its value chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ...ontology.labels import Term
from ...ontology.vocabulary import ID
from ...words import N_
from ..findings.model import Reason, Step, Thing, Words
from ..region.view import RegionView
from .directory import Directory
from .ways import beside

POINTS = {"type": 3.0, "family": 1.5, "chain": 2.0, "territory": 1.0, "near": 2.0, "mode": 0.5, "text": 2.0}
"""What each reason counts for; « near » is multiplied by e^(−km / 50), « text » by the share of the rare words held."""
_FUNCTIONS = {
    "researches": N_("fait de la recherche pour"),
    "trains": N_("forme pour"),
    "produces": N_("produit dans"),
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
        akin = not same_type and kindred(request.type, first["type"], families)
        same_chain, same_place = bool(about & set(request.about)), bool(places & set(request.territories))
        if not (same_type or akin or same_chain):
            continue
        offer = Thing(name, first["label"], "offer")
        evidence = first["evidence"] or "documented"
        parts = [
            text
            for holds, text in (
                (same_type, N_("même type d’interaction")),
                (akin, N_("même famille d’interaction")),
                (same_chain, N_("même filière")),
                (same_place, N_("même territoire")),
            )
            if holds
        ]
        mode = (first["mode"] or "").rsplit("/", 1)[-1]
        wanted = (request.mode or "").rsplit("/", 1)[-1]
        fits = bool(mode) and (mode == wanted or not wanted)
        in_common = _in_row([*parts, Term.of(first["mode"])] if fits else parts)
        weight = (
            POINTS["type"] * same_type
            + POINTS["family"] * akin
            + POINTS["chain"] * same_chain
            + POINTS["territory"] * same_place
            + POINTS["mode"] * fits
        )
        issuer = Thing(first["issuer"], Directory.of(matter).label(first["issuer"]), "actor")
        steps = (
            Step(issuer, N_("propose"), offer, evidence),
            Step(offer, N_("répond à ({parts})", parts=in_common), thing, "inferred"),
        )
        words = N_(
            "Offre : « {offer} » ({parts}{evidence}).",
            offer=first["label"],
            parts=in_common,
            evidence=beside(evidence),
        )
        found.setdefault(first["issuer"], []).append(Reason("offer", words, steps, weight))


def _in_row(parts: Sequence[Words]) -> Words:
    """Put words in a row, with commas."""
    whole, *rest = parts
    for part in rest:
        whole = N_("{before}, {last}", before=whole, last=part)
    return whole


def kindred(one: str | None, other: str | None, families: dict[str, str]) -> bool:
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
    who = Directory.of(matter)
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
        name = who.concept(chain, labels.get(chain))
        does = _FUNCTIONS.get(function.rsplit("/", 1)[-1], N_("est membre de"))
        thing = Thing(chain, labels.get(chain, chain), "chain", name["en"])
        words = N_(
            "Filière : {does} « {chain} » (par une règle sur son nom, {evidence}).",
            does=does,
            chain=name,
            evidence=Term.of(f"evidence-status/{evidence or 'inferred'}"),
        )
        step = Step(Thing(member, label or member, "member"), does, thing, evidence or "inferred")
        found.setdefault(member, []).append(Reason("chain", words, (step,), POINTS["chain"]))
