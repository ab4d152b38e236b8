"""Workbooks that people handed in: each in a folder of its own, with what was found in it, until its term."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from ...graph.snapshots.durable import replace_text

FOLDER = ".submissions"
"""In the data folder; hidden, so that backups leave out what may name people."""
TERM = timedelta(days=30)
_RECORD = "submission.json"
_NAME = re.compile(r"[^\w.() '’-]")
_LONGEST = 60
"""Letters of the name of a file."""


class State(StrEnum):
    """What became of a workbook."""

    WAITING = "waiting"
    REFUSED = "refused"
    SOUND = "sound"
    APPROVED = "approved"
    PUBLISHED = "published"


UNDER_WAY = (State.WAITING, State.APPROVED)
"""States that a process has to end: it checks, or publishes."""


class DataSet(BaseModel):
    """What the workbook is about, by its sheet « À propos », and how many rows each table of it has."""

    model_config = ConfigDict(frozen=True)
    name: str
    title: dict[str, str]
    publisher: str
    rows: dict[str, int]


class Submission(BaseModel):
    """A workbook that somebody handed in: `file` is its name, `account` whose it is, `at` when.

    `told` says what is wrong, `notes` what is worth knowing, in every language. `before` is the data set of the same name
    that it takes the place of; `marked` counts the cells of its copy that have a remark.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    file: str
    account: str
    at: datetime
    state: State = State.WAITING
    told: tuple[dict[str, str], ...] = ()
    notes: tuple[dict[str, str], ...] = ()
    data: DataSet | None = None
    before: DataSet | None = None
    marked: int = 0


class Submissions:
    """The workbooks handed in of a data folder; several processes read and write them."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / FOLDER

    def add(self, id: str, file: str, account: str, content: IO[bytes]) -> Submission:
        """Keep a workbook; one that is sent twice, under one `id`, is kept once."""
        if (known := self.get(id)) is not None:
            return known
        one = Submission(id=id, file=file_name(file), account=account, at=datetime.now(UTC))
        folder = self._root / id
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self.path(one).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self.path(one).open("wb") as kept:
                shutil.copyfileobj(content, kept)
            self.keep(one)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return one

    def keep(self, one: Submission) -> None:
        """Keep what became of a workbook; nothing is written where it was taken back meanwhile."""
        with suppress(FileNotFoundError):
            replace_text(self._root / one.id / _RECORD, one.model_dump_json())

    def get(self, id: str) -> Submission | None:
        """Give a workbook handed in, None where there is none."""
        with suppress(OSError, ValidationError):
            return Submission.model_validate_json((self._root / id / _RECORD).read_bytes())
        return None

    def all(self) -> list[Submission]:
        """List the workbooks handed in, the latest first."""
        found = [self.get(folder.name) for folder in self._root.iterdir()] if self._root.is_dir() else []
        return sorted((one for one in found if one is not None), key=lambda one: one.at, reverse=True)

    def path(self, one: Submission) -> Path:
        """Give where the file is."""
        return self._root / one.id / "given" / one.file

    def marked(self, one: Submission, language: str) -> Path:
        """Give where its copy with remarks in a language is, if it has one."""
        return self._root / one.id / f"marked-{language}.xlsx"

    def remove(self, one: Submission) -> None:
        """Erase a workbook and what was found in it."""
        shutil.rmtree(self._root / one.id, ignore_errors=True)

    def sweep(self) -> int:
        """Erase what is past its term; give how many there were."""
        past = [one for one in self.all() if one.at < datetime.now(UTC) - TERM]
        for one in past:
            self.remove(one)
        return len(past)


def file_name(told: str) -> str:
    r"""Make a name of a file that names no folder and that every system takes.

    >>> file_name("C:\\Users\\Zoé\\Éditions 2026?.xlsx"), file_name("../..")
    ('Éditions 2026_.xlsx', 'classeur')
    """
    name = _NAME.sub("_", re.split(r"[/\\]", told)[-1]).lstrip(".")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:_LONGEST]}{dot}{suffix[:5]}" if stem else name[:_LONGEST] or "classeur"
