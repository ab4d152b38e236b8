"""What a dossier tells of programmes, research, sectors and hiring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...words import N_, Named, Number, Spoken, first_upper, gettext
from ..render.blocks.tables import Column, Table
from .making import Making
from .model import Element, Grid, Paragraph, Section
from .pictures import chart

PRINTED = 15
FIRST_ZONE, EACH_ZONE = 10, 3
"""Rows printed of the zone or pool that holds most of a territory, or of whole ones added up; and of each that it shares."""
PROGRAMMES = N_("Formations enseignées sur place")


def supply(making: Making) -> Section:
    """Tell what is taught and researched there."""
    programmes = making.block("formations")
    blocks: list[Element] = [
        *chart(making, "formations-familles", "programmes-by-family"),
        *chart(making, "unites-domaines", "research-units-by-field"),
    ]
    if len(programmes) > PRINTED:
        blocks += _by_institution(making, programmes)
    else:
        blocks += making.table("formations", programmes, PROGRAMMES)
    return Section(blocks=tuple(blocks))


def _by_institution(making: Making, made: Table) -> list[Grid | Paragraph]:
    """Count the programmes of each institution by level, where there are too many to print; the CSV lists them all."""
    levels = sorted(
        {row["level"] for row in made.rows}, key=lambda text: (not any(map(str.isdigit, text)), text)
    )
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in made.rows:
        counts.setdefault((row["institution"] or "–", row["town"]), Counter())[row["level"]] += 1
    columns = (
        Column("institution", N_("Établissement"), weight=3),
        Column("town", N_("Commune"), weight=1.5),
        *(Column(one, Named(first_upper(one)), "number") for one in levels),
        Column("total", N_("Ensemble"), "number"),
    )
    rows: list[dict[str, Any]] = [
        {"institution": name, "town": town, "total": found.total(), **{one: found[one] for one in levels}}
        for (name, town), found in counts.items()
    ]
    rows.sort(key=lambda row: (-row["total"], row["institution"], row["town"]))
    (whole,) = making.table("formations", made, PROGRAMMES)
    shown = replace(made, columns=columns, rows=rows)
    printed_ = making.table(
        "formations-etablissements",
        shown,
        N_("Formations par établissement et par niveau"),
        first=PRINTED,
    )
    assert isinstance(whole, Grid)
    making.data["formations"] = (whole.caption, whole.to_rows())
    note = making.say(
        N_("Les {made} formations, une à une, sont dans le fichier formations.csv.", made=Number(len(made)))
    )
    return [*printed_, Paragraph(note, "note")]


def economy(making: Making) -> Section:
    """Tell sectors and jobs, each at the level where it is published, and what employers look for."""
    jobs = making.block("emplois")
    hirings = making.block("recrutements")
    blocks: list[Element] = [
        *chart(making, "etablissements", "establishments"),
        *_by_area(making, "emplois", jobs, "zone", N_("Emplois salariés par secteur"), ("share", "code")),
        *_by_area(
            making,
            "recrutements",
            hirings,
            "pool",
            N_("Projets de recrutement par famille de métiers"),
            ("share", "pool_share", "hidden", "hidden_difficult", "hidden_seasonal"),
        ),
    ]
    return Section(blocks=tuple(blocks))


def _by_area(
    making: Making, name: str, made: Table, area: str, caption: Spoken, leave: Sequence[str]
) -> list[Grid | Paragraph]:
    """Print the first rows of each zone or pool; where there is but one, the caption names it instead of a column."""
    areas = {row[area]: row["group"] for row in made.rows}
    if len(areas) > 1:
        told = Named(gettext(" ; ", making.language).join(areas.values()))
        made = replace(made, rows=leading(made.rows, area, FIRST_ZONE, EACH_ZONE), notes=(told, *made.notes))
    elif areas:
        (heading,) = areas.values()
        leave, caption = (area, *leave), N_("{caption} ({area})", caption=caption, area=heading)
    first = FIRST_ZONE + EACH_ZONE * (len(areas) - 1)
    return making.table(name, made, caption, first=first, leave=leave)


def leading(rows: Sequence[Mapping[str, Any]], area: str, most: int, each: int) -> list[Mapping[str, Any]]:
    """Put the first rows of each area first, `most` of the first and `each` of the others, and the rest after.

    >>> [row["zone"] for row in leading([{"zone": zone} for zone in "aaabb"], "zone", 2, 1)]
    ['a', 'a', 'b', 'a', 'b']
    """
    main = rows[0][area] if rows else ""
    seen: Counter[str] = Counter()
    first: list[Mapping[str, Any]] = []
    rest: list[Mapping[str, Any]] = []
    for row in rows:
        seen[row[area]] += 1
        (first if seen[row[area]] <= (most if row[area] == main else each) else rest).append(row)
    return [*first, *rest]
