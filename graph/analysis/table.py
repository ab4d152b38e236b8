"""Counts with labelled axes: what the methods of the analysis read and give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .uncertainty import BadTable


@dataclass(frozen=True)
class Axis:
    """The labelled rows or columns of a table: a `name` ("territory"), `keys` (IRIs or codes) and `labels`.

    >>> axis = Axis("territory", ("epci/1", "epci/2"), ("Un", "Deux"))
    >>> axis.position("epci/2"), axis.label("epci/2"), len(axis)
    (1, 'Deux', 2)
    """

    name: str
    keys: tuple[str, ...]
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.keys)) != len(self.keys):
            raise ValueError(f"the axis {self.name} has a key twice")
        if self.labels and len(self.labels) != len(self.keys):
            raise ValueError(f"the axis {self.name} has {len(self.keys)} keys and {len(self.labels)} labels")

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.keys)}

    def position(self, key: str) -> int:
        """Give the place of a key; raises KeyError."""
        return self._positions[key]

    def label(self, key: str) -> str:
        """Give the label of a key, the key itself when it has none; raises KeyError."""
        place = self.position(key)
        return self.labels[place] if self.labels else key

    def take(self, places: Sequence[int] | npt.NDArray[np.intp]) -> Axis:
        """Keep some places, in the order given."""
        keys = tuple(self.keys[int(place)] for place in places)
        labels = tuple(self.labels[int(place)] for place in places) if self.labels else ()
        return Axis(self.name, keys, labels)


@dataclass(frozen=True)
class CountTable:
    """Counts of `rows` × `columns`, sparse, in the unit that `about` names.

    A cell without a stored value is a true zero. `missing` marks (True) the cells nobody knows or that are
    suppressed: they are not zero, and hold no value. `about` tells measure, unit, year, sources, evidence,
    snapshot and query.

    >>> table = CountTable.dense([[2, 0], [1, 3]], ["a", "b"], ["x", "y"], row_name="territory", column_name="sector")
    >>> table.shape, table.total, table.row_sums.tolist()
    ((2, 2), 6.0, [2.0, 4.0])
    """

    values: csr_array
    rows: Axis
    columns: Axis
    missing: csr_array | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.rows), len(self.columns)):
            raise ValueError(
                f"values of shape {self.values.shape} for {len(self.rows)} rows and {len(self.columns)} columns"
            )

    @classmethod
    def dense(
        cls,
        values: npt.ArrayLike,
        rows: Iterable[str],
        columns: Iterable[str],
        *,
        row_name: str = "row",
        column_name: str = "column",
        **about: Any,
    ) -> CountTable:
        """Make a table from a full matrix; NaN marks a missing cell."""
        matrix = np.atleast_2d(np.asarray(values, dtype=float))
        unknown = np.isnan(matrix)
        return cls(
            csr_array(np.where(unknown, 0.0, matrix)),
            Axis(row_name, tuple(rows)),
            Axis(column_name, tuple(columns)),
            csr_array(unknown) if unknown.any() else None,
            about,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return len(self.rows), len(self.columns)

    @property
    def total(self) -> float:
        """Sum of all the known cells."""
        return float(self.values.sum())

    @property
    def row_sums(self) -> npt.NDArray[np.float64]:
        """Sum of the known cells of each row."""
        return np.asarray(self.values.sum(axis=1), dtype=float).ravel()

    @property
    def column_sums(self) -> npt.NDArray[np.float64]:
        """Sum of the known cells of each column."""
        return np.asarray(self.values.sum(axis=0), dtype=float).ravel()

    def toarray(self) -> npt.NDArray[np.float64]:
        """Give the full matrix; a missing cell is NaN.

        >>> CountTable.dense([[1, float("nan")]], ["a"], ["x", "y"]).toarray().tolist()
        [[1.0, nan]]
        """
        full = np.asarray(self.values.toarray(), dtype=float)
        if self.missing is not None:
            full[self.missing.toarray().astype(bool)] = np.nan
        return full

    def check_counts(self, measure: str) -> None:
        """Refuse a table that is empty or has negative or non-finite counts; raises BadTable naming the cell."""
        if 0 in self.shape:
            raise BadTable(measure, "the table is empty")
        entries = self.values.tocoo()
        wrong = np.flatnonzero(~np.isfinite(entries.data) | (entries.data < 0))
        if wrong.size:
            row, column = int(entries.row[wrong[0]]), int(entries.col[wrong[0]])
            reason = f"the count {entries.data[wrong[0]]:g} is negative or not a number"
            raise BadTable(measure, reason, self.rows.keys[row], self.columns.keys[column])

    def take(self, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]) -> CountTable:
        """Keep some rows and columns, by their places."""
        missing = self.missing
        return replace(
            self,
            values=csr_array(self.values[rows, :][:, columns]),
            rows=self.rows.take(rows),
            columns=self.columns.take(columns),
            missing=None if missing is None else csr_array(missing[rows, :][:, columns]),
        )

    def with_values(self, values: Any, **about: Any) -> CountTable:
        """Give a table of other values on the same axes, such as a measure of each cell."""
        return replace(self, values=csr_array(values), about={**self.about, **about})

    def frame(self) -> pl.DataFrame:
        """Give the stored and the missing cells as rows: keys, labels, `value` (null) and `missing`.

        >>> CountTable.dense([[2, 0]], ["a"], ["x", "y"], row_name="t", column_name="s").frame().rows()
        [('a', 'a', 'x', 'x', 2.0, False)]
        """
        known = self.values.tocoo()
        parts = [self._cells(known.row, known.col, known.data.astype(float), missing=False)]
        if self.missing is not None:
            unknown = csr_array(self.missing, dtype=bool).tocoo()
            places = np.flatnonzero(unknown.data)
            nothing = np.full(places.size, np.nan)
            parts.append(self._cells(unknown.row[places], unknown.col[places], nothing, missing=True))
        return pl.concat(parts)

    def _repr_html_(self) -> str:
        """Show the shape and the largest cells in a notebook."""
        rows, columns = self.shape
        told = f"{rows} × {columns} ({escape(self.rows.name)} × {escape(self.columns.name)})"
        shown = self.frame().sort("value", descending=True, nulls_last=True).head(20)
        return f"<p>{told}</p>{shown._repr_html_()}"

    def _cells(
        self, row: npt.NDArray[Any], column: npt.NDArray[Any], data: npt.NDArray[np.float64], *, missing: bool
    ) -> pl.DataFrame:
        named = [
            pl.Series(name, list(values), dtype=pl.String).gather(places.tolist())
            for axis, places in ((self.rows, row), (self.columns, column))
            for name, values in ((axis.name, axis.keys), (f"{axis.name}_label", axis.labels or axis.keys))
        ]
        value = pl.Series("value", data, dtype=pl.Float64).fill_nan(None)
        return pl.DataFrame([*named, value, pl.Series("missing", [missing] * len(data), dtype=pl.Boolean)])
