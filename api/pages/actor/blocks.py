"""The blocks of the page of an actor: which ones for which kind, and what makes each."""

from __future__ import annotations

from collections.abc import Sequence

from ...render.blocks.block import Block
from ...render.blocks.tables import Column, Table, absent, figure
from . import lists, teaching, ties, units
from .matter import Context, Known

SITES = Block(
    "sites", ("Sites et lieux", "Sites and places"), make=lists.sites,
    definition=(
        "Sites que les sources donnent à l’organisation, et communes d’où elle a pris part à une interaction.",
        "Sites that sources give to the organisation, and communes from where it took part in an interaction.",
    ),
)  # fmt: skip
KIN = Block(
    "tutelles", ("Tutelles, unités et regroupements", "Supervisors, units and groupings"), "grouped", lists.kin, 8,
    definition=(
        "Organisations liées par une tutelle, une participation, une composition ou une adhésion, et descriptions qu’une règle "
        "rapproche de celle-ci.",
        "Organisations tied by supervision, participation, composition or membership, and descriptions that a rule brings "
        "together with this one.",
    ),
)  # fmt: skip
OFFER = Block(
    "offre", ("Offre de formation par niveau et domaine", "Programmes by level and field"), make=teaching.offer, first=12,
    definition=(
        "Formations ouvertes (sans année de fermeture) par niveau européen et par domaine que la source leur donne.",
        "Open programmes (without a closing year) by European level and by the field that the source gives them.",
    ),
)  # fmt: skip
PROGRAMMES = Block(
    "formations", ("Formations", "Programmes"), "grouped", teaching.programmes, 6,
    definition=(
        "Formations que l’organisation propose, ouvertes ou fermées, avec leurs communes et leurs places.",
        "Programmes that the organisation offers, open or closed, with their communes and seats.",
    ),
)  # fmt: skip
OCCUPATIONS = Block(
    "metiers", ("Métiers que ses formations préparent", "Occupations that its programmes prepare for"),
    make=teaching.occupations,
    definition=(
        "Familles de métiers (FAP 2021) qu’une règle déduit du nom des formations ; une formation peut compter dans plusieurs.",
        "Families of occupations (FAP 2021) that a rule derives from the names of programmes; one may count in several.",
    ),
)  # fmt: skip
STUDENTS = Block(
    "etudiants", ("Étudiants", "Students"), make=teaching.students, first=12,
    definition=(
        "Étudiants inscrits dans l’établissement, par année universitaire, au lieu du siège.",
        "Students enrolled in the institution, by academic year, at the place of its head office.",
    ),
)  # fmt: skip
ACTIVITY = Block(
    "activite", ("Interactions par type et année", "Interactions by type and year"), "activity", ties.activity, 999,
    definition=(
        "Interactions datées auxquelles l’organisation a pris part, chacune comptée une fois à l’année que la source lui donne.",
        "Dated interactions in which the organisation took part, each counted once in the year that the source gives it.",
    ),
)  # fmt: skip
INTERACTIONS = Block(
    "interactions", ("Interactions", "Interactions"), make=ties.interactions, first=10,
    definition=(
        "Projets et autres interactions, les plus récents d’abord, avec le rôle de l’organisation.",
        "Projects and other interactions, the latest first, with the role of the organisation.",
    ),
)  # fmt: skip
PARTNERS = Block(
    "partenaires", ("Partenaires par nature", "Partners by kind"), "grouped", ties.partners, 6,
    definition=(
        "Organisations qui ont pris part aux mêmes interactions, et liens non datés que dit une source. La preuve est la plus "
        "faible de celles des interactions comptées.",
        "Organisations that took part in the same interactions, and undated ties told by a source. The evidence is the weakest "
        "of those of the interactions counted.",
    ),
)  # fmt: skip
CHAINS = Block(
    "filieres", ("Filières qu’elle peut servir", "Value chains that it can serve"), make=lists.chains, first=12,
    definition=(
        "Appartenances à une filière, établies par une règle qui lit noms, domaines, activités et titres.",
        "Memberships of a value chain, established by a rule that reads names, fields, activities and titles.",
    ),
)  # fmt: skip
FIELDS = Block(
    "domaines", ("Domaines de recherche", "Fields of research"), make=units.fields, first=12,
    definition=(
        "Domaines scientifiques du ministère et panels ERC que le répertoire des structures donne à l’unité.",
        "Scientific fields of the ministry and ERC panels that the directory of structures gives to the unit.",
    ),
)  # fmt: skip
NEIGHBOURS = Block(
    "voisines", ("Unités voisines par le domaine", "Neighbour units by field"), make=units.neighbours, first=10,
    definition=(
        "Unités ouvertes qui portent au moins un des mêmes domaines, et distance à vol d’oiseau entre leurs communes.",
        "Open units that carry at least one of the same fields, and distance as the crow flies between their communes.",
    ),
)  # fmt: skip
EXAMPLES = Block(
    "exemples", ("Exemples illustratifs", "Illustrative examples"), make=ties.examples, first=6,
    definition=(
        "Inventés pour montrer le modèle ; ils n’entrent dans aucun chiffre de cette page.",
        "Made up to show how the model works; they enter no figure of this page.",
    ),
)  # fmt: skip

