"""What the folder of columns of a snapshot holds: a table a predicate, closures, terms, and the manifest that tells of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .glance import FORMAT

MANIFEST = "manifest.json"

IRI, BLANK, TRIPLE = "iri", "blank", "triple"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
STRING, INTEGER, DECIMAL, BOOLEAN = XSD + "string", XSD + "integer", XSD + "decimal", XSD + "boolean"
DATE, YEAR, TEXT = XSD + "date", XSD + "gYear", RDF + "langString"
LISTED = "listed"
"""The kind of what GROUP_CONCAT makes, text and language: the order of its parts is ours, so nothing more is made of it."""

TYPES: Mapping[str, str] = {
    STRING: "VARCHAR",
    TEXT: "VARCHAR",
    INTEGER: "BIGINT",
    DECIMAL: "DECIMAL(38,18)",
    BOOLEAN: "BOOLEAN",
    DATE: "DATE",
    YEAR: "BIGINT",
}
"""SQL types of the column `v` of literals, by their kind; literals of other datatypes have none."""


class BadColumns(RuntimeError):  # noqa: N818
    """Columns that cannot be read: another format, a file that lacks or is cut, a manifest of another snapshot.

    No ValueError: a formula that fails on data is left out of the indicators, while what cannot be read ends them all.
    """


@dataclass(frozen=True)
class File:
    """A Parquet file: its name, rows, bytes and SHA-256 digest; Spark makes a folder of files, without a digest."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class PredicateTable:
    """The triples of a predicate in the default graph: `s` and `o` (numbers of terms), `v` and `l` where `typed`.

    `kinds` are those of the objects (`iri`, `blank`, or a datatype), `subject_kinds` those of the subjects. `v` is the
    literal's value, `l` its language. `closure` are the pairs of its transitive closure, where it is not the table
    itself (`linear`) and not too large.
    """

    file: File
    subjects: int
    objects: int
    kinds: tuple[str, ...]
    subject_kinds: tuple[str, ...]
    typed: bool
    linear: bool
    closure: File | None = None


@dataclass(frozen=True)
class GraphTable:
    """The quads of a predicate in named graphs: as `PredicateTable`, with the graph (`g`); `graphs` are their rows by graph."""

    file: File
    kinds: tuple[str, ...]
    subject_kinds: tuple[str, ...]
    typed: bool
    graphs: Mapping[int, int]


@dataclass(frozen=True)
class Manifest:
    """What the folder of columns holds: format, snapshot, software, triples, its `tables` by predicate, its `terms`.

    `graphs` are the numbers of named graphs by their IRIs, `named` the tables of their quads by predicate, and `nodes` the
    subjects and objects of each (`g`, `id`). `quads` are all (`g`, `p`, `s`, `o`), those of the default graph with -1 as `g`;
    `predicates` are numbers by IRI. Terms of the default graph are those with `base`; IRIs are numbered in their order.
    """

    format: int
    snapshot: str
    software: str
    triples: int
    terms: File
    nodes: File
    quads: File
    kinds: tuple[str, ...] = ()
    tables: Mapping[str, PredicateTable] = field(default_factory=dict)
    named: Mapping[str, GraphTable] = field(default_factory=dict)
    graphs: Mapping[str, int] = field(default_factory=dict)
    predicates: Mapping[str, int] = field(default_factory=dict)

    def files(self) -> list[File]:
        """List all Parquet files."""
        closures = [one.closure for one in self.tables.values() if one.closure is not None]
        tables = [one.file for one in self.tables.values()]
        return [
            self.terms,
            self.nodes,
            self.quads,
            *tables,
            *(one.file for one in self.named.values()),
            *closures,
        ]

    def text(self) -> str:
        """Write the manifest, as `parse_manifest` reads it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def parse_manifest(told: bytes | str, folder: Path | str) -> Manifest:
    """Read the text of the manifest of a folder of columns; raises BadColumns where it cannot be used."""
    try:
        raw: dict[str, Any] = json.loads(told)
        if raw["format"] != FORMAT:
            raise BadColumns(f"{folder}: format {raw['format']}, not {FORMAT}")
        tables = {iri: _table(about) for iri, about in raw.pop("tables").items()}
        named = {iri: _graph_table(about) for iri, about in raw.pop("named").items()}
        terms, nodes, quads = (File(**raw.pop(name)) for name in ("terms", "nodes", "quads"))
        kinds = tuple(raw.pop("kinds"))
        return Manifest(**raw, terms=terms, nodes=nodes, quads=quads, kinds=kinds, tables=tables, named=named)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadColumns(f"{folder}/{MANIFEST}: {error}") from error


def read_manifest(folder: Path, snapshot: str) -> Manifest:
    """Read the manifest of a folder of columns, and see that its files are there and whole in size.

    Raises FileNotFoundError where there are no columns, BadColumns where they cannot be used.
    """
    manifest = parse_manifest((folder / MANIFEST).read_bytes(), folder)
    if manifest.snapshot != snapshot:
        raise BadColumns(f"{folder}: columns of {manifest.snapshot}, not of {snapshot}")
    for file in manifest.files():
        path = folder / file.name
        if not path.is_file() or path.stat().st_size != file.bytes:
            raise BadColumns(f"{path}: the file lacks or is not of {file.bytes} bytes")
    return manifest


def _table(raw: dict[str, Any]) -> PredicateTable:
    closure = raw.pop("closure")
    kinds, subjects = tuple(raw.pop("kinds")), tuple(raw.pop("subject_kinds"))
    file = File(**raw.pop("file"))
    return PredicateTable(
        file=file, kinds=kinds, subject_kinds=subjects, closure=File(**closure) if closure else None, **raw
    )


def _graph_table(raw: dict[str, Any]) -> GraphTable:
    kinds, subjects = tuple(raw.pop("kinds")), tuple(raw.pop("subject_kinds"))
    graphs = {int(graph): rows for graph, rows in raw.pop("graphs").items()}
    return GraphTable(file=File(**raw.pop("file")), kinds=kinds, subject_kinds=subjects, graphs=graphs, **raw)
