"""The blocks of a portrait: what each is called, where it is, and what makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ....graph.analysis.uncertainty import TooFewData
from ....graph.region.gazetteer import Territory
from ....words import N_, Said, Spoken, gettext
from ...render.blocks.block import Block
from ...render.blocks.tables import Column, Table, absent
from ...web.negotiation import Language
from . import economy, figures, life, lists, ties
from .chain_board import chains
from .economy import establishments
from .figures import Comparison, comparison, refusal
from .grids import grids
from .life import relays
from .matter import PortraitData
from .pairs import AWAY, HERE, pairs
from .tabs import ECONOMY, TEACHING, TIES, TO_DO, WHO


@dataclass(frozen=True)
class Context:
    """What blocks are made from: what is seen, the territory, the language, the comparison, and the findings kept.

    `kept` is None while findings are computed ahead, and empty where they are computed when asked for.
    """

    seen: PortraitData
    territory: Territory
    language: Language
    beside: Comparison
    kept: Mapping[str, Any] | None = None


def _listed(make: Callable[[PortraitData, Territory, Language], Table]) -> Callable[[Context], Table]:
    return lambda context: make(context.seen, context.territory, context.language)


PEER_COLUMNS = (
    Column("peer", N_("Pair"), "link"),
    Column("why", N_("Pourquoi")),
    Column("distance", N_("Différence avec ce territoire"), "number", 2),
    Column("population", N_("Population"), "number"),
    Column("density", N_("Classe de densité moyenne"), "file"),
    Column("remoteness", N_("km à une formation du supérieur"), "file"),
)


def peers(context: Context) -> Table:
    """List the structural peers, in the order of their codes, and say why each is one."""
    rows: list[dict[str, Any]] = []
    empty: Spoken = N_(
        "Aucun pair : aucun territoire du même niveau ne lui ressemble plus qu’un autre pris au hasard."
    )
    try:
        for one in context.seen.structures.peers(context.territory.id):
            rows.append(
                {
                    "peer": one.label,
                    "peer_iri": one.id,
                    "why": one.why[context.language],
                    "distance": one.distance,
                    **one.traits,
                }
            )
    except TooFewData:
        empty = Said(refusal)
    note = N_(
        "Pairs : territoires du même niveau, dans la région, les plus proches par la population, "
        "la densité, l’éloignement et les secteurs, à poids égaux. La différence vaut 0 entre "
        "deux territoires de même structure, et 1 en moyenne entre deux territoires du niveau "
        "pris au hasard : qui diffère de plus n’est pas un pair. Les pairs sont donnés dans "
        "l’ordre de leurs codes : ce n’est pas un classement."
    )
    return Table(PEER_COLUMNS, rows, empty=empty, notes=(note,))


def _missing(context: Context) -> Table:
    """List what is not known: indicators without a value, blocks without a row, and what gaps call missing data."""
    language, rows = context.language, []
    for one in context.seen.values(context.territory.id):
        if one.value is None:
            rows.append(
                {
                    "what": one.indicator.title[language],
                    "why": absent(one.status, language)[1],
                    "status": one.status,
                    "detail": one.indicator.limits.get(language, ""),
                    "sources": ", ".join(
                        _source(context.seen, name, language) for name in one.indicator.sources
                    ),
                }
            )
    gaps = (context.kept or {}).get("lacunes", {})
    for kind in gaps.get("kinds", []):
        if kind["kind"] == "data":
            rows += [
                {
                    "what": N_("Données")[language],
                    "why": absent("missing", language)[1],
                    "status": "missing",
                    "detail": found["sentence"][language],
                    "sources": found["question"],
                }
                for found in kind["findings"]
            ]
    return Table(
        (
            Column("what", N_("Ce qui manque")),
            Column("why", N_("Pourquoi"), "absent"),
            Column("detail", N_("À savoir")),
            Column("sources", N_("Source attendue, ou question")),
        ),
        rows,
        empty=N_("Tous les indicateurs ont une valeur."),
        more={"provisional": context.kept is None},
    )


def _source(seen: PortraitData, name: str, language: Language) -> str:
    if name == "illustrative":
        return gettext("aucune source lue ici", language)
    return seen.source(name, language)


FIGURES = Block(
    "chiffres-cles", N_("Chiffres clés"), "figures",
    lambda c: figures.figures(c.seen, c.territory, c.beside, c.language), 999,
)  # fmt: skip
"""The key figures: each of their topics stands in one tab."""
BLOCKS: list[Block] = [
    FIGURES,
    Block("acteurs", N_("Qui est là"), make=_listed(lists.actors), tab=WHO),
    Block("relais", N_("Relais, antennes et dispositifs"), make=_listed(relays), tab=WHO),
    Block("composition", N_("Composition et emboîtements"), make=_listed(lists.composition), tab=WHO),
    Block("ruralite", N_("Densité, ruralité, centres de services"), "grouped", _listed(grids), 99, tab=WHO),
    Block("pairs", N_("Pairs de même structure"), make=peers, first=5, tab=WHO),
    Block("formations", N_("Formations enseignées sur place"), make=_listed(lists.programmes), tab=TEACHING),
    Block("emplois", N_("Emploi salarié par secteur"), "grouped", _listed(economy.jobs), 5, tab=ECONOMY, aside=("zone",)),
    Block("etablissements", N_("Établissements par secteur"), make=_listed(establishments), tab=ECONOMY),
    Block(
        "recrutements", N_("Projets de recrutement"), "grouped", _listed(economy.hirings), tab=ECONOMY, groups=1,
        aside=("pool", "hidden", "hidden_difficult", "hidden_seasonal"),
    ),
    Block("filieres", N_("Filières"), "chains", _listed(chains), 999, tab=ECONOMY),
    Block("couples", N_("Qui d’ici travaille avec qui d’ailleurs"), "flows", _listed(pairs), HERE * AWAY, tab=TIES),
    Block("partenaires", N_("Qui travaille avec qui"), "partners", _listed(ties.partners), 5, tab=TIES),
    Block("interactions", N_("Interactions"), make=_listed(ties.interactions), first=5, tab=TIES),
    Block("synergies", N_("Synergies"), "findings", tab=TIES),
    Block("evolutions", N_("Évolutions"), "trends", _listed(figures.trends), 999, tab=TIES),
    Block("lacunes", N_("Lacunes et manques"), "findings", tab=TO_DO),
    Block("suggestions", N_("Liens suggérés"), "findings", tab=TO_DO),
    Block("demandes", N_("Demandes et offres"), make=_listed(life.requests), first=5, tab=TO_DO),
    Block("agenda", N_("Agenda"), make=_listed(life.agenda), first=5, tab=TO_DO),
    Block("strategies", N_("Stratégies et suivi"), make=_listed(life.strategies), first=5, tab=TO_DO),
    Block("donnees-absentes", N_("Ce qui manque dans les données"), make=_missing, first=5, tab=TO_DO),
]  # fmt: skip


def context_of(
    seen: PortraitData,
    territory: Territory,
    language: Language,
    compared: str,
    kept: Mapping[str, Any] | None,
) -> Context:
    """Gather what the blocks of a territory are made from."""
    return Context(seen, territory, language, comparison(seen, territory, compared, language), kept)
