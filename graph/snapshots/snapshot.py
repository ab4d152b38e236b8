"""Publications: immutable generations of the store and a pointer to the current one, swapped atomically."""

from __future__ import annotations

import builtins
import json
import logging
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from ...words import N_, AncrageError, Spoken
from .durable import StoreBusy, hold_lock, move_folder, replace_text, sync, sync_tree
from .lease import claim_folder, hold, in_use
from .opening import REMOTE, StoreElsewhere, remote_address

__all__ = [
    "BASE_ROLES",
    "NoOlderSnapshot",
    "Snapshot",
    "Snapshots",
    "StoreBusy",
    "UnknownSnapshot",
    "empty_snapshot",
    "hold",
    "in_use",
    "same_content",
]

BASE_ROLES = ("base", "ontology")
"""Roles of the graphs a query sees when it names none."""

log = logging.getLogger(__name__)

_SECOND = "%Y%m%dT%H%M%SZ"
ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")
"""What the id of a generation looks like."""


class UnknownSnapshot(AncrageError, LookupError):  # noqa: N818
    """No complete generation has this id; keeps `id`."""

    code = "unknown-snapshot"

    def __init__(self, id: str, reason: str = "no complete generation has this id") -> None:
        super().__init__(f"snapshot '{id}': {reason}")
        self.id = id

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("aucune publication complète ne porte l'identifiant « {id} »", id=self.id)


class NoOlderSnapshot(UnknownSnapshot):
    """There is nothing to go back to: `id` is the oldest generation, or empty where nothing is published."""

    def __init__(self, id: str) -> None:
        super().__init__(id, "no older generation to go back to")

    @property
    def message(self) -> Spoken:
        """What is said."""
        if not self.id:
            return N_("il n'y a pas de publication plus ancienne : rien n'a changé")
        return N_("il n'y a pas de publication plus ancienne que {id} : rien n'a changé", id=self.id)


@dataclass(frozen=True)
class Snapshot:
    """A published generation: its `id` (sortable by time), its folder `path` and its `manifest`.

    >>> graphs = {"http://e.org/g": {"role": "base"}, "http://e.org/w": {"role": "scenario"}}
    >>> Snapshot("20261124T160501Z-0a1b2c3d", Path("x"), {"graphs": graphs}).base_graphs
    ['http://e.org/g']
    """

    id: str
    path: Path
    manifest: Mapping[str, Any] = field(hash=False, compare=False, repr=False)

    @property
    def store(self) -> Path:
        """The folder of the Oxigraph store; open it with `Store.read_only` only."""
        return self.path / "store"

    @property
    def data_dir(self) -> Path:
        """The data directory that it is a generation of."""
        return self.path.parent.parent

    @property
    def created(self) -> datetime:
        """When the generation was published (UTC), to the second: as its manifest says, for the clock may have gone back."""
        told = self.manifest.get("created")
        if told:
            return datetime.fromisoformat(str(told)).astimezone(UTC).replace(microsecond=0)
        return datetime.strptime(self.id[:16], _SECOND).replace(tzinfo=UTC)

    @property
    def quads(self) -> int:
        """Number of quads in the named graphs."""
        return int(self.manifest.get("quads", 0))

    @property
    def merged(self) -> bool:
        """Whether the store's default graph holds the union of the base graphs, with one label a language for each thing."""
        return bool(self.manifest.get("merged", False))

    @property
    def base_graphs(self) -> list[str]:
        """IRIs of the graphs a query sees by default: sources and ontology."""
        return self.graphs(*BASE_ROLES)

    @property
    def edits(self) -> list[str]:
        """The ids of the writes that it has."""
        return list(self.manifest.get("edits", []))

    def content(self, graph: str) -> str:
        """Return what tells the content of a graph, its edits apart; empty where nothing does."""
        return str(self.manifest.get("graphs", {}).get(graph, {}).get("content", ""))

    def graphs(self, *roles: str) -> list[str]:
        """Return the IRIs of the graphs that have one of these roles (all graphs without), sorted."""
        graphs: Mapping[str, Mapping[str, Any]] = self.manifest.get("graphs", {})
        return sorted(iri for iri, about in graphs.items() if not roles or about.get("role", "base") in roles)


def same_content(one: Snapshot, other: Snapshot, graph: str) -> bool:
    """Tell whether a graph is known to be the same in two publications, without a look at it: as their manifests tell it."""
    if not one.content(graph) or one.content(graph) != other.content(graph):
        return False
    abouts = [each.manifest["graphs"][graph] for each in (one, other)]
    return one.edits == other.edits or not any(about.get("source") for about in abouts)


