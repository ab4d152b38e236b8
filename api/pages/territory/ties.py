"""Who works with whom: the interactions of a territory, and its partner territories and actors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ....graph.region.firmness import firmest
from ....graph.region.gazetteer import Territory
from ....words import N_, Number, gettext, of_territory
from ...labels.wording import level_name
from ...render.blocks.tables import Column, LateRows, Table, Words
from ...web.negotiation import Language
from .lists import EVIDENCE, SOURCES, kind_words, source_name
from .matter import PortraitData
from .participations import UNKNOWN
from .sides import sides_of

#: What a row of partners is: a territory, or an actor that is inside, outside, or without a place told for its participations.
SIDES: Mapping[object, Words] = {
    "territory": N_("territoire"),
    True: N_("acteur du territoire"),
    False: N_("acteur de l’extérieur"),
    None: N_("acteur sans lieu dit pour ces interactions"),
}
_HERE: Mapping[int, bool | None] = {1: True, 0: False, UNKNOWN: None}
_PROVEN = N_("Preuve : la moins ferme de celle de l’interaction et de celle de son lieu ici.")


def interactions(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List the interactions that an actor takes part in from there, the latest first."""
    firm: dict[str, str] = {}
    for one, evidence in seen.rows("participations", territory).select("interaction", "evidence"):
        firm[one] = firmest(evidence, firm.get(one, evidence)) if evidence else firm.get(one, "")
    unknown = gettext("année non précisée", language)
    keys = sorted(seen.interactions[one] for one in firm if one in seen.interactions)
    kinds: Counter[str] = Counter()
    for kind, count in Counter(key[2] for key in keys).items():
        kinds[seen.word(kind, language)] += count

    def interaction(key: tuple[Any, ...]) -> dict[str, Any]:
        _, path, kind, year, evidence, source = key
        evidence = firm[path] or evidence
        return {
            "interaction": seen.label(path), "interaction_iri": path, "year": year, "type": seen.word(kind, language),
            "evidence": evidence, "source": source_name(source),
        }  # fmt: skip

    years = {str(year) if year else unknown: n for year, n in Counter(key[3] for key in keys).items()}
    return Table(
        (
            Column("interaction", N_("Interaction"), "link"),
            Column("year", N_("Année"), "year"),
            Column("type", N_("Type")),
            EVIDENCE,
            SOURCES,
        ),
        LateRows(keys, interaction, {firm[key[1]] or key[4] for key in keys}),
        empty=N_(
            "Aucune interaction connue : aucune source chargée n’en décrit qui soit menée depuis ce "
            "territoire, ce qui ne dit pas qu’il n’y en a aucune."
        ),
        notes=(_PROVEN,) if keys else (),
        question="territory-interactions",
        more={
            "groups": kinds,
            "years": sorted(years.items(), key=lambda pair: (pair[0] == unknown, pair[0]), reverse=True),
        },
    )


def _whole(seen: PortraitData, territory: Territory, path: str, language: Language) -> str:
    """Name a partner territory; one that holds some of this territory counts without that, and says so."""
    partner, label = seen.territory(path), seen.label(path)
    if partner is None or not seen.inside(territory)[partner.communes].any():
        return label
    part = of_territory(territory.label, territory.level, language)
    return gettext("{whole} hors {part}", language, whole=label, part=part)


def partners(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List who takes part in the same interactions: partner territories, then actors here, elsewhere or without a place told."""
    sides = sides_of(seen, territory)
    known, places, people = sides.known, sides.ranking(sides.partners), sides.ranking(sides.actors)

    def partner(key: tuple[bool, int, int]) -> dict[str, Any]:
        acts, code, count = key
        path = (known.actors if acts else known.partners)[code]
        side, here = ("actor", _HERE[int(sides.by_actor[code])]) if acts else ("territory", None)
        level = "" if acts else level_name(path.split("/")[1], language)
        return {
            "side": side, "partner": seen.label(path) if acts else _whole(seen, territory, path, language),
            "partner_iri": path, "here": here,
            "kind": level or kind_words(seen.actor_types.get(path), language), "interactions": count,
            **sides.firmness(sides.actors if acts else sides.partners, code),
            "side_shown": SIDES[here if acts else side][language],
        }  # fmt: skip

    nowhere = int((sides.here == UNKNOWN).sum())
    note = N_(
        "Participations à ces interactions sans commune ni pays connus : {nowhere} sur {took} ; elles ne lient aucun "
        "territoire. Acteurs sans lieu dit pour ces interactions : {none} ; ils peuvent être du territoire ou de l’extérieur, et "
        "avoir des sites connus.",
        nowhere=Number(nowhere),
        took=Number(len(sides.here)),
        none=Number(sum(sides.by_actor[code] == UNKNOWN for code, _ in people)),
    )
    return Table(
        (
            Column("partner", N_("Territoire ou acteur"), "link", weight=3),
            Column("interactions", N_("Interactions communes"), "number"),
            Column("kind", N_("Nature"), weight=1.9),
            Column("side_shown", N_("Côté"), weight=1.3),
            EVIDENCE,
            SOURCES,
        ),
        LateRows(
            [(acts, *one) for acts, some in ((False, places), (True, people)) for one in some],
            partner,
            sides.statuses,
        ),
        empty=N_(
            "Aucun partenaire n’est connu : aucune interaction n’est menée depuis ce territoire dans "
            "les sources chargées."
        ),
        notes=(note,) if nowhere else (),
        question="territory-partners-outside",
        more={
            "territories": len(places),
            "actors": len(people),
            "here": sum(sides.by_actor[code] == 1 for code, _ in people),
        },
    )
