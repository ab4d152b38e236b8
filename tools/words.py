"""Bring the catalogues up to date with the sentences of the code and of the templates, or start one.

    python tools/words.py [--check] [--new LANGUAGE]

A sentence is French, in a call of `KEYWORDS` (those of the editor's scripts have the context `editor`), in the help of a
command, in what the description of the API says of an address (`_of_addresses`), or in what a source says of a rule that a
row breaks. A new one enters each catalogue without a
translation, one that no code says leaves it. So do labels of terms, in a language that the ontology lacks.
`--check` writes nothing and fails where a catalogue is not what the code says, lacks a
translation, or has one whose placeholders differ.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from ancrage.loaders.filieres.files import SHIPPED, read_filieres
from ancrage.ontology.labels import untranslated_labels
from ancrage.queries.library import Library
from ancrage.words import DECLARED
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "words" / "locale"
FOLDERS = ("api", "graph", "loaders", "ontology", "queries", "words")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "_html": None,
    "ngettext": (1, 2),
    "NN_": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")


def said() -> Catalog:
    """Give the sentences of the code and of the templates."""
    made = Catalog(charset="utf-8")
    for _, _, message, _, _ in extract_from_dir(
        ROOT / "api", method_map=[("static/editor/**.js", "javascript")], keywords=KEYWORDS
    ):
        made.add(message, context="editor")
    for folder in FOLDERS:
        for method, pattern in ((sentences, "**.py"), ("jinja2", "templates/**.html")):
            found = extract_from_dir(ROOT / folder, method_map=[(pattern, method)], keywords=KEYWORDS)
            for _, _, message, _, context in found:
                made.add(message, context=context)
    for source in sorted((ROOT / "loaders" / "sources").glob("*/source.toml")):
        for check in tomllib.loads(source.read_text(encoding="utf-8")).get("checks", ()):
            if "message" in check:
                made.add(check["message"])
    return made


def sentences(
    file: BinaryIO, keywords: Collection[str], comments: object, options: object
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Find the sentences of a Python file, those inside the values of another too, which babel's own reading mistakes.

    Yields what babel asks of a method: the line, the function called, its texts (None for other arguments) and no comment.
    """
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            texts = [
                each.value if isinstance(each, ast.Constant) and isinstance(each.value, str) else None
                for each in node.args
            ]
            yield node.lineno, node.func.id, texts[0] if len(texts) == 1 else tuple(texts), []
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("Option", "Argument"):
            for text in (one.value for one in node.keywords if one.arg in ("help", "metavar")):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield node.lineno, "_", text.value, []
        elif isinstance(node, ast.FunctionDef) and any(map(_registers, node.decorator_list)):
            for part in [*(ast.get_docstring(node) or "").split("\n\n"), *_epilogs(node)]:
                yield node.lineno, "_", " ".join(part.split()), []
        else:
            for text in _of_addresses(node):
                yield node.lineno, "_", text, []


def _of_addresses(node: ast.AST) -> Iterator[str]:
    """Give what an address of the API is, and what its parameters are; those that say it in both languages (`·`) stay."""
    found: list[ast.expr] = []
    if isinstance(node, ast.Call):
        named = {one.arg: one.value for one in node.keywords}
        function = getattr(node.func, "id", "")
        if "summary" in named:
            found.append(named["summary"])
        elif function == "block_route":
            found += node.args[-1:]
        elif function in ("Query", "Path") and "description" in named:
            found.append(named["description"])
    elif isinstance(node, ast.Dict):
        pairs = {
            getattr(key, "value", None): value for key, value in zip(node.keys, node.values, strict=True)
        }
        if "operationId" in pairs:
            found += [pairs[key] for key in ("summary", "description") if key in pairs]
    for one in found:
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and " · " not in one.value:
            yield one.value


