"""The command on what was written by the write key: edits listed, exported, dropped, put back."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...words import N_, gettext, ngettext, number
from ...words.locales import language
from .application import (
    DataDir,
    UsageError,
    app,
    data_folder,
    error_console,
    keep_count,
    own_indicators,
    progress_on,
)
from .output import Format, tell_rows

if TYPE_CHECKING:
    from ...loaders.publish.edits import Edit


class Action(StrEnum):
    """What to do with edits."""

    LIST = "list"
    EXPORT = "export"
    DROP = "drop"
    RESTORE = "restore"


_OPERATIONS = {
    "update": N_("SPARQL Update"),
    "put": N_("graphe remplacé"),
    "post": N_("graphe complété"),
    "delete": N_("graphe supprimé"),
}


@app.command()
def edits(
    action: Annotated[
        Action,
        typer.Argument(metavar="ACTION", help="Que faire : list, export, drop, restore ; sinon lister."),
    ] = Action.LIST,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="MODIFICATION…", help="Identifiants donnés par la liste.")
    ] = None,
    data_dir: DataDir = None,
    format: Format = "table",
) -> None:
    """Lister les modifications faites par la clé d'écriture ; en exporter (RDF Patch), en écarter, en rétablir."""
    from ...loaders.publish.edits import Edits
    from ...loaders.publish.pipeline import Pipeline
    from ...loaders.write.edit_selection import drop, put_back

    folder = data_folder(data_dir)
    if action is Action.LIST:
        if ids:
            raise UsageError(N_("« edits list » liste tout : ne donnez pas d'identifiant."))
        _list(folder, format)
        return
    if not ids:
        raise UsageError(
            N_("« edits {action} » demande l'identifiant d'une modification.", action=str(action))
        )
    if action is Action.EXPORT:
        for id in ids:
            _export(Edits(folder).get(id))
        return
    change = drop if action is Action.DROP else put_back
    snapshot = change(
        Pipeline(folder, keep=keep_count(), indicators=own_indicators()), ids, progress_on(error_console())
    )
    print(snapshot.id)


def _list(folder: Path, format: str) -> None:
    from ...graph.snapshots.snapshot import Snapshots
    from ...loaders.publish.edits import Edits

    current = Snapshots(folder).current()
    in_force = {edit.id for edit in Edits(folder).in_force(current)}
    rows: list[dict[str, Any]] = []
    for edit in Edits(folder).all():
        record = edit.record
        rows.append(
            {
                "id": edit.id,
                "at": record.ended,
                "operation": record.operation,
                "added": record.added,
                "removed": record.removed,
                "graphs": record.graphs,
                "in_force": edit.id in in_force,
            }
        )
    if tell_rows(rows, format):
        return
    for row in rows:
        added, removed = number(row["added"], language()), number(row["removed"], language())
        what = gettext(
            "{operation} : {graphs}",
            language(),
            operation=_OPERATIONS[row["operation"]],
            graphs=", ".join(graph.rsplit("/", 1)[-1] for graph in row["graphs"]),
        )
        aside = "" if row["in_force"] else gettext("  (écartée)", language())
        print(f"{row['id']}  {row['at']}  +{added} −{removed}  {what}{aside}")
    if not rows:
        error_console().print(gettext("Aucune modification.", language()), highlight=False)


def _export(edit: "Edit") -> None:
    """Write an edit as an RDF Patch: one line a quad, D for those removed and A for those added."""
    patch = edit.patch
    print(f"# {edit.id}")
    for letter, quads in (("D", patch.removed), ("A", patch.added)):
        for line in sorted(map(str, quads)):
            sys.stdout.write(f"{letter} {line} .\n")


def tell_aside(folder: Path) -> None:
    """Say on standard error how many edits the current publication has not."""
    from ...graph.snapshots.snapshot import Snapshots
    from ...loaders.publish.edits import Edits

    every = Edits(folder)
    aside = len(every.all()) - len(every.in_force(Snapshots(folder).current()))
    if aside:
        told = ngettext(
            "{n} modification n'y est pas (ancrage edits).",
            "{n} modifications n'y sont pas (ancrage edits).",
            aside,
            language(),
        )
        error_console().print(told, markup=False, highlight=False)
