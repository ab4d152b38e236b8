"""Parts of a Word document in its own XML: styles, rows of tables, the table of contents, what stands at the foot of pages."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from .model import Dossier

WIDTH = 16.5
"""Width of the text on the page, in centimetres."""
TEAL, SOFT, INK = "0F5A66", "4A5961", "16242A"
NAMES = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PIECES = re.compile(r"[\s-]+")
_MARGIN, _LETTER = 0.42, 0.19
"""Centimetres that the margins of a cell take, and a letter of a table."""
LETTERS, SMALL = 17, 14
"""Size of the letters of tables, in half points: of most, and of wide annexes."""
SPACE = f'xmlns:w="{NAMES}"'
RULES = (
    f'<w:tblBorders {SPACE}><w:top w:val="single" w:sz="8" w:color="{TEAL}"/>'
    '<w:bottom w:val="single" w:sz="4" w:color="B9B5A6"/><w:insideH w:val="single" w:sz="4" w:color="D9D5C8"/></w:tblBorders>'
)
TOC_BEGIN = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>'
    '<w:instrText xml:space="preserve"> TOC \\o "1-1" \\h \\z \\u </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
TOC_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def column_widths(
    heads: list[str], rows: list[list[str]], weights: list[float], letters: int = LETTERS
) -> list[float]:
    """Share the width of the page between columns, in centimetres: no word of a column is cut as long as the others can give.

    >>> [round(one, 1) for one in column_widths(["a", "Ensemble"], [["b", "1"]], [9.0, 1.0])]
    [14.6, 1.9]
    >>> round(sum(column_widths(["a" * 30] * 7, [], [1.0] * 7)), 3)
    16.5
    """
    unit = WIDTH / sum(weights)
    least = [
        min(
            4.0,
            _MARGIN
            + _LETTER * letters / LETTERS * max(len(word) for cell in column for word in _PIECES.split(cell)),
        )
        for column in zip(heads, *rows, strict=True)
    ]
    shares = [max(weight * unit, need) for weight, need in zip(weights, least, strict=True)]
    spare = [share - need for share, need in zip(shares, least, strict=True)]
    over = max(0.0, sum(shares) - WIDTH)
    given = min(1.0, over / sum(spare)) if sum(spare) else 0.0
    sizes = [share - given * room for share, room in zip(shares, spare, strict=True)]
    return [size * min(1.0, WIDTH / sum(sizes)) for size in sizes]  # where all are in need, all give


def table_row(
    cells: list[str], widths: list[int], right: list[bool], *, head: bool, letters: int = LETTERS
) -> str:
    """Write a row as XML: thousands of cells made one by one through objects would take seconds."""
    bold = "<w:b/>" if head else ""
    look = f'<w:rPr>{bold}<w:sz w:val="{letters}"/></w:rPr>'
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E9F0F0"/>' if head else ""
    keep = "<w:keepNext/>" if head else ""
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr>{keep}'
        f'<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>{_RIGHT if to_right else ""}</w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">{escape(clean(text), quote=False)}</w:t></w:r></w:p></w:tc>'
        for text, width, to_right in zip(cells, widths, right, strict=True)
    )
    return f"<w:tr {SPACE}><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{made}</w:tr>"


_RIGHT = '<w:jc w:val="right"/>'


def anchor(id: str) -> str:
    """Name the bookmark of a section."""
    return f"s_{id.replace('-', '_')}"


def bookmark(heading: Any, number: int, name: str) -> None:
    """Put a bookmark around a heading, which links of the table of contents lead to."""
    from docx.oxml import parse_xml

    begin = parse_xml(f'<w:bookmarkStart {SPACE} w:id="{number}" w:name="{name}"/>')
    heading._p.insert(1 if heading._p.pPr is not None else 0, begin)
    heading._p.append(parse_xml(f'<w:bookmarkEnd {SPACE} w:id="{number}"/>'))


def set_styles(made: Any) -> None:
    """Set the styles of the document, and add those of notes, reasons and the table of contents."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    teal, soft, ink = (RGBColor.from_string(one) for one in (TEAL, SOFT, INK))

    def set_(name: str, size: float, colour: Any, before: float, after: float, font: str = "Georgia") -> Any:
        style = made.styles[name] if name in known else made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if name not in known and name != "Normal":
            style.base_style = made.styles["Normal"]
        style.font.name, style.font.size, style.font.color.rgb = font, Pt(size), colour
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for part in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(f"{{{NAMES}}}{part}", None)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        return style

    known = {style.name for style in made.styles}
    set_("Normal", 10.5, ink, 0, 6)
    set_("Title", 26, ink, 0, 8, "Verdana")
    set_("Subtitle", 14, teal, 60, 2, "Verdana").font.italic = False
    set_("Heading 1", 15, ink, 20, 8, "Verdana")
    set_("Heading 2", 11, teal, 14, 4, "Verdana")
    set_("Caption", 9, ink, 10, 3, "Verdana").paragraph_format.keep_with_next = True
    set_("Note", 9, soft, 0, 4)
    set_("Reason", 9.5, ink, 0, 1).paragraph_format.left_indent = Cm(0.6)
    set_("Reasons heading", 8.5, ink, 0, 1, "Verdana").font.bold = True
    set_("TOC Heading", 13, teal, 12, 6, "Verdana").font.bold = True
    set_("Table of contents", 10.5, ink, 0, 2)
    set_("List Bullet", 10.5, ink, 0, 3)


def set_language(made: Any, code: str) -> None:
    """Say the language of the document, which spelling checkers and screen readers need."""
    from docx.oxml.ns import qn

    for element in made.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), code)


def run_foot(page: Any, dossier: Dossier) -> None:
    """Write what stands at the foot of each page but the cover: the title, the publication and the number of the page."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.oxml import parse_xml
    from docx.shared import Cm, Pt

    page.different_first_page_header_footer = True
    paragraph = page.footer.paragraphs[0]
    paragraph.paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(clean(f"{dossier.full_title} · publication {dossier.snapshot}\t"))
    for field in ("PAGE", "NUMPAGES"):
        if field == "NUMPAGES":
            paragraph.add_run(" / ")
        paragraph._p.append(
            parse_xml(
                f'<w:fldSimple {SPACE} w:instr="{field}"><w:r><w:rPr><w:sz w:val="15"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>'
            )
        )
    for run in paragraph.runs:
        run.font.size = Pt(7.5)


def clean(text: str) -> str:
    r"""Leave out the characters that XML cannot hold.

    >>> clean("a\x00b")
    'ab'
    """
    return _FORBIDDEN.sub("", text)
