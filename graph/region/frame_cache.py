"""Answers of questions kept as Arrow files beside the snapshot they were asked of: a snapshot never changes."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from weakref import WeakValueDictionary

import polars as pl

from ..snapshots.artifacts import derived_folder
from ..snapshots.durable import draft_of
from ..snapshots.snapshot import Snapshot

log = logging.getLogger(__name__)

_refused: set[Path] = set()
"""Folders that could not be written, each told once a process."""


_read: WeakValueDictionary[tuple[Path, int, int], pl.DataFrame] = WeakValueDictionary()
"""Frames in use, by their file: whoever reads one that another holds is given the same."""


class FrameCache:
    """Frames by the text of their question, in a folder of a snapshot; a folder that cannot be written keeps nothing.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = FrameCache(Path(folder) / "frames")
    ...     kept.find("ASK {}")
    ...     kept.keep("ASK {}", pl.DataFrame({"a": [1]}))
    ...     kept.find("ASK {}").rows()
    [(1,)]
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, snapshot: Snapshot) -> FrameCache:
        """Keep frames beside a snapshot: they are pruned with it."""
        return cls(derived_folder(snapshot) / "frames")

    def find(self, question: str) -> pl.DataFrame | None:
        """Return what a question gave, or None when it is not kept or cannot be read."""
        path = self._path(question)
        try:
            about = path.stat()
            key = path, about.st_ino, about.st_mtime_ns
            frame = _read.get(key)
            if frame is None:
                frame = _read[key] = pl.read_ipc(path.read_bytes())
            return frame
        except (OSError, pl.exceptions.PolarsError):
            return None

    def keep(self, question: str, frame: pl.DataFrame) -> None:
        """Keep what a question gave; the next reader sees the whole file or none. Told once where nothing can be kept."""
        path = self._path(question)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft_of(path) as draft:
                frame.write_ipc(draft, compression="zstd")  # a twentieth of the size, and as quick to read
        except OSError as error:
            if self.folder not in _refused:
                _refused.add(self.folder)
                why = str(error.strerror or error).partition(" (os error")[0]
                log.warning("nothing is kept in %s: %s", self.folder, why)

    def link(self, folder: Path) -> None:
        """Keep all of it in another folder too, as links: a file that is kept never changes. Raises OSError."""
        if not self.folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.glob("*.arrow"):
            with suppress(FileExistsError):
                os.link(path, folder / path.name)

    def _path(self, question: str) -> Path:
        return self.folder / f"{sha256(question.encode()).hexdigest()[:32]}.arrow"


class Unkept(FrameCache):
    """Keeps nothing and finds nothing: what answers in place of a snapshot's store may hold something else."""

    def find(self, question: str) -> pl.DataFrame | None:
        """Return None."""
        return None

    def keep(self, question: str, frame: pl.DataFrame) -> None:
        """Keep nothing."""
