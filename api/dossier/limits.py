"""What a dossier does not say, and its methods in one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...graph.analysis.methods import documented
from ...graph.analysis.methods import told as method_told
from ..labels.wording import first_capital
from ..pages.territory.figures import figures
from .making import Making
from .model import Block, Cell, Column, Paragraph, Points, Section, Table
from .portrait import why_none


def limits(making: Making) -> Section:
    """Tell what the dossier does not say: data that are missing, indicators without value, general limits."""
    language = making.language
    found: Mapping[str, Any] = making.findings["lacunes"]
    general = (
        making.say(
            "Ce qui n’est pas dans les sources n’est pas connu : une absence ici n’en est pas toujours une "
            "sur le terrain.",
            "What is not in the sources is not known: an absence here is not always one on the ground.",
        ),
        making.say(
            "Les distances sont à vol d’oiseau entre communes : routes, relief et transports les allongent.",
            "Distances are as the crow flies between communes: roads, relief and transport lengthen them.",
        ),
        making.say(
            "Ce dossier ne classe pas les territoires, ne juge aucun acteur et ne nomme aucune personne.",
            "This dossier ranks no territories, judges no actor and names no person.",
        ),
        making.say(
            "Les contrats directs, stages, thèses Cifre et échanges informels n’y sont que si une source les décrit.",
            "Direct contracts, internships, industrial theses and informal exchanges are here only if a "
            "source describes them.",
        ),
    )
    blocks: list[Block] = [Points(general)]
    data = [one for kind in found["kinds"] if kind["kind"] == "data" for one in kind["findings"]]
    if data:
        blocks.append(
            Paragraph(
                making.say("Données qui manquent pour ce territoire :", "Data missing for this territory:")
            )
        )
        blocks.append(Points(tuple(making.set(one["sentence"][language]) for one in data)))
    indicators = making.seen.cube.indicators
    empty = [
        row
        for row in figures(making.seen, making.territory, making.parent, language).rows
        if row["value"] is None and (making.matter.illustrative or not indicators[row["id"]].illustrative)
    ]
    if empty:
        blocks.append(
            Paragraph(
                making.say("Indicateurs sans valeur, et pourquoi :", "Indicators without a value, and why:")
            )
        )
        mark = ": " if making.english else " : "
        words = [
            f"{first_capital(row['indicator'])}{mark}{why_none(making, row, 'status')[1]}" for row in empty
        ]
        blocks.append(Points(tuple(making.set(text) for text in words)))
    return Section(
        "limites",
        making.say("Ce que ce dossier ne dit pas", "What this dossier does not say"),
        tuple(blocks),
    )


def methods(making: Making) -> Section:
    """Tell in one page the methods that were used, in words."""
    used = [documented()[name] for name in making.references.methods if name in documented()]
    rows = []
    for method in used:
        told = method_told(method, making.language)
        rows.append((Cell(making.method(method.name)), Cell(making.set(told.summary.replace("`", "")))))
    reading = (
        making.say(
            "Un manque compare ce qui est connu ici à ce que donnerait le rythme de la région ; l’intervalle "
            "entre crochets dit ce que "
            "le hasard laisse de jeu (95 %).",
            "A gap sets what is known here beside what the pace of the region would give; the interval in "
            "square brackets tells how "
            "much play chance leaves (95%).",
        ),
        making.say(
            "Quand beaucoup de comparaisons sont faites à la fois, les tests sont corrigés de leur nombre (q).",
            "Where many comparisons are made at once, tests are corrected for their number (q).",
        ),
        making.say(
            "La médiane des pairs est celle des territoires du même niveau les plus proches par la "
            "population, la densité, "
            "l’éloignement et les secteurs.",
            "The median of peers is that of the nearest territories of the level by population, density, "
            "remoteness and sectors.",
        ),
        making.say(
            "Une suggestion est classée par ce que les liens passés ont en commun ; sa qualité est mesurée "
            "sur le passé.",
            "A suggestion is ranked by what past ties have in common; its quality is measured on the past.",
        ),
    )
    blocks: list[Block] = [Points(reading)]
    if rows:
        columns = (
            Column("method", making.say("Méthode", "Method"), weight=1.2),
            Column("summary", making.say("Ce qu’elle fait", "What it does"), weight=3),
        )
        blocks.append(
            Table("methodes", making.say("Méthodes utilisées", "Methods used"), columns, tuple(rows))
        )
    words = making.say(
        "Formules, sources scientifiques, conventions, limites et cas vérifiés de chaque méthode : page « "
        "Méthodes » du site.",
        "Formulas, scientific sources, conventions, limits and checked cases of each method: page “Methods” "
        "of the site.",
    )
    blocks.append(Paragraph(words, "note"))
    title = making.say("Méthodes en une page", "Methods in one page")
    return Section("methodes", title, tuple(blocks), new_page=True)
