"""Where an actor is, whom it belongs with, and in which filières."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from ....graph.indicators.rows import MISSING
from ....graph.region.firmness import firmest
from ....graph.region.text import fold
from ....words import N_
from ...labels.days import opening_hours
from ...labels.link_rules import RULES
from ...render.blocks.tables import Column, Table
from ...web.links import local_name
from ..territory.lists import ACTION_ROLES, EVIDENCE, IDENTIFIER, SOURCES, source_name
from .matter import ActorData, Context, communes
from .rules import READS, RULE, chain_rule

#: How an actor is related to another: as groups of the block, in the order they are shown.
RELATIONS = {
    "supervised-by": N_("Tutelles"),
    "participating": N_("Établissements participants"),
    "part-of": N_("Fait partie de"),
    "member-of": N_("Membre de"),
    "supervises": N_("Unités, équipes et fédérations dont c’est une tutelle"),
    "takes-part-in": N_("Participe à"),
    "parts": N_("Composantes"),
    "members": N_("Membres"),
}
VIA = {
    "self": N_("par elle-même"),
    "programme": N_("par une formation"),
    "unit": N_("par une unité"),
    "interaction": N_("par une interaction"),
}


def sources_of(context: Context, path: str) -> tuple[str, ...]:
    """Name the sources that describe an actor."""
    found: set[str] = set()
    for frame, key in (("units", "unit"), ("programmes", "programme")):
        rows = context.known.by(frame, key).of(path)
        found.update(source_name(one) for one in rows.distinct("source"))
    return tuple(sorted(found))


def sites(context: Context) -> Table:
    """List the sites of an actor, and those from where it took part in interactions."""
    known = context.known
    rows = known.by("sites", "organization").of(context.path)
    context.learn([*rows["site"], *rows["place"], *rows["class"]])
    places: dict[str, set[str]] = defaultdict(set)
    addresses: dict[str, set[str]] = defaultdict(set)
    hours: dict[str, set[str]] = defaultdict(set)
    for site, place in rows.select("site", "place"):
        places[site].add(place or "")
    openings = known.by("openings", "organization").of(context.path)
    for site, address, opening in openings.select("site", "address", "hours"):
        addresses[site].add(address or "")
        hours[site].add(opening or "")
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for site, kind, place, evidence in rows.select("site", "class", "place", "evidence"):
        if (town := place or "") not in communes(places[site]):
            continue
        row = found.setdefault(
            (site, town),
            {
                "site": context.name(site), "site_iri": site, "kind": context.say(N_("site")),
                "town": context.name(place), "town_iri": place, "evidence": evidence,
                "address": ", ".join(sorted(addresses[site] - {""})),
                "hours": " ; ".join(opening_hours(hours[site] - {""}, context.language)),
            },
        )  # fmt: skip
        if kind:
            row["kind"] = context.word(kind)
    told = [
        column
        for column in (Column("address", N_("Adresse")), Column("hours", N_("Horaires")))
        if any(row[column.name] for row in found.values())
    ]
    listed = sorted(found.values(), key=lambda row: (fold(row["town"]), fold(row["site"]), row["site_iri"]))
    listed += _acts_from(context, {row["town_iri"] for row in listed})
    return Table(
        (
            Column("site", N_("Site"), "link", blank=MISSING),
            Column("kind", N_("Nature")),
            Column("town", N_("Commune ou territoire"), "link", blank=MISSING),
            *told,
            Column("evidence", N_("Preuve du lieu"), "evidence"),
        ),
        listed,
        empty=N_(
            "Aucune source chargée ne situe cette organisation : ni site, ni commune d’où elle "
            "prendrait part à une interaction."
        ),
        question="sites-of-organization",
        sources=sources_of(context, context.path),
        more={"sites": len(places)},
    )


def _acts_from(context: Context, placed: set[str]) -> list[dict[str, Any]]:
    """List the places from where an actor took part in interactions, most often first, but those of its sites."""
    took = context.known.by("participations", "actor").of(context.path)
    counts = Counter(place for place in took["place"] if place)
    firm: dict[str, str] = {}  # that it acts from there is as firm as the firmest of what says so
    for place, evidence in took.select("place", "evidence"):
        firm[place] = firmest(firm.get(place, evidence), evidence)
    context.learn(counts)
    return [
        {
            "site": "", "site_iri": None, "kind": context.say(N_("lieu d’où il a pris part à des interactions")),
            "town": context.name(place), "town_iri": place, "evidence": firm[place],
        }
        for place in sorted(counts, key=lambda one: (-counts[one], one)) if place not in placed
    ]  # fmt: skip


def kin(context: Context) -> Table:
    """List the supervisors, units, parts and groupings of an actor, by relation."""
    known, path = context.known, context.path
    pairs: list[tuple[str, str, str]] = []
    for frame, mine, theirs, relations in (
        ("supervisions", "unit", "institution", {"supervised": "supervised-by", "participating": "participating"}),
        ("supervisions", "institution", "unit", {"supervised": "supervises", "participating": "takes-part-in"}),
        ("kin", "part", "whole", {"part": "part-of", "member": "member-of"}),
        ("kin", "whole", "part", {"part": "parts", "member": "members"}),
    ):  # fmt: skip
        rows = known.by(frame, mine).of(path)
        pairs += [
            (relations[name], other, evidence)
            for other, name, evidence in rows.select(theirs, "relation", "evidence")
        ]
    order = list(RELATIONS)
    context.learn(other for _, other, _ in pairs)
    listed: list[dict[str, Any]] = [
        {
            "group": RELATIONS[relation][context.language], "relation": relation, "actor": context.name(other),
            "actor_iri": other, "interactions": len(known.interactions(other)), "evidence": evidence,
        }
        for relation, other, evidence in set(pairs)
    ]  # fmt: skip
    listed.sort(
        key=lambda row: (
            order.index(row["relation"]), -row["interactions"], fold(row["actor"]), row["actor_iri"],
        )
    )  # fmt: skip
    for row in listed:
        row["town"] = context.town(row["actor_iri"])
    sources = sources_of(context, path)
    if sources:  # the directory of units does not tell their doctoral schools: that of schools does
        schools = [other for _, other, _ in pairs if known.kind(other) == "doctoral-school"]
        told = known.by("institutions", "organization").of_all(dict.fromkeys(schools)).distinct("source")
        sources = tuple(sorted({*sources, *map(source_name, told)}))
    return Table(
        (
            Column("group", N_("Relation"), "file"),
            Column("actor", N_("Organisation"), "link"),
            Column("interactions", N_("Interactions connues"), "number"),
            Column("town", N_("Commune"), blank=MISSING),
            EVIDENCE,
        ),
        listed,
        empty=N_(
            "Aucune source chargée ne relie cette organisation à une tutelle, une unité ou un regroupement."
        ),
        question="actor-kin",
        sources=sources,
    )


def records(context: Context) -> Table:
    """List the records that sources have of an actor under other names, and the rule that links each."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    rows = context.known.by("records", "body").of(context.path)
    for record, label, source, rule, confidence, evidence in rows.select(
        "record", "label", "source", "rule", "confidence", "evidence"
    ):
        row = {
            "record": label or record.rpartition("/")[2], "record_iri": record,
            "source": source_name(source) if source else None,
            "rule": context.say(RULES[rule]) if rule in RULES else rule, "confidence": confidence, "evidence": evidence,
        }  # fmt: skip
        found.setdefault((row["record"], row["source"], rule), row)
    listed = sorted(
        found.values(), key=lambda row: (-float(row["confidence"]), fold(row["record"]), row["record_iri"])
    )
    return Table(
        (
            Column("record", N_("Nom dans la source")),
            Column("source", N_("Source"), blank=MISSING),
            Column("rule", N_("Rapprochée par")),
            Column("confidence", N_("Confiance"), "number", decimals=2),
            EVIDENCE,
        ),
        listed,
        empty=N_(
            "Aucune autre fiche n’est rapprochée de cet organisme : les sources le nomment toutes ainsi."
        ),
        question="actor-records",
    )


