"""Files and folders that a crash leaves whole: locked, replaced, moved and put on the disk."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...words import N_, AncrageError, Spoken
from .locks import take


class StoreBusy(AncrageError, TimeoutError):  # noqa: N818
    """Another process keeps the writer's lock; keeps `lock` (path) and `seconds` waited."""

    code = "store-busy"

    def __init__(self, lock: Path, seconds: float) -> None:
        super().__init__(f"another writer holds {lock} (waited {seconds:.1f} s)")
        self.lock = lock
        self.seconds = seconds

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("Une autre écriture ou un chargement est en cours : réessayez dans quelques secondes.")


@contextmanager
def hold_lock(path: Path, timeout: float) -> Iterator[None]:
    """Hold an exclusive lock on a file, made if need be; raises StoreBusy after `timeout` seconds, NoLock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + timeout
    with path.open("a") as file:
        while True:
            try:
                take(file, wait=False)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise StoreBusy(path, timeout) from None
                time.sleep(0.02)
        yield


def replace_text(path: Path, text: str) -> None:
    """Replace a file's content so that a reader, or a crash, sees the old or the new text."""
    with draft_of(path) as draft:
        draft.write_text(text, encoding="utf-8")
    sync(path.parent)


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Give another name to write a file under; it gets its own once it is on the disk: readers see all of it or nothing.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     with draft_of(path) as draft:
    ...         _ = draft.write_text("whole")
    ...     with suppress(OSError), draft_of(path) as draft:
    ...         _ = draft.write_text("a part")
    ...         raise OSError
    ...     path.read_text(), len(list(path.parent.iterdir()))
    ('whole', 1)
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        yield draft
        sync(draft)
        draft.replace(path)
    finally:
        with suppress(OSError):  # a disk that may only be read refuses this too
            draft.unlink(missing_ok=True)


def move_folder(source: Path, target: Path) -> None:
    """Move a folder, by copying it when the target is on another file system."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:  # another file system; a full disk, say, is not to be filled further
            raise
        shutil.copytree(source, target)
        shutil.rmtree(source)


def sync_tree(path: Path, *, linked: bool = True) -> None:
    """Put every file and folder under a path on the disk; files with another name too (`linked`), or those are there already."""
    for folder, _, files in os.walk(path):
        for name in files:
            if linked or Path(folder, name).stat().st_nlink == 1:
                sync(Path(folder, name))
        sync(Path(folder))


def sync(path: Path) -> None:
    """Put a file, or a folder's list of names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
