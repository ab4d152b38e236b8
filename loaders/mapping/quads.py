"""Cells to terms of N-Quads: lexical forms checked, canonical numbers, escapes, all on whole columns.

A `Form` says how the cells of a column enter a term. Rendering is two passes over the columns: the first only
asks, of every column at once, whether any cell is invalid or needs rewriting; the second rewrites the few
columns that do. Most columns of real data pass untouched, so a term costs no more than its place in the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from urllib.parse import quote

import polars as pl

from ...words import EMPTY, N_, SentenceError, Spoken

XSD = "http://www.w3.org/2001/XMLSchema#"

# --- Lexical forms -----------------------------------------------------------------------------------

_UCS = (
    r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
    + "".join(rf"\x{{{plane:X}0000}}-\x{{{plane:X}FFFD}}" for plane in range(1, 14))
    + r"\x{E1000}-\x{EFFFD}"
)
_PRIVATE = r"\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{100000}-\x{10FFFD}"
_UNRESERVED = r"A-Za-z0-9\-._~" + _UCS
_SUB = "!$&'()*+,;="
_PCHAR = rf"(?:[{_UNRESERVED}{_SUB}:@]|%[0-9A-Fa-f]{{2}})"
_NOCOLON = rf"(?:[{_UNRESERVED}{_SUB}@]|%[0-9A-Fa-f]{{2}})"
_HOST = rf"(?:\[[0-9A-Fa-f:.]*\]|(?:[{_UNRESERVED}{_SUB}]|%[0-9A-Fa-f]{{2}})*)"
_USER = rf"(?:(?:[{_UNRESERVED}{_SUB}:]|%[0-9A-Fa-f]{{2}})*@)?"
_TAIL = (
    rf"(?:\?(?:[{_UNRESERVED}{_PRIVATE}{_SUB}:@/?]|%[0-9A-Fa-f]{{2}})*)?"
    rf"(?:#(?:[{_UNRESERVED}{_SUB}:@/?]|%[0-9A-Fa-f]{{2}})*)?"
)
_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*:"
_ABSOLUTE = (
    rf"{_SCHEME}(?://{_USER}{_HOST}(?::[0-9]*)?(?:/{_PCHAR}*)*|/?(?:{_PCHAR}+(?:/{_PCHAR}*)*)?){_TAIL}"
)
_RELATIVE = rf"{_NOCOLON}*(?:/{_PCHAR}*)*{_TAIL}"

_TZ = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_DAY = (
    r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-9]))"
)
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_INTEGER = r"[+-]?[0-9]+"
_CANONICAL_INTEGER = r"^(?:0|-?[1-9][0-9]*)$"
_CANONICAL_DECIMAL = r"^(?:0|-?(?:[1-9][0-9]*|(?:[1-9][0-9]*|0)\.[0-9]*[1-9]))$"

#: Datatypes whose lexical forms are checked: regular expression, and what a cell should be.
LEXICAL: dict[str, tuple[str, Spoken]] = {
    "integer": (_INTEGER, N_("un entier")),
    "int": (_INTEGER, N_("un entier")),
    "long": (_INTEGER, N_("un entier")),
    "short": (_INTEGER, N_("un entier")),
    "byte": (_INTEGER, N_("un entier")),
    "nonNegativeInteger": (r"\+?[0-9]+|-0+", N_("un entier positif ou nul")),
    "unsignedInt": (r"\+?[0-9]+", N_("un entier positif ou nul")),
    "unsignedLong": (r"\+?[0-9]+", N_("un entier positif ou nul")),
    "positiveInteger": (r"\+?0*[1-9][0-9]*", N_("un entier positif")),
    "nonPositiveInteger": (r"-[0-9]+|\+?0+", N_("un entier négatif ou nul")),
    "negativeInteger": (r"-0*[1-9][0-9]*", N_("un entier négatif")),
    "decimal": (_DECIMAL, N_("un nombre décimal, avec un point")),
    "double": (rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN", N_("un nombre")),
    "float": (rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN", N_("un nombre")),
    "boolean": (r"true|false|0|1", N_("true ou false")),
    "date": (_DAY + _TZ, N_("une date AAAA-MM-JJ")),
    "dateTime": (f"{_DAY}T{_TIME}{_TZ}", N_("une date et une heure AAAA-MM-JJThh:mm:ss")),
    "time": (_TIME + _TZ, N_("une heure hh:mm:ss")),
    "gYear": (r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})" + _TZ, N_("une année à quatre chiffres")),
    "gYearMonth": (r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})-(?:0[1-9]|1[0-2])" + _TZ, N_("un mois AAAA-MM")),
    "anyURI": (f"{_ABSOLUTE}|{_RELATIVE}", N_("une adresse (IRI)")),
}
_INTEGERS = {name for name in LEXICAL if name.lower().endswith(("integer", "int", "long", "short", "byte"))}


@dataclass(frozen=True)
class Form:
    """How the cells of a column enter a term.

    Attributes:
        name: the name of the form, a key for caches.
        expected: what a cell should be, for the sentence about an invalid one.
        invalid: cells that cannot be written, or None when all can.
        unusual: cells that are not written as they are, or None when all are.
        rewrite: the written form of any cell, right for usual ones too.
    """

    name: str
    expected: Spoken = EMPTY
    invalid: Callable[[pl.Expr], pl.Expr] | None = None
    unusual: Callable[[pl.Expr], pl.Expr] | None = None
    rewrite: Callable[[pl.Expr], pl.Expr] | None = None


def _not_matching(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda cells: ~cells.str.contains(f"^(?:{pattern})$")


def _matching(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda cells: cells.str.contains(pattern)


_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"))


def _escape(cells: pl.Expr) -> pl.Expr:
    for sign, escaped in _ESCAPES:
        cells = cells.str.replace_all(sign, escaped, literal=True)
    return cells


_TO_ENCODE = [chr(code) for code in range(128) if not re.fullmatch(r"[A-Za-z0-9\-._~]", chr(code))]
_ENCODED = [f"%{ord(sign):02X}" for sign in _TO_ENCODE]


def _encode(cells: pl.Expr) -> pl.Expr:
    encoded = cells.str.replace_many(_TO_ENCODE, _ENCODED)
    exotic = encoded.str.contains(rf"[^%{_UNRESERVED}]")
    return (
        pl.when(exotic).then(encoded.map_batches(_encode_exotic, return_dtype=pl.String)).otherwise(encoded)
    )


def _encode_exotic(cells: pl.Series) -> pl.Series:
    """Encode the few signs beyond ASCII that an IRI may not hold (controls, private use, non-characters)."""
    wrong = cells.unique().drop_nulls()
    wrong = wrong.filter(wrong.str.contains(rf"[^%{_UNRESERVED}]"))
    allowed = re.compile(
        "[%" + re.sub(r"\\x\{([0-9A-F]+)\}", lambda m: rf"\U{int(m[1], 16):08X}", _UNRESERVED) + "]"
    )
    texts = [
        "".join(sign if allowed.match(sign) else quote(sign) for sign in text) for text in wrong.to_list()
    ]
    return cells.replace(wrong, pl.Series(texts, dtype=pl.String))


def _encode_all(cells: pl.Series) -> pl.Series:
    known = cells.unique().drop_nulls()
    return cells.replace(
        known, pl.Series([quote(text, safe="") for text in known.to_list()], dtype=pl.String)
    )


def _canonical_integer(cells: pl.Expr) -> pl.Expr:
    digits = cells.str.extract(r"^[+-]?0*([0-9]*)$")
    sign = pl.when(cells.str.starts_with("-") & (digits != "")).then(pl.lit("-")).otherwise(pl.lit(""))
    return sign + pl.when(digits == "").then(pl.lit("0")).otherwise(digits)


def _canonical_decimal(cells: pl.Expr) -> pl.Expr:
    whole = cells.str.extract(r"^[+-]?0*([0-9]*)")
    part = cells.str.extract(r"\.([0-9]*?)0*$").fill_null("")
    number = pl.when(whole == "").then(pl.lit("0")).otherwise(whole) + pl.when(part == "").then(
        pl.lit("")
    ).otherwise(pl.lit(".") + part)
    sign = pl.when(cells.str.starts_with("-") & (number != "0")).then(pl.lit("-")).otherwise(pl.lit(""))
    return sign + number


def _no_such_day(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    def invalid(cells: pl.Expr) -> pl.Expr:
        year = cells.str.extract(r"^-?([0-9]+)-02-29").cast(pl.Int64, strict=False)
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        return ~cells.str.contains(f"^(?:{pattern})$") | (year.is_not_null() & ~leap)

    return invalid


def _blank(cells: pl.Expr) -> pl.Expr:
    return cells.map_batches(_blank_labels, return_dtype=pl.String)


def _blank_labels(cells: pl.Series) -> pl.Series:
    known = cells.unique().drop_nulls()
    labels = [
        "".join(
            sign if sign.isascii() and sign.isalnum() and sign != "Z" else f"Z{ord(sign):X}Z" for sign in text
        )
        for text in known.to_list()
    ]
    return cells.replace(known, pl.Series(labels, dtype=pl.String))


#: A plain literal, or one whose datatype is not checked.
LITERAL = Form("literal", N_("un texte"), unusual=_matching(r'["\\\n\r]'), rewrite=_escape)
#: A value inside the template of an IRI: percent-encoded but for unreserved signs, some beyond ASCII.
ENCODED = Form("encoded", unusual=_matching(rf"[^{_UNRESERVED}]"), rewrite=_encode)
#: The same where an IRI is to be a URI, in ASCII alone.
ENCODED_URI = Form(
    "encoded-uri",
    unusual=_matching(r"[^A-Za-z0-9\-._~]"),
    rewrite=lambda cells: cells.map_batches(_encode_all, return_dtype=pl.String),
)
#: A value inside the template of an IRI that is written as it is.
RAW = Form("raw", N_("un morceau d'IRI"), invalid=_matching(r"[\x00-\x20<>\"{}|^`\\]"))
#: A literal whole, quotes and datatype included, as JSON is read for literals that keep the type of their value.
NATIVE = Form("native")
#: A value that is an IRI, absolute or relative to the base; `split_base` makes it absolute.
REFERENCE = Form("iri", N_("une IRI"), invalid=_not_matching(f"{_ABSOLUTE}|{_RELATIVE}"))
#: A language tag.
LANGUAGE = Form(
    "language",
    N_("une étiquette de langue"),
    invalid=_not_matching(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*|[iIxX](?:-[A-Za-z0-9]{1,8})+"),
)
#: A value inside the label of a blank node.
BLANK = Form("blank", unusual=_matching(r"[^A-Ya-z0-9]"), rewrite=_blank)


def datatype_form(datatype: str) -> Form:
    """Return the form of literals of a datatype: checked for the datatypes of XSD, numbers canonical.

    >>> datatype_form(XSD + "gYear").expected["fr"]
    'une année à quatre chiffres'
    """
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    if name not in LEXICAL:
        return LITERAL
    pattern, expected = LEXICAL[name]
    invalid = _no_such_day(pattern) if name in ("date", "dateTime") else _not_matching(pattern)
    if name == "decimal":
        return Form(
            name, expected, invalid, lambda cells: ~cells.str.contains(_CANONICAL_DECIMAL), _canonical_decimal
        )
    if name in _INTEGERS:
        return Form(
            name, expected, invalid, lambda cells: ~cells.str.contains(_CANONICAL_INTEGER), _canonical_integer
        )
    return Form(name, expected, invalid)


def is_absolute(cells: pl.Expr) -> pl.Expr:
    """Say which cells are absolute IRIs: they begin with a scheme."""
    return cells.str.contains(f"^{_SCHEME}")


# --- One value ---------------------------------------------------------------------------------------


class WrongTerm(SentenceError, ValueError):  # noqa: N818
    """A value of a mapping that has not the form it should have."""

    code = "wrong-term"


@cache
def write_value(form: Form, value: str) -> str:
    r"""Return the written form of one value.

    Raises:
        WrongTerm: the value has no such form.

    >>> write_value(datatype_form(XSD + "decimal"), "+007.50"), write_value(LITERAL, 'dit « "oui" »')
    ('7.5', 'dit « \\"oui\\" »')
    """
    cells = pl.DataFrame({"x": [value]})
    if form.invalid is not None and cells.select(form.invalid(pl.col("x"))).item():
        raise WrongTerm(N_("« {value} » n'est pas {expected}", value=value, expected=form.expected))
    return str(cells.select(form.rewrite(pl.col("x"))).item()) if form.rewrite is not None else value


def native(value: str, datatype: str = "") -> str:
    r"""Return a literal whole, of a datatype of XSD by its local name; a text that is empty gives an empty text, no literal.

    >>> native("7", "integer"), native('"')
    ('"7"^^<http://www.w3.org/2001/XMLSchema#integer>', '"\\""')
    """
    if not value:
        return ""
    for sign, escaped in _ESCAPES:
        value = value.replace(sign, escaped)
    return f'"{value}"^^<{XSD}{datatype}>' if datatype else f'"{value}"'


def is_iri(text: str) -> bool:
    """Say whether a text is an absolute IRI.

    >>> is_iri("https://w3id.org/ancrage/graph/insee-clap"), is_iri("insee-clap"), is_iri("http://a b")
    (True, False, False)
    """
    return bool(pl.select(pl.lit(text).str.contains(f"^(?:{_ABSOLUTE})$")).item())


def text_columns(frame: pl.DataFrame, columns: Sequence[str]) -> list[pl.Expr]:
    """Return the expressions that make columns text: empty cells null, whole floats without « .0 »."""
    return [_text(pl.col(name), frame.schema[name]).alias(name) for name in columns]


def native_column(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Return the cells of a column as whole literals, with the datatype that numbers and booleans of a table have.

    >>> frame = pl.DataFrame({"n": [7, None], "t": ['"', ""]})
    >>> frame.select(native_column(frame, "n"), native_column(frame, "t")).rows()[1]
    (None, None)
    """
    dtype = frame.schema[column]
    name = "integer" if dtype.is_integer() else "double" if dtype.is_float() else ""
    name = "boolean" if dtype == pl.Boolean else "decimal" if dtype.is_decimal() else name
    cells = pl.format('"{}"', _escape(_text(pl.col(column), dtype)))
    return cells + f"^^<{XSD}{name}>" if name else cells


def _text(cells: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        return pl.when(cells != "").then(cells)
    if isinstance(dtype, pl.List | pl.Array):
        items = cells.cast(pl.List(dtype.inner)) if isinstance(dtype, pl.Array) else cells
        return items.list.eval(_text(pl.element(), pl.List(dtype.inner).inner))  # type: ignore[arg-type]
    if dtype.is_float():
        text = cells.cast(pl.String).str.strip_suffix(".0")
        return (
            pl.when(text.str.contains("[eE]"))
            .then(text.map_batches(_plain, return_dtype=pl.String))
            .otherwise(text)
        )
    if isinstance(dtype, pl.Datetime):
        return cells.dt.strftime("%Y-%m-%dT%H:%M:%S%.f")
    return cells.cast(pl.String)


def _plain(cells: pl.Series) -> pl.Series:
    """Write numbers without an exponent."""
    known = cells.unique().drop_nulls()
    known = known.filter(known.str.contains("[0-9][eE]"))
    texts = [format(Decimal(text), "f") for text in known.to_list()]
    return cells.replace(known, pl.Series(texts, dtype=pl.String))
