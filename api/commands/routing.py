"""The command that says which engine answers a query, and why: explain."""

from typing import Annotated

import typer

from ...words import N_
from ...words.locales import language
from .application import DataDir, app, open_reader
from .output import Format, tell_rows
from .read import asked


@app.command()
def explain(
    text: Annotated[
        str, typer.Argument(metavar="NOM|FICHIER|TEXTE", help="Question nommée, fichier ou SPARQL.")
    ],
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--param", metavar="NOM=VALEUR", help="Paramètre de la question."),
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Écrire aussi le SQL posé aux colonnes.")] = False,
    data_dir: DataDir = None,
    format: Format = "table",
) -> None:
    """Dire quel moteur du service répond à une question, les colonnes ou Oxigraph, et pourquoi."""
    from ...graph.columns.choice import explain as explained
    from ...graph.sparql.prefixes import prefixes_for

    pose = asked(text, parameters, data_dir)
    with open_reader(data_dir) as reader:
        _, written, defaults = pose(reader)
        with prefixes_for(written) as sparql:
            found = explained(reader.snapshot, sparql, defaults)
    if isinstance(found, str):
        told: dict[str, object] = {"engine": "oxigraph", "reason": found}
        said = N_("Oxigraph, car (en anglais) : {reason}", reason=found)
    else:
        told = {"engine": "columns", "read": [list(one) for one in found.read], "sql": found.sql}
        rows = sum(rows for _, rows, _ in found.read)
        said = N_(
            "Colonnes ; tables lues : {tables}, lignes en tout : {rows}", tables=len(found.read), rows=rows
        )
    if tell_rows(told, format):
        return
    print(said[language()])
    if sql and "sql" in told:
        print(told["sql"])
