"""What the service needs derived from its snapshot (counts, finder, dumps): made by one process at a time, waited for a while."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from ..graph.derivation import (
    FINDER,
    PARTITIONS,
    derived_folder,
    drop_dumps,
    dump_file,
    read_dump,
    read_partitions,
)
from ..graph.dumps import Dump, DumpFile
from ..graph.finder import Finder
from ..graph.partitions import Partitions
from ..graph.snapshot import Snapshot, Snapshots
from ..graph.workers import NoSnapshot

log = logging.getLogger(__name__)

AHEAD = (PARTITIONS, FINDER)
"""What is made of each publication that lasts, without being asked."""
_LOOK = 1.0
"""Seconds between two looks at what is current."""
_SETTLED = 5.0
"""Seconds a publication must last before it is counted without being asked: writes may come one after the other."""


class NotReady(TimeoutError):  # noqa: N818
    """What is asked for is still being made; keeps `retry_after` (seconds)."""

    def __init__(self, retry_after: int = 10) -> None:
        super().__init__(
            "Ces données se préparent pour la publication courante : revenez dans quelques secondes."
        )
        self.retry_after = retry_after


class Derivations:
    """Counts and dumps of the current snapshot, made when first asked for and kept beside the generation.

    A process of its own makes them, one at a time, so that nothing weighs on the service; `patience` is how
    many seconds a request waits for it before NotReady. Counts and the index of the finder are also made without being
    asked: at the start, and for each publication that lasts.
    """

    def __init__(
        self, snapshots: Snapshots, current: Callable[[], Snapshot], *, patience: float = 30.0
    ) -> None:
        self.snapshots = snapshots
        self.patience = patience
        self._current = current
        self._lock = threading.Lock()
        self._jobs: dict[tuple[str, str], Future[None]] = {}
        self._counts: dict[str, Partitions] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._closing = threading.Event()
        self._finder: tuple[str, Finder] | None = None
        self._opening = threading.Lock()
        self._spare: Path | None = None
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="derive")
        self._watcher = threading.Thread(target=self._watch, name="derivations", daemon=True)
        self._watcher.start()

    async def partitions(self, snapshot: Snapshot) -> Partitions:
        """Give the counts of a snapshot; raises NotReady."""
        if (known := self._counts.get(snapshot.id)) is not None:
            return known
        found = await asyncio.to_thread(read_partitions, self.folder(snapshot))
        if found is None:
            await self._made(snapshot, [PARTITIONS])
            found = await asyncio.to_thread(read_partitions, self.folder(snapshot))
        if found is None:
            raise NotReady
        self._counts = {snapshot.id: found}
        return found

    async def dump(self, snapshot: Snapshot, dump: Dump, suffix: str) -> list[DumpFile]:
        """Give the files of a dump in a format (`nq`, `trig`), in order; raises NotReady."""
        found = read_dump(self.folder(snapshot), dump, suffix)
        if found is None:
            await self._made(snapshot, [dump_file(graph, suffix) for graph in dump.graphs])
            found = read_dump(self.folder(snapshot), dump, suffix)
        if found is None:
            raise NotReady
        return found

    def finder(self, snapshot: Snapshot) -> Finder | None:
        """Give the finder of a snapshot, or None while its index is being made: asking for it begins that."""
        known = self._finder
        if known is not None and known[0] == snapshot.id:
            return known[1]
        folder = self.folder(snapshot) / FINDER
        if not folder.exists():
            with suppress(NotReady):
                self._submit(snapshot, [FINDER])
            return None
        with self._opening:
            if self._finder is None or self._finder[0] != snapshot.id:
                try:
                    self._finder = snapshot.id, Finder(folder)
                except (OSError, ValueError):
                    log.exception("the index of the finder cannot be opened")
                    return None
            return self._finder[1]

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
        self._closing.set()
        with self._lock:
            if self._process is not None:
                self._process.kill()
        self._executor.shutdown(cancel_futures=True)
        self._watcher.join()
        if self._spare is not None:
            shutil.rmtree(self._spare, ignore_errors=True)

    async def _made(self, snapshot: Snapshot, names: list[str]) -> None:
        """Wait until files are made; raises NotReady after `patience` seconds."""
        jobs = [asyncio.wrap_future(job) for job in self._submit(snapshot, names)]
        for job in jobs:
            job.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, pending = await asyncio.wait(jobs, timeout=self.patience)
        if pending or any(job.cancelled() or job.exception() for job in done):
            raise NotReady

    def _submit(self, snapshot: Snapshot, names: list[str]) -> list[Future[None]]:
        """Give the jobs that make files, new ones for those that nobody makes yet."""
        with self._lock:
            if self._closing.is_set():
                raise NotReady
            wanted = [name for name in names if (snapshot.id, name) not in self._jobs]
            if wanted:
                job = self._executor.submit(self._run, snapshot, wanted)
                self._jobs.update({(snapshot.id, name): job for name in wanted})
            return list({id(job): job for job in (self._jobs[snapshot.id, name] for name in names)}.values())

    def _run(self, snapshot: Snapshot, names: list[str]) -> None:
        folder = self.folder(snapshot)
        command = [sys.executable, "-m", "ancrage.graph.derivation"]
        command += [str(self.snapshots.data_dir.absolute()), snapshot.id, str(folder.absolute()), *names]
        try:
            with self._lock:
                if self._closing.is_set():
                    raise NotReady
                process = self._process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
                )
            _, told = process.communicate()
            if process.returncode and not self._closing.is_set():
                if process.returncode not in (
                    -signal.SIGINT,
                    -signal.SIGTERM,
                ):  # Ctrl+C reaches this process too
                    log.error("deriving %s failed: %s", names[0], told.decode(errors="replace")[-2000:])
                raise NotReady(60)
            if folder == derived_folder(snapshot):
                drop_dumps(self.snapshots, snapshot.id)
        finally:
            with self._lock:
                self._process = None
                for name in names:
                    self._jobs.pop((snapshot.id, name), None)

    def _watch(self) -> None:
        """Have the counts made for each publication that lasts."""
        seen, waited = "", _SETTLED
        while not self._closing.is_set():
            with suppress(NoSnapshot, LookupError, OSError, NotReady, CancelledError):
                snapshot = self._current()
                if snapshot.id != seen:
                    first = not seen
                    seen, waited = snapshot.id, _SETTLED if first else 0.0
                missing = [name for name in AHEAD if not (self.folder(snapshot) / name).exists()]
                if waited >= _SETTLED and missing:
                    for job in [job for name in missing for job in self._submit(snapshot, [name])]:
                        job.exception()
                    waited = -60.0  # should it have failed, the next try is a minute away
            waited += _LOOK
            self._closing.wait(_LOOK)


def derivations_of(request: Request) -> Derivations:
    """Give what the application derives from its snapshots."""
    made: Derivations = request.app.state.derivations
    return made


async def counted(request: Request) -> Partitions:
    """Give the counts of the current snapshot; raises NoSnapshot, NotReady."""
    snapshot: Snapshot = request.app.state.pool.snapshot()
    return await derivations_of(request).partitions(snapshot)


Counted = Annotated[Partitions, Depends(counted)]
"""The counts of the current snapshot, for a route."""
