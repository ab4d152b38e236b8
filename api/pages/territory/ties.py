"""Who works with whom: the interactions of a territory, and its partner territories and actors.

An actor is inside, outside or of unknown place as `graph.inside_outside` says, in the interactions that are listed: inside if it
acts from there in one of them, outside if it acts from elsewhere or is abroad, unknown where no source tells: that is not
outside.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ....graph.region.firmness import weakest
from ....graph.region.gazetteer import Territory
from ....words import N_, Number, gettext
from ...labels.wording import level_name
from ...render.blocks.tables import Column, LateRows, Table, Words
from ...web.negotiation import Language
from .lists import EVIDENCE, SOURCES, kind_words, source_name
from .matter import Mask, PortraitData

#: What a row of partners is: a territory, or an actor that is inside, outside, or without a place told for its participations.
SIDES: Mapping[object, Words] = {
    "territory": N_("territoire"),
    True: N_("acteur du territoire"),
    False: N_("acteur de l’extérieur"),
    None: N_("acteur sans lieu dit pour ces interactions"),
}


def interactions(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List the interactions that an actor takes part in from there, the latest first."""
    here = seen.rows("participations", territory).distinct("interaction")
    rows = seen.by("interactions", "interaction").of_all(here)
    unknown = gettext("année non précisée", language)
    keys = sorted(
        rows.select("interaction", "type", "year", "evidence", "source"),
        key=lambda key: (-(key[2] or -math.inf), key[0]),
    )
    kinds: Counter[str] = Counter()
    for kind, count in Counter(key[1] for key in keys).items():
        kinds[seen.word(kind, language)] += count

    def interaction(key: tuple[Any, ...]) -> dict[str, Any]:
        path, kind, year, evidence, source = key
        return {
            "interaction": seen.label(path), "interaction_iri": path, "year": year, "type": seen.word(kind, language),
            "evidence": evidence, "source": source_name(source),
        }  # fmt: skip

    years = Counter(str(year) if year else unknown for _, _, year, *_ in keys)
    return Table(
        (
            Column("interaction", N_("Interaction"), "link"),
            Column("year", N_("Année"), "year"),
            Column("type", N_("Type")),
            EVIDENCE,
            SOURCES,
        ),
        LateRows(keys, interaction, rows.distinct("evidence")),
        empty=N_(
            "Aucune interaction connue : aucune source chargée n’en décrit qui soit menée depuis ce "
            "territoire, ce qui ne dit pas qu’il n’y en a aucune."
        ),
        question="territory-interactions",
        more={
            "groups": kinds,
            "years": sorted(years.items(), key=lambda pair: (pair[0] == unknown, pair[0]), reverse=True),
        },
    )


