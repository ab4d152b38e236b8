"""A dossier as a tagged PDF, set by Typst: title, language, structure and the words of pictures are in the file."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ..render.painting import FONTS
from ..render.picture import SHIPPED, Picture
from ..render.rendering import TEMPLATES
from ..web.negotiation import Language
from .content import software
from .model import Dossier, Element, Figure, Grid, Section

TEMPLATE = "dossier.typ"
STANDARD = "ua-1"
"""PDF/UA-1: what screen readers need; the typesetter refuses to write a file that lacks it."""


WIDEST, TALLEST = 156.0, 98.0
"""Largest width and height of a picture, in millimetres: two maps stand on one page."""


def to_pdf(dossier: Dossier) -> bytes:
    """Write a dossier as PDF/UA-1. Everything comes from the package: no system font, no file, no network."""
    import typst

    files: dict[str, bytes] = {
        "main": (TEMPLATES / TEMPLATE).read_bytes(),
        "dossier.json": json.dumps(plain(dossier), ensure_ascii=False).encode(),
    }
    for figure in dossier.figures():
        files[f"{figure.id}.svg"] = figure.picture.svg("", letters=SHIPPED).encode()
    made: bytes = typst.compile(
        files,  # type: ignore[call-overload]
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        pdf_standards=[STANDARD],
        timestamp=moment(dossier.snapshot),
    )
    return made


def moment(snapshot: str) -> int | None:
    """Give when a snapshot was published, in seconds: the same dossier is the same file.

    >>> moment("20261124T233309Z-70203c09"), moment("essai")
    (1795563189, None)
    """
    try:
        return int(datetime.strptime(snapshot[:16], "%Y%m%dT%H%M%S%z").timestamp())
    except ValueError:
        return None


def plain(dossier: Dossier) -> dict[str, Any]:
    """Give a dossier as the plain values that the template reads: texts are data there, never markup."""
    numbers = {section.id: number for number, section in dossier.numbered()}
    return {
        "title": dossier.title,
        "label": dossier.label,
        "full": dossier.full_title,
        "subtitle": dossier.subtitle,
        "language": dossier.language,
        "date": dossier.date,
        "snapshot": dossier.snapshot,
        "software": software(),
        "warning": dossier.warning,
        "short": dossier.short,
        "reading": list(dossier.reading),
        "identity": [list(pair) for pair in dossier.identity],
        "cover": _block(dossier.cover, dossier.language) if dossier.cover else None,
        "sections": [
            _section(one, dossier.language) | {"number": numbers[one.id]} for one in dossier.sections
        ],
    }


def _section(section: Section, language: Language) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title,
        "annex": section.annex,
        "page": section.new_page,
        "columns": section.columns,
        "blocks": [_block(one, language) for one in section.blocks],
        "parts": [_section(one, language) for one in section.parts if one.blocks],
    }


def _block(block: Element, language: Language) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Figure):
        return {
            "kind": kind,
            "file": f"{block.id}.svg",
            "caption": block.caption,
            "alt": block.alt,
            "notes": list(block.notes),
            "width": _width(block.picture),
        }
    if isinstance(block, Grid):
        return {
            "kind": kind,
            "caption": block.caption,
            "columns": [
                {"title": head, "numeric": one.numeric, "weight": one.weight}
                for head, one in zip(block.heads(language), block.columns, strict=True)
            ],
            "rows": [
                [{"text": cell.text, "absent": cell.absent, "link": cell.link or ""} for cell in row]
                for row in block.rows
            ],
            "notes": list(block.notes),
            "narrow": len(block.columns) == 2
            and block.columns[1].numeric
            and not block.id.startswith("carte"),
            "small": block.small,
        }
    return {"kind": kind} | asdict(block)


def _width(picture: Picture) -> float:
    """Give the width of a picture on the page, in millimetres: as wide as the text unless that makes it too tall."""
    return min(WIDEST, TALLEST * picture.width / picture.height)
