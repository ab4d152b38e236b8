"""Reading `.rq` files: plain SPARQL under `#+ key: value` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ..words import DECLARED, N_, SOURCE, AncrageError, Named, Spoken
from .columns import BadColumn, Variable, read_column, variable
from .parameters import TYPES, Parameter
from .query import Chart, Query

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


class QueryFileError(AncrageError, ValueError):
    """A `.rq` file that breaks the layout; `file`, `line` (None: the whole file) and `reason` say where and why."""

    code = "query-file"
    said_in = "en"

    def __init__(self, file: Path, line: int | None, reason: Spoken) -> None:
        super().__init__(file, line, reason)
        self.file, self.line, self.reason = file, line, reason

    @property
    def message(self) -> Spoken:
        """What is said: the file, the line and the reason."""
        if self.line is None:
            return N_("{file} : {reason}.", file=self.file.name, reason=self.reason)
        return N_("{file}, ligne {line} : {reason}.", file=self.file.name, line=self.line, reason=self.reason)


class _Header(dict[str, str]):
    """What a header says, by key; `lines` keeps the line of each."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.lines = path, dict[str, int]()

    def refuse(self, key: str, reason: Spoken) -> QueryFileError:
        return QueryFileError(self.path, self.lines.get(key), reason)


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
        raise QueryFileError(
            path, None, N_("« {name} » n'est pas un nom en minuscules, chiffres et tirets", name=path.stem)
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise QueryFileError(path, line, N_("ce n'est pas un texte en UTF-8")) from None
    header = _read_header(path, text)
    layout = _scan(path, text)
    parameters = _parameters(header, {block[0] for block in layout.blocks})
    texts = {}
    for key in ("title", "summary"):
        texts[key] = {language: header.pop(f"{key}.{language}", "") for language in DECLARED}
        for language, value in texts[key].items():
            if not value:
                raise header.refuse(f"{key}.{language}", N_("il manque « {key} »", key=f"{key}.{language}"))
    chart = _chart(header, layout.head)
    columns = _columns(header, layout.head) if layout.form == "SELECT" else {}
    graphs = tuple(header.pop("graphs", "base").split("+"))
    if set(graphs) - set(GRAPHS):
        raise header.refuse(
            "graphs",
            N_("« graphs » demande {known}, et non {given}", known=", ".join(GRAPHS), given="+".join(graphs)),
        )
    tags = _words(header.pop("tags", ""))
    if header:
        raise header.refuse(min(header), N_("l'en-tête « {names} » n'existe pas", names=", ".join(header)))
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


def _parameters(header: _Header, bound: set[str]) -> tuple[Parameter, ...]:
    optional = _words(header.pop("optional", ""))
    parameters = []
    for key in [key for key in header if key.startswith("param.")]:
        type_name, _, example = header.pop(key).partition(" ")
        name = key.removeprefix("param.")
        if name in RESERVED:
            raise header.refuse(
                key, N_("le paramètre « {name} » porte un nom dont les adresses ont besoin", name=name)
            )
        if type_name not in TYPES:
            raise header.refuse(
                key,
                N_("le paramètre « {name} » a un type inconnu, « {type} »", name=name, type=type_name),
            )
        if name not in bound:
            raise header.refuse(
                key,
                N_("le paramètre « {name} » n'a pas de bloc « VALUES ?{name} »", name=name),
            )
        if not example.strip():
            raise header.refuse(key, N_("le paramètre « {name} » n'a pas d'exemple", name=name))
        parameters.append(Parameter(name, type_name, example.strip(), name in optional))
    return tuple(parameters)


def _columns(header: _Header, head: frozenset[str]) -> dict[str, Variable]:
    """Give the columns of the answer by variable: those of the header, else the shared ones."""
    columns: dict[str, Variable] = {}
    for key in [key for key in header if key.startswith("column.")]:
        name = key.removeprefix("column.")
        if name not in head:
            raise header.refuse(key, N_("« {key} » nomme une variable que la réponse n'a pas", key=key))
        try:
            columns[name] = read_column(header.pop(key))
        except BadColumn as error:
            raise header.refuse(key, N_("« {key} » : {reason}", key=key, reason=error.reason)) from None
    for name in sorted(head):
        shared, own = variable(name), columns.get(name)
        if own is None and shared is not None:
            columns[name] = shared
        elif own is not None and not own.heading["fr"] and shared is not None:
            columns[name] = Variable(own.type, shared.heading)
    return columns


def _chart(header: _Header, variables: frozenset[str]) -> Chart | None:
    words = header.pop("chart", "").split()
    if not words:
        return None
    total = words[-1] == "sum"
    words = words[:-1] if total else words
    if words[0] not in CHARTS or len(words) not in (3, 4):
        raise header.refuse(
            "chart",
            N_("un graphique s'écrit « {form} »", form=f"{'|'.join(CHARTS)} category value [series] [sum]"),
        )
    if absent := [name for name in words[1:] if name not in variables]:
        raise header.refuse("chart", N_("le graphique nomme ?{name}, que la réponse n'a pas", name=absent[0]))
    kind, category, value, series = [*words, ""][:4]
    return Chart(kind, category, value, series, total)


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _read_header(path: Path, text: str) -> _Header:
    header = _Header(path)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        match = _HEADER.fullmatch(line)
        if not match:
            raise QueryFileError(path, number, N_("une ligne d'en-tête s'écrit « #+ clé: valeur »"))
        if match["key"] in header:
            raise QueryFileError(
                path, number, N_("l'en-tête « {name} » est donné deux fois", name=match["key"])
            )
        header[match["key"]], header.lines[match["key"]] = match["value"], number
    return header


def _line(text: str, place: int) -> int:
    """Give the line of a place, from 1."""
    return text.count("\n", 0, place) + 1


def _end_of_block(tokens: Iterator[re.Match[str]], path: Path, name: str, line: int) -> int:
    """Return where a block of data ends, the tokens in it being read."""
    for token in tokens:
        if token["close"]:
            return token.start()
    raise QueryFileError(path, line, N_("le bloc VALUES de ?{name} n'est pas fermé", name=name))


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
    form, begun, depth, body = "", 0, 0, -1
    tokens = _TOKEN.finditer(text)
    for token in tokens:
        if token["values"]:
            end = _end_of_block(tokens, path, token["name"], _line(text, token.start()))
            blocks.append((token["name"], token.end(), end))
        elif token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["form"]:
            form, begun = (form, begun) if form else (token["form"].upper(), token.start())
        elif token["where"] and depth == 0 and body < 0:
            body = token.start()
    if not form:
        raise QueryFileError(path, None, N_("il n'y a ni SELECT, ni CONSTRUCT, ni ASK"))
    if body < 0:
        raise QueryFileError(path, _line(text, begun), N_("le motif ne commence pas par WHERE"))
    return _Layout(tuple(blocks), form, body, _head(text[:body]))
