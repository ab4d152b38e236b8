"""SQLite files of a data directory, copied whole while others write in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_HEADER = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")
"""Ends of the names of the files that SQLite keeps beside a database: they are of the moment."""


def is_database(file: Path) -> bool:
    """Tell whether a file is an SQLite database.

    >>> is_database(Path(__file__))
    False
    """
    with file.open("rb") as opened:
        return opened.read(len(_HEADER)) == _HEADER


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one instant; one that stands at `target` is replaced in one transaction.

    Who has the target open reads the copy from then on.
    """
    with (
        closing(sqlite3.connect(source, timeout=30.0)) as read,
        closing(sqlite3.connect(target, timeout=30.0)) as written,
    ):
        read.backup(written)
