"""Commands on what-if scenarios: new, show, compare, list, save, delete."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...words import N_, gettext
from ...words.locales import language
from .analysis import FORMATS, Format, Illustrative, Why, matter_of, output_console
from .application import (
    Commands,
    DataDir,
    UsageError,
    app,
    check_output,
    data_folder,
    error_console,
    keep_count,
    open_reader,
    tell_written,
)
from .output import Format as TableFormat
from .output import check_format, tell_rows

if TYPE_CHECKING:
    from ...graph.scenarios.assumptions import Scenario

commands = Commands(name="scenario")
app.add_typer(commands)

Name = Annotated[str, typer.Argument(metavar="NOM", help="Minuscules, chiffres et tirets : antenne-a-die.")]
Source = Annotated[
    str, typer.Argument(metavar="NOM|FICHIER", help="Scénario gardé, ou fichier .toml ou .json.")
]
Assume = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        metavar="HYPOTHÈSE",
        help="Par exemple « open-branch 26113 'Antenne de Die' » ; peut se répéter.",
    ),
]
Label = Annotated[str, typer.Option("--label", metavar="TITRE", help="Titre en français.")]


@commands.callback(invoke_without_command=True)
def scenario(context: typer.Context) -> None:
    """Scénarios « et si » : les écrire, les comparer à ce qui est, les garder, les supprimer."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@commands.command()
def new(
    name: Name,
    assume: Assume = None,
    label: Label = "",
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FICHIER.toml", help="Sinon la sortie standard.")
    ] = None,
    illustrative: Illustrative = False,
    data_dir: DataDir = None,
) -> None:
    """Écrire un scénario dans un fichier, une fois vérifié que la publication connaît ce qu'il nomme."""
    from ...graph.scenarios.changes import apply

    check_output(out)
    made = _of_lines(name, label, assume)
    with matter_of(data_dir, illustrative) as matter:
        apply(matter, made)
    text = _toml(made)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
        tell_written(out)


@commands.command()
def show(source: Source, data_dir: DataDir = None) -> None:
    """Montrer un scénario : son titre et ses hypothèses, comme un fichier qui se relit."""
    sys.stdout.write(_toml(_scenario(source, data_dir)))


@commands.command()
def compare(
    source: Annotated[
        str | None,
        typer.Argument(metavar="[NOM|FICHIER]", help="Scénario gardé, ou fichier ; sinon donnez --assume."),
    ] = None,
    assume: Assume = None,
    territory: Annotated[
        list[str] | None,
        typer.Option("--territory", metavar="TERRITOIRE", help="Dont on veut tous les chiffres ; se répète."),
    ] = None,
    figure: Annotated[
        list[str] | None, typer.Option("--figure", metavar="CHIFFRE", help="Un seul chiffre ; se répète.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Montrer aussi les chiffres qui ne changent pas.")
    ] = False,
    illustrative: Illustrative = False,
    format: Format = "table",
    why: Why = False,
    data_dir: DataDir = None,
) -> None:
    """Mettre un scénario en regard de ce qui est : chaque chiffre avant, après, et l'hypothèse qui l'a changé.

    Rien n'est écrit dans le graphe.
    """
    from ...graph.scenarios.comparison import compare as find

    check_format(format, FORMATS)
    if (source is None) == (not assume):
        raise UsageError(N_("donnez un scénario (NOM ou FICHIER), ou des hypothèses (--assume)."))
    asked = (
        _scenario(source, data_dir)
        if source is not None
        else _of_lines("essai", gettext("Essai", language()), assume)
    )
    with matter_of(data_dir, illustrative) as matter:
        found = find(matter, asked, territory or None, figure or None)
    from ..analysis import comparisons as comparison_files

    if format == "table":
        comparison_files.show(found, output_console(), language(), every=every, why=why)
        return
    from ..analysis.files import FORMATS as REPRESENTATIONS

    chosen = next(one for one in REPRESENTATIONS if one.name == format)
    sys.stdout.buffer.write(comparison_files.write(found, chosen, language()))
    sys.stdout.buffer.flush()


@commands.command("list")
def list_saved(data_dir: DataDir = None, format: TableFormat = "table") -> None:
    """Lister les scénarios gardés dans la publication."""
    from ...graph.scenarios.saved import list_scenarios

    with open_reader(data_dir) as reader:
        found = list_scenarios(reader)
    if tell_rows([one.to_dict() for one in found], format):
        return
    width = max((len(one.name) for one in found), default=0)
    for one in found:
        print(f"{one.name:<{width}}  {one.words[language()]}")
    if not found:
        error_console().print(gettext("Aucun scénario n'est gardé.", language()), highlight=False)


@commands.command()
def save(
    source: Annotated[str, typer.Argument(metavar="FICHIER", help="Fichier .toml ou .json.")],
    figures: Annotated[
        bool, typer.Option("--figures", help="Garder aussi les chiffres, comme observations simulées.")
    ] = False,
    illustrative: Illustrative = False,
    data_dir: DataDir = None,
) -> None:
    """Garder un scénario dans son graphe nommé, et publier ; celui du même nom est remplacé."""
    from ...graph.scenarios.comparison import compare as find
    from ...loaders.write.scenarios import save as keep
    from ...loaders.write.scenarios import save_run
    from ...loaders.write.writer import Writer

    made = _scenario(source, data_dir)
    writer = Writer(data_folder(data_dir), keep=keep_count())
    with matter_of(data_dir, illustrative) as matter:
        run = find(matter, made) if figures else None
        done = keep(writer, made, matter) if run is None else save_run(writer, run, matter)
    print(done.snapshot)


@commands.command()
def delete(name: Name, data_dir: DataDir = None) -> None:
    """Supprimer un scénario gardé : son graphe nommé, et rien d'autre."""
    from ...loaders.write.scenarios import delete as drop
    from ...loaders.write.writer import Writer

    print(drop(Writer(data_folder(data_dir), keep=keep_count()), name).snapshot)


def _of_lines(name: str, label: str, lines: list[str] | None) -> Scenario:
    from ...graph.scenarios.reading import read_scenario

    return read_scenario({"name": name, "label": label or name, "assumptions": lines or []})


def _scenario(source: str, data_dir: Path | None) -> Scenario:
    """Read a scenario from a file, or from those saved; raises UnknownName, ScenarioError, FileNotFoundError."""
    from ...graph.scenarios.reading import read_scenario
    from ...graph.scenarios.saved import saved_scenario

    path = Path(source)
    if path.suffix in (".toml", ".json") or path.is_file():
        if not path.is_file():
            raise FileNotFoundError(2, "absent", source)
        return read_scenario(path)
    with open_reader(data_dir) as reader:
        return saved_scenario(reader, source)


def _toml(scenario: Scenario) -> str:
    """Write a scenario as a file that reads back."""
    said = {"name": scenario.name, "label": scenario.label}
    if scenario.label_en:
        said["label_en"] = scenario.label_en
    head = [f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in said.items()]
    lines = [f"    {json.dumps(one.to_line(), ensure_ascii=False)}," for one in scenario.assumptions]
    return "\n".join([*head, "assumptions = [", *lines, "]", ""])
