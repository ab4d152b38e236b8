"""Two strategies beside each other: what their objectives share, and what no interaction or no objective answers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ....graph.indicators.rows import MISSING
from ....graph.region.firmness import weakest
from ....graph.region.strategies import shared
from ....words import N_, Spoken
from ...reading.things import Thing
from ...render.blocks.block import Block, BlockContext
from ...render.blocks.tables import Column, Table
from ..territory.lists import EVIDENCE, IDENTIFIER, SOURCES
from .around import without_objective
from .follow_up import objectives
from .lists import Context, titled
from .matter import StrategyMatter

SHARES: Mapping[str, Spoken] = {
    "same": N_("le même objectif"),
    "words": N_("mêmes mots"),
    "indicator": N_("même indicateur"),
    "other-subject": N_("mais pas le même sujet"),
    "subject": N_("même filière, secteur ou discipline"),
}


@dataclass(frozen=True)
class Comparison(BlockContext):
    """What the blocks of a comparison are made from."""

    matter: StrategyMatter
    first: Thing
    second: Thing


def common(context: Comparison) -> Table:
    """List the pairs of objectives that share something, with what they share and where each stands."""
    matter = context.matter
    stands = {
        row["iri"]: row
        for one in (context.first, context.second)
        for row in reversed(objectives(Context(matter, one)).rows)
    }
    rows = []
    for one, other, what in shared(matter.aims(context.first), matter.aims(context.second)):
        mine, theirs = (matter.things[aim.path] for aim in (one, other))
        rows.append(
            {
                "first": titled(matter, mine), "second": titled(matter, theirs),
                "shares": ", ".join(SHARES[name][matter.language] for name in what),
                "value_a": stands[mine.path]["value"], "target_a": stands[mine.path]["target"],
                "value_b": stands[theirs.path]["value"], "target_b": stands[theirs.path]["target"],
                "iri": mine.path, "other_iri": theirs.path,
                "evidence": weakest(mine.evidence, theirs.evidence), "source": mine.source,
                "strength": len(what),
            }
        )  # fmt: skip
    rows.sort(key=lambda row: -row["strength"])
    return Table(
        (
            Column("first", N_("Objectif de la première"), weight=2),
            Column("second", N_("Objectif de la seconde"), weight=2),
            Column("shares", N_("Ce qu’ils partagent"), weight=1.6),
            Column("value_a", N_("Valeur (première)"), "number", blank=MISSING),
            Column("target_a", N_("Cible (première)"), "number", blank=MISSING),
            Column("value_b", N_("Valeur (seconde)"), "number", blank=MISSING),
            Column("target_b", N_("Cible (seconde)"), "number", blank=MISSING),
            EVIDENCE,
            SOURCES,
            IDENTIFIER,
            Column("other_iri", N_("Identifiant de la seconde"), "file"),
        ),
        rows,
        empty=N_(
            "Aucun objectif de l’une ne partage ses mots, son indicateur ou son sujet avec un objectif de l’autre."
        ),
    )


def unserved(context: Comparison) -> Table:
    """List the objectives of either that no interaction is known to serve."""
    matter = context.matter
    rows = [
        {
            "objective": titled(matter, one), "iri": one.path, "strategy": matter.name(strategy.path),
            "strategy_iri": strategy.path, "evidence": one.evidence, "source": one.source,
        }
        for strategy in (context.first, context.second)
        for one in matter.parts(strategy, "definesObjective")
        if not matter.serving(one)
    ]  # fmt: skip
    return Table(
        (
            Column("objective", N_("Objectif"), weight=2.4),
            Column("strategy", N_("Stratégie"), "link", weight=2),
            EVIDENCE,
            SOURCES,
            IDENTIFIER,
        ),
        rows,
        empty=N_("Chaque objectif des deux stratégies est servi par une interaction connue au moins."),
    )


def unaimed(context: Comparison) -> Table:
    """List the interactions of the territories of both that serve no objective of either."""
    return without_objective(context.matter, [context.first, context.second])


BLOCKS: list[Block] = [
    Block(
        "communs", N_("Objectifs communs"), make=common, first=20,
        definition=N_(
            "Paires d’objectifs qui ont le même énoncé, le même indicateur, ou la même filière, le même secteur "
            "ou la même discipline : la colonne dit quoi."
        ),
    ),
    Block(
        "sans-interaction", N_("Objectifs sans interaction connue"), make=unserved, first=20,
        definition=N_(
            "Objectifs qu’aucune interaction ne dit servir, et dont aucune action n’en a fait naître."
        ),
    ),
    Block(
        "sans-objectif", N_("Interactions sans objectif"), make=unaimed, first=15,
        definition=N_(
            "Interactions auxquelles un acteur participe depuis les territoires des deux stratégies, et qui ne "
            "sont rattachées à aucun de leurs objectifs."
        ),
    ),
]  # fmt: skip
