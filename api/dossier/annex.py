"""The annexes of a dossier, which let anyone check it: every figure, sources, signs, the tables behind pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...graph.sparql.results import Rows
from ...words import N_, Named
from ..labels.wording import EVIDENCE, EVIDENCE_MEANING
from ..render.blocks.block import Block
from ..render.blocks.tables import ABSENT, Cell, Column
from ..render.chart_drawing import value_text as number_said
from .file_names import file_stem
from .making import Making
from .model import Element, Grid, Paragraph, Section, shorten
from .words import ZERO

ROWS = 60
"""Rows printed of the table behind a picture."""


def every_figure(making: Making) -> Section:
    """List each figure with its method or question, date, source and evidence."""
    columns = (
        Column("reference", N_("Réf."), weight=0.5),
        Column("what", N_("Chiffre"), weight=2.2),
        Column("value", N_("Valeur"), weight=1),
        Column("method", N_("Méthode ou question"), weight=3.5),
        Column("period", N_("Période"), weight=1),
        Column("sources", N_("Sources"), weight=0.8),
        Column("evidence", N_("Preuve"), weight=1),
        Column("snapshot", N_("Publication"), weight=1),
    )
    snapshot = making.matter.snapshot
    rows = [
        (one.reference, one.what, one.shown, one.method, one.period, one.sources, one.evidence, snapshot)
        for one in making.references.entries
    ]
    words = making.say(
        N_(
            "Publication du graphe : {snapshot}. Une question nommée se repose par la commande "
            "donnée, ou à la page « Questions » du site ; un indicateur est défini à la page « "
            "Indicateurs », sous le nom donné entre parenthèses. Les nombres de la colonne Sources "
            "sont ceux de l’annexe B.",
            snapshot=snapshot,
        )
    )
    table = Grid(
        "annexe-chiffres",
        making.say(N_("Chaque chiffre, d’où il vient")),
        columns[:-1],
        tuple(
            tuple(
                Cell(numbers(making, text) if at == 5 else shorten(text, 70) if at == 1 else text)
                for at, text in enumerate(row[:-1])
            )
            for row in rows
        ),
        data=_rows(columns, [(*row[:5], making.titles(row[5]), *row[6:]) for row in rows]),
    )
    return Section(blocks=(Paragraph(words), table), annex=True, new_page=True)


def source_numbers(making: Making) -> dict[str, int]:
    """Give the numbers of the sources that are cited, in the order of annex B."""
    known = set(making.matter.frame("sources")["source"].str.strip_prefix("source/"))
    return {name: rank for rank, name in enumerate(sorted(known & making.references.sources.keys()), 1)}


def numbers(making: Making, names: str) -> str:
    """Write names of sources as their numbers; one that the graph does not describe stays a name."""
    known = source_numbers(making)
    found = [str(known[name]) if name in known else name for name in names.split(", ") if name]
    return ", ".join(sorted(found, key=lambda text: (not text.isdigit(), text.zfill(4))))


def sources(making: Making) -> Section:
    """List the sources that the dossier uses, with publisher, date and licence."""
    known = {
        row["source"].removeprefix("source/"): row
        for row in making.matter.frame("sources").unique("source", keep="first").iter_rows(named=True)
    }
    columns = (
        Column("number", N_("N°"), weight=0.4),
        Column("source", N_("Source"), weight=1.3),
        Column("title", N_("Titre"), weight=2.4),
        Column("publisher", N_("Producteur"), weight=1.6),
        Column("date", N_("Données de"), weight=0.9),
        Column("licence", N_("Licence"), weight=1),
        Column("page", N_("Page"), weight=2.6),
    )
    rows = []
    for name, number in source_numbers(making).items():
        row = known[name]
        rows.append(
            (
                str(number),
                name,
                making.set(making.seen.source(name, making.language)),
                making.set(row["publisher"] or ""),
                row["date"] or making.say(N_("non dite")),
                (row["licence"] or "").rsplit("/", 1)[-1],
                row["page"] or "",
            )
        )
    if not rows:
        absent = making.say(N_("Aucune des sources n’est décrite dans cette publication."))
        return Section(blocks=(Paragraph(absent, "absent"),), annex=True)
    cells = tuple(
        tuple(
            Cell(text.split("://", 1)[-1] if at == 6 else text, text, link=text if at == 6 else "")
            for at, text in enumerate(row)
            if at != 1  # the name that files give it: its title is printed
        )
        for row in rows
    )
    table = Grid(
        "annexe-sources",
        making.say(N_("Sources utilisées")),
        (columns[0], *columns[2:]),
        cells,
        data=_rows(columns, rows),
    )
    return Section(blocks=(table,), annex=True)


def signs(making: Making) -> Section:
    """Explain evidence statuses and the signs of what has no value."""
    columns = (
        Column("sign", N_("Signe ou mot"), weight=1),
        Column("meaning", N_("Sens"), weight=3),
    )
    evidence = tuple(
        (Cell(EVIDENCE[name][making.language]), Cell(making.set(EVIDENCE_MEANING[name][making.language])))
        for name in EVIDENCE
    )
    marks = [(mark, words[making.language]) for mark, words in ABSENT.values()]
    marks.append(("0", making.say(ZERO)))
    return Section(
        blocks=(
            Grid("annexe-preuves", making.say(N_("Statuts de preuve")), columns, evidence),
            Grid(
                "annexe-absences",
                making.say(N_("Une case sans valeur, et un zéro")),
                columns,
                tuple((Cell(mark), Cell(making.set(words))) for mark, words in marks),
            ),
        ),
        annex=True,
    )


def pictures(making: Making) -> Section:
    """Give the tables behind maps and charts, for who cannot see them."""
    blocks: list[Element] = []
    for id, (words, rows) in making.data.items():
        drawn = id.startswith("carte-")
        head = "label" if drawn else rows.columns[0] if rows.columns else ""
        if head in ("label", "group", "year") and "value" in rows.columns:
            blocks.append(_behind(making, id, words, rows, (head, "value", "status")))
    return Section(blocks=tuple(blocks), annex=True, columns=True)


def print_other_blocks(making: Making, blocks: Sequence[Block]) -> Section:
    """Print the first rows of blocks of the portrait that no section tells, each with its definition."""
    printed: list[Element] = []
    for one in blocks:
        if one.definition[making.language]:
            printed.append(Paragraph(making.say(one.definition), "note"))
        printed += making.table(one.name, making.block(one.name), one.words, first=one.first)
    return Section(blocks=tuple(printed), annex=True)


def _behind(making: Making, id: str, words: str, rows: Any, names: tuple[str, ...]) -> Grid:
    heads = {
        "label": N_("Territoire"),
        "value": N_("Valeur"),
        "status": N_("Pourquoi vide"),
        "group": N_("Groupe"),
        "year": N_("Année"),
    }
    places = [rows.columns.index(name) for name in names]
    if "status" in names and not any(row[places[-1]] for row in rows.rows):
        names, places = names[:-1], places[:-1]
    said = {name: words for name, (_, words) in ABSENT.items()}  # maps give codes
    cells = []
    for row in rows.rows[:ROWS]:
        made = []
        for name, at in zip(names, places, strict=True):
            value = row[at]
            if name == "value":
                made.append(Cell(_number(making, value), value))
            else:
                text = (
                    said.get(str(value), Named(str(value or "")))[making.language]
                    if name == "status"
                    else str(value or "")
                )
                made.append(Cell(making.set(text), value))
        cells.append(tuple(made))
    columns = tuple(
        Column(name, heads[name], "number") if name == "value" else Column(name, heads[name], weight=2.5)
        for name in names
    )
    left = len(rows.rows) - len(cells)
    note = making.say(
        N_(
            "{rows} lignes imprimées sur {rows2} ; toutes sont dans le fichier {id}.csv.",
            rows=ROWS,
            rows2=len(rows.rows),
            id=file_stem(id, making.language),
        )
    )
    return Grid(id, words, columns, tuple(cells), (note,) if left > 0 else (), rows)


def _number(making: Making, value: Any) -> str:
    return "∅" if value is None else number_said(float(value), making.language)


def _rows(columns: tuple[Column, ...], rows: list[tuple[Any, ...]]) -> Rows:
    return Rows([one.name for one in columns], [list(row) for row in rows])
