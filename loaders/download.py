"""The files of a source taken from its publisher: resumed, bounded, checked, and not taken again while they are the same.

Beside each file stands `<file>.origin` (JSON): address, validators of the server, size, SHA-256 and date. What is not whole is
`<file>.part`, with its own origin; a later call goes on from there if the server's file is still that one.
"""

from __future__ import annotations

import http.client
import json
import math
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from .. import __version__
from ..graph.snapshots.locks import take
from ..words import N_, AncrageError, Spoken
from .pace import Pace
from .sources.description import Source

LARGEST = 8_000_000_000
"""Bytes that a file may have, unless it is said otherwise; the largest file of Sirene has some 3 billion."""
PATIENCE = 30.0
"""Seconds without a byte after which a connection is given up."""
PAUSES = (1.0, 3.0, 9.0, 27.0)
"""Seconds before each new attempt."""
_BLOCK = 1 << 20
_LATER = frozenset({429, 500, 502, 503, 504})
"""Answers after which a server may do better later."""


class NotFetched(AncrageError, RuntimeError):  # noqa: N818
    """A file cannot be taken; keeps its `address` and `why`."""

    code = "not_fetched"

    def __init__(self, address: str, why: Spoken) -> None:
        super().__init__(address)
        self.address, self.why = address, why

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("{address} : {why}.", address=self.address, why=self.why)


class NothingToFetch(AncrageError, LookupError):  # noqa: N818
    """A source tells no address of its files; keeps its name and `page`, where people find them ("": nowhere)."""

    code = "nothing_to_fetch"

    def __init__(self, source: str, page: str) -> None:
        super().__init__(source)
        self.source, self.page = source, page

    @property
    def message(self) -> Spoken:
        """What is said."""
        if not self.page:
            return N_(
                "les fichiers de « {source} » ne se téléchargent pas : ceux qui les remplissent les envoient",
                source=self.source,
            )
        return N_(
            "les fichiers de « {source} » n'ont pas d'adresse à eux : prenez-les depuis {page}",
            source=self.source,
            page=self.page,
        )


