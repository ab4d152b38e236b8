"""The parts of a `source.toml`: inputs with their variants, checks, places looked up, outlines made lighter."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass

from ...graph.declarations import (
    STRICT,
    Count,
    Flag,
    Number,
    Pattern,
    Text,
    Texts,
    is_a,
    nearest,
    one_of,
    wrong,
)
from ...words import N_

FORMATS = ("csv", "json", "geojson", "xlsx", "xls", "parquet", "icalendar")


def _reason(value: str) -> str:
    if len(value.split()) < 2:
        raise wrong(N_("la raison de laisser cette colonne est attendue"))
    return value


def _table_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise wrong(N_("« {value} » n'est pas un nom de table en minuscules", value=value))
    return value


def _listed(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", value):
        raise wrong(N_("« table.colonne » est attendu"))
    return value


def _three_columns(value: Any) -> Any:
    names = tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value
    if len(names) != 3 or not all(re.fullmatch(r"_?[a-z][a-z0-9_]*", name) for name in names):
        raise wrong(N_("trois noms de colonnes séparés par des virgules sont attendus"))
    return names


_Columns = Annotated[dict[str, Text], is_a(N_("une table « notre nom = nom officiel »"))]
_Reasons = Annotated[
    dict[str, Annotated[str, AfterValidator(_reason)]], is_a(N_("une table « colonne = raison »"))
]
_Patterns = Annotated[
    dict[Pattern, Annotated[str, AfterValidator(_reason)]], is_a(N_("une table « colonne = raison »"))
]
_Listed = Annotated[Text, AfterValidator(_listed)]
_Sign = Annotated[str, Field(min_length=1, max_length=1), is_a(N_("un seul caractère"))]
_Degrees = Annotated[float, Field(strict=True, gt=0, lt=1), is_a(N_("un nombre de degrés entre 0 et 1"))]


@dataclass(frozen=True, config=STRICT)
class Variant:
    """One header an official file comes with: our names of its columns, the columns known but not read.

    `why` says what a column is needed for, where the name alone does not; a file without it is refused with that. A column
    that is left, by name or by pattern, says why: what tells the kind, the state or the level of a row
    must be read.
    """

    name: Text = "official"
    columns: _Columns = field(default_factory=dict)
    optional_columns: _Columns = field(default_factory=dict)
    why: _Reasons = field(default_factory=dict)
    ignored: _Reasons = field(default_factory=dict)
    ignored_patterns: _Patterns = field(default_factory=dict)
    personal: Texts = ()

    @model_validator(mode="after")
    def _asked(self) -> Variant:
        for name in self.why:
            if name not in self.columns:
                near = nearest(name, self.columns)
                raise wrong(N_("« why.{name} » : la colonne n'est pas lue{near}", name=name, near=near))
        return self


@dataclass(frozen=True, config=STRICT)
class Input:
    """One table of a source, and the files it is read from; `places` are its columns of names of places.

    `titles` are columns of sentences in which a person may be named anywhere (« rencontre avec Jeanne Dupont »).
    One that is `streamed` is too large to be held: the source's `sieve.sql` says what is kept of it (CSV or Parquet).
    `download` is the address of its file, where the source has several.
    """

    table: Annotated[Text, AfterValidator(_table_name)]
    files: Texts = ()
    format: one_of(*FORMATS) = "csv"  # type: ignore[valid-type]
    separator: _Sign | None = None
    encodings: Texts = ("utf-8",)
    optional: Flag = False
    multiple: Flag = False
    streamed: Flag = False
    download: str = ""
    minimum_rows: Count = 0
    items: Text | None = None
    sheet: str | None = None  # as the workbook writes it, spaces and all
    header_row: Count = 1
    file_column: Text | None = None
    places: Texts = ()
    titles: Texts = ()
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, config=STRICT)
class Check:
    """A rule on one raw column; a row that breaks it is rejected, or loses only that cell where it `empties`."""

    input: Text
    column: Text
    pattern: Pattern | None = None
    required: Flag = False
    unique: Flag = False
    number: Flag = False
    day: Flag = False
    minimum: Number | None = None
    maximum: Number | None = None
    values: Texts | None = None
    listed_in: Annotated[_Listed | None, Field(alias="in")] = None
    empties: Flag = False
    message: Text | None = None


@dataclass(frozen=True, config=STRICT)
class Locate:
    """A linkage step: from coordinates to the EPCI and the commune that hold them, or to the nearest known point.

    The coordinates are in two columns, `lat` and `lon`, or in one, `point`, as « latitude, longitude ». The columns
    added are the EPCI, the commune, and what told the commune. `addresses` are points whose commune is known.
    """

    input: Text
    polygons: Text
    nearest: Text
    adds: Annotated[tuple[str, str, str], BeforeValidator(_three_columns, json_schema_input_type=str)]
    lat: Text | None = None
    lon: Text | None = None
    point: Text | None = None
    addresses: Texts = ()

    @model_validator(mode="after")
    def _placed(self) -> Locate:
        if (self.point is None) == (self.lat is None) or (self.lat is None) != (self.lon is None):
            raise wrong(N_("soit « point », soit « lat » et « lon » sont attendus"))
        return self


@dataclass(frozen=True, config=STRICT)
class Generalise:
    """A step that makes the outlines of an input lighter, borders kept shared.

    `tolerance` is in degrees; `register` names the table that says which code of today took over from a former one.
    """

    input: Text
    tolerance: _Degrees
    register: Text | None = None
