"""From what a check of the graph found back to the rows it came from: source, file, row, column, value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import islice

import polars as pl
import pyoxigraph as ox

from ...graph.shacl.report import Result, Term
from ..read.headers import Headers
from ..sources.layout import LAYOUT
from .derived_graphs import exchange_mapping
from .faults import FAULTS, MOST, short_text
from .staging import Version


def row_places(raw: Mapping[str, pl.DataFrame], tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return where each identifier of a partner's tables was written: columns table, id, file, row.

    Tidy rows follow raw rows one to one; a table whose rows are not as many (wide observations) is left out.
    """
    schema = {"table": pl.String, "id": pl.String, "file": pl.String, "row": pl.Int64}
    found = [
        pl.DataFrame(
            {
                "table": [name] * len(table),
                "id": table["id"].cast(pl.String),
                "file": raw[name]["_file"],
                "row": raw[name]["_row"],
            },
            schema=schema,
        )
        for name, table in tables.items()
        if name in LAYOUT and name in raw and len(raw[name]) == len(table)
    ]
    return pl.concat([pl.DataFrame(schema=schema), *found])


class Trace:
    """Finds the rows of the sources that a result of a check is about; `versions` are by name of source."""

    def __init__(self, store: ox.Store, versions: Mapping[str, Version]) -> None:
        self._store = store
        self._sources = {version.record.graph: _Rows(name, version) for name, version in versions.items()}

    def faults(self, results: Iterable[Result]) -> pl.DataFrame:
        """Return one line a row at fault, in the order of the results; without a known row, the source and its files.

        Of more than `MOST` results, the first ones: who has a million wrong rows mends a rule, not rows.
        """
        lines = [line for result in islice(results, MOST) for line in self._lines(result)]
        return pl.DataFrame(lines, schema=FAULTS, orient="row")

    def _lines(
        self, result: Result
    ) -> Iterator[tuple[str | None, str | None, int | None, str, str, str, str]]:
        reason = result.message("fr")
        value = "" if result.value is None else short_text(result.value)
        found = [(place, value) for place in self._of_subject(result)] or list(self._of_others(result.focus))
        for (source, file, row, column), cell in found:
            yield source, file, row, column, cell, reason, short_text(result.focus)
        if not found:
            yield None, None, None, "", value, reason, short_text(result.focus)

    def _of_subject(self, result: Result) -> list[tuple[str, str, int | None, str]]:
        """Return the rows that the thing itself is, in every source that describes it in rows of its own."""
        path = str(result.path or "")
        if not path and result.value is not None:
            path = next((quad.predicate.value for _, quad in self._quads(result.focus, result.value)), "")
        return [
            rows.place(short_text(result.focus), path)
            for rows in self._sources_of(result.focus, None)
            if short_text(result.focus) in rows.index
        ]

    def _of_others(self, focus: Term) -> Iterator[tuple[tuple[str, str, int | None, str], str]]:
        """Yield the rows that name a thing which no row of its own describes; else the sources that say something of it."""
        seen = False
        for rows, quad in self._quads(None, focus):
            name = short_text(quad.subject)
            if name in rows.index:
                seen = True
                yield rows.place(name, quad.predicate.value), short_text(focus)
        for rows, quad in self._quads(focus, None):
            name = short_text(quad.object)
            if name in rows.index and not isinstance(quad.object, ox.Literal):
                seen = True
                yield rows.place(name, quad.predicate.value, inverse=True), short_text(focus)
        if not seen:
            named = {rows.name: rows for rows in self._sources_of(focus, None)}
            named |= {rows.name: rows for rows in self._sources_of(None, focus)}
            for rows in named.values():
                yield (rows.name, rows.files, None, ""), short_text(focus)

    def _sources_of(self, subject: Term | None, object_: Term | None) -> list[_Rows]:
        return list(dict.fromkeys(rows for rows, _ in self._quads(subject, object_)))

    def _quads(self, subject: Term | None, object_: Term | None) -> Iterator[tuple[_Rows, ox.Quad]]:
        """Yield the quads of the sources, each with the rows of its source."""
        if isinstance(subject, ox.Literal):
            return
        for quad in self._store.quads_for_pattern(subject, None, object_):
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in self._sources:
                yield self._sources[quad.graph_name.value], quad


class _Rows:
    """The rows of one source by identifier: none of an official one, whose tables are made from many."""

    def __init__(self, name: str, version: Version) -> None:
        self.name, self._version = name, version

    @cached_property
    def index(self) -> dict[str, tuple[str, str, int]]:
        """Table, file and row of each identifier."""
        if not self._version.rows.is_file():
            return {}
        rows = pl.read_parquet(self._version.rows)
        return {id_: (table, file, row) for table, id_, file, row in rows.iter_rows()}

    @cached_property
    def headers(self) -> Headers:
        """What its files call their columns."""
        return Headers.read(self._version.headers)

    @property
    def files(self) -> str:
        """The names of its files, the first few."""
        names = [file.name for file in self._version.record.files]
        return ", ".join(names[:3]) + ("…" if len(names) > 3 else "")

    def place(self, id_: str, predicate: str, *, inverse: bool = False) -> tuple[str, str, int, str]:
        """Return source, file, row, and the column that a predicate comes from (or, `inverse`, its subject)."""
        table, file, row = self.index[id_]
        column = _columns().get((table, predicate, inverse), "")
        return self.name, file, row, self.headers.heading(file, column)


@cache
def _columns() -> dict[tuple[str, str, bool], str]:
    """Return the column that each predicate of the exchange layout comes from, by table; and that of its subject."""
    found: dict[tuple[str, str, bool], str] = {}
    for triples_map in exchange_mapping().document.mappings.values():
        for source in triples_map.sources:
            for statement in triples_map.statements:
                names = [one for made in statement.objects for one in getattr(made, "references", ())]
                subjects = [one for made in triples_map.subjects for one in made.references]
                for predicate in statement.predicates:
                    iri = "".join(str(part) for part in predicate.parts)
                    if names:
                        found.setdefault((source.stem, iri, False), names[0])
                    if subjects:
                        found.setdefault((source.stem, iri, True), subjects[0])
    return found
