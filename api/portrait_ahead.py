"""Findings of portraits computed ahead: one process of low priority after a publication, one file a territory.

`python -m ancrage.api.portrait_ahead DATA_DIR SNAPSHOT FOLDER` writes in FOLDER what `find` reads. The files belong to one
snapshot and are pruned with it.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..graph.derivation import derived_folder
from ..graph.ground import Ground
from ..graph.holds import hold
from ..graph.matter import Matter
from ..graph.reader import LocalReader
from ..graph.snapshot import Snapshot, Snapshots
from ..graph.workers import NoSnapshot
from . import kept_findings
from .portrait_findings import EACH

log = logging.getLogger(__name__)

LEVELS = ("epci", "department", "adhoc", "zone", "bassin", "region")
"""Levels whose findings are computed ahead, the first first; those of communes are computed when asked for."""
DONE = "done"
_NICE = 15
_SETTLED = 10.0
_AGAIN = 120.0
_LOOK = 1.0


def portraits_folder(snapshot: Snapshot) -> Path:
    """Give the folder of what is computed ahead for a snapshot."""
    return derived_folder(snapshot) / "portraits"


def file_name(territory: str) -> str:
    """Give the name of the file of a territory.

    >>> file_name("territory/epci/200040715")
    'epci.200040715.json'
    """
    return territory.removeprefix("territory/").replace("/", ".") + ".json"


def find(folder: Path, territory: str) -> dict[str, Any] | None:
    """Give the findings kept for a territory, by block; None while they are not there."""
    try:
        found: dict[str, Any] = json.loads((folder / file_name(territory)).read_bytes())
    except (OSError, ValueError):
        return None
    return found


def brief(matter: Matter, territory: str) -> dict[str, Any]:
    """Compute the findings that the portrait of a territory shows; an analysis that fails says so."""
    return kept_findings.brief(kept_findings.kept_findings(matter, territory), EACH)


def compute(reader: LocalReader, folder: Path) -> Iterator[str]:
    """Compute and keep the quality of suggestions, then the findings of every territory of LEVELS that has none yet.

    Yields each territory as its findings are kept.
    """
    from ..graph.suggestions.trust import Trust

    Trust.of(Matter.of(reader, illustrative=True))
    matter = Matter.of(reader)
    Trust.of(matter)  # the last: who sees it knows that both are there
    ground = Ground.of(matter)
    folder.mkdir(parents=True, exist_ok=True)
    for level in LEVELS:
        for territory in ground.territories(level, matter.within):
            path = folder / file_name(territory.id)
            if path.exists():
                continue
            _place(path, brief(matter, territory.id))
            yield territory.id
    _place(folder / DONE, {})


def _place(path: Path, made: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


class Ahead:
    """Has the findings of portraits computed for each publication that lasts, by a process that gives way to others."""

    def __init__(
        self, snapshots: Snapshots, current: Callable[[], Snapshot], folder: Callable[[Snapshot], Path]
    ) -> None:
        self._snapshots, self._current, self._derived = snapshots, current, folder
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="portraits", daemon=True)

    def start(self) -> None:
        """Begin to watch what is published."""
        self._thread.start()

    def close(self) -> None:
        """Stop what is computed: it goes on where it was after the next start."""
        self._closing.set()
        with self._lock:
            if self._process is not None:
                self._process.kill()
        if self._thread.is_alive():
            self._thread.join()

    def folder(self, snapshot: Snapshot) -> Path:
        """Give the folder of what is computed ahead: beside the snapshot, or our own where that may only be read."""
        return self._derived(snapshot) / "portraits"

    def done(self, snapshot: Snapshot) -> bool:
        """Tell whether all that is computed ahead is there."""
        return (self.folder(snapshot) / DONE).exists()

    def _watch(self) -> None:
        seen, since, tried = "", time.monotonic(), 0.0
        while not self._closing.wait(_LOOK):
            with suppress(NoSnapshot, LookupError, OSError):
                snapshot = self._current()
                if snapshot.id != seen:
                    seen, since, tried = snapshot.id, time.monotonic(), -_AGAIN
                now = time.monotonic()
                if now - since >= _SETTLED and now - tried >= _AGAIN and not self.done(snapshot):
                    self._run(snapshot)
                    tried = time.monotonic()

    def _run(self, snapshot: Snapshot) -> None:
        command = [sys.executable, "-m", "ancrage.api.portrait_ahead"]
        command += [
            str(self._snapshots.data_dir.absolute()),
            snapshot.id,
            str(self.folder(snapshot).absolute()),
        ]
        threads = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        with self._lock:
            if self._closing.is_set():
                return
            process = self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, **threads},
            )
        _, told_ = process.communicate()
        with self._lock:
            self._process = None
        if process.returncode and not self._closing.is_set():
            log.error("findings of portraits failed: %s", told_.decode(errors="replace")[-2000:])


def main(arguments: list[str]) -> int:
    """Compute the findings of a snapshot, as a process that gives way to others."""
    data_dir, id, folder = arguments
    with suppress(OSError):
        os.nice(_NICE)
        Path("/proc/self/autogroup").write_text(str(_NICE), encoding="ascii")
    snapshot = Snapshots(Path(data_dir)).get(id)
    descriptor = hold(snapshot)
    reader = LocalReader(snapshot)
    try:
        for _ in compute(reader, Path(folder)):
            current = Snapshots(Path(data_dir)).current()
            if current is None or current.id != id:
                return 0  # another was published: what is left would be for nobody
    finally:
        reader.close()
        os.close(descriptor)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
