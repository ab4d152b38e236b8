"""The blocks of the page of a scheme, and what makes each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ....graph.indicators.rows import MISSING
from ....words import N_, Spoken
from ...render.blocks.block import Block
from ...render.blocks.tables import Column, Table
from ...web.links import local_name
from ..territory.lists import EVIDENCE, IDENTIFIER, SOURCES
from .matter import Context


def editions(context: Context) -> Table:
    """List the editions, the latest first: where, in which disciplines, with how many people and whom, and what came of it."""
    matter = context.matter
    rows = [
        {
            "year": one.year, "edition": matter.name(one.path), "iri": one.path,
            "place": matter.names(one.all("forTerritory")), "place_iri": one.one("forTerritory") or None,
            "disciplines": matter.names(one.all("hasDiscipline")),
            "people": one.number("headcount"), "status": local_name(one.one("headcountStatus")) or MISSING,
            "partners": matter.names(one.all("inPartnershipWith")), "outcome": one.one("outcome"),
            "evidence": one.evidence, "source": one.source,
        }
        for one in matter.editions(context.scheme)
    ]  # fmt: skip
    return Table(
        (
            Column("year", N_("Année"), "year"),
            Column("edition", N_("Édition"), weight=1.6),
            Column("place", N_("Territoire"), "link", blank=MISSING, weight=1.6),
            Column("disciplines", N_("Disciplines"), blank=MISSING, weight=1.4),
            Column("people", N_("Stagiaires et participants"), "number", 0),
            Column("partners", N_("Partenaires"), blank=MISSING, weight=1.6),
            Column("outcome", N_("Bilan"), "french", blank=MISSING, weight=2),
            EVIDENCE,
            SOURCES,
            IDENTIFIER,
        ),
        rows,
        empty=N_("Aucune édition de ce dispositif n’est décrite."),
        question="scheme-editions",
    )


def commissions(context: Context) -> Table:
    """List the interactions of the scheme: its commissions in territories, the internships and workshops it made possible."""
    matter = context.matter
    rows = [
        {
            "interaction": matter.name(one.path), "interaction_iri": one.path, "year": one.year,
            "type": matter.names(one.all("interactionType")),
            "place": matter.names(one.all("takesPlaceIn")), "place_iri": one.one("takesPlaceIn") or None,
            "benefits": matter.names(one.all("benefitsTerritory")),
            "actors": matter.names(one.all("participant")), "evidence": one.evidence, "source": one.source,
        }
        for one in matter.under(context.scheme)
    ]  # fmt: skip
    return Table(
        (
            Column("interaction", N_("Interaction"), "link", weight=2),
            Column("year", N_("Année"), "year", blank=MISSING),
            Column("type", N_("Type")),
            Column("place", N_("Lieu"), "link", blank=MISSING),
            Column("benefits", N_("Au bénéfice de"), weight=1.4),
            Column("actors", N_("Participants"), blank=MISSING, weight=2),
            EVIDENCE,
            SOURCES,
        ),
        rows,
        empty=N_("Aucune interaction connue ne relève de ce dispositif."),
    )


ROLES: Mapping[str, Spoken] = {
    "runBy": N_("le porte"),
    "fundedBy": N_("le finance"),
    "edition": N_("partenaire d’une édition"),
    "interaction": N_("participe à ses interactions"),
}


def organisations(context: Context) -> Table:
    """List who runs the scheme, pays for it, and takes part in its editions and interactions, with the years."""
    matter = context.matter
    roles: dict[str, set[str]] = defaultdict(set)
    years: dict[str, set[int]] = defaultdict(set)
    for name in ("runBy", "fundedBy"):
        for path in context.scheme.all(name):
            roles[path].add(name)
    parts = (
        ("edition", "inPartnershipWith", matter.editions(context.scheme)),
        ("interaction", "participant", matter.under(context.scheme)),
    )
    for role, property_, things in parts:
        for one in things:
            for path in one.all(property_):
                roles[path].add(role)
                years[path] |= {one.year} if one.year else set()
    rows = [
        {
            "organisation": matter.name(path), "organisation_iri": path,
            "roles": ", ".join(ROLES[name][matter.language] for name in ROLES if name in roles[path]),
            "years": ", ".join(map(str, sorted(years[path]))), "evidence": context.scheme.evidence,
        }
        for path in sorted(roles, key=lambda path: ("runBy" not in roles[path], -len(years[path]), path))
    ]  # fmt: skip
    return Table(
        (
            Column("organisation", N_("Organisation"), "link", weight=2),
            Column("roles", N_("Rôle"), weight=2),
            Column("years", N_("Années")),
            EVIDENCE,
        ),
        rows,
        empty=N_("Aucune organisation n’est nommée."),
    )


BLOCKS: list[Block] = [
    Block(
        "editions", N_("Éditions"), make=editions, first=20,
        definition=N_(
            "Une édition par année : la commission d’un territoire, les disciplines réunies, le nombre de stagiaires et de "
            "participants (tu sous cinq), les partenaires et ce qui en est sorti."
        ),
    ),
    Block(
        "commissions", N_("Commissions et autres interactions"), make=commissions, first=15,
        definition=N_("Interactions que les sources rattachent au dispositif."),
    ),
    Block(
        "organisations", N_("Qui porte, finance et participe"), make=organisations, first=15,
        definition=N_("Organisations que le dispositif, ses éditions et ses interactions nomment, avec les années."),
    ),
]  # fmt: skip
