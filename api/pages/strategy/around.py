"""What happens in the territories of a strategy and serves none of its objectives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from ....graph.indicators.rows import MISSING
from ....words import N_, NN_, Number, Spoken
from ...reading.things import Thing
from ...render.blocks.tables import Column, Table
from ..territory.lists import EVIDENCE, SOURCES, source_name
from .lists import Context
from .matter import StrategyMatter

NO_REGION = N_(
    "La publication ne décrit pas la région de ces territoires, ou la lit encore : leurs interactions ne sont "
    "pas connues ici."
)


def around(context: Context) -> Table:
    """List the interactions of the territories of a strategy that serve none of its objectives."""
    return without_objective(context.matter, [context.strategy])


def without_objective(matter: StrategyMatter, strategies: Sequence[Thing]) -> Table:
    """List the interactions that an actor takes part in from the territories of strategies, and that serve no objective of these.

    Those that concern what an objective concerns come first, then the latest. Examples are not among them.
    """
    columns = (
        Column("interaction", N_("Interaction"), "link", weight=2.4),
        Column("year", N_("Année"), "year", blank=MISSING),
        Column("type", N_("Type")),
        Column("near", N_("Concerne comme un objectif"), weight=1.4),
        EVIDENCE,
        SOURCES,
    )
    seen = matter.seen
    if seen is None:
        return Table(columns, (), empty=NO_REGION)
    kinds = ("definesObjective", "definesAction")
    parts = [one for strategy in strategies for kind in kinds for one in matter.parts(strategy, kind)]
    served = {path for one in parts for path in matter.serving(one)}
    subjects = {subject for one in parts for subject in one.all("concerns")}
    here = _inside(matter, strategies)
    found: dict[str, dict[str, Any]] = {}
    fields = ("interaction", "type", "year", "evidence", "source", "about")
    for path, kind, year, evidence, source, about in (
        seen.by("interactions", "interaction").of_all(here).select(*fields)
    ):
        if path not in served and path not in found:
            found[path] = {
                "interaction": seen.label(path), "interaction_iri": path, "year": year, "type": seen.word(kind, matter.language),
                "near": matter.name(about) if about in subjects else "", "evidence": evidence, "source": source_name(source),
            }  # fmt: skip
    rows = sorted(
        found.values(), key=lambda row: (not row["near"], -(row["year"] or -math.inf), row["interaction_iri"])
    )
    return Table(
        columns,
        rows,
        empty=N_(
            "Aucune source chargée ne décrit d’interaction menée depuis ces territoires qui ne serve pas déjà un objectif."
        ),
        notes=_share(len(here), len(rows)),
        question="territory-interactions",
    )


def _inside(matter: StrategyMatter, strategies: Iterable[Thing]) -> list[str]:
    """List the interactions that an actor takes part in from the territories of strategies."""
    seen, found = matter.seen, dict[str, None]()
    for path in dict.fromkeys(path for strategy in strategies for path in strategy.all("forTerritory")):
        territory = seen.territory(path) if seen else None
        if seen and territory is not None:
            found |= dict.fromkeys(seen.rows("participations", territory).distinct("interaction"))
    return list(found)


def _share(here: int, left: int) -> tuple[Spoken, ...]:
    if not here:
        return ()
    told = NN_(
        "{n} des {here} interactions connues de ces territoires n’est rattachée à aucun objectif : c’est souvent que personne ne "
        "l’a dit, et non qu’elle n’y contribue pas.",
        "{n} des {here} interactions connues de ces territoires ne sont rattachées à aucun objectif : c’est souvent que personne "
        "ne l’a dit, et non qu’elles n’y contribuent pas.",
        left, here=Number(here),
    )  # fmt: skip
    return (told,)