def empty_snapshot(folder: Path) -> Snapshot:
    """Make a generation without a quad in an empty folder: what is asked where nothing is published yet.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nothing = empty_snapshot(Path(folder))
    ...     len(Store.read_only(str(nothing.store))), nothing.quads, nothing.created.year
    (0, 0, 1970)
    """
    store = Store(str(folder / "store"))
    store.flush()
    del store
    manifest = {"quads": 0, "graphs": {}, "merged": True, "created": "1970-01-01T00:00:00+00:00"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Snapshot("19700101T000000Z-00000000", folder, manifest)


def _above(id: str) -> str:
    """Give the id just above another: the next of its second, or the first of the second after it.

    >>> _above("20991231T235959Z-0a1b2c3d"), _above("20991231T235959Z-ffffffff")
    ('20991231T235959Z-0a1b2c3e', '21000101T000000Z-00000000')
    """
    second, _, rest = id.partition("-")
    if rest != "ffffffff":
        return f"{second}-{int(rest, 16) + 1:08x}"
    return f"{datetime.strptime(second, _SECOND) + timedelta(seconds=1):{_SECOND}}-00000000"


class Snapshots:
    """The generations of one data directory.

    Reading needs no lock. Writing (publish, rollback, prune) takes the writer's lock and waits `timeout`
    seconds for it, then raises StoreBusy. A generation without a complete manifest is the rest of a writer
    that died: it is never listed, and the next writer removes it. With `keep`, each publication prunes the
    generations older than the newest `keep`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Snapshots(Path(folder)).current() is None
    True
    """

    def __init__(self, data_dir: Path, *, timeout: float = 10.0, keep: int | None = None) -> None:
        self.data_dir = data_dir
        self.generations = data_dir / "generations"
        self.pointer = data_dir / "current"
        self.history_file = data_dir / "history.jsonl"
        self.timeout = timeout
        self.keep = keep
        self._thread = threading.RLock()
        self._held = 0

    def current(self) -> Snapshot | None:
        """Return the current snapshot, or None before the first publication.

        Raises UnknownSnapshot when the pointer names a generation that is not there.
        """
        for _ in range(3):
            try:
                id = self.pointer.read_text(encoding="ascii", errors="replace").strip()
            except FileNotFoundError:
                return None
            with suppress(UnknownSnapshot):  # perhaps swapped and pruned between the two readings
                return self.get(id)
        raise UnknownSnapshot(id, "it is the current one, and its generation is missing or incomplete")

    def get(self, id: str) -> Snapshot:
        """Return the snapshot with this id; raises UnknownSnapshot."""
        if not ID.fullmatch(id):
            raise UnknownSnapshot(id, "not the id of a snapshot")
        path = self.generations / id
        try:
            manifest = json.loads((path / "manifest.json").read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValueError) as error:
            raise UnknownSnapshot(id) from error
        if not isinstance(manifest, dict) or manifest.get("id") != id or not (path / "store").is_dir():
            raise UnknownSnapshot(id)
        return Snapshot(id, path, manifest)

    def list(self) -> builtins.list[Snapshot]:
        """Return the complete generations, oldest first."""
        if not self.generations.is_dir():
            return []
        found = []
        for path in sorted(self.generations.iterdir()):
            with suppress(UnknownSnapshot):
                found.append(self.get(path.name))
        return found

    def history(self) -> Iterator[dict[str, Any]]:
        """Yield what was done to the pointer, oldest first: event, id, previous, at."""
        if self.history_file.exists():
            for line in self.history_file.read_text(encoding="utf-8").splitlines():
                with suppress(ValueError):  # a line cut by a crash
                    yield json.loads(line)

    def turn(self, id: str) -> tuple[datetime | None, bool]:
        """Tell when a publication last became the current one (UTC; None: not noted), and whether it was after a later one.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Snapshots(Path(folder)).turn("20261124T160501Z-0a1b2c3d")
        (None, False)
        """
        newest, since, back = "", None, False
        for line in self.history():
            if line["event"] == "prune":
                continue
            newest = max(newest, line["id"])
            if line["id"] == id:
                since, back = datetime.fromisoformat(line["at"]), newest > id
        return since, back

    @contextmanager
    def lock(self, timeout: float | None = None) -> Iterator[None]:
        """Hold the writer's lock of the data directory; it may be taken again inside.

        Raises StoreBusy when another process or object keeps it longer than `timeout` seconds.
        """
        limit = self.timeout if timeout is None else timeout
        if not self._thread.acquire(timeout=limit):
            raise StoreBusy(self.data_dir / "lock", limit)
        try:
            if self._held:
                self._held += 1
                try:
                    yield
                finally:
                    self._held -= 1
                return
            with hold_lock(self.data_dir / "lock", limit):
                self._held = 1
                try:
                    self._clean()
                    yield
                finally:
                    self._held = 0
        finally:
            self._thread.release()

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Hold the lock and give an empty folder beside the generations to build a store in."""
        with self.lock():
            self.generations.mkdir(parents=True, exist_ok=True)
            path = self.generations / f".staging-{os.getpid()}-{secrets.token_hex(4)}"
            path.mkdir()
            try:
                yield path
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def publish(self, store_dir: Path, manifest: Mapping[str, Any]) -> Snapshot:
        """Make a generation of a closed store, moving its folder, and make it the current one.

        The manifest is completed with `id` and `created`. The files are on the disk before the pointer is
        swapped, so a crash at any instant leaves either the old snapshot or the new one. Raises StoreElsewhere where a
        remote store is read.
        """
        if not (store_dir / "CURRENT").is_file() and not (store_dir / REMOTE).is_file():
            raise FileNotFoundError(f"{store_dir} is not an Oxigraph store")
        with self.lock():
            if (url := self.elsewhere()) and not (store_dir / REMOTE).is_file():
                raise StoreElsewhere(url)
            previous = self._pointed()
            id = self._next_id()
            path = self.generations / id
            try:
                path.mkdir(parents=True)
                move_folder(store_dir, path / "store")
                sync_tree(path, linked=False)  # what it shares with a generation before was put there then
                now = datetime.now(UTC).isoformat(timespec="milliseconds")
                complete = {**manifest, "id": id, "created": now}
                replace_text(
                    path / "manifest.json", json.dumps(complete, ensure_ascii=False, indent=1, default=str)
                )
                sync(self.generations)
                self._point(id)
            except OSError:
                if self._pointed() != id:  # the disk refused: nothing is published, and nothing is left of it
                    shutil.rmtree(path, ignore_errors=True)
                raise
            return self._settle("publish", id, previous)

    def take(self, staged: Path, id: str) -> Snapshot:
        """Make a generation of one of another data directory, staged here whole, and the current one, under the id it has there.

        Raises UnknownSnapshot where its manifest tells another id.
        """
        with self.lock():
            previous, path = self._pointed(), self.generations / id
            sync_tree(staged)
            staged.rename(path)
            sync(self.generations)
            try:
                self.get(id)
            except UnknownSnapshot:
                shutil.rmtree(path)
                raise
            self._point(id)
            return self._settle("follow", id, previous)

    def _settle(self, event: str, id: str, previous: str | None) -> Snapshot:
        """Note what was done to the pointer, and prune."""
        self._record(event, id, previous)
        if self.keep is not None:
            with suppress(OSError):  # the publication is made; the next one prunes again
                self.prune(self.keep)
        return self.get(id)

    def rollback(self, id: str | None = None) -> Snapshot:
        """Make an older (or the given) generation the current one; without id, the one before the current.

        Raises UnknownSnapshot when there is none, NoOlderSnapshot when none is older.
        """
        with self.lock():
            previous = self._pointed()
            if id is None:
                broken = previous is not None and not ID.fullmatch(previous)  # the newest then
                older = [one for one in self.list() if broken or (previous and one.id < previous)]
                if not older:
                    raise NoOlderSnapshot(previous or "")
                id = older[-1].id
            snapshot = self.get(id)
            self._point(snapshot.id)
            self._record("rollback", snapshot.id, previous)
            return snapshot

    def prune(self, keep: int = 3) -> builtins.list[str]:
        """Remove all but the newest `keep` generations and return the ids removed.

        The current one stays whatever its age, and so does one that a worker or a reader has open.
        """
        if keep < 1:
            raise ValueError(f"keep is {keep}: at least one generation stays")
        removed = []
        with self.lock():
            current = self._pointed()
            for snapshot in self.list()[:-keep]:
                with claim_folder(snapshot.path) as free:
                    if snapshot.id == current or not free:
                        continue
                    (snapshot.path / "manifest.json").unlink()
                    shutil.rmtree(snapshot.path)
                removed.append(snapshot.id)
                self._record("prune", snapshot.id, current)
        return removed

    def elsewhere(self) -> str:
        """Give the address of the remote store that is read; empty where publications have their own."""
        pointed = self._pointed()
        return remote_address(self.generations / pointed) if pointed else ""

    def _pointed(self) -> str | None:
        try:
            return self.pointer.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None

    def _point(self, id: str) -> None:
        replace_text(self.pointer, id + "\n")

    def _next_id(self) -> str:
        """Return a new id, greater than all others: time to the microsecond (20 bits), 12 bits of chance.

        Where a generation is dated after now (the clock went back, or two in one microsecond), the id just above it.
        """
        names = [path.name for path in self.generations.iterdir()] if self.generations.is_dir() else []
        newest = max((name for name in names if ID.fullmatch(name)), default="")
        now = datetime.now(UTC)
        id = f"{now:{_SECOND}}-{now.microsecond:05x}{secrets.randbelow(1 << 12):03x}"
        if id > newest:
            return id
        if newest[:15] > id[:15]:
            log.warning("generation %s is dated in the future: the new one is numbered just above it", newest)
        return _above(newest)

    def _record(self, event: str, id: str, previous: str | None) -> None:
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, "id": id}
        try:
            with self.history_file.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**line, "previous": previous}) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:  # it is done all the same, and its caller must not hear the contrary
            log.error("%s of %s could not be noted in the history: %s", event, id, error.strerror or error)

    def _clean(self) -> None:
        """Remove what dead writers left: staging folders, generations without manifest, pointer drafts."""
        if not self.generations.is_dir():
            return
        complete = {snapshot.id for snapshot in self.list()} | {self._pointed()}
        for path in self.generations.iterdir():
            if path.name.startswith(".staging-") or (ID.fullmatch(path.name) and path.name not in complete):
                shutil.rmtree(path, ignore_errors=True)
        for path in self.data_dir.glob("current.*.tmp"):
            path.unlink(missing_ok=True)
