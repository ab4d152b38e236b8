"""What a source is: its `source.toml`, read and checked into a small model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .declaration import Declaration, SourceError, nearest

#: The folder of the sources that the package ships.
SOURCES = Path(__file__).parent / "sources"

FORMATS = ("csv", "json", "geojson", "xlsx", "xls", "parquet")
EVIDENCE = ("documented", "declared", "inferred", "simulated", "illustrative")


@dataclass(frozen=True)
class Variant:
    """One header an official file comes with: our names of its columns, the columns known but not read."""

    name: str
    columns: Mapping[str, str]
    optional_columns: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    ignored_patterns: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()


@dataclass(frozen=True)
class Input:
    """One table of a source, and the files it is read from."""

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
    variants: tuple[Variant, ...] = ()


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


@dataclass(frozen=True)
class Locate:
    """A linkage step: from coordinates to the territory that holds them and the nearest official point.

    The coordinates are in two columns, `lat` and `lon`, or in one, `point`, as « latitude, longitude ».
    """

    input: str
    lat: str | None
    lon: str | None
    point: str | None
    polygons: str
    nearest: str
    adds: tuple[str, str]


@dataclass(frozen=True)
class Generalise:
    """A step that makes the outlines of an input lighter, borders kept shared.

    `tolerance` is in degrees; `register` names the table that says which code of today took over from a former one.
    """

    input: str
    tolerance: float
    register: str | None = None


@dataclass(frozen=True)
class Source:
    """A source of the graph: what it is, the tables it is read into, and the rules its rows obey."""

    name: str
    folder: Path
    title: Mapping[str, str]
    publisher: str
    licence: str
    homepage: str = ""
    download: str = ""
    date: str = ""
    frequency: str = ""
    evidence: str = "documented"
    mapping: str = "exchange"
    requires: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    max_rejected: int = 0
    parameters: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    checks: tuple[Check, ...] = ()
    locate: tuple[Locate, ...] = ()
    generalise: tuple[Generalise, ...] = ()

    @classmethod
    def named(cls, name: str) -> Source:
        """Return the source of the package with this name.

        Raises:
            SourceError: no source has it; the sentence gives the nearest name.

        >>> Source.named("exchange").mapping
        'exchange'
        """
        path = SOURCES / name / "source.toml"
        known = sorted(file.parent.name for file in SOURCES.glob("*/source.toml"))
        if name not in known:
            raise SourceError(f"La source « {name} » n'existe pas{nearest(name, known)}.")
        return cls.read(path)

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a `source.toml`; a wrong or unknown key is a `SourceError` that names the file and the key."""
        return read_description(path)

    def input(self, table: str) -> Input:
        """Return the input that is read into a table; raise `KeyError` when there is none."""
        for candidate in self.inputs:
            if candidate.table == table:
                return candidate
        raise KeyError(table)

    @property
    def tidy_sql(self) -> Path | None:
        """The `tidy.sql` of the source, or None when its raw tables already have the layout."""
        path = self.folder / "tidy.sql"
        return path if path.is_file() else None


def all_sources() -> dict[str, Source]:
    """Return every source of the package by name.

    >>> "exchange" in all_sources()
    True
    """
    return {path.parent.name: Source.read(path) for path in sorted(SOURCES.glob("*/source.toml"))}


# --- Reading --------------------------------------------------------------------------------------


