"""Mappings applied: YARRRML and RML compiled to polars expressions, tables to N-Quads, chunk by chunk.

Each triple pattern of a mapping becomes one string expression that makes its whole line; a column used by
several patterns is checked and escaped once. The lines of a chunk go from Arrow memory to the file, never
through Python strings. A quad that two rows give is written twice; a store keeps it once.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from ...words import N_
from . import rml_turtle, yarrrml
from .patterns import Compiler, Pattern, Slot
from .quads import text_columns
from .records import choose_columns, read_records, require
from .rendering import WrongCells, bytes_of, columns, concatenate, merge, render
from .rml import (
    Condition,
    Document,
    Join,
    LogicalSource,
    MappingError,
    Reference,
    Template,
    TriplesMap,
)
from .terms import condition_expression, template_expression

#: Rows rendered at a time, and lines made in one go: what bounds memory.
CHUNK_ROWS, LINES_AT_ONCE = 50_000, 4

Tables = MappingOf[str, pl.DataFrame]
Progress = Callable[[int, int], None]
Joined = dict[Join, pl.DataFrame | None]
"""Subjects of joined mappings, with the columns that they are joined on."""


@dataclass(frozen=True)
class WriteReport:
    """How many quads were written, and by which mapping; the wrong cells that were left out, where they may be."""

    quads: int
    mappings: dict[str, int] = field(default_factory=dict)
    wrong: WrongCells = field(default_factory=WrongCells)


#: Suffixes of files in Turtle, which are RML; others are YARRRML.
TURTLE = (".ttl", ".rml", ".nt", ".n3")


class Mapping:
    """A mapping in YARRRML or in RML, ready to turn tables into N-Quads."""

    def __init__(self, document: Document, path: Path | None = None) -> None:
        self.document, self.path = document, path

    @classmethod
    def read(cls, path: Path, *, base: str = "") -> Mapping:
        """Read a file in YARRRML, or in RML when it is in Turtle (`.ttl`, `.rml`, `.nt`).

        Args:
            path: the file.
            base: the base of relative IRIs where the mapping gives none.

        Raises:
            MappingError: it is no mapping, in one sentence with the line; FileNotFoundError: there is no such file.
        """
        if not path.is_file():
            raise FileNotFoundError(f"Le fichier {path} n'existe pas.")
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise MappingError(
                N_(
                    "{file} n'est pas en UTF-8 : octet 0x{byte} à la position {start}.",
                    file=path.name,
                    byte=f"{error.object[error.start]:02x}",
                    start=error.start,
                ),
                path=path,
            ) from error
        parse = rml_turtle.parse if path.suffix.lower() in TURTLE else yarrrml.parse
        return cls(parse(text, path, base), path)

    @classmethod
    def parse(cls, text: str, *, syntax: Literal["yarrrml", "rml"] = "yarrrml", base: str = "") -> Mapping:
        """Read a text in YARRRML, or in RML written in Turtle; `base` is that of relative IRIs where it gives none."""
        return cls((rml_turtle.parse if syntax == "rml" else yarrrml.parse)(text, None, base))

    def quads(
        self,
        tables: Tables | Path,
        *,
        graph: str | None = None,
        strict: bool | None = None,
        part: tuple[str, pl.DataFrame] | None = None,
        joined: Joined | None = None,
    ) -> Iterator[bytes]:
        """Yield the N-Quads of tables, whole lines at a time; the arguments are those of `write`.

        Of a `part`, the name of a table and some of its rows, those alone are mapped; the tables are there to be joined, and
        `joined` keeps what was read of them for the next part.

        >>> text = "mappings: {a: {sources: [a.csv~csv], s: 'http://e.x/$(id)', po: [[rdfs:label, $(id)]]}}"
        >>> mapping = Mapping.parse(text)
        >>> print(b"".join(mapping.quads({"a": pl.DataFrame({"id": ["é 1"]})})).decode(), end="")
        <http://e.x/é%201> <http://www.w3.org/2000/01/rdf-schema#label> "é 1" .
        """
        for _, _, lines in self._lines(tables, graph, strict, None, part=part, joined=joined):
            yield bytes(lines)

    def write(
        self,
        tables: Tables | Path,
        out: Path,
        *,
        graph: str | None = None,
        strict: bool | None = None,
        wrong: Literal["refuse", "skip"] = "refuse",
        progress: Progress | None = None,
    ) -> WriteReport:
        """Write the N-Quads of tables to a file, whole or not at all.

        Args:
            tables: tables by name (`observations` for the source `observations.csv`), a mapping without
                its table being skipped; or the folder of the source files, all of which must be there.
            out: the file.
            graph: the graph of the quads that the mapping gives none.
            strict: whether a reference to a column that a table lacks is an error; otherwise its cells are
                empty. By default it is for a folder, not for tables.
            wrong: what becomes of a cell that cannot be the term it should be: `refuse` writes nothing, `skip` leaves out
                the quads that it would be in, and the report says which cells.
            progress: called with the rows mapped and those there are, a row counting once a mapping.

        Raises:
            MappingError: a column is missing, a cell cannot be the term it should be.
        """
        counts: dict[str, int] = {}
        skipped = WrongCells()
        if not out.parent.is_dir():
            raise FileNotFoundError(f"Le dossier {out.parent} n'existe pas.")
        handle, name = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                for mapping, count, lines in self._lines(
                    tables, graph, strict, skipped if wrong == "skip" else None, progress
                ):
                    _write_all(file.fileno(), lines)
                    counts[mapping] = counts.get(mapping, 0) + count
            Path(name).chmod(0o644)
            Path(name).replace(out)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return WriteReport(sum(counts.values()), counts, skipped)

    def _lines(
        self,
        tables: Tables | Path,
        graph: str | None,
        strict: bool | None,
        skipped: WrongCells | None,
        progress: Progress | None = None,
        part: tuple[str, pl.DataFrame] | None = None,
        joined: Joined | None = None,
    ) -> Iterator[tuple[str, int, memoryview]]:
        strict = isinstance(tables, Path) if strict is None else strict
        rows: Tables | Path = tables if part is None else dict([part])
        compiler = Compiler(self.document, graph)
        done, of = 0, 0 if isinstance(tables, Path) else self._rows(tables)
        for triples_map in self.document.mappings.values():
            for source in triples_map.sources:
                if not isinstance(rows, Path) and source.stem not in rows:
                    continue
                known = {} if joined is None else joined
                run = _Run(self.document, compiler, triples_map, source, rows, tables, strict, skipped, known)
                for count, lines in run.lines():
                    yield triples_map.name, count, lines
                    if progress and of:
                        progress(done + run.done, of)
                done += 0 if isinstance(rows, Path) else len(rows[source.stem])

    def _rows(self, tables: MappingOf[str, pl.DataFrame]) -> int:
        """Count the rows of tables, each once a mapping."""
        sources = [source.stem for one in self.document.mappings.values() for source in one.sources]
        return sum(len(tables[name]) for name in sources if name in tables)


def _write_all(descriptor: int, lines: memoryview) -> None:
    while lines.nbytes:
        lines = lines[os.write(descriptor, lines) :]


def _frame(
    source: LogicalSource, references: list[str], tables: Tables | Path, mapping: str, strict: bool
) -> pl.DataFrame | None:
    """Return the columns of a source that are referred to, with `_row`; None without its table."""
    if isinstance(tables, Path):
        return read_records(source, references, tables, mapping)
    given = tables.get(source.stem)
    if given is None:
        return None
    if strict:
        require(references, given.columns, source.stem, mapping)
    return choose_columns(given, references)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(*text_columns(frame, [name for name in frame.columns if name != "_row"]), "_row")


def _exploded(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Return a row for each value of those columns that hold lists."""
    for name in columns:
        if isinstance(frame.schema[name], pl.List):
            frame = frame.explode(name).drop_nulls(name)
    return frame


