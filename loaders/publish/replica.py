"""Replicas: what a primary publishes taken file by file, checked, and made current at once under the id it has there.

A primary is a service of ancrage, asked over HTTP with the key of its replicas, or a data directory that something else fills
(rsync, an object store). Files that a generation here has already are linked; those that came whole before a transfer broke
are in the folder `INCOMING`, and stay for the next one.
"""

from __future__ import annotations

import errno
import os
import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

import httpx2

from ...graph.snapshots.durable import draft_of
from ...graph.snapshots.listing import FILES, BrokenListing, Listing, Mark, known_files
from ...graph.snapshots.snapshot import Snapshot, Snapshots, UnknownSnapshot
from ...graph.sparql.reasons import Reason
from ...words import N_, AncrageError, Spoken

INCOMING: Final = "incoming"
"""Folder of a data directory with the files that came, by their digests, until their generation is whole."""
CURRENT: Final = "/generations/current"
_PATIENCE: Final = 30.0
"""Seconds without a byte after which a connection is given up."""
_CHUNK: Final = 1 << 20
_CLOSED: Final = {401: "wrong-key", 403: "wrong-key", 404: "closed"}
"""Why a primary does not give the list of its files, by its status."""
_LARGEST: Final = 16 << 20
"""Bytes of a list of files."""


class PrimaryFailed(AncrageError, RuntimeError):  # noqa: N818
    """A primary that did not give its publication, or not as it says it is; keeps `primary` and `reason`."""

    code = "primary"

    def __init__(self, primary: str, reason: Reason) -> None:
        super().__init__(f"{primary}: {reason}")
        self.primary, self.reason = primary, reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "la publication de {primary} n'est pas prise : {reason}", primary=self.primary, reason=self.reason
        )


class NotReplica(AncrageError, ValueError):  # noqa: N818
    """A data directory with publications of its own, which are not to be replaced; keeps `data_dir`."""

    code = "not-replica"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"{data_dir} has publications of its own")
        self.data_dir = data_dir

    @property
    def message(self) -> Spoken:
        """What is said, and what helps."""
        return N_(
            "le dossier {folder} a ses propres publications : donnez-en un vide à la copie (--data-dir)",
            folder=self.data_dir,
        )


class Primary(Protocol):
    """Where publications come from: its `name`, the files of its current publication, and what is in each."""

    name: str

    def listing(self) -> Listing:
        """Give the files of the current publication; raises PrimaryFailed."""

    def read(self, id: str, name: str) -> Iterator[bytes]:
        """Yield what a file of a publication holds; raises PrimaryFailed."""


class ServicePrimary:
    """A service of ancrage at an address, asked by a client that has the key."""

    def __init__(self, url: str, client: httpx2.Client) -> None:
        self.name, self._client = url, client

    def listing(self) -> Listing:
        """Give the files of the current publication; raises PrimaryFailed."""
        data = b""
        for part in self._parts(CURRENT):
            data += part
            if len(data) > _LARGEST:
                raise PrimaryFailed(self.name, Reason("size", str(_LARGEST)))
        return _parse(self.name, data)

    def read(self, id: str, name: str) -> Iterator[bytes]:
        """Yield what a file of a publication holds; raises PrimaryFailed."""
        return self._parts(f"/generations/{id}/{name}")

    def _parts(self, path: str) -> Iterator[bytes]:
        try:
            with self._client.stream("GET", self.name + path) as answer:
                if answer.status_code != 200:
                    code = _CLOSED.get(answer.status_code, "status") if path == CURRENT else "status"
                    raise PrimaryFailed(self.name, Reason(code, str(answer.status_code)))
                yield from answer.iter_bytes(_CHUNK)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise PrimaryFailed(self.name, Reason("unreached", str(error) or type(error).__name__)) from None


