"""What a partner's tables refer to and nothing describes: told at each cell, whatever the column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

import polars as pl
import pyoxigraph as ox
from rdflib import Graph

from ...graph.shacl.report import Result
from ...ontology.vocabulary import ID
from ...words import N_
from ..sources.layout import LAYOUT
from .staging import Version

#: Columns that may name what is described nowhere: a method, and an indicator that is computed once the graph is checked.
_FREE = (("catchments", "method"), ("objectives", "indicator"), ("assumptions", "indicator"))
T = TypeVar("T")
_ADDRESS = "^[a-z]+:"
_BATCH, _FILES = 20_000, 64
"""Terms asked for at once, and columns read at once: Polars opens a file for each."""
_NO_SHAPES = Graph()


def unknown_references(
    store: ox.Store, versions: Mapping[str, Version], results: Iterable[Result] = ()
) -> list[Result]:
    """Return one violation a cell of a partner's table whose identifier no graph of the store describes.

    What other results already tell is left out.
    """
    told = {str(term) for result in results for term in (result.focus, result.value)}
    references = [
        pairs
        for version in versions.values()
        if version.rows.is_file()
        for table, path in version.tables().items()
        for pairs in cells_of(table, pl.scan_parquet(path))
    ]
    if not references:
        return []
    cells = pl.concat(
        pl.concat(some).select("cell").unique().collect()["cell"] for some in _batches(references, _FILES)
    ).unique()
    cells = cells.filter(~cells.str.contains(_ADDRESS))
    terms = {ox.NamedNode(ID + cell): cell for cell in cells}
    lost = [terms[term] for term in without_description(store, terms) if str(term) not in told]
    if not lost:  # who wrote them is asked for what is lost only: there are a million cells
        return []
    rows = [
        pairs.filter(pl.col("cell").is_in(lost)).unique(maintain_order=True).collect() for pairs in references
    ]
    return [lost_reference(id_, cell) for id_, cell in pl.concat(rows).iter_rows()]


def without_description(store: ox.Store, terms: Iterable[ox.NamedNode]) -> Iterator[ox.NamedNode]:
    """Yield the terms of which no graph says anything, asked by the thousand: one by one, they take three times as long."""
    for some in _batches(terms, _BATCH):
        rows = store.query(
            f"""SELECT ?term {{ VALUES ?term {{ {" ".join(map(str, some))} }}
                FILTER NOT EXISTS {{ ?term ?p ?o }} FILTER NOT EXISTS {{ GRAPH ?g {{ ?term ?p ?o }} }} }}"""
        )
        yield from (row["term"] for row in rows)  # type: ignore[union-attr]


def cells_of(table: str, rows: pl.LazyFrame) -> Iterator[pl.LazyFrame]:
    """Yield, of each column of a table that holds identifiers, those of the rows (`id`) with those of their cells."""
    schema = rows.collect_schema()
    for column in LAYOUT.get(table, {}).values():
        if (
            column.kind != "id"
            or column.name == "id"
            or (table, column.name) in _FREE
            or column.name not in schema
        ):
            continue
        pairs = rows.select(pl.col("id").cast(pl.String), cell=column.name)
        if isinstance(schema[column.name], pl.List):
            pairs = pairs.explode("cell")
        pairs = pairs.with_columns(pl.col("cell").cast(pl.String)).drop_nulls("cell")
        yield pairs


def lost_reference(id_: str, cell: str) -> Result:
    """Make the violation that a row names what nothing describes."""
    return Result(
        focus=ox.NamedNode(ID + id_) if ":" not in id_ else ox.NamedNode(id_),
        path=None,
        value=ox.NamedNode(ID + cell),
        severity="Violation",
        shape="",
        component="http://www.w3.org/ns/shacl#ClassConstraintComponent",
        messages=dict(N_("« {cell} » n'est décrit par aucune source.", cell=cell)),
        shapes=_NO_SHAPES,
    )


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    every = iter(items)
    while some := list(islice(every, size)):
        yield some
