"""What a dossier does not say, and its methods in one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...graph.analysis.methods import documented
from ...graph.analysis.methods import told as method_told
from ...words import N_, first_upper, gettext
from ..pages.territory.figures import figures
from ..render.blocks.tables import Cell, Column
from .making import Making
from .model import Element, Grid, Paragraph, Points, Section
from .portrait import why_none


def limits(making: Making) -> Section:
    """Tell what the dossier does not say: data that are missing, indicators without value, general limits."""
    language = making.language
    found: Mapping[str, Any] = making.findings["lacunes"]
    general = (
        making.say(
            N_(
                "Ce qui n’est pas dans les sources n’est pas connu : une absence ici n’en est pas "
                "toujours une sur le terrain."
            )
        ),
        making.say(
            N_(
                "Les distances sont à vol d’oiseau entre communes : routes, relief et transports les "
                "allongent."
            )
        ),
        making.say(
            N_("Ce dossier ne classe pas les territoires, ne juge aucun acteur et ne nomme aucune personne.")
        ),
        making.say(
            N_(
                "Les contrats directs, stages, thèses Cifre et échanges informels n’y sont que si une "
                "source les décrit."
            )
        ),
    )
    blocks: list[Element] = [Points(general)]
    data = [one for kind in found["kinds"] if kind["kind"] == "data" for one in kind["findings"]]
    if data:
        blocks.append(Paragraph(making.say(N_("Données qui manquent pour ce territoire :"))))
        blocks.append(Points(tuple(making.set(one["sentence"][language]) for one in data)))
    indicators = making.seen.cube.indicators
    empty = [
        row
        for row in figures(making.seen, making.territory, making.parent, language).rows
        if row["value"] is None and (making.matter.illustrative or not indicators[row["id"]].illustrative)
    ]
    if empty:
        blocks.append(Paragraph(making.say(N_("Indicateurs sans valeur, et pourquoi :"))))
        mark = gettext(" : ", making.language)
        words = [
            f"{first_upper(row['indicator'])}{mark}{why_none(making, row, 'status')[1]}" for row in empty
        ]
        blocks.append(Points(tuple(making.set(text) for text in words)))
    return Section(blocks=tuple(blocks))


def methods(making: Making) -> Section:
    """Tell in one page the methods that were used, in words."""
    used = [documented()[name] for name in making.references.methods if name in documented()]
    rows = []
    for method in used:
        told = method_told(method, making.language)
        rows.append((Cell(making.method(method.name)), Cell(making.set(told.summary.replace("`", "")))))
    reading = (
        making.say(
            N_(
                "Un manque compare ce qui est connu ici à ce que donnerait le rythme de la région ; "
                "l’intervalle entre crochets dit ce que le hasard laisse de jeu (95 %)."
            )
        ),
        making.say(
            N_(
                "Quand beaucoup de comparaisons sont faites à la fois, les tests sont corrigés de leur "
                "nombre (q)."
            )
        ),
        making.say(
            N_(
                "La médiane des pairs est celle des territoires du même niveau les plus proches par la "
                "population, la densité, l’éloignement et les secteurs."
            )
        ),
        making.say(
            N_(
                "Une suggestion est classée par ce que les liens passés ont en commun ; sa qualité est "
                "mesurée sur le passé."
            )
        ),
    )
    blocks: list[Element] = [Points(reading)]
    if rows:
        columns = (
            Column("method", N_("Méthode"), weight=1.2),
            Column("summary", N_("Ce qu’elle fait"), weight=3),
        )
        blocks.append(Grid("methodes", making.say(N_("Méthodes utilisées")), columns, tuple(rows)))
    words = making.say(
        N_(
            "Formules, sources scientifiques, conventions, limites et cas vérifiés de chaque méthode "
            ": page « Méthodes » du site."
        )
    )
    blocks.append(Paragraph(words, "note"))
    return Section(blocks=tuple(blocks), new_page=True)
