"""Maps as files: pictures that stand alone, and the table as CSV, CSV for French spreadsheets and workbook."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import Response

from ...graph.sparql.results import Iri, Rows, Value
from ...ontology.vocabulary import ID
from ...words import N_
from ..reading.cube import COLUMNS
from ..render.files import WRITTEN, whole_number
from ..render.painting import painters
from ..render.theme import Theme
from ..web.negotiation import SVG, Representation
from ..web.page_error import check_suffix
from .reading import Map

PNG = Representation("png", ".png", "image/png")
PICTURES = (SVG, PNG)


def format_of(suffix: str) -> Representation:
    """Give the format of a file of maps; raises PageError (404)."""
    formats = {one.name: one for one in (*PICTURES, *WRITTEN)}
    check_suffix(N_("Une carte"), suffix, formats)
    return formats[suffix]


async def paint_answer(response: Response, theme: Theme) -> Response:
    """Give an answer that holds a drawing with the picture of it instead, in the theme's colours; raises NotPainted."""
    drawing = theme.recoloured(bytes(response.body).decode())
    body = await asyncio.wrap_future(painters.submit(drawing))
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return Response(body, headers=headers)


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
                    shown.as_of or None,
                    whole_number(cell.value),
                    whole_number(cell.low),
                    whole_number(cell.high),
                    cell.status,
                    shown.indicator.unit,
                    cell.evidence,
                    cell.facts,
                    cell.sources,
                ]
            )
    return Rows(list(COLUMNS), rows)


def file_name(maps: Sequence[Map]) -> str:
    """Name a file after what is drawn."""
    first = maps[0]
    place = first.within.id.removeprefix("territory/").replace("/", "-")
    return "-".join([*(one.indicator.id for one in maps), first.level, place])
