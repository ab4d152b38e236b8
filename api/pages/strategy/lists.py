"""What a strategy plans, and where it stands: actions by axis, budget, organisations, interactions that came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ....graph.indicators.rows import MISSING
from ....words import N_, Number, Spoken, gettext
from ...reading.things import Thing
from ...render.blocks.block import BlockContext
from ...render.blocks.tables import Column, Table
from ...web.links import local_name
from ..territory.lists import ACTION_ROLES, EVIDENCE, IDENTIFIER, SOURCES
from .matter import Contribution, StrategyMatter

AGREED = N_(
    "Une action conventionnée est connue par la liste des subventions accordées, qui ne dit pas où elle en est ; "
    "la liste chargée peut n’être qu’un extrait. Le prévu est le coût éligible de l’opération. Un bénéficiaire qui peut être une "
    "personne n’est pas repris : sans porteur, la source en nomme peut-être un."
)


@dataclass(frozen=True)
class Context(BlockContext):
    """What the blocks of one strategy are made from."""

    matter: StrategyMatter
    strategy: Thing

    @property
    def objectives(self) -> list[Thing]:
        """The objectives of the strategy, in order."""
        return self.matter.parts(self.strategy, "definesObjective")

    @property
    def actions(self) -> list[Thing]:
        """The actions of the strategy, in order."""
        return self.matter.parts(self.strategy, "definesAction")


def titled(matter: StrategyMatter, thing: Thing) -> str:
    """Name an axis, an objective or an action with its number."""
    return " ".join(part for part in (thing.one("notation"), matter.name(thing.path)) if part)


def amounts(lines: Iterable[Thing], name: str) -> float | None:
    """Add up the amounts of budget lines that are known; None where none is."""
    known = [value for value in (line.number(name) for line in lines) if value is not None]
    return sum(known) if known else None


def actions(context: Context) -> Table:
    """List the actions by axis, with their status, whether they are late, and what they cost."""
    matter, language = context.matter, context.matter.language
    axes = [one.path for one in matter.parts(context.strategy, "definesAxis")]
    rows: list[dict[str, Any]] = []
    for action in context.actions:
        axis = action.one("underAxis")
        lines = matter.budget(action)
        rows.append(
            {
                "rank": axes.index(axis) if axis in axes else len(axes),
                "group": titled(matter, matter.things[axis]) if axis in axes else gettext("Sans axe", language),
                "action": titled(matter, action), "iri": action.path,
                "state": matter.status(action), "late": matter.late(action),
                "from": action.one("startDate"), "until": action.one("endDate"),
                "run_by": matter.names(action.all("runBy")), "partners": matter.names(action.all("inPartnershipWith")),
                "planned": amounts(lines, "plannedAmount"), "spent": amounts(lines, "spentAmount"),
                "interactions": len(matter.serving(action)), "evidence": action.evidence, "source": action.source,
            }
        )  # fmt: skip
    rows.sort(key=lambda row: row["rank"])
    states = {local_name(one.one("actionStatus")) for one in context.actions}
    followed = states != {"agreed"}
    return Table(
        (
            Column("group", N_("Axe"), "file"),
            Column("action", N_("Action"), weight=2.6),
            Column("state", N_("État"), blank=MISSING),
            Column("late", N_("Retard"), "text" if followed else "file", weight=1.4),
            Column("from", N_("Début"), "file"),
            Column("until", N_("Fin"), "date", blank=MISSING),
            Column("run_by", N_("Porteur"), blank=MISSING, weight=1.4),
            Column("partners", N_("Partenaires"), weight=1.4),
            Column("planned", N_("Prévu (€)"), "number", 0, MISSING),
            Column("spent", N_("Dépensé (€)"), "number", 0, MISSING),
            Column("interactions", N_("Interactions"), "number", 0),
            EVIDENCE,
            SOURCES,
            IDENTIFIER,
        ),
        rows,
        empty=N_("Cette stratégie ne décrit aucune action."),
        question="late-actions",
        notes=(AGREED,) if "agreed" in states else (),
        more={"today": True},
    )


def budget(context: Context) -> Table:
    """Add up the budget lines of all actions by year and funder; what is not known is counted, and is no zero."""
    matter = context.matter
    found: dict[tuple[str, tuple[str, ...]], list[Thing]] = defaultdict(list)
    for action in context.actions:
        for line in matter.budget(action):
            found[line.one("year")[:4], tuple(line.all("fundedBy"))].append(line)
    rows = [
        {
            "year": year or gettext("toutes", matter.language), "funders": matter.names(funders),
            "lines": len(lines), "planned": amounts(lines, "plannedAmount"), "spent": amounts(lines, "spentAmount"),
            "unknown": sum(line.number("spentAmount") is None for line in lines),
            "evidence": context.strategy.evidence,
        }
        for (year, funders), lines in sorted(found.items())
    ]  # fmt: skip
    return Table(
        (
            Column("year", N_("Année")),
            Column("funders", N_("Financeurs"), blank=MISSING, weight=2),
            Column("lines", N_("Lignes"), "number", 0),
            Column("planned", N_("Prévu (€)"), "number", 0, MISSING),
            Column("spent", N_("Dépensé (€)"), "number", 0, MISSING),
            Column("unknown", N_("Lignes dont la dépense est inconnue"), "number", 0),
            EVIDENCE,
        ),
        rows,
        empty=N_("Aucun budget n’est décrit pour les actions de cette stratégie."),
        notes=_totals(rows),
    )


def _totals(rows: list[dict[str, Any]]) -> tuple[Spoken, ...]:
    """Say what all years come to, and of how many lines the spending is not known."""
    if not rows:
        return ()
    planned, spent = (sum(row[name] or 0.0 for row in rows) for name in ("planned", "spent"))
    unknown, lines = (sum(row[name] for row in rows) for name in ("unknown", "lines"))
    if unknown == lines:
        told = N_(
            "En tout, pour les actions que la source décrit : {planned} € prévus ; aucune dépense n’est connue.",
            planned=Number(planned),
        )
        return (told,)
    told = N_(
        "En tout, pour les actions que la source décrit : {planned} € prévus ; {spent} € dépensés d’après les lignes "
        "dont la dépense est connue. Lignes dont elle est inconnue : {unknown} sur {lines}.",
        planned=Number(planned), spent=Number(spent), unknown=Number(unknown), lines=Number(lines),
    )  # fmt: skip
    return (told,)


ROLES: Mapping[str, Spoken] = {"adoptedBy": N_("l’a adoptée"), **ACTION_ROLES}


def organisations(context: Context) -> Table:
    """List who adopted the strategy, runs its actions, takes part in them and pays for them."""
    matter, language = context.matter, context.matter.language
    roles: dict[str, set[str]] = defaultdict(set)
    count: dict[str, set[str]] = defaultdict(set)
    funds: dict[str, list[Thing]] = defaultdict(list)
    for path in context.strategy.all("adoptedBy"):
        roles[path].add("adoptedBy")
    for action in context.actions:
        lines = matter.budget(action)
        told = {name: set(action.all(name)) for name in ROLES}
        told["fundedBy"] |= {path for line in lines for path in line.all("fundedBy")}
        for name, paths in told.items():
            for path in paths:
                roles[path].add(name)
                count[path].add(action.path)
        for line in lines:
            if len(line.all("fundedBy")) == 1:  # what two pay together is nobody's share
                funds[line.one("fundedBy")].append(line)
    rows = [
        {
            "organisation": matter.name(path), "organisation_iri": path,
            "roles": ", ".join(ROLES[name][language] for name in ROLES if name in names),
            "actions": len(count[path]), "planned": amounts(funds[path], "plannedAmount"),
            "spent": amounts(funds[path], "spentAmount"), "evidence": context.strategy.evidence,
        }
        for path, names in roles.items()
    ]  # fmt: skip
    rows.sort(key=lambda row: (-len(count[str(row["organisation_iri"])]), str(row["organisation_iri"])))
    return Table(
        (
            Column("organisation", N_("Organisation"), "link", weight=2),
            Column("roles", N_("Rôle"), weight=1.6),
            Column("actions", N_("Actions"), "number", 0),
            Column("planned", N_("Finance seule, prévu (€)"), "number", 0),
            Column("spent", N_("Finance seule, dépensé (€)"), "number", 0),
            EVIDENCE,
        ),
        rows,
        empty=N_("Aucune organisation n’est nommée."),
    )


def interactions(context: Context) -> Table:
    """List the interactions that serve the objectives of the strategy, or came of its actions, the latest first."""
    matter = context.matter
    serves: dict[str, list[Thing]] = defaultdict(list)
    facts: dict[str, Contribution] = {}
    for thing in (*context.objectives, *context.actions):
        for path, one in matter.serving(thing).items():
            serves[path].append(thing)
            facts[path] = one
    rows = [
        {
            "interaction": matter.name(path), "interaction_iri": path, "year": one.year, "type": matter.name(one.type),
            "serves": " ; ".join(titled(matter, thing) for thing in serves[path]),
            "evidence": one.evidence, "source": one.source,
        }
        for path, one in sorted(facts.items(), key=lambda pair: (-(pair[1].year or 0), pair[0]))
    ]  # fmt: skip
    return Table(
        (
            Column("interaction", N_("Interaction"), "link", weight=2.2),
            Column("year", N_("Année"), "year", blank=MISSING),
            Column("type", N_("Type")),
            Column("serves", N_("Sert l’objectif, ou vient de l’action"), weight=2.2),
            EVIDENCE,
            SOURCES,
        ),
        rows,
        empty=N_(
            "Aucune interaction connue ne sert un objectif de cette stratégie ni ne vient d’une de ses actions."
        ),
    )


def unserved(context: Context) -> Table:
    """List the objectives and actions that no interaction is known to serve or to come of."""
    matter, language = context.matter, context.matter.language
    kinds = ((N_("objectif"), context.objectives), (N_("action"), context.actions))
    rows = [
        {
            "what": titled(matter, thing), "iri": thing.path, "kind": kind[language],
            "state": matter.status(thing), "evidence": thing.evidence, "source": thing.source,
        }
        for kind, things in kinds
        for thing in things
        if not matter.serving(thing)
    ]  # fmt: skip
    return Table(
        (
            Column("what", N_("Objectif ou action"), weight=3),
            Column("kind", N_("Nature")),
            Column("state", N_("État")),
            EVIDENCE,
            SOURCES,
            IDENTIFIER,
        ),
        rows,
        empty=N_("Chaque objectif et chaque action a au moins une interaction connue."),
    )