class FolderPrimary:
    """A data directory that is filled from elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._snapshots = Snapshots(folder)

    def listing(self) -> Listing:
        """Give the files of the current publication; raises PrimaryFailed where it is not there, or not whole yet."""
        try:
            current = self._snapshots.current()
            if current is None:
                raise PrimaryFailed(self.name, Reason("unpublished"))
            return _parse(self.name, (current.path / FILES).read_bytes())
        except UnknownSnapshot as error:
            raise PrimaryFailed(self.name, Reason("unlisted", error.id)) from None
        except FileNotFoundError:
            raise PrimaryFailed(self.name, Reason("unlisted", current.id if current else "")) from None

    def read(self, id: str, name: str) -> Iterator[bytes]:
        """Yield what a file of a publication holds; raises PrimaryFailed."""
        try:
            with (self._snapshots.generations / id / name).open("rb") as file:
                while part := file.read(_CHUNK):
                    yield part
        except FileNotFoundError:
            raise PrimaryFailed(self.name, Reason("digest", name)) from None


@contextmanager
def primary_at(place: str, key: str = "") -> Iterator[Primary]:
    """Give the primary at an address of HTTP, or in a folder, for a while: one connection serves many files."""
    if "://" not in place:
        yield FolderPrimary(Path(place))
        return
    if not key:
        raise PrimaryFailed(place, Reason("keyless"))
    with httpx2.Client(
        headers={"Authorization": f"Bearer {key}", "User-Agent": "ancrage", "Accept-Encoding": "identity"},
        timeout=_PATIENCE,
        follow_redirects=False,  # the key is for this address alone
        verify=ssl.create_default_context(),
    ) as client:
        yield ServicePrimary(place.rstrip("/"), client)


def take(snapshots: Snapshots, primary: Primary) -> Snapshot:
    """Make the publication of a primary the current one here, unless it is; what was current serves until all is there.

    Raises:
        PrimaryFailed: it is not there, or not what it says: nothing has changed here.
        NotReplica: the data directory has publications of its own.
        StoreBusy: another process takes it; OSError: the disk refuses, or has no room.
    """
    listing = primary.listing()
    current = None
    with suppress(UnknownSnapshot):
        current = snapshots.current()
    if current is not None and current.id == listing.id:
        return current
    if current is not None and not any(
        line.get("event") == "follow" and line.get("id") == current.id for line in snapshots.history()
    ):
        raise NotReplica(snapshots.data_dir)
    with snapshots.staging() as staged:
        with suppress(UnknownSnapshot):
            return snapshots.rollback(snapshots.get(listing.id).id)
        with _incoming(snapshots.data_dir / INCOMING) as incoming:
            _gather(snapshots, primary, listing, incoming, staged)
            try:
                return snapshots.take(staged, listing.id)
            except UnknownSnapshot:
                raise PrimaryFailed(primary.name, Reason("digest", "manifest.json")) from None


@contextmanager
def _incoming(folder: Path) -> Iterator[Path]:
    """Give the folder of the files that came; it goes once their generation is whole."""
    folder.mkdir(exist_ok=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _gather(snapshots: Snapshots, primary: Primary, listing: Listing, incoming: Path, staged: Path) -> None:
    """Put the files of a publication in a folder: links to those that are here, and those that are taken."""
    here = known_files(snapshots) | {path.name: path for path in incoming.iterdir()}
    lacking = {mark.sha256: (name, mark) for name, mark in listing.files.items() if mark.sha256 not in here}
    if sum(mark.size for _, mark in lacking.values()) > shutil.disk_usage(incoming).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(snapshots.data_dir))
    for digest, (name, mark) in lacking.items():
        here[digest] = incoming / digest
        _fetch(primary, listing.id, name, mark, here[digest])
    for name, mark in listing.files.items():
        (staged / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(here[mark.sha256], staged / name)
    (staged / FILES).write_text(listing.text(), encoding="utf-8")


def _fetch(primary: Primary, id: str, name: str, mark: Mark, target: Path) -> None:
    """Take one file; it is at its place once it is what it should be. Raises PrimaryFailed."""
    digest, size = sha256(), 0
    with draft_of(target) as draft:
        with draft.open("wb") as file:
            for part in primary.read(id, name):
                digest.update(part)
                size += len(part)
                if size > mark.size:
                    break
                file.write(part)
        if Mark(size, digest.hexdigest()) != mark:
            raise PrimaryFailed(primary.name, Reason("digest", name))


def _parse(primary: str, data: bytes) -> Listing:
    try:
        return Listing.parse(data)
    except BrokenListing as error:
        raise PrimaryFailed(primary, Reason("unread", str(error))) from None
