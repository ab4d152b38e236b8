"""Answers to questions and to queries: rows with a table of their own in a terminal, in a notebook, and as a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape

import polars as pl

from ...graph.sparql.frame import frame_of
from ...graph.sparql.prefixes import shorten
from ...graph.sparql.results import Iri, Rows, Value, plain
from ...queries.query import Query
from ...words.locales import language
from .tabular import Tabular
from .views import foot, table, terminal_table


@dataclass(frozen=True, repr=False)
class Answer(Tabular):
    """The answer to a named question, or to a query (`question` is None): `rows`, and their `frame`.

    Iterating gives each row as a dictionary; `shorten()` writes IRIs with prefixes.

    >>> answer = Answer(Rows(["place", "n"], [[Iri("https://w3id.org/ancrage/id/territory/commune/38185"), 3]]), "s1")
    >>> [row["n"] for row in answer], answer.frame.dtypes
    ([3], [String, Int64])
    >>> answer.shorten().frame["place"].to_list()
    ['id:territory/commune/38185']
    """

    rows: Rows
    snapshot: str
    question: Query | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def _frame(self) -> pl.DataFrame:
        return frame_of(self.rows, self.question.columns if self.question else {})

    @property
    def frame(self) -> pl.DataFrame:
        """The rows as a frame: integers, decimals, dates and booleans as such, IRIs as text (`graph/sparql/frame.py`)."""
        return self._frame

    def shorten(self) -> Answer:
        """Give the answer with its IRIs written with prefixes: `anc:ResearchUnit`, `id:territory/epci/200040715`."""
        rows = [
            [shorten(value) if isinstance(value, Iri) else value for value in row] for row in self.rows.rows
        ]
        return replace(self, rows=Rows(self.rows.columns, rows))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return iter(self.rows)

    @property
    def _title(self) -> str:
        if self.question is None:
            return "SPARQL"
        chosen = ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
        return self.question.title[language()] + (f" ({chosen})" if chosen else "")

    def __repr__(self) -> str:
        return terminal_table(self._title, self.rows.columns, self.rows.rows, self.snapshot)

    def _repr_html_(self) -> str:
        rows = [
            [one if isinstance(one, int | float) else plain(one) for one in row] for row in self.rows.rows
        ]
        return f"<h3>{escape(self._title)}</h3>{table(self.rows.columns, rows)}{foot(self.snapshot)}"
