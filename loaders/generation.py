"""Generations: a store built from the ontology and the sources' versions, completed with what rules derive, checked by SHACL."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..graph import provenance, validation
from ..graph.provenance import DERIVED_GRAPHS, ONTOLOGY_GRAPH, LoadRecord, role_of
from ..graph.store import build_store, count_graphs
from ..graph.working_copy import WorkingCopy
from ..ontology.vocabulary import ontology_files, shape_files
from .derivations import DERIVATIONS, EXCHANGE_MAPPING, exchange_mapping
from .edits import Edit, overlay
from .staging import Version

Progress = Callable[[str], None]

__all__ = ["EXCHANGE_MAPPING", "Generation", "InvalidGraph", "build", "exchange_mapping"]


class InvalidGraph(ValueError):  # noqa: N818
    """The generation breaks shapes with severity Violation; keeps the `report`."""

    def __init__(self, report: validation.Report) -> None:
        self.report = report
        first = report.violations[0]
        count = len(report.violations)
        super().__init__(
            f"Rien n'est publié : {count} violation{'s' if count > 1 else ''} des formes SHACL ; "
            f"la première : {first.focus} — {first.message('fr')}"
        )


@dataclass(frozen=True)
class Generation:
    """A built and checked store that is not published yet, with seconds spent by step."""

    directory: Path
    manifest: dict[str, Any]
    report: validation.Report
    seconds: dict[str, float]

    @property
    def store(self) -> Path:
        """The folder of the store."""
        return self.directory / "store"

    def discard(self) -> None:
        """Remove the generation; nothing once it was published."""
        shutil.rmtree(self.directory, ignore_errors=True)


def build(
    generations: Path, versions: Mapping[str, Version], progress: Progress, edits: Sequence[Edit] = ()
) -> Generation:
    """Build a generation in a new folder below `generations` and check it.

    The default graph of the store is the union of the base graphs (ontology, sources, what is derived). What the
    edits removed from the sources is not there, what they added is; memberships of filières and what programmes
    prepare for are derived from the result.

    Raises `InvalidGraph` where a shape of severity Violation is broken; the folder is removed then.
    """
    generations.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=".staging-", dir=generations))
    try:
        sources = [(version.quads, version.record) for version in versions.values()]
        return _build(directory, sources, edits, progress)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _build(
    directory: Path, sources: list[tuple[Path, LoadRecord]], edits: Sequence[Edit], progress: Progress
) -> Generation:
    seconds: dict[str, float] = {}
    records = [record for _, record in sources]
    base = [ONTOLOGY_GRAPH, *(record.graph for record in records if record.role == "base")]
    with _timed(seconds, "index"):
        progress("index : construction du magasin")
        provenance.write(records, directory / "provenance.nq", [edit.record for edit in edits])
        files: list[tuple[Path, str | None]] = [(path, ONTOLOGY_GRAPH) for path in ontology_files()]
        files += [(quads, None) for quads, _ in sources]
        files.append((directory / "provenance.nq", None))
        build_store(files, directory / "store", merged=base)
    store = ox.Store(str(directory / "store"))
    copy = WorkingCopy(store, {record.graph: record.role for record in records})
    patch = overlay(edits)
    with _timed(seconds, "edits"):
        if patch:
            progress("modifications : application")
            copy.replay(patch.without(DERIVED_GRAPHS))
    with _timed(seconds, "derived"):
        progress("filières et métiers : application des règles")
        for derivation in DERIVATIONS:
            copy.derive(derivation.graph, derivation.quads(store, directory))
        copy.replay(patch.only(DERIVED_GRAPHS))
        copy.clear_empty({*patch.counts(), *DERIVED_GRAPHS})
        store.flush()
    with _timed(seconds, "validate"):
        progress("contrôle : formes SHACL")
        illustrative = [record.graph for record in records if record.role == "illustrative"]
        report = validation.validate(store, shape_files(), graphs=illustrative)
    if report.violations:
        raise InvalidGraph(report)
    manifest = _manifest(count_graphs(store), records, report)
    manifest["edits"] = [edit.id for edit in edits]
    del store, copy
    return Generation(directory, manifest, report, seconds)


def _manifest(counts: dict[str, int], records: list[LoadRecord], report: validation.Report) -> dict[str, Any]:
    by_graph = {record.graph: record for record in records}
    graphs: dict[str, dict[str, Any]] = {}
    for graph, quads in counts.items():
        record = by_graph.get(graph)
        graphs[graph] = {
            "quads": quads,
            "role": record.role if record else role_of(graph),
            "source": record.name if record else None,
            "licence": record.licence if record else "CC-BY-4.0" if graph == ONTOLOGY_GRAPH else None,
        }
    severities: dict[str, int] = {}
    for result in report.results:
        severities[result.severity] = severities.get(result.severity, 0) + 1
    return {"quads": sum(counts.values()), "merged": True, "graphs": graphs, "validation": severities}


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
