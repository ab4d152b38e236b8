"""Which edits the publication has, chosen by an operator: one is dropped or put back by building a generation anew."""

from __future__ import annotations

from collections.abc import Sequence

from ...graph.snapshots.snapshot import Snapshot
from ...words import N_
from ..publish.edits import UnknownEdit
from ..publish.generation import Progress
from ..publish.pipeline import Pipeline
from ..publish.stage import silent


def drop(pipeline: Pipeline, ids: Sequence[str], progress: Progress = silent) -> Snapshot:
    """Publish a generation without these edits; their files stay, so that they can be put back.

    Raises UnknownEdit for one that is not in force, and what `Pipeline.publish` raises: nothing changes then.
    """
    with pipeline.snapshots.lock():
        kept = pipeline.edits.settle(pipeline.snapshots)
        in_force = {edit.id for edit in kept}
        for id in ids:
            if pipeline.edits.get(id).id not in in_force:
                raise UnknownEdit(id, N_("elle n'est pas en vigueur"))
        snapshot = pipeline.publish(progress, edits=[edit for edit in kept if edit.id not in ids])
        pipeline.edits.settle(pipeline.snapshots)
        return snapshot


def put_back(pipeline: Pipeline, ids: Sequence[str], progress: Progress = silent) -> Snapshot:
    """Publish a generation with these edits too, each at its place in time; raises as `drop` does."""
    with pipeline.snapshots.lock():
        kept = {edit.id: edit for edit in pipeline.edits.settle(pipeline.snapshots)}
        for id in ids:
            if id in kept:
                raise UnknownEdit(id, N_("elle est en vigueur déjà"))
            kept[id] = pipeline.edits.get(id)
        snapshot = pipeline.publish(progress, edits=[kept[id] for id in sorted(kept)])
        pipeline.edits.settle(pipeline.snapshots)
        return snapshot
