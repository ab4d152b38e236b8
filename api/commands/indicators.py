"""The command of the indicators: what there is, and the values of one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ...graph.sparql.results import Rows, Value
from ...words import N_, gettext, number
from ...words.locales import language
from .analysis import Illustrative, matter_of, output_console
from .application import DataDir, Master, UsageError, app, error_console
from .output import Format, check_format, tell_rows
from .spark import STORE, Columns, Engine, cluster_of

if TYPE_CHECKING:
    from ...graph.region.view import RegionView

_UNSAID = {"unit": "1"}
"""What a table for people leaves out: the unit of a count, « 1 » in UCUM."""


@app.command()
def indicators(
    name: Annotated[
        str | None, typer.Argument(metavar="[NOM]", help="Identifiant ou titre ; sans lui, la liste.")
    ] = None,
    territory: Annotated[
        str | None,
        typer.Option("--territory", metavar="TERRITOIRE", help="Les valeurs d'un seul territoire."),
    ] = None,
    level: Annotated[
        str, typer.Option("--level", metavar="NIVEAU", help="epci, department, zone, commune…")
    ] = "",
    within: Annotated[
        str, typer.Option("--within", metavar="TERRITOIRE", help="Dans un territoire.")
    ] = "region/84",
    by: Annotated[str, typer.Option("--by", metavar="GROUPE", help="Un groupe, ou * pour tous.")] = "",
    period: Annotated[
        str, typer.Option("--period", metavar="PÉRIODE", help="La dernière, ou * pour toutes.")
    ] = "",
    illustrative: Illustrative = False,
    format: Format = "table",
    engine: Engine = STORE,
    columns: Columns = None,
    master: Master = None,
    data_dir: DataDir = None,
) -> None:
    """Donner les indicateurs : la liste, les valeurs de l'un d'eux, ou tous ceux d'un territoire.

    Sans valeur, la colonne status dit pourquoi : missing, suppressed, insufficient.
    """
    check_format(format)
    cluster = cluster_of(engine, columns, master)
    with matter_of(data_dir, illustrative, cluster) as matter:
        rows = _chosen(matter, name, territory, level, within, period, by)
    if not tell_rows(list(rows) if format == "json" else rows, format):
        _show(rows)


def _chosen(
    matter: RegionView, name: str | None, territory: str | None, level: str, within: str, period: str, by: str
) -> Rows:
    """Give the list of indicators, those of a territory, or the values of one; raises UnknownName."""
    from ...graph.region.gazetteer import Gazetteer
    from ..maps.atlas import Atlas
    from ..reading.cube import periods_of, select, whole

    cube = Atlas.of(matter).cube
    for error in cube.errors:
        error_console().print(
            gettext("laissé de côté : {error}", language(), error=error.message), highlight=False
        )
    if territory is not None and level:
        raise UsageError(N_("--level ne vaut qu'avec plusieurs territoires : --territory en donne un."))
    if territory is not None and name is not None:
        place = Gazetteer.of(matter).territory(territory)
        chosen = select(cube, Gazetteer.of(matter), name, place.level, place.id, period, by)
        return replace(chosen, frame=chosen.frame.filter(territory=place.id)).rows()
    if territory is not None:
        if by or period:
            raise UsageError(N_("--by et --period demandent aussi le nom d'un indicateur."))
        place = Gazetteer.of(matter).territory(territory)
        columns = ["id", "title", "value", "low", "high", "unit", "unit_label", "period", "status"]
        return Rows(
            columns,
            [
                [
                    v.indicator.id,
                    v.indicator.title[language()],
                    *(whole(number, v.indicator) for number in (v.value, v.low, v.high)),
                    v.indicator.unit,
                    v.indicator.unit_label.get(language()),
                    v.period,
                    v.status,
                ]
                for v in cube.values(place.id)
            ],
        )
    if name is not None:
        return select(cube, Gazetteer.of(matter), name, level, within, period, by).rows()
    latest, listed = periods_of(cube), cube.indicators.values()
    return Rows(
        ["id", "title", "topic", "unit", "period", "levels"],
        [[i.id, i.title[language()], i.topic, i.unit, latest.get(i.id), " ".join(i.levels)] for i in listed],
    )


def _show(rows: Rows) -> None:
    """Show rows in the terminal: columns that are empty throughout are left out."""
    from rich.table import Table

    coded = {"territory", "indicator"} | ({"unit"} if "unit_label" in rows.columns else set())
    named = [name for name in rows.columns if name not in coded]
    kept = [
        name for name in named if any(value not in (None, _UNSAID.get(name)) for value in rows.column(name))
    ]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in kept:
        table.add_column(name, justify="right" if name in ("value", "low", "high") else "left")
    for row in rows:
        table.add_row(*("" if row[name] == _UNSAID.get(name) else _cell(row[name]) for name in kept))
    output_console().print(table)


def _cell(value: Value) -> str:

    if isinstance(value, int | float):
        return number(value, language(), 0 if value == int(value) else 2)
    return "" if value is None else str(value)