class _Run:
    """One mapping applied to the rows of one of its sources; `tables` are those it joins."""

    def __init__(
        self,
        document: Document,
        compiler: Compiler,
        triples_map: TriplesMap,
        source: LogicalSource,
        rows: Tables | Path,
        tables: Tables | Path,
        strict: bool,
        skipped: WrongCells | None,
        parents: Joined,
    ) -> None:
        self.skipped, self.rows, self.parents = skipped, rows, parents
        self.document, self.compiler, self.triples_map = document, compiler, triples_map
        self.source, self.tables, self.strict = source, tables, strict
        self.done = 0

    def lines(self) -> Iterator[tuple[int, memoryview]]:
        patterns = self.compiler.patterns(self.triples_map, self.source)
        condition, name = self.triples_map.condition, self.triples_map.name
        wanted = [name for pattern in patterns for name in pattern.references]
        wanted += condition.references if condition else []
        frame = _frame(self.source, list(dict.fromkeys(wanted)), self.rows, name, self.strict)
        if frame is None or frame.is_empty():
            return
        present = set(frame.columns)
        patterns = [pattern for pattern in patterns if present.issuperset(pattern.references)]
        absent = [column for column in condition.references if column not in present] if condition else []
        said: set[str] = set()
        for rows in frame.iter_slices(CHUNK_ROWS):
            chunk = _as_text(rows)
            if condition:
                chunk = chunk.with_columns(pl.lit(None, pl.String).alias(column) for column in absent)
                chunk = chunk.filter(condition_expression(condition, chunk, name))
            yield from self._chunk(chunk, patterns, said)
            self.done += len(rows)

    def _chunk(
        self, chunk: pl.DataFrame, patterns: list[Pattern], said: set[str]
    ) -> Iterator[tuple[int, memoryview]]:
        lists = {name for name, dtype in chunk.schema.items() if isinstance(dtype, pl.List)}
        groups: dict[tuple[tuple[str, ...], Condition | None, Join | None], list[Pattern]] = {}
        for pattern in patterns:
            used = tuple(sorted(lists.intersection(pattern.references)))
            groups.setdefault((used, pattern.condition, pattern.join), []).append(pattern)
        for (used, condition, join), members in groups.items():
            rows = chunk
            if condition is not None:
                rows = rows.filter(condition_expression(condition, rows, self.triples_map.name))
            if used:
                needed = dict.fromkeys(name for member in members for name in member.references)
                rows = _exploded(rows.select(*needed, "_row"), used)
            for part in [rows] if join is None else self._joined(rows, join):
                if part.height:
                    yield from self._group(part, members, said)

    def _joined(self, rows: pl.DataFrame, join: Join) -> Iterator[pl.DataFrame]:
        """Yield rows with the subjects of the joined mapping."""
        parent = self._parent(join)
        if parent is None:
            return
        keys = [template_expression(child).alias(f"\0{n}") for n, (child, _) in enumerate(join.on)]
        if keys:
            names = [f"\0{n}" for n in range(len(keys))]
            yield rows.with_columns(keys).join(parent, on=names, how="inner", maintain_order="left")
            return
        # every row with every subject of the other mapping, a few rows at a time
        for part in rows.iter_slices(max(1, CHUNK_ROWS // max(1, parent.height))):
            yield part.join(parent, how="cross")

    def _group(
        self, rows: pl.DataFrame, patterns: list[Pattern], said: set[str]
    ) -> Iterator[tuple[int, memoryview]]:
        pieces = (piece for pattern in patterns for piece in pattern.pieces)
        slots = list(dict.fromkeys(piece for piece in pieces if isinstance(piece, Slot)))
        frame, places = render(rows, slots, self.triples_map.name, self.source.access, self.skipped)
        lines: list[pl.Expr] = []
        for pattern in patterns:
            parts = merge(pattern.pieces, places)
            if len(parts) == 1 and isinstance(parts[0], str):
                if parts[0] not in said:
                    said.add(parts[0])
                    yield 1, memoryview(parts[0].encode())
                continue
            if not any(frame[column].null_count() == frame.height for column in columns(pattern, places)):
                lines.append(concatenate(parts).alias(str(len(lines))))
        for start in range(0, len(lines), LINES_AT_ONCE):
            for column in frame.select(lines[start : start + LINES_AT_ONCE]).iter_columns():
                if count := len(column) - column.null_count():
                    yield count, bytes_of(column)

    def _parent(self, join: Join) -> pl.DataFrame | None:
        """Return the subjects of the joined mapping with the columns they are joined on, each once."""
        if join in self.parents:
            return self.parents[join]
        triples_map = self.document.mappings[join.mapping]
        subjects = [
            frame
            for source in triples_map.sources
            for frame in self._subjects(triples_map, source, [right for _, right in join.on])
        ]
        parent = pl.concat(subjects).drop_nulls().unique(maintain_order=True) if subjects else None
        self.parents[join] = parent
        return parent

    def _subjects(
        self, triples_map: TriplesMap, source: LogicalSource, templates: list[Template]
    ) -> Iterator[pl.DataFrame]:
        """Yield the subjects of a mapping over one of its sources, with the columns that they are joined on."""
        subjects, condition = self.compiler.subjects(triples_map, source), triples_map.condition
        slots = [piece for pieces in subjects for piece in pieces if isinstance(piece, Slot)]
        names = [part.name for right in templates for part in right if isinstance(part, Reference)]
        names += [name for slot in slots for name in slot.references]
        names += condition.references if condition else []
        wanted = list(dict.fromkeys(names))
        given = _frame(source, wanted, self.tables, triples_map.name, self.strict)
        if given is None or not set(given.columns).issuperset(wanted):
            return
        frame = _as_text(given)
        if condition:
            frame = frame.filter(condition_expression(condition, frame, triples_map.name))
        frame = _exploded(frame, wanted)
        frame, places = render(frame, slots, triples_map.name, source.access, self.skipped)
        on = [template_expression(right).alias(f"\0{n}") for n, right in enumerate(templates)]
        for pieces in subjects:
            yield frame.select(*on, concatenate(merge(pieces, places)).alias("\0parent"))
