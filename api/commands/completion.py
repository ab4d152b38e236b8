"""Completion of what is typed: the script of a shell, and the names that arguments take."""

from typing import Annotated

import typer
from typer.completion import get_completion_script  # type: ignore[attr-defined]

from ...words.locales import language
from .application import COMPLETION, app, check_choice, data_folder

SHELLS = ("bash", "zsh", "fish", "powershell")


@app.command()
def completion(
    shell: Annotated[str, typer.Argument(metavar="|".join(SHELLS), help="L'interpréteur de commandes.")],
) -> None:
    """Écrire le script qui fait compléter les commandes, les options et les questions par l'interpréteur de commandes."""
    check_choice("SHELL", shell, SHELLS)
    print(get_completion_script(prog_name="ancrage", complete_var=COMPLETION, shell=shell))


def complete_question(incomplete: str) -> list[tuple[str, str]]:
    """Give the named questions that begin as what is typed, of the package and of the host, with their titles.

    >>> complete_question("academic-actors-of-t")[0][0]
    'academic-actors-of-territory'
    """
    from ..reading.library import read_library

    own = read_library(data_folder(None))
    return [(name, query.title[language()]) for name, query in own.items() if name.startswith(incomplete)]
