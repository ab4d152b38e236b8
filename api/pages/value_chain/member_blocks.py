"""Who takes part in a filière, as tables: members and on what they are, who is proposed, and what persons decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....graph.chains.network import Actor, ChainNetwork
from ....ontology.vocabulary import ID
from ....words import N_, SOURCE, gettext
from ...render.blocks.tables import Column, Table, Words
from .block_params import FUNCTION, STAGE, UNKNOWN, ChainBlockParams
from .chain import BASES, KINDS


def members(asked: ChainBlockParams) -> Table:
    """Make the members that the filters keep, one a row: those of most known links first."""
    found = [actor for actor in asked.view.shown.actors.values() if actor.member]
    degrees = asked.chain.network.degrees
    found.sort(key=lambda actor: -degrees[actor.path])  # of as many, the order is that of names
    asked.reading.learn_labels({ID + place for actor in found for place in actor.places})
    columns = (
        *(Column("name", N_("Nom"), "link"), Column("kind", N_("Nature")), FUNCTION, STAGE),
        *(Column("holders", N_("Porté par")), Column("towns", N_("Communes"))),
        *(Column("first_year", N_("De"), "year"), Column("last_year", N_("À"), "year")),
        Column("basis", N_("Membre par")),
        *(
            Column("rule", N_("Code de la règle"), "file"),
            Column("reads", N_("Règle")),
        ),
        Column("evidence", N_("Preuve")),
    )
    empty: Words = N_("Aucun membre ne répond à ces filtres.")
    told = {rule.id: rule.told(asked.said) for rule in asked.chain.rules}
    return Table(columns, [_member(asked, actor, told) for actor in found], empty=empty)


def _member(asked: ChainBlockParams, actor: Actor, told: Mapping[str, str]) -> dict[str, Any]:
    years, said = sorted(actor.years), asked.said
    return {
        **_about(asked, asked.chain.network, actor),
        "first_year": years[0] if years else None,
        "last_year": years[-1] if years else None,
        "basis": BASES[asked.chain.basis(actor)][said],
        "rule": ", ".join(sorted(actor.rules)),
        "rules": [(rule, told.get(rule, rule)) for rule in sorted(actor.rules)],
        "reads": " ; ".join(told.get(rule, rule) for rule in sorted(actor.rules)),
        "evidence": ", ".join(sorted(actor.evidence)),
    }


def _about(asked: ChainBlockParams, network: ChainNetwork, actor: Actor) -> dict[str, Any]:
    """Tell who somebody is, what it does in the filière, who holds it and where it stands."""
    said, holders = asked.said, network.holders(actor.path)
    return {
        "name": actor.label,
        "name_iri": actor.path,
        "kind": KINDS[actor.kind][said],
        "function": ", ".join(words[said] for one, words in asked.chain.functions if one in actor.functions),
        "stage": ", ".join(words[said] for one, words in asked.chain.stages if one in actor.stages)
        or UNKNOWN[said],
        "holders": ", ".join(holders),
        "held_by": holders,
        "towns": ", ".join(sorted(asked.reading.label(ID + place) for place in actor.towns)),
    }


def proposals(asked: ChainBlockParams) -> Table:
    """Make those whom words propose, one a row: they are members only once a person accepts them."""
    rules = {rule.id: rule for rule in asked.chain.rules}
    found = asked.chain.proposals
    asked.reading.learn_labels({ID + place for actor in found for place in actor.towns})
    rows = [
        {
            **_about(asked, asked.chain.proposed, actor),
            "rule": ", ".join(sorted(actor.rules)),
            "reads": " ; ".join(
                rules[rule].found(actor.label, asked.said) for rule in sorted(actor.rules & rules.keys())
            ),
        }
        for actor in found
    ]
    columns = (
        *(Column("name", N_("Nom"), "link"), Column("kind", N_("Nature")), FUNCTION, STAGE),
        *(Column("holders", N_("Porté par")), Column("towns", N_("Communes"))),
        *(Column("rule", N_("Code de la règle"), "file"), Column("reads", N_("Proposé par un mot"))),
    )
    note = N_("Ils ne comptent dans aucun chiffre, aucun manque, aucun lien ni aucune suggestion.")
    return Table(columns, rows, empty=N_("Aucun nom n’est proposé."), notes=(note,) if rows else ())


def decisions(asked: ChainBlockParams) -> Table:
    """Make the lists of identifiers that persons accepted or refused, one a row: by which role, when, why."""
    said = asked.said
    functions = {one: words[said] for one, words in asked.chain.functions}
    decided = {"identifiers": N_("acceptés")[said], "refusals": N_("refusés")[said]}
    rows = [
        {
            "list": rule.id,
            "decision": decided["refusals" if "refusals" in rule.reads else "identifiers"],
            "identifiers": rule.identifiers,
            "function": functions.get(rule.function, ""),
            "stage": asked.stage(rule.stage) if rule.stage in dict(asked.chain.stages) else "",
            "who": gettext(rule.who, said),
            "day": rule.day,
            "why": (why := gettext(rule.why, said)),
            "why_lang": SOURCE if why == rule.why else said,
        }
        for rule in asked.chain.rules
        if rule.reads & decided.keys()
    ]
    columns = (
        *(Column("decision", N_("Décision")), Column("identifiers", N_("Identifiants"), "number")),
        *(
            FUNCTION,
            STAGE,
            Column("why", N_("Pourquoi"), "french"),
            Column("who", N_("Par")),
            Column("day", N_("Le")),
        ),
        Column("list", N_("Code de la liste"), "file"),
    )
    note = N_(
        "Une liste vaut pour toutes les sources : est membre qui elle accepte et qu’une source chargée décrit."
    )
    empty = N_("Aucune liste de membres n’est tenue pour cette filière.")
    return Table(columns, rows, empty=empty, notes=(note,) if rows else ())
