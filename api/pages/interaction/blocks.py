"""The blocks of the page of an interaction, and what makes each."""

from __future__ import annotations

from ....words import N_
from ...render.blocks.block import Block
from . import lists

BLOCKS: list[Block] = [
    Block(
        "participants", N_("Qui y prend part"), make=lists.participants, first=30,
        definition=N_("Organisations que la source donne à l’interaction, avec leur rôle et la commune d’où elles y prennent "
"part ; celles qui la mènent d’abord."),
    ),
    Block(
        "autres", N_("Autres interactions des mêmes acteurs"), make=lists.related, first=10,
        definition=N_("Interactions que deux au moins des participants ont en commun ; toutes celles de l’acteur, quand il est "
"seul."),
    ),
]  # fmt: skip
