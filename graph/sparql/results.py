"""Solutions as Python values, and their writing for spreadsheets, programs and terminals."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias

from ...words import DECLARED

XSD = "http://www.w3.org/2001/XMLSchema#"


class Iri(str):
    """An IRI."""

    __slots__ = ()


class Blank(str):
    """The label of a blank node, which names nothing outside its answer."""

    __slots__ = ()


class Text(str):
    """A text in a `language` (a lower-case tag).

    >>> Text("Savoie", "fr").language
    'fr'
    """

    language: str

    def __new__(cls, value: str, language: str) -> Text:
        """Make a text in a language."""
        text = super().__new__(cls, value)
        text.language = language.lower()
        return text


Value: TypeAlias = str | int | float | Decimal | bool | date | time | None
"""A cell: Iri, Blank, Text, str, a number, a boolean, a date or time, or None when unbound."""


@dataclass(frozen=True)
class Rows:
    """The solutions of a query: names of `columns`, and `rows` of values in their order.

    >>> rows = Rows.from_json(
    ...     b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"3",'
    ...     b'"datatype":"http://www.w3.org/2001/XMLSchema#integer"}}]}}'
    ... )
    >>> rows.columns, rows.rows
    (['n'], [[3]])
    """

    columns: list[str]
    rows: list[list[Value]]

    @classmethod
    def from_json(cls, body: bytes | str) -> Rows:
        """Read SPARQL 1.1 results in JSON; the answer of an ASK is one row with one column, `boolean`."""
        answer = json.loads(body)
        if "boolean" in answer:
            return cls(["boolean"], [[bool(answer["boolean"])]])
        columns: list[str] = answer["head"].get("vars", [])
        bindings: list[dict[str, dict[str, Any]]] = answer["results"]["bindings"]
        return cls(
            columns,
            [[to_value(row[name]) if name in row else None for name in columns] for row in bindings],
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        """Yield each row as a dictionary by column."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def column(self, name: str) -> list[Value]:
        """Return the values of a column; raises LookupError for a name that is not there."""
        if name not in self.columns:
            raise LookupError(f"no column '{name}' among {', '.join(self.columns)}")
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def in_one_language(self, languages: Sequence[str] = DECLARED) -> Rows:
        """Keep one of the rows that differ only by texts in several languages: the preferred language's.

        >>> rows = Rows(["s", "label"], [[Iri("u:1"), Text("Ain", "en")], [Iri("u:1"), Text("L'Ain", "fr")]])
        >>> rows.in_one_language().rows
        [['u:1', "L'Ain"]]
        """
        best: dict[tuple[Any, ...], tuple[int, list[Value]]] = {}
        for row in self.rows:
            key = tuple(Text if isinstance(value, Text) else (type(value), value) for value in row)
            rank = sum(_rank(value, languages) for value in row if isinstance(value, Text))
            if key not in best or rank < best[key][0]:
                best[key] = (rank, row)
        return Rows(self.columns, [row for _, row in best.values()])

    def labelled(self) -> set[str]:
        """Give the IRIs that another column labels: those of `x` where there is an `xLabel`."""
        pairs = self._label_columns()
        return {str(row[x]) for row in self.rows for x, _ in pairs if isinstance(row[x], Iri)}

    def named(self, name: Callable[[str], str]) -> Rows:
        """Label them by what `name` calls each; where it gives nothing, the label stays.

        >>> Rows(["x", "xLabel"], [[Iri("u:1"), "commerce"], [Iri("u:2"), "santé"]]).named({"u:1": "trade", "u:2": ""}.get).rows
        [['u:1', 'trade'], ['u:2', 'santé']]
        """
        made = [list(row) for row in self.rows]
        for x, label in self._label_columns():
            for row in made:
                if isinstance(row[x], Iri):
                    row[label] = name(str(row[x])) or row[label]
        return Rows(self.columns, made)

    def _label_columns(self) -> list[tuple[int, int]]:
        places = {column: place for place, column in enumerate(self.columns)}
        return [
            (places[x], at)
            for column, at in places.items()
            if (x := column.removesuffix("Label")) != column and x in places
        ]


