"""Reading `.rq` files: plain SPARQL under `#+ key: value` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ..words import SOURCE, Named
from .columns import Variable, read_column, variable
from .parameters import TYPES, Parameter
from .query import Chart, Query

LANGUAGES = ("fr", "en")
GRAPHS = ("base", "computed", "illustrative", "provenance", "scenario")
CHARTS = ("bar", "line")
RESERVED = ("format", "lang", "page")
"""Names that an address needs for itself."""

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEADER = re.compile(r"#\+[ \t]*(?P<key>[a-z]+(?:\.[A-Za-z0-9_]+)?)[ \t]*:[ \t]*(?P<value>.*?)[ \t]*$")
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<values>\bVALUES\s*[?$](?P<name>\w+)\s*\{)
    |(?P<open>\{)
    |(?P<close>\})
    |(?P<form>\b(?:SELECT|CONSTRUCT|ASK|DESCRIBE)\b)
    |(?P<where>\bWHERE\b)
    |(?P<variable>[?$]\w+)
    |(?P<other>[\w:]+|.)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


class QueryFileError(ValueError):
    """A `.rq` file whose header or text breaks the layout; `file`, `line` and `reason` say where and why."""

    def __init__(self, file: Path, line: int | None, reason: str) -> None:
        super().__init__(f"{file}{f':{line}' if line else ''}: {reason}.")
        self.file, self.line, self.reason = file, line, reason


@dataclass(frozen=True)
class _Layout:
    """What a scan finds: VALUES blocks, the form, where the outer pattern begins, variables that it gives."""

    blocks: tuple[tuple[str, int, int], ...]
    form: str
    body: int
    head: frozenset[str]


def read_query(path: Path) -> Query:
    """Read one `.rq` file; raises QueryFileError (file, line, reason) when it breaks the layout."""
    if not _NAME.fullmatch(path.stem):
        raise QueryFileError(path, None, f"{path.stem!r} is not a kebab-case name")
    text = path.read_text(encoding="utf-8")
    header = _read_header(path, text)
    layout = _scan(path, text)
    parameters = _parameters(path, header, {block[0] for block in layout.blocks})
    texts = {}
    for key in ("title", "summary"):
        texts[key] = {language: header.pop(f"{key}.{language}", "") for language in LANGUAGES}
        for language, value in texts[key].items():
            if not value:
                raise QueryFileError(path, None, f"{key}.{language} is missing")
    chart = _chart(path, header.pop("chart", "").split(), layout.head)
    columns = _columns(path, header, layout.head) if layout.form == "SELECT" else {}
    graphs = tuple(header.pop("graphs", "base").split("+"))
    if set(graphs) - set(GRAPHS):
        raise QueryFileError(path, None, f"graphs are among {', '.join(GRAPHS)}, not {'+'.join(graphs)}")
    tags = _words(header.pop("tags", ""))
    if header:
        raise QueryFileError(path, None, f"unknown header {', '.join(header)}")
    return Query(
        name=path.stem,
        section=path.parent.name,
        title=Named(texts["title"][SOURCE], texts["title"]["en"]),
        summary=Named(texts["summary"][SOURCE], texts["summary"]["en"]),
        tags=tags,
        parameters=parameters,
        chart=chart,
        columns=MappingProxyType(columns),
        graphs=graphs,
        form=layout.form,
        text=text,
        path=path,
        blocks=layout.blocks,
        body=layout.body,
    )


def _parameters(path: Path, header: dict[str, str], bound: set[str]) -> tuple[Parameter, ...]:
    optional = _words(header.pop("optional", ""))
    parameters = []
    for key in [key for key in header if key.startswith("param.")]:
        type_name, _, example = header.pop(key).partition(" ")
        name = key.removeprefix("param.")
        if name in RESERVED:
            raise QueryFileError(path, None, f"parameter {name} has a name that addresses need")
        if type_name not in TYPES:
            raise QueryFileError(path, None, f"parameter {name} has an unknown type {type_name!r}")
        if name not in bound:
            raise QueryFileError(path, None, f"parameter {name} has no `VALUES ?{name} {{ … }}` block")
        if not example.strip():
            raise QueryFileError(path, None, f"parameter {name} has no example")
        parameters.append(Parameter(name, type_name, example.strip(), name in optional))
    return tuple(parameters)


def _columns(path: Path, header: dict[str, str], head: frozenset[str]) -> dict[str, Variable]:
    """Give the columns of the answer by variable: those of the header, else the shared ones."""
    columns: dict[str, Variable] = {}
    for key in [key for key in header if key.startswith("column.")]:
        name = key.removeprefix("column.")
        if name not in head:
            raise QueryFileError(path, None, f"{key} names a variable that the answer does not have")
        try:
            columns[name] = read_column(header.pop(key))
        except ValueError as error:
            raise QueryFileError(path, None, f"{key}: {error}") from None
    for name in sorted(head):
        shared, own = variable(name), columns.get(name)
        if own is None and shared is not None:
            columns[name] = shared
        elif own is not None and not own.heading["fr"] and shared is not None:
            columns[name] = Variable(own.type, shared.heading)
    return columns


def _chart(path: Path, words: list[str], variables: frozenset[str]) -> Chart | None:
    if not words:
        return None
    total = words[-1] == "sum"
    words = words[:-1] if total else words
    if words[0] not in CHARTS or len(words) not in (3, 4):
        raise QueryFileError(path, None, f"a chart is `{'|'.join(CHARTS)} category value [series] [sum]`")
    if absent := [name for name in words[1:] if name not in variables]:
        raise QueryFileError(path, None, f"the chart names ?{absent[0]}, which the answer does not have")
    kind, category, value, series = [*words, ""][:4]
    return Chart(kind, category, value, series, total)


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


def _end_of_block(tokens: Iterator[re.Match[str]], path: Path, name: str) -> int:
    """Return where a block of data ends, the tokens in it being read."""
    for token in tokens:
        if token["close"]:
            return token.start()
    raise QueryFileError(path, None, f"the VALUES block of ?{name} is not closed")


def _head(text: str) -> frozenset[str]:
    """Return the variables before the pattern of a query; of those in brackets, which expressions read, the names they give."""
    head: set[str] = set()
    inside, alias = 0, False
    for token in _TOKEN.finditer(text):
        if token["variable"] and (alias or not inside):
            head.add(token["variable"][1:])
        elif (token["other"] or "").strip():
            inside += {"(": 1, ")": -1}.get(token["other"], 0)
            alias = token["other"].upper() == "AS"
    return frozenset(head)


def _scan(path: Path, text: str) -> _Layout:
    """Find the blocks `VALUES ?x { … }`, the form of the query, and where its own pattern begins."""
    blocks: list[tuple[str, int, int]] = []
    form, depth, body = "", 0, -1
    tokens = _TOKEN.finditer(text)
    for token in tokens:
        if token["values"]:
            blocks.append((token["name"], token.end(), _end_of_block(tokens, path, token["name"])))
        elif token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["form"]:
            form = form or token["form"].upper()
        elif token["where"] and depth == 0 and body < 0:
            body = token.start()
    if not form:
        raise QueryFileError(path, None, "it holds no SELECT, CONSTRUCT or ASK")
    if body < 0:
        raise QueryFileError(path, None, "its pattern does not begin with WHERE")
    return _Layout(tuple(blocks), form, body, _head(text[:body]))
