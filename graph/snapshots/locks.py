"""Locks of open files, which the system keeps until the file is closed or the process ends.

Windows has no `flock`: there, what is published is read and nothing is written (docs/decisions/0181).
"""

from __future__ import annotations

from typing import IO

from ...words import N_, SentenceError

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]


class NoLock(SentenceError, OSError):  # noqa: N818
    """This system has no lock of files, so nothing is written here.

    >>> str(NoLock())
    'ce système ne verrouille pas de fichier : ancrage y lit ce qui est publié ; il n’y écrit ni n’y sert rien.'
    """

    code = "no-lock"

    def __init__(self) -> None:
        super().__init__(
            N_(
                "ce système ne verrouille pas de fichier : ancrage y lit ce qui est publié ; il n’y écrit ni n’y sert rien."
            )
        )


def check() -> None:
    """Refuse a system that has no lock; raises NoLock."""
    if fcntl is None:
        raise NoLock


def share(file: int | IO[bytes] | IO[str]) -> None:
    """Lock an open file with others that share it; where the system has no lock, an open file cannot be removed anyway."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_SH)


def take(file: int | IO[bytes] | IO[str], *, wait: bool = True) -> None:
    """Lock an open file alone; raises BlockingIOError where another holds it and one does not `wait`, NoLock.

    >>> import tempfile
    >>> with tempfile.TemporaryFile() as file:
    ...     take(file, wait=False)
    """
    check()
    fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
