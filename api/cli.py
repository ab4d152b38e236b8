"""The command line: the application, the exit codes, and errors told in one sentence."""

import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from .. import __version__
from .settings import Settings

app = typer.Typer(
    name="ancrage",
    help="Graphe de connaissances des relations entre universités et territoires.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

DONE, FAILURE, USAGE, INVALID, BUSY = 0, 1, 2, 3, 4
TOO_FEW = INVALID
"""Data too few, or of no meaning for a measure: there is no figure to give."""

#: Errors of the analysis, which are told in words of their own.
_OF_ANALYSIS = frozenset({"UnknownName", "ScenarioError", "TooFewData", "NothingSaid", "BadTable"})

#: The one table from errors (by class name, so that nothing is imported before it is needed) to exit codes.
EXIT_CODES: dict[str, int] = {
    "InvalidGraph": INVALID,
    "RejectedRows": INVALID,
    "UnsafeArchive": INVALID,
    "BrokenBackup": INVALID,
    "OccupiedFolder": USAGE,
    "StoreBusy": BUSY,
    "PortBusy": BUSY,
    "QueryNotFound": USAGE,
    "ParameterError": USAGE,
    "NotAcceptable": USAGE,
    "SettingError": USAGE,
    "ThemeError": USAGE,
    "UsageError": USAGE,
    "UnknownEdit": USAGE,
    "UnknownName": USAGE,
    "ScenarioError": USAGE,
    "TooFewData": TOO_FEW,
    "NothingSaid": TOO_FEW,
    "BadTable": TOO_FEW,
}

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DOSSIER", help="Dossier des données (sinon ANCRAGE_DATA_DIR)."),
]


class UsageError(ValueError):
    """The command line asks for something that cannot be."""


def data_folder(option: Path | None) -> Path:
    """Give the data directory: the option, else ANCRAGE_DATA_DIR, else the user's own.

    >>> data_folder(Path("/srv/ancrage")).name
    'ancrage'
    """
    return option if option is not None else Settings().data_dir


def kept() -> int:
    """Give the number of generations that stay after a publication (`ANCRAGE_KEEP`)."""
    return Settings().keep


def own_indicators() -> Path | None:
    """Give the folder of indicators that a setting names (`ANCRAGE_INDICATORS`)."""
    return Settings().indicators


def progress_on(console: Console) -> Callable[[str], None]:
    """Make the function that shows one sentence a step on standard error."""

    def show(sentence: str) -> None:
        console.print(sentence, style="dim" if console.is_terminal else None, markup=False, highlight=False)

    return show


def error_console() -> Console:
    """Make the console of progress and errors: standard error, plain when no terminal or NO_COLOR."""
    return Console(stderr=True, soft_wrap=True)


def exit_code(error: BaseException) -> int:
    """Give the exit code of an error: that of its class or nearest ancestor in the table, else 1.

    >>> exit_code(UsageError("x")), exit_code(ValueError("x"))
    (2, 1)
    """
    for kind in type(error).__mro__:
        if kind.__name__ in EXIT_CODES:
            return EXIT_CODES[kind.__name__]
    return FAILURE


def told(error: BaseException) -> str:
    """Say an error in one French sentence.

    >>> told(FileNotFoundError(2, "No such file", "x.csv"))
    'fichier introuvable : x.csv'
    """
    name = type(error).__name__
    if isinstance(error, FileNotFoundError) and error.filename:
        return f"fichier introuvable : {error.filename}"
    if isinstance(error, PermissionError) and error.filename:
        return f"accès refusé à {error.filename}"
    if name == "QuerySyntax":
        line, column = getattr(error, "line", None), getattr(error, "column", None)
        where = f" (ligne {line}, colonne {column})" if line else ""
        return f"la requête n'est pas du SPARQL valide{where} : {error}"
    if name == "StoreBusy":
        return "un autre chargement est en cours dans ce dossier de données ; réessayez quand il sera fini"
    if name == "NoSnapshot":
        folder = getattr(error, "data_dir", "ce dossier")
        return f"rien n'est publié dans {folder} : chargez d'abord des données (ancrage demo ou ancrage load)"
    if name == "UnknownSnapshot":
        return f"aucune publication complète ne porte l'identifiant « {getattr(error, 'id', '')} »"
    if name == "QueryRefused":
        return f"requête refusée : {error}"
    if any(kind.__name__ in _OF_ANALYSIS for kind in type(error).__mro__):
        from .analysis_problems import in_french

        return in_french(error)  # type: ignore[arg-type]
    if isinstance(error, json.JSONDecodeError):
        return f"JSON illisible, ligne {error.lineno}, colonne {error.colno} : {error.msg}"
    return str(error) or name


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; every error becomes one sentence on standard error."""
    words = list(arguments)
    end = words.index("--") if "--" in words else len(words)
    debug = "--debug" in words[:end] or bool(os.environ.get("ANCRAGE_DEBUG"))
    words = [word for place, word in enumerate(words) if word != "--debug" or place > end]
    try:
        code = app(args=words, standalone_mode=False, prog_name="ancrage")
        return code if isinstance(code, int) else DONE
    except (KeyboardInterrupt, typer.Abort):
        print("Interrompu.", file=sys.stderr)
        return FAILURE
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the reader of our output has left
        return DONE
    except Exception as error:
        if debug:
            traceback.print_exc()
        usage = getattr(error, "format_message", None)  # an error of the command line parser
        if type(error).__name__ == "NoArgsIsHelpError":
            print(str(error))
            return USAGE
        if usage is not None:
            if usage():
                print(f"Erreur : {_in_french(usage())}", file=sys.stderr)
            return USAGE
        print(f"Erreur : {told(error).rstrip()}", file=sys.stderr)
        return exit_code(error)


def _in_french(message: str) -> str:
    """Say the parser's usual complaints in French."""
    for english, french in (
        ("Missing argument", "il manque l'argument"),
        ("Missing option", "il manque l'option"),
        ("Missing parameter:", "il manque le paramètre"),
        ("No such command", "il n'existe pas de commande"),
        ("No such option", "il n'existe pas d'option"),
        ("Got unexpected extra arguments", "arguments en trop"),
        ("Got unexpected extra argument", "argument en trop"),
        ("Invalid value for", "valeur refusée pour"),
        ("Did you mean", "Vouliez-vous dire"),
        ("Possible options", "Options possibles"),
        ("Input should be greater than or equal to", "il faut au moins"),
        ("Input should be less than or equal to", "il faut au plus"),
        ("Input should be a valid number, unable to parse string as a number", "il faut un nombre"),
        ("Input should be a valid integer, unable to parse string as an integer", "il faut un nombre entier"),
        ("is not a valid float", "n'est pas un nombre"),
        ("is not a valid integer", "n'est pas un nombre entier"),
        ("requires an argument", "demande une valeur"),
        ("Option", "l'option"),
        ("is not one of", "n'est pas parmi"),
    ):
        message = message.replace(english, french)
    return message


@app.callback(invoke_without_command=True)
def begin(
    version: Annotated[bool, typer.Option("--version", help="Donner la version et finir.")] = False,
) -> None:
    """Graphe de connaissances des relations entre universités et territoires."""
    if version:
        print(f"ancrage {__version__}")
        raise typer.Exit(DONE)


def main() -> None:
    """Run the command line of this process."""
    from . import commands  # noqa: F401 - its modules register their commands

    sys.exit(run(sys.argv[1:]))
