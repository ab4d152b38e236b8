"""Generations in use: held by those who read them, claimed by the one who removes them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from .locks import share, take


class _Generation(Protocol):
    @property
    def path(self) -> Path: ...


def hold(snapshot: _Generation) -> int:
    """Mark a snapshot as in use until the returned file descriptor is closed (or the process ends).

    Raises FileNotFoundError when the snapshot was pruned meanwhile.
    """
    path = snapshot.path / "manifest.json"
    descriptor = os.open(path, os.O_RDONLY)
    share(descriptor)
    if os.fstat(descriptor).st_nlink == 0:  # it was being pruned while we waited for the lock
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return descriptor


@contextmanager
def hold_snapshot(snapshot: _Generation) -> Iterator[None]:
    """Mark a snapshot as in use meanwhile; raises FileNotFoundError as `hold`."""
    descriptor = hold(snapshot)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def claim_folder(path: Path) -> Iterator[bool]:
    """Take a generation's folder from its readers: true if none holds it, and none can until the end."""
    descriptor = os.open(path / "manifest.json", os.O_RDONLY)
    try:
        try:
            take(descriptor, wait=False)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def in_use(snapshot: _Generation) -> bool:
    """Tell whether some process holds the snapshot."""
    with claim_folder(snapshot.path) as free:
        return not free