def successions(context: Context) -> Table:
    """List whom an actor has succeeded, and who has succeeded it."""
    known, path = context.known, context.path
    before = [*known.by("successions", "body").of(path).select("former", "label", "until", "evidence")]
    after = [*known.by("successions", "former").of(path).select("body", "until", "evidence")]
    context.learn([*(former for former, *_ in before), *(body for body, *_ in after)])
    after_named = [(body, context.name(body), until, evidence) for body, until, evidence in after]
    listed = [
        {
            "relation": context.say(relation), "organisation": label or context.name(other),
            "until": until[:10] if until else None, "evidence": evidence,
        }
        for relation, rows in ((N_("a succédé à"), before), (N_("remplacé par"), after_named))
        for other, label, until, evidence in rows
    ]  # fmt: skip
    listed.sort(
        key=lambda row: (row["relation"], row["until"] or "", fold(row["organisation"])), reverse=True
    )
    return Table(
        (
            Column("relation", N_("Relation")),
            Column("organisation", N_("Organisation")),
            Column("until", N_("Jusqu’en"), blank=MISSING),
            EVIDENCE,
        ),
        listed,
        empty=N_("Aucune source chargée ne dit que cet organisme a succédé à un autre."),
        question="actor-successions",
    )


def actions(context: Context) -> Table:
    """List the actions of strategies that an actor runs, takes part in or pays for, the latest first."""
    told = context.known.by("actions", "organization").of(context.path)
    context.learn(told["status"])
    listed = [
        {
            "strategy": strategy_label, "strategy_iri": strategy, "action": label, "iri": action,
            "role": context.say(ACTION_ROLES[local_name(role)]), "state": context.word(status), "start": start, "end": end,
            "evidence": evidence, "source": source_name(source),
        }
        for strategy, strategy_label, action, label, role, status, start, end, evidence, source in told.select(
            "strategy", "strategyLabel", "action", "label", "role", "status", "start", "end", "evidence", "source"
        )
    ]  # fmt: skip
    listed.sort(key=lambda row: (row["start"] or "", row["action"]), reverse=True)
    return Table(
        (
            Column("strategy", N_("Stratégie"), "link"),
            Column("action", N_("Action"), weight=2),
            Column("role", N_("Rôle")),
            Column("state", N_("État"), blank=MISSING),
            Column("start", N_("Début"), "date", blank=MISSING),
            Column("end", N_("Fin"), "date", blank=MISSING),
            EVIDENCE,
            SOURCES,
            IDENTIFIER,
        ),
        listed,
        empty=N_("Aucune source chargée ne lie cette organisation à une action d’une stratégie."),
        question="actor-actions",
    )


