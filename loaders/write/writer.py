"""The one writer of a running service: takes the lock, has a process do the write, publishes what it made."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO

from ...graph.snapshots.artifacts import derived_folder
from ...graph.snapshots.kept_lines import carry_lines
from ...graph.snapshots.listing import list_files
from ...graph.snapshots.reader import NoSnapshot
from ...graph.snapshots.snapshot import Snapshot, Snapshots
from ...graph.snapshots.store import CHECKPOINT
from ...words import N_, AncrageError, Spoken
from ..publish.edits import Edit, Edits
from ..publish.indicators import take_declarations, take_frames
from ..publish.staging import SourceVersions
from .processes import WriteProcess, WriteProcesses
from .request import EditExhausted, Write, Written, storage_failure

_READING = 30.0
"""Seconds that what a write brings may take to be read, before the lock is taken."""


class Outdated(AncrageError, ValueError):  # noqa: N818
    """A write made for another state of the graph than the current one; keeps the current `snapshot`."""

    code = "outdated"

    def __init__(self, snapshot: str, reason: str) -> None:
        super().__init__(f"{reason}; the current publication is {snapshot}")
        self.snapshot = snapshot

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "Le graphe n’est plus celui qui a été lu ; la publication est {snapshot}. Rien n’est changé.",
            snapshot=self.snapshot,
        )


class Writer:
    """Writes in a data directory, one after the other, for any number of threads.

    What a write brings is read first; then it waits `patience` seconds for the lock (StoreBusy). Its process has
    `deadline` seconds and `memory` bytes beside what an idle one takes. `keep` generations stay. With `strict`, a
    process that can reach a network is refused (WorkerError). Writers may share `processes`; without, each write has one
    of its own.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        memory: int = 2 << 30,
        deadline: float = 300.0,
        patience: float = 5.0,
        keep: int | None = None,
        strict: bool = False,
        processes: WriteProcesses | None = None,
    ) -> None:
        self.memory = memory
        self.deadline = deadline
        self.strict = strict
        self.snapshots = Snapshots(data_dir, timeout=patience, keep=keep)
        self.edits = Edits(data_dir)
        self.versions = SourceVersions(data_dir)
        self._processes = processes or WriteProcesses()
        self._closed = False
        self._running: set[WriteProcess] = set()

    def write(
        self,
        write: Write,
        upload: IO[bytes] | None = None,
        *,
        seen: Collection[str] | None = None,
        only_new: bool = False,
    ) -> Written:
        """Do a write and publish it; what it changes survives the next generation built from the sources.

        `upload` is an open file at its start. With `seen`, the current snapshot must be one of these; with
        `only_new`, the graph must not exist (Outdated). Raises StoreBusy, NoSnapshot, EditTimeout,
        EditExhausted, StorageFailed where the disk refuses, and the other errors of `write_request`; nothing is
        changed then.
        """
        try:
            with self._processes.turn() as process, self._run(process):
                process.wait_ready(strict=self.strict)
                asked = {"write": asdict(write), "memory": self.memory}
                process.ask(asked, min(_READING, self.deadline), upload)
                with self.snapshots.lock():
                    return self._written(process, write, seen, only_new)
        except OSError as error:
            if (failed := storage_failure(error, self.snapshots.data_dir)) is None:
                raise
            raise failed from None

    def _written(
        self,
        process: WriteProcess,
        write: Write,
        seen: Collection[str] | None,
        only_new: bool,
    ) -> Written:
        """Have a process that has read what a write brings do it, under the lock, and publish what it made."""
        kept = self.edits.settle(self.snapshots)
        snapshot = self.snapshots.current()
        if snapshot is None:
            raise NoSnapshot(self.snapshots.data_dir)
        _refuse_outdated(snapshot, write, seen, only_new)
        with self.snapshots.staging() as staging:
            id = self.edits.next_id()
            request = {
                "write": asdict(write),
                "edit": id,
                "edits": [str(edit.path) for edit in kept],
                "snapshot": str(snapshot.path),
                "data_dir": str(self.snapshots.data_dir),
                "staging": str(staging),
                "roles": self._roles(),
            }
            done = process.ask(request, self.deadline)
            if not done["graphs"]:
                return Written(snapshot.id)
            published = self._publish(staging, id)
            with suppress(OSError):  # the package's indicators stand
                take_declarations(snapshot, published)
                take_frames(snapshot, published, done["graphs"])
                same = [one for one in published.graphs() if snapshot.content(one) == published.content(one)]
                carry_lines(snapshot, same, derived_folder(published))
                list_files(published)
        return Written(published.id, id, done["graphs"], done["created"])

    def close(self) -> None:
        """End the writes that run; they fail with EditExhausted."""
        self._closed = True
        for process in list(self._running):
            process.stop()

    @contextmanager
    def _run(self, process: WriteProcess) -> Iterator[None]:
        """Let a process be stopped by `close` while it does a write."""
        self._running.add(process)
        try:
            if self._closed:
                raise EditExhausted("the service is stopping")
            yield
        finally:
            self._running.discard(process)

    def _publish(self, staging: Path, id: str) -> Snapshot:
        """Publish what a process made: the edit's files are on the disk before the pointer is swapped."""
        manifest = json.loads((staging / "manifest.json").read_text(encoding="utf-8"))
        draft: Edit = self.edits.add_draft(staging / "edit", id)
        snapshot = self.snapshots.publish(staging / CHECKPOINT, manifest)
        with suppress(OSError):  # published: the next writer confirms it
            self.edits.confirm(draft)
        return snapshot

    def _roles(self) -> dict[str, str]:
        records = (version.record for version in self.versions.current().values())
        return {record.graph: record.role for record in records}


def _refuse_outdated(snapshot: Snapshot, write: Write, seen: Collection[str] | None, only_new: bool) -> None:
    if seen is not None and snapshot.id not in seen:
        raise Outdated(snapshot.id, "the graph was published anew since it was read")
    if only_new and (not write.graph or write.graph in snapshot.graphs()):
        raise Outdated(snapshot.id, "the graph exists already")