def read_description(path: Path) -> Source:
    """Read and check a `source.toml`."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceError(f"La description de source {path} n'existe pas.", file=path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            f"{path.parent.name}/{path.name} n'est pas du TOML : {error}.", file=path
        ) from error
    top = Declaration(data, path)
    title = top.take("title", dict, "une table fr, en")
    if not isinstance(title.get("fr"), str):
        raise top.error("title.fr", "elle manque (un texte)")
    parameters = top.take("parameters", dict, "une table", {})
    for key, value in parameters.items():
        if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", key):
            raise top.error(f"parameters.{key}", "un nom en minuscules et un texte sont attendus")
    source = Source(
        name=top.text("name"),
        folder=path.parent,
        title=title,
        publisher=top.text("publisher"),
        licence=top.text("licence"),
        homepage=top.text("homepage", ""),
        download=top.text("download", ""),
        date=top.text("date", ""),
        frequency=top.text("frequency", ""),
        evidence=top.choice("evidence", EVIDENCE, "documented"),
        mapping=top.text("mapping", "exchange"),
        requires=top.texts("requires") or (),
        uses=top.texts("uses") or (),
        max_rejected=top.count("max_rejected", 0),
        parameters=parameters,
        inputs=tuple(_input(table) for table in top.tables("inputs")),
        checks=tuple(_check(table) for table in top.tables("checks")),
        locate=tuple(_locate(table) for table in top.tables("locate")),
        generalise=tuple(_generalise(table) for table in top.tables("generalise")),
    )
    top.close()
    tables = [given.table for given in source.inputs]
    if twice := {name for name in tables if tables.count(name) > 1}:
        raise top.error("inputs", f"deux entrées portent le nom « {twice.pop()} »")
    for rank, check in enumerate(source.checks, 1):
        _known_column(source, top, f"checks[{rank}]", check.input, check.column)
    for rank, step in enumerate(source.locate, 1):
        for column in filter(None, (step.lat, step.lon, step.point)):
            _known_column(source, top, f"locate[{rank}]", step.input, column)
    for rank, lighter in enumerate(source.generalise, 1):
        for column in ("code", "wkt"):
            _known_column(source, top, f"generalise[{rank}]", lighter.input, column)
    return source


def _known_column(source: Source, top: Declaration, where: str, table: str, column: str) -> None:
    try:
        given = source.input(table)
    except KeyError:
        raise top.error(f"{where}.input", f"aucune entrée ne se nomme « {table} »") from None
    names = {name for variant in given.variants for name in (*variant.columns, *variant.optional_columns)}
    if given.variants and column not in names and column != given.file_column:
        raise top.error(
            where, f"l'entrée « {table} » n'a pas de colonne « {column} »{nearest(column, names)}"
        )


def _input(table: Declaration) -> Input:
    given = Input(
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
        variants=tuple(_variant(variant) for variant in table.tables("variants")),
    )
    if not re.fullmatch(r"[a-z][a-z0-9_]*", given.table):
        raise table.error("table", f"« {given.table} » n'est pas un nom de table en minuscules")
    if given.separator is not None and len(given.separator) != 1:
        raise table.error("separator", "un seul caractère est attendu")
    table.close()
    return given


def _variant(table: Declaration) -> Variant:
    variant = Variant(
        name=table.text("name", "official"),
        columns=table.names("columns"),
        optional_columns=table.names("optional_columns"),
        ignored=table.texts("ignored") or (),
        ignored_patterns=_patterns(table, "ignored_patterns"),
        personal=table.texts("personal") or (),
    )
    table.close()
    return variant


def _check(table: Declaration) -> Check:
    pattern = table.text("pattern", None)
    check = Check(
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


def _locate(table: Declaration) -> Locate:
    adds = tuple(part.strip() for part in table.text("adds").split(","))
    if len(adds) != 2 or not all(re.fullmatch(r"_?[a-z][a-z0-9_]*", name) for name in adds):
        raise table.error("adds", "deux noms de colonnes séparés par une virgule sont attendus")
    step = Locate(
        input=table.text("input"),
        lat=table.text("lat", None),
        lon=table.text("lon", None),
        point=table.text("point", None),
        polygons=table.text("polygons"),
        nearest=table.text("nearest"),
        adds=(adds[0], adds[1]),
    )
    table.close()
    if (step.point is None) == (step.lat is None) or (step.lat is None) != (step.lon is None):
        raise table.error("point", "soit « point », soit « lat » et « lon » sont attendus")
    return step


def _generalise(table: Declaration) -> Generalise:
    step = Generalise(
        input=table.text("input"),
        tolerance=float(table.take("tolerance", (int, float), "un nombre")),
        register=table.text("register", None),
    )
    table.close()
    if not 0 < step.tolerance < 1:
        raise table.error("tolerance", "un nombre de degrés entre 0 et 1 est attendu")
    return step


def _patterns(table: Declaration, key: str) -> tuple[str, ...]:
    return tuple(_regex(table, key, pattern) for pattern in table.texts(key) or ())


def _regex(table: Declaration, key: str, pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise table.error(key, f"« {pattern} » n'est pas une expression régulière ({error})") from error
    return pattern
