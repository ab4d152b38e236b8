"""The command that links a table of names to the organisations of the graph."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ...words import N_, NN_, Number
from ...words.locales import language
from .application import DataDir, UsageError, app, check_output, data_folder, error_console, progress_on


@app.command()
def link(
    file: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Un CSV ou un classeur : noms, numéros, communes.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FICHIER",
            help="Où écrire le CSV complété ; sans elle, la sortie standard.",
        ),
    ] = None,
    no_proposals: Annotated[
        bool,
        typer.Option("--no-proposals", help="Ne pas proposer de noms voisins à ce qui n'est pas rapproché."),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Rapprocher une table de noms des organismes du graphe, et dire pourquoi chacun.

    Les colonnes reconnues sont nom (name, libellé…), siren, siret, uai, rnsr, pic, ror, commune (code Insee) et pays. Six
    colonnes s'ajoutent : l'organisme, son nom, la règle, la confiance, ce qui concorde, et pour les autres lignes jusqu'à
    trois noms voisins, à vérifier.
    """
    from ...loaders.publish.linked_tables import link_table
    from ...loaders.publish.register import NoSourcesError, register_in

    check_output(output)
    folder = data_folder(data_dir)
    show = progress_on(error_console())
    show(N_("organismes : lecture des sources"))
    try:
        register = register_in(folder)
    except NoSourcesError as error:
        raise UsageError(error.message) from error
    linked = link_table(file, register, proposals=not no_proposals)
    for fault in linked.faults:
        error_console().print(fault[language()], markup=False, highlight=False)
    if output:
        linked.frame.write_csv(output, include_bom=True)
    else:
        sys.stdout.write(linked.frame.write_csv())
    total = sum(linked.rules.values())
    show(
        NN_(
            "{n} ligne sur {rows} rapprochée : {rules}",
            "{n} lignes sur {rows} rapprochées : {rules}",
            total,
            rows=Number(linked.frame.height),
            rules=", ".join(f"{rule} {count}" for rule, count in sorted(linked.rules.items())) or "-",
        )
    )
