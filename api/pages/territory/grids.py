"""What kinds of communes a territory is made of: density, rurality, centres of services, with the inhabitants of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ....graph.indicators.rows import MISSING
from ....graph.region.gazetteer import GRIDS, OUT_OF_SCOPE, Territory
from ....ontology.labels import concepts
from ....words import N_, Spoken, first_upper
from ...render.blocks.tables import Column, Table
from ...web.negotiation import Language
from .matter import PortraitData

NAMES: Mapping[str, Spoken] = {
    "density": N_("Densité (grille communale de l’Insee, 2022)"),
    "rurality": N_("Ruralité (typologie de l’ANCT, 2023)"),
    "centrality": N_("Centres d’équipements et de services (INRAE, ANCT)"),
}
_COLUMNS = (
    Column("grid", N_("Grille"), "file"),
    Column("class", N_("Classe"), weight=3),
    Column("communes", N_("Communes"), "number"),
    Column("people", N_("Habitants"), "number"),
    Column("share", N_("Part des habitants, en %"), "number", 1),
)
_NOTE = N_(
    "Les parts sont de tous les habitants du territoire (population municipale). Une grille classe des communes : des habitants "
    "d’une commune peu dense peuvent vivre dans un bourg."
)
_UNTYPED = N_("Commune urbaine, hors de la typologie")
_UNKNOWN = N_("Classe inconnue : commune absente de la grille, ou de périmètre changé depuis")
_OUT = "outside"
_OUTSIDE = N_("Classe non lue : commune hors de la région")


def class_names(grid: str, language: Language) -> dict[str, str]:
    """Name the classes of a grid by their paths, in the order of their scheme, then communes out of its scope and unknown ones.

    >>> list(class_names("density", "en").values())[:2]
    ['Dense', 'Intermediate density']
    """
    terms = concepts(grid).items()
    names = {f"{grid}/{name}": first_upper(term[language].replace("'", "’")) for name, term in terms}
    return names | {OUT_OF_SCOPE: _UNTYPED[language], "": _UNKNOWN[language]}


def grids(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """Count the communes and inhabitants of each class of each grid, and those of none: out of its scope, or not in it."""
    return Table(
        _COLUMNS,
        [row for grid in GRIDS for row in _of_grid(seen, territory, grid, language)],
        empty=N_("Aucune source chargée ne classe les communes de ce territoire."),
        notes=(_NOTE,),
        question="territory-rurality",
        sources=("insee-densite", "anct-grilles"),
    )


def _of_grid(
    seen: PortraitData, territory: Territory, grid: str, language: Language
) -> Iterator[dict[str, Any]]:
    """Give the classes that communes of the territory are of, in the order of their scheme; nothing of a grid that has none."""
    ground = seen.ground
    groups = [ground.classes[grid][at] or ("" if ground.inside[at] else _OUT) for at in territory.communes]
    if not {*groups} - {"", _OUT}:
        return
    people = ground.population[territory.communes]
    for path, words in (class_names(grid, language) | {_OUT: _OUTSIDE[language]}).items():
        if size := groups.count(path):
            count = people[np.equal(groups, path)].sum()
            known = not np.isnan(count)
            yield {
                "group": NAMES[grid][language],
                "grid": NAMES[grid][language],
                "class": words,
                "communes": size,
                "people": int(count) if known else None,
                "share": None if np.isnan(people.sum()) else round(float(100 * count / people.sum()), 1),
                "status": None if known else MISSING,
            }
