"""The income of an institution year by year, from its accounts: what the region, Europe and companies bring it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ....graph.indicators.rows import MISSING
from ....graph.region.firmness import weakest
from ....words import N_, Said
from ...labels.wording import concept_name
from ...render.blocks.tables import Column, Table
from ...web.links import local_name
from ..territory.lists import EVIDENCE, source_name
from .matter import Context

#: Indicators that are lines of income, in the order they are shown.
LINES = (
    "income",
    "income-region",
    "income-european-union",
    "income-research-contracts",
    "income-licensing",
    "income-continuing-education",
    "income-apprenticeship-tax",
)


def accounts(context: Context) -> Table:
    """List the income of an institution by year and line, in euros, the latest year first; an amount not told is no zero."""
    rows = context.known.by("accounts", "organization").of(context.path)
    years: dict[str, dict[str, Any]] = defaultdict(dict)
    proofs: dict[str, set[str]] = defaultdict(set)
    for indicator, period, value, evidence in rows.select("indicator", "period", "value", "evidence"):
        years[period][local_name(indicator)] = value
        proofs[period].add(evidence)
    listed = [
        {"period": period, **years[period], "evidence": weakest(*proofs[period])}
        for period in sorted(years, reverse=True)
    ]
    return Table(
        (
            Column("period", N_("Exercice")),
            *(Column(line, Said(_head, (line,)), "number", 0, MISSING) for line in LINES),
            EVIDENCE,
        ),
        listed,
        empty=N_("Aucune source chargée ne donne les comptes de cette organisation : ce n’est pas un zéro."),
        notes=(
            N_(
                "Montants en euros de l’établissement entier, où que soient ses implantations ; une case vide n’est pas publiée, "
                "et 0 est un montant nul."
            ),
            N_(
                "Les ressources bondissent l’année où l’État confie à l’établissement la paie de ses agents (« responsabilités "
                "et compétences élargies », de 2009 à 2021), et celle où il en absorbe un autre. Ce n’est pas une hausse de "
                "moyens."
            ),
        )
        if listed
        else (),
        question="actor-accounts",
        sources=tuple(sorted({source_name(one) for one in rows.distinct("source")})),
    )


def _head(line: str, language: str) -> str:
    """Name a line of income as the ontology does."""
    return concept_name(f"indicator/{line}", language)
