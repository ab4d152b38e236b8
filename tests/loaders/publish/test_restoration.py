"""Restoration: the same graph, the same sources, the same edits; or nothing at all."""

import io
import json
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.archive import UnsafeArchive, members, writing
from ancrage.graph.snapshots.canonical import hash_store
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots, UnknownSnapshot
from ancrage.loaders.operations.audit import AuditLog
from ancrage.loaders.operations.files import STORE_FILE
from ancrage.loaders.operations.store import Draft, Operations
from ancrage.loaders.publish.backup import ABOUT, REPLACED, BrokenBackup, back_up, verify
from ancrage.loaders.publish.edits import Edits
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.restoration import DiskTooSmall, OccupiedFolder, restore
from ancrage.loaders.publish.staging import SourceVersions

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, edited_data_dir: Path) -> Path:
    path = tmp_path_factory.mktemp("backup") / "b.tar.gz"
    back_up(edited_data_dir, path)
    return path


def hash_of(snapshot: Snapshot | None) -> str:
    assert snapshot is not None
    return hash_store(ox.Store.read_only(str(snapshot.store)))


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rewritten(archive: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Copy an archive whose members were changed, its own list made to agree."""
    content = {member.name: member.read() for member in members(archive)}
    change(content)
    about = json.loads(content.pop(ABOUT))
    with writing(target) as made:
        for name, data in content.items():
            made.add_bytes(name, data)
        made.add_bytes(ABOUT, json.dumps({**about, "files": made.files}).encode())
    return target


def test_what_is_restored_is_what_was_saved(archive: Path, edited_data_dir: Path, tmp_path: Path) -> None:
    snapshot = restore(archive, tmp_path / "data")
    former = Snapshots(edited_data_dir).current()
    assert former is not None
    assert hash_of(snapshot) == hash_of(former) == verify(archive).hash
    assert Snapshots(tmp_path / "data").current() == snapshot
    for key in ("graphs", "merged", "edits", "quads", "validation"):
        assert snapshot.manifest[key] == former.manifest[key]
    assert snapshot.manifest["restored"]["snapshot"] == former.id
    mine, theirs = SourceVersions(tmp_path / "data"), SourceVersions(edited_data_dir)
    assert mine.names() == theirs.names()
    for name in mine.names():
        assert files_of(mine.current()[name].path) == files_of(theirs.current()[name].path)
    assert files_of(tmp_path / "data" / "edits") == files_of(edited_data_dir / "edits")
    default = ox.Store.read_only(str(snapshot.store)).quads_for_pattern(None, None, None, ox.DefaultGraph())
    before = ox.Store.read_only(str(former.store)).quads_for_pattern(None, None, None, ox.DefaultGraph())
    assert len(list(default)) == len(list(before)) > 0


def test_a_restored_directory_is_loaded_and_published_as_before(archive: Path, tmp_path: Path) -> None:
    first = restore(archive, tmp_path / "data")
    pipeline = Pipeline(tmp_path / "data")
    second = pipeline.publish()
    assert second.manifest["edits"] == first.manifest["edits"]
    text = 'ASK { GRAPH ?g { ?s ?p "modifié" } }'
    assert bool(ox.Store.read_only(str(second.store)).query(text))
    assert second.quads == first.quads
    assert pipeline.snapshots.rollback() == first


def test_a_directory_in_use_is_replaced_only_when_told(archive: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    restore(archive, data)
    (tmp_path / "x.ttl").write_text("<http://e.org/a> <http://e.org/b> 1 .", encoding="utf-8")
    Pipeline(data).load_rdf(tmp_path / "x.ttl", "http://e.org/other")
    with pytest.raises(OccupiedFolder):
        restore(archive, data)
    again = restore(archive, data, replace=True, keep=2)
    assert hash_of(again) == verify(archive).hash
    assert "rdf-http---e.org-other" not in SourceVersions(data).names()
    assert len(Snapshots(data).list()) == 2
    assert [edit.id for edit in Edits(data).all()] == again.manifest["edits"]
    versions = data / "sources" / ".versions"
    assert len(list(versions.iterdir())) == len(SourceVersions(data).names())


def refused(archive: Path, data: Path, error: type[Exception], message: str) -> None:
    """Check that a restoration fails and leaves nothing, inside and outside the directory."""
    outside = set(data.parent.iterdir())
    with pytest.raises(error, match=message):
        restore(archive, data)
    assert Snapshots(data).current() is None
    assert not data.exists()
    assert set(data.parent.iterdir()) - {data} == outside - {data}


@pytest.mark.parametrize(
    "place",
    [
        "../x",
        "/tmp/x",
        "edits/../../x",
        "current",
        "generations/x/y",
        ".hidden/x",
        "edits/.x",
        "",
        "sources/x",
        "lock/x",
    ],
)
def test_places_outside_the_directory_are_refused(archive: Path, tmp_path: Path, place: str) -> None:
    def change(content: dict[str, bytes]) -> None:
        about = json.loads(content[ABOUT])
        about["state"][next(iter(about["state"]))] = place
        content[ABOUT] = json.dumps(about).encode()

    bad = rewritten(archive, tmp_path / "bad.tar", change)
    refused(bad, tmp_path / "data", UnsafeArchive, "n'est pas un emplacement dans un dossier de données")


def test_an_archive_with_other_files_is_refused(archive: Path, tmp_path: Path) -> None:
    bad = rewritten(archive, tmp_path / "bad.tar", lambda content: content.update({"bin/sh": b"x"}))
    refused(bad, tmp_path / "data", UnsafeArchive, "bin/sh n'a rien à y faire")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_are_refused_before_anything_is_written_through_them(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        link = tarfile.TarInfo("state/out")
        link.type, link.linkname = kind, str(tmp_path)
        tar.addfile(link)
        file = tarfile.TarInfo("state/out/owned")
        file.size = 1
        tar.addfile(file, io.BytesIO(b"x"))
    refused(tmp_path / "bad.tar", tmp_path / "data", UnsafeArchive, "ni un fichier")
    assert not (tmp_path / "owned").exists()


def test_content_that_is_not_what_it_says_is_refused(archive: Path, tmp_path: Path) -> None:
    def change(content: dict[str, bytes]) -> None:
        name = next(name for name, data in content.items() if name.startswith("graphs/") and data)
        content[name] += b"<http://e.org/new> <http://e.org/p> <http://e.org/o> <http://e.org/g> .\n"

    bad = rewritten(archive, tmp_path / "bad.tar", change)
    refused(bad, tmp_path / "data", BrokenBackup, "l'empreinte canonique est")


def test_a_disk_that_is_too_small_is_told_with_what_is_needed(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = sum(member.size for member in members(archive))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=size))
    told = rf"le disque de {tmp_path / 'data'} a trop peu de place : .* Mo libres, il en faut "
    refused(archive, tmp_path / "data", DiskTooSmall, told)


def test_a_refusal_leaves_no_folder_that_was_not_there(tmp_path: Path) -> None:
    (tmp_path / "notes.tar").write_text("rien d'une archive")
    with pytest.raises(UnsafeArchive):
        restore(tmp_path / "notes.tar", tmp_path / "a" / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.tar"]
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(UnsafeArchive):
        restore(tmp_path / "notes.tar", tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir(), "who made it keeps it"


def test_a_cut_archive_is_refused(archive: Path, tmp_path: Path) -> None:
    data = archive.read_bytes()
    (tmp_path / "bad.tar.gz").write_bytes(data[: len(data) * 2 // 3])
    refused(tmp_path / "bad.tar.gz", tmp_path / "data", UnsafeArchive, "elle est coupée")


RESTORER = """
from pathlib import Path
from ancrage.loaders.publish.restoration import restore


install(int(sys.argv[1]))
print(restore(Path(sys.argv[2]), Path(sys.argv[3]), replace=True).id, flush=True)
"""


def test_a_restoration_killed_at_any_change_is_finished_by_the_next(
    archive: Path, tmp_path: Path, dying: Callable[..., Iterator[str | None]]
) -> None:
    data = tmp_path / "data"
    (tmp_path / "x.ttl").write_text("<http://e.org/a> <http://e.org/b> 1 .", encoding="utf-8")
    before = Pipeline(data).load_rdf(tmp_path / "x.ttl", "http://e.org/other").snapshot
    saved = hash_of(before)
    wanted = verify(archive).hash
    kept = tmp_path / "kept"
    shutil.copytree(data, kept, symlinks=True)
    deaths, found = 0, []
    for told in dying(RESTORER, archive, data, step=29):
        deaths += told is not None
        try:
            current = Snapshots(data).current()
        except UnknownSnapshot:
            pytest.fail("the pointer leads nowhere")
        found.append(hash_of(current))
        assert found[-1] in (saved, wanted)
        assert all(edit.record.operation == "update" for edit in Edits(data).all())
        for version in SourceVersions(data).current().values():
            assert version.record.quads > 0
            assert version.quads.stat().st_size
        if told is None or told.strip():
            assert found[-1] == wanted
        elif deaths % 2 == 0:  # the half-done work does not hinder a whole one
            assert hash_of(restore(archive, data, replace=True)) == wanted
            assert "rdf-http---e.org-other" not in SourceVersions(data).names()
            shutil.rmtree(data)
            shutil.copytree(kept, data, symlinks=True)
    assert deaths > 5
    assert found[-1] == wanted


def test_what_people_entered_is_saved_whole_while_it_is_written_and_put_back_under_who_reads_it(
    edited_data_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(edited_data_dir, tmp_path / "from", symlinks=True)
    store = Operations.open(tmp_path / "from")
    store.append([Draft("ana", "need-filed", "need/0")])  # the first write of a store empties its log
    store.append([Draft("ana", "need-filed", "need/1", {"n": n}) for n in range(50)])
    assert (
        tmp_path / "from" / f"{STORE_FILE}-wal"
    ).stat().st_size > 0  # its last events are not in the file itself
    back_up(tmp_path / "from", tmp_path / "b.tar.zst")
    assert not verify(tmp_path / "b.tar.zst").findings
    restore(tmp_path / "b.tar.zst", tmp_path / "to")
    again = Operations.open(tmp_path / "to")
    assert again.since(0) == store.since(0)
    store.append([Draft("ana", "need-filed", "need/2")])
    restore(tmp_path / "b.tar.zst", tmp_path / "from", replace=True)
    assert store.since(0) == again.since(0)
    store.close()
    again.close()


def test_a_restoration_keeps_the_register_it_replaces_and_never_shortens_the_audit_log(
    edited_data_dir: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "from"
    shutil.copytree(edited_data_dir, folder, symlinks=True)
    store, log = Operations.open(folder), AuditLog(folder)
    store.append([Draft("ana", "need-filed", "need/1")])
    log.add("create/account", "command-line", "ana")
    back_up(folder, tmp_path / "b.tar.zst")
    store.append([Draft("ana", "need-filed", "need/2")])
    log.add("disable/account", "command-line", "ana")
    told: list[str] = []
    restore(tmp_path / "b.tar.zst", folder, replace=True, progress=lambda said: told.append(said["fr"]))
    assert [one.subject for one in store.since(0)] == ["need/1"]
    [kept] = (folder / REPLACED).iterdir()
    assert any(str(kept) in said for said in told)
    former = Operations.open(kept)
    assert [one.subject for one in former.since(0)] == ["need/1", "need/2"]
    former.close()
    assert log.verify().lines == 2 and not log.verify().findings
    assert stat.S_IMODE((kept / STORE_FILE).stat().st_mode) == 0o600
    back_up(folder, tmp_path / "again.tar.zst")
    assert not any(REPLACED in member.name for member in members(tmp_path / "again.tar.zst"))
    store.close()
