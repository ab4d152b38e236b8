"""What a source is: its `source.toml`, read and checked into a small model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator
from pydantic.dataclasses import dataclass as model

from ...graph.declarations import (
    FREQUENCIES,
    STRICT,
    Count,
    DeclarationError,
    DeclarationFile,
    Text,
    Texts,
    is_a,
    nearest,
    one_of,
    wrong,
)
from ...graph.extensions import extension_folder, package_folders
from ...words import N_
from .declaration import SourceError
from .declaration import nearest as near_name
from .parts import Check, Generalise, Input, Locate

#: The folder of the sources that the package ships.
SOURCES = Path(__file__).parent
OWN_SOURCES = "sources"
"""Name of the folder of extensions that holds a host's own sources, a folder each."""

EVIDENCE = ("documented", "declared", "inferred", "simulated", "illustrative")


def _title(value: dict[str, str]) -> dict[str, str]:
    if "fr" not in value:
        raise ValueError
    return value


def _parameter(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise wrong(N_("« {value} » n'est pas un nom de paramètre en minuscules", value=value))
    return value


_Title = Annotated[dict[str, Text], AfterValidator(_title), is_a(N_("une table fr, en"))]
_Parameters = Annotated[
    dict[Annotated[str, AfterValidator(_parameter)], str], is_a(N_("une table « nom = texte »"))
]


@model(frozen=True, kw_only=True, config=STRICT)
class SourceFile:
    """What the `source.toml` of a source says: what it is, the tables it is read into, and the rules its rows obey.

    `archives` are the addresses of archives (ZIP) that hold its files. Rows of a `partner` are written by people, in our own
    columns: what they write is put right where it can be, and may shrink.
    """

    name: Text
    title: _Title
    publisher: Text
    licence: str
    homepage: str = ""
    download: str = ""
    archives: Texts = ()
    date: str = ""
    frequency: one_of("", *FREQUENCIES) = ""  # type: ignore[valid-type]
    covers: Texts = ()
    evidence: one_of(*EVIDENCE) = "documented"  # type: ignore[valid-type]
    mapping: Text = "exchange"
    partner: bool = False
    requires: Texts = ()
    uses: Texts = ()
    max_rejected: Count = 0
    parameters: _Parameters = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    checks: tuple[Check, ...] = ()
    locate: tuple[Locate, ...] = ()
    generalise: tuple[Generalise, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source(SourceFile):
    """A source of the graph: what its file says, and the `folder` of that file."""

    folder: Path

    @classmethod
    def named(cls, name: str, *own: Path) -> Source:
        """Return the source of the package with this name, or that of the first of some folders of a host's own sources.

        Raises:
            SourceError: no source has it (the sentence gives the nearest name), or its file is wrong.

        >>> Source.named("exchange").mapping
        'exchange'
        """
        known = {
            file.parent.name: file
            for folder in (*reversed(own), SOURCES)
            for file in folder.glob("*/source.toml")
        }
        if name not in known:
            raise SourceError(
                N_(
                    "La source « {name} » n'existe pas{nearest}.",
                    name=name,
                    nearest=near_name(name, sorted(known)),
                )
            )
        return cls.read(known[name])

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a `source.toml`; a wrong or unknown key is a `SourceError` that names the file, the line and the key."""
        return read_description(path)

    def input(self, table: str) -> Input:
        """Return the input that is read into a table; raise `KeyError` when there is none."""
        for candidate in self.inputs:
            if candidate.table == table:
                return candidate
        raise KeyError(table)

    @property
    def page(self) -> str:
        """Where a person finds its files: the address of the download, else of its publisher's page."""
        return self.download or self.homepage

    @property
    def tidy_sql(self) -> Path | None:
        """The `tidy.sql` of the source, or None when its raw tables already have the layout."""
        return self._script("tidy.sql")

    @property
    def sieve_sql(self) -> Path | None:
        """The `sieve.sql` of the source, which says what is kept of its streamed inputs; None where it has none."""
        return self._script("sieve.sql")

    def _script(self, name: str) -> Path | None:
        path = self.folder / name
        return path if path.is_file() else None


def all_sources(*own: Path) -> dict[str, Source]:
    """Return every source by name: those of the package, and those of a host's folders that can be used.

    >>> "exchange" in all_sources()
    True
    """
    return read_sources(*own)[0]


def read_sources(*own: Path) -> tuple[dict[str, Source], list[SourceError]]:
    """Read every source of the package, and of a host's folders; of those, what is wrong is set aside and told beside.

    None takes the name of one that is there already, whose graph it would replace. Raises SourceError for one of the package.

    >>> read_sources(Path("nowhere"))[1]
    []
    """
    found = dict(_of_package())
    broken = list[SourceError]()
    for path in (path for folder in own for path in sorted(folder.glob("*/source.toml"))):
        name = path.parent.name
        try:
            if name in found:
                raise SourceError(
                    N_("{name}/source.toml : une source porte déjà ce nom.", name=name), file=path
                )
            found[name] = Source.read(path)
        except SourceError as error:
            broken.append(error)
    return found, broken


@cache
def _of_package() -> Mapping[str, Source]:
    """Read the sources of the package, whose files do not change."""
    return {path.parent.name: Source.read(path) for path in sorted(SOURCES.glob("*/source.toml"))}


def own_sources(data_dir: Path) -> tuple[Path, ...]:
    """List the folders of sources that a host adds: that of a data directory, then those of installed packages.

    >>> [folder.name for folder in own_sources(Path("data"))]
    ['sources']
    """
    return extension_folder(data_dir, OWN_SOURCES), *package_folders(OWN_SOURCES)


def read_description(path: Path) -> Source:
    """Read and check a `source.toml`; raises SourceError with its line, and DeclarationError as its cause."""
    try:
        file = DeclarationFile(path)
        says = file.read(SourceFile)
        source = Source(folder=path.parent, **{one.name: getattr(says, one.name) for one in fields(says)})
        _known_parts(file, source)
    except DeclarationError as error:
        raise SourceError(
            N_("{name}/{error}", name=path.parent.name, error=error.message), file=path, row=error.line
        ) from error
    return source


def _known_parts(file: DeclarationFile, source: Source) -> None:
    """Refuse two inputs of one name, and steps about inputs or columns that there are not."""
    tables = [given.table for given in source.inputs]
    if twice := {name for name in tables if tables.count(name) > 1}:
        raise file.refuse(N_("deux entrées portent le nom « {name} »", name=twice.pop()), "inputs")
    steps = [
        *(("checks", rank, step.input, (step.column,)) for rank, step in enumerate(source.checks)),
        *(
            ("locate", rank, step.input, (step.lat, step.lon, step.point))
            for rank, step in enumerate(source.locate)
        ),
        *(("generalise", rank, step.input, ("code", "wkt")) for rank, step in enumerate(source.generalise)),
    ]
    for kind, rank, table, columns in steps:
        if table not in tables:
            reason = N_("aucune entrée ne se nomme « {name} »{near}", name=table, near=nearest(table, tables))
            raise file.refuse(reason, kind, rank, "input")
        given = source.input(table)
        names = _columns(given)
        for column in filter(None, columns):
            if given.variants and column not in names and column != given.file_column:
                reason = N_(
                    "l'entrée « {table} » n'a pas de colonne « {column} »{near}",
                    table=table,
                    column=column,
                    near=nearest(column, names),
                )
                raise file.refuse(reason, kind, rank, value=column)


def _columns(given: Input) -> set[str]:
    """Return our names of the columns of an input, in whatever variant."""
    return {name for variant in given.variants for name in (*variant.columns, *variant.optional_columns)}
