"""The first rows of a large partner's tables, checked alone before the rest is mapped: what they already show is refused early.

Only what no later row can put right counts: a value of the wrong form, one value too many, an identifier that nothing
describes anywhere. What is missing among the first rows may come later, and waits for the check of the whole.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from ...graph.shacl import validation
from ...graph.shacl.checks import Check
from ...graph.shacl.report import Report, Result
from ...graph.shacl.shapes import compile_shapes
from ...graph.snapshots.provenance import ONTOLOGY_GRAPH
from ...graph.snapshots.snapshot import Snapshot
from ...ontology.vocabulary import ID, ontology_files, shape_files
from ...words import N_, Spoken
from ..filieres.files import SHIPPED, read_filieres
from ..filieres.scheme import quads as chain_quads
from ..mapping.mapping import Mapping as Correspondence
from .faults import InvalidGraph
from .references import cells_of, lost_reference, without_description
from .staging import Version
from .tracing import Trace

FIRST = 100_000
"""Rows of each table that are looked at first, where a table has more."""

_LASTING = frozenset(
    f"http://www.w3.org/ns/shacl#{name}ConstraintComponent"
    for name in (
        "MaxCount", "Datatype", "Pattern", "NodeKind", "In", "MinInclusive", "MaxInclusive", "UniqueLang",
        "LessThanOrEquals", "Disjoint",
    )
)  # fmt: skip
"""Constraints that stay broken whatever is added to a graph."""
_SPARQL = "http://www.w3.org/ns/shacl#SPARQLConstraintComponent"
_YIELDING = re.compile(
    r"\b(?:EXISTS|MINUS|OPTIONAL|BOUND|COUNT|MIN|MAX|SUM|AVG|SAMPLE|GROUP_CONCAT)\b", re.IGNORECASE
)
"""What makes a query of a constraint find less where a graph has more."""


def are_large(tables: Mapping[str, pl.DataFrame]) -> bool:
    """Tell whether a table has more rows than are looked at first."""
    return any(len(table) > FIRST for table in tables.values())


def looked_at() -> Spoken:
    """Say what was looked at, and that the rest was not."""
    return N_(
        "Seules les premières lignes de chaque table ({first}) ont été regardées : le reste n'est pas encore contrôlé.",
        first=FIRST,
    )


def refuse_first_rows(
    tables: Mapping[str, pl.DataFrame],
    correspondence: Correspondence,
    version: Version,
    previous: Snapshot | None,
    filieres: Sequence[Path],
) -> None:
    """Raise InvalidGraph where the first `FIRST` rows of a partner's tables break shapes by themselves.

    Args:
        tables: the partner's tidy tables, whole: what they describe may be named by the first rows.
        correspondence: the mapping of the exchange layout.
        version: the version under way, with its record and the places of its rows; a folder is made in it, and removed.
        previous: the snapshot that describes all else that is loaded; None where something loaded is not published yet:
            references are then left to the check of the whole.
        filieres: the folders of filières beside those of the package.
    """
    folder = version.path / "first"
    folder.mkdir()
    try:
        _check(tables, correspondence, version, previous, filieres, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check(
    tables: Mapping[str, pl.DataFrame],
    correspondence: Correspondence,
    version: Version,
    previous: Snapshot | None,
    filieres: Sequence[Path],
    folder: Path,
) -> None:
    graph = version.record.graph
    correspondence.write(
        {name: one.head(FIRST) for name, one in tables.items()}, folder / "first.nq", graph=graph
    )
    store = ox.Store()  # in memory: a quarter of the time of one on disk
    for path in ontology_files():
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(ONTOLOGY_GRAPH))
    store.bulk_load(path=str(folder / "first.nq"), format=ox.RdfFormat.N_QUADS, lenient=True)
    for place in (SHIPPED, *filieres):
        store.extend(chain_quads(read_filieres(place)[0]))
    found = [
        *_lost(tables, correspondence, store, previous),
        *validation.check(store, _lasting(), [ONTOLOGY_GRAPH, graph]).violations,
    ]
    if found:
        report = Report(found)
        raise InvalidGraph(report, Trace(store, {version.record.name: version}).faults(found))


def _lasting() -> list[Check]:
    return [
        one
        for one in compile_shapes(shape_files())
        if one.severity == "Violation"
        and (one.component in _LASTING or (one.component == _SPARQL and not _YIELDING.search(one.query)))
    ]


def _lost(
    tables: Mapping[str, pl.DataFrame],
    correspondence: Correspondence,
    store: ox.Store,
    previous: Snapshot | None,
) -> Iterator[Result]:
    """Yield a violation a cell of the first rows whose identifier neither these tables nor a store describes."""
    if previous is None:
        return
    pairs = [one for name, table in tables.items() for one in cells_of(name, table.lazy().head(FIRST))]
    if not pairs:
        return
    cells = pl.concat([one.select("cell").unique().collect() for one in pairs]).unique()
    for subjects in _subjects(tables, correspondence):
        cells = cells.join(subjects, on="cell", how="anti")
    published = ox.Store.read_only(str(previous.store))
    terms = {ox.NamedNode(ID + cell): cell for cell in cells["cell"] if ":" not in cell}
    strange = without_description(published, without_description(store, terms))
    lost = [terms[term] for term in strange]
    for one in pairs if lost else ():
        rows = one.filter(pl.col("cell").is_in(lost)).unique(maintain_order=True).collect()
        yield from (lost_reference(id_, cell) for id_, cell in rows.iter_rows())


def _subjects(tables: Mapping[str, pl.DataFrame], correspondence: Correspondence) -> Iterator[pl.DataFrame]:
    """Yield the identifiers of which the tables say something, by column: `id`, and what a mapping has as its subject."""
    columns = {
        (source.stem, name)
        for triples_map in correspondence.document.mappings.values()
        for source in triples_map.sources
        for subject in triples_map.subjects
        for name in subject.references
    }
    for table, name in sorted(columns):
        if table in tables and name in tables[table].columns:
            cells = tables[table].select(cell=name)
            if isinstance(cells.schema["cell"], pl.List):
                cells = cells.explode("cell")
            yield cells.select(pl.col("cell").cast(pl.String)).drop_nulls().unique()