def members_of(known: ActorData, path: str) -> dict[str, str]:
    """Give what may be a member of a filière for an actor, and how (`VIA`): its interactions, programmes, units, itself."""
    through: dict[str, str] = {}
    for via, frame, key, member in (
        ("interaction", "participations", "actor", "interaction"),
        ("programme", "programmes", "institution", "programme"),
    ):
        through |= dict.fromkeys(known.by(frame, key).of(path).distinct(member), via)
    held = known.by("supervisions", "institution").of(path).select("unit", "relation")
    through |= dict.fromkeys((unit for unit, relation in held if relation == "supervised"), "unit")
    through[path] = "self"
    return through


def chains(context: Context) -> Table:
    """List the filières of an actor: by itself, its programmes, its units and its interactions."""
    known, path = context.known, context.path
    through = members_of(known, path)
    columns = ("chain", "member", "function", "stage", "rule", "evidence")
    rows = list(dict.fromkeys(known.by("members", "member").of_all(through).select(*columns)))
    context.learn(one for row in rows for one in row[:4])
    order = list(VIA)
    note = N_(
        "Aucune source ne dit ces appartenances : un identifiant qu’une personne a vérifié ou un code d’activité les établit, "
        "un mot ne fait que proposer ; la page de chaque filière le montre."
    )
    listed: list[dict[str, Any]] = [
        {
            "group": context.word(chain), "chain": context.word(chain), "chain_iri": chain, "via": through[member],
            "how": VIA[through[member]][context.language], "member": context.name(member), "member_iri": member,
            "function": context.word(function), "stage": context.word(stage),
            "rule": rule, "reads": chain_rule(known, chain, rule, context.language), "evidence": evidence,
        }
        for chain, member, function, stage, rule, evidence in rows
    ]  # fmt: skip
    listed.sort(
        key=lambda row: (row["chain_iri"], order.index(row["via"]), fold(row["member"]), row["function"])
    )
    return Table(
        (
            Column("chain", N_("Filière"), "link"),
            Column("how", N_("Comment")),
            Column("member", N_("Membre"), "link"),
            Column("function", N_("Fonction")),
            Column("stage", N_("Étape"), blank=MISSING),
            RULE,
            READS,
            EVIDENCE,
        ),
        listed,
        empty=N_(
            "Aucun identifiant vérifié ni code d’activité ne range cette organisation, ses formations, ses unités ni ses "
            "interactions dans une filière décrite."
        ),
        notes=(note,) if listed else (),
        question="actor-chains",
    )
