"""The command that writes the workbook that people fill."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Annotated

import typer

from ...words import N_, NN_
from ...words.locales import language
from .application import UsageError, app, check_output, tell_written


@app.command()
def workbook(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="SORTIE.xlsx", help="Classeur à écrire.")],
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="TABLE…", help="Tables du format d'échange ; sinon les plus courantes."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Toutes les tables.")] = False,
) -> None:
    """Écrire le classeur qu'un partenaire remplit : une feuille par table, des listes, des contrôles, un exemple.

    Il se relit par « ancrage load exchange ». Sa langue est celle du système.
    """
    from ...loaders.sources.declaration import nearest
    from ...loaders.sources.layout import LAYOUT
    from ...loaders.workbook.template import USUAL, write_workbook

    if tables and every:
        raise UsageError(N_("des tables, ou --all : pas les deux."))
    for name in tables or ():
        if name not in LAYOUT:
            raise UsageError(
                N_(
                    "la table « {name} » n'est pas du format d'échange{near}.",
                    name=name,
                    near=nearest(name, LAYOUT),
                )
            )
    if output.suffix.lower() != ".xlsx":
        raise UsageError(
            N_("un classeur s'écrit dans un fichier « .xlsx », et non « {name} ».", name=output.name)
        )
    check_output(output)
    wanted = list(LAYOUT) if every else tables or list(USUAL)
    target = io.BytesIO()
    write_workbook(target, wanted, language())
    output.write_bytes(target.getvalue())
    tell_written(output, NN_("{n} table", "{n} tables", len(set(wanted))))
