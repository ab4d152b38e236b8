"""Backups: hot, whole, and honest about what they hold."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ancrage.graph.snapshots.archive import UnsafeArchive, members, writing
from ancrage.graph.snapshots.canonical import hash_store
from ancrage.graph.snapshots.durable import StoreBusy
from ancrage.graph.snapshots.reader import NoSnapshot
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.publish.backup import ABOUT, back_up, check_about, compare, state_name, verify
from pyoxigraph import Store


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, edited_data_dir: Path) -> Path:
    path = tmp_path_factory.mktemp("backup") / "b.tar.zst"
    back_up(edited_data_dir, path)
    return path


def about_of(path: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for member in members(path):
        if member.name == ABOUT:
            found = json.loads(member.read())
    return found


def altered(path: Path, target: Path, **changes: bytes | None) -> Path:
    """Copy an archive with members replaced or left out (`__` stands for `/`)."""
    named = {name.replace("__", "/"): data for name, data in changes.items()}
    with writing(target) as made:
        for member in members(path):
            data = member.read()
            data = named.get(member.name, data) if member.name in named else data  # type: ignore[assignment]
            if data is not None:
                made.add_bytes(member.name, data)
    return target


def test_an_archive_holds_the_snapshot_and_all_it_was_built_from(
    archive: Path, edited_data_dir: Path
) -> None:
    snapshot = Snapshots(edited_data_dir).current()
    assert snapshot is not None
    about = about_of(archive)
    names = {member.name for member in members(archive)}
    assert about["snapshot"] == snapshot.id
    assert about["manifest"] == json.loads((snapshot.path / "manifest.json").read_text())
    assert sum(name.startswith("graphs/") for name in names) == len(snapshot.graphs())
    state = about["state"]
    assert isinstance(state, dict)
    places = set(state.values())
    assert "sources/partner/data.nq" in places
    assert "sources/partner/source.json" in places
    assert any(place.startswith("sources/rdf-http") and "é" in place for place in places)
    edits = snapshot.manifest["edits"]
    assert {f"edits/{edits[0]}/{name}" for name in ("added.nq", "removed.nq", "edit.json")} <= places
    assert not any("generations" in place or "lock" in place for place in places)
    assert set(state) <= names


def test_it_is_its_owner_s_alone(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600


def test_its_hash_is_that_of_the_store(archive: Path, edited_data_dir: Path) -> None:
    snapshot = Snapshots(edited_data_dir).current()
    assert snapshot is not None
    report = verify(archive)
    assert report.findings == ()
    assert report.hash == hash_store(Store.read_only(str(snapshot.store)))
    assert (report.snapshot, report.quads) == (snapshot.id, snapshot.quads)


def test_nothing_is_left_beside_and_the_leavings_of_a_dead_one_are_removed(
    tmp_path: Path, edited_data_dir: Path
) -> None:
    dead = edited_data_dir / ".backup-dead"
    dead.mkdir()
    before = {path.name for path in edited_data_dir.iterdir()} - {dead.name}
    back_up(edited_data_dir, tmp_path / "b.tar")
    assert {path.name for path in edited_data_dir.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar"]


def test_a_load_in_progress_is_waited_for_then_told(
    tmp_path: Path, edited_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = (
        "import sys; from pathlib import Path; from ancrage.graph.snapshots.snapshot import Snapshots\n"
        "with Snapshots(Path(sys.argv[1])).lock(): print('held', flush=True); sys.stdin.read()\n"
    )
    monkeypatch.setattr(Snapshots.__init__, "__kwdefaults__", {"timeout": 0.1, "keep": None})
    with subprocess.Popen(
        [sys.executable, "-c", holder, edited_data_dir], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(StoreBusy):
            back_up(edited_data_dir, tmp_path / "b.tar")
        process.kill()
    assert not (tmp_path / "b.tar").exists()


def test_without_a_publication_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot):
        back_up(tmp_path / "none", tmp_path / "b.tar")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("suffix", [".tar.gz", ".tar.zst"])
def test_a_bit_that_flipped_in_a_compressed_archive_is_told(
    edited_data_dir: Path, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"b{suffix}"
    back_up(edited_data_dir, path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    try:
        findings = verify(path).findings
    except UnsafeArchive as error:
        assert path.name in str(error)
    else:
        assert findings


def test_every_change_to_an_archive_is_found(archive: Path, tmp_path: Path) -> None:
    one = next(
        member.name for member in members(archive) if member.size and member.name.startswith("graphs/")
    )
    data = next(member.read() for member in members(archive) if member.name == one)
    line = data.splitlines(keepends=True)[0]
    cases: dict[str, dict[str, bytes | None]] = {
        "less": {one.replace("/", "__"): data.replace(line, b"", 1)},
        "gone": {one.replace("/", "__"): None},
        "source": {"state__sources__partner__data.nq": b""},
    }
    for name, changes in cases.items():
        report = verify(altered(archive, tmp_path / f"{name}.tar", **changes))
        assert report.findings, name
    findings = verify(tmp_path / "less.tar").findings
    assert findings[0]["fr"] == f"{one} n'est pas le fichier sauvegardé"
    assert "l'empreinte canonique est" in findings[1]["fr"]
    assert [one["fr"] for one in verify(tmp_path / "source.tar").findings] == [
        "state/sources/partner/data.nq n'est pas le fichier sauvegardé"
    ]


def test_a_line_that_no_parser_reads_is_told_of_its_archive(archive: Path, tmp_path: Path) -> None:
    one = next(member.name for member in members(archive) if member.name.startswith("graphs/"))
    broken = altered(archive, tmp_path / "broken.tar", **{one.replace("/", "__"): b"_:x <p> \x00 nonsense\n"})
    with pytest.raises(UnsafeArchive, match=r"broken\.tar.*illisibles"):
        verify(broken)


@pytest.mark.parametrize(
    "said", [b"[]", b"{", b"{}", b'{"format": 2}', b'{"format": 1}', b'{"format": 1, "hash": 3}']
)
def test_an_archive_that_says_nothing_sensible_is_refused(tmp_path: Path, said: bytes) -> None:
    with writing(tmp_path / "b.tar") as made:
        made.add_bytes(ABOUT, said)
    with pytest.raises(UnsafeArchive):
        verify(tmp_path / "b.tar")


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with writing(tmp_path / "b.tar") as made:
        made.add_bytes("readme", b"x")
    with pytest.raises(UnsafeArchive, match=r"il n'y a pas de backup\.json"):
        verify(tmp_path / "b.tar")
    with pytest.raises(UnsafeArchive):
        check_about(tmp_path / "b.tar", {})


def test_names_that_an_archive_cannot_have_get_a_number() -> None:
    assert state_name("sources/x/" + "y" * 100, 7) == "state/other/7"
    found = compare({"files": {"a": {"size": 1, "sha256": "x"}}}, {"b": (1, "y")})
    assert [one["fr"] for one in found] == [
        "il manque a",
        "b n'est pas dans la liste",
    ]


def test_a_folder_without_hard_links_is_copied(
    tmp_path: Path, edited_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr(os, "link", refused)
    back_up(edited_data_dir, tmp_path / "b.tar.gz")
    assert verify(tmp_path / "b.tar.gz").findings == ()
