"""Archives: written with digests, whole or not at all; read without believing anything they say."""

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from ancrage.graph.snapshots import archive
from ancrage.graph.snapshots.archive import UnsafeArchive, check_name, compression_of, members, writing

FILES = {"a.nq": b"<s> <p> <o> .\n" * 500, "state/b/c.json": b"{}", "empty": b""}


def write(path: Path) -> dict[str, dict[str, object]]:
    with writing(path) as made:
        for name, data in FILES.items():
            made.add_bytes(name, data)
    return made.files


def foreign(
    path: Path, *infos: tarfile.TarInfo, data: bytes = b"x", format: int = tarfile.GNU_FORMAT
) -> Path:
    with tarfile.open(path, "w", format=format) as tar:
        for info in infos:
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data))
    return path


def named(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tgz", ".tar.zst"])
def test_what_is_written_is_read_again(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    told = write(path)
    found = {member.name: b"".join(member.chunks()) for member in members(path)}
    assert found == FILES
    assert told["a.nq"] == {"size": 7000, "sha256": hashlib.sha256(FILES["a.nq"]).hexdigest()}
    assert [member.finish() for member in members(path)] == [one["sha256"] for one in told.values()]
    if suffix != ".tar":
        assert path.stat().st_size < 2000
    if suffix != ".tar.zst":
        with tarfile.open(path) as tar:  # any program reads it
            assert tar.getnames() == list(FILES)


def test_a_failed_archive_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(b"former")
    with pytest.raises(RuntimeError), writing(path) as made:
        made.add_bytes("a", b"x")
        raise RuntimeError
    assert path.read_bytes() == b"former"
    assert list(tmp_path.iterdir()) == [path]


def test_the_name_says_the_compression() -> None:
    with pytest.raises(ValueError, match=r"x\.zip : le nom doit finir par \.tar"):
        compression_of(Path("x.zip"))


@pytest.mark.parametrize(
    "name", ["/etc/x", "../x", "a/../x", "a//b", ".", "a/.b", "a\\b", "é", "a\0b", "x" * 101, ""]
)
def test_names_that_are_not_plain_are_refused_both_ways(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="nom refusé"):
        check_name(name)
    if name and "\0" not in name and len(name) <= 100:
        with pytest.raises(UnsafeArchive):
            list(members(foreign(tmp_path / "x.tar", named(name))))


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.FIFOTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.GNUTYPE_SPARSE,
    ],
)
def test_only_plain_files_are_read(tmp_path: Path, kind: bytes) -> None:
    path = foreign(tmp_path / "x.tar", named("a", kind, "/etc/passwd"))
    with pytest.raises(UnsafeArchive, match="ni un fichier ni un dossier ordinaire"):
        list(members(path))


def test_extended_headers_are_refused_before_they_are_read(tmp_path: Path) -> None:
    info = named("a")
    info.pax_headers = {"comment": "x" * 5000}
    with pytest.raises(UnsafeArchive, match="ni un fichier"):
        list(members(foreign(tmp_path / "x.tar", info, format=tarfile.PAX_FORMAT)))


def test_a_file_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArchive, match="deux fois"):
        list(members(foreign(tmp_path / "x.tar", named("a"), named("a"))))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-600] + bytes(64) + data[-536:],
        lambda data: b"not a tar at all" * 100,
        lambda data: b"",
    ],
)
@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tar.zst"])
def test_damaged_files_are_refused(tmp_path: Path, suffix: str, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / f"x{suffix}"
    write(path)
    whole = {member.name: member.finish() for member in members(path)}
    path.write_bytes(damage(path.read_bytes()))
    try:
        read = {member.name: member.finish() for member in members(path)}
    except UnsafeArchive:
        return
    assert read != whole or suffix == ".tar"  # zeros at the end of a plain tar are its padding


def test_a_bomb_is_stopped_at_its_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_FREE", 1 << 20)
    path = tmp_path / "x.tar.gz"
    with gzip.open(path, "wb", 9) as out, tarfile.open(fileobj=out, mode="w|") as tar:
        info = named("zeros")
        info.size = 40 << 20
        tar.addfile(info, io.BytesIO(bytes(40 << 20)))
    with pytest.raises(UnsafeArchive, match="dépasse"):
        list(members(path))
    lying = named("zeros")
    header = bytearray(tarfile.TarInfo.tobuf(lying, tarfile.GNU_FORMAT))
    assert len(header) == 512
    (tmp_path / "y.tar").write_bytes(bytes(header) + b"\0" * 1024)
    assert [member.size for member in members(tmp_path / "y.tar")] == [0]


def test_a_size_said_but_not_there_costs_nothing(tmp_path: Path) -> None:
    info = named("huge")
    info.size = 1 << 50
    (tmp_path / "x.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT))
    with pytest.raises(UnsafeArchive, match="coupée"):
        list(members(tmp_path / "x.tar"))


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tar.zst"])
def test_an_archive_cut_in_a_member_beyond_its_ratio_is_said_to_be_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(archive, "_FREE", 1 << 20)
    monkeypatch.setattr(archive, "RATIO", 2)
    path = tmp_path / f"x{suffix}"
    with writing(path) as made:
        made.add_bytes("noise", os.urandom(8 << 20))
    path.write_bytes(path.read_bytes()[: 2 << 20])
    with pytest.raises(UnsafeArchive, match="elle est coupée"):
        list(members(path))


def test_members_and_lines_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.tar"
    write(path)
    monkeypatch.setattr(archive, "MEMBERS", 2)
    with pytest.raises(UnsafeArchive, match="plus de 2 fichiers"):
        list(members(path))
    monkeypatch.undo()
    monkeypatch.setattr(archive, "_CHUNK", 10)
    reading = members(path)
    first = next(reading)
    assert b"".join(line for block in first.lines() for line in block) == FILES["a.nq"]
    reading = members(path)
    first = next(reading)
    with pytest.raises(UnsafeArchive, match="pèse"):
        first.read(100)


def test_extraction_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    write(path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.nq").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        next(members(path)).extract(tmp_path / "out")
    assert not (tmp_path / "elsewhere").exists()
