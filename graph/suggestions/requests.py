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


@dataclass(frozen=True)
class _KnownOffer:
    """An offer of a source."""

    id: str
    label: str
    issuer: str
    type: str | None
    mode: str | None
    evidence: str
    about: frozenset[str]
    territories: frozenset[str]


def _read_offers(matter: RegionView) -> list[_KnownOffer]:
    frame = matter.frame("requests").filter(pl.col("class").str.ends_with("Offer")).drop_nulls("issuer")
    found = []
    for (name,), rows in frame.sort("announcement", maintain_order=True).group_by(
        ["announcement"], maintain_order=True
    ):
        first = rows.row(0, named=True)
        found.append(
            _KnownOffer(
                str(name),
                first["label"],
                first["issuer"],
                first["type"],
                first["mode"],
                first["evidence"] or "documented",
                frozenset(rows["about"].drop_nulls()),
                frozenset(rows["territory"].drop_nulls()),
            )
        )
    return found


def families_of(matter: RegionView) -> dict[str, str]:
    """Give the family of each type of interaction, by path; read once."""
    return matter.once(_read_families)


def _read_families(matter: RegionView) -> dict[str, str]:
    concepts = matter.frame("concepts").drop_nulls("top").select("concept", "top")
    return dict(concepts.unique("concept", keep="first").iter_rows())


def offers(matter: RegionView, request: Request, thing: Thing, found: dict[str, list[Reason]]) -> None:
    """Add those who offer what a request asks for, by type of interaction or value chain, with the reason."""
    families = families_of(matter)
    for known in matter.once(_read_offers):
        same_type = bool(request.type) and known.type == request.type
        akin = not same_type and kindred(request.type, known.type, families)
        same_chain = bool(known.about & set(request.about))
        same_place = bool(known.territories & set(request.territories))
        if not (same_type or akin or same_chain):
            continue
        offer = Thing(known.id, known.label, "offer")
        parts = [
            text
            for holds, text in (
                (same_type, N_("même type d’interaction")),
                (akin, N_("même famille d’interaction")),
                (same_chain, N_("même filière ou domaine")),
                (same_place, N_("même territoire")),
            )
            if holds
        ]
        mode = (known.mode or "").rsplit("/", 1)[-1]
        wanted = (request.mode or "").rsplit("/", 1)[-1]
        fits = bool(mode) and (mode == wanted or not wanted)
        in_common = _in_row([*parts, Term.of(known.mode or "")] if fits else parts)
        weight = (
            POINTS["type"] * same_type
            + POINTS["family"] * akin
            + POINTS["chain"] * same_chain
            + POINTS["territory"] * same_place
            + POINTS["mode"] * fits
        )
        issuer = Thing(known.issuer, Directory.of(matter).label(known.issuer), "actor")
        steps = (
            Step(issuer, N_("propose"), offer, known.evidence),
            Step(offer, N_("répond à ({parts})", parts=in_common), thing, "inferred"),
        )
        words = N_(
            "Offre : « {offer} » ({parts}{evidence}).",
            offer=known.label,
            parts=in_common,
            evidence=beside(known.evidence),
        )
        found.setdefault(known.issuer, []).append(Reason("offer", words, steps, weight))


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
    known = matter.once(_read_members)
    for chain in sorted(set(request.about) & known.keys()):
        title, rows = known[chain]
        name = Directory.of(matter).concept(chain, title)
        thing = Thing(chain, title or chain, "chain", name["en"])
        for function, member, label, evidence in rows:
            does = _FUNCTIONS.get(function.rsplit("/", 1)[-1], N_("est membre de"))
            words = N_(
                "Filière : {does} « {chain} » (par une règle sur son nom, {evidence}).",
                does=does,
                chain=name,
                evidence=Term.of(f"evidence-status/{evidence or 'inferred'}"),
            )
            step = Step(Thing(member, label or member, "member"), does, thing, evidence or "inferred")
            found.setdefault(member, []).append(Reason("chain", words, (step,), POINTS["chain"]))


def units_of(matter: RegionView, request: Request, found: dict[str, list[Reason]]) -> None:
    """Add the open research units of the scientific domains of a request, with the reason."""
    frame = matter.frame("units").filter(pl.col("field").is_in(list(request.about)) & pl.col("end").is_null())
    rows = frame.unique(["unit", "field"], keep="first", maintain_order=True).sort("unit", "field")
    for unit, label, field, evidence in rows.select("unit", "label", "field", "evidence").iter_rows():
        name = Directory.of(matter).concept(field)
        words = N_("Domaine : unité de recherche en « {domain} ».", domain=name)
        step = Step(
            Thing(unit, label, "laboratory"),
            N_("fait de la recherche en"),
            Thing(field, name["fr"], "field", name["en"]),
            evidence or "documented",
        )
        found.setdefault(unit, []).append(Reason("domain", words, (step,), POINTS["chain"]))


_Members = list[tuple[str, str, str | None, str | None]]


def chain_titles(matter: RegionView) -> dict[str, str]:
    """Give the French title of each filière, by path; read once."""
    return matter.once(_read_titles)


def _read_titles(matter: RegionView) -> dict[str, str]:
    frame = matter.frame("chains").select("chain", "chainLabel")
    return dict(frame.unique("chain", keep="first").iter_rows())


def _read_members(matter: RegionView) -> dict[str, tuple[str | None, _Members]]:
    """Read the members of each filière: function, member, name, evidence."""
    titles, found = chain_titles(matter), dict[str, tuple[str | None, _Members]]()
    rows = matter.frame("members").unique(["chain", "member", "function"], keep="first", maintain_order=True)
    columns = ("chain", "function", "member", "label", "evidence")
    for chain, *row in rows.sort("chain", "member", "function").select(columns).iter_rows():
        found.setdefault(chain, (titles.get(chain), []))[1].append((row[0], row[1], row[2], row[3]))
    return found
