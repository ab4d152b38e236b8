"""The command line: the application, the exit codes, and errors told in one sentence."""

import errno
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import typer
from rich.console import Console

from ... import __version__
from ...words import N_, AncrageError, Named, Said, SentenceError, Spoken, gettext, languages
from ...words.locales import language
from ..web.data_folder import sole_folder
from .parser import Command, Group, complaint
from .system import system_error

if TYPE_CHECKING:
    from ...graph.snapshots.reader import LocalReader
    from ..web.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


class Commands(typer.Typer):
    """Commands whose help is in the language of the locale."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cls=Group, rich_markup_mode=None, **options)

    def command(self, *args: Any, **options: Any) -> Callable[[F], F]:
        """Register a command."""
        return super().command(*args, cls=Command, **options)


app = Commands(
    name="ancrage",
    help="Graphe de connaissances des relations entre universités et territoires.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
    pretty_exceptions_enable=False,
)

COMPLETION = "_ANCRAGE_COMPLETE"
"""The variable by which a shell asks what may follow."""

DONE, FAILURE, USAGE, INVALID, BUSY = 0, 1, 2, 3, 4
TOO_FEW = INVALID
"""Data too few, or of no meaning for a measure: there is no figure to give."""

WHOLE_AGAIN = N_(
    "revenez à une publication entière (« ancrage snapshots », puis « ancrage rollback »), "
    "ou restaurez une sauvegarde (« ancrage restore »)"
)
"""What to do about a damaged publication."""

_REFUSED = N_("requête refusée")
_OF_QUERIES: Mapping[str, Spoken] = {
    "QuerySyntax": N_("la requête n'est pas du SPARQL valide"),
    **dict.fromkeys(("QueryRefused", "QueryTooComplex", "QueryTooLarge", "QueryFailed"), _REFUSED),
}
"""Errors of a query, and what is said before their reason."""

_HINTS: Mapping[str, Spoken] = {
    "territory": N_(
        "un territoire de la région se donne par son nom ou son code, comme 38185 (commune), 200040715 (intercommunalité), "
        "38 (département) ou 84 (région)"
    ),
    "scenario": N_("aucun n'est gardé"),
    "indicator": N_("« ancrage indicators » les liste"),
    "question": N_("« ancrage queries » les liste"),
}
"""What helps where no name is near the one asked for, by a word of its kind."""

#: The one table from errors (by class name, so that nothing is imported before it is needed) to exit codes.
EXIT_CODES: dict[str, int] = {
    "InvalidGraph": INVALID,
    "RejectedRows": INVALID,
    "UnsafeArchive": INVALID,
    "BrokenBackup": INVALID,
    "OccupiedFolder": USAGE,
    "FolderTaken": USAGE,
    "NoColumns": USAGE,
    "StoreBusy": BUSY,
    "QueryNotFound": USAGE,
    "QuerySyntax": USAGE,
    **dict.fromkeys(("FileNotFoundError", "NotADirectoryError", "IsADirectoryError"), USAGE),
    "ParameterError": USAGE,
    "NotAcceptable": USAGE,
    "SettingError": USAGE,
    "ThemeError": USAGE,
    "UsageError": USAGE,
    "ExtraArguments": USAGE,
    "UnknownEdit": USAGE,
    "AccountError": USAGE,
    "WebhookError": USAGE,
    "NotReplica": USAGE,
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

Lang = Annotated[
    str | None, typer.Option("--lang", metavar="LANGUE", help="fr ou en ; sinon celle du système.")
]


class UsageError(SentenceError, ValueError):
    """The command line asks for something that cannot be."""

    code = "usage"


class WrongChoice(UsageError):  # noqa: N818
    """An argument whose value is none of those it takes; keeps its `name`, as typed, the `value` and the `choices`."""

    code = "wrong-choice"

    def __init__(self, name: str, value: str, choices: Sequence[str]) -> None:
        self.name, self.value, self.choices = name, value, tuple(choices)
        super().__init__(
            N_(
                "valeur « {given} » refusée pour {name} : {reason}",
                given=value,
                name=f"'{name}'",
                reason=N_("il faut l'un de : {choices}", choices=", ".join(choices)),
            )
        )


def check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """Refuse a value that an argument does not take; raises WrongChoice.

    >>> check_choice("--lang", "de", ("fr", "en"))
    Traceback (most recent call last):
    ancrage.api.commands.application.WrongChoice: valeur « de » refusée pour '--lang' : il faut l'un de : fr, en
    """
    if value not in choices:
        raise WrongChoice(name, value, choices)


def spoken_in(option: str | None) -> str:
    """Give the language that an answer is asked in: the option, else the locale's; raises WrongChoice.

    >>> spoken_in("en")
    'en'
    """
    if option is not None:
        check_choice("--lang", option, languages())
    return option or language()


def data_folder(option: Path | None) -> Path:
    """Give the data directory: the option, else ANCRAGE_DATA_DIR, else the user's own.

    >>> data_folder(Path("/srv/ancrage")).name
    'ancrage'
    """
    return option or sole_folder(os.environ) or _settings().data_dir


def settings_of(option: Path | None) -> "Settings":
    """Read the settings for a data directory where something is: a publication or a register; raises UsageError."""
    from ...graph.snapshots.snapshot import Snapshots
    from ...loaders.operations.files import STORE_FILE

    settings = existing_settings(option)
    folder = settings.data_dir
    if not (settings.operations or (folder / STORE_FILE).exists() or Snapshots(folder).pointer.exists()):
        raise UsageError(
            N_(
                "le dossier de données {folder} n'a ni publication ni registre : donnez-en un autre par --data-dir.",
                folder=str(folder),
            )
        )
    return settings


def existing_settings(option: Path | None) -> "Settings":
    """Read the settings for a data directory that is there, as a mistyped one is not; raises UsageError."""
    from ..web.settings import Settings

    settings = Settings() if option is None else Settings(data_dir=option)
    if not settings.data_dir.is_dir():
        raise UsageError(N_("le dossier de données {folder} n'existe pas.", folder=str(settings.data_dir)))
    return settings


def _settings() -> "Settings":
    """Read the settings, with the packages that check them: three tenths of a second that a command without one does not pay."""
    from ..web.settings import Settings

    return Settings()


Master = Annotated[
    str | None,
    typer.Option(
        "--master",
        metavar="ADRESSE",
        help="De Spark : local[4], spark://…, yarn ; sinon celle de sa configuration.",
    ),
]


def is_spark(engine: str, own: str, options: Mapping[str, str | None]) -> bool:
    """Tell whether Spark is the engine that is named, else its `own`; raises UsageError for `options` that only Spark has."""
    if engine not in (own, "spark"):
        raise WrongChoice("--engine", engine, (own, "spark"))
    if engine == own and (given := [name for name, value in options.items() if value is not None]):
        raise UsageError(N_("{name} ne vaut qu'avec --engine spark.", name=given[0]))
    return engine == "spark"


def open_reader(option: Path | None) -> "LocalReader":
    """Open the publication of the data directory, or what the remote store of `ANCRAGE_STORE` holds now.

    Raises NoSnapshot, and what `adopt` raises.
    """
    from ...graph.snapshots.reader import LocalReader

    folder = data_folder(option)
    if sole_folder(os.environ) is None:
        from ..reading.remote import follow_store

        follow_store(folder, _settings())
    return LocalReader.current(folder)


def keep_count() -> int:
    """Give the number of generations that stay after a publication (`ANCRAGE_KEEP`)."""
    return _settings().keep


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
    return _settings().indicators


def progress_on(console: Console) -> Callable[[Spoken], None]:
    """Make the function that shows one sentence a step on standard error, in the language of the locale."""

    def show(sentence: Spoken) -> None:
        console.print(
            sentence[language()], style="dim" if console.is_terminal else None, markup=False, highlight=False
        )

    return show


def error_console() -> Console:
    """Make the console of progress and errors: standard error, plain when no terminal or NO_COLOR."""
    return Console(stderr=True, soft_wrap=True)


def tell_set_aside(error: AncrageError) -> None:
    """Say on standard error that a host's own file is set aside, and why."""
    said = gettext("mis de côté : {error}", language(), error=error.message)
    error_console().print(said, markup=False, highlight=False)


