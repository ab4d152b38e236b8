"""What a source is: its `source.toml`, read and checked into a small model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .declaration import Declaration, SourceError, nearest
from .source_parts import Check, Generalise, Input, Locate

#: The folder of the sources that the package ships.
SOURCES = Path(__file__).parent / "sources"

EVIDENCE = ("documented", "declared", "inferred", "simulated", "illustrative")


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
        inputs=tuple(Input.read(table) for table in top.tables("inputs")),
        checks=tuple(Check.read(table) for table in top.tables("checks")),
        locate=tuple(Locate.read(table) for table in top.tables("locate")),
        generalise=tuple(Generalise.read(table) for table in top.tables("generalise")),
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
