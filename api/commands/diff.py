"""The command that tells what differs between two publications, or two files."""

import os
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...words import N_, gettext, number
from ...words.locales import language
from .application import DataDir, UsageError, app, data_folder, error_console
from .output import Format, check_format, tell_rows

if TYPE_CHECKING:
    from ...graph.snapshots.snapshot import Snapshot
    from ...graph.updates.differences import Side


@app.command()
def diff(
    before: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="Avant : identifiant d'une publication, « current », « previous », de combien de publications revenir en "
            "arrière, dossier de données, ou fichier RDF.",
        ),
    ] = "previous",
    after: Annotated[str, typer.Argument(metavar="B", help="Après, de même.")] = "current",
    data_dir: DataDir = None,
    summary: Annotated[bool, typer.Option("--summary", help="Compter seulement, graphe par graphe.")] = False,
    format: Format = "table",
) -> None:
    """Dire ce qui diffère entre deux publications ou deux fichiers, en RDF Patch : ce qui fait B de A."""
    from ...graph.updates.differences import write_differences

    check_format(format)
    folder = data_folder(data_dir)
    with ExitStack() as stack:
        sides = [stack.enter_context(_side(name, folder)) for name in (before, after)]
        if not summary and format == "table":
            write_differences(sides[0], sides[1], sys.stdout.buffer)
            return
        with Path(os.devnull).open("wb") as nothing:
            counts = write_differences(sides[0], sides[1], nothing)
    ends = {"before": sides[0].iri, "after": sides[1].iri}
    rows = [{**ends, "graph": graph, **told} for graph, told in counts.items()]
    if tell_rows({**ends, "graphs": counts} if format == "json" else rows, format):
        return
    for graph, told in counts.items():
        added, removed = number(told["added"], language()), number(told["removed"], language())
        name = graph or gettext("graphe par défaut", language())
        print(f"+{added} −{removed}  {name}")
    if not counts:
        error_console().print(gettext("Rien ne diffère.", language()), highlight=False)


def _side(name: str, folder: Path) -> "AbstractContextManager[Side]":
    """Open what a name stands for: a file, a data directory, or a publication of the data directory `folder`."""
    from ...graph.snapshots.reader import NoSnapshot
    from ...graph.snapshots.snapshot import Snapshots
    from ...graph.updates.differences import side_of, side_of_file

    path = Path(name)
    if path.is_file():
        return side_of_file(path)
    if path.is_dir():
        current = Snapshots(path).current()
        if current is None:
            raise NoSnapshot(path)
        return side_of(current)
    return side_of(_publication(name, folder))


def _publication(name: str, folder: Path) -> "Snapshot":
    """Find a publication by its id, or by how many publications it is before the current one; raises UsageError."""
    from ...graph.snapshots.reader import NoSnapshot
    from ...graph.snapshots.snapshot import Snapshots, UnknownSnapshot

    snapshots = Snapshots(folder)
    current = snapshots.current()
    if current is None:
        raise NoSnapshot(folder)
    back = {"current": 0, "previous": 1}.get(name, int(name) if name.isascii() and name.isdigit() else None)
    try:
        if back is None:
            return snapshots.get(name)
        return [one for one in snapshots.list() if one.id <= current.id][-1 - back]
    except IndexError:
        raise UsageError(
            N_(
                "« {name} » : il n'y a pas de publication si ancienne dans {folder}.",
                name=name,
                folder=str(folder),
            )
        ) from None
    except UnknownSnapshot:
        raise UsageError(
            N_(
                "« {name} » n'est ni une publication gardée dans {folder} (« ancrage snapshots » les liste), ni un dossier, "
                "ni un fichier.",
                name=name,
                folder=str(folder),
            )
        ) from None
