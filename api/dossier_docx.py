"""A dossier as a Word document that can be edited: real headings, tables and lists, pictures with their words."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from .dossier_content import software
from .dossier_model import Block, Card, Dossier, Figure, Paragraph, Points, Section, Table, Tiles
from .dossier_pdf import moment
from .painting import to_png

WIDTH = 16.5
"""Width of the text on the page, in centimetres."""
PRINTED = 40
"""Rows of a table that are written: a long one would make the document hard to edit."""
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def to_docx(dossier: Dossier) -> bytes:
    """Write a dossier as .docx, in the styles of the document: a theme of the reader's own can be applied."""
    from docx import Document
    from docx.shared import Cm, Pt

    made = Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm((21 - WIDTH) / 2)
    page.top_margin = page.bottom_margin = Cm(2)
    normal: Any = made.styles["Normal"]
    normal.font.name, normal.font.size = "Georgia", Pt(10.5)
    _language(made, "en-GB" if dossier.language == "en" else "fr-FR")
    told = made.core_properties
    told.title, told.subject, told.author = dossier.full_title, dossier.subtitle, software()
    told.language = dossier.language
    told.comments = dossier.snapshot
    told.created = told.modified = datetime.fromtimestamp(moment(dossier.snapshot) or 0, UTC).replace(
        tzinfo=None
    )
    writer = _Writer(made, dossier)
    writer.cover()
    for number, section in dossier.numbered():
        writer.section(section, f"{number}  {section.title}")
    _page_numbers(page)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


class _Writer:
    def __init__(self, made: Any, dossier: Dossier) -> None:
        self.made, self.dossier = made, dossier
        self.english = dossier.language == "en"

    def say(self, french: str, english: str) -> str:
        return english if self.english else french

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
            paragraph = self.text(f"{name} : " if not self.english else f"{name}: ", bold=True)
            paragraph.add_run(clean(value))
        if one.date:
            self.text(self.say("Données publiées le ", "Data published on ") + one.date)
        if one.cover:
            self.picture(one.cover, 6.0)
        self.made.add_heading(self.say("Comment lire ce dossier", "How to read this dossier"), 2)
        for words in one.reading:
            self.text(words, "List Bullet")

    def section(self, section: Section, title: str, level: int = 1) -> None:
        heading = self.made.add_heading(clean(title), level)
        heading.paragraph_format.page_break_before = section.new_page or section.id == "essentiel"
        for block in section.blocks:
            self.block(block)
        for part in section.parts:
            if part.blocks:
                self.section(part, part.title, level + 1)

    def block(self, block: Block) -> None:
        writers: dict[type, Callable[[Any], None]] = {
            Paragraph: self.paragraph,
            Points: self.points,
            Tiles: self.tiles,
            Figure: self.figure,
            Table: self.table,
            Card: self.card,
        }
        writers[type(block)](block)

    def paragraph(self, block: Paragraph) -> None:
        self.text(
            ("∅ " if block.tone == "absent" else "") + block.text,
            italic=block.tone in ("note", "absent"),
            bold=block.tone == "warning",
        )

    def points(self, block: Points) -> None:
        for item in block.items:
            self.text(item, "List Bullet")

    def tiles(self, block: Tiles) -> None:
        rows = [[tile.label, tile.value, tile.beside] for tile in block.tiles]
        heads = [
            self.say("Chiffre clé", "Key figure"),
            self.say("Ici", "Here"),
            self.say("Comparaison", "Comparison"),
        ]
        self.grid(heads, rows, [3.0, 1.2, 2.0])

    def figure(self, block: Figure) -> None:
        self.picture(block, WIDTH)
        self.text(block.caption, "Caption")
        for note in block.notes:
            self.text(note, italic=True)

    def picture(self, block: Figure, width: float) -> None:
        from docx.shared import Cm

        shape = self.made.add_picture(io.BytesIO(to_png(block.svg)), width=Cm(width))
        shape._inline.docPr.set("descr", clean(block.alt))

    def table(self, block: Table) -> None:
        self.text(block.caption, "Caption").paragraph_format.keep_with_next = True
        rows = [[f"{cell.text} {cell.absent}".strip() for cell in row] for row in block.rows[:PRINTED]]
        self.grid([one.title for one in block.columns], rows, [one.weight for one in block.columns])
        notes = list(block.notes)
        if len(block.rows) > PRINTED:
            notes.append(
                self.say(
                    f"{PRINTED} lignes sur {len(block.rows)} ; la suite est dans {block.id}.csv.",
                    f"{PRINTED} rows of {len(block.rows)}; the others are in {block.id}.csv.",
                )
            )
        for note in notes:
            self.text(note, italic=True)

    def card(self, block: Card) -> None:
        paragraph = self.text(f"[{block.reference}] ", bold=True)
        if block.illustrative:
            paragraph.add_run(self.say("(illustratif) ", "(illustrative) ")).bold = True
        paragraph.add_run(clean(block.sentence))
        if block.reasons:
            self.text(block.heading, bold=True)
            self.points(Points(block.reasons))
        if block.details:
            self.text(" · ".join(block.details), italic=True)

    def grid(self, heads: list[str], rows: list[list[str]], weights: list[float]) -> None:
        """Write a table whose first row is repeated at the top of each page."""
        from docx.oxml import parse_xml
        from docx.shared import Cm

        table = self.made.add_table(rows=0, cols=0, style="Table Grid")
        element = table._tbl
        unit = WIDTH / sum(weights)
        for weight in weights:
            table.add_column(Cm(weight * unit))
        widths = [int(Cm(weight * unit).twips) for weight in weights]
        for rank, row in enumerate([heads, *rows]):
            element.append(parse_xml(_row(row, widths, head=rank == 0)))
        self.made.add_paragraph().paragraph_format.space_after = Cm(0)


def clean(text: str) -> str:
    r"""Leave out the characters that XML cannot hold.

    >>> clean("a\x00b")
    'ab'
    """
    return _FORBIDDEN.sub("", text)


def _row(cells: list[str], widths: list[int], *, head: bool) -> str:
    """Write a row as XML: thousands of cells made one by one through objects would take seconds."""
    from html import escape

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    bold = "<w:b/>" if head else ""
    look = f'<w:rPr>{bold}<w:sz w:val="17"/></w:rPr>'
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">{escape(clean(text), quote=False)}</w:t></w:r></w:p></w:tc>'
        for text, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr {space}><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{made}</w:tr>"


def _language(made: Any, code: str) -> None:
    """Say the language of the document, which spelling checkers and screen readers need."""
    from docx.oxml.ns import qn

    for element in made.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), code)


def _page_numbers(page: Any) -> None:
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph = page.footer.paragraphs[0]
    paragraph.alignment = 2
    paragraph._p.append(
        parse_xml(f'<w:fldSimple {space} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )
