"""The audit log: who did what to what, one JSON line each, with the hash of the line before; names are CADF's."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from ...graph.snapshots.locks import take
from ...words import N_, Spoken
from .files import AUDIT_FILE, keep_private
from .store import now

FIRST = "0" * 64
"""What the first line says of the one before it."""
_BLOCK = 1 << 16
_THREADS = threading.Lock()


@dataclass(frozen=True)
class AuditReport:
    """What a log says of itself: how many lines, the hash of the last, what is wrong (nothing: it holds)."""

    lines: int
    head: str
    findings: tuple[Spoken, ...]


class AuditLog:
    """The audit log of a data folder; several processes write it, one line after the other."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / AUDIT_FILE

    def add(
        self,
        action: str,
        initiator: str,
        target: str,
        *,
        role: str = "",
        outcome: Literal["success", "failure"] = "success",
    ) -> None:
        """Add a line; on return it is on the disk.

        >>> import tempfile
        >>> log = AuditLog(Path(tempfile.mkdtemp()))
        >>> log.add("read/contact", "ana", "need/1")
        >>> log.verify().lines
        1
        """
        keep_private(self.path)
        with _THREADS, self.path.open("a+b") as file:
            take(file)
            line: dict[str, Any] = {
                "eventType": "activity",
                "eventTime": now(),
                "action": action,
                "outcome": outcome,
                "initiator": {"id": initiator, **({"role": role} if role else {})},
                "target": {"id": target},
                "observer": {"id": "ancrage"},
                "previous": _last_hash(file.fileno()),
            }
            line["hash"] = _hash(line)
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def verify(self, head: str = "") -> AuditReport:
        """Read the whole log: each line must follow the one before. With `head`, a hash noted earlier must be there.

        What was cut off at the end is seen only so: by a hash that was noted elsewhere.
        """
        findings: list[Spoken] = []
        previous, count, met = FIRST, 0, not head
        if self.path.exists():
            with self.path.open("rb") as file:
                for count, raw in enumerate(file, 1):
                    if wrong := _fault(raw, previous, count):
                        findings.append(wrong)
                    previous = _told_hash(raw)
                    met = met or previous == head
        if not met:
            findings.append(
                N_(
                    "l’empreinte {head} n’est celle d’aucune ligne : la fin a été coupée, ou refaite",
                    head=head,
                )
            )
        return AuditReport(count, previous if count else "", tuple(findings))


def _fault(raw: bytes, previous: str, number: int) -> Spoken | None:
    try:
        line = json.loads(raw)
        told = line.pop("hash")
    except (ValueError, KeyError, AttributeError):
        return N_("ligne {n} : ce n’est pas une ligne du journal", n=number)
    if _hash(line) != told:
        return N_("ligne {n} : elle a été changée", n=number)
    if line.get("previous") != previous:
        return N_("ligne {n} : elle ne suit pas celle qui la précède", n=number)
    return None


def _told_hash(raw: bytes) -> str:
    try:
        return str(json.loads(raw)["hash"])
    except (ValueError, KeyError, TypeError):
        return sha256(raw).hexdigest()


def _hash(line: dict[str, Any]) -> str:
    return sha256(json.dumps(line, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _last_hash(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, _BLOCK, max(0, size - _BLOCK))
    lines = tail.splitlines()
    return _told_hash(lines[-1]) if lines else FIRST
