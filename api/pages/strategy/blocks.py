"""The blocks of the page of a strategy, and what makes each."""

from __future__ import annotations

from ....words import N_
from ...render.blocks.block import Block
from . import around, follow_up, lists

BLOCKS: list[Block] = [
    Block(
        "actions", N_("Actions, par axe"), "grouped", make=lists.actions, first=20,
        definition=N_(
            "Ce que la stratégie prévoit, et où cela en est selon qui en est chargé. Le retard se déduit des "
            "dates : une action est en retard si elle n’est ni réalisée ni abandonnée après sa fin, ou pas "
            "commencée après son début."
        ),
    ),
    Block(
        "objectifs", N_("Objectifs"), make=follow_up.objectives, first=20,
        definition=N_(
            "Chaque objectif avec la dernière valeur connue de son indicateur : celle qu’une source observe, "
            "sinon celle calculée du graphe. Le chemin fait va du départ (0 %) à la cible (100 %) ; le rythme "
            "compare la valeur à la droite qui mène de l’un à l’autre."
        ),
    ),
    Block(
        "trajectoires", N_("Trajectoires"), make=follow_up.trajectories, first=20,
        definition=N_(
            "Valeurs connues de l’indicateur de chaque objectif, année par année, à côté de la droite qui mène du "
            "départ à la cible. Une année scolaire est placée à celle où elle commence."
        ),
    ),
    Block(
        "budget", N_("Budget par année"), make=lists.budget, first=20,
        definition=N_(
            "Somme des lignes budgétaires des actions. Une dépense que personne ne dit n’est pas un zéro : ces "
            "lignes sont comptées à part."
        ),
    ),
    Block(
        "organisations", N_("Qui adopte, porte, participe et finance"), make=lists.organisations, first=15,
        definition=N_(
            "Organisations que la stratégie et ses actions nomment. Un montant n’est donné qu’à qui paie seul sa "
            "ligne."
        ),
    ),
    Block(
        "interactions", N_("Interactions rattachées"), make=lists.interactions, first=10,
        definition=N_(
            "Interactions qui disent servir un objectif, ou qu’une action dit avoir fait naître."
        ),
    ),
    Block(
        "sans-interaction", N_("Sans interaction connue"), make=lists.unserved, first=15,
        definition=N_(
            "Objectifs qu’aucune interaction connue ne sert, et actions dont aucune n’est née."
        ),
    ),
    Block(
        "territoire", N_("Interactions du territoire sans objectif"), make=around.around, first=10,
        definition=N_(
            "Interactions auxquelles un acteur participe depuis les territoires de la stratégie, et qui ne sont "
            "rattachées à aucun de ses objectifs ; celles qui concernent la même filière ou le même domaine "
            "d’abord."
        ),
    ),
]  # fmt: skip
