"""The parts of a `source.toml`: inputs with their variants, checks, places looked up, outlines made lighter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .declaration import Declaration, nearest

FORMATS = ("csv", "json", "geojson", "xlsx", "xls", "parquet")


@dataclass(frozen=True)
class Variant:
    """One header an official file comes with: our names of its columns, the columns known but not read.

    `why` says what a column is needed for, where the name alone does not; a file without it is refused with that. A column
    that is left, by name or by pattern, says why: what tells the kind, the state or the level of a row
    must be read.
    """

    name: str
    columns: Mapping[str, str]
    optional_columns: Mapping[str, str] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    ignored: Mapping[str, str] = field(default_factory=dict)
    ignored_patterns: Mapping[str, str] = field(default_factory=dict)
    personal: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Declaration) -> Variant:
        """Read a variant; raises SourceError, which names the file and the key."""
        variant = cls(
            name=table.text("name", "official"),
            columns=table.names("columns"),
            optional_columns=table.names("optional_columns"),
            why=table.reasons("why"),
            ignored=table.reasons("ignored"),
            ignored_patterns=_patterns(table, "ignored_patterns"),
            personal=table.texts("personal") or (),
        )
        for name in variant.why:
            if name not in variant.columns:
                raise table.error(f"why.{name}", f"la colonne n'est pas lue{nearest(name, variant.columns)}")
        table.close()
        return variant


@dataclass(frozen=True)
class Input:
    """One table of a source, and the files it is read from; `places` are its columns of names of places."""

    table: str
    files: tuple[str, ...] = ()
    format: str = "csv"
    separator: str | None = None
    encodings: tuple[str, ...] = ("utf-8",)
    optional: bool = False
    multiple: bool = False
    minimum_rows: int = 0
    items: str | None = None
    sheet: str | None = None
    header_row: int = 1
    file_column: str | None = None
    places: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()

    @classmethod
    def read(cls, table: Declaration) -> Input:
        """Read an input; raises SourceError, which names the file and the key."""
        given = cls(
            table=table.text("table"),
            files=table.texts("files") or (),
            format=table.choice("format", FORMATS, "csv"),
            separator=table.text("separator", None),
            encodings=table.texts("encodings") or ("utf-8",),
            optional=table.flag("optional"),
            multiple=table.flag("multiple"),
            minimum_rows=table.count("minimum_rows", 0),
            items=table.text("items", None),
            sheet=table.text("sheet", None),
            header_row=table.count("header_row", 1),
            file_column=table.text("file_column", None),
            places=table.texts("places") or (),
            variants=tuple(Variant.read(variant) for variant in table.tables("variants")),
        )
        if not re.fullmatch(r"[a-z][a-z0-9_]*", given.table):
            raise table.error("table", f"« {given.table} » n'est pas un nom de table en minuscules")
        if given.separator is not None and len(given.separator) != 1:
            raise table.error("separator", "un seul caractère est attendu")
        table.close()
        return given


@dataclass(frozen=True)
class Check:
    """A rule on one raw column; a row that breaks it is rejected."""

    input: str
    column: str
    pattern: str | None = None
    required: bool = False
    unique: bool = False
    number: bool = False
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] | None = None
    listed_in: str | None = None
    message: str | None = None

    @classmethod
    def read(cls, table: Declaration) -> Check:
        """Read a check; raises SourceError, which names the file and the key."""
        pattern = table.text("pattern", None)
        check = cls(
            input=table.text("input"),
            column=table.text("column"),
            pattern=None if pattern is None else _regex(table, "pattern", pattern),
            required=table.flag("required"),
            unique=table.flag("unique"),
            number=table.flag("number"),
            minimum=table.take("minimum", (int, float), "un nombre", None),
            maximum=table.take("maximum", (int, float), "un nombre", None),
            values=table.texts("values", None),
            listed_in=table.text("in", None),
            message=table.text("message", None),
        )
        table.close()
        if check.listed_in is not None and not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", check.listed_in):
            raise table.error("in", "« table.colonne » est attendu")
        return check


@dataclass(frozen=True)
class Locate:
    """A linkage step: from coordinates to the EPCI and the commune that hold them, or to the nearest known point.

    The coordinates are in two columns, `lat` and `lon`, or in one, `point`, as « latitude, longitude ». The columns
    added are the EPCI, the commune, and what told the commune. `addresses` are points whose commune is known.
    """

    input: str
    lat: str | None
    lon: str | None
    point: str | None
    polygons: str
    nearest: str
    adds: tuple[str, str, str]
    addresses: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Declaration) -> Locate:
        """Read a step of linkage; raises SourceError, which names the file and the key."""
        adds = tuple(part.strip() for part in table.text("adds").split(","))
        if len(adds) != 3 or not all(re.fullmatch(r"_?[a-z][a-z0-9_]*", name) for name in adds):
            raise table.error("adds", "trois noms de colonnes séparés par des virgules sont attendus")
        step = cls(
            input=table.text("input"),
            lat=table.text("lat", None),
            lon=table.text("lon", None),
            point=table.text("point", None),
            polygons=table.text("polygons"),
            nearest=table.text("nearest"),
            adds=(adds[0], adds[1], adds[2]),
            addresses=table.texts("addresses") or (),
        )
        table.close()
        if (step.point is None) == (step.lat is None) or (step.lat is None) != (step.lon is None):
            raise table.error("point", "soit « point », soit « lat » et « lon » sont attendus")
        return step


@dataclass(frozen=True)
class Generalise:
    """A step that makes the outlines of an input lighter, borders kept shared.

    `tolerance` is in degrees; `register` names the table that says which code of today took over from a former one.
    """

    input: str
    tolerance: float
    register: str | None = None

    @classmethod
    def read(cls, table: Declaration) -> Generalise:
        """Read a step of generalisation; raises SourceError, which names the file and the key."""
        step = cls(
            input=table.text("input"),
            tolerance=float(table.take("tolerance", (int, float), "un nombre")),
            register=table.text("register", None),
        )
        table.close()
        if not 0 < step.tolerance < 1:
            raise table.error("tolerance", "un nombre de degrés entre 0 et 1 est attendu")
        return step


def _patterns(table: Declaration, key: str) -> dict[str, str]:
    return {_regex(table, key, pattern): reason for pattern, reason in table.reasons(key).items()}


def _regex(table: Declaration, key: str, pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise table.error(key, f"« {pattern} » n'est pas une expression régulière ({error})") from error
    return pattern
