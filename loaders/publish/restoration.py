"""Restoration: from a backup's archive to a new generation, its sources and its edits, checked before any is touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from pyoxigraph import Store

from ...graph.snapshots.archive import UnsafeArchive, members
from ...graph.snapshots.canonical import hash_store
from ...graph.snapshots.durable import move_folder, sync, sync_tree
from ...graph.snapshots.listing import list_files
from ...graph.snapshots.provenance import now
from ...graph.snapshots.snapshot import BASE_ROLES, Snapshot, Snapshots
from ...graph.snapshots.store import build_store
from ...words import N_, Number, SentenceError
from ..operations.files import AUDIT_FILE, STORE_FILE
from .backup import (
    ABOUT,
    GRAPHS_FOLDER,
    LEFT_OUT,
    REPLACED,
    STATE_FOLDER,
    BrokenBackup,
    Progress,
    check_about,
    compare,
    other_hash,
    read_about,
    silent,
)
from .databases import copy_database, is_database
from .edits import Edits
from .staging import SourceVersions

#: Space that a restoration takes, in times what the archive holds: the store is built beside its files.
_SHARE = 3


class DiskTooSmall(SentenceError, OSError):  # noqa: N818
    """The disk has too little space for what an archive holds; keeps the bytes `needed` and `free`."""

    code = "disk-too-small"

    def __init__(self, folder: Path, needed: int, free: int) -> None:
        super().__init__(
            N_(
                "le disque de {folder} a trop peu de place : {free} Mo libres, il en faut {needed}.",
                folder=folder,
                free=Number(free / 1e6, 0),
                needed=Number(needed / 1e6, 0),
            )
        )
        self.needed, self.free = needed, free


class OccupiedFolder(SentenceError, FileExistsError):  # noqa: N818
    """The data directory has sources or publications already; keeps `data_dir`."""

    code = "occupied-folder"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            N_(
                "le dossier {folder} contient déjà des sources ou une publication ; donnez-en un autre par --data-dir, "
                "ou --replace pour que la sauvegarde les remplace (les publications gardées restent).",
                folder=data_dir,
            )
        )
        self.data_dir = data_dir


def restore(
    path: Path,
    data_dir: Path,
    *,
    replace: bool = False,
    keep: int | None = None,
    progress: Progress = silent,
    operations: str = "",
) -> Snapshot:
    """Publish what an archive holds as a new generation, and put back the sources and edits it was built from.

    Everything is extracted, built and compared with the archive's canonical hash in a folder aside; only then
    edits and sources are put in their place, and the pointer is swapped last. A crash before that leaves the
    publication as it was; restoring again finishes the work. The register of the devices and the audit log that it replaces
    are kept in the folder `replaced`; an audit log that goes on from that of the archive stays, and is never shortened.
    A data directory that was not there is not there after a refusal.
    With `operations`, the address of a server, the register is put there, in one transaction.

    Raises:
        OccupiedFolder: the directory is not empty and `replace` is not given; OccupiedStore: nor the server's register,
        and the archive lacks some of it; StoreUnreachable: the server does not answer; UnsafeArchive: the archive must not
        be extracted; BrokenBackup: its content is not what it says; DiskTooSmall: it does not fit;
        StoreBusy: another writer is at work.
    """
    snapshots = Snapshots(data_dir, keep=keep)
    with _leaving_nothing(data_dir), snapshots.lock():
        if not replace and (snapshots.current() or SourceVersions(data_dir).names()):
            raise OccupiedFolder(data_dir)
        with snapshots.staging() as staging:
            progress(N_("{file} : extraction", file=path.name))
            about = _extract(path, staging)
            graphs: dict[str, dict[str, Any]] = about["manifest"]["graphs"]
            state = _state(path, about, staging)
            progress(N_("index : construction du magasin"))
            merged = about["manifest"].get("merged", False)
            base = [graph for graph, told in graphs.items() if told.get("role", "base") in BASE_ROLES]
            files = sorted((staging / GRAPHS_FOLDER).glob("*.nq"))
            quads = build_store(files, staging / "store", merged=base if merged else ())
            progress(N_("empreinte canonique"))
            digest = hash_store(Store.read_only(str(staging / "store")))
            if digest != about["hash"]["value"]:
                raise BrokenBackup(path, [other_hash(digest, about)])
            progress(N_("sources et modifications"))
            former = data_dir / REPLACED / now().replace("-", "").replace(":", "")
            if operations and (register := state.pop(PurePosixPath(STORE_FILE), None)):
                _put_on_server(path, register, operations, former if replace else None, progress)
            _keep_former(data_dir, former, state, progress)
            _put_back(data_dir, staging, state)
            told = {"restored": {"snapshot": about["snapshot"], "hash": digest}}
            manifest = {**about["manifest"], "quads": quads, **told}
            snapshot = snapshots.publish(staging / "store", manifest)
        Edits(data_dir).settle(snapshots)
        SourceVersions(data_dir).sweep()
        with suppress(OSError):  # told when it is asked for
            list_files(snapshot)
    return snapshot


@contextmanager
def _leaving_nothing(data_dir: Path) -> Iterator[None]:
    """Take a data directory that was not there, and what stands above it, away again where nothing enters it."""
    absent = [path for path in (data_dir, *data_dir.parents) if not path.exists()]
    try:
        yield
    except BaseException:
        with suppress(OSError):  # it holds something: it stays
            for path in [data_dir / "generations", *absent] if absent else ():
                if path == data_dir and [one.name for one in path.iterdir()] == ["lock"]:
                    (path / "lock").unlink()
                if path.exists():
                    path.rmdir()
        raise


def _extract(path: Path, folder: Path) -> dict[str, Any]:
    """Extract an archive into a folder and return what it says of itself, compared with what it holds."""
    free, needed = shutil.disk_usage(folder).free, 0
    about: dict[str, Any] = {}
    sums: dict[str, tuple[int, str]] = {}
    for member in members(path):
        needed += _SHARE * member.size
        if member.name == ABOUT:
            about = read_about(path, member)
        elif member.name.startswith((f"{GRAPHS_FOLDER}/", f"{STATE_FOLDER}/")):
            if needed <= free:  # else only what it would take is told
                member.extract(folder)
        else:
            raise UnsafeArchive(path, N_("{member} n'a rien à y faire", member=member.name))
        sums[member.name] = (member.size, member.finish())
    check_about(path, about)
    if needed > free:
        raise DiskTooSmall(folder.parents[1], needed, free)
    if findings := compare(about, sums):
        raise BrokenBackup(path, findings)
    return about


def _state(path: Path, about: Mapping[str, Any], folder: Path) -> dict[PurePosixPath, Path]:
    """Return the files of the data directory by their place in it; raises UnsafeArchive for a place outside."""
    found: dict[PurePosixPath, Path] = {}
    for name, told in about["state"].items():
        place = PurePosixPath(told)
        parts = place.parts
        if (
            place.is_absolute()
            or not parts
            or any(part in ("", ".", "..") or part.startswith(".") or "\0" in part for part in parts)
            or (parts[0] in LEFT_OUT and parts[0] != "sources")
            or (parts[0] == "sources" and len(parts) < 3)
            or place in found
            or name not in about["files"]
            or not name.startswith(f"{STATE_FOLDER}/")
        ):
            raise UnsafeArchive(
                path, N_("« {place} » n'est pas un emplacement dans un dossier de données", place=told)
            )
        found[place] = folder / name
    return found


def _put_on_server(
    path: Path, register: Path, operations: str, former: Path | None, progress: Progress
) -> None:
    """Put an archive's register in the place of a server's, which `former` keeps; raises OccupiedStore where it is not given."""
    from sqlalchemy.exc import SQLAlchemyError

    from ..operations.store import Operations

    register = register.replace(register.with_name(STORE_FILE))
    archived, store = Operations.open(register.parent), Operations.open(register.parent, operations)
    try:
        store.take_over(archived, former)
    except SQLAlchemyError as error:  # SQLite takes what PostgreSQL does not, a text too long among them
        reason = str(error).partition("\n")[0]
        raise BrokenBackup(path, [N_("le serveur refuse le registre ({reason})", reason=reason)]) from error
    finally:
        store.close()
        archived.close()
    if former is not None and (former / STORE_FILE).exists():
        _tell_former(STORE_FILE, former, progress)


def _tell_former(name: str, folder: Path, progress: Progress) -> None:
    progress(
        N_(
            "{name} : ce qui était là est gardé dans {folder}, à supprimer une fois relu",
            name=name,
            folder=folder,
        )
    )


def _keep_former(data_dir: Path, folder: Path, state: dict[PurePosixPath, Path], progress: Progress) -> None:
    """Keep the register and the audit log that are there and would be replaced; a log that goes on from the archive's stays."""
    for name in (AUDIT_FILE, STORE_FILE):
        file, former = state.get(PurePosixPath(name)), data_dir / name
        if file is None or not former.is_file():
            continue
        if name == AUDIT_FILE and former.read_bytes().startswith(file.read_bytes()):
            del state[PurePosixPath(name)]
            continue
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (copy_database if is_database(former) else shutil.copyfile)(former, folder / name)
        (folder / name).chmod(0o600)
        _tell_former(name, folder, progress)
    if folder.is_dir():
        sync_tree(folder)