def _rank(label: str, languages: Sequence[str]) -> int:
    language = label.language if isinstance(label, Text) else ""
    for rank, wanted in enumerate(languages):
        if language == wanted or language.startswith(wanted + "-"):
            return rank
    return len(languages) + (language != "")


def to_value(term: dict[str, Any]) -> Value:
    """Return the Python value of a term of SPARQL JSON; a literal that is not of its datatype stays a str.

    >>> to_value({"type": "literal", "value": "2014", "datatype": XSD + "gYear"})
    2014
    """
    kind = term["type"]
    if kind == "triple":
        parts = (term["value"][name]["value"] for name in ("subject", "predicate", "object"))
        return f"<<( {' '.join(parts)} )>>"
    text: str = term["value"]
    if kind == "uri":
        return Iri(text)
    if kind == "bnode":
        return Blank(text)
    if language := term.get("xml:lang"):
        return Text(text, language)
    datatype = term.get("datatype", "")
    if read := _READERS.get(datatype.removeprefix(XSD)) if datatype.startswith(XSD) else None:
        try:
            return read(text)
        except (ValueError, ArithmeticError, KeyError):
            return text
    return text


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text]


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def _decimal(text: str) -> Decimal:
    """Read a decimal as XML Schema writes it: no exponent, whose written form could fill the memory, no NaN."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


_INTEGERS = (
    "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
    "unsignedLong unsignedInt unsignedShort unsignedByte gYear"
)
_READERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(_INTEGERS.split(), int),
    "decimal": _decimal,
    "double": float,
    "float": float,
    "boolean": _boolean,
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


def to_csv(rows: Rows, *, french: bool = False) -> bytes:
    r"""Write rows as CSV (RFC 4180: commas, CRLF, UTF-8), for tables that people open too; or as French spreadsheets read it.

    `french`: BOM, semicolons, decimal commas. A text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`,
    `@` or their full-width forms, a tabulation or an end of line) gets an apostrophe in front; numbers, even negative, stay
    numbers. Answers of SPARQL are not written here: they keep every value as it is.

    >>> to_csv(Rows(["name", "n"], [["a, b", -1.5], ["=1+1", 2]]))
    b'name,n\r\n"a, b",-1.5\r\n\'=1+1,2\r\n'
    >>> to_csv(Rows(["name", "n"], [["=1+1", -1.5]]), french=True).decode("utf-8-sig")
    "name;n\r\n'=1+1;-1,5\r\n"
    """
    if french:
        return _csv(rows, ";", _harmless, _guarded(_french)).encode("utf-8-sig")
    return _csv(rows, ",", _harmless, _guarded(plain)).encode()


def _french(value: Value) -> str:
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    text = plain(value)
    return text.replace(".", ",") if isinstance(value, float | Decimal) else text


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NEGATIVE = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")


def _guarded(write: Callable[[Value], str]) -> Callable[[Value], str]:
    """Make a way to write values harmless in a spreadsheet; numbers stay as they are."""

    def guarded(value: Value) -> str:
        text = write(value)
        number = isinstance(value, float | int | Decimal) and text != "-INF"
        return text if number else _harmless(text)

    return guarded


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) and not _NEGATIVE.fullmatch(text) else text


def _csv(rows: Rows, separator: str, head: Callable[[str], str], cell: Callable[[Value], str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow([head(name) for name in rows.columns])
    writer.writerows([cell(value) for value in row] for row in rows.rows)
    return out.getvalue()


def plain(value: Value) -> str:
    """Return a value as text: nothing for None, true and false, ISO dates, decimals without exponent.

    >>> plain(Decimal("1E+3")), plain(True), plain(None), plain(float("-inf"))
    ('1000', 'true', '', '-INF')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"  # as XML Schema writes them
    return str(value)


def to_json(rows: Rows) -> bytes:
    """Write rows as a JSON list of objects; unbound values are null, dates are ISO texts.

    >>> to_json(Rows(["a", "b"], [[Decimal("1.5"), None]]))
    b'[{"a": 1.5, "b": null}]'
    """

    def cell(value: Value) -> Any:
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return value.isoformat() if isinstance(value, date | time) else value

    return json.dumps(
        [{name: cell(value) for name, value in row.items()} for row in rows], ensure_ascii=False
    ).encode()
