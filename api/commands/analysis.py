"""Commands of the analysis: gaps, synergies, suggest."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.console import Console

from ...words import N_, Spoken
from ...words.locales import language
from .application import DataDir, Master, UsageError, app, check_choice, error_console, open_reader
from .output import check_format
from .spark import STORE, Cluster, Columns, Engine, cluster_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...graph.findings.model import Report
    from ...graph.region.view import RegionView

FORMATS = ("table", "csv", "csv-fr", "json", "xlsx", "ttl", "jsonld", "nt")

WIDTH = 110
"""Columns of a table that is not shown by a terminal."""

Kinds = Annotated[
    list[str] | None, typer.Option("--kind", metavar="TYPE", help="Un seul type ; peut se répéter.")
]
Illustrative = Annotated[
    bool, typer.Option("--illustrative", help="Compter aussi les données illustratives (inventées).")
]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS))]
Why = Annotated[
    bool, typer.Option("--why", help="Donner raisons, chemins, question, méthodes, sources et publication.")
]


@app.command()
def gaps(
    territory: Annotated[
        str, typer.Argument(metavar="TERRITOIRE", help="Code, chemin, IRI ou nom : 200040715, 07, Valence.")
    ],
    kind: Kinds = None,
    radius: Annotated[
        float | None, typer.Option("--radius", metavar="KM", help="Portée à vol d'oiseau.", min=1, max=500)
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Pour chaque territoire d'un niveau (--level) dans TERRITOIRE.")
    ] = False,
    level: Annotated[
        str, typer.Option("--level", metavar="NIVEAU", help="Avec --all : epci, department, zone, commune…")
    ] = "epci",
    illustrative: Illustrative = False,
    format: Format = "table",
    why: Why = False,
    engine: Engine = STORE,
    columns: Columns = None,
    master: Master = None,
    data_dir: DataDir = None,
) -> None:
    """Dire les manques d'un territoire : demande sans offre, offre sans lien, maillons, accès, données.

    Types : demand, tie, link, access, data.
    """
    from ...graph.gaps import KINDS, told_once
    from ...graph.gaps import gaps as find
    from ...graph.region.gazetteer import Gazetteer
    from ...graph.region.levels import LEVELS

    check_format(format, FORMATS)
    cluster = cluster_of(engine, columns, master)
    check_choice("--level", level, LEVELS)
    more: dict[str, Any] = {"kinds": check_kinds(kind, KINDS)} | (
        {} if radius is None else {"radius": radius}
    )
    with matter_of(data_dir, illustrative, cluster) as matter:
        if not every:
            tell([find(matter, territory, **more)], format, why=why)
            return
        ground = Gazetteer.of(matter)
        names = [one.id for one in ground.territories(level, ground.territory(territory).id)]
        if not names:
            raise UsageError(
                N_(
                    "aucun territoire du niveau « {level} » n'est dans « {territory} ».",
                    level=level,
                    territory=territory,
                )
            )
        reports = list(told_once(find(matter, name, **more) for name in track(names, N_("territoires"))))
        tell(reports, format, why=why, many=True)


@app.command()
def synergies(
    subject: Annotated[
        str,
        typer.Argument(metavar="TERRITOIRE|FILIÈRE", help="Code, chemin, IRI ou nom ; timber-construction…"),
    ],
    kind: Kinds = None,
    illustrative: Illustrative = False,
    format: Format = "table",
    why: Why = False,
    engine: Engine = STORE,
    columns: Columns = None,
    master: Master = None,
    data_dir: DataDir = None,
) -> None:
    """Dire les synergies d'un territoire ou d'une filière : liens, complémentarités, appuis, intermédiaires.

    Types : ties, complementarity, fields, helix, brokerage.
    """
    from ...graph.synergies import KINDS
    from ...graph.synergies import synergies as find

    check_format(format, FORMATS)
    cluster = cluster_of(engine, columns, master)
    kinds = check_kinds(kind, KINDS)
    with matter_of(data_dir, illustrative, cluster) as matter:
        tell([find(matter, subject, kinds=kinds)], format, why=why)


@app.command()
def suggest(
    subject: Annotated[
        str,
        typer.Argument(metavar="ACTEUR|TERRITOIRE|DEMANDE", help="Identifiant, chemin, IRI ou nom."),
    ],
    count: Annotated[
        int | None,
        typer.Option(
            "--count",
            metavar="N",
            help="Nombre de liens ; sans lui, autant que la qualité mesurée le justifie.",
            min=1,
            max=1000,
        ),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="TERRITOIRE", help="Seulement des acteurs de ce territoire.")
    ] = None,
    radius: Annotated[
        float | None, typer.Option("--radius", metavar="KM", help="Portée à vol d'oiseau.", min=1, max=2000)
    ] = None,
    illustrative: Illustrative = False,
    format: Format = "table",
    why: Why = False,
    data_dir: DataDir = None,
) -> None:
    """Suggérer des liens qui s'expliquent : laboratoire ↔ entreprise, autour d'un territoire, pour une demande."""
    from ...graph.suggestions import suggest as find

    check_format(format, FORMATS)
    with matter_of(data_dir, illustrative) as matter:
        tell([find(matter, subject, count=count, to=to, radius=radius)], format, why=why)


@contextmanager
def matter_of(
    data_dir: Path | None, illustrative: bool, cluster: Cluster | None = None
) -> Iterator[RegionView]:
    """Open the matter of the current publication, asked of its store or of Spark; raises NoSnapshot."""
    from ...graph.region.view import RegionView

    with open_reader(data_dir) as reader:
        if cluster is not None:
            cluster.answer(reader)
        yield RegionView.of(reader, illustrative=illustrative)


def check_kinds(asked: Sequence[str] | None, known: Sequence[str]) -> Sequence[str]:
    """Give the kinds asked for, all without any; raises WrongChoice for one that is not known.

    >>> check_kinds(None, ("demand", "tie"))
    ('demand', 'tie')
    """
    for one in asked or ():
        check_choice("--kind", one, known)
    return asked or known


def track(names: Sequence[str], what: Spoken) -> Iterator[str]:
    """Give names one by one, and show on standard error how far they are where that is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = error_console()
    columns = (TextColumn(what[language()]), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(names)


def output_console() -> Console:
    """Make the console of what is shown: the terminal's width, or a wide page where it is none; plain with NO_COLOR."""
    from ..analysis.tables import Output

    console = Console(highlight=False, file=cast("IO[str]", Output()))
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console.width = WIDTH
    return console


def tell(reports: Sequence[Report], format: str, *, why: bool = False, many: bool = False) -> None:
    """Write reports on standard output; raises NothingSaid when everything was refused."""
    from ..errors.nothing_said import NothingSaid

    if all(not one.findings and one.refusals for one in reports):
        raise NothingSaid(tuple(refusal for one in reports for refusal in one.refusals))
    if format == "table":
        from ..analysis.tables import show

        console = output_console()
        for place, report in enumerate(reports):
            if place:
                console.rule(style="dim")
            show(report, console, language(), why=why)
        return
    from ..analysis import files as finding_files

    chosen = next(one for one in finding_files.FORMATS if one.name == format)
    sys.stdout.buffer.write(finding_files.write(reports, chosen, language(), why=why, many=many))
    sys.stdout.buffer.flush()