def _put_back(data_dir: Path, staging: Path, state: Mapping[PurePosixPath, Path]) -> None:
    """Put files in their place: edits and others first, then the sources, each edit and each source in one step."""
    sources: dict[str, dict[PurePosixPath, Path]] = {}
    edits: dict[str, dict[PurePosixPath, Path]] = {}
    for place, file in state.items():
        kind = {"sources": sources, "edits": edits}.get(place.parts[0])
        if kind is None or len(place.parts) < 3:
            _move(file, data_dir / place)
            sync_tree((data_dir / place).parent)
        else:
            kind.setdefault(place.parts[1], {})[place.relative_to(*place.parts[:2])] = file
    for id, files in edits.items():
        target = data_dir / "edits" / id
        if not target.exists():  # an edit never changes
            _gather(staging / "edits" / id, files)
            target.parent.mkdir(exist_ok=True)
            move_folder(staging / "edits" / id, target)
            sync(target.parent)
    versions = SourceVersions(data_dir)
    for name, files in sources.items():
        version = versions.begin(name)
        _gather(version.path, files)
        versions.commit(name, version)
    for name in set(versions.names()) - set(sources):
        (versions.root / name).unlink()


def _gather(folder: Path, files: Mapping[PurePosixPath, Path]) -> None:
    for place, file in files.items():
        _move(file, folder / place)
    sync_tree(folder)


def _move(file: Path, target: Path) -> None:
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True)
    if target.name in (STORE_FILE, AUDIT_FILE):
        file.chmod(0o600)
    if target.is_file() and is_database(file):
        copy_database(file, target)  # a file put in its place would meet what SQLite kept beside the former
    else:
        file.replace(target)
