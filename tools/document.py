"""Write the generated files of docs/: commands, sources, methods, JSON Schemas… Usage: python tools/document.py [--check].

With `--check` nothing is written; the exit code is 1 where a page is not what the code says.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import ancrage.api.commands  # noqa: F401 - its modules register their commands
import document_http  # beside this file, as the next two
import document_methods
import document_python
import typer.main
from ancrage.api.commands import application
from ancrage.api.web.settings import reference
from ancrage.loaders.read.source import Source, all_sources
from ancrage.loaders.schemas import SCHEMAS, schema_of
from ancrage.loaders.sources.layout import LAYOUT, TABLES
from document_methods import squeeze

DOCS = Path(__file__).parent.parent / "docs"


def commands() -> str:
    """Return the page of the commands, from their declarations."""
    group: Any = typer.main.get_command(
        application.app
    )  # Typer carries its own copy of click, whose types are private
    parts = [
        "# Commandes\n\nÉcrit par `python tools/document.py`. `ANCRAGE_DATA_DIR` ou `--data-dir` dit où vit le graphe ; "
        "les données vont sur la sortie, la progression sur l'erreur. `--format` a le même sens partout : `table` pour "
        "les gens, où rien n'est demandé, `csv`, `csv-fr`, `xlsx`, `json` (`--json` en bref), et RDF où il y en a.\n",
        "| code de sortie | sens |\n| --- | --- |\n| 0 | fait |\n| 1 | échec |\n| 2 | mauvais usage |\n"
        "| 3 | le contrôle a trouvé quelque chose, ou les données sont trop peu nombreuses |\n"
        "| 4 | un autre écrivain est à l'œuvre |\n",
    ]
    for name, command in _flat(group.commands):
        parts.append(f"## ancrage {name}\n\n{squeeze(command.help)}\n")
        rows = [row for parameter in command.params if (row := _parameter(parameter))]
        if rows:
            parts.append("| paramètre | sens |\n| --- | --- |\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _flat(commands: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """List commands, those of a group after it and with its name."""
    found: list[tuple[str, Any]] = []
    for name, command in commands.items():
        found.append((before + name, command))
        found += _flat(getattr(command, "commands", {}), f"{before}{name} ")
    return found


def _parameter(parameter: Any) -> str | None:
    if "--help" in parameter.opts or getattr(parameter, "hidden", False):
        return None
    named = [*parameter.opts, *parameter.secondary_opts]
    metavar = (parameter.metavar or "").strip("{}[]")
    label = (
        ", ".join(named) + (f" {metavar}" if metavar else "")
        if parameter.param_type_name == "option"
        else metavar
    )
    return f"| `{(label or parameter.name or '').replace('|', ' ou ')}` | {squeeze(getattr(parameter, 'help', ''))} |"


def sources() -> str:
    """Return the page of the sources, from their descriptions."""
    found = all_sources()
    lines = [
        "# Sources\n",
        "Écrit par `python tools/document.py` d'après `loaders/sources/*/source.toml`.\n",
        "| source | titre | éditeur | licence | données de | formats |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_source_row(source) for source in found.values()),
        "",
    ]
    for source in found.values():
        lines += _columns(source)
    return "\n".join(lines)


def _source_row(source: Source) -> str:
    formats = ", ".join(sorted({given.format for given in source.inputs}))
    title = f"[{source.title['fr']}]({source.homepage})" if source.homepage else source.title["fr"]
    return (
        f"| `{source.name}` | {title} | {source.publisher} | {source.licence} | {source.date} | {formats} |"
    )


def _columns(source: Source) -> list[str]:
    if source.name == "exchange":
        return ["## exchange\n", "Les tables du format d'échange : voir [exchange.md](exchange.md).\n"]
    lines = [f"## {source.name}\n"]
    if source.requires:
        lines.append("S'appuie sur : " + ", ".join(f"`{name}`" for name in source.requires) + ".\n")
    for given in source.inputs:
        for variant in given.variants:
            names = {**variant.columns, **variant.optional_columns}
            lines.append(
                f"- table `{given.table}`, en-tête « {variant.name} » : " + ", ".join(names.values()) + "."
            )
            if variant.personal:
                lines.append("  Colonnes personnelles, jamais lues : " + ", ".join(variant.personal) + ".")
            if variant.ignored or variant.ignored_patterns:
                lines.append("  Colonnes connues et laissées de côté :")
                left = {**variant.ignored, **variant.ignored_patterns}
                for reason in dict.fromkeys(left.values()):
                    named = ", ".join(f"`{name}`" for name, why in left.items() if why == reason)
                    lines.append(f"  - {named} : {reason} ;")
                lines[-1] = lines[-1].removesuffix(" ;") + "."
    return [*lines, ""]


FORMS = {
    "id": "code ou identifiant", "class": "classe", "text": "texte", "code": "code", "url": "adresse",
    "integer": "entier", "number": "nombre", "year": "année", "date": "date", "time": "heure", "wkt": "WKT",
}  # fmt: skip


def exchange() -> str:
    """Return the page of the exchange layout: what is written by hand, then its tables as the layout says them."""
    written = (DOCS / "reference" / "exchange.md").read_text(encoding="utf-8").partition("\n## Tables\n")[0]
    source = Source.named("exchange")
    needed = {(check.input, check.column) for check in source.checks if check.required}
    lines = [
        written,
        "\n## Tables\n\n",
        "Écrit par `python tools/document.py` d'après `loaders/sources/layout.txt`.\n",
    ]
    for table, columns in LAYOUT.items():
        lines.append(f"\n### {table}\n\n{TABLES[table]}\n\n| colonne | oblig. | forme | sens |\n")
        lines.append("| --- | --- | --- | --- |\n")
        for name, column in columns.items():
            form = FORMS[column.kind] + (", plusieurs permis" if column.multiple else "")
            told = "**oui**" if (table, name) in needed else ""
            lines.append(f"| `{name}` | {told} | {form} | {squeeze(column.help)} |\n")
    return "".join(lines)


def settings() -> str:
    """Return the page of the settings, from their declarations."""
    rows = [
        f"| `{row.name}` | {squeeze(row.takes['en'])} | {f'`{row.default}`' if row.default else ''} "
        f"| {squeeze(row.meaning['en'])} | {squeeze(row.meaning['fr'])} |"
        for row in reference()
    ]
    return SETTINGS + "\n".join(rows) + "\n"


SETTINGS = """# Settings / Réglages

