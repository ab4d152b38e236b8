"""The command that starts what a host adds: a source, a question, an indicator, a filière."""

import re
from dataclasses import replace
from typing import Annotated

import typer

from ...words import N_, Message
from ...words.locales import language
from .application import DataDir, UsageError, app, check_choice, data_folder, tell_written

FOLDERS = {"source": "sources", "query": "queries", "indicator": "indicators", "filiere": "filieres"}
"""Folder of the extensions for each kind of what is started."""
NEXT: dict[str, Message] = {
    "source": N_(
        "« ancrage load {name} DOSSIER --dry-run » l'essaie, « ancrage load {name} DOSSIER » la charge"
    ),
    "query": N_("« ancrage query {name} » la pose ; le service la lit quand il démarre"),
    "indicator": N_("« ancrage publish » le calcule"),
    "filiere": N_("« ancrage publish » la lit"),
}
"""What comes next, by kind."""


@app.command()
def new(
    kind: Annotated[str, typer.Argument(metavar="|".join(FOLDERS), help="Ce qui commence.")],
    name: Annotated[str, typer.Argument(metavar="NOM", help="Minuscules sans accent, chiffres, tirets.")],
    data_dir: DataDir = None,
) -> None:
    """Écrire de quoi commencer une source, une question, un indicateur ou une filière, qui marche, dans DOSSIER/extensions."""
    from ...graph.declarations import NAME
    from ...graph.extensions import extension_folder
    from .starts import start

    check_choice("TYPE", kind, tuple(FOLDERS))
    if not re.fullmatch(NAME, name):
        raise UsageError(N_("« {name} » n'est pas un nom en minuscules, chiffres et tirets.", name=name))
    folder = extension_folder(data_folder(data_dir), FOLDERS[kind])
    wanted = {folder / path: text for path, text in start(kind, name).items()}
    if there := next((path for path in wanted if path.exists()), None):
        raise UsageError(N_("{path} existe déjà : rien n'a été écrit.", path=str(there)))
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        tell_written(path)
    print(N_("ensuite : {what}.", what=replace(NEXT[kind], filled={"name": name}))[language()])
