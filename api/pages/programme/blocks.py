"""The blocks of the page of a programme, and what makes each."""

from __future__ import annotations

from ...render.blocks.block import Block
from . import hiring, places

BLOCKS: tuple[Block, ...] = (
    Block(
        "lieux", ("Lieux d’enseignement", "Where it is taught"), make=places.places, first=12,
        definition=(
            "Sites et communes où la source dit que la formation est enseignée, et bassin d’emploi de la commune.",
            "Sites and communes where the source says the programme is taught, and the labour pool of the commune.",
        ),
    ),
    Block(
        "metiers", ("Métiers préparés et recrutements", "Occupations it prepares for, and hiring"),
        make=hiring.occupations, first=12,
        definition=(
            "Familles de métiers (FAP 2021) qu’une règle déduit du nom de la formation (inféré), et projets de recrutement de "
            "la dernière enquête Besoins en main-d’œuvre dans le bassin d’emploi où elle est enseignée (documenté).",
            "Families of occupations (FAP 2021) that a rule derives from the programme’s name (inferred), and hiring plans of "
            "the latest survey of labour needs in the labour pool where it is taught (documented).",
        ),
    ),
    Block(
        "filieres", ("Filières", "Value chains"), make=places.chains, first=12,
        definition=(
            "Appartenances à une filière, établies par une règle qui lit le nom de la formation.",
            "Memberships of a value chain, established by a rule that reads the programme’s name.",
        ),
    ),
    Block(
        "employeurs", ("Entreprises proches", "Companies near"), make=hiring.employers, first=10,
        definition=(
            "Entreprises qui ont un site, ou d’où elles ont pris part à une interaction, dans son bassin d’emploi.",
            "Companies with a site, or from where they took part in an interaction, in the labour pool of the programme.",
        ),
    ),
    Block(
        "etablissements", ("Établissements des secteurs de ces métiers", "Establishments of sectors with these trades"),
        make=hiring.establishments, first=10,
        definition=(
            "Établissements actifs des communes du bassin d’emploi, dans les secteurs qu’un métier préparé caractérise.",
            "Active establishments of the communes of the labour pool, in sectors that an occupation it prepares for marks.",
        ),
    ),
    Block(
        "etudiants", ("Étudiants de l’établissement", "Students of the institution"), make=places.students, first=6,
        definition=(
            "Étudiants inscrits dans l’établissement qui propose la formation, par année universitaire.",
            "Students enrolled in the institution that offers the programme, by academic year.",
        ),
    ),
    Block(
        "ailleurs", ("La même ailleurs", "The same elsewhere"), make=places.alike, first=10,
        definition=(
            "Autres formations des sources chargées qui portent exactement le même nom.",
            "Other programmes of the loaded sources with exactly the same name.",
        ),
    ),
)  # fmt: skip
BY_NAME = {block.name: block for block in BLOCKS}
