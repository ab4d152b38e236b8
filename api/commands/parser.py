"""What the parser of the command line says, from our catalogues: pages of help, and what it refuses.

Typer's own words go through its `_`, as gettext's would; its errors are told by their class and fields, since it has no
gettext for them (decision 0062).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import typer.core
from typer.core import TyperCommand, TyperGroup

from ...words import EMPTY, N_, NN_, AncrageError, Said, Spoken, gettext
from ...words.locales import language

_TYPER: Mapping[str, Spoken] = {
    "required": N_("obligatoire"),
    "Arguments": N_("Arguments"),
    "Options": N_("Options"),
    "Commands": N_("Commandes"),
    "default: {default}": N_("par défaut : {default}"),
    "Missing command.": N_("il manque une commande."),
    "No such command {name!r}.": N_("il n'existe pas de commande {name!r}."),
}
"""What Typer says itself, by its own words; who asks fills the placeholders."""


def _typer_text(message: str) -> str:
    """Say what Typer says, as its `gettext` would."""
    return _TYPER[message][language()] if message in _TYPER else message


def _range(low: float | None, high: float | None) -> str | None:
    """Say between which numbers a value is; None where it may be any."""
    ends = {"low": f"{low:g}" if low is not None else "", "high": f"{high:g}" if high is not None else ""}
    if low is not None and high is not None:
        return N_("de {low} à {high}", **ends)[language()]
    if low is None and high is None:
        return None
    words = N_("au moins {low}", low=ends["low"]) if high is None else N_("au plus {high}", high=ends["high"])
    return words[language()]


for _name_in_typer, _ours in (("_", _typer_text), ("describe_number_range", _range)):
    setattr(typer.core, _name_in_typer, _ours)  # where Typer has its gettext, and what it says of ranges


def _translated(text: str) -> str:
    """Say a text of help, paragraph by paragraph."""
    parts = (" ".join(part.split()) for part in text.split("\n\n"))
    return "\n\n".join(gettext(part, language()) for part in parts if part)


def _speak(command: Any) -> None:
    """Put the texts of a command in the language of the locale, once: its help, that of its parameters, their names."""
    if getattr(command, "spoken", False):
        return
    command.spoken = True
    command.help = _translated(command.help or "")
    command.epilog = _translated(command.epilog or "")
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = gettext("COMMANDE [ARGUMENTS]…", language())
    for param in command.params:
        for name in ("help", "metavar"):
            if text := getattr(param, name, None):
                setattr(param, name, gettext(text, language()))


def _usage(command: Any, context: Any, formatter: Any) -> None:
    pieces = [command.options_metavar, *map(_argument, _arguments(command))]
    if isinstance(command, TyperGroup):
        pieces.append(command.subcommand_metavar)
    formatter.write_usage(context.command_path, " ".join(pieces), gettext("Usage : ", language()))


def _arguments(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "argument"]


def _argument(param: Any) -> str:
    """Write an argument as people type it: within brackets where it may be left out."""
    name = str(param.metavar or param.name.upper())
    return name if param.required or name.startswith("[") else f"[{name}]"


def _parameters(command: Any, context: Any, formatter: Any) -> None:
    """Write the arguments and the options, with what they are."""
    records = [(one, one.get_help_record(context)) for one in command.get_params(context)]
    known = [(one, record) for one, record in records if record is not None]
    for title, kind in ((N_("Arguments"), "argument"), (N_("Options"), "option")):
        if rows := [
            (_cell(one, record[0]), record[1]) for one, record in known if one.param_type_name == kind
        ]:
            with formatter.section(title[language()]):
                formatter.write_dl(rows)


def _cell(param: Any, written: str) -> str:
    return _argument(param).strip("[]") if param.param_type_name == "argument" else written


class ExtraArguments(AncrageError, ValueError):  # noqa: N818
    """More arguments than a command has; keeps them."""

    code = "extra-arguments"

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(*arguments)
        self.arguments = tuple(arguments)

    @property
    def message(self) -> Spoken:
        """What is said."""
        return NN_(
            "argument en trop ({arguments}).",
            "arguments en trop ({arguments}).",
            len(self.arguments),
            arguments=" ".join(self.arguments),
        )


def _help_option(option: Any) -> Any:
    if option is not None:
        option.help = gettext("Montrer cette aide et finir.", language())
    return option


class Command(TyperCommand):
    """A command whose help is in the language of the locale."""

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Read the arguments."""
        _speak(self)
        return super().make_context(*args, **options)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; raises ExtraArguments."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise ExtraArguments(rest)
        return rest

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how it is called."""
        _usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and the options."""
        _parameters(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """Give the option that shows the page of help."""
        return _help_option(super().get_help_option(ctx))


SECTIONS: tuple[tuple[Spoken, tuple[str, ...]], ...] = (
    (N_("Commencer"), ("demo", "doctor", "new", "completion")),
    (N_("Charger et publier"), (
        "fetch", "workbook", "load", "map", "sources", "link", "decisions", "edits", "validate", "publish", "snapshots",
        "diff", "rollback", "backup", "restore", "verify", "columns",
    )),
    (N_("Demander"), ("query", "queries", "explain", "dump", "ontology")),
    (N_("Analyser"), ("indicators", "gaps", "synergies", "suggest", "scenario", "dossier", "draw")),
    (N_("Servir"), ("serve", "follow", "desk", "account", "audit", "webhook")),
)  # fmt: skip
"""The commands of the page of help, in the order of work."""


_WHOLE = 10_000
"""Characters of the first sentence of a command's help that its list shows: all of them, on as many lines as it takes."""


class Group(TyperGroup):
    """A group of commands whose help is in the language of the locale."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands: those of the whole by what people do, those of a group in their order."""
        own = ((N_("Commandes"), tuple(self.list_commands(ctx))),)
        for title, names in SECTIONS if ctx.parent is None else own:
            with formatter.section(title[language()]):
                told = ((name, self.get_command(ctx, name)) for name in names)
                formatter.write_dl([(name, one.get_short_help_str(_WHOLE)) for name, one in told])

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Read the arguments."""
        _speak(self)
        return super().make_context(*args, **options)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that arguments begin with; one of a near name is said in the language of the locale."""
        self.suggest_commands = False  # Typer's own words for it are English
        from ...queries.library import join_alternatives  # it brings the engine, which help does without

        near = get_close_matches(args[0], self.list_commands(ctx)) if args else []
        if near and self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            told = N_(
                "il n'existe pas de commande « {name} » ; voulez-vous dire {near} ?",
                name=args[0],
                near=Said(join_alternatives, (near,)),
            )
            ctx.fail(told[language()])
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Find a command."""
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            _speak(command)
        return command

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how it is called."""
        _usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """Give the option that shows the page of help."""
        return _help_option(super().get_help_option(ctx))


def complaint(error: Any) -> Spoken | None:
    """Say what the parser refuses, by the class of its error; None for an error that is not the parser's.

    >>> import typer
    >>> class NoSuchOption(Exception): option_name, possibilities = "--al", ["--help", "--all"]
    >>> complaint(NoSuchOption())["fr"]
    "il n'existe pas d'option --al (options possibles : --all, --help)"
    """
    for kind in type(error).__mro__:
        if kind.__name__ in _COMPLAINTS:
            return _COMPLAINTS[kind.__name__](error)
    return None


def _no_option(error: Any) -> Spoken:
    near = ", ".join(sorted(error.possibilities or ()))
    return N_(
        "il n'existe pas d'option {option}{near}",
        option=error.option_name,
        near=N_(" (options possibles : {options})", options=near) if near else EMPTY,
    )


def _missing(error: Any) -> Spoken:
    if error.param is None or error.param.param_type_name != "option":
        return N_("il manque l'argument {name}.", name=_name(error))
    return N_("il manque l'option {name}.", name=_name(error))


def _option(error: Any) -> Spoken:
    option = (
        next((one for one in error.ctx.command.params if error.option_name in one.opts), None)
        if error.ctx
        else None
    )
    if getattr(option, "is_flag", False):
        return N_("l'option {option} ne prend pas de valeur.", option=error.option_name)
    return N_("l'option {option} demande une valeur.", option=error.option_name)


def _value(error: Any) -> Spoken:
    name, given = _name(error), _given(error)
    if not name:
        return N_("valeur refusée : {reason}", reason=error.message)
    if given is None:
        return N_("valeur refusée pour {name} : {reason}", name=name, reason=_reason(error))
    return N_(
        "valeur « {given} » refusée pour {name} : {reason}", given=given, name=name, reason=_reason(error)
    )


def _given(error: Any) -> str | None:
    """Give the value that was refused, which the check of types keeps; None where something else refused it."""
    causes = getattr(error.__cause__, "errors", None)
    return None if causes is None else str(causes()[0]["input"])


def _reason(error: Any) -> Spoken | str:
    """Say what a parameter takes, where its type tells it; else what its error says."""
    descriptor = getattr(error.param, "type_descriptor", None) or getattr(error.param, "type", None)
    choices = getattr(descriptor, "choices", None)
    if choices:
        return N_(
            "il faut l'un de : {choices}",
            choices=", ".join(str(getattr(one, "value", one)) for one in choices),
        )
    number = _number(descriptor)
    if number is None:
        return str(error.message)
    kind = N_("un nombre entier") if number is int else N_("un nombre")
    low, high = (getattr(error.param, end, None) for end in ("min", "max"))
    between = _range(low, high)
    if between is None:
        return N_("il faut {kind}", kind=kind)
    return N_("il faut {kind}, {range}", kind=kind, range=between)


def _number(descriptor: Any) -> type | None:
    """Give the kind of number that a parameter is, None for anything else."""
    annotation = str(getattr(descriptor, "annotation", "")) or str(getattr(descriptor, "name", ""))
    return int if "int" in annotation else float if "float" in annotation else None


def _name(error: Any) -> str:
    """Name the parameter that an error is about, as it is typed."""
    if error.param_hint:
        hints = [error.param_hint] if isinstance(error.param_hint, str) else error.param_hint
        return " / ".join(f"'{one}'" for one in hints)
    if error.param is None:
        return ""
    if error.param.param_type_name == "option":
        return " / ".join(f"'{one}'" for one in error.param.opts)
    return f"'{error.param.metavar or str(error.param.name).upper()}'"


_COMPLAINTS: Mapping[str, Callable[[Any], Spoken]] = {
    "NoSuchOption": _no_option,
    "MissingParameter": _missing,
    "BadOptionUsage": _option,
    "BadParameter": _value,
}
"""How each error of the parser is told, the nearest class first."""
