"""The columns of a snapshot, open for questions: compiled to SQL, and run by an engine; DuckDB reads no file but theirs."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from .aggregates import QUOTIENT, UNDECIDED
from .compiler import WHOLE, Dataset, Program, compile_query
from .constants import quoted
from .layout import LISTED, STRING, BadColumns, Manifest, read_manifest
from .relations import Unsupported

_PROGRAMS = 256
"""Compiled queries that are kept."""
_FOUND = 10_000
"""Numbers of terms that are kept."""
_UNITS = "(replace(total::VARCHAR, '.', '')::HUGEINT // n)"
_QUOTIENT = f"""((CASE WHEN {_UNITS} < 0 THEN '-' ELSE '' END) || (abs({_UNITS}) // 1000000000000000000)::VARCHAR || '.'
  || lpad((abs({_UNITS}) % 1000000000000000000)::VARCHAR, 18, '0'))::DECIMAL(38,18)"""
"""A quotient of decimals in units of 10⁻¹⁸, cut off."""
_ESCAPED = re.compile(r'["\\\n\r\t]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class SqlColumns(ABC):
    """Answers SELECT queries on the graphs of a snapshot from its columns, by an engine of SQL; not for several threads."""

    def __init__(self, manifest: Manifest, folder: str) -> None:
        self.manifest, self._folder = manifest, folder
        self._found: dict[str, int | None] = {}
        self._programs: OrderedDict[tuple[str, str, Dataset], Program | str] = OrderedDict()

    @abstractmethod
    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL as DuckDB writes it; raises what `answer` raises."""

    @abstractmethod
    def close(self) -> None:
        """Let the files go."""

    def program(self, text: str, base: str = "", dataset: Dataset = WHOLE) -> Program:
        """Compile a query, once; raises Unsupported, and BadColumns where a file cannot be read."""
        key = text, base, dataset
        if key not in self._programs:
            try:
                self._programs[key] = compile_query(text, self.manifest, self.place, self.find, base, dataset)
            except Unsupported as error:
                self._programs[key] = error.reason
            if len(self._programs) > _PROGRAMS:
                self._programs.popitem(last=False)
        self._programs.move_to_end(key)
        known = self._programs[key]
        if isinstance(known, str):
            raise Unsupported(known)
        return known

    def place(self, name: str) -> str:
        """Write where a file is, in SQL."""
        return quoted(f"{self._folder}/{name}")

    def find(self, text: str) -> int | None:
        """Give the number of a term written as in N-Triples, None where there is none; raises BadColumns."""
        if text not in self._found:
            terms = self.place(self.manifest.terms.name)
            rows = self.rows(f"SELECT id FROM {terms} WHERE text = {quoted(text)}")
            if len(self._found) > _FOUND:
                self._found.clear()
            self._found[text] = rows[0][0] if rows else None
        return self._found[text]

    def answer(self, program: Program) -> QuerySolutions:
        """Run a compiled query; raises Unsupported where its answer is not determined, BadColumns, MemoryError."""
        rows = _part(program, self.rows(program.sql))
        kinds = [one.kind for one in program.outputs]
        texts = self._texts(program, rows)
        lines = ["\t".join(f"?{one.name}" for one in program.outputs)]
        lines += [
            "\t".join(
                "" if value is None else _written(value, kind, texts) if kind else texts[value]
                for value, kind in zip(row, kinds, strict=False)
            )
            for row in rows
        ]
        body = "\n".join([*lines, ""]).encode()
        solutions = parse_query_results(body, QueryResultsFormat.TSV)
        assert isinstance(solutions, QuerySolutions)
        return solutions

    def _texts(self, program: Program, rows: list[tuple[Any, ...]]) -> dict[int, str]:
        """Read the terms of an answer."""
        places = [number for number, one in enumerate(program.outputs) if not one.kind]
        lists = [number for number, one in enumerate(program.outputs) if one.kind == LISTED]
        wanted = {row[place] for place in places for row in rows}
        wanted |= {
            one["i"] for place in lists for row in rows if row[place] for one in row[place]["each"] or ()
        }
        wanted -= {None, *program.unknown}
        texts = dict(program.unknown)
        if wanted:
            texts.update(self.terms(sorted(wanted)))
        return texts

    def terms(self, numbers: Sequence[int]) -> Iterable[tuple[Any, ...]]:
        """Read terms by their numbers: pairs of number and text; raises BadColumns."""
        terms = self.place(self.manifest.terms.name)
        return self.rows(f"SELECT id, text FROM {terms} WHERE id IN ({','.join(map(str, numbers))})")


class Columns(SqlColumns):
    """Columns of a folder of this machine, in DuckDB.

    `memory` bounds what a query takes, in bytes; nothing is spilled. Raises FileNotFoundError where there are no
    columns, BadColumns where they cannot be used.
    """

    def __init__(self, folder: Path, snapshot: str, memory: int = 1 << 30) -> None:
        super().__init__(read_manifest(folder, snapshot), str(folder.absolute()))
        limits: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "temp_directory": ""}
        limits["memory_limit"] = f"{memory >> 20}MiB"
        self._base = duckdb.connect(config=limits)
        run = self._base.execute
        run(f"SET allowed_directories = [{quoted(self._folder + '/')}]")
        run("SET enable_external_access = false")
        run("SET enable_object_cache = true")
        run("SET lock_configuration = true")
        run(f"CREATE MACRO {QUOTIENT}(total, n) AS {_QUOTIENT}")

    def close(self) -> None:
        """Let the files go."""
        self._base.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL; raises what `answer` raises."""
        try:
            return self._base.execute(sql).fetchall()
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            raise MemoryError("columns") from error
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise Unsupported("a number too large") from error
        except duckdb.Error as error:
            if UNDECIDED in str(error):
                raise Unsupported("an answer that is not determined") from error
            raise BadColumns(str(error)) from error


def _part(program: Program, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Take the part of the rows that is asked for; raises Unsupported where rows at its edge could change places."""
    if program.length is None and not program.start:
        return rows
    width = len(program.outputs)
    first = 1 if program.start else 0
    last = len(rows) if program.length is None else min(first + program.length, len(rows))
    for edge in (first, last):
        if 0 < edge < len(rows) and (not program.keys or rows[edge - 1][width:] == rows[edge][width:]):
            raise Unsupported("a part of rows whose order is not determined")
    return rows[first:last]


def _written(value: Any, kind: str, texts: Mapping[int, str]) -> str:
    """Write a computed value as in N-Triples."""
    if kind == LISTED:
        return _joined(value, texts)
    if kind == STRING:
        return _quoted(value)
    return f'"{value}"^^<{kind}>'


def _quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(lambda found: _ESCAPES[found[0]], text) + '"'


def _joined(listed: Mapping[str, Any], texts: Mapping[int, str]) -> str:
    """Put the texts of a GROUP_CONCAT one after the other, in their order: of a language where all are."""
    each = [
        (one["v"] if one["i"] is None else texts[one["i"]][1:-1], one["l"]) for one in listed["each"] or ()
    ]
    parts = sorted(set(each) if listed["once"] else each)
    languages = {language for _, language in parts}
    language = languages.pop() if len(languages) == 1 else ""
    return _quoted(listed["separator"].join(text for text, _ in parts)) + (f"@{language}" if language else "")
