"""Who takes part in an interaction, and what else the same actors do together."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ....graph.indicators.rows import MISSING
from ....graph.region.firmness import weakest
from ....graph.region.text import fold
from ....words import N_
from ...reading.rows import Rows
from ...render.blocks.tables import Column, Table
from ..actor.matter import Context, communes
from ..places import Point
from ..territory.lists import EVIDENCE, SOURCES, kind_words, source_name

LEADERS = ("actor-role/coordinator", "actor-role/organiser")
"""Roles that come first among participants, and that the summary names."""


def facts(context: Context) -> Rows:
    """Give the rows of an interaction, one for each type and theme; those of examples where no source describes it."""
    rows = context.known.by("interactions", "interaction").of(context.path)
    return rows if len(rows) else context.known.by("all-interactions", "interaction").of(context.path)


def _took(context: Context) -> Rows:
    rows = context.known.by("participations", "interaction").of(context.path)
    return rows if len(rows) else context.known.by("all-participations", "interaction").of(context.path)


def participants(context: Context) -> Table:
    """List who takes part, those that lead first: kind, role, commune, and how sure it is.

    A part is as firm as the weaker of its interaction and of its place: who relays an event declares it, whoever announces it.
    """
    took = _took(context)
    context.learn([*took["actor"], *took["role"], *took["place"]])
    found: dict[str, dict[str, Any]] = {}
    whole = next(iter(facts(context)["evidence"]), None)
    for one in took.named():
        role, place, own = one["role"], one["place"], one.get("evidence") or whole
        row = found.setdefault(one["actor"], {"roles": {}, "places": {}, "evidence": own})
        row["evidence"] = weakest(row["evidence"], own) if own else None
        row["roles"] |= {role: None} if role else {}
        row["places"] |= {place: None} if place else {}
    listed: list[dict[str, Any]] = [
        {
            "actor": context.name(actor), "actor_iri": actor,
            "kind": kind_words(context.known.kind(actor), context.language) if context.known.kind(actor) else "",
            "role": ", ".join(sorted(context.word(role) for role in row["roles"])),
            "roles": tuple(row["roles"]),
            "place": ", ".join(sorted(context.name(place) for place in communes(row["places"]))),
            "evidence": row["evidence"],
        }
        for actor, row in found.items()
    ]  # fmt: skip
    listed.sort(key=lambda row: (not leads(row), fold(row["actor"]), row["actor_iri"]))
    return Table(
        (
            Column("actor", N_("Acteur"), "link"),
            Column("kind", N_("Nature"), blank=MISSING),
            Column("role", N_("Rôle"), blank=MISSING),
            Column("place", N_("Commune"), blank=MISSING),
            EVIDENCE,
        ),
        listed,
        empty=N_("La source ne nomme aucun participant."),
        sources=tuple(sorted({source_name(one) for one in facts(context)["source"] if one})),
    )


def places(context: Context) -> list[Point]:
    """Give from where the actors of an interaction take part; if that is not said, the only commune of one that has one."""
    known, took = context.known, _took(context)
    told: dict[str, list[str]] = {}
    for actor, place in took.select("actor", "place"):
        told.setdefault(actor, []).extend([place] if place else [])
    context.learn(told)
    return [
        Point(place, f"{context.name(actor)} ({context.name(place)})", actor)
        for actor, found in told.items()
        for place in communes(found or (known.towns(actor) if len(known.towns(actor)) == 1 else ()))
    ]


def leads(row: dict[str, Any]) -> bool:
    """Tell whether a participant leads the interaction."""
    return any(role in LEADERS for role in row["roles"])


def related(context: Context) -> Table:
    """List the other interactions of the same actors: those that most of them share first, then the latest.

    Of an interaction with several participants, only what at least two of them share is listed.
    """
    known = context.known
    actors = _took(context).distinct("actor")
    together = Counter(
        interaction
        for actor in actors
        for interaction in known.interactions(actor)
        if interaction != context.path
    )
    least = min(2, len(actors))
    shared = {one: count for one, count in together.items() if count >= least}
    rows = known.by("interactions", "interaction").of_all(shared)
    context.learn([*rows["interaction"], *rows["type"]])
    found: dict[str, dict[str, Any]] = {}
    for path, kind, year, evidence, source in rows.select(
        "interaction", "type", "year", "evidence", "source"
    ):
        found.setdefault(
            path,
            {
                "interaction": context.name(path), "interaction_iri": path, "year": year, "type": context.word(kind),
                "shared": shared[path], "evidence": evidence, "source": source_name(source),
            },
        )  # fmt: skip
    return Table(
        (
            Column("interaction", N_("Interaction"), "link"),
            Column("year", N_("Année"), "year", blank=MISSING),
            Column("type", N_("Type")),
            Column("shared", N_("Participants communs"), "number", 0),
            EVIDENCE,
            SOURCES,
        ),
        sorted(found.values(), key=lambda row: (-row["shared"], -(row["year"] or 0), row["interaction_iri"])),
        empty=N_("Aucune source chargée ne dit que ces acteurs aient autre chose en commun."),
    )
