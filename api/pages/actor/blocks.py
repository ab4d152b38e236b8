"""The blocks of the page of an actor: which ones for which kind, and what makes each."""

from __future__ import annotations

from collections.abc import Mapping

from ....queries.library import Library
from ....words import N_, NN_
from ...render.blocks.block import Block
from ...render.blocks.tables import Column, Table, absent, figure
from . import accounts, lists, teaching, ties, units
from .matter import ActorData, Context

_QUESTIONS = Library()

SITES = Block(
    "sites", N_("Sites et lieux"), make=lists.sites, first=20, fold=True,
    definition=N_("Sites que les sources donnent à l’organisation, et communes d’où elle a pris part à une "
"interaction."),
)  # fmt: skip
KIN = Block(
    "tutelles", N_("Tutelles, unités et regroupements"), "grouped", lists.kin, 3, groups=2,
    definition=N_("Organisations liées par une tutelle, une participation, une composition ou une "
"adhésion ; celles qui ont le plus d’interactions connues d’abord."),
)  # fmt: skip
RECORDS = Block(
    "fiches", N_("Noms dans les sources"), make=lists.records, first=20, fold=True,
    definition=N_("Fiches que les sources ont de cet organisme sous d’autres noms ou d’autres codes, et règle qui les "
"lui rapproche. Leurs liens sont comptés ici ; chacune reste telle quelle dans le graphe de sa source."),
)  # fmt: skip
SUCCESSIONS = Block(
    "successions", N_("Avant et après"), make=lists.successions, first=20, fold=True,
    definition=N_("Organismes à qui celui-ci a succédé, avec la dernière année de chacun, et ceux qui lui ont succédé. Ce qu’ont "
"fait les premiers est compté avec lui, là où les sources les nomment."),
)  # fmt: skip
ACTIONS = Block(
    "actions", N_("Actions de stratégies"), make=lists.actions, first=8,
    definition=N_("Actions que des stratégies prévoient et que l’organisation porte, auxquelles elle participe ou qu’elle "
"finance."),
)  # fmt: skip
OFFER = Block(
    "offre", N_("Offre de formation par niveau et domaine"), make=teaching.offer, first=5,
    definition=N_("Formations ouvertes (sans année de fermeture) par niveau européen et par domaine que la "
"source leur donne."),
)  # fmt: skip
PROGRAMMES = Block(
    "formations", N_("Formations"), "grouped", teaching.programmes, 3, groups=3,
    definition=N_("Formations que l’organisation propose, ouvertes ou fermées, avec leurs communes et "
"leurs places. Par niveau, les ouvertes d’abord, celles qui ont le plus de places en tête."),
)  # fmt: skip
OCCUPATIONS = Block(
    "metiers", N_("Métiers que ses formations préparent"),
    make=teaching.occupations, first=5, aside=("reads",),
    definition=N_("Familles de métiers (FAP 2021) qu’une règle déduit du nom des formations ; une "
"formation peut compter dans plusieurs."),
)  # fmt: skip
STUDENTS = Block(
    "etudiants", N_("Étudiants"), make=teaching.students, first=20, fold=True,
    definition=N_("Étudiants inscrits dans l’établissement, par année universitaire, au lieu du siège."),
)  # fmt: skip
ACCOUNTS = Block(
    "ressources", N_("Ressources par année"), make=accounts.accounts, first=20, fold=True,
    definition=N_("Produits de fonctionnement de l’établissement, en euros, d’après ses comptes, et ce que lui apportent la "
"région, l’Union européenne, les contrats, la valorisation, la formation continue et la taxe d’apprentissage."),
)  # fmt: skip
ACTIVITY = Block(
    "activite", N_("Interactions par type et année"), "activity", ties.activity, 999,
    definition=N_("Interactions datées auxquelles l’organisation a pris part, chacune comptée une fois à "
"l’année que la source lui donne."),
)  # fmt: skip
INTERACTIONS = Block(
    "interactions", N_("Interactions"), make=ties.interactions, first=5,
    definition=N_("Projets et autres interactions, les plus récents d’abord, avec le rôle de l’organisation."),
)  # fmt: skip
PARTNERS = Block(
    "partenaires", N_("Partenaires par nature"), "grouped", ties.partners, 3, groups=4,
    definition=N_("Organisations qui ont pris part aux mêmes interactions, et liens non datés que dit une "
"source. La preuve est la plus faible de celles des interactions comptées."),
)  # fmt: skip
CHAINS = Block(
    "filieres", N_("Filières qu’elle peut servir"), "grouped", lists.chains, 4, groups=3, aside=("chain", "reads"),
    definition=N_("Appartenances à une filière, par un identifiant qu’une personne a vérifié ou par un code "
"d’activité ; un mot ne fait que proposer."),
)  # fmt: skip
FIELDS = Block(
    "domaines", N_("Domaines de recherche"), make=units.fields, first=12,
    definition=N_("Domaines scientifiques du ministère et panels ERC que le répertoire des structures "
"donne à l’unité."),
)  # fmt: skip
NEIGHBOURS = Block(
    "voisines", N_("Unités voisines par le domaine"), make=units.neighbours, first=6,
    definition=N_("Unités ouvertes qui portent au moins un des mêmes domaines, et distance à vol d’oiseau "
"entre leurs communes."),
)  # fmt: skip
EXAMPLES = Block(
    "exemples", N_("Exemples illustratifs"), make=ties.examples, first=6, fold=True,
    definition=N_("Inventés pour montrer le modèle ; ils n’entrent dans aucun chiffre de cette page."),
)  # fmt: skip