def tell_written(file: Path | str, what: Spoken | None = None) -> None:
    """Say on standard error which file was written, and what is in it."""
    said = N_("Écrit : {file}", file=file)
    if what is not None:
        said = N_("Écrit : {file} ({what})", file=file, what=what)
    print(said[language()], file=sys.stderr)


def exit_code(error: BaseException) -> int:
    """Give the exit code of an error: that of its class or nearest ancestor in the table, else 1.

    >>> exit_code(UsageError(N_("n. d."))), exit_code(ValueError("x"))
    (2, 1)
    """
    for kind in type(error).__mro__:
        if kind.__name__ in EXIT_CODES:
            return EXIT_CODES[kind.__name__]
    return FAILURE


def error_text(error: BaseException) -> str:
    """Say an error in one sentence, in the language of the locale.

    >>> error_text(UsageError(N_("n. d.")))
    'n. d.'
    """
    return _sentence(error)[language()]


def _sentence(error: BaseException) -> Spoken:
    name = type(error).__name__
    if isinstance(error, OSError) and (refused := system_error(error)) is not None:
        return refused
    if name in _OF_QUERIES:
        return N_("{what} : {why}", what=_OF_QUERIES[name], why=Said(_amid, (cast("AncrageError", error),)))
    if name == "StoreBusy":
        return N_(
            "un autre chargement est en cours dans ce dossier de données ; réessayez quand il sera fini"
        )
    if name == "NoSnapshot":
        return N_(
            "rien n'est publié dans {folder} : chargez d'abord des données (ancrage demo ou ancrage load)",
            folder=str(getattr(error, "data_dir", None) or N_("ce dossier")[language()]),
        )
    if isinstance(error, AncrageError):
        return _hinted(error)
    if isinstance(error, UnicodeDecodeError):
        return N_("un fichier n'est pas un texte en UTF-8 (octet {place})", place=error.start)
    if isinstance(error, SyntaxError) and error.filename:
        return N_(
            "{file}, ligne {line} : illisible ({reason})",
            file=error.filename,
            line=error.lineno,
            reason=error.msg.rpartition(": ")[2],
        )
    if isinstance(error, json.JSONDecodeError):
        return N_(
            "JSON illisible, ligne {line}, colonne {column} : {reason}",
            line=error.lineno,
            column=error.colno,
            reason=error.msg,
        )
    return Named(str(error) or name)