Written by / écrit par `python tools/document.py`.

Every setting is an environment variable. Each can also be given as a file that holds it, by the same name with `_FILE`
after it (`ANCRAGE_WRITE_KEY_FILE=/run/secrets/key`): the ends of line after the value are left out, a file that is
missing stops the command with a sentence, giving both is an error. An empty variable counts as absent. Sizes are in
bytes, or with K, M, G (powers of 1024). Options of `ancrage serve` win over variables. A wrong value ends any command
with one sentence and exit code 2.

Chaque réglage est une variable d'environnement. Chacun peut aussi être donné par un fichier qui le contient, sous le
même nom suivi de `_FILE` : les fins de ligne après la valeur sont ôtées, un fichier absent arrête la commande par une
phrase, donner les deux est une erreur. Une variable vide compte pour absente. Les tailles sont en octets, ou avec K, M,
G (puissances de 1024). Les options de `ancrage serve` l'emportent sur les variables. Une valeur fausse arrête toute
commande par une phrase, code de sortie 2.

| variable | type | default | meaning | sens |
| --- | --- | --- | --- | --- |
"""


def schema(name: str) -> str:
    """Return the JSON Schema of a kind of declarations."""
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"


PAGES = {
    "reference/commands.md": commands,
    "reference/sources.md": sources,
    "reference/exchange.md": exchange,
    "reference/settings.md": settings,
    "reference/http.md": document_http.page,
    "reference/python.md": document_python.page,
    **{
        f"reference/{name}": partial(document_methods.page, language)
        for name, language in document_methods.PAGES.items()
    },
    **{f"schemas/{name}.json": partial(schema, name) for name in SCHEMAS},
}


def main() -> int:
    """Write the pages, or say which differ."""
    stale = []
    for name, make in PAGES.items():
        path, text = DOCS / name, make()
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(f"not what the code says: {', '.join(stale)}; run python tools/document.py", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
