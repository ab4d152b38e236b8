"""What the service derives of its snapshot (counts, finder, dumps), by one process at a time; the former serve meanwhile."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Request

from ...graph.finder.artifacts import FINDER
from ...graph.finder.finding import Finder
from ...graph.snapshots.artifacts import (
    CHANGES,
    PARTITIONS,
    changes_file,
    derived_folder,
    dump_file,
    read_dump,
    read_partitions,
)
from ...graph.snapshots.dumps import FORMATS, DumpFile, dumps_of
from ...graph.snapshots.lease import hold, hold_snapshot
from ...graph.snapshots.opening import StoreElsewhere, remote_address
from ...graph.snapshots.partitions import Partitions
from ...graph.snapshots.snapshot import Snapshot, Snapshots
from ...graph.updates.stream import STREAM, Stream
from ...words import N_, AncrageError, Spoken
from .child import Child, ChildFailure
from .watcher import Job

log = logging.getLogger(__name__)

AHEAD = (PARTITIONS, FINDER)
"""What is made of each publication that lasts, without being asked."""
_SETTLED = 5.0
"""Seconds a publication must last before it is counted without being asked: writes may come one after the other."""
_LATE = 10.0
"""Seconds after which what is derived is made again though writes go on: what serves must not grow old."""

T = TypeVar("T")


@dataclass(frozen=True)
class ArtifactCache(Generic[T]):
    """What was derived, and the snapshot it is of: the current one, or an older one while that of the current is made."""

    snapshot: Snapshot
    value: T


class NotReady(AncrageError, TimeoutError):  # noqa: N818
    """What is asked for is still being made; keeps `retry_after` (seconds)."""

    code = "not-ready"

    def __init__(self, retry_after: int = 10) -> None:
        super().__init__(self.told("fr"))
        self.retry_after = retry_after

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("Ces données se préparent pour la publication courante : revenez dans quelques secondes.")


class Derivations:
    """Counts, dumps and the finder of the current snapshot, kept beside the generation; the former serve meanwhile.

    A process of its own makes them, one at a time, so that nothing weighs on the service. Counts, the index of the
    finder, what differs from the publication before, the stream of interactions and the dumps in N-Quads (links,
    where a graph did not change) are made without being asked, at the start and for each publication that lasts, and
    with them the dumps in TriG that were asked for meanwhile. Where writes go on without end, what was begun is
    ended, then the newest publication is taken. Until then the newest that is there serves, never of a publication
    newer than the current one: a rollback undoes it. Only where nothing was ever made is it waited for, `patience`
    seconds, before NotReady.
    """

    def __init__(
        self, snapshots: Snapshots, current: Callable[[], Snapshot], *, patience: float = 30.0
    ) -> None:
        self.snapshots = snapshots
        self.patience = patience
        self._current = current
        self._lock = threading.Lock()
        self._jobs: dict[str, Future[None]] = {}
        self._asked: set[str] = set()
        self._counts: ArtifactCache[Partitions] | None = None
        self._finder: ArtifactCache[Finder] | None = None
        self._serving: dict[str, int] = {}
        self._child = Child()
        self._closed = False
        self._opening = threading.Lock()
        self._spare: Path | None = None
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="derive")
        self.job = Job(
            "derivations", lambda one: not self._missing(one), self._catch_up, _SETTLED, _LATE, 60.0
        )

    async def partitions(self) -> ArtifactCache[Partitions]:
        """Give the counts of the current snapshot, or the newest there are; raises NoSnapshot, NotReady."""
        known = self._counts
        if known is not None and known.snapshot.id == self._current().id:
            return known
        found = await self._wait(
            lambda: self._newest(lambda one: read_partitions(self.folder(one)), self._counts),
            lambda: [PARTITIONS],
        )
        self._counts = found
        return found

    async def dump(self, name: str, suffix: str) -> ArtifactCache[list[DumpFile]]:
        """Give the files of a dump in a format (`nq`, `trig`), in order; raises KeyError, NoSnapshot, NotReady."""

        def read(snapshot: Snapshot) -> list[DumpFile] | None:
            dump = dumps_of(snapshot).get(name)
            return None if dump is None else read_dump(self.folder(snapshot), dump, suffix)

        def files() -> list[str]:
            return [dump_file(graph, suffix) for graph in dumps_of(self._current())[name].graphs]

        found = await self._wait(lambda: self._newest(read), files)
        if found.snapshot.id != self._current().id:
            self._asked.update(files())
        return found

    async def changes(self, before: Snapshot, after: Snapshot) -> DumpFile:
        """Give the RDF Patch that makes one publication of another, kept beside `after`; raises NotReady, StoreElsewhere."""
        for one in (before, after):
            if url := remote_address(one.path):
                raise StoreElsewhere(url)
        name = changes_file(before.id)
        path = self.folder(after) / name

        def find() -> ArtifactCache[DumpFile] | None:
            with suppress(FileNotFoundError):
                return ArtifactCache(after, DumpFile.read(path))
            return None

        return (await self._wait(find, lambda: [name], after)).value

    async def stream(self) -> ArtifactCache[Stream]:
        """Give the stream of interactions, or the newest there is; raises NoSnapshot, NotReady, StoreElsewhere."""
        if url := remote_address(self._current().path):
            raise StoreElsewhere(url)
        return await self._wait(
            lambda: self._newest(lambda one: Stream.read(self.folder(one) / STREAM)), lambda: [STREAM]
        )

    def finder(self) -> ArtifactCache[Finder] | None:
        """Give the finder of the current snapshot, or the newest there is; None while the first is made: that begins it."""
        known = self._finder
        if known is not None and known.snapshot.id == self._current().id:
            return known
        with self._opening:
            self._finder = found = self._newest(self._opened, self._finder)
        if found is None:
            with suppress(NotReady):
                self._submit([FINDER])
        return found

    def _newest(
        self, read: Callable[[Snapshot], T | None], known: ArtifactCache[T] | None = None
    ) -> ArtifactCache[T] | None:
        """Read what was derived of the current snapshot, else give what is known, else read that of an older one."""
        current = self._current()
        if known is not None and known.snapshot.id == current.id:
            return known
        if (value := read(current)) is not None:
            return ArtifactCache(current, value)
        if known is not None and known.snapshot.id < current.id:
            return known
        for older in reversed([one for one in self.snapshots.list() if one.id < current.id]):
            if (value := read(older)) is not None:
                return ArtifactCache(older, value)
        return None

    def _opened(self, snapshot: Snapshot) -> Finder | None:
        """Open the index of a finder; None where there is none, or none that can be opened."""
        folder = self.folder(snapshot) / FINDER
        if not folder.exists():
            return None
        try:
            return Finder(folder)
        except (OSError, ValueError):
            log.exception("the index of the finder cannot be opened")
            return None

    def folder(self, snapshot: Snapshot) -> Path:
        """Give the folder for what is derived: beside the store, or our own where that may only be read."""
        if os.access(snapshot.path, os.W_OK):
            return derived_folder(snapshot)
        with self._lock:
            if self._spare is None:
                self._spare = Path(tempfile.mkdtemp(prefix="ancrage-derived-"))
                log.warning(
                    "%s may only be read: what is derived is kept in %s until the service stops",
                    snapshot.path,
                    self._spare,
                )
        return self._spare / snapshot.id

    def close(self) -> None:
        """Stop what is being made."""
        with self._lock:
            self._closed = True
        self._child.close()
        self._executor.shutdown(cancel_futures=True)
        for descriptor in self._serving.values():
            os.close(descriptor)
        if self._spare is not None:
            shutil.rmtree(self._spare, ignore_errors=True)

    async def _wait(
        self,
        find: Callable[[], ArtifactCache[T] | None],
        names: Callable[[], list[str]],
        of: Snapshot | None = None,
    ) -> ArtifactCache[T]:
        """Give what is found, having it made where there is none (`of` a snapshot); raises NotReady after `patience` seconds."""
        end = time.monotonic() + self.patience
        while (found := await asyncio.to_thread(find)) is None:
            jobs = [asyncio.wrap_future(job) for job in self._submit(names(), of)]
            for job in jobs:
                job.add_done_callback(lambda done: done.cancelled() or done.exception())
            done, pending = await asyncio.wait(jobs, timeout=max(0.0, end - time.monotonic()))
            if pending or any(job.cancelled() or job.exception() for job in done):
                raise NotReady
        return found

    def _submit(self, names: list[str], of: Snapshot | None = None) -> list[Future[None]]:
        """Give the jobs that make files of a snapshot (None: the newest), new ones for those that nobody makes yet."""
        keys = {name: f"{of.id}/{name}" if of else name for name in names}
        with self._lock:
            if self._closed:
                raise NotReady
            wanted = [name for name in names if keys[name] not in self._jobs]
            if wanted:
                job = self._executor.submit(self._run, wanted, [keys[name] for name in wanted], of)
                self._jobs.update(dict.fromkeys((keys[name] for name in wanted), job))
            return list({id(job): job for job in (self._jobs[key] for key in keys.values())}.values())

    def _run(self, names: list[str], keys: list[str], of: Snapshot | None) -> None:
        """Make files of a snapshot, or of the one that is current now, which stays until there are newer ones."""
        try:
            snapshot = of or self._current()
            with hold_snapshot(snapshot):
                self._derive(snapshot, names)
                if of is None:
                    self._serve(snapshot)
        finally:
            with self._lock:
                for key in keys:
                    self._jobs.pop(key, None)

    def _derive(self, snapshot: Snapshot, names: list[str]) -> None:
        folder = self.folder(snapshot)
        known = {dump_file(graph, suffix) for graph in snapshot.graphs() for suffix in FORMATS}
        wanted = [
            name for name in names if name in (*AHEAD, STREAM) or name in known or name.startswith(CHANGES)
        ]
        places = (str(self.snapshots.data_dir.absolute()), snapshot.id, str(folder.absolute()))
        try:
            ended = self._child.run("ancrage.graph.finder.artifacts", *places, *wanted)
        except ChildFailure as error:
            log.error("deriving %s failed: %s", names[0], error)
            raise NotReady(60) from error
        if not ended:
            raise NotReady(60)

    def _serve(self, snapshot: Snapshot) -> None:
        """Have what was made serve: open it, keep the generations it is in, and let older ones and their dumps go."""
        with self._opening:
            if (finder := self._opened(snapshot)) is not None:
                self._finder = ArtifactCache(snapshot, finder)
        if (counts := read_partitions(self.folder(snapshot))) is not None:
            self._counts = ArtifactCache(snapshot, counts)
        self._let_go_but(snapshot)

    def _let_go_but(self, snapshot: Snapshot) -> None:
        """Keep a generation, and the one before it with dumps that it has not yet; dumps of others are removed."""
        made = self._dumps(snapshot)
        others = [one for one in self.snapshots.list() if one.id != snapshot.id]
        older = [one for one in others if one.id < snapshot.id and not self._dumps(one) <= made]
        for one in others:
            if one not in older[-1:]:  # they are made again if it comes back
                shutil.rmtree(self.folder(one) / "dumps", ignore_errors=True)
        before, self._serving = self._serving, {}
        for one in (snapshot, *older[-1:]):
            with suppress(FileNotFoundError):  # pruned meanwhile
                self._serving[one.id] = before.pop(one.id) if one.id in before else hold(one)
        for descriptor in before.values():
            os.close(descriptor)

    def _dumps(self, snapshot: Snapshot) -> set[str]:
        return {path.name for path in (self.folder(snapshot) / "dumps").glob("*.gz")}

    def _missing(self, snapshot: Snapshot) -> list[str]:
        """List what a publication lacks, of what is made unasked and of the dumps that were asked for."""
        names = list(AHEAD)
        if not remote_address(snapshot.path):
            before = [changes_file(one.id) for one in self.snapshots.list() if one.id < snapshot.id]
            names = [*before[-1:], *AHEAD, STREAM, *(dump_file(graph, "nq") for graph in snapshot.graphs())]
        names += sorted(self._asked - {*names})
        return [name for name in names if not (self.folder(snapshot) / name).exists()]

    def _catch_up(self, snapshot: Snapshot) -> None:
        """Have made what is missing, one file after the other; raises NotReady."""
        missing = self._missing(snapshot)
        self._asked.clear()
        for name in missing:  # one by one: who asks for something waits for one of them at most
            for job in self._submit([name]):
                job.result()


def derivations_of(request: Request) -> Derivations:
    """Give what the application derives from its snapshots."""
    made: Derivations = request.app.state.derivations
    return made


async def read_counts(request: Request) -> ArtifactCache[Partitions]:
    """Give the counts of the current snapshot, or the newest there are; raises NoSnapshot, NotReady."""
    return await derivations_of(request).partitions()


Counted = Annotated[ArtifactCache[Partitions], Depends(read_counts)]
"""The counts of the current snapshot, or the newest there are, for a route."""