def _amid(error: AncrageError, language: str) -> str:
    text = error.told(language)
    return text[:1].lower() + text[1:]


def _hinted(error: AncrageError) -> Spoken:
    """Add to a name that nothing is near what there is: how it is written, or the command that lists it."""
    if getattr(error, "nearest", None) != ():
        return error.message
    kind = getattr(error, "kind", "question")
    hint = next((hint for part, hint in _HINTS.items() if part in kind), None)
    return (
        error.message
        if hint is None
        else N_("{sentence} ; {hint}.", sentence=Said(_open, (error,)), hint=hint)
    )


def _open(error: AncrageError, language: str) -> str:
    return error.told(language).rstrip(".")


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; every error becomes one sentence on standard error."""
    words, debug = _read_words(list(arguments))
    if COMPLETION in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
    try:
        code = app(args=words, standalone_mode=False, prog_name="ancrage")
        return code if isinstance(code, int) else DONE
    except (KeyboardInterrupt, typer.Abort):
        print(gettext("Interrompu.", language()), file=sys.stderr)
        return FAILURE
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the reader of our output has left
        return DONE
    except Exception as error:
        if debug:
            traceback.print_exc()
        return _tell(error)


def _read_words(words: list[str]) -> tuple[list[str], bool]:
    """Take `--debug` out of a command's words and read `--json` as a format; tell whether errors are to be shown whole."""
    end = words.index("--") if "--" in words else len(words)
    own, rest = words[:end], words[end:]
    debug = "--debug" in own or bool(os.environ.get("ANCRAGE_DEBUG"))
    own = ["--format=json" if word == "--json" else word for word in own if word != "--debug"]
    return [*own, *rest], debug


def _tell(error: Exception) -> int:
    """Say an error in one sentence on standard error; return its exit code."""
    if type(error).__name__ == "NoArgsIsHelpError":
        print(str(error))
        return USAGE
    if (usage := getattr(error, "format_message", None)) is not None:  # an error of the command line's parser
        why = complaint(error)
        _print_error(why[language()] if why is not None else usage())
        return USAGE
    _print_error(error_text(error).rstrip())
    return exit_code(error)


def _print_error(sentence: str) -> None:
    print(gettext("Erreur : {sentence}", language(), sentence=sentence), file=sys.stderr)


@app.callback(invoke_without_command=True)
def begin(
    version: Annotated[bool, typer.Option("--version", help="Donner la version et finir.")] = False,
) -> None:
    """Graphe de connaissances des relations entre universités et territoires."""
    if version:
        print(f"ancrage {__version__}")
        raise typer.Exit(DONE)
