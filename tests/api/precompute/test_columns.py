"""Columns of a publication: made once by a process of their own, found wrong by `ancrage verify`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ancrage.api.cli import main
from ancrage.api.precompute.columns import ColumnsAhead
from ancrage.graph.columns.checking import check
from ancrage.graph.columns.glance import COLUMNS
from ancrage.graph.columns.layout import read_manifest
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.snapshot import Snapshots


def test_columns_are_made_once_and_verified(
    tmp_path: Path,
    publisher: Callable[[Path, Path], str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    snapshots = Snapshots(tmp_path / "data")
    snapshot = snapshots.get(publisher(tmp_path / "data", tmp_path / "store"))
    columns = ColumnsAhead(snapshots)
    assert not columns.done(snapshot)
    columns.make(snapshot)
    folder = derived_folder(snapshot) / COLUMNS
    made = (folder / "manifest.json").stat().st_mtime_ns
    assert columns.done(snapshot) and check(snapshot) == []
    columns.make(snapshot)
    columns.close()
    assert (folder / "manifest.json").stat().st_mtime_ns == made
    file = folder / read_manifest(folder, snapshot.id).terms.name
    file.write_bytes(file.read_bytes()[::-1])
    monkeypatch.setattr("sys.argv", ["ancrage", "verify", "--data-dir", str(tmp_path / "data")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3 and file.name in capsys.readouterr().err
