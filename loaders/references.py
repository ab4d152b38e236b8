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
        for id_, cell in _cells(version)
        if unknown(cell)
    ]


def _cells(version: Version) -> Iterator[tuple[str, str]]:
    """Yield the identifier of each row with each identifier that its cells hold, addresses left out."""
    for name, path in version.tables().items():
        for column in LAYOUT.get(name, {}).values():
            schema = pl.read_parquet_schema(path)
            if column.kind != "id" or column.name in ("id", *_free(name)) or column.name not in schema:
                continue
            pairs = pl.scan_parquet(path).select("id", cell=column.name)
            if isinstance(schema[column.name], pl.List):
                pairs = pairs.explode("cell")
            plain = pl.col("cell").cast(pl.String)
            wanted = pairs.filter(plain.is_not_null() & ~plain.str.contains("^[a-z]+:"))
            yield from wanted.unique(maintain_order=True).collect().iter_rows()


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
