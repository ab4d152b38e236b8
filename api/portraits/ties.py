"""Who works with whom: the interactions of a territory, and its partner territories and actors."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

from ...graph.ground import Territory
from ...graph.words import number_en, number_fr
from ..blocks.tables import Column, Table
from ..negotiation import Language
from ..wording import TERRITORY_KINDS
from .lists import EVIDENCE, LEVEL_WORDS, SOURCES, kind_words, source_name
from .matter import Seen


def interactions(seen: Seen, territory: Territory, language: Language) -> Table:
    """List the interactions that an actor takes part in from there, the latest first."""
    here = seen.rows("participations", territory).distinct("interaction")
    rows = seen.by("interactions", "interaction").of_all(here)
    unknown = "year not known" if language == "en" else "année non précisée"
    listed = [
        {
            "interaction": seen.label(path),
            "interaction_iri": path,
            "year": year,
            "type": seen.word(kind, language),
            "evidence": evidence,
            "source": source_name(source),
        }
        for path, kind, year, evidence, source in sorted(
            rows.select("interaction", "type", "year", "evidence", "source"),
            key=lambda row: (-(row[2] or -math.inf), row[0]),
        )
    ]
    years = Counter(str(row["year"]) if row["year"] else unknown for row in listed)
    return Table(
        (
            Column("interaction", ("Interaction", "Interaction"), "link"),
            Column("year", ("Année", "Year"), "year"),
            Column("type", ("Type", "Type")),
            EVIDENCE,
            SOURCES,
        ),
        listed,
        empty=(
            "Aucune source chargée ne décrit d’interaction menée depuis ce territoire : ce n’est pas un zéro, les sources ne "
            "disent pas tout.",
            "No loaded source describes an interaction from this territory: not a zero, for sources do not tell all.",
        ),
        question="territory-interactions",
        more={
            "groups": Counter(row["type"] for row in listed),
            "years": sorted(years.items(), key=lambda pair: (pair[0] == unknown, pair[0]), reverse=True),
        },
    )


def partners(seen: Seen, territory: Territory, language: Language) -> Table:
    """List who takes part in the same interactions: partner territories, then actors here and elsewhere."""
    mask = seen.inside(territory)
    mine = seen.rows("participations", territory).distinct("interaction")
    took = seen.by("participations", "interaction").of_all(mine)
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    people: dict[str, set[str]] = defaultdict(set)
    inside: set[str] = set()
    nowhere = 0
    for event, actor, place in took.select("interaction", "actor", "place"):
        people[actor].add(event)
        if place is None:
            nowhere += 1
            continue
        ats = seen.ground.at(place)
        if any(mask[at] for at in ats):
            inside.add(actor)
            continue
        where = seen.epci[ats[0]] if ats else None
        if where is None and ats:
            where = seen.ground.ids[ats[0]]
        elif where is None:
            where = department_of(place)
        if where:
            places[where, where.split("/")[1]].add(event)
    kinds = TERRITORY_KINDS
    rows = [
        {
            "side": "territory",
            "partner": seen.label(path),
            "partner_iri": path,
            "kind": LEVEL_WORDS.get(level, (kinds.get(level, (level,))[0], level))[language == "en"],
            "here": None,
            "interactions": len(events),
            "evidence": "documented",
        }
        for (path, level), events in places.items()
    ]
    rows += [
        {
            "side": "actor",
            "partner": seen.label(path),
            "partner_iri": path,
            "kind": kind_words(seen.actor_types.get(path), language),
            "here": path in inside,
            "interactions": len(events),
            "evidence": "documented",
        }
        for path, events in people.items()
    ]
    for row in rows:
        row["side_shown"] = {
            ("territory", "fr"): "territoire", ("territory", "en"): "territory",
            ("actor", "fr"): "acteur d’ici" if row["here"] else "acteur d’ailleurs",
            ("actor", "en"): "actor from here" if row["here"] else "actor from elsewhere",
        }[str(row["side"]), language]  # fmt: skip
    order = {"territory": 0, "actor": 1}
    rows.sort(
        key=lambda row: (order[str(row["side"])], -int(str(row["interactions"])), str(row["partner_iri"]))
    )
    note = (
        f"{number_fr(nowhere)} participations n’ont pas de lieu connu : elles ne lient aucun territoire.",
        f"{number_en(nowhere)} participations have no known place: they tie no territory.",
    )
    return Table(
        (
            Column("partner", ("Partenaire", "Partner"), "link"),
            Column("side_shown", ("Côté", "Side")),
            Column("kind", ("Nature", "Kind")),
            Column("interactions", ("Interactions communes", "Shared interactions"), "number"),
            EVIDENCE,
        ),
        rows,
        empty=(
            "Aucun partenaire n’est connu : aucune interaction n’est menée depuis ce territoire dans les sources chargées.",
            "No partner is known: the loaded sources tell no interaction from this territory.",
        ),
        notes=(note,) if nowhere else (),
        question="territory-partners-outside",
        more={"territories": len(places), "actors": len(people), "inside": len(inside)},
    )


def department_of(place: str) -> str | None:
    """Give the path of the département of a commune, by its code.

    >>> department_of("territory/commune/97411"), department_of("territory/commune/75056")
    ('territory/department/974', 'territory/department/75')
    """
    code = place.rsplit("/", 1)[-1]
    if "/commune/" not in place or len(code) != 5:
        return None
    return f"territory/department/{code[:3] if code.startswith('97') else code[:2]}"
