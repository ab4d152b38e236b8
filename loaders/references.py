"""What a partner's tables refer to and nothing describes: told at each cell, whatever the column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl
import pyoxigraph as ox
from rdflib import Graph

from ..graph.report import Result
from ..ontology.vocabulary import ID
from .layout import LAYOUT
from .staging import Version

#: Columns that may name what is described nowhere: a method, and an indicator that is computed once the graph is checked.
_FREE = (("catchments", "method"), ("objectives", "indicator"), ("assumptions", "indicator"))


def unknown_references(
    store: ox.Store, versions: Mapping[str, Version], found: Iterable[Result] = ()
) -> list[Result]:
    """Return one violation a cell of a partner's table whose identifier no graph of the store describes.

    What other results, `found`, already tell is left out.
    """
    said = {str(term) for one in found for term in (one.focus, one.value)}
    known: dict[str, bool] = {}

    def unknown(cell: str) -> bool:
        if cell not in known:
            term = ox.NamedNode(ID + cell)
            told = str(term) in said
            known[cell] = told or next(store.quads_for_pattern(term, None, None), None) is not None
        return not known[cell]

    return [
        _result(id_, cell)
        for version in versions.values()
        if version.rows.is_file()
        for pairs in _columns(version)
        if (lost := [cell for cell in pairs["cell"].unique(maintain_order=True).to_list() if unknown(cell)])
        for id_, cell in pairs.filter(pl.col("cell").is_in(lost)).iter_rows()
    ]


def _columns(version: Version) -> Iterator[pl.DataFrame]:
    """Yield, of each column that holds identifiers, those of the rows (`id`) with those of their cells, addresses left out."""
    for name, path in version.tables().items():
        for column in LAYOUT.get(name, {}).values():
            schema = pl.read_parquet_schema(path)
            if column.kind != "id" or column.name in ("id", *_free(name)) or column.name not in schema:
                continue
            pairs = pl.scan_parquet(path).select("id", cell=column.name)
            if isinstance(schema[column.name], pl.List):
                pairs = pairs.explode("cell")
            pairs = pairs.with_columns(pl.col("cell").cast(pl.String)).drop_nulls("cell")
            yield pairs.filter(~pl.col("cell").str.contains("^[a-z]+:")).unique(maintain_order=True).collect()


def _free(table: str) -> list[str]:
    return [column for name, column in _FREE if name == table]


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
