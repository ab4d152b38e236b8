"""The command line: the application, the exit codes, and errors told in one sentence."""

import errno
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

import typer
from rich.console import Console
from typer.core import TyperCommand, TyperGroup

from ... import __version__
from ...words import SOURCE, AncrageError
from ..web.settings import Settings
from .words import complaint, help_text, system_error

F = TypeVar("F", bound=Callable[..., Any])


class FrenchCommand(TyperCommand):
    """A command whose help is in French throughout."""

    def get_help(self, ctx: Any) -> str:
        """Give the page of help."""
        return help_text(super().get_help(ctx))


class FrenchGroup(TyperGroup):
    """A group of commands whose help is in French throughout."""

    def get_help(self, ctx: Any) -> str:
        """Give the page of help."""
        return help_text(super().get_help(ctx))


class Commands(typer.Typer):
    """Commands whose help is in French throughout."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cls=FrenchGroup, rich_markup_mode=None, **options)

    def command(self, *args: Any, **options: Any) -> Callable[[F], F]:
        """Register a command."""
        return super().command(*args, cls=FrenchCommand, **options)


app = Commands(
    name="ancrage",
    help="Graphe de connaissances des relations entre universités et territoires.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DONE, FAILURE, USAGE, INVALID, BUSY = 0, 1, 2, 3, 4
TOO_FEW = INVALID
"""Data too few, or of no meaning for a measure: there is no figure to give."""

#: Errors of a query, and what is said before their reason.
_OF_QUERIES = {
    "QuerySyntax": "la requête n'est pas du SPARQL valide",
    **dict.fromkeys(("QueryRefused", "QueryTooComplex", "QueryTooLarge", "QueryFailed"), "requête refusée"),
}

#: What helps where no name is near the one asked for, by a word of its kind.
_HINTS = {
    "territory": "un territoire de la région se donne par son nom ou son code, comme 38185 (commune), 200040715 "
    "(intercommunalité), 38 (département) ou 84 (région)",
    "scenario": "aucun n'est gardé",
    "indicator": "« ancrage indicators » les liste",
    "question": "« ancrage queries » les liste",
}

#: The one table from errors (by class name, so that nothing is imported before it is needed) to exit codes.
EXIT_CODES: dict[str, int] = {
    "InvalidGraph": INVALID,
    "RejectedRows": INVALID,
    "UnsafeArchive": INVALID,
    "BrokenBackup": INVALID,
    "OccupiedFolder": USAGE,
    "StoreBusy": BUSY,
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


def check_output(file: Path | None) -> None:
    """Refuse a file that cannot be written, before anything is computed; raises OSError, which names what is refused."""
    if file is None:
        return
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    folder = file.absolute().parent
    if not folder.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file.absolute()))
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if not file.exists() or not os.access(file, os.W_OK):
        try:
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".essai-"):
                pass
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(file)) from error


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
    if isinstance(error, OSError) and (refused := system_error(error)) is not None:
        return refused
    if name in _OF_QUERIES:
        why = cast("AncrageError", error).told("fr")
        return f"{_OF_QUERIES[name]} : {why[:1].lower()}{why[1:]}"
    if name == "StoreBusy":
        return "un autre chargement est en cours dans ce dossier de données ; réessayez quand il sera fini"
    if name == "NoSnapshot":
        folder = getattr(error, "data_dir", "ce dossier")
        return f"rien n'est publié dans {folder} : chargez d'abord des données (ancrage demo ou ancrage load)"
    if isinstance(error, AncrageError):
        return _hinted(error.told(SOURCE), error)
    if isinstance(error, UnicodeDecodeError):
        return f"un fichier n'est pas un texte en UTF-8 (octet {error.start})"
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, ligne {error.lineno} : illisible ({error.msg.rpartition(': ')[2]})"
    if isinstance(error, json.JSONDecodeError):
        return f"JSON illisible, ligne {error.lineno}, colonne {error.colno} : {error.msg}"
    return str(error) or name


def _hinted(sentence: str, error: BaseException) -> str:
    """Add to a name that nothing is near what there is: how it is written, or the command that lists it."""
    if getattr(error, "nearest", None) != ():
        return sentence
    kind = getattr(error, "kind", "question")
    hint = next((hint for part, hint in _HINTS.items() if part in kind), "")
    return f"{sentence.rstrip('.')} ; {hint}." if hint else sentence


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
                print(f"Erreur : {complaint(usage())}", file=sys.stderr)
            return USAGE
        print(f"Erreur : {told(error).rstrip()}", file=sys.stderr)
        return exit_code(error)


@app.callback(invoke_without_command=True)
def begin(
    version: Annotated[bool, typer.Option("--version", help="Donner la version et finir.")] = False,
) -> None:
    """Graphe de connaissances des relations entre universités et territoires."""
    if version:
        print(f"ancrage {__version__}")
        raise typer.Exit(DONE)
