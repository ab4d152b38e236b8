"""The files of a generation, told with their sizes and digests: what another machine needs to serve it, and can check."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from ...words import N_, SentenceError, Spoken
from .archive import check_name
from .durable import replace_text
from .snapshot import ID, Snapshot, Snapshots, UnknownSnapshot

FILES = "files.json"
"""Beside the manifest of a generation: its files."""
FORMAT = 1
MANIFEST = "manifest.json"
_FOLDERS = ("store", "derived/declared")
"""What a generation is made of: its store, and the indicators that its host declared; the rest is made again of these."""
_OWN = ("LOCK", "LOG")
"""What the engine writes when it opens a store, to be read too."""
_TELLING = threading.Lock()
"""Of the threads of a service, a writer and those who serve replicas ask at the same time."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class BrokenListing(SentenceError, ValueError):  # noqa: N818
    """What is no list of the files of a generation."""

    code = "broken-listing"


class DamagedSnapshot(UnknownSnapshot):
    """A generation with a `file` that is not there, or not of the size that was published; keeps `id`."""

    code = "damaged-snapshot"

    def __init__(self, id: str, file: str) -> None:
        super().__init__(id, f"the file {file} is missing, or is not of the size that was published")
        self.file = file

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "publication {id} : le fichier {file} manque, ou n'a pas la taille publiée",
            id=self.id,
            file=self.file,
        )


@dataclass(frozen=True)
class Mark:
    """What tells a file: its `size` in bytes, and its SHA-256 digest in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Listing:
    """The files of the generation `id`, by their place in its folder.

    >>> Listing.parse(b'{"id": "20261124T160501Z-0a1b2c3d", "files": {"../x": {"size": 1, "sha256": ""}}}')
    Traceback (most recent call last):
    ancrage.graph.snapshots.listing.BrokenListing: la liste des fichiers d'une publication ne se lit pas (format None)
    """

    id: str
    files: Mapping[str, Mark]

    @classmethod
    def parse(cls, data: bytes) -> Listing:
        """Read a list, and trust nothing of it; raises BrokenListing."""
        try:
            told: Any = json.loads(data)
            if (format := told.get("format")) != FORMAT:
                raise ValueError(f"format {format}")
            files = {name: Mark(**mark) for name, mark in told["files"].items()}
            for name, mark in files.items():
                check_name(name)
                known = name == MANIFEST or name.startswith(tuple(f"{folder}/" for folder in _FOLDERS))
                if (
                    not known
                    or not _DIGEST.fullmatch(mark.sha256)
                    or type(mark.size) is not int
                    or mark.size < 0
                ):
                    raise ValueError(name)
            if not ID.fullmatch(told["id"]) or not {MANIFEST, "store/CURRENT"} <= files.keys():
                raise ValueError(str(told["id"])[:40])
            return cls(told["id"], files)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            why = N_("la liste des fichiers d'une publication ne se lit pas ({why})", why=str(error))
            raise BrokenListing(why) from None

    def text(self) -> str:
        """Write it, as `parse` reads it."""
        files = {name: asdict(mark) for name, mark in self.files.items()}
        return json.dumps({"format": FORMAT, "id": self.id, "files": files}, indent=1)


def list_files(snapshot: Snapshot) -> Listing:
    """Give the files of a generation, told once and kept beside its manifest; raises OSError.

    Files that a generation shares with another, which a small write does with nearly all, are not read again.
    """
    with _TELLING:
        if files := known_marks(snapshot):
            return Listing(snapshot.id, files)
        return _told(snapshot)


def _told(snapshot: Snapshot) -> Listing:
    known = {
        _identity(other.path / name): mark
        for other in Snapshots(snapshot.data_dir).list()
        if other.id != snapshot.id
        for name, mark in known_marks(other).items()
    }
    paths = [path for folder in _FOLDERS for path in sorted((snapshot.path / folder).rglob("*"))]
    paths = [path for path in paths if path.is_file() and not path.name.startswith(_OWN)]
    paths.append(snapshot.path / MANIFEST)
    with ThreadPoolExecutor(2) as threads:  # digests leave the GIL
        marks = threads.map(lambda path: known.get(_identity(path)) or mark_of(path), paths)
        files = {
            path.relative_to(snapshot.path).as_posix(): mark for path, mark in zip(paths, marks, strict=True)
        }
    listing = Listing(snapshot.id, files)
    replace_text(snapshot.path / FILES, listing.text())
    return listing


def known_files(snapshots: Snapshots) -> dict[str, Path]:
    """Give the files of the generations that are kept, by their digests."""
    return {
        mark.sha256: one.path / name for one in snapshots.list() for name, mark in known_marks(one).items()
    }


def mark_of(path: Path) -> Mark:
    """Tell a file; raises OSError."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        return Mark(file.tell(), digest)


def known_marks(snapshot: Snapshot) -> Mapping[str, Mark]:
    """Give the files of a generation where they are told already, else none."""
    with suppress(OSError, BrokenListing):
        return Listing.parse((snapshot.path / FILES).read_bytes()).files
    return {}


def check_sizes(snapshot: Snapshot) -> None:
    """Compare the files of a generation with their sizes, where they are told; the engine may hang on what is damaged.

    Raises DamagedSnapshot, for the first.
    """
    for name, mark in known_marks(snapshot).items():
        path = snapshot.path / name
        if not path.is_file() or path.stat().st_size != mark.size:
            raise DamagedSnapshot(snapshot.id, name)


def _identity(path: Path) -> tuple[int, int]:
    """Tell which file of the disk a path leads to; none where there is none."""
    with suppress(OSError):
        about = path.stat()
        return about.st_dev, about.st_ino
    return -1, -1
