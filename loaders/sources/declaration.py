"""What is wrong with a source, or with a file of it: one sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from ...words import EMPTY, N_, SentenceError, Spoken


class SourceError(SentenceError, ValueError):
    """A source cannot be described or read; keeps `file`, `row`, `column` and `value` when known."""

    code = "source"

    def __init__(
        self,
        sentence: Spoken,
        *,
        file: str | Path | None = None,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self.file, self.row, self.column, self.value = file, row, column, value
        super().__init__(sentence)


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> Spoken:
    """Name within brackets the known name nearest to one; `EMPTY` where none is; `cutoff` is from 0 to 1.

    >>> nearest("libele", ["code", "libelle"])["fr"], nearest("libele", ["code", "libelle"])["en"]
    (' (le plus proche est « libelle »)', ' (the nearest is “libelle”)')
    """
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return N_(" (le plus proche est « {name} »)", name=found[0]) if found else EMPTY
