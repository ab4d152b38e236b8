"""A dossier as a Word document that can be edited: real headings, tables and lists, pictures with their words."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Any

from ...words import N_, Spoken, gettext
from ..render.blocks.tables import ABSENT
from ..render.painting import to_png
from .content import software
from .docx_parts import (
    LETTERS,
    RULES,
    SMALL,
    SPACE,
    TOC_BEGIN,
    TOC_END,
    WIDTH,
    anchor,
    bookmark,
    clean,
    column_widths,
    run_foot,
    set_language,
    set_styles,
    table_row,
)
from .model import Card, Dossier, Element, Figure, Grid, Paragraph, Points, Section, Tiles
from .pdf import moment

TALLEST = 10.5
"""Largest height of a picture, in centimetres: its words stand on the same page."""
_SIGNS = {(mark, text) for mark, words in ABSENT.values() for text in words.values()}
"""Signs that stand alone in a cell: the page that tells how to read the document says what they mean."""


def to_docx(dossier: Dossier) -> bytes:
    """Write a dossier as .docx, in the styles of the document: a theme of the reader's own can be applied."""
    from docx import Document
    from docx.shared import Cm, Pt

    made = Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm((21 - WIDTH) / 2)
    page.top_margin = page.bottom_margin = Cm(2)
    set_styles(made)
    set_language(made, gettext("fr-FR", dossier.language))
    told = made.core_properties
    told.title, told.subject, told.author = dossier.full_title, dossier.subtitle, software()
    told.language = dossier.language
    told.comments = dossier.snapshot
    told.created = told.modified = datetime.fromtimestamp(moment(dossier.snapshot) or 0, UTC).replace(
        tzinfo=None
    )
    writer = _Writer(made, dossier)
    if dossier.short:
        page.top_margin = page.bottom_margin = Cm(1.4)
        made.styles["Normal"].font.size = Pt(9)
        writer.head()
    else:
        writer.cover()
    for rank, (number, section) in enumerate(dossier.numbered()):
        writer.section(
            section, section.title if dossier.short else f"{number}  {section.title}", after=rank == 1
        )
        if rank == 0 and not dossier.short:
            writer.contents()
    run_foot(page, dossier)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


