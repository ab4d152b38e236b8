"""The blocks of a territory off the region: what the questions of `questions/territory/` answer, as tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ....graph.region.text import fold
from ....words import N_, SOURCE, Spoken, gettext
from ...labels.basis_names import source_title
from ...labels.wording import level_name
from ...reading.names import territory_kind
from ...reading.solutions import Row, Solutions
from ...render.blocks.block import Block, Unread
from ...render.blocks.tables import Column, Table, Words, absent
from ...web.links import local_name
from . import outside_economy
from .lists import ACTORS, EVIDENCE, kind_words
from .outside_context import OutsideContext

ANC = "https://w3id.org/ancrage/def/"
ABSENT = "donnees-absentes"
EXAMPLES = "exemples"
LEVELS = ("region", "department", "epci", "zone", "bassin", "adhoc", "commune")


def _table(
    found: Solutions,
    columns: tuple[Column, ...],
    rows: Sequence[Mapping[str, Any]],
    empty: Words,
    *notes: Words,
    **more: Any,
) -> Table:
    return Table(columns, rows, empty=empty, notes=notes if rows else (), more={"query": found.query, **more})


def actors(c: OutsideContext) -> Table:
    """List who has a site there, by kind, in the order that people look for them."""
    asked = c.ask("actors")
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in asked.rows:
        kind = row.get("type") or row.get("class") or ""
        one = found.setdefault((kind, row["actor"]), {"towns": set(), "evidence": ""})
        one["towns"].add(c.label(row["town"]))
        one["evidence"] = one["evidence"] or row.get("evidence", "")
    ranks = {name: rank for rank, name in enumerate(ACTORS)}
    rows = [
        {
            "actor": c.label(actor),
            "actor_iri": actor,
            "kind": c.label(kind) if kind else kind_words(kind, c.language),
            "rank": ranks.get(local_name(kind), 99),
            "town": ", ".join(sorted(one["towns"])),
            "evidence": one["evidence"],
        }
        for (kind, actor), one in found.items()
    ]
    rows.sort(key=lambda row: (row["rank"], row["kind"], fold(row["actor"]), row["actor_iri"]))
    note = N_("Des sites ne sont connus qu’à l’échelle de l’intercommunalité : ils ne sont pas comptés ici.")
    return _table(
        asked,
        (Column("actor", N_("Acteur"), "link"), Column("kind", N_("Nature")), Column("town", N_("Commune")), EVIDENCE),
        rows,
        N_("Aucune source chargée ne situe d’organisation dans ce territoire."),
        *((note,) if c.kind == "commune" else ()),
        groups=Counter(row["kind"] for row in rows),
    )  # fmt: skip


def programmes(c: OutsideContext) -> Table:
    """List the programmes taught there."""
    asked = c.ask("programmes")
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in asked.rows:
        for name in ("level", "town", "provider"):
            if name in row:
                found[row["programme"]][name].add(row[name])
    rows = [
        {
            "programme": c.label(programme),
            "programme_iri": programme,
            "level": ", ".join(sorted(map(c.label, one["level"])))
            or gettext("niveau non précisé", c.language),
            "institution": ", ".join(sorted(map(c.label, one["provider"]))),
            "institution_iri": next(iter(one["provider"])) if len(one["provider"]) == 1 else None,
            "town": ", ".join(sorted(map(c.label, one["town"]))),
        }
        for programme, one in found.items()
    ]
    rows.sort(key=lambda row: (fold(str(row["programme"])), row["programme_iri"]))
    columns = (
        *(Column("programme", N_("Formation"), "link", weight=3), Column("level", N_("Niveau"), weight=1.3)),
        *(Column("institution", N_("Établissement"), "link", weight=2), Column("town", N_("Commune"))),
    )
    empty = N_("Aucune source chargée ne décrit de formation enseignée dans ce territoire.")
    return _table(asked, columns, rows, empty, groups=Counter(sorted(str(row["level"]) for row in rows)))


def _things(c: OutsideContext, asked: Solutions, given: str = "") -> list[dict[str, Any]]:
    """List things by class, a special one before a general one; `given` is their evidence where the answer has none."""
    general = {"http://www.w3.org/ns/org#Organization", f"{ANC}Interaction", "http://www.w3.org/ns/org#Site"}
    found: dict[str, dict[str, Any]] = {}
    for row in asked.rows:
        one = found.setdefault(
            row["thing"], {"thing": c.label(row["thing"]), "thing_iri": row["thing"], "kind": ""}
        )
        if row.get("class") not in general or not one["kind"]:
            one["kind"] = c.label(row["class"])
        one["evidence"] = row.get("evidence", given)
    return sorted(found.values(), key=lambda one: (fold(one["kind"]), fold(one["thing"]), one["thing_iri"]))


_THINGS = (Column("thing", N_("Intitulé"), "link", weight=2), Column("kind", N_("Nature")), EVIDENCE)


def relays(c: OutsideContext) -> Table:
    """List the relays, desks and devices in charge of the territory."""
    asked = c.ask("serving")
    empty = N_(
        "Aucune source chargée ne décrit de structure relais, de guichet ou de dispositif en charge du territoire."
    )
    return _table(asked, _THINGS, _things(c, asked), empty)


def examples(c: OutsideContext) -> Table:
    """List what is invented to show what the model can tell."""
    asked = c.ask("illustrative")
    note = N_(
        "Ces éléments sont inventés pour montrer ce que le modèle sait décrire (stages, demandes au guichet, antennes…). "
        "Ils n’entrent dans aucun chiffre de cette page."
    )
    rows = _things(c, asked, "illustrative")
    if c.language != SOURCE:
        rows = [{**row, "thing_lang": SOURCE} for row in rows]  # examples are written in French alone
    return _table(asked, _THINGS, rows, N_("Rien n’est inventé pour ce territoire."), note)


def interactions(c: OutsideContext) -> Table:
    """List the interactions that take place there, benefit it, or are taken part in from there, the latest first."""
    asked = c.ask("interactions")
    rows = [
        {
            "interaction": c.label(row["interaction"]),
            "interaction_iri": row["interaction"],
            "year": _year(row),
            "type": c.label(row["type"]) if "type" in row else "",
            "evidence": row.get("evidence", ""),
        }
        for row in asked.rows
    ]
    columns = (
        *(Column("interaction", N_("Interaction"), "link"), Column("year", N_("Année"), "year")),
        *(Column("type", N_("Type")), EVIDENCE),
    )
    note = N_("Les plus récentes, trente au plus.")
    return _table(asked, columns, rows, NO_INTERACTION, *((note,) if len(rows) == 30 else ()))


NO_INTERACTION = N_("Aucune source chargée ne décrit d’interaction.")


def _year(row: Row) -> int | None:
    return int(row["year"]) if row.get("year", "").isdigit() else None


def by_source(c: OutsideContext) -> Table:
    """Count interactions by source and year, the latest first: sources enter and leave in different years, and are not summed."""
    asked, unsaid = c.ask("interactions-by-year"), gettext("source non dite", c.language)
    rows = [
        {
            "group": source_title(local_name(row["source"]), c.language) if row.get("source") else unsaid,
            "source": local_name(row["source"]) if row.get("source") else "",
            "year": _year(row),
            "interactions": int(row["value"]),
        }
        for row in asked.rows
    ]
    rows.sort(key=lambda row: -int(row["year"] or 0))
    rows.sort(key=lambda row: (row["group"] == unsaid, row["group"]))
    columns = (
        *(Column("source", N_("Source"), blank="missing"), Column("year", N_("Année"), "year", blank="missing")),
        Column("interactions", N_("Interactions"), "number"),
    )  # fmt: skip
    note = N_(
        "Nombre d’interactions selon leur source et leur année (de l’appel ou du début) : les sources entrent et sortent "
        "à des années différentes"
    )
    return _table(asked, columns, rows, NO_INTERACTION, note)


def by_type(c: OutsideContext) -> Table:
    """Count interactions by type and evidence, the most frequent type first."""
    asked = c.ask("interactions-by-type")
    totals: Counter[str] = Counter()
    for row in asked.rows:
        totals[row.get("type", "")] += int(row["value"])
    rows = [
        {
            "type": c.label(row["type"]) if "type" in row else gettext("type non précisé", c.language),
            "evidence": row.get("evidence", ""),
            "interactions": int(row["value"]),
            "total": totals[row.get("type", "")],
        }
        for row in asked.rows
    ]
    rows.sort(key=lambda row: (-int(str(row["total"])), str(row["type"]), str(row["evidence"])))
    columns = (Column("type", N_("Type")), EVIDENCE, Column("interactions", N_("Interactions"), "number"))
    return _table(asked, columns, rows, NO_INTERACTION)


def partners(c: OutsideContext) -> Table:
    """List the actors that are most often in these interactions."""
    asked = c.ask("partners")
    rows = [
        {"partner": c.label(row["actor"]), "partner_iri": row["actor"], "interactions": int(row["value"])}
        for row in asked.rows
    ]
    columns = (
        Column("partner", N_("Acteur"), "link", weight=3),
        Column("interactions", N_("Interactions"), "number"),
    )
    return _table(asked, columns, rows, N_("Aucune source chargée ne nomme de partenaire."))


def chains(c: OutsideContext) -> Table:
    """Count the members of each filière there, by function."""
    asked = c.ask("chains")
    rows = [
        {
            "chain": c.label(row["chain"]),
            "chain_iri": row["chain"],
            "function": c.label(row["function"]),
            "members": int(row["value"]),
            "evidence": "inferred",
        }
        for row in sorted(asked.rows, key=lambda row: (row["chain"], row["function"]))
    ]
    columns = (
        *(Column("chain", N_("Filière"), "link", weight=2), Column("function", N_("Fonction"))),
        *(Column("members", N_("Membres"), "number"), EVIDENCE),
    )
    empty = N_("Aucun membre des filières décrites n’est situé dans ce territoire par les sources chargées.")
    note = N_(
        "Appartenances par un identifiant qu’une personne a vérifié ou par un code d’activité ; un mot ne fait que proposer. "
        "Ce qui établit chacune est affiché sur la page de la filière."
    )
    return _table(asked, columns, rows, empty, note)


def composition(c: OutsideContext) -> Table:
    """List the territories that hold it, straddle it, and make it up."""
    parts = c.ask("parts")
    relations = {"contains": N_("le contient"), "overlaps": N_("le recoupe")}
    related = [(row["whole"], relations[row["relation"]]) for row in c.ask("wholes").rows]
    related += [(row["part"], N_("en fait partie")) for row in parts.rows]
    rows = [
        {
            "territory": c.label(iri),
            "territory_iri": iri,
            "level": level_name(kind, c.language),
            "relation": relation[c.language],
        }
        for kind in LEVELS
        for iri, relation in _named(c, related, kind)
    ]
    columns = (
        *(Column("territory", N_("Territoire"), "link"), Column("level", N_("Niveau"))),
        Column("relation", N_("Relation")),
    )
    return _table(
        parts, columns, rows, N_("Aucun territoire n’est décrit autour de celui-ci, ni à l’intérieur.")
    )


def _named(
    c: OutsideContext, related: Iterable[tuple[str, Spoken]], kind: str
) -> Iterator[tuple[str, Spoken]]:
    """Give the territories of a level, by name."""
    pairs = {iri: relation for iri, relation in related if territory_kind(iri) == kind}
    for iri in sorted(pairs, key=lambda one: (fold(c.label(one)), one)):
        yield iri, pairs[iri]


_LACKING: Mapping[str, tuple[Words, Callable[[OutsideContext], Sequence[Any]]]] = {
    "jobs": (N_("Emploi salarié"), lambda c: outside_economy.jobs(c).rows),
    "population": (N_("Population"), lambda c: latest(c.ask("population").rows)),
    "contour": (N_("Contour"), lambda c: c.ask("contour").rows),
    "actors": (N_("Établissements, laboratoires et entreprises"), lambda c: c.ask("actors").rows),
    "programmes": (N_("Formations enseignées sur place"), lambda c: c.ask("programmes").rows),
    "establishments": (N_("Établissements par secteur"), lambda c: c.ask("establishments").rows),
    "interactions": (N_("Interactions avec l’enseignement supérieur et la recherche"), lambda c: c.ask("interactions").rows),
    "chains": (N_("Membres de filières"), lambda c: c.ask("chains").rows),
    "serving": (N_("Relais, guichets et dispositifs en charge du territoire"), lambda c: c.ask("serving").rows),
    "hiring": (N_("Projets de recrutement à cette maille"), lambda c: outside_economy.hiring(c).rows),
}  # fmt: skip
"""What a territory may lack, and what would tell it."""


def latest(rows: Sequence[Row]) -> list[Row]:
    """Give the row of the latest period, if there is one with a value."""
    dated = [row for row in rows if "value" in row and "period" in row]
    return [max(dated, key=lambda row: row["period"])] if dated else []


def missing(c: OutsideContext) -> Table:
    """List what no loaded source tells of the territory; a part that could not be read is not called missing."""
    why, rows = absent("missing", c.language)[1], []
    for words, known in _LACKING.values():
        try:
            lacks = not known(c)
        except Unread:
            continue
        if lacks:
            rows.append({"what": words[c.language], "why": why, "status": "missing"})
    columns = (Column("what", N_("Ce qui manque")), Column("why", N_("Pourquoi"), "absent"))
    note = N_("Une absence de donnée n’est pas un zéro.")
    return Table(columns, rows, empty=N_("Chaque partie de cette page a une source."), notes=(note,))


BLOCKS: list[Block] = [
    Block(ABSENT, N_("Ce qui manque dans les données"), make=missing, first=12),
    Block("acteurs", N_("Qui est là"), make=actors),
    Block("formations", N_("Formations enseignées sur place"), make=programmes),
    Block("relais", N_("Relais, antennes et dispositifs"), make=relays, first=12),
    Block("emplois", N_("Emploi salarié par secteur"), make=outside_economy.jobs, first=12),
    Block("zones", N_("Zones d’emploi du territoire"), make=outside_economy.zones),
    Block("etablissements", N_("Établissements par secteur"), make=outside_economy.establishments, first=17),
    Block("recrutements", N_("Projets de recrutement"), make=outside_economy.hiring, first=15),
    Block("interactions", N_("Interactions"), make=interactions, first=10),
    Block("interactions-par-source", N_("Interactions par source et année"), "grouped", by_source, 4),
    Block("interactions-par-type", N_("Interactions par type"), make=by_type, first=12),
    Block("partenaires", N_("Acteurs les plus présents dans ces interactions"), make=partners, first=15),
    Block("filieres", N_("Filières"), make=chains, first=12),
    Block("composition", N_("Composition et emboîtements"), make=composition, first=12),
    Block(EXAMPLES, N_("Exemples illustratifs"), make=examples, first=12),
]  # fmt: skip
"""The blocks of a territory off the region. Where a portrait has the same, it has the same name."""


def shown(c: OutsideContext) -> list[Block]:
    """List the blocks that the page of a territory shows: examples where there are some, zones where it has several."""
    asked = c.asked
    hidden = {EXAMPLES} if not asked["illustrative"].rows else set()
    hidden |= {"zones"} if len(asked["zones"].rows) < 2 else set()
    return [one for one in BLOCKS if one.name not in hidden]
