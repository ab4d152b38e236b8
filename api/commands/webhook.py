"""Commands on the addresses that are told of publications: webhook add, list, remove."""

from __future__ import annotations

from typing import Annotated

import typer

from ...words import gettext
from ...words.locales import language
from .application import Commands, DataDir, app, data_folder, error_console
from .output import Format, tell_rows

commands = Commands(name="webhook")
app.add_typer(commands)


@commands.callback(invoke_without_command=True)
def webhook(context: typer.Context) -> None:
    """Adresses prévenues de chaque publication par un message signé : en ajouter, les lister, en retirer."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@commands.command()
def add(
    url: Annotated[str, typer.Argument(metavar="ADRESSE", help="https://… ou http://… d'un serveur public.")],
    data_dir: DataDir = None,
) -> None:
    """Prévenir une adresse des publications à venir ; écrit le secret de ses signatures, qui n'est plus montré ensuite."""
    from ..datasets.webhooks import Webhooks

    made = Webhooks(data_folder(data_dir)).add(url)
    print(made.secret)
    error_console().print(gettext("Adresse {id} ajoutée.", language(), id=made.id), highlight=False)


@commands.command("list")
def list_webhooks(data_dir: DataDir = None, format: Format = "table") -> None:
    """Lister les adresses, la dernière publication dont chacune fut prévenue, et ce qu'il en est ; jamais leurs secrets."""
    from ..datasets.webhooks import Webhooks

    rows = [one.to_dict(language()) for one in Webhooks(data_folder(data_dir)).all()]
    if tell_rows(rows, format):
        return
    for row in rows:
        print(
            "  ".join(str(row[name]) for name in ("id", "url", "state", "publication", "reason") if row[name])
        )


@commands.command()
def remove(
    id: Annotated[str, typer.Argument(metavar="IDENTIFIANT", help="Donné par la liste.")],
    data_dir: DataDir = None,
) -> None:
    """Ne plus prévenir une adresse."""
    from ..datasets.webhooks import Webhooks

    Webhooks(data_folder(data_dir)).remove(id)
