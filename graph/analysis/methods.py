"""What the methods of the analysis say of themselves: their docstrings, in the order of a register, in two languages.

`methods.toml` is the register (topics, methods, names); `methods.fr.toml` the French of the docstrings.
Sources are read, not imported: to show the methods costs no numerical library.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ...words import SOURCE, Named

FOLDER = Path(__file__).parent
REGISTER, FRENCH = FOLDER / "methods.toml", FOLDER / "methods.fr.toml"
#: Sections of a docstring that are shown, in their order.
SECTIONS = ("formula", "source", "convention", "limits", "anchor")

Piece: TypeAlias = tuple[Literal["text", "code", "doi"], str]

_HEAD = re.compile(r"([A-Z][a-z]+):$")
_MARKED = re.compile(r"`([^`]+)`|\bdoi (10\.\d+/[^\s,;]+)")


@dataclass(frozen=True)
class Method:
    """A public function of the analysis, as its docstring tells it; `module` is its file, without folder."""

    module: str
    name: str
    signature: str
    summary: str
    formula: str = ""
    source: str = ""
    convention: str = ""
    limits: str = ""
    anchor: str = ""

    @property
    def slug(self) -> str:
        """Give its place in a page.

        >>> documented()["location_quotient"].slug
        'location-quotient'
        """
        return self.name.replace("_", "-")

    @property
    def path(self) -> str:
        """Give the name under which Python imports it."""
        return f"ancrage.graph.analysis.{self.module}.{self.name}"

    @property
    def digest(self) -> str:
        """Give a short hash of its English text: a translation that keeps another one is out of date."""
        told = "\n".join(getattr(self, part) for part in ("summary", *SECTIONS))
        return hashlib.sha256(told.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Topic:
    """Methods that belong together: `slug`, `title` by language, and each method with its name by language."""

    slug: str
    title: Mapping[str, str]
    methods: tuple[tuple[Method, Mapping[str, str]], ...]


@functools.cache
def documented() -> dict[str, Method]:
    """Read the public functions whose docstring has a formula, by name.

    >>> documented()["proximity"].formula.partition(",")[0]
    'φ_pq = min(n_pq / k_p'
    """
    found: dict[str, Method] = {}
    for file in sorted(FOLDER.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                summary, sections = read(ast.get_docstring(node, clean=False) or "")
                if "formula" in sections:
                    shown = {part: text for part, text in sections.items() if part in SECTIONS}
                    found[node.name] = Method(file.stem, node.name, _signature(node), summary, **shown)
    return found


def read(docstring: str) -> tuple[str, dict[str, str]]:
    r"""Split a docstring in its first sentence and its sections, each on one line.

    >>> read("Give a share.\n\nFormula:\n    a /\n    b\n\nLimits:\n    none")
    ('Give a share.', {'formula': 'a / b', 'limits': 'none'})
    """
    parts: dict[str, list[str]] = {"": []}
    name = ""
    for line in inspect.cleandoc(docstring).splitlines():
        if head := _HEAD.match(line):
            name = head[1].lower()
        parts.setdefault(name, []).append("" if head else line)
    joined = {name: " ".join(" ".join(lines).split()) for name, lines in parts.items()}
    return joined.pop(""), joined


def _signature(node: ast.FunctionDef) -> str:
    given = node.args
    required = [one.arg for one in given.args[: len(given.args) - len(given.defaults)]]
    optional = [one.arg for one in (*given.args[len(required) :], *given.kwonlyargs)]
    return f"{node.name}({', '.join([*required, *(f'{name}=…' for name in optional)])})"


@functools.cache
def topics(register: Path = REGISTER) -> tuple[Topic, ...]:
    """Give the topics in their order, each with its methods; raises KeyError for a method that is not there.

    >>> topics()[0].methods[0][1]["fr"]
    'Quotient de localisation'
    """
    known = documented()
    return tuple(
        Topic(
            one["slug"],
            Named(one["title"][SOURCE], one["title"]["en"]),
            tuple((known[name], Named(names[SOURCE], names["en"])) for name, names in one["methods"].items()),
        )
        for one in tomllib.loads(register.read_text(encoding="utf-8"))["topic"]
    )


@functools.cache
def french() -> dict[str, dict[str, Any]]:
    """Read the French of the docstrings, by method."""
    return tomllib.loads(FRENCH.read_text(encoding="utf-8"))


def told(method: Method, language: str) -> Method:
    """Give a method in a language; what has no translation stays in English.

    >>> told(documented()["location_quotient"], "fr").summary.startswith("Donne le quotient")
    True
    """
    if language != "fr" or method.name not in french():
        return method
    said = {part: text for part, text in french()[method.name].items() if part in ("summary", *SECTIONS)}
    return replace(method, **said)


def lines(formula: str) -> list[str]:
    """Split a formula at the semicolons that stand outside brackets.

    >>> lines("a = f(x; 1); b = 2")
    ['a = f(x; 1)', 'b = 2']
    """
    found, depth, start = [], 0, 0
    for at, character in enumerate(formula):
        depth += (character in "([{") - (character in ")]}")
        if character == ";" and depth <= 0:
            found.append(formula[start:at].strip())
            start = at + 1
    return [*found, formula[start:].strip()]


def pieces(text: str) -> list[Piece]:
    """Split a text in what is plain, what is code, and the DOIs it names.

    >>> pieces("see `l3`, doi 10.1/a(b).")
    [('text', 'see '), ('code', 'l3'), ('text', ', '), ('doi', '10.1/a(b)'), ('text', '.')]
    """
    found: list[Piece] = []
    start = 0
    for one in _MARKED.finditer(text):
        end = one.end()
        if one[2]:
            doi = one[2].rstrip(".")
            doi = doi[:-1] if doi.endswith(")") and doi.count("(") < doi.count(")") else doi
            end = one.start(2) + len(doi)
        if one.start() > start:
            found.append(("text", text[start : one.start()]))
        found.append(("code", one[1]) if one[1] else ("doi", doi))
        start = end
    return [*found, ("text", text[start:])] if start < len(text) else found


def method_of(code: str) -> Method | None:
    """Give the method that a piece of code names, alone or after its module.

    >>> method_of("assist.configuration").name, method_of("level")
    ('configuration', None)
    """
    return documented().get(code.rpartition(".")[2])
