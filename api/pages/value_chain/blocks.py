"""The blocks of a filière as tables: links, who does what, members, missing links, where, producers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....graph.chains.network import Actor
from ....ontology.vocabulary import ID
from ...reading.solutions import Reading
from ...render.blocks.block import Block
from ...render.blocks.tables import Column, Table, Words
from ...web.negotiation import Language
from .chain import KINDS, Chain
from .reading import View

STAGE = Column("stage", ("Étape", "Stage"))
FUNCTION = Column("function", ("Fonction", "Function"))
UNKNOWN: Words = ("non précisée", "not known")


@dataclass(frozen=True)
class Asked:
    """What the tables are made of: the filière as asked for, names, the rows that its page gathers, and the language."""

    view: View
    reading: Reading
    places: Sequence[tuple[str, str, Mapping[str, int]]]
    producers: Sequence[Mapping[str, Any]]
    said: Language

    @property
    def chain(self) -> Chain:
        """The filière."""
        return self.view.chain

    def stage(self, path: str) -> str:
        """Name a stage."""
        return dict(self.chain.stages)[path][self.said] if path else UNKNOWN[self.said == "en"]


def links(asked: Asked) -> Table:
    """Make the activities of each stage, in both revisions of the NAF."""
    order = [stage for stage, _ in asked.chain.stages]
    rows = [
        {
            "stage": asked.stage(link.stage),
            "revision": link.revision,
            "code": link.code,
            "code_iri": link.iri,
            "activity": link.label,
            "share": link.share,
            "status": "" if link.share is not None else "missing",
            "citation": link.citation,
        }
        for link in sorted(asked.chain.links, key=lambda one: (order.index(one.stage), one.recent, one.code))
    ]
    columns = (
        *(
            STAGE,
            Column("revision", ("Nomenclature", "Classification")),
            Column("code", ("Code", "Code"), "link"),
        ),
        Column("activity", ("Activité", "Activity")),
        Column("share", ("Part de l’activité", "Share of the activity"), "number", 2),
        *(
            Column("citation", ("Source de la part", "Source of the share")),
            Column("status", ("État", "Status"), "status"),
        ),
    )
    return Table(columns, rows)


def who_does_what(asked: Asked) -> Table:
    """Make the number of members by stage and function; none known is missing, not zero."""
    held = asked.chain.held()
    rows = [
        {
            "stage": asked.stage(stage),
            "function": words[asked.said],
            "members": held.get((stage, function)),
            "status": "" if (stage, function) in held else "missing",
        }
        for stage in (*(one for one, _ in asked.chain.stages), "")
        for function, words in asked.chain.functions
    ]
    members = Column("members", ("Membres repérés", "Members found"), "number")
    note: Words = (
        "Un même membre compte à chacune de ses étapes et de ses fonctions.",
        "One member counts at each of its stages and functions.",
    )
    return Table(
        (STAGE, FUNCTION, members, Column("status", ("État", "Status"), "status")), rows, notes=(note,)
    )


def members(asked: Asked) -> Table:
    """Make the members that the filters keep, one a row."""
    found = [actor for actor in asked.view.shown.actors.values() if actor.member]
    asked.reading.learn_labels({ID + place for actor in found for place in actor.places})
    columns = (
        *(Column("name", ("Nom", "Name"), "link"), Column("kind", ("Nature", "Kind")), FUNCTION, STAGE),
        *(Column("holders", ("Porté par", "Held by")), Column("towns", ("Communes", "Communes"))),
        *(Column("first_year", ("De", "From"), "year"), Column("last_year", ("À", "To"), "year")),
        *(
            Column("rule", ("Code de la règle", "Code of the rule"), "file"),
            Column("reads", ("Règle", "Rule")),
        ),
        Column("evidence", ("Preuve", "Evidence")),
    )
    empty: Words = ("Aucun membre ne passe ces filtres.", "No member passes these filters.")
    return Table(columns, [_member(asked, actor) for actor in found], empty=empty)


def _member(asked: Asked, actor: Actor) -> dict[str, Any]:
    network, said = asked.chain.network, asked.said
    told = {rule.id: rule.told(said) for rule in asked.chain.rules}
    holders = {
        network.actors[tie.second].label
        for tie in network.of(actor.path)
        if tie.first == actor.path and tie.kind in ("offers", "supervises")
    }
    years = sorted(actor.years)
    return {
        "name": actor.label,
        "name_iri": actor.path,
        "kind": KINDS[actor.kind][2 if said == "en" else 0],
        "function": ", ".join(words[said] for one, words in asked.chain.functions if one in actor.functions),
        "stage": ", ".join(words[said] for one, words in asked.chain.stages if one in actor.stages)
        or UNKNOWN[said == "en"],
        "holders": ", ".join(sorted(holders)),
        "towns": ", ".join(sorted(asked.reading.label(ID + place) for place in actor.places)),
        "first_year": years[0] if years else None,
        "last_year": years[-1] if years else None,
        "rule": ", ".join(sorted(actor.rules)),
        "reads": " ; ".join(told.get(rule, rule) for rule in sorted(actor.rules)),
        "evidence": ", ".join(sorted(actor.evidence)),
    }


def places(asked: Asked) -> Table:
    """Make the number of members with a known place by département and function."""
    functions = {function: words[asked.said] for function, words in asked.chain.functions}
    rows = [
        {"department": label, "department_iri": iri, "function": functions[function], "members": count}
        for iri, label, counts in asked.places
        for function, count in counts.items()
    ]
    department = Column("department", ("Département", "Département"), "link")
    return Table((department, FUNCTION, Column("members", ("Membres", "Members"), "number")), rows)


def producers(asked: Asked) -> Table:
    """Make the jobs and establishments of the sectors around each stage."""
    rows = [
        {**{name: line[name] for name in ("stage", "sector", "code", "indicator", "period")}, "value": float(line["value"]),
         "territories": float(line["territories"])}
        for line in asked.producers
    ]  # fmt: skip
    columns = (
        *(STAGE, Column("sector", ("Secteur entier", "Whole sector")), Column("code", ("Code", "Code"))),
        *(Column("indicator", ("Indicateur", "Indicator")), Column("period", ("Période", "Period"))),
        Column("territories", ("Territoires décrits", "Territories described"), "number"),
        Column("value", ("Valeur", "Value"), "number"),
    )
    coarse: Words = (
        "Effectifs de secteurs entiers, bien plus larges que la filière : ils disent où chercher.",
        "Counts of whole sectors, much wider than the chain: they say where to look.",
    )
    return Table(columns, rows, notes=(coarse,))


def _block(
    name: str, french: str, english: str, make: Callable[[Any], Table] | None, definition: Words
) -> Block:
    form = "table" if make else "findings"
    return Block(name, (french, english), form, make, first=25, definition=definition)


BLOCKS: Mapping[str, Block] = {
    block.name: block
    for block in (
        _block(
            "maillons", "Maillons", "Links", links,
            ("Activités de la filière, par étape.", "Activities of the chain, by stage."),
        ),
        _block(
            "qui-fait-quoi", "Qui fait quoi, à quelle étape", "Who does what, at which stage", who_does_what,
            ("Membres repérés par les règles de la filière.", "Members found by the rules of the chain."),
        ),
        _block(
            "membres", "Membres", "Members", members,
            ("Membres repérés par les règles de la filière.", "Members found by the rules of the chain."),
        ),
        _block(
            "maillons-manquants", "Maillons manquants", "Missing links", None,
            ("Maillons que personne de connu ne tient.", "Links that nobody known holds."),
        ),
        _block(
            "departements", "Par département", "By department", places,
            ("Membres dont le lieu est connu.", "Members whose place is known."),
        ),
        _block(
            "producteurs", "Producteurs, en effectifs", "Producers, as counts", producers,
            ("Effectifs des secteurs autour des maillons.", "Counts of the sectors around the links."),
        ),
    )
}  # fmt: skip
"""The blocks of the page of a filière by the last part of their address."""
