"""What a partner's tables refer to and nothing describes: told at each cell, whatever the column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polars as pl
import pyoxigraph as ox
from rdflib import Graph

from ...graph.shacl.report import Result
from ...ontology.vocabulary import ID
from ..sources.layout import LAYOUT
from .staging import Version

#: Columns that may name what is described nowhere: a method, and an indicator that is computed once the graph is checked.
_FREE = (("catchments", "method"), ("objectives", "indicator"), ("assumptions", "indicator"))
_ADDRESS = "^[a-z]+:"


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
        for pairs in _columns(table, path)
    ]
    if not references:
        return []
    cells = pl.concat([pairs.select("cell").unique().collect()["cell"] for pairs in references]).unique()
    cells = cells.filter(~cells.str.contains(_ADDRESS))
    lost = [
        cell for cell in cells
        if str(term := ox.NamedNode(ID + cell)) not in told and not _is_described(store, term)
    ]  # fmt: skip
    if not lost:  # who wrote them is asked for what is lost only: there are a million cells
        return []
    rows = [
        pairs.filter(pl.col("cell").is_in(lost)).unique(maintain_order=True).collect() for pairs in references
    ]
    return [_result(id_, cell) for id_, cell in pl.concat(rows).iter_rows()]


def _is_described(store: ox.Store, term: ox.NamedNode) -> bool:
    """Tell whether a graph says something of a term; most are in the default graph, which is looked up alone first."""
    return any(
        next(store.quads_for_pattern(term, None, None, graph), None) is not None
        for graph in (ox.DefaultGraph(), None)
    )


def _columns(table: str, path: Path) -> Iterator[pl.LazyFrame]:
    """Yield, of each column that holds identifiers, those of the rows (`id`) with those of their cells."""
    rows = pl.scan_parquet(path)
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


def _result(id_: str, cell: str) -> Result:
    return Result(
        focus=ox.NamedNode(ID + id_) if ":" not in id_ else ox.NamedNode(id_),
        path=None,
        value=ox.NamedNode(ID + cell),
        severity="Violation",
        shape="",
        component="http://www.w3.org/ns/shacl#ClassConstraintComponent",
        messages={
            "fr": f"« {cell} » n'est décrit par aucune source.",
            "en": f"“{cell}” is described by no source.",
        },
        shapes=Graph(),
    )
