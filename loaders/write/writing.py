"""A write done on a copy of a snapshot's store: changed, derived from, checked, recorded; not yet published."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox

from ...graph.shacl import validation
from ...graph.shacl.affected import (
    Change,
    affected_checks,
    is_adjacent,
    is_beside,
    is_local,
    neighbourhood,
    read_by,
    reads_beyond,
    widen,
)
from ...graph.shacl.checks import Check
from ...graph.shacl.own_terms import own_terms, strange_terms
from ...graph.shacl.report import Report
from ...graph.snapshots import provenance
from ...graph.snapshots.opening import whole_store
from ...graph.snapshots.provenance import DERIVED_GRAPHS, EditRecord, describe_edit
from ...graph.snapshots.store import checkpoint
from ...graph.updates.evaluation import UnknownGraph, apply_update
from ...graph.updates.operations import read_update
from ...graph.updates.patches import graph_of
from ...graph.updates.working_copy import WorkingCopy
from ...ontology.vocabulary import shape_files
from ..inference.entailment import parts
from ..publish.derived_graphs import DERIVATIONS
from ..publish.edits import Edit, overlay, write_edit
from .request import DataSyntax, EditFailed, InvalidEdit, Write

Brought: TypeAlias = list[Any]
"""What a write brings: the steps of an update, or quads."""
AGENT = "write-key"
"""Who writes, for the provenance: the role that holds the key, not a person."""
_FEW = 500
"""Fewer changes are worth asking for what is around their ends."""
_TOLD = 100
"""Most violations told one by one."""


def prepare() -> None:
    """Read what every write needs: the shapes and what each reads, the terms of the ontology, the parts of bodies."""
    for check in _checks():
        read_by(check)
        is_local(check.query)
        reads_beyond(check.query)
    own_terms()
    parts()


def read(write: Write, upload: int | None) -> Brought:
    """Read what a write brings, which needs no lock: the steps of an update, or quads of the graph they go to.

    Raises DataSyntax, and what the reading of an update raises.
    """
    if upload is None:
        return []
    if write.action != "update":
        return _uploaded(write, upload)
    with os.fdopen(upload, "rb") as file:
        return read_update(
            file.read().decode("utf-8", "surrogatepass"), longest=write.longest, base=write.base
        )


def perform(request: Mapping[str, Any], brought: Brought, staging: Path) -> dict[str, Any]:
    """Do a write with what it brings in a staging folder; return what changed, by graph, and whether its graph is new.

    The folder then has the store, the edit and the manifest of the publication to come, unless nothing changed.
    Raises what the parts raise, and InvalidEdit where a shape of severity Violation is broken.
    """
    started = provenance.now()
    write = Write(**request["write"])
    manifest: dict[str, Any] = json.loads((Path(request["snapshot"]) / "manifest.json").read_bytes())
    roles = {**request["roles"], **{graph: about["role"] for graph, about in manifest["graphs"].items()}}
    if not manifest.get("merged"):
        raise EditFailed("the publication keeps no union of its base graphs; publish once more")
    whole_store(Path(request["snapshot"])).backup(str(staging / "store"))
    copy = WorkingCopy(ox.Store(str(staging / "store")), roles, salt=request["edit"])
    created = bool(write.graph) and not copy.has(write.graph)
    _ACTIONS[write.action](copy, write, brought)
    patch = copy.patch
    if not patch:
        return {"graphs": {}, "created": False}
    _derive(copy, staging, [*request["edits"]])
    _check(copy)
    record = EditRecord(request["edit"], write.action, AGENT, started, provenance.now(), patch.counts())
    copy.record(describe_edit(record))
    copy.clear_empty({*patch.counts(), *DERIVED_GRAPHS})
    checkpoint(copy.store, staging / "store")
    write_edit(staging / "edit", record, patch)
    told = json.dumps(_manifest(manifest, copy, request["edit"]), ensure_ascii=False)
    (staging / "manifest.json").write_text(told, encoding="utf-8")
    return {"graphs": record.graphs, "created": created}


def _update(copy: WorkingCopy, write: Write, steps: list[Any]) -> None:
    apply_update(copy, steps, using=write.using, using_named=write.using_named)


def _put(copy: WorkingCopy, write: Write, quads: list[ox.Quad]) -> None:
    copy.replace(write.graph, quads)


def _post(copy: WorkingCopy, write: Write, quads: list[ox.Quad]) -> None:
    copy.change([], quads)


def _delete(copy: WorkingCopy, write: Write, _: Brought) -> None:
    if write.graph and not copy.has(write.graph):
        raise UnknownGraph(write.graph)
    copy.replace(write.graph, [])


_ACTIONS: Mapping[str, Any] = {"update": _update, "put": _put, "post": _post, "delete": _delete}


def _uploaded(write: Write, upload: int) -> list[ox.Quad]:
    """Read the triples of an uploaded file, as quads of the graph they go to; raises DataSyntax."""
    kind = ox.RdfFormat.from_media_type(write.format)
    assert kind is not None
    name = ox.NamedNode(write.graph) if write.graph else ox.DefaultGraph()
    with os.fdopen(upload, "rb") as file:
        try:
            parsed = ox.parse(
                file,
                kind,
                base_iri=write.base or None,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
            return [ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in parsed]
        except SyntaxError as error:
            raise DataSyntax(str(error.msg), error.lineno or 0, error.offset or 0) from None


def _derive(copy: WorkingCopy, staging: Path, edits: Sequence[str]) -> None:
    """Derive again what the change may change; what edits removed of it stays removed."""
    changed = [quad for quad in copy.touched if copy.is_base(graph_of(quad))]

    said = cache(lambda: overlay(Edit(Path(edit)) for edit in edits).then(copy.patch))
    for derivation in DERIVATIONS:
        derivation.refresh(copy, staging, changed, lambda graph: said().only([graph]).removed)


def _check(copy: WorkingCopy) -> None:
    """Run the checks that the change can concern, as a load does; raises InvalidEdit."""
    illustrative = copy.graphs("illustrative")
    looked = [*copy.merged, *(quad for quad in copy.touched if graph_of(quad) in illustrative)]
    if not looked:
        return
    checks = affected_checks(_checks(), copy.store, looked)
    results = strange_terms(
        quad for quad in copy.patch.added if copy.is_base(graph_of(quad)) or graph_of(quad) in illustrative
    )
    if (near := neighbourhood(copy.store, looked, illustrative)) is not None:
        change = Change.of(copy.store, looked)
        local, checks = _split(checks, lambda one: is_local(one.query))
        results += validation.check(near, local).results
        checks = [one for one in checks if not is_beside(one, change, near)]
        if len(looked) < _FEW:
            adjacent, checks = _split(checks, lambda one: is_adjacent(one.query, change))
            nodes = widen(near, copy.store, looked, illustrative, adjacent)
            results += [one for one in validation.check(near, adjacent).results if one.focus in nodes]
    report = Report([*results, *validation.check(copy.store, checks, illustrative).results])
    if report.violations:
        raise InvalidEdit(len(report.violations), _told(report), report.to_turtle())


def _split(checks: Sequence[Check], test: Callable[[Check], bool]) -> tuple[list[Check], list[Check]]:
    """Part checks that pass a test from the others."""
    return [one for one in checks if test(one)], [one for one in checks if not test(one)]


def _checks() -> list[Check]:
    return [check for check in validation.compile_shapes(shape_files()) if check.severity == "Violation"]


def _told(report: Report) -> list[dict[str, str]]:
    return [
        {
            "focus": str(result.focus),
            "path": result.path_text,
            "value": "" if result.value is None else str(result.value),
            "message.fr": result.message("fr"),
            "message.en": result.message("en"),
        }
        for result in report.violations[:_TOLD]
    ]


def _manifest(before: Mapping[str, Any], copy: WorkingCopy, edit: str) -> dict[str, Any]:
    """Return the manifest of the publication to come; the counts of warnings are those of the last load."""
    graphs: dict[str, Any] = {}
    for graph in sorted({*before["graphs"], *copy.growth}):
        about = before["graphs"].get(graph, {"role": copy.role(graph), "source": None, "licence": None})
        quads = about.get("quads", 0) + copy.growth[graph]
        if quads > 0:
            graphs[graph] = {**about, "quads": quads}
            if graph in copy.growth and not about.get("source"):
                graphs[graph]["content"] = edit
    return {
        "quads": sum(about["quads"] for about in graphs.values()),
        "merged": True,
        "graphs": graphs,
        "validation": before.get("validation", {}),
        "edits": [*before.get("edits", []), edit],
    }
