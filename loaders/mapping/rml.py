"""The model of a mapping: what YARRRML and RML say, in the specification's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...words import N_, Listed, SentenceError, Spoken


class MappingError(SentenceError, ValueError):
    """A mapping cannot be read or applied; keeps `path`, `mapping`, `row`, `column`, `value`."""

    code = "mapping"

    def __init__(
        self,
        sentence: Spoken,
        *,
        path: Path | None = None,
        mapping: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self.path, self.mapping, self.row, self.column, self.value = path, mapping, row, column, value
        super().__init__(sentence)


class WrongCell(MappingError):  # noqa: N818
    """A cell is not the term it should be; keeps `table`, `row`, `columns`, `value`, and what is `expected`."""

    code = "wrong-cell"

    def __init__(
        self, table: str, row: int, columns: Sequence[str], value: str, expected: Spoken, mapping: str
    ) -> None:
        self.table, self.columns, self.expected = table, tuple(columns), expected
        super().__init__(
            N_(
                "{file}, ligne {row}, colonne {columns} : « {value} » n'est pas {expected} (correspondance « {mapping} »).",
                file=table,
                row=row,
                columns=Listed([N_("« {name} »", name=name) for name in columns]),
                value=value,
                expected=expected,
                mapping=mapping,
            ),
            mapping=mapping,
            row=row,
            column=columns[0],
            value=value,
        )

    def at(self, file: str, row: int, columns: Sequence[str]) -> WrongCell:
        """Give the same, said of a row of another file, which the table was read from, and of what that calls the columns."""
        return WrongCell(file, row, columns, str(self.value), self.expected, str(self.mapping))


@dataclass(frozen=True)
class Reference:
    """A reference to a column (or a JSONPath) inside a template."""

    name: str


Template = tuple[str | Reference, ...]
DEFAULT_GRAPH = "http://www.w3.org/ns/r2rml#defaultGraph"
#: Before the name of a reference: its values are wanted as whole literals, each with the datatype it has in the source.
NATIVE_MARK = "\3"


@dataclass(frozen=True)
class Term:
    """A term to make from each row: its parts, kind, datatype (an IRI, or a term that makes it) or language.

    Kinds are `iri`, `uri` (ASCII alone), `unsafe` (an IRI whose cells are not percent-encoded), `literal` and `blank`. A `native`
    literal has the datatype of its value in the source: that of a number or a boolean in JSON.
    """

    parts: Template
    kind: str
    datatype: str | Term | None = None
    language: Template | None = None
    native: bool = False

    @property
    def references(self) -> list[str]:
        """The columns the term reads."""
        parts = (*self.parts, *(self.language or ()))
        names = [part.name for part in parts if isinstance(part, Reference)]
        names += self.datatype.references if isinstance(self.datatype, Term) else []
        return list(dict.fromkeys(names))


@dataclass(frozen=True)
class Condition:
    """A condition on a row: a function, and its arguments, templates or conditions."""

    function: str
    arguments: tuple[Template | Condition, ...]

    @property
    def references(self) -> list[str]:
        """The columns the condition reads."""
        names: list[str] = []
        for argument in self.arguments:
            if isinstance(argument, Condition):
                names += argument.references
            else:
                names += [part.name for part in argument if isinstance(part, Reference)]
        return list(dict.fromkeys(names))


@dataclass(frozen=True)
class Join:
    """Objects that are the subjects of another mapping: of the same row, or of rows equal in some columns."""

    mapping: str
    on: tuple[tuple[Template, Template], ...] = ()


@dataclass(frozen=True)
class Statement:
    """Predicates and objects that the subjects of a mapping get; `inverses` go from the objects to the subjects."""

    predicates: tuple[Term, ...]
    objects: tuple[Term | Join, ...]
    inverses: tuple[Term, ...] = ()
    graphs: tuple[Term, ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True)
class LogicalSource:
    """Where the rows come from: a file, its formulation (csv, json, parquet, xlsx, sqlite), its iterator.

    The iterator is a JSONPath, or the name of a table or a query of a SQLite database.
    `compression` is gzip, zip, targz or tarxz; `nulls` are the texts that mean no value, beside the empty one;
    `arrays` says whether a reference to an array of JSON stands for its items.
    """

    access: str
    formulation: str
    iterator: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"
    compression: str | None = None
    nulls: tuple[str, ...] = ()
    arrays: bool = True

    @property
    def stem(self) -> str:
        """The name of the table: the file's without folder and suffix."""
        return Path(self.access).name.partition(".")[0]


@dataclass(frozen=True)
class TriplesMap:
    """One mapping: sources, subjects (none: a blank node a row), statements, graphs, condition, base of relative IRIs."""

    name: str
    sources: tuple[LogicalSource, ...]
    subjects: tuple[Term, ...]
    statements: tuple[Statement, ...]
    graphs: tuple[Term, ...] = ()
    condition: Condition | None = None
    base: str = ""


@dataclass(frozen=True)
class Document:
    """A document of mappings, in YARRRML or in RML: its mappings by name."""

    mappings: Mapping[str, TriplesMap]
