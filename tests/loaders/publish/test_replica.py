"""Replicas take publications file by file: what is not whole, or not as announced, changes nothing."""

import errno
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from ancrage.graph.snapshots.listing import FILES, Listing, list_files
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.snapshots.store import build_store
from ancrage.graph.snapshots.verification import verify
from ancrage.loaders.publish.replica import (
    INCOMING,
    FolderPrimary,
    NotReplica,
    Primary,
    PrimaryFailed,
    take,
)
from pyoxigraph import Store

from ...killing import killed_at_every_change

G = "http://e.org/g"


def publish(data_dir: Path, quads: int) -> Snapshot:
    """Publish some quads in a data directory, and tell the files."""
    work = data_dir.parent / f"work-{quads}"
    work.mkdir()
    (work / "a.nq").write_text(
        "".join(f'<http://e.org/s> <http://e.org/p> "{n}" <{G}> .\n' for n in range(quads)), encoding="utf-8"
    )
    build_store([work / "a.nq"], work / "store", merged=[G])
    manifest = {"quads": quads, "merged": True, "graphs": {G: {"quads": quads, "role": "base"}}}
    snapshot = Snapshots(data_dir).publish(work / "store", manifest)
    list_files(snapshot)
    return snapshot


@pytest.fixture
def primary(tmp_path: Path) -> Path:
    """The data directory of a primary, with one publication."""
    publish(tmp_path / "primary", 3)
    return tmp_path / "primary"


@pytest.fixture
def replica(tmp_path: Path) -> Snapshots:
    """The publications of a replica, none yet."""
    return Snapshots(tmp_path / "replica", keep=2)


def test_a_replica_has_the_same_publication_under_the_same_id(primary: Path, replica: Snapshots) -> None:
    taken = take(replica, FolderPrimary(primary))
    there = Snapshots(primary).current()
    assert there is not None and taken.id == there.id and replica.current() == taken
    assert dict(taken.manifest) == dict(there.manifest)
    assert verify(taken).hash == verify(there).hash and not verify(taken).findings
    assert list_files(taken) == list_files(there)
    assert not (replica.data_dir / INCOMING).exists()
    assert take(replica, FolderPrimary(primary)).path == taken.path
    assert [line["event"] for line in replica.history()] == ["follow"]


def test_publications_follow_and_a_rollback_too(primary: Path, replica: Snapshots) -> None:
    first = take(replica, FolderPrimary(primary))
    second = publish(primary, 4)
    assert take(replica, FolderPrimary(primary)).id == second.id
    Snapshots(primary).rollback()
    assert take(replica, FolderPrimary(primary)).id == first.id
    publish(primary, 5)
    take(replica, FolderPrimary(primary))
    assert [one.id for one in replica.list()] == [one.id for one in Snapshots(primary).list()][-2:]


def test_files_are_told_once_by_many_threads_and_again_where_the_list_is_broken(primary: Path) -> None:
    snapshot = Snapshots(primary).list()[0]
    told = list_files(snapshot)
    for broken in (None, b"{", b"[]"):
        (snapshot.path / FILES).unlink()
        if broken is not None:
            (snapshot.path / FILES).write_bytes(broken)
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(lambda _: list_files(snapshot), range(16))) == [told] * 16
        assert Listing.parse((snapshot.path / FILES).read_bytes()) == told


class Counting:
    """A primary that tells which files were asked for, and breaks off before some."""

    def __init__(self, primary: Primary, last: int = 10**6) -> None:
        self.name, self._primary, self._last = primary.name, primary, last
        self.read_names: list[str] = []

    def listing(self) -> Listing:
        return self._primary.listing()

    def read(self, id: str, name: str) -> Iterator[bytes]:
        if len(self.read_names) == self._last:
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
        self.read_names.append(name)
        return self._primary.read(id, name)


def test_a_transfer_that_breaks_goes_on_where_it_was(primary: Path, replica: Snapshots) -> None:
    broken = Counting(FolderPrimary(primary), last=3)
    with pytest.raises(ConnectionResetError):
        take(replica, broken)
    assert replica.current() is None and len(list((replica.data_dir / INCOMING).iterdir())) == 3
    again = Counting(FolderPrimary(primary))
    take(replica, again)
    assert not set(again.read_names) & set(broken.read_names)


