"""Make the columns of a snapshot from its store: what the default graph holds, as the engine gives it back."""

from __future__ import annotations

import hashlib
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, RdfFormat

from ..snapshots.durable import sync_tree
from ..snapshots.opening import whole_store
from ..snapshots.snapshot import Snapshot
from .glance import FORMAT
from .layout import (
    BLANK,
    DATE,
    DECIMAL,
    INTEGER,
    IRI,
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
}
"""Written forms that the column `v` holds exactly."""


def build(snapshot: Snapshot, path: Path) -> None:
    """Make the folder of columns of a snapshot, whole as soon as it is there: its default graph, and its named ones."""
    import duckdb

    draft = path.with_name(f".{path.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
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
            manifest = _Building(base, draft, snapshot.id).make(written, list(map(str, graphs)))
        shutil.rmtree(written)
        shutil.rmtree(spill, ignore_errors=True)
        manifest.write(draft)
        sync_tree(draft)
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


class _Building:
    """One making of columns, in a base of DuckDB that is thrown away."""

    def __init__(self, base: DuckDBPyConnection, folder: Path, snapshot: str) -> None:
        self.base, self.folder, self.snapshot = base, folder, snapshot

    def make(self, written: Path, graphs: list[str]) -> Manifest:
        """Read the N-Triples of the default graph (`0.nt`) and of named ones, as terms are written, and write all files."""
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
        self._read_terms()
        run(
            "CREATE TABLE predicates AS SELECT row_number() OVER (ORDER BY p) AS n, p FROM (SELECT DISTINCT p FROM lines)"
        )
        run(
            """CREATE TABLE numbers AS SELECT n, coalesce(graph.id, -1) AS g, s.id AS s, o.id AS o, s.kind AS sk, o.kind AS k,
              o.fits AS fits
            FROM lines JOIN predicates USING (p) JOIN terms s ON s.text = lines.s JOIN terms o ON o.text = lines.o
              LEFT JOIN names USING (g) LEFT JOIN terms graph ON graph.text = names.text
            ORDER BY n, graph.id, s.id, o.id"""
        )
        run("DROP TABLE lines")
        kinds = run("SELECT DISTINCT kind FROM terms ORDER BY kind").fetchall()
        numbered = run(
            "SELECT coalesce(lex, text), id FROM names JOIN terms USING (text) ORDER BY text"
        ).fetchall()
        steps = {
            row[0]
            for row in run(
                "SELECT DISTINCT a.n FROM numbers a JOIN numbers b ON a.n = b.n AND a.g = b.g AND a.o = b.s WHERE a.g < 0"
            ).fetchall()
        }
        tables = {row[0][1:-1]: self._table(row[1] not in steps, *row[1:]) for row in self._counted("g < 0")}
        named = {row[0][1:-1]: self._graph_table(*row[1:]) for row in self._counted("g >= 0")}
        return Manifest(
            FORMAT,
            self.snapshot,
            _software(),
            sum(table.file.rows for table in tables.values()),
            self._write("terms", "SELECT id, text, kind, lex, lang, base FROM terms ORDER BY id"),
            self._write(
                "nodes",
                """SELECT DISTINCT g, id FROM (SELECT g, s AS id FROM numbers UNION ALL SELECT g, o FROM numbers)
                WHERE g >= 0 ORDER BY g, id""",
            ),
            self._write(
                "quads",
                """SELECT g, id AS p, s, o FROM numbers JOIN predicates USING (n) JOIN terms ON text = p
                ORDER BY g, id, s, o""",
            ),
            tuple(row[0] for row in kinds),
            tables,
            named,
            dict(numbered),
            dict(run("SELECT lex, id FROM predicates JOIN terms ON text = p ORDER BY id").fetchall()),
        )

    def _counted(self, which: str) -> list[Any]:
        """Count rows, subjects and objects by predicate, and list their kinds."""
        return self.base.execute(
            f"""SELECT p, n, count(DISTINCT s), count(DISTINCT o), list(DISTINCT k), list(DISTINCT sk), bool_and(fits)
            FROM numbers JOIN predicates USING (n) WHERE {which} GROUP BY p, n ORDER BY p"""
        ).fetchall()

    def _read_terms(self) -> None:
        """Give terms numbers, and read literals as SPARQL does: without quotes, what is escaped in N-Triples written out.

        IRIs are in the order of their letters: what closes them is no letter.
        """
        run = self.base.execute
        run(
            f"""CREATE TABLE terms AS SELECT (row_number() OVER (ORDER BY rtrim(text, '>'), text) - 1)::INTEGER AS id, text, kind,
              CASE WHEN text[1] = '"' THEN regexp_extract(text, '^"((?s:.*))"', 1) WHEN kind = '{IRI}' THEN text[2:-2] END AS lex,
              CASE WHEN kind = '{TEXT}' THEN regexp_extract(text, '"@([A-Za-z0-9-]+)$', 1) END AS lang, base, false AS fits
            FROM (SELECT text, base, {_KIND} AS kind FROM (SELECT text, bool_or(base) AS base FROM (
              SELECT s AS text, g = 0 AS base FROM lines UNION ALL SELECT o, g = 0 FROM lines
              UNION ALL SELECT text, false FROM names UNION ALL SELECT DISTINCT p, false FROM lines
            ) GROUP BY text))"""
        )
        run(
            r"""UPDATE terms SET lex = CASE WHEN regexp_matches(replace(lex, '\\', ''), '\\[^nrt"]') THEN NULL ELSE
              replace(replace(replace(replace(replace(
              replace(lex, '\\', chr(1)), '\n', chr(10)), '\r', chr(13)), '\t', chr(9)), '\"', '"'), chr(1), '\') END
            WHERE contains(lex, '\') AND text[1] = '"'"""
        )
        exact = " ".join(
            f"WHEN '{kind}' THEN regexp_matches(lex, '{_PLAIN.get(kind, '')}') AND TRY_CAST(lex AS {type}) IS NOT NULL"
            for kind, type in TYPES.items()
        )
        run(f"UPDATE terms SET fits = coalesce(CASE kind {exact} END, false) WHERE text[1] = '\"'")

    def _table(
        self,
        linear: bool,
        number: int,
        subjects: int,
        objects: int,
        kinds: list[str],
        subject_kinds: list[str],
        fits: bool,
    ) -> PredicateTable:
        """Write the table of a predicate, and that of its closure."""
        typed, columns, source = _typed(kinds, fits)
        name, triples = f"p{number:04d}", f"n = {number} AND g < 0"
        order = "ORDER BY s, o" if typed else ""  # else they are in that order
        file = self._write(name, f"SELECT s, o{columns} FROM {source} WHERE {triples} {order}")
        closure = None if linear or file.rows > _STEPPED else self._closure(name, triples)
        kept = tuple(sorted(kinds)), tuple(sorted(subject_kinds))
        return PredicateTable(file, subjects, objects, *kept, typed, linear, closure)

    def _graph_table(
        self, number: int, subjects: int, objects: int, kinds: list[str], subject_kinds: list[str], fits: bool
    ) -> GraphTable:
        """Write the quads of a predicate in named graphs."""
        typed, columns, source = _typed(kinds, fits)
        quads = f"n = {number} AND g >= 0"
        file = self._write(
            f"g{number:04d}",
            f"SELECT g, s, o{columns} FROM {source} WHERE {quads} {'ORDER BY g, s, o' if typed else ''}",
        )
        rows = self.base.execute(
            f"SELECT g, count(*) FROM numbers WHERE {quads} GROUP BY g ORDER BY g"
        ).fetchall()
        return GraphTable(file, tuple(sorted(kinds)), tuple(sorted(subject_kinds)), typed, dict(rows))

    def _closure(self, name: str, triples: str) -> File | None:
        self.base.execute(
            f"""CREATE OR REPLACE TEMP TABLE far AS WITH RECURSIVE
            near AS MATERIALIZED (SELECT s, o FROM numbers WHERE {triples}),
            far(s, o) AS (SELECT s, o FROM near UNION SELECT far.s, near.o FROM far JOIN near ON far.o = near.s)
            SELECT * FROM far LIMIT {_LARGEST_CLOSURE + 1}"""
        )
        rows = self._one("SELECT count(*) FROM far")
        if rows > _LARGEST_CLOSURE:
            return None
        return self._write(f"{name}-closure", "SELECT s, o FROM far ORDER BY s, o")

    def _one(self, sql: str) -> int:
        row = self.base.execute(sql).fetchone()
        assert row is not None
        return int(row[0])

    def _write(self, name: str, sql: str) -> File:
        path = self.folder / f"{name}.parquet"
        self.base.execute(
            f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS})"
        )
        rows = self._one(f"SELECT count(*) FROM '{path}'")
        return File(path.name, rows, path.stat().st_size, digest_of(path))


def _typed(kinds: list[str], fits: bool) -> tuple[bool, str, str]:
    """Tell whether objects of these kinds have values, and write the columns of these and where they are read."""
    if not fits or len(kinds) != 1:
        return False, "", "numbers"
    language = ", lang AS l" if kinds[0] == TEXT else ""
    return True, f", lex::{TYPES[kinds[0]]} AS v{language}", "numbers JOIN terms ON terms.id = o"


def digest_of(path: Path) -> str:
    """Return the SHA-256 digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _software() -> str:
    try:
        return version("ancrage")
    except PackageNotFoundError:
        return ""
