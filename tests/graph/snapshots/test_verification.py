"""Verification: silent on what is right, one sentence for each thing that is not."""

import json
from pathlib import Path

import pytest
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.canonical import hash_store
from ancrage.graph.snapshots.listing import FILES, DamagedSnapshot, list_files
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.snapshots.store import build_store
from ancrage.graph.snapshots.verification import verify
from pyoxigraph import NamedNode, Quad, Store

G, P = "http://e.org/g", NamedNode("http://e.org/p")


def publish(folder: Path, quads: int = 2, **more: object) -> Snapshot:
    folder.mkdir()
    source = folder / "a.nq"
    text = "".join(f'<http://e.org/s> <http://e.org/p> "{n}" <{G}> .\n' for n in range(2))
    source.write_text(text, encoding="utf-8")
    build_store([source], folder / "store", merged=[G])
    manifest = {"quads": 2, "merged": True, "graphs": {G: {"quads": quads, "role": "base"}}, **more}
    return Snapshots(folder / "data").publish(folder / "store", manifest)


def test_a_right_snapshot_has_no_finding_and_its_hash_is_kept(tmp_path: Path) -> None:
    snapshot = publish(tmp_path / "x")
    found = verify(snapshot)
    assert (found.quads, found.findings) == (2, ())
    assert found.hash == hash_store(Store.read_only(str(snapshot.store)))
    kept = json.loads((derived_folder(snapshot) / "hash.json").read_text())
    assert kept["value"] == found.hash
    assert verify(snapshot) == found


def test_a_file_that_is_not_the_one_published_is_found(tmp_path: Path) -> None:
    snapshot = publish(tmp_path / "x")
    list_files(snapshot)
    assert verify(snapshot).findings == ()
    with (snapshot.store / "IDENTITY").open("ab") as file:
        file.write(b"x")
    assert [one["fr"] for one in verify(snapshot).findings] == [
        "le fichier store/IDENTITY n'est pas celui qui a été publié"
    ]
    declared = snapshot.path / "derived" / "declared"
    declared.mkdir(parents=True)
    (declared / "own.toml").touch()
    (snapshot.path / FILES).unlink()
    list_files(snapshot)
    (declared / "own.toml").unlink()
    assert [one["fr"] for one in verify(snapshot).findings] == [
        "le fichier derived/declared/own.toml n'est pas celui qui a été publié"
    ]


def test_wrong_counts_are_found(tmp_path: Path) -> None:
    found = verify(publish(tmp_path / "x", quads=3))
    assert [one["fr"] for one in found.findings] == [f"le graphe {G} a 2 énoncés, sa fiche en dit 3"]


def test_a_store_that_changed_is_found(tmp_path: Path) -> None:
    snapshot = publish(tmp_path / "x")
    verify(snapshot)
    store = Store(str(snapshot.store))
    store.remove(next(store.quads_for_pattern(None, None, None, NamedNode(G))))
    store.add(Quad(P, P, P, NamedNode(G)))
    store.flush()
    del store
    findings = [one["fr"] for one in verify(snapshot).findings]
    assert "le graphe par défaut a 2 triplets" not in findings[0]
    assert findings[0].startswith("l'empreinte était ")


def test_a_default_graph_that_is_not_the_union_is_found(tmp_path: Path) -> None:
    snapshot = publish(tmp_path / "x")
    store = Store(str(snapshot.store))
    store.add(Quad(P, P, P))
    store.flush()
    del store
    assert [one["fr"] for one in verify(snapshot).findings] == [
        "le graphe par défaut a 3 triplets, l'union des graphes de base en a 2"
    ]


def test_a_restored_snapshot_is_compared_with_its_backup(tmp_path: Path) -> None:
    found = verify(publish(tmp_path / "x", restored={"hash": "0" * 64}))
    assert [one["fr"] for one in found.findings] == [f"l'empreinte était {'0' * 64}, elle est {found.hash}"]


def test_a_damaged_file_ends_the_verification_before_its_store_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine may count a damaged block without end."""
    snapshot = publish(tmp_path / "x")
    list_files(snapshot)
    largest = max(snapshot.store.glob("*.sst"), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(255 - one for one in data[middle : middle + 64])
    largest.write_bytes(data)
    monkeypatch.setattr("ancrage.graph.snapshots.verification.whole_store", None)
    found = verify(snapshot)
    name = f"store/{largest.name}"
    assert [one["fr"] for one in found.findings] == [f"le fichier {name} n'est pas celui qui a été publié"]
    assert (found.quads, found.hash) == (0, "")


def test_a_snapshot_that_lacks_a_file_is_not_opened(tmp_path: Path) -> None:
    snapshot = publish(tmp_path / "x")
    list_files(snapshot)
    LocalReader(snapshot).close()
    lost = next(snapshot.store.glob("*.sst"))
    lost.unlink()
    with pytest.raises(DamagedSnapshot, match=lost.name) as told:
        LocalReader(snapshot)
    assert told.value.file == f"store/{lost.name}"