def test_files_that_two_publications_share_are_taken_once(primary: Path, replica: Snapshots) -> None:
    take(replica, FolderPrimary(primary))
    snapshots = Snapshots(primary)
    first = snapshots.current()
    assert first is not None
    Store.read_only(str(first.store)).backup(primary.parent / "copy")
    second = snapshots.publish(primary.parent / "copy", dict(first.manifest))
    shared = {
        name for name, mark in list_files(second).files.items() if mark in list_files(first).files.values()
    }
    counting = Counting(FolderPrimary(primary))
    take(replica, counting)
    assert any(name.endswith(".sst") for name in shared)
    assert set(counting.read_names) == list_files(second).files.keys() - shared


def spoil(primary: Path, how: str) -> None:
    """Make the current publication of a primary other than it says."""
    snapshot = publish(primary, 4)
    table = next(snapshot.store.glob("*.sst"))
    listing = snapshot.path / FILES
    told = json.loads(listing.read_bytes())
    match how:
        case "flipped":
            data = bytearray(table.read_bytes())
            data[len(data) // 2] ^= 1
            table.write_bytes(data)
        case "short":
            table.write_bytes(table.read_bytes()[:-1])
        case "long":
            table.write_bytes(table.read_bytes() + b"x")
        case "gone":
            table.unlink()
        case "unlisted":
            listing.unlink()
        case "cut":
            listing.write_bytes(listing.read_bytes()[:-9])
        case "outside":
            told["files"]["store/../../../x"] = told["files"]["manifest.json"]
        case "other":
            text = json.dumps({**json.loads((snapshot.path / "manifest.json").read_bytes()), "id": "x"})
            (snapshot.path / "manifest.json").write_text(text)
            told["files"]["manifest.json"] = {"size": len(text), "sha256": sha256(text.encode()).hexdigest()}
        case "pointer":
            (primary / "current").write_text("20990101T000000Z-00000000\n")
    if how in ("outside", "other"):
        listing.write_text(json.dumps(told))


@pytest.mark.long
@pytest.mark.parametrize(
    "how", ["flipped", "short", "long", "gone", "unlisted", "cut", "outside", "other", "pointer"]
)
def test_what_is_not_as_announced_is_refused_whole(primary: Path, replica: Snapshots, how: str) -> None:
    first = take(replica, FolderPrimary(primary))
    spoil(primary, how)
    with pytest.raises(PrimaryFailed) as refused:
        if how == "other":  # a folder's own manifest is read first: as a service would give it
            told = Listing.parse((sorted((primary / "generations").iterdir())[-1] / FILES).read_bytes())
            counting = Counting(FolderPrimary(primary))
            counting.listing = lambda: told  # type: ignore[method-assign]
            take(replica, counting)
        else:
            take(replica, FolderPrimary(primary))
    assert str(primary) in refused.value.told("fr") and refused.value.told("fr") != refused.value.told("en")
    assert replica.current() == first and [one.id for one in replica.list()] == [first.id]
    assert not [path for path in replica.generations.iterdir() if path.name != first.id]


def test_a_folder_with_its_own_publications_is_left_alone(primary: Path, tmp_path: Path) -> None:
    own = publish(tmp_path / "own", 2)
    with pytest.raises(NotReplica):
        take(Snapshots(tmp_path / "own"), FolderPrimary(primary))
    assert Snapshots(tmp_path / "own").current() == own


def test_what_the_disk_has_no_room_for_is_not_begun(primary: Path, replica: Snapshots) -> None:
    listing = Snapshots(primary).list()[0].path / FILES
    told = json.loads(listing.read_bytes())
    told["files"]["store/huge.sst"] = {"size": 1 << 60, "sha256": "0" * 64}
    listing.write_text(json.dumps(told))
    with pytest.raises(OSError, match="No space left") as refused:
        take(replica, FolderPrimary(primary))
    assert refused.value.errno == errno.ENOSPC and not list((replica.data_dir / INCOMING).iterdir())


TAKE = """
import sys
from pathlib import Path
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.publish.replica import FolderPrimary, take

replica, primary = Snapshots(Path(sys.argv[2])), FolderPrimary(Path(sys.argv[3]))
install(int(sys.argv[1]))
take(replica, primary)
"""


@pytest.mark.long
def test_killed_at_any_instant_a_replica_has_the_old_or_the_new(primary: Path, replica: Snapshots) -> None:
    first = take(replica, FolderPrimary(primary))
    second = publish(primary, 4)
    seen = set()
    for _ in killed_at_every_change(TAKE, replica.data_dir, primary, step=4):
        current = replica.current()
        assert current is not None and current.id in (first.id, second.id)
        assert not verify(current).findings
        seen.add(current.id)
    current = replica.current()
    assert seen == {first.id, second.id} and current is not None and current.id == second.id