_TEACHING = (OFFER, PROGRAMMES, OCCUPATIONS, STUDENTS)
_DOING = (ACTIVITY, PARTNERS, INTERACTIONS)
UNIT = (KIN, FIELDS, SITES, *_DOING, CHAINS, NEIGHBOURS)
INSTITUTION = (SITES, KIN, *_TEACHING, *_DOING, CHAINS)
OTHER = (SITES, KIN, *_DOING, CHAINS)
TEACHERS = ("higher-education", "academic-component", "secondary-school")


def kind_of(known: Known, path: str) -> str:
    """Give which page an actor has: "unit", "institution" or "other"."""
    kind = known.kind(path)
    if kind == "research-unit":
        return "unit"
    taught = path in known.by("programmes", "institution") or path in known.by("students", "organization")
    return "institution" if kind in TEACHERS or taught else "other"


def blocks_of(known: Known, path: str) -> tuple[Block, ...]:
    """List the blocks of the page of an actor; illustrative examples only where there are some."""
    chosen = {"unit": UNIT, "institution": INSTITUTION, "other": OTHER}[kind_of(known, path)]
    return (*chosen, *([EXAMPLES] if _features(known, path) else []), MISSING)


def _features(known: Known, path: str) -> bool:
    real = len(known.by("participations", "actor").of(path))
    return len(known.by("all-participations", "actor").of(path)) > real or path in known.by(
        "all-platforms", "organization"
    )


def _lacking(context: Context, table: Table) -> str:
    """Say which values the rows of a table lack, column by column; "" where none is missing."""
    counts = {column.head(context.language): count for column, count in table.lacking().items()}
    counts |= {words[context.language == "en"]: count for words, count in table.more.get("lacking", ())}
    listed = ", ".join(f"{head} ({figure(count, 0, context.language)})" for head, count in counts.items())
    whole = figure(len(table), 0, context.language)
    return (
        context.say(f"Sur {whole} lignes, absents : {listed}.", f"Of {whole} rows, not there: {listed}.")
        if listed
        else ""
    )


def missing(context: Context) -> Table:
    """List the blocks that are empty, and why; and values that are missing in those that are not."""
    known, english = context.known, context.language == "en"
    rows = []
    for block in blocks_of(known, context.path):
        if block.make is None or block.name in ("donnees-absentes", "exemples"):
            continue
        try:
            table = context.table(block.name, block.make)
        except Exception:  # the block itself says that it failed
            continue
        told = table.empty[english] if not table.rows else _lacking(context, table)
        if told:
            rows.append(
                {
                    "what": block.title(context.language), "why": absent("missing", context.language)[1], "status": "missing",
                    "detail": told, "question": table.question,
                }
            )  # fmt: skip
    return Table(
        (
            Column("what", ("Ce qui manque", "What is missing")),
            Column("why", ("Pourquoi", "Why"), "absent"),
            Column("detail", ("À savoir", "Note")),
            Column("question", ("Question", "Question")),
        ),
        rows,
        empty=("Chaque partie de cette page a des données.", "Every part of this page has data."),
    )


MISSING = Block(
    "donnees-absentes", ("Ce qui manque dans les données", "What is missing in the data"), make=missing, first=20,
    definition=(
        "Parties de cette page que les sources chargées ne remplissent pas. Absent n’est pas zéro.",
        "Parts of this page that the loaded sources do not fill. Missing is not zero.",
    ),
)  # fmt: skip
BY_NAME = {block.name: block for block in (*UNIT, *INSTITUTION, EXAMPLES, MISSING)}


def named(blocks: Sequence[Block], name: str) -> Block | None:
    """Find a block by its name among those of a page, else among all: an empty one says why."""
    return next((block for block in blocks if block.name == name), BY_NAME.get(name))
