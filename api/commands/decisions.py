"""Commands on what persons decide of links between records: a table for review, and what was marked put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...words import N_, NN_
from ..commands.application import (
    Commands,
    DataDir,
    UsageError,
    app,
    check_output,
    data_folder,
    error_console,
    progress_on,
)

commands = Commands(name="decisions")
app.add_typer(commands)


@commands.callback(invoke_without_command=True)
def decisions(context: typer.Context) -> None:
    """Rapprochements à relire : en exporter la table, y décider (accept, refuse, split), la remettre."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@commands.command("export")
def export_table(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Le CSV à écrire.")],
    data_dir: DataDir = None,
) -> None:
    """Écrire les rapprochements les moins sûrs et les noms voisins, un par ligne, à marquer dans la colonne decision.

    accept rapproche deux fiches ; split sépare ce qu'une règle a rapproché ; refuse écarte ce qui est proposé. Une ligne
    laissée vide n'est pas décidée.
    """
    from ...loaders.publish.register import NoSourcesError, register_of, tables_of
    from ...loaders.publish.review import review_table
    from ...loaders.publish.staging import SourceVersions
    from ...loaders.register.decisions import DECISIONS, read_decisions

    check_output(file)
    folder = data_folder(data_dir)
    show = progress_on(error_console())
    tables = tables_of(SourceVersions(folder).current())
    if not tables:
        raise UsageError(NoSourcesError(folder).message)
    show(N_("organismes : lecture des sources"))
    register, links = register_of(tables, read_decisions(folder / DECISIONS))
    show(N_("organismes : comparaison des noms voisins"))
    table = review_table(tables, register, links)
    table.write_csv(file, include_bom=True)
    show(NN_("{n} ligne à relire dans {file}", "{n} lignes à relire dans {file}", table.height, file=file))


@commands.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Le CSV marqué.")],
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="STRUCTURE",
            help="Qui décide là où la colonne by est vide : une structure.",
        ),
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Garder les décisions d'une table marquée avec celles du dossier de données ; elles valent à la publication suivante."""
    from ...loaders.publish.review import keep_decisions

    count = keep_decisions(file, data_folder(data_dir), by)
    progress_on(error_console())(
        NN_(
            "{n} décision gardée ; ancrage publish l'applique",
            "{n} décisions gardées ; ancrage publish les applique",
            count,
        )
    )
