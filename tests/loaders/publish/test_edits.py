"""Edits on the disk: drafts that a publication has are kept, others removed; notes follow the current snapshot."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.provenance import EditRecord
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.snapshots.store import build_store
from ancrage.graph.updates.patches import Patch
from ancrage.loaders.publish.edits import Edit, Edits, UnknownEdit, overlay, write_edit

G = ox.NamedNode("http://e.org/g")
IDS = [f"20261124T10000{i}000000Z-000{i}" for i in range(3)]


def quad(text: str) -> ox.Quad:
    return ox.Quad(G, G, ox.Literal(text), G)


def draft(edits: Edits, folder: Path, id: str, patch: Patch | None = None) -> Edit:
    patch = patch or Patch(frozenset([quad(id)]))
    record = EditRecord(
        id, "update", "write-key", "2026-11-24T10:00:00Z", "2026-11-24T10:00:01Z", patch.counts()
    )
    write_edit(folder / id, record, patch)
    return edits.add_draft(folder / id, id)


def publish(snapshots: Snapshots, ids: list[str]) -> Snapshot:
    with snapshots.staging() as folder:
        build_store([], folder / "store")
        return snapshots.publish(folder / "store", {"edits": ids})


def test_an_edit_is_read_as_it_was_written(tmp_path: Path) -> None:
    edits = Edits(tmp_path / "data")
    patch = Patch(frozenset([quad("a")]), frozenset([quad("b")]))
    kept = edits.confirm(draft(edits, tmp_path, IDS[0], patch))
    assert [edit.id for edit in edits.all()] == [IDS[0]]
    assert (kept.patch, kept.record.added, kept.record.removed, kept.dropped) == (patch, 1, 1, False)
    assert edits.get(IDS[0]).path == kept.path


@pytest.mark.parametrize("id", ["", "x", "..", f"{IDS[0]}/..", IDS[1]])
def test_an_unknown_edit_is_named(tmp_path: Path, id: str) -> None:
    edits = Edits(tmp_path / "data")
    edits.confirm(draft(edits, tmp_path, IDS[0]))
    with pytest.raises(UnknownEdit) as caught:
        edits.get(id)
    assert caught.value.id == id


def test_drafts_that_nothing_published_are_removed_and_the_others_kept(tmp_path: Path) -> None:
    edits, snapshots = Edits(tmp_path / "data"), Snapshots(tmp_path / "data")
    for id in IDS[:2]:
        draft(edits, tmp_path, id)
    publish(snapshots, [IDS[1]])
    assert [edit.id for edit in edits.settle(snapshots)] == [IDS[1]]
    assert [path.name for path in edits.root.iterdir()] == [IDS[1]]


def test_notes_follow_the_current_snapshot(tmp_path: Path) -> None:
    edits, snapshots = Edits(tmp_path / "data"), Snapshots(tmp_path / "data")
    for id in IDS:
        edits.confirm(draft(edits, tmp_path, id))
    first = publish(snapshots, IDS[:1])
    publish(snapshots, [IDS[2], IDS[0]])
    assert [edit.id for edit in edits.settle(snapshots)] == [IDS[2], IDS[0]]
    assert [edit.dropped for edit in edits.all()] == [False, True, False]
    assert [edit.id for edit in edits.in_force(None)] == [IDS[0], IDS[2]]
    snapshots.rollback(first.id)
    edits.settle(snapshots)
    assert [edit.dropped for edit in edits.all()] == [False, True, True]


def test_the_overlay_of_edits_is_in_their_order(tmp_path: Path) -> None:
    edits = Edits(tmp_path / "data")
    added, removed = Patch(frozenset([quad("a")])), Patch(removed=frozenset([quad("a")]))
    one, two = draft(edits, tmp_path, IDS[0], added), draft(edits, tmp_path, IDS[1], removed)
    assert overlay([one, two]) == removed
    assert overlay([two, one]) == added
