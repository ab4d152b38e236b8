"""Named, typed, documented questions: a `.rq` file each, plain SPARQL under `#+ key: value` lines.

A file pastes into any SPARQL editor as it stands: each parameter is a variable whose `VALUES ?x { … }` block
holds an example. Binding replaces the terms inside those blocks by serialised terms; nothing is formatted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType

from .parameters import TYPES, Parameter

LANGUAGES = ("fr", "en")
GRAPHS = ("base", "illustrative", "provenance", "scenario")

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEADER = re.compile(r"#\+[ \t]*(?P<key>[a-z]+(?:\.[A-Za-z0-9_]+)?)[ \t]*:[ \t]*(?P<value>.*?)[ \t]*$")
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<values>\bVALUES\s*[?$](?P<name>\w+)\s*\{)
    |(?P<close>\})
    |(?P<form>\b(?:SELECT|CONSTRUCT|ASK|DESCRIBE)\b)
    |(?P<other>[\w:]+|.)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


class QueryFileError(ValueError):
    """A `.rq` file whose header or text breaks the layout; `file`, `line` and `reason` say where and why."""

    def __init__(self, file: Path, line: int | None, reason: str) -> None:
        super().__init__(f"{file}{f':{line}' if line else ''}: {reason}.")
        self.file, self.line, self.reason = file, line, reason


class QueryNotFound(KeyError):  # noqa: N818
    """No question has this `name`; `nearest` lists the closest ones."""

    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        self.name, self.nearest = name, tuple(nearest)
        hint = f" ; voulez-vous dire {' ou '.join(f'« {near} »' for near in nearest)} ?" if nearest else "."
        super().__init__(f"Aucune question ne s'appelle « {name} »{hint}")

    def __str__(self) -> str:
        return str(self.args[0])


class ParameterError(ValueError):
    """A parameter is unknown, missing or badly valued; keeps `query`, `parameter`, `value` and `reason`."""

    def __init__(self, query: str, parameter: str, value: object, reason: str) -> None:
        super().__init__(f"Question « {query} », paramètre « {parameter} » : {reason}.")
        self.query, self.parameter, self.value, self.reason = query, parameter, value, reason


@dataclass(frozen=True, slots=True)
class Chart:
    """A hint for drawing an answer: the kind of chart and the variables of its axes, in order."""

    kind: str
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A named question; `title` and `summary` map a language (fr, en) to text, `text` is the whole file.

    `section` is its folder (entities, indicators…), `form` its SPARQL form (SELECT, CONSTRUCT, ASK), `graphs`
    the parts of the dataset it needs (base, and illustrative for what no open data gives), `blocks` the
    (variable, start, end) of the terms of each `VALUES` block in the text.
    """

    name: str
    section: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    chart: Chart | None
    graphs: tuple[str, ...]
    form: str
    text: str
    path: Path
    blocks: tuple[tuple[str, int, int], ...] = field(repr=False)

    def parameter(self, name: str) -> Parameter:
        """Get the parameter of that name; raises ParameterError."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        names = ", ".join(p.name for p in self.parameters) or "aucun"
        raise ParameterError(self.name, name, None, f"il n'existe pas (paramètres : {names})")

    def bind(self, **values: object) -> str:
        """Give the SPARQL text with these values in place of the examples.

        A value is a text, a number, or a list of them. Raises ParameterError when a parameter is unknown,
        missing (unless optional: its example is then kept) or does not fit its type.

        >>> text = Library()["territory-identity"].bind(territory="38185")
        >>> "VALUES ?territory { <https://w3id.org/ancrage/id/territory/commune/38185> }" in text
        True
        """
        terms: dict[str, str] = {}
        for name, value in values.items():
            try:
                terms[name] = " ".join(self.parameter(name).terms(value))
            except ParameterError as error:
                raise ParameterError(self.name, name, value, error.reason) from None
            except ValueError as error:
                raise ParameterError(self.name, name, value, str(error)) from None
        for parameter in self.parameters:
            if parameter.name not in terms and not parameter.optional:
                reason = f"il manque (par exemple : {parameter.example})"
                raise ParameterError(self.name, parameter.name, None, reason)
        pieces, at = [], 0
        for name, start, end in self.blocks:
            if name in terms:
                pieces += [self.text[at:start], f" {terms[name]} "]
                at = end
        return "".join([*pieces, self.text[at:]])

    def describe(self, language: str = "fr") -> str:
        """Give a short description for people: title, name, summary and parameters, in French or English.

        >>> print(Library()["territory-identity"].describe("en").splitlines()[0])
        Identity of a territory
        """
        lines = [
            self.title[language],
            f"{self.section}/{self.name} [{', '.join(self.tags)}]",
            self.summary[language],
        ]
        for parameter in self.parameters:
            type_ = TYPES[parameter.type]
            label = type_.label_fr if language == "fr" else type_.label_en
            optional = (" facultatif" if language == "fr" else " optional") if parameter.optional else ""
            lines.append(f"  {parameter.name} ({label}{optional}) = {parameter.example}")
        return "\n".join(lines)


class Library(Mapping[str, Query]):
    """The questions of a folder (the package's own by default) by name: the file's name, without `.rq`.

    >>> library = Library()
    >>> library["territory-identity"].title["fr"]
    "Identité d'un territoire"
    >>> "territory-identiti" in library   # library[…] would raise QueryNotFound, which names the nearest
    False
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(__file__).parent
        self._queries = _read_folder(folder) if folder else _shipped()

    def __getitem__(self, name: str) -> Query:
        if name in self._queries:
            return self._queries[name]
        raise QueryNotFound(name, get_close_matches(name, self._queries, n=3, cutoff=0.5))

    def __contains__(self, name: object) -> bool:
        return name in self._queries

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def tagged(self, tag: str) -> tuple[Query, ...]:
        """List the questions that carry a tag, in the order of their folders and names."""
        return tuple(query for query in self._queries.values() if tag in query.tags)

    def sections(self) -> Mapping[str, tuple[Query, ...]]:
        """Group the questions by folder."""
        grouped: dict[str, list[Query]] = {}
        for query in self._queries.values():
            grouped.setdefault(query.section, []).append(query)
        return MappingProxyType({section: tuple(queries) for section, queries in grouped.items()})


def _read_folder(folder: Path) -> dict[str, Query]:
    queries: dict[str, Query] = {}
    for path in sorted(folder.glob("*/*.rq")):
        query = read_query(path)
        if query.name in queries:
            raise QueryFileError(path, None, f"the name is taken by {queries[query.name].path}")
        queries[query.name] = query
    return queries


@cache
def _shipped() -> dict[str, Query]:
    """Read the questions of the package once: they do not change while it runs."""
    return _read_folder(Path(__file__).parent)


def read_query(path: Path) -> Query:
    """Read one `.rq` file; raises QueryFileError (file, line, reason) when it breaks the layout."""
    if not _NAME.fullmatch(path.stem):
        raise QueryFileError(path, None, f"{path.stem!r} is not a kebab-case name")
    text = path.read_text(encoding="utf-8")
    header = _read_header(path, text)
    blocks, form = _scan(path, text)
    optional = _words(header.pop("optional", ""))
    parameters = []
    for key in [key for key in header if key.startswith("param.")]:
        type_name, _, example = header.pop(key).partition(" ")
        name = key.removeprefix("param.")
        if type_name not in TYPES:
            raise QueryFileError(path, None, f"parameter {name} has an unknown type {type_name!r}")
        if name not in {block[0] for block in blocks}:
            raise QueryFileError(path, None, f"parameter {name} has no `VALUES ?{name} {{ … }}` block")
        if not example.strip():
            raise QueryFileError(path, None, f"parameter {name} has no example")
        parameters.append(Parameter(name, type_name, example.strip(), name in optional))
    texts = {}
    for key in ("title", "summary"):
        texts[key] = {language: header.pop(f"{key}.{language}", "") for language in LANGUAGES}
        for language, value in texts[key].items():
            if not value:
                raise QueryFileError(path, None, f"{key}.{language} is missing")
    kind, *variables = header.pop("chart", "").split() or [""]
    graphs = tuple(header.pop("graphs", "base").split("+"))
    if set(graphs) - set(GRAPHS):
        raise QueryFileError(path, None, f"graphs are among {', '.join(GRAPHS)}, not {'+'.join(graphs)}")
    tags = _words(header.pop("tags", ""))
    if header:
        raise QueryFileError(path, None, f"unknown header {', '.join(header)}")
    return Query(
        name=path.stem,
        section=path.parent.name,
        title=MappingProxyType(texts["title"]),
        summary=MappingProxyType(texts["summary"]),
        tags=tags,
        parameters=tuple(parameters),
        chart=Chart(kind, tuple(variables)) if kind else None,
        graphs=graphs,
        form=form,
        text=text,
        path=path,
        blocks=blocks,
    )


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _read_header(path: Path, text: str) -> dict[str, str]:
    header: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        match = _HEADER.fullmatch(line)
        if not match:
            raise QueryFileError(path, number, "a header line reads `#+ key: value`")
        if match["key"] in header:
            raise QueryFileError(path, number, f"header {match['key']} is given twice")
        header[match["key"]] = match["value"]
    return header


def _scan(path: Path, text: str) -> tuple[tuple[tuple[str, int, int], ...], str]:
    """Find the blocks `VALUES ?x { … }` as (variable, start, end of the terms), and the form of the query."""
    blocks: list[tuple[str, int, int]] = []
    open_block: tuple[str, int] | None = None
    form = ""
    for token in _TOKEN.finditer(text):
        if token["values"]:
            open_block = (token["name"], token.end())
        elif token["close"] and open_block:
            blocks.append((*open_block, token.start()))
            open_block = None
        elif token["form"] and not form:
            form = token["form"].upper()
    if open_block:
        raise QueryFileError(path, None, f"the VALUES block of ?{open_block[0]} is not closed")
    if not form:
        raise QueryFileError(path, None, "it holds no SELECT, CONSTRUCT or ASK")
    return tuple(blocks), form
