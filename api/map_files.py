"""Maps as files: pictures that stand alone, and the table as CSV, CSV for French spreadsheets and workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import resvg_py

from ..graph.results import Iri, Rows, Value, to_csv, to_csv_fr
from ..ontology.vocabulary import ID
from .indicator_reading import COLUMNS
from .map_reading import Map
from .negotiation import CSV, CSV_FR, SVG, XLSX, Language, Representation
from .spreadsheets import to_xlsx

PNG = Representation("png", ".png", "image/png")
PICTURES = (SVG, PNG)
TABLES = (CSV, CSV_FR, XLSX)
FONTS = Path(__file__).parent / "fonts"
_ZOOM = 2.0


def to_png(svg: str, zoom: float = _ZOOM) -> bytes:
    """Paint an SVG of ours on white, with the letters that the package ships; nothing else is read.

    >>> to_png('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')[1:4]
    b'PNG'
    """
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=[str(FONTS / name) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
            zoom=zoom,
        )
    )


def to_rows(maps: Sequence[Map]) -> Rows:
    """Give what maps show as rows: one a territory and map; where there is no value, `status` says why."""
    rows: list[list[Value]] = []
    for shown in maps:
        for cell in shown.cells:
            rows.append(
                [
                    cell.territory.id.rsplit("/", 1)[-1],
                    Iri(ID + cell.territory.id),
                    cell.territory.label,
                    cell.territory.level,
                    shown.indicator.id,
                    shown.by,
                    shown.period,
                    cell.value,
                    cell.low,
                    cell.high,
                    cell.status,
                    shown.indicator.unit,
                ]
            )
    return Rows(list(COLUMNS), rows)


def table_file(rows: Rows, chosen: Representation, about: dict[str, str]) -> bytes:
    """Write a table in a format; raises SheetTooSmall."""
    if chosen == XLSX:
        return to_xlsx(rows, about)
    return to_csv_fr(rows) if chosen == CSV_FR else to_csv(rows)


def file_name(maps: Sequence[Map]) -> str:
    """Name a file after what is drawn."""
    first = maps[0]
    place = first.within.id.removeprefix("territory/").replace("/", "-")
    return "-".join([*(one.indicator.id for one in maps), first.level, place])


def headers_of(chosen: Representation, name: str, snapshot: str, language: Language) -> dict[str, str]:
    """Give the headers of a file: what it is, its name, its publication, its language."""
    media_type = chosen.media_type.partition(";")[0]
    suffix = ".csv" if chosen == CSV_FR else chosen.suffix
    return {
        "Content-Type": media_type + ("" if chosen in (PNG, XLSX) else "; charset=utf-8"),
        "Content-Disposition": f'attachment; filename="{name}{suffix}"',
        "Content-Language": language,
        "Ancrage-Snapshot": snapshot,
        "Vary": "Accept-Language",
    }