class _Writer:
    def __init__(self, made: Any, dossier: Dossier) -> None:
        self.made, self.dossier, self.marks = made, dossier, 0
        self.language = dossier.language

    def say(self, words: Spoken) -> str:
        return words[self.language]

    def text(self, text: str, style: str = "Normal", *, bold: bool = False, italic: bool = False) -> Any:
        paragraph = self.made.add_paragraph(style=style)
        run = paragraph.add_run(clean(text))
        run.bold, run.italic = bold or None, italic or None
        return paragraph

    def cover(self) -> None:
        one = self.dossier
        self.made.add_paragraph(clean(one.title), style="Subtitle")
        self.made.add_paragraph(clean(one.label), style="Title")
        self.text(one.subtitle)
        if one.warning:
            self.text(one.warning, "Intense Quote")
        for name, value in one.identity:
            paragraph = self.text(gettext("{name} : ", self.language, name=name), bold=True)
            paragraph.add_run(clean(value))
        if one.date:
            self.text(self.say(N_("Données publiées le ")) + one.date)
        if one.cover:
            self.picture(one.cover, 6.0)

    def head(self) -> None:
        """Write what stands above the first section of a short document."""
        one = self.dossier
        self.made.add_paragraph(clean(one.title), style="Subtitle")
        self.made.add_paragraph(clean(one.label), style="Title")
        dated = self.say(N_("Données publiées le ")) + one.date if one.date else ""
        self.text(" ".join(filter(None, (one.subtitle, f"{dated}." if dated else ""))))
        if one.warning:
            self.text(one.warning, "Intense Quote")
        if one.cover:
            self.picture(one.cover, 4.0)
            self.text(one.cover.caption, "Note")

    def contents(self) -> None:
        """Write a table of contents, links now, page numbers as soon as the reader updates it; then how to read the rest."""
        from docx.oxml import parse_xml

        title = self.text(self.say(N_("Sommaire")), "TOC Heading")
        title.paragraph_format.page_break_before = True
        sections = self.dossier.numbered()
        for rank, (number, section) in enumerate(sections):
            paragraph = self.made.add_paragraph(style="Table of contents")
            begin, end = TOC_BEGIN if rank == 0 else "", TOC_END if rank == len(sections) - 1 else ""
            words = escape(f"{number}  {section.title}", quote=False)
            shown = f'<w:t xml:space="preserve">{clean(words)}</w:t>'
            link = f'<w:hyperlink w:anchor="{anchor(section.id)}"><w:r>{shown}</w:r></w:hyperlink>'
            for run in parse_xml(f"<w:p {SPACE}>{begin}{link}{end}</w:p>"):
                paragraph._p.append(run)
        self.made.add_heading(self.say(N_("Comment lire ce dossier")), 2)
        for words in self.dossier.reading:
            self.text(words, "List Bullet")

    def section(self, section: Section, title: str, level: int = 1, *, after: bool = False) -> None:
        """Write a section; `after`: what stands before it has its page for itself."""
        heading = self.made.add_heading(clean(title), level)
        heading.paragraph_format.page_break_before = section.new_page or after or section.id == "essentiel"
        if level == 1:
            self.marks += 1
            bookmark(heading, self.marks, anchor(section.id))
        for block in section.blocks:
            self.block(block)
        for part in section.parts:
            if part.blocks:
                self.section(part, part.title, level + 1)

    def block(self, block: Element) -> None:
        writers: dict[type, Callable[[Any], None]] = {
            Paragraph: self.paragraph,
            Points: self.points,
            Tiles: self.tiles,
            Figure: self.figure,
            Grid: self.table,
            Card: self.card,
        }
        writers[type(block)](block)

    def paragraph(self, block: Paragraph) -> None:
        style = {"note": "Note", "absent": "Note", "warning": "Intense Quote"}.get(block.tone, "Normal")
        self.text(("∅ " if block.tone == "absent" else "") + block.text, style)

    def points(self, block: Points) -> None:
        for item in block.items:
            self.text(item, "List Bullet")

    def tiles(self, block: Tiles) -> None:
        beside = any(tile.beside for tile in block.tiles)
        shown = 3 if beside else 2
        rows = [[tile.label, tile.value, tile.beside][:shown] for tile in block.tiles]
        heads = [
            self.say(N_("Chiffre clé")),
            self.say(N_("Ici")),
            self.say(N_("Comparaison")),
        ]
        self.grid(heads[:shown], rows, [3.0, 1.2, 2.0][:shown])

    def figure(self, block: Figure) -> None:
        self.text(block.caption, "Caption")
        self.picture(block, WIDTH, keep=bool(block.notes))
        for note in block.notes:
            self.text(note, "Note")

    def picture(self, block: Figure, width: float, *, keep: bool = False) -> None:
        from docx.shared import Cm

        shape = self.made.add_picture(io.BytesIO(to_png(block.picture.svg(block.alt))), width=Cm(width))
        if shape.height > Cm(TALLEST):
            shape.width, shape.height = Cm(TALLEST * width / (shape.height / Cm(1))), Cm(TALLEST)
        about = shape._inline.docPr
        about.set("descr", clean(block.alt))
        about.set("title", clean(block.caption))
        self.made.paragraphs[-1].paragraph_format.keep_with_next = keep

    def table(self, block: Grid) -> None:
        self.text(block.caption, "Caption")
        rows = [
            [
                cell.text if (cell.text, cell.absent) in _SIGNS else f"{cell.text} {cell.absent}".strip()
                for cell in row
            ]
            for row in block.rows
        ]
        columns = block.columns
        numeric = [one.numeric for one in columns]
        weights = [one.weight for one in columns]
        self.grid(block.heads(self.language), rows, weights, numeric, SMALL if block.small else LETTERS)
        for note in block.notes:
            self.text(note, "Note")

    def card(self, block: Card) -> None:
        paragraph = self.text(f"[{block.reference}] ", bold=True)
        if block.illustrative:
            paragraph.add_run(self.say(N_("(illustratif) "))).bold = True
        paragraph.add_run(clean(block.sentence))
        told = [paragraph]
        if block.reasons:
            told.append(self.text(block.heading, "Reasons heading"))
            told += [self.text(reason, "Reason") for reason in block.reasons]
        if block.details:
            told.append(self.text(" · ".join(block.details), "Note"))
        for one in told[:-1]:
            one.paragraph_format.keep_with_next = True

    def grid(
        self,
        heads: list[str],
        rows: list[list[str]],
        weights: list[float],
        numeric: list[bool] | None = None,
        letters: int = LETTERS,
    ) -> None:
        """Write a table whose first row is repeated at the top of each page."""
        from docx.oxml import parse_xml
        from docx.shared import Cm, Pt

        table = self.made.add_table(rows=0, cols=0, style="Normal Table")
        table.autofit = False
        element = table._tbl
        element.tblPr.append(parse_xml(RULES))
        sizes = column_widths(heads, rows, weights, letters)
        for size in sizes:
            table.add_column(Cm(size))
        widths = [int(Cm(size).twips) for size in sizes]
        right = numeric or [False] * len(widths)
        for rank, row in enumerate([heads, *rows]):
            element.append(parse_xml(table_row(row, widths, right, head=rank == 0, letters=letters)))
        after = self.made.add_paragraph()
        after.paragraph_format.space_after, after.paragraph_format.line_spacing = Cm(0), Pt(6)
