"""The blocks of a portrait: what each is called, where it is, and what makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ....graph.analysis.uncertainty import TooFewData
from ....graph.region.gazetteer import Territory
from ...labels.basis_names import source_named
from ...render.blocks.block import Block, Shown, show_table
from ...render.blocks.tables import Column, Table, absent
from ...web.negotiation import Language
from . import economy, figures, life, lists, ties
from .economy import establishments
from .figures import Comparison, comparison, refusal
from .life import relays
from .matter import Seen


@dataclass(frozen=True)
class Context:
    """What blocks are made from: what is seen, the territory, the language, the comparison, and the findings kept.

    `kept` is None while findings are computed ahead, and empty where they are computed when asked for.
    """

    seen: Seen
    territory: Territory
    language: Language
    beside: Comparison
    kept: Mapping[str, Any] | None = None


def _listed(make: Callable[[Seen, Territory, Language], Table]) -> Callable[[Context], Table]:
    return lambda context: make(context.seen, context.territory, context.language)


PEER_COLUMNS = (
    Column("peer", ("Pair", "Peer"), "link"),
    Column("why", ("Pourquoi", "Why")),
    Column("distance", ("Différence avec ce territoire", "Difference from this territory"), "number", 2),
    Column("population", ("Population", "Population"), "number"),
    Column("density", ("Classe de densité moyenne", "Mean density class"), "file"),
    Column("remoteness", ("km à une formation du supérieur", "km to a higher education programme"), "file"),
)


def peers(context: Context) -> Table:
    """List the structural peers, in the order of their codes, and say why each is one."""
    rows: list[dict[str, Any]] = []
    empty = ("Aucun pair.", "No peer.")
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
        empty = (refusal("fr"), refusal("en"))
    note = (
        "Pairs : territoires du même niveau, dans la région, les plus proches par la population, la densité, l’éloignement et "
        "les secteurs, à poids égaux. La différence vaut 0 entre deux territoires de même structure, et 1 en moyenne entre deux "
        "territoires du niveau pris au hasard. Les pairs sont donnés dans l’ordre de leurs codes : ce n’est pas un classement.",
        "Peers: territories of the same level, in the region, nearest by population, density, remoteness and sectors, with "
        "equal weights. The difference is 0 between two territories of one structure, and 1 on average between two of the level "
        "taken at random. Peers are in the order of their codes: this is no ranking.",
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
                    "sources": ", ".join(_source(name, language) for name in one.indicator.sources),
                }
            )
    gaps = (context.kept or {}).get("lacunes", {})
    for kind in gaps.get("kinds", []):
        if kind["kind"] == "data":
            rows += [
                {
                    "what": {"fr": "Données", "en": "Data"}[language],
                    "why": absent("missing", language)[1],
                    "status": "missing",
                    "detail": found["sentence"][language],
                    "sources": found["question"],
                }
                for found in kind["findings"]
            ]
    return Table(
        (
            Column("what", ("Ce qui manque", "What is missing")),
            Column("why", ("Pourquoi", "Why"), "absent"),
            Column("detail", ("À savoir", "Note")),
            Column("sources", ("Source attendue, ou question", "Expected source, or question")),
        ),
        rows,
        empty=("Tous les indicateurs ont une valeur.", "Every indicator has a value."),
    )


def _source(name: str, language: Language) -> str:
    if name == "illustrative":
        return "no open source" if language == "en" else "aucune source ouverte"
    return source_named(name, language)


BLOCKS: tuple[Block, ...] = (
    Block(
        "chiffres-cles", ("Chiffres clés", "Key figures"), "figures",
        lambda c: figures.figures(c.seen, c.territory, c.beside, c.language), 999,
    ),
    Block("pairs", ("Pairs de même structure", "Structural peers"), make=peers, first=5),
    Block("evolutions", ("Évolutions", "Trends"), "trends", _listed(figures.trends), 999),
    Block("acteurs", ("Qui est là", "Who is there"), make=_listed(lists.actors)),
    Block("formations", ("Formations enseignées sur place", "Programmes taught there"), make=_listed(lists.programmes)),
    Block("partenaires", ("Qui travaille avec qui", "Who works with whom"), "partners", _listed(ties.partners)),
    Block("interactions", ("Interactions", "Interactions"), make=_listed(ties.interactions)),
    Block("filieres", ("Filières", "Value chains"), make=_listed(lists.chains), first=12),
    Block("lacunes", ("Lacunes et manques", "Gaps"), "findings"),
    Block("suggestions", ("Liens suggérés", "Suggested links"), "findings"),
    Block("synergies", ("Synergies", "Synergies"), "findings"),
    Block(
        "emplois", ("Emploi salarié par secteur", "Salaried jobs by sector"), "grouped", _listed(economy.jobs), 6
    ),
    Block("etablissements", ("Établissements par secteur", "Establishments by sector"), make=_listed(establishments)),
    Block("recrutements", ("Projets de recrutement", "Hiring plans"), make=_listed(economy.hirings)),
    Block("relais", ("Relais, antennes et dispositifs", "Relays, branches and schemes"), make=_listed(relays), first=12),
    Block("agenda", ("Agenda", "Agenda"), make=_listed(life.agenda)),
    Block("demandes", ("Demandes et offres", "Requests and offers"), make=_listed(life.requests), first=12),
    Block("strategies", ("Stratégies et suivi", "Strategies and follow-up"), make=_listed(life.strategies), first=12),
    Block("donnees-absentes", ("Ce qui manque dans les données", "What is missing in the data"), make=_missing, first=12),
    Block("composition", ("Composition et emboîtements", "Composition"), make=_listed(lists.composition), first=12),
)  # fmt: skip
BY_NAME: Mapping[str, Block] = {block.name: block for block in BLOCKS}


def context_of(
    seen: Seen, territory: Territory, language: Language, compared: str, kept: Mapping[str, Any] | None
) -> Context:
    """Gather what the blocks of a territory are made from."""
    return Context(seen, territory, language, comparison(seen, territory, compared, language), kept)


def show(block: Block, context: Context, first: int | None = None) -> Shown:
    """Make a block for a page; one that fails says so in its place. `first` bounds its rows."""
    if block.make is None:
        return Shown(block, findings=None if context.kept is None else context.kept.get(block.name, {}))
    make = block.make
    return show_table(block, lambda: make(context), context.language, first)
