"""Answers of named questions as columns, and columns as labelled sparse matrices: no Python object for a solution."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ...queries.library import Library
from ...queries.query import ParameterError
from ..analysis.table import Axis, Table
from ..snapshots.reader import Reader

#: Names of columns that hold numbers; all the others are read as codes of a dictionary.
NUMBERS = frozenset({"value", "links", "n"})
#: How many names are asked at once.
NAMES_AT_ONCE = 400

#: Evidence statuses, the strongest first.
EVIDENCE = ("documented", "declared", "inferred", "simulated", "illustrative")
_LIBRARY = Library()


@dataclass(frozen=True)
class Solutions:
    """The answer of the question `query` with its `parameters`, as a `frame`, and the `snapshot` it was asked of.

    Columns of numbers are Float64, the others Categorical (a dictionary and its codes); unbound cells are null.
    """

    frame: pl.DataFrame
    query: str
    parameters: Mapping[str, str]
    snapshot: str

    def rows(self, *columns: str) -> pl.DataFrame:
        """Keep the rows that bind every column named, and these columns."""
        return self.frame.select(columns).drop_nulls()

    def texts(self, column: str) -> list[str]:
        """List the different values of a column, sorted."""
        return texts(self.frame[column])

    def about(self) -> dict[str, Any]:
        """Tell where the answer comes from: query, parameters, snapshot."""
        return {"query": self.query, "parameters": dict(self.parameters), "snapshot": self.snapshot}


def texts(column: pl.Series) -> list[str]:
    """List the different values of a column, sorted, without null.

    >>> texts(pl.Series(["b", None, "a", "b"], dtype=pl.Categorical))
    ['a', 'b']
    """
    return sorted(str(text) for text in column.unique().cast(pl.String).to_list() if text is not None)


def ask(reader: Reader, name: str, **parameters: object) -> Solutions:
    """Ask a named question and read its answer as columns, from the engine's own CSV.

    Raises QueryNotFound, ParameterError, and what the reader raises.
    """
    given = {key: value for key, value in parameters.items() if value is not None}
    answer = reader.query(_LIBRARY[name].bind(**given), accept="text/csv")
    frame = read_columns(answer.body)
    return Solutions(frame, name, {key: str(value) for key, value in given.items()}, answer.snapshot)


def read_columns(body: bytes) -> pl.DataFrame:
    r"""Read SPARQL CSV: numbers by the name of their column, all else as dictionary codes.

    >>> read_columns(b"place,value\r\nu:1,2\r\nu:1,\r\n").rows()
    [('u:1', 2.0), ('u:1', None)]
    """
    names = body[: body.index(b"\n")].decode().strip().split(",")
    schema: dict[str, Any] = {name: pl.Float64 if name in NUMBERS else pl.Categorical for name in names}
    return pl.read_csv(io.BytesIO(body), schema=schema)


def labels(reader: Reader, keys: Sequence[str]) -> tuple[str, ...]:
    """Give the French label of each IRI, or the end of the IRI."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), NAMES_AT_ONCE):
        rows = ask(reader, "node-attributes", node=list(keys[start : start + NAMES_AT_ONCE])).frame
        named = rows.select(pl.col("node", "label").cast(pl.String)).drop_nulls()
        found.update(zip(named["node"].to_list(), named["label"].to_list(), strict=True))
    return tuple(found.get(key) or key.rsplit("/", 1)[-1] for key in keys)


def matrix(
    cells: pl.DataFrame, rows: Axis, columns: Axis, about: Mapping[str, Any], *, known: bool = False
) -> Table:
    """Make a table of `cells` (columns `row`, `column`, `value`), each cell once.

    Args:
        cells: keys of the row and of the column, and the value, null or NaN where nobody knows it.
        rows: the axis of the rows; cells of another row are an error.
        columns: the axis of the columns.
        about: what the table tells of itself.
        known: whether a cell that is not given is a true zero (True) or missing (False).

    >>> cells = pl.DataFrame({"row": ["a"], "column": ["x"], "value": [2.0]})
    >>> matrix(cells, Axis("r", ("a", "b")), Axis("c", ("x",)), {}).toarray().tolist()
    [[2.0], [nan]]
    """
    shape = (len(rows), len(columns))
    at_row = _codes(cells["row"], rows)
    at_column = _codes(cells["column"], columns)
    value = cells["value"].cast(pl.Float64).to_numpy()
    good = ~np.isnan(value)
    stored = good & (value != 0)
    values = csr_array((value[stored], (at_row[stored], at_column[stored])), shape=shape)
    if known:
        unknown = np.zeros(shape, dtype=bool)
        unknown[at_row[~good], at_column[~good]] = True
    else:
        unknown = np.ones(shape, dtype=bool)
        unknown[at_row[good], at_column[good]] = False
    return Table(values, rows, columns, csr_array(unknown) if unknown.any() else None, dict(about))


def _codes(column: pl.Series, axis: Axis) -> np.ndarray[Any, np.dtype[np.intp]]:
    return column.cast(pl.String).cast(pl.Enum(axis.keys)).to_physical().to_numpy().astype(np.intp)


def of_evidence(rows: pl.DataFrame, query: str, evidence: str | None) -> pl.DataFrame:
    """Keep the rows of one evidence status, or all for None; raises ParameterError for an unknown status."""
    if evidence is None:
        return rows
    name = evidence.rsplit("/", 1)[-1]
    if name not in EVIDENCE:
        known = ", ".join(EVIDENCE)
        raise ParameterError(query, "evidence", evidence, f"donnez l'un de {known}", f"give one of {known}")
    return rows.filter(_status() == name)


def evidence_counts(rows: pl.DataFrame) -> dict[str, int]:
    """Count rows by evidence status; an empty one is documented."""
    return {str(name): int(n) for name, n in sorted(rows.group_by(_status()).len().iter_rows())}


def given(**parameters: object) -> dict[str, str]:
    """Write the parameters that have a value as texts."""
    return {name: str(value) for name, value in parameters.items() if value is not None}


def _status() -> pl.Expr:
    return pl.col("evidence").cast(pl.String).str.split("/").list.last().fill_null("documented")