_DOING = (INTERACTIONS, PARTNERS, ACTIVITY)
_WHERE = (SITES, RECORDS)
#: What an actor does, with whom, since when; then what it teaches, its units, what it has; then where it is and its names.
UNIT = [FIELDS, CHAINS, *_DOING, KIN, NEIGHBOURS, ACTIONS, SUCCESSIONS, *_WHERE]
INSTITUTION = [
    OFFER,
    CHAINS,
    *_DOING,
    PROGRAMMES,
    OCCUPATIONS,
    STUDENTS,
    KIN,
    ACTIONS,
    ACCOUNTS,
    SUCCESSIONS,
    *_WHERE,
]
OTHER = [CHAINS, ACTIONS, *_DOING, KIN, ACCOUNTS, SUCCESSIONS, *_WHERE]
#: Blocks of which most actors have nothing to say, and where one has: a frame and its columns.
OPTIONAL: Mapping[str, tuple[str, tuple[str, ...]]] = {
    RECORDS.name: ("records", ("body",)),
    ACCOUNTS.name: ("accounts", ("organization",)),
    SUCCESSIONS.name: ("successions", ("body", "former")),
    ACTIONS.name: ("actions", ("organization",)),
}
TEACHERS = ("higher-education", "academic-component", "secondary-school")


def kind_of(known: ActorData, path: str) -> str:
    """Give which page an actor has: "unit", "institution" or "other"."""
    kind = known.kind(path)
    if kind == "research-unit":
        return "unit"
    taught = path in known.by("programmes", "institution") or path in known.by("students", "organization")
    return "institution" if kind in TEACHERS or taught else "other"


def blocks_of(known: ActorData, path: str) -> tuple[Block, ...]:
    """List the blocks of the page of an actor; those of `OPTIONAL` and illustrative examples where there are some."""
    chosen = {"unit": UNIT, "institution": INSTITUTION, "other": OTHER}[kind_of(known, path)]
    held = [
        block for block in chosen if block.name not in OPTIONAL or _tells(known, path, *OPTIONAL[block.name])
    ]
    return (*held, *([EXAMPLES] if _features(known, path) else []), MISSING)


def _tells(known: ActorData, path: str, frame: str, columns: tuple[str, ...]) -> bool:
    return any(path in known.by(frame, column) for column in columns)


def _features(known: ActorData, path: str) -> bool:
    real = len(known.by("participations", "actor").of(path))
    return len(known.by("all-participations", "actor").of(path)) > real or path in known.by(
        "all-platforms", "organization"
    )


def _lacking(context: Context, table: Table) -> str:
    """Say which values the rows of a table lack, column by column; "" where none is missing."""
    counts = {column.head(context.language): count for column, count in table.lacking().items()}
    counts |= {words[context.language]: count for words, count in table.more.get("lacking", ())}
    listed = ", ".join(f"{head} ({figure(count, 0, context.language)})" for head, count in counts.items())
    lines = NN_(
        "Sur {n} ligne, absents : {listed}.", "Sur {n} lignes, absents : {listed}.", len(table), listed=listed
    )
    return context.say(lines) if listed else ""


def missing(context: Context) -> Table:
    """List the blocks that are empty, and why; and values that are missing in those that are not."""
    known = context.known
    rows = []
    for block in blocks_of(known, context.path):
        if block.name in ("donnees-absentes", "exemples"):
            continue
        try:
            table = context.table(block)
        except Exception:  # the block itself says that it failed
            continue
        told = table.empty[context.language] if not table.rows else _lacking(context, table)
        if told:
            rows.append(
                {
                    "what": block.title(context.language), "why": absent("missing", context.language)[1], "status": "missing",
                    "detail": told, "code": table.question,
                    "question": _QUESTIONS[table.question].title[context.language] if table.question else None,
                }
            )  # fmt: skip
    return Table(
        (
            Column("what", N_("Ce qui manque")),
            Column("why", N_("Pourquoi"), "absent"),
            Column("detail", N_("À savoir")),
            Column("question", N_("Question")),
            Column("code", N_("Code de la question"), "file"),
        ),
        rows,
        empty=N_("Chaque partie de cette page a des données."),
    )


MISSING = Block(
    "donnees-absentes", N_("Ce qui manque dans les données"), make=missing, first=20, fold=True,
    definition=N_("Parties de cette page que les sources chargées ne remplissent pas. Absent n’est pas zéro."),
)  # fmt: skip
ALL = (*UNIT, *INSTITUTION, EXAMPLES, MISSING)
"""Blocks that have an address for any actor: an empty one says why."""
