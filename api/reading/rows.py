"""Rows of frames by the values of one column, as lists: what a page reads of one actor, or of one territory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import polars as pl


class Rows:
    """Some rows of a frame as lists: a page takes few of them, and asks no frame."""

    def __init__(
        self, names: Sequence[str], column: Callable[[str], list[Any]], spans: Sequence[tuple[int, int]]
    ) -> None:
        self._names, self._column, self._spans = names, column, spans

    def __len__(self) -> int:
        return sum(end - start for start, end in self._spans)

    def __getitem__(self, name: str) -> list[Any]:
        column = self._column(name)
        return [value for start, end in self._spans for value in column[start:end]]

    def select(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Give the values of some columns, row by row."""
        return zip(*(self[name] for name in names), strict=True)

    def named(self) -> Iterator[dict[str, Any]]:
        """Give each row as a dictionary."""
        columns = {name: self[name] for name in self._names}
        return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))

    def distinct(self, name: str) -> list[Any]:
        """List the different values of a column that are known, in their order."""
        return list(dict.fromkeys(value for value in self[name] if value is not None))


class By:
    """Rows of a frame by the values of one column.

    >>> by = By(pl.DataFrame({"actor": ["b", "a", "b"], "year": [1, 2, 3]}), "actor")
    >>> by.of("b")["year"], len(by.of("c")), by.of_all(["b", "a"])["year"]
    ([1, 3], 0, [1, 3, 2])
    >>> first, second = By(pl.DataFrame({"at": [7, 7], "people": [1234.5, 1234.5]}), "at").of(7)["people"]
    >>> first is second  # one object in memory
    True
    """

    def __init__(self, frame: pl.DataFrame, key: str) -> None:
        self._frame = frame.filter(pl.col(key).is_not_null()).sort(key, maintain_order=True)
        counts = self._frame.group_by(key, maintain_order=True).len()
        ends = counts["len"].cast(pl.Int64).cum_sum().to_list()
        self._ends = dict(zip(counts[key].to_list(), zip([0, *ends], ends, strict=False), strict=True))
        self._lists: dict[str, list[Any]] = {}

    def __contains__(self, value: object) -> bool:
        return value in self._ends

    def __iter__(self) -> Iterator[str]:
        return iter(self._ends)

    def of(self, value: object) -> Rows:
        """Give the rows of one value."""
        span = self._ends.get(value)
        return Rows(self._frame.columns, self._column, [span] if span else [])

    def of_all(self, values: Iterable[object]) -> Rows:
        """Give the rows of several values, in their order."""
        return Rows(
            self._frame.columns,
            self._column,
            [self._ends[value] for value in values if value in self._ends],
        )

    def all(self) -> Rows:
        """Give all rows, those of one value together."""
        return self.of_all(self._ends)

    def warm(self) -> None:
        """Make the lists of all columns, which stand in place of the frame."""
        for name in self._frame.columns:
            self._column(name)
        self._frame = self._frame.clear()

    def _column(self, name: str) -> list[Any]:
        if name not in self._lists:
            column = self._frame[name]
            values, seen = column.to_list(), dict[Any, Any]()  # a value of many rows is one object
            if column.dtype == pl.String:
                values = [one if one is None else sys.intern(one) for one in values]
            elif not column.dtype.is_nested():
                values = [seen.setdefault(one, one) for one in values]
            self._lists[name] = values
        return self._lists[name]
