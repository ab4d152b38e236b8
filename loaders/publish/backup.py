"""Backups: one archive of the published snapshot and of all it was built from, and what an archive says of itself."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, serialize

from ... import __version__
from ...graph.snapshots.archive import (
    ArchiveWriter,
    Member,
    UnsafeArchive,
    check_name,
    compression_of,
    members,
    writing,
)
from ...graph.snapshots.canonical import hash_files, hash_lines
from ...graph.snapshots.locks import share, take
from ...graph.snapshots.opening import whole_store
from ...graph.snapshots.provenance import now
from ...graph.snapshots.reader import NoSnapshot
from ...graph.snapshots.snapshot import Snapshot, Snapshots, hold
from ...words import EMPTY, N_, NN_, SentenceError, Spoken
from ..operations.files import STORE_FILE
from .databases import BESIDE, copy_database, is_database
from .edits import Edits
from .staging import SourceVersions

Progress = Callable[[Spoken], None]

FORMAT = 1
ABOUT = "backup.json"
GRAPHS_FOLDER = "graphs"
STATE_FOLDER = "state"
REPLACED = "replaced"
"""The folder of the registers and audit logs that restorations took the place of."""

#: What a data directory holds that a backup leaves out: it is made again, or is of the moment.
LEFT_OUT = ("generations", "sources", "incoming", "lock", "current", "history.jsonl", REPLACED)


class BrokenBackup(SentenceError, ValueError):  # noqa: N818
    """An archive whose content is not what it says; keeps `path` and the `findings`."""

    code = "broken-backup"

    def __init__(self, path: Path, findings: Sequence[Spoken]) -> None:
        more = len(findings) - 1
        super().__init__(
            N_(
                "sauvegarde {file} : {finding}{more}",
                file=path.name,
                finding=findings[0],
                more=NN_(" (et {n} autre)", " (et {n} autres)", more) if more else EMPTY,
            )
        )
        self.path, self.findings = path, tuple(findings)


@dataclass(frozen=True)
class BackupReport:
    """What an archive holds: the `snapshot` it was made of, its quads, its canonical hash, its size in bytes."""

    snapshot: str
    created: str
    quads: int
    hash: str
    size: int
    findings: tuple[Spoken, ...] = ()


def silent(_: Spoken) -> None:
    """Tell nobody of the progress."""
    return None


def back_up(data_dir: Path, path: Path, progress: Progress = silent, *, operations: str = "") -> BackupReport:
    """Write an archive of the current snapshot, its sources, edits, settings and register; readers and writers go on.

    With `operations`, the address of a server, the register is read there as of one instant, and has in the archive the
    place and the tables of that of a data directory.

    The writer's lock is held only while files are linked or copied aside, so snapshot and sources agree.

    Raises:
        NoSnapshot: nothing is published; StoreBusy: a load holds the directory; ValueError: the name says no format;
        StoreUnreachable: the server does not answer.
    """
    compression_of(path)
    with (
        _aside(data_dir, operations) as (snapshot, state),
        tempfile.TemporaryDirectory(prefix="ancrage-backup-") as drafts,
    ):
        progress(N_("publication {id} : écriture des graphes", id=snapshot.id))
        store = whole_store(snapshot.path)
        files = {}
        for number, graph in enumerate(snapshot.graphs()):
            files[graph] = Path(drafts, f"{number:04}.nq")
            quads = store.quads_for_pattern(None, None, None, NamedNode(graph))
            serialize(quads, str(files[graph]), RdfFormat.N_QUADS)
        progress(N_("empreinte canonique"))
        digest = hash_files(files.values())
        progress(N_("écriture de {path}", path=path))
        with writing(path) as archive:
            for file in files.values():
                archive.add(f"{GRAPHS_FOLDER}/{file.name}", file)
            kept = {
                archive.add(state_name(relative, number), state / relative): relative
                for number, relative in enumerate(_files(state))
            }
            _add_about(archive, snapshot, digest, kept)
    return BackupReport(snapshot.id, _created(snapshot), snapshot.quads, digest, path.stat().st_size)


def state_name(relative: str, number: int) -> str:
    """Return the name in the archive of a file of the data directory: its own, or a number where that is not plain.

    >>> state_name("sources/mesr-rnsr/data.nq", 1), state_name("sources/rdf-é#/data.nq", 2)
    ('state/sources/mesr-rnsr/data.nq', 'state/other/2')
    """
    name = f"{STATE_FOLDER}/{relative}"
    try:
        check_name(name)
    except ValueError:
        return f"{STATE_FOLDER}/other/{number}"
    return name


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _add_about(archive: ArchiveWriter, snapshot: Snapshot, digest: str, state: Mapping[str, str]) -> None:
    about = {
        "format": FORMAT,
        "software": f"ancrage {__version__}",
        "made": now(),
        "snapshot": snapshot.id,
        "created": _created(snapshot),
        "quads": snapshot.quads,
        "hash": {"algorithm": "RDFC-1.0, SHA-256", "value": digest},
        "manifest": dict(snapshot.manifest),
        "files": dict(archive.files),
        "state": dict(state),
    }
    archive.add_bytes(ABOUT, json.dumps(about, ensure_ascii=False, indent=1).encode())


def _created(snapshot: Snapshot) -> str:
    return snapshot.created.isoformat().replace("+00:00", "Z")


@contextmanager
def _aside(data_dir: Path, operations: str) -> Iterator[tuple[Snapshot, Path]]:
    """Hold the current snapshot and give a folder with everything else of that same instant."""
    snapshots = Snapshots(data_dir)
    if snapshots.current() is None:
        raise NoSnapshot(data_dir)
    with snapshots.lock():
        _sweep(data_dir)
        Edits(data_dir).settle(snapshots)  # what a writer that died left is in force, or is removed
        snapshot = snapshots.current()
        assert snapshot is not None
        descriptor = hold(snapshot)
        folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=data_dir))
        mark = os.open(folder, os.O_RDONLY)
        share(mark)
        try:
            _set_aside(data_dir, folder, {*LEFT_OUT, *([STORE_FILE] if operations else [])})
            if operations:
                from ..operations.store import Operations

                Operations.save(operations, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(mark)
            os.close(descriptor)
            raise
    try:
        yield snapshot, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(mark)
        os.close(descriptor)


def _sweep(data_dir: Path) -> None:
    """Remove what backups left that were killed."""
    for folder in data_dir.glob(".backup-*"):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            take(descriptor, wait=False)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue  # a backup that lives
        finally:
            os.close(descriptor)


def _set_aside(data_dir: Path, folder: Path, left_out: Collection[str]) -> None:
    """Link the sources' versions, which never change, and copy the rest."""
    for name, version in SourceVersions(data_dir).current().items():
        for file in version.path.rglob("*"):
            if file.is_file():
                _link(file, folder / "sources" / name / file.relative_to(version.path))
    for top in sorted(data_dir.iterdir()):
        if top.name in left_out or top.name.startswith(".") or top.name.endswith(".tmp"):
            continue
        for file in [top] if top.is_file() else sorted(top.rglob("*")):
            if file.is_file() and not file.is_symlink() and not file.name.endswith(BESIDE):
                target = folder / file.relative_to(data_dir)
                target.parent.mkdir(parents=True, exist_ok=True)
                (copy_database if is_database(file) else shutil.copyfile)(file, target)


