"""Commands on publications: snapshots, publish, rollback."""

import json
from typing import Annotated, Any

import typer

from .cli import DataDir, app, data_folder, error_console, kept, progress_on
from .wording import french_number

AsJson = Annotated[bool, typer.Option("--json", help="Écrire du JSON.")]


@app.command()
def snapshots(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Lister les publications gardées, de la plus ancienne à la plus récente."""
    from ..graph.snapshot import Snapshots, in_use

    found = Snapshots(data_folder(data_dir))
    current = found.current()
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "created": one.created.isoformat().replace("+00:00", "Z"),
            "quads": one.quads,
            "current": one == current,
            "in_use": in_use(one),
        }
        for one in found.list()
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        marks = [word for name, word in (("current", "courante"), ("in_use", "en service")) if row[name]]
        told = f"{row['id']}  {row['created']}  {french_number(row['quads'])} énoncés"
        print("  ".join([told, *([", ".join(marks)] if marks else [])]))
    if not rows:
        error_console().print("Aucune publication.", highlight=False)


@app.command()
def publish(data_dir: DataDir = None) -> None:
    """Construire, contrôler et publier le graphe des sources chargées."""
    from ..loaders.pipeline import Pipeline

    pipeline = Pipeline(data_folder(data_dir), keep=kept())
    print(pipeline.publish(progress_on(error_console())).id)


@app.command()
def rollback(
    snapshot: Annotated[
        str | None, typer.Argument(metavar="PUBLICATION", help="Identifiant ; sinon la précédente.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Revenir à une publication précédente."""
    from ..graph.snapshot import Snapshots

    print(Snapshots(data_folder(data_dir)).rollback(snapshot).id)
