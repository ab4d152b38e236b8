"""Make the columns of a snapshot from its store: what the default graph holds, as the engine gives it back."""

from __future__ import annotations

import hashlib
import shutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, RdfFormat

from ..snapshots.durable import hold_lock, sync_tree
from ..snapshots.opening import whole_store
from ..snapshots.snapshot import Snapshot
from .glance import FORMAT
from .layout import (
    BLANK,
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    IRI,
    MANIFEST,
    STRING,
    TEXT,
    TRIPLE,
    TYPES,
    YEAR,
    File,
    GraphTable,
    Manifest,
    PredicateTable,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LARGEST_CLOSURE = 2_000_000
"""Most pairs of a closure that is kept."""
_STEPPED = 200_000
"""Most rows of a predicate whose closure is made."""
_ROWS = 16384
"""Rows of a group of a Parquet file: whole groups are passed over by their least and greatest values."""

_KIND = f"""CASE left(text, 1)
  WHEN '<' THEN CASE WHEN starts_with(text, '<<(') THEN '{TRIPLE}' ELSE '{IRI}' END
  WHEN '_' THEN '{BLANK}'
  ELSE CASE WHEN right(text, 1) = '"' THEN '{STRING}'
       WHEN right(text, 1) = '>' THEN regexp_extract(text, '"\\^\\^<([^<>"]*)>$', 1)
       ELSE CASE WHEN contains(regexp_extract(text, '"@([A-Za-z0-9-]+)$', 1), '--') THEN 'directed' ELSE '{TEXT}' END END END"""
_PLAIN = {
    INTEGER: "^-?[0-9]{1,18}$",
    DECIMAL: "^-?[0-9]{1,18}([.][0-9]{1,18})?$",
    YEAR: "^[1-9][0-9]{3}$",
    DATE: "^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$",
    BOOLEAN: "^(true|false)$",
}
"""Written forms that the column `v` holds exactly."""
_FITS = " ".join(
    f"WHEN '{kind}' THEN regexp_matches(lex, '{_PLAIN.get(kind, '')}') AND TRY_CAST(lex AS {type}) IS NOT NULL"
    for kind, type in TYPES.items()
)
_TERMS = rf"""SELECT text, kind, lex, lang, base, left(text, 1) = '"' AND coalesce(CASE kind {_FITS} END, false) AS fits FROM (
  SELECT text, kind, lang, base, CASE WHEN NOT contains(raw, '\') OR left(text, 1) <> '"' THEN raw
    WHEN regexp_matches(replace(raw, '\\', ''), '\\[^nrt"]') THEN NULL ELSE
      replace(replace(replace(replace(replace(
      replace(raw, '\\', chr(1)), '\n', chr(10)), '\r', chr(13)), '\t', chr(9)), '\"', '"'), chr(1), '\') END AS lex
  FROM (SELECT text, kind, base,
      CASE WHEN left(text, 1) = '"' THEN regexp_extract(text, '^"((?s:.*))"', 1)
        WHEN kind = '{IRI}' THEN substr(text, 2, length(text) - 2) END AS raw,
      CASE WHEN kind = '{TEXT}' THEN regexp_extract(text, '"@([A-Za-z0-9-]+)$', 1) END AS lang
    FROM (SELECT text, base, {_KIND} AS kind FROM (SELECT text, bool_or(base) AS base FROM (
      SELECT s AS text, g = 0 AS base FROM lines UNION ALL SELECT o, g = 0 FROM lines
      UNION ALL SELECT text, false FROM names UNION ALL SELECT DISTINCT p, false FROM lines
    ) GROUP BY text))))"""
"""The terms, and literals read as SPARQL does: without quotes, what is escaped in N-Triples written out."""
_WAIT = 3600.0
"""Seconds for which another maker of the same columns is waited for."""


def build(snapshot: Snapshot, path: Path) -> None:
    """Make the folder of columns of a snapshot, whole as soon as it is there: its default graph, and its named ones.

    Where another process makes it, or has made it, that one's is kept. Raises StoreBusy after an hour of waiting.
    """
    with hold_lock(path.with_name(f".{path.name}.lock"), _WAIT):
        if not path.exists():
            _build(snapshot, path)


def _build(snapshot: Snapshot, path: Path) -> None:
    import duckdb

    draft = path.with_name(f".{path.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)  # of a process that died
    draft.mkdir()
    try:
        written, spill = draft / "written", draft / "spill"
        written.mkdir()
        store = whole_store(snapshot.path)
        graphs = sorted(store.named_graphs(), key=str)
        for number, graph in enumerate([DefaultGraph(), *graphs]):
            store.dump(str(written / f"{number}.nt"), RdfFormat.N_TRIPLES, from_graph=graph)
        del store
        with duckdb.connect(
            config={"threads": 1, "memory_limit": "1GB", "temp_directory": str(spill)}
        ) as base:
            building = _Here(base, draft)
            building.read(written, list(map(str, graphs)))
            manifest = building.make(snapshot.id)
        shutil.rmtree(written)
        shutil.rmtree(spill, ignore_errors=True)
        (draft / MANIFEST).write_text(manifest.text(), encoding="utf-8")
        sync_tree(draft)
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@dataclass(frozen=True)
class Held:
    """What is held of a predicate in the default graph, or in named ones: its number here, its rows, what they are."""

    iri: str
    number: int
    rows: int
    subjects: int
    objects: int
    kinds: tuple[str, ...]
    subject_kinds: tuple[str, ...]
    fits: bool

    @property
    def kind(self) -> str:
        """The kind of all its objects where they have values, else nothing."""
        return self.kinds[0] if self.fits and len(self.kinds) == 1 else ""


class Building(ABC):
    """One making of columns by an engine of SQL, from its tables `lines` (`g`, `s`, `p`, `o`: terms as written) and `names`.

    `names` are the named graphs (`g` from 1, `text`); lines of the default graph have 0, and each line is there once.
    """

    def make(self, snapshot: str) -> Manifest:
        """Write all files, and give what tells of them."""
        self.number_terms(_TERMS)
        self.keep(
            "predicates", "SELECT row_number() OVER (ORDER BY p) AS n, p FROM (SELECT DISTINCT p FROM lines)"
        )
        self.keep(
            "numbers",
            """SELECT n, coalesce(graph.id, -1) AS g, s.id AS s, o.id AS o, s.kind AS sk, o.kind AS k,
              o.fits AS fits
            FROM lines JOIN predicates USING (p) JOIN terms s ON s.text = lines.s JOIN terms o ON o.text = lines.o
              LEFT JOIN names USING (g) LEFT JOIN terms graph ON graph.text = names.text
            ORDER BY n, coalesce(graph.id, -1), s.id, o.id""",
        )
        kinds = self.rows("SELECT DISTINCT kind FROM terms ORDER BY kind")
        numbered = self.rows(
            "SELECT coalesce(lex, text), id FROM names JOIN terms USING (text) ORDER BY text"
        )
        steps = {
            row[0]
            for row in self.rows(
                "SELECT DISTINCT a.n FROM numbers a JOIN numbers b ON a.n = b.n AND a.g = b.g AND a.o = b.s WHERE a.g < 0"
            )
        }
        default, named = self._held("g < 0"), self._held("g >= 0")
        files, graph_files = self.write_tables("p", "", default), self.write_tables("g", "g, ", named)
        graphs = self.rows("SELECT n, g, count(*) FROM numbers WHERE g >= 0 GROUP BY n, g ORDER BY n, g")
        return Manifest(
            FORMAT,
            snapshot,
            _software(),
            sum(one.rows for one in default),
            self.write("terms", "SELECT id, text, kind, lex, lang, base FROM terms ORDER BY id"),
            self.write(
                "nodes",
                """SELECT DISTINCT g, id FROM (SELECT g, s AS id FROM numbers UNION ALL SELECT g, o FROM numbers)
                WHERE g >= 0 ORDER BY g, id""",
            ),
            self.write(
                "quads",
                """SELECT g, id AS p, s, o FROM numbers JOIN predicates USING (n) JOIN terms ON text = p
                ORDER BY g, id, s, o""",
            ),
            tuple(row[0] for row in kinds),
            {one.iri: self._table(one, files[one.number], one.number not in steps) for one in default},
            {
                one.iri: GraphTable(
                    graph_files[one.number],
                    one.kinds,
                    one.subject_kinds,
                    bool(one.kind),
                    {g: rows for n, g, rows in graphs if n == one.number},
                )
                for one in named
            },
            dict(numbered),
            dict(self.rows("SELECT lex, id FROM predicates JOIN terms ON text = p ORDER BY id")),
        )

    @abstractmethod
    def number_terms(self, sql: str) -> None:
        """Keep the terms that this SQL gives as the table `terms`, with numbers (`id`) in the order of their letters.

        What closes IRIs is no letter: they are in the order of `rtrim(text, '>')`.
        """

    @abstractmethod
    def keep(self, name: str, sql: str) -> None:
        """Make a table of what SQL gives."""

    @abstractmethod
    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Give what SQL gives."""

    @abstractmethod
    def write(self, name: str, sql: str) -> File:
        """Write what SQL gives as a table of the folder."""

    @abstractmethod
    def write_tables(self, prefix: str, graph: str, held: Sequence[Held]) -> dict[int, File]:
        """Write the tables of predicates, with `graph` before their columns; give them by the numbers of these."""

    @abstractmethod
    def write_closure(self, held: Held) -> File | None:
        """Write the closure of a predicate, if it is not too large."""

    def _held(self, which: str) -> list[Held]:
        """Count rows, subjects and objects by predicate, and list their kinds."""
        found = self.rows(
            f"""SELECT p, n, count(*), count(DISTINCT s), count(DISTINCT o), list(DISTINCT k), list(DISTINCT sk), bool_and(fits)
            FROM numbers JOIN predicates USING (n) WHERE {which} GROUP BY p, n ORDER BY p"""
        )
        return [
            Held(
                p[1:-1], n, rows, subjects, objects, tuple(sorted(kinds)), tuple(sorted(subject_kinds)), fits
            )
            for p, n, rows, subjects, objects, kinds, subject_kinds, fits in found
        ]

    def _table(self, held: Held, file: File, linear: bool) -> PredicateTable:
        closure = None if linear or held.rows > _STEPPED else self.write_closure(held)
        kinds = held.kinds, held.subject_kinds
        return PredicateTable(file, held.subjects, held.objects, *kinds, bool(held.kind), linear, closure)


class _Here(Building):
    """Columns made in a base of DuckDB that is thrown away."""

    def __init__(self, base: DuckDBPyConnection, folder: Path) -> None:
        self.base, self.folder = base, folder

    def read(self, written: Path, graphs: list[str]) -> None:
        """Read the N-Triples of the default graph (`0.nt`) and of named ones, as terms are written."""
        run = self.base.execute
        run("CREATE TABLE names (g INTEGER, text VARCHAR)")
        for number, text in enumerate(graphs, 1):
            run("INSERT INTO names VALUES (?, ?)", [number, text])
        run("CREATE TABLE lines (g INTEGER, s VARCHAR, p VARCHAR, o VARCHAR)")
        for number in range(len(graphs) + 1):
            run(
                f"""INSERT INTO lines
                WITH raw AS (SELECT column0 AS line, strpos(column0, ' ') AS a
                  FROM read_csv(?, delim='\x01', header=false, columns={{'column0': 'VARCHAR'}}, quote='', escape='',
                                auto_detect=false, max_line_size=20000000)),
                cut AS (SELECT line, a, a + strpos(line[a + 1:], ' ') AS b FROM raw)
                SELECT {number}, line[:a - 1] AS s, line[a + 1:b - 1] AS p, line[b + 1:-3] AS o FROM cut""",
                [str(written / f"{number}.nt")],
            )

    def number_terms(self, sql: str) -> None:
        self.keep(
            "terms",
            f"SELECT (row_number() OVER (ORDER BY rtrim(text, '>'), text) - 1)::INTEGER AS id, * FROM ({sql})",
        )

    def keep(self, name: str, sql: str) -> None:
        self.base.execute(f"CREATE TABLE {name} AS {sql}")
        if name == "numbers":  # made of the lines, which are not read again
            self.base.execute("DROP TABLE lines")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.base.execute(sql).fetchall()

    def write(self, name: str, sql: str) -> File:
        path = self.folder / f"{name}.parquet"
        self.base.execute(
            f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS})"
        )
        return File(
            path.name, self.rows(f"SELECT count(*) FROM '{path}'")[0][0], path.stat().st_size, digest_of(path)
        )

    def write_tables(self, prefix: str, graph: str, held: Sequence[Held]) -> dict[int, File]:
        return {
            one.number: self.write(
                f"{prefix}{one.number:04d}",
                table_sql(f"{graph}s, o", one.kind, f"n = {one.number} AND g {'>= 0' if graph else '< 0'}")
                + (f" ORDER BY {graph}s, o" if one.kind else ""),  # else they are in that order
            )
            for one in held
        }

    def write_closure(self, held: Held) -> File | None:
        near = f"SELECT s, o FROM numbers WHERE n = {held.number} AND g < 0"
        return self.write(f"p{held.number:04d}-closure", FAR) if keep_far(self.base, near) else None


def table_sql(columns: str, kind: str, where: str) -> str:
    """Write what gives the rows of predicates whose objects are of a kind with values, or of others (an empty one)."""
    if not kind:
        return f"SELECT {columns} FROM numbers WHERE {where}"
    language = ", lang AS l" if kind == TEXT else ""
    return f"SELECT {columns}, lex::{TYPES[kind]} AS v{language} FROM numbers JOIN terms ON terms.id = o WHERE {where}"


FAR = "SELECT s, o FROM far ORDER BY s, o"


def keep_far(base: DuckDBPyConnection, near: str) -> bool:
    """Make the table `far` of the pairs that steps of what SQL gives (`s`, `o`) lead to; tell whether they are not too many."""
    base.execute(
        f"""CREATE OR REPLACE TEMP TABLE far AS WITH RECURSIVE near AS MATERIALIZED ({near}),
        far(s, o) AS (SELECT s, o FROM near UNION SELECT far.s, near.o FROM far JOIN near ON far.o = near.s)
        SELECT * FROM far LIMIT {_LARGEST_CLOSURE + 1}"""
    )
    ((rows,),) = base.execute("SELECT count(*) FROM far").fetchall()
    return bool(rows <= _LARGEST_CLOSURE)


def digest_of(path: Path) -> str:
    """Return the SHA-256 digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _software() -> str:
    try:
        return version("ancrage")
    except PackageNotFoundError:
        return ""