def _link(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(file, target)


def verify(path: Path) -> BackupReport:
    """Read a whole archive and say what it holds, with what is not as its own list says in `findings`.

    Raises:
        UnsafeArchive: it is not an archive of ours, one that must not be extracted, or one that is broken.
    """
    sums: dict[str, tuple[int, str]] = {}
    about: dict[str, Any] = {}

    def lines() -> Iterator[list[bytes]]:
        for member in members(path):
            if member.name == ABOUT:
                about.update(read_about(path, member))
            elif member.name.startswith(f"{GRAPHS_FOLDER}/"):
                yield from member.lines()
            sums[member.name] = (member.size, member.finish())

    try:
        digest = hash_lines(lines())
    except SyntaxError as error:  # a broken line reaches the parser before the sums are compared
        raise UnsafeArchive(path, N_("des énoncés y sont illisibles : elle est abîmée")) from error
    check_about(path, about)
    findings = compare(about, sums)
    if about["hash"]["value"] != digest:
        findings.append(other_hash(digest, about))
    return BackupReport(
        str(about["snapshot"]),
        str(about["created"]),
        int(about["quads"]),
        digest,
        path.stat().st_size,
        tuple(findings),
    )


def read_about(path: Path, member: Member) -> dict[str, Any]:
    """Read what an archive says of itself; raises UnsafeArchive where it is no JSON object."""
    try:
        about = json.loads(member.read())
    except ValueError as error:
        raise UnsafeArchive(path, N_("{about} n'est pas du JSON", about=ABOUT)) from error
    if not isinstance(about, dict):
        raise UnsafeArchive(path, N_("{about} n'est pas un objet JSON", about=ABOUT))
    return about


def check_about(path: Path, about: Mapping[str, Any]) -> None:
    """Raise UnsafeArchive where an archive does not say of itself what a backup says."""
    if not about:
        raise UnsafeArchive(
            path, N_("ce n'est pas une sauvegarde d'ancrage : il n'y a pas de {about} à la fin", about=ABOUT)
        )
    if about.get("format") != FORMAT:
        raise UnsafeArchive(
            path, N_("format {format}, inconnu de cette version", format=f"{about.get('format')!r}")
        )
    try:
        known = (
            isinstance(about["hash"]["value"], str)
            and isinstance(about["manifest"]["graphs"], dict)
            and isinstance(about["quads"], int)
            and all(isinstance(one["sha256"], str) for one in about["files"].values())
            and all(isinstance(one["size"], int) for one in about["files"].values())
            and all(isinstance(name, str) for name in about["state"].values())
            and isinstance(about["snapshot"], str)
            and isinstance(about["created"], str)
        )
    except (KeyError, TypeError, AttributeError):
        known = False
    if not known:
        raise UnsafeArchive(path, N_("{about} est incomplet", about=ABOUT))


def other_hash(digest: str, about: Mapping[str, Any]) -> Spoken:
    """Say that the canonical hash of an archive is not the one that it tells."""
    return N_(
        "l'empreinte canonique est {digest} et non {other}", digest=digest, other=about["hash"]["value"]
    )


def compare(about: Mapping[str, Any], sums: Mapping[str, tuple[int, str]]) -> list[Spoken]:
    """Return one sentence for each file that is not what the archive's own list says."""
    findings: list[Spoken] = []
    listed = about["files"]
    for name in sorted({*listed, *sums} - {ABOUT}):
        if name not in sums:
            findings.append(N_("il manque {name}", name=name))
        elif name not in listed:
            findings.append(N_("{name} n'est pas dans la liste", name=name))
        elif sums[name] != (listed[name]["size"], listed[name]["sha256"]):
            findings.append(N_("{name} n'est pas le fichier sauvegardé", name=name))
    return findings