@dataclass(frozen=True)
class Origin:
    """Where a file is from: address, validators (ETag, Last-Modified), size in bytes, SHA-256 in hexadecimal, date."""

    address: str
    etag: str = ""
    modified: str = ""
    bytes: int = 0
    sha256: str = ""
    date: str = ""

    @classmethod
    def beside(cls, path: Path) -> Origin | None:
        """Read the origin of a file; None where none is told."""
        try:
            return cls(**json.loads(_beside(path).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Write it beside a file."""
        _beside(path).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def addresses(source: Source, folder: Path, mirror: str = "") -> list[tuple[str, Path]]:
    """List the addresses of a source's files, each with the path that its inputs are read from in a folder, or of its archives.

    `mirror` is another address of its file, where it has one. Raises NothingToFetch where it tells none: one address for
    several files is that of a page.
    """
    if source.archives and not mirror:
        place = (folder / source.inputs[0].files[0]).parent
        return [
            (address, place / f"{urlsplit(address).path.rpartition('/')[2].removesuffix('.zip')}.zip")
            for address in source.archives
        ]
    own = [(given.download, given) for given in source.inputs if given.download]
    if not own and len(source.inputs) == 1 and (mirror or source.download):
        own = [(source.download, source.inputs[0])]
    if mirror:
        own = [(mirror, given) for _, given in own] if len(own) == 1 else []
    if not own:
        raise NothingToFetch(source.name, source.page)
    return [(address, folder / given.files[0].replace("*", "")) for address, given in own]


def fetch(
    address: str,
    path: Path,
    progress: Callable[[Spoken], None],
    *,
    largest: int = LARGEST,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Take the file at an address to a path; tell whether it is new (the server may say that nothing changed).

    Args:
        address: of HTTP or HTTPS.
        path: where the file will be, once it is whole and checked; its folder is made.
        progress: hears sentences.
        largest: the most bytes that it may have.
        pause: waits some seconds between two attempts.

    Raises:
        NotFetched: it cannot be taken; what was read of it stays beside, for the next call.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise NotFetched(address, N_("ce n'est pas une adresse HTTP"))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with _alone(address, part) as file:
        for left in (*PAUSES, None):
            try:
                if not _attempt(address, path, part, file, progress, largest):
                    return False
                break
            except (OSError, http.client.HTTPException) as error:
                if isinstance(error, urllib.error.HTTPError) and error.code not in _LATER:
                    raise NotFetched(address, _refused(error)) from error
                if left is None:
                    raise NotFetched(address, _broken(error, part)) from error
                why = _reason(error)
                progress(N_("{name} : {why}, nouvel essai dans {n} s", name=path.name, why=why, n=int(left)))
                pause(left)
        _keep(address, path, part)
    return True


def _attempt(
    address: str, path: Path, part: Path, file: BinaryIO, progress: Callable[[Spoken], None], largest: int
) -> bool:
    """Read a file, or the rest of it; False where the server says that the one that is there is the same."""
    done, request = _request(address, path, part)
    try:
        answer = urllib.request.urlopen(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 304:
            date = (Origin.beside(path) or Origin(address)).date[:10]
            progress(N_("{name} : inchangé depuis le {date}", name=path.name, date=date))
            return False
        if error.code != 416 or not done:
            raise
        file.truncate(0)  # the part is longer than the file is now
        return _attempt(address, path, part, file, progress, largest)
    with answer:
        resumed = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(
            f"bytes {done}-"
        )
        done = done if resumed else 0
        file.truncate(done)
        file.seek(done)
        length = answer.headers.get("Content-Length")
        size = done + int(length) if length else 0
        _refuse(address, path, answer.headers, size, largest)
        etag, modified = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
        Origin(address, etag, modified, size).write(part)
        if resumed:
            progress(N_("{name} : repris à {done} Mo", name=path.name, done=_mega(done)))
        _read(address, answer, file, (done, size), largest, Pace(progress, path.name))
    return True


def _request(address: str, path: Path, part: Path) -> tuple[int, urllib.request.Request]:
    """Make the request of what is lacking, with the bytes that are there already."""
    headers = {"User-Agent": f"ancrage/{__version__}", "Accept-Encoding": "identity"}
    origin, begun = Origin.beside(path), Origin.beside(part)
    done = part.stat().st_size
    if origin and origin.address == address and path.is_file() and _digest(path) == origin.sha256:
        headers |= {"If-None-Match": origin.etag} if origin.etag else {}
        headers |= {"If-Modified-Since": origin.modified} if origin.modified and not origin.etag else {}
    validator = begun and begun.address == address and (begun.etag or begun.modified)
    if not done or not validator or validator.startswith("W/"):
        return 0, urllib.request.Request(address, headers=headers)
    return done, urllib.request.Request(
        address, headers={**headers, "Range": f"bytes={done}-", "If-Range": validator}
    )


def _refuse(address: str, path: Path, headers: http.client.HTTPMessage, size: int, largest: int) -> None:
    """Raise NotFetched for a page in place of a file, and for one too large for the bound or the disk."""
    if headers.get_content_type() in ("text/html", "application/xhtml+xml"):
        raise NotFetched(address, N_("c'est une page et non un fichier : prenez le fichier depuis elle"))
    if size > largest:
        raise NotFetched(address, _too_large(size, largest))
    free = shutil.disk_usage(path.parent).free
    if size > free:
        raise NotFetched(
            address,
            N_("le fichier a {size} Mo et le disque en a {free}", size=_mega(size), free=free // 10**6),
        )


def _read(
    address: str,
    answer: http.client.HTTPResponse,
    file: BinaryIO,
    span: tuple[int, int],
    largest: int,
    pace: Pace,
) -> None:
    """Read the rest of an answer, from a byte to the last (0: not known); raises ConnectionError where it ends before."""
    start, size = span
    done = start
    while block := answer.read(_BLOCK):
        done += len(block)
        if done > largest:
            file.truncate(0)
            raise NotFetched(address, _too_large(done, largest))
        file.write(block)
        pace.at(done - start, size - start)
    file.flush()
    if done < size:
        raise ConnectionError(f"{done} / {size}")


def _keep(address: str, path: Path, part: Path) -> None:
    """Check what a whole file begins with, put it in its place, and tell its origin; raises NotFetched."""
    with part.open("rb") as file:
        head = file.read(4)
        file.seek(-min(4, part.stat().st_size), 2)
        tail = file.read(4)
    wrong: Spoken | None = None
    if not head:
        wrong = N_("le fichier est vide")
    elif path.suffix == ".parquet" and not head == tail == b"PAR1":
        wrong = N_("ce n'est pas du Parquet, ou il est coupé")
    elif head == b"PK\3\4" and path.suffix not in (".xlsx", ".zip"):
        wrong = N_("c'est une archive ZIP : prenez-la et ouvrez-la vous-même")
    begun = Origin.beside(part) or Origin(address)
    if wrong is None:
        digest, size = _digest(part), part.stat().st_size
        part.replace(path)
        date = datetime.now(UTC).isoformat(timespec="seconds")
        Origin(address, begun.etag, begun.modified, size, digest, date).write(path)
    else:
        part.unlink()
    _beside(part).unlink(missing_ok=True)
    if wrong is not None:
        raise NotFetched(address, wrong)


@contextmanager
def _alone(address: str, part: Path) -> Iterator[BinaryIO]:
    """Open what is not whole yet, for one process at a time; it goes where nothing was read."""
    with part.open("ab") as file:
        try:
            take(file, wait=False)
        except BlockingIOError:
            raise NotFetched(address, N_("un autre téléchargement de ce fichier est en cours")) from None
        try:
            yield file
        finally:
            if part.exists() and not part.stat().st_size:
                part.unlink()
                _beside(part).unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".origin")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _refused(error: urllib.error.HTTPError) -> Spoken:
    return N_("le serveur répond {status} ({reason})", status=str(error.code), reason=error.reason)


def _broken(error: Exception, part: Path) -> Spoken:
    if isinstance(error, urllib.error.HTTPError):
        return _refused(error)
    done = part.stat().st_size
    if not done:
        return N_("le serveur ne répond pas ({reason})", reason=_reason(error))
    return N_("coupé après {done} Mo ; la même commande reprendra là", done=_mega(done))


def _reason(error: Exception) -> Spoken | str:
    if isinstance(error, urllib.error.HTTPError):
        return _refused(error)
    return str(getattr(error, "reason", "") or error) or type(error).__name__


def _too_large(size: int, largest: int) -> Spoken:
    return N_(
        "le fichier a {size} Mo, plus que les {largest} permis", size=_mega(size), largest=_mega(largest)
    )


def _mega(size: int) -> int:
    return math.ceil(size / 10**6)
