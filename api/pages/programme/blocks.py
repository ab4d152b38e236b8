"""The blocks of the page of a programme, and what makes each."""

from __future__ import annotations

from ....words import N_
from ...render.blocks.block import Block
from . import hiring, places

BLOCKS: list[Block] = [
    Block(
        "lieux", N_("Lieux d’enseignement"), make=places.places, first=12,
        definition=N_("Sites et communes où la source dit que la formation est enseignée, et bassin d’emploi "
"de la commune."),
    ),
    Block(
        "metiers", N_("Métiers préparés et recrutements"),
        make=hiring.occupations, first=12,
        definition=N_("Familles de métiers (FAP 2021) qu’une règle déduit du nom de la formation (inféré), et "
"projets de recrutement de la dernière enquête Besoins en main-d’œuvre dans le bassin "
"d’emploi où elle est enseignée (documenté)."),
    ),
    Block(
        "filieres", N_("Filières"), make=places.chains, first=12,
        definition=N_("Appartenances à une filière, par un identifiant qu’une personne a vérifié ou par un code "
"d’activité ; un mot ne fait que proposer."),
    ),
    Block(
        "employeurs", N_("Entreprises proches"), make=hiring.employers, first=10,
        definition=N_("Entreprises qui ont un site, ou d’où elles ont pris part à une interaction, dans son "
"bassin d’emploi."),
    ),
    Block(
        "etablissements", N_("Établissements des secteurs de ces métiers"),
        make=hiring.establishments, first=10,
        definition=N_("Établissements actifs des communes du bassin d’emploi, dans les secteurs qu’un métier "
"préparé caractérise."),
    ),
    Block(
        "etudiants", N_("Étudiants de l’établissement"), make=places.students, first=6,
        definition=N_("Étudiants inscrits dans l’établissement qui propose la formation, par année universitaire."),
    ),
    Block(
        "ailleurs", N_("La même ailleurs"), make=places.alike, first=10,
        definition=N_("Autres formations des sources chargées qui portent exactement le même nom."),
    ),
]  # fmt: skip