def _epilogs(node: ast.FunctionDef) -> Iterator[str]:
    """Give what the help of a command ends with."""
    for decorator in filter(_registers, node.decorator_list):
        for one in getattr(decorator, "keywords", ()):
            if one.arg == "epilog" and isinstance(one.value, ast.Constant):
                yield str(one.value.value)


def _registers(decorator: ast.expr) -> bool:
    """Tell whether a decorator makes a command of the command line, whose docstring is its help."""
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", "") in ("command", "callback")


def brought_up(path: Path, template: Catalog) -> bytes:
    """Give a catalogue as it should be: the sentences of the code, with the translations that it has."""
    with path.open("rb") as file:
        known = read_po(file)
    made = Catalog(locale=known.locale, charset="utf-8", header_comment="")
    for message in template:
        if message.id:
            made.add(message.id, string=translation(known, message), context=message.context)
    for text in elsewhere(path.parent.parent.name):
        made.add(text, string=translation(known, Message(text)))
    return written(made)


def elsewhere(language: str) -> Iterator[str]:
    """Give what other files say in French and not in this language: labels, titles of questions, why who is of a filière."""
    yield from untranslated_labels(language)
    for rule in (rule for filiere in read_filieres(SHIPPED)[0] for rule in filiere.rules if rule.when):
        yield from (rule.why, rule.who)
    if language not in DECLARED:
        for query in Library().values():
            yield from (query.title["fr"], query.summary["fr"])


def translation(known: Catalog, message: Message) -> str | tuple[str, ...] | None:
    """Give the translation that a catalogue has of a sentence; one that is a plural no more keeps its singular."""
    had = known.get(message.id, message.context)
    if had is None or not had.string:
        return None
    several = isinstance(message.id, tuple | list)
    if several == isinstance(had.string, tuple | list):
        return had.string
    return None if several else str(had.string[0])


def written(catalogue: Catalog) -> bytes:
    """Write a catalogue: sorted, without the lines of code, which change at each move, and without dates."""
    made = BytesIO()
    write_po(made, catalogue, width=110, no_location=True, omit_header=True, sort_output=True)
    forms = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    head = [
        "Project-Id-Version: ancrage",
        f"Language: {catalogue.locale_identifier}",
        f"Plural-Forms: {forms}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    lines = ['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in head), "", ""]
    return "\n".join(lines).encode() + made.getvalue()


def faults(catalogue: Catalog) -> Iterator[str]:
    """Tell the sentences of a catalogue without a translation, or whose placeholders differ."""
    for message in catalogue:
        if not message.id:
            continue
        sources = forms(message.id)
        translations = forms(message.string)
        if not all(translations):
            yield f"not translated: {sources[0]!r}"
            continue
        known = set().union(*map(placeholders, sources))
        for translation in translations:
            if not placeholders(translation) <= known or (
                len(sources) == 1 and placeholders(translation) != known
            ):
                yield f"placeholders differ: {sources[0]!r} / {translation!r}"


def forms(text: object) -> tuple[str, ...]:
    """Give the forms of a sentence: one, or as many as its plural has."""
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def placeholders(text: str) -> set[str]:
    """Give the names between braces."""
    return set(PLACEHOLDER.findall(text))


def main() -> int:
    """Write the catalogues, or check them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something is to do")
    parser.add_argument("--new", metavar="LANGUAGE", help="start the catalogue of a language, as en or pt_BR")
    asked = parser.parse_args()
    if asked.new:
        path = LOCALE / asked.new / "LC_MESSAGES" / "ancrage.po"
        path.parent.mkdir(parents=True)
        path.write_bytes(written(Catalog(locale=asked.new)))
    template, wrong = said(), False
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/ancrage.po")):
        made = brought_up(path, template)
        told = list(faults(read_po(BytesIO(made))))
        if made != path.read_bytes():
            if asked.check:
                told.append("not what the code says: run `just words`")
            else:
                path.write_bytes(made)
        for one in told:
            print(f"{path.relative_to(ROOT)}: {one}")
        wrong = wrong or bool(told)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