def partners(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List who takes part in the same interactions: partner territories, then actors here, elsewhere or without a place told."""
    sides = sides_of(seen, territory)
    people: dict[str, set[str]] = defaultdict(set)
    firm: dict[object, set[tuple[str, str | None]]] = defaultdict(set)
    for event, actor, _, evidence, source in sides.rows:
        people[actor].add(event)
        firm[actor].add((evidence, source))
    places: dict[str, set[str]] = defaultdict(set)
    for where, event, evidence, source in sides.elsewhere:
        places[where].add(event)
        firm[where].add((evidence, source))

    keys = [(False, -len(events), path) for path, events in places.items()]
    keys += [(True, -len(events), path) for path, events in people.items()]

    def partner(key: tuple[bool, int, str]) -> dict[str, Any]:
        acts, count, path = key
        side, here = ("actor", sides.here.get(path)) if acts else ("territory", None)
        level = "" if acts else level_name(path.split("/")[1], language)
        return {
            "side": side, "partner": seen.label(path), "partner_iri": path, "here": here,
            "kind": level or kind_words(seen.actor_types.get(path), language), "interactions": -count,
            **facts_of(firm[path]), "side_shown": SIDES[here if acts else side][language],
        }  # fmt: skip

    note = N_(
        "Participations à ces interactions sans commune ni pays connus : {nowhere} sur {took} ; elles ne lient aucun "
        "territoire. Acteurs sans lieu dit pour ces interactions : {none} ; ils peuvent être du territoire ou de l’extérieur, et "
        "avoir des sites connus.",
        nowhere=Number(sides.nowhere),
        took=Number(len(sides.rows)),
        none=Number(len(people.keys() - sides.here.keys())),
    )
    return Table(
        (
            Column("partner", N_("Partenaire"), "link", weight=3),
            Column("interactions", N_("Interactions communes"), "number"),
            Column("kind", N_("Nature"), weight=1.9),
            Column("side_shown", N_("Côté"), weight=1.3),
            EVIDENCE,
            SOURCES,
        ),
        LateRows(sorted(keys), partner, sides.statuses),
        empty=N_(
            "Aucun partenaire n’est connu : aucune interaction n’est menée depuis ce territoire dans "
            "les sources chargées."
        ),
        notes=(note,) if sides.nowhere else (),
        question="territory-partners-outside",
        more={"territories": len(places), "actors": len(people)},
    )


Side: TypeAlias = tuple[bool | None, str | None]
NOWHERE: Side = None, None
_AT_ONCE = 8
"""Territories that may be asked for at once."""


@dataclass(frozen=True)
class Sides:
    """The participations in the interactions of a territory: (interaction, actor, from there or not, evidence, source) in `rows`.

    Of one without a place or country the side is None. `here` tells of each actor whether it acts from there, nothing of one
    without a place; `elsewhere` has the partner territory (path) of those placed outside, then the same; `nowhere` counts those
    without a place or country, `statuses` are those of the evidence.
    """

    rows: list[tuple[str, str, bool | None, str, str | None]]
    here: dict[str, bool]
    elsewhere: list[tuple[str, str, str, str | None]]
    nowhere: int
    statuses: Collection[str]


def sides_of(seen: PortraitData, territory: Territory) -> Sides:
    """Read who takes part in the interactions of a territory, and from which side; those of the last few territories are kept."""
    kept: dict[str, Sides] = seen.made.setdefault(("sides",), {})
    found = kept.get(territory.id)
    if found is None:
        if len(kept) >= _AT_ONCE:
            kept.clear()
        kept[territory.id] = found = _sides(seen, territory)
    return found


def _sides(seen: PortraitData, territory: Territory) -> Sides:
    mask = seen.inside(territory)
    mine = seen.rows("participations", territory).distinct("interaction")
    took = seen.by("participations", "interaction").of_all(mine)
    abroad = seen.abroad
    sides: dict[str, Side] = {place: _where(seen, territory, mask, place) for place in took.distinct("place")}
    rows, elsewhere = [], []
    here: dict[str, bool] = {}
    for event, actor, place, evidence, source in took.select(
        "interaction", "actor", "place", "evidence", "source"
    ):
        inside, where = sides.get(place, NOWHERE)
        if inside is None and actor in abroad:
            inside = False
        rows.append((event, actor, inside, evidence, source))
        if inside is not None:
            here[actor] = inside or here.get(actor, False)
        if where:
            elsewhere.append((where, event, evidence, source))
    return Sides(rows, here, elsewhere, sum(row[2] is None for row in rows), took.distinct("evidence"))


def _where(seen: PortraitData, territory: Territory, mask: Mask, place: str) -> Side:
    """Tell whether a place is inside a territory, and which partner it is where it is not: of the region, else a département.

    Of another region the communes far from the one looked at are not on the ground: they are in it by their département.
    """
    ats = seen.ground.at(place)
    department = department_of(place)
    if any(mask[at] for at in ats) or seen.regions.get(department) == territory.id:
        return True, None
    home = [at for at in ats if seen.ground.home[at]]
    return False, (seen.epci[home[0]] or seen.ground.ids[home[0]]) if home else department


def facts_of(told: Collection[tuple[str, str | None]]) -> dict[str, str]:
    """Tell how firm shared interactions are, given the status and the source of each: the weakest, and the sources."""
    sources = {source_name(source) for _, source in told if source}
    return {"evidence": weakest(*(evidence for evidence, _ in told)), "source": ", ".join(sorted(sources))}


def department_of(place: str) -> str | None:
    """Give the path of the département of a commune, by its code.

    >>> department_of("territory/commune/97411"), department_of("territory/commune/75056")
    ('territory/department/974', 'territory/department/75')
    """
    code = place.rsplit("/", 1)[-1]
    if "/commune/" not in place or len(code) != 5:
        return None
    return f"territory/department/{code[:3] if code.startswith('97') else code[:2]}"
