"""Decisions of persons on links: a table that is read at each load, kept as it is, and never overruled.

One row a decision: `record`, `body` (paths or codes of organisations), `decision` (accept; refuse what is proposed, split what
a rule linked), `by` (a structure or a function, never a person), `date`, `why`. A row without a decision is not decided yet;
columns beside these are for who reads the table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path

from ...words import N_, AncrageError, Spoken

COLUMNS = ("record", "body", "decision", "by", "date", "why")
ACCEPT, REFUSE, SPLIT = "accept", "refuse", "split"
DECISIONS = "decisions.csv"
"""Name of the table in the data folder."""


class DecisionError(AncrageError, ValueError):
    """A row of a file of decisions cannot be used; keeps `file`, `row` (the header is 1), `column` and `value` ("": none)."""

    code = "decision"

    def __init__(self, file: Path, row: int, column: str, value: str, reason: Spoken) -> None:
        super().__init__(f"{file.name}, row {row}, column {column}: {value!r}: {reason['en']}")
        self.file, self.row, self.column, self.value, self.reason = file, row, column, value, reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        if not self.column:
            return N_(
                "{file}, ligne {row} : {reason}.", file=self.file.name, row=self.row, reason=self.reason
            )
        if not self.value:
            return N_(
                "{file}, ligne {row}, colonne « {column} » : {reason}.",
                file=self.file.name, row=self.row, column=self.column, reason=self.reason,
            )  # fmt: skip
        return N_(
            "{file}, ligne {row}, colonne « {column} », valeur « {value} » : {reason}.",
            file=self.file.name, row=self.row, column=self.column, value=self.value, reason=self.reason,
        )  # fmt: skip


@dataclass(frozen=True)
class Decisions:
    """What persons decided: the body of each record accepted, and the pairs refused."""

    acceptances: dict[str, str] = field(default_factory=dict)
    refusals: frozenset[frozenset[str]] = frozenset()


def read_decisions(path: Path | None) -> Decisions:
    """Read a table of decisions; without a file there are none.

    Raises DecisionError about the first wrong row: an unknown decision, an empty or impossible cell, two bodies for one record,
    a pair both accepted and refused, records accepted in a circle.
    """
    if path is None or not path.is_file():
        return Decisions()
    accepted: dict[str, str] = {}
    refused: set[frozenset[str]] = set()
    rows: dict[str, int] = {}
    for rank, record, body, decision in _rows(path):
        if decision in (REFUSE, SPLIT):
            refused.add(frozenset((record, body)))
        elif accepted.setdefault(record, body) != body:
            reason = N_("la ligne {row} donne déjà un autre organisme à cette fiche", row=rows[record])
            raise DecisionError(path, rank, "body", body, reason)
        else:
            rows[record] = rank
    for record, body in accepted.items():
        if frozenset((record, body)) in refused:
            reason = N_("ce rapprochement est à la fois accepté et refusé")
            raise DecisionError(path, rows[record], "decision", ACCEPT, reason)
        if body in accepted:
            reason = N_("cet organisme est lui-même une fiche d’un autre (ligne {row})", row=rows[body])
            raise DecisionError(path, rows[record], "body", body, reason)
    return Decisions(accepted, frozenset(refused))


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number (the header is 1) and the cells of each row of a table of decisions; raises DecisionError."""
    text = _text(path)
    mark = ";" if ";" in text.partition("\n")[0] else ","  # spreadsheets in French write semicolons
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=mark)
    for column in COLUMNS[:3]:
        if column not in (reader.fieldnames or ()):
            raise DecisionError(path, 1, column, "", N_("cette colonne manque"))
    yield from enumerate(reader, start=2)


def _rows(path: Path) -> Iterator[tuple[int, str, str, str]]:
    """Yield the number, record, body and decision of each row that is decided; raises DecisionError."""
    for rank, row in rows_of(path):
        if (row["decision"] or "").strip():
            yield rank, *_row(path, rank, row)


def _text(path: Path) -> str:
    read = path.read_bytes()
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = N_("le texte n’est pas en UTF-8 : enregistrez le fichier de nouveau en « CSV UTF-8 »")
        raise DecisionError(path, read.count(b"\n", 0, error.start) + 1, "", "", reason) from error


def _row(path: Path, rank: int, row: Mapping[str, str | None]) -> tuple[str, str, str]:
    record, body = (_path(path, rank, column, row[column]) for column in ("record", "body"))
    decision = (row["decision"] or "").strip().lower()
    _check_date(path, rank, row.get("date"))
    if record == body:
        raise DecisionError(path, rank, "body", body, N_("une fiche n’est pas rapprochée d’elle-même"))
    if decision not in (ACCEPT, REFUSE, SPLIT):
        raise DecisionError(path, rank, "decision", decision, N_("la décision est accept, refuse ou split"))
    return record, body, decision


def _path(file: Path, rank: int, column: str, cell: str | None) -> str:
    value = (cell or "").strip()
    if not value or any(sign.isspace() for sign in value):
        raise DecisionError(
            file, rank, column, value, N_("un code ou un identifiant sans espace est attendu")
        )
    return value if "/" in value else f"organization/{value}"


def _check_date(file: Path, rank: int, cell: str | None) -> None:
    value = (cell or "").strip()
    if not value:
        return
    try:
        date.fromisoformat(value)
    except ValueError:
        raise DecisionError(file, rank, "date", value, N_("une date s’écrit AAAA-MM-JJ")) from None
