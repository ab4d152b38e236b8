"""What a dossier tells of programmes, research, sectors and hiring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...words import N_, Named, Number, first_upper
from ..render.blocks.tables import Column, Table
from .making import Making
from .model import Element, Grid, Paragraph, Section
from .pictures import chart

PRINTED = 15
FIRST_ZONE, EACH_ZONE = 10, 3
"""Sectors printed of the zone that holds most of a territory, or of whole zones added up; and of each zone that it shares."""
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
    zones = list(dict.fromkeys(row["zone"] for row in jobs.rows))
    zone = zones[0] if len(zones) == 1 and making.territory.level != "zone" else ""
    several = len(zones) > 1
    blocks: list[Element] = [
        *chart(making, "etablissements", "establishments"),
        *making.table(
            "emplois",
            replace(jobs, rows=leading(jobs.rows, FIRST_ZONE, EACH_ZONE)) if several else jobs,
            N_(
                "Emplois salariés par secteur{zone}",
                zone=(N_(" (zone d’emploi : {zone})", zone=zone) if zone else ""),
            ),
            first=FIRST_ZONE + EACH_ZONE * (len(zones) - 1),
            leave=("share", "code") if several else ("zone", "share", "code"),
        ),
        *making.table(
            "recrutements",
            hirings,
            N_("Projets de recrutement par famille de métiers"),
            first=8,
            leave=("hidden",),
        ),
    ]
    return Section(blocks=tuple(blocks))


def leading(rows: Sequence[Mapping[str, Any]], most: int, each: int) -> list[Mapping[str, Any]]:
    """Put the first rows of each zone first, `most` of the first zone and `each` of the others, and the rest after.

    >>> [row["zone"] for row in leading([{"zone": zone} for zone in "aaabb"], 2, 1)]
    ['a', 'a', 'b', 'a', 'b']
    """
    main = rows[0]["zone"] if rows else ""
    seen: Counter[str] = Counter()
    first: list[Mapping[str, Any]] = []
    rest: list[Mapping[str, Any]] = []
    for row in rows:
        seen[row["zone"]] += 1
        (first if seen[row["zone"]] <= (most if row["zone"] == main else each) else rest).append(row)
    return [*first, *rest]
