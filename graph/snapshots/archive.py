"""Archives of files (.tar, .tar.gz, .tar.zst): written with digests, read one member at a time and never trusted.

Reading accepts plain files and folders with short relative names and nothing else: no link, no device, no
absolute path, no `..`, no extended header (whose size a reader would have to believe). What is read is
bounded by a number of members and a ratio to the file's own size.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import sys
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ...words import N_, SentenceError, Spoken
from .durable import draft_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

RATIO = 250
"""How many times larger than the file its content may be; N-Quads of dense observations reach 52 in zstd."""

MEMBERS = 100_000
"""Most members of an archive."""

_FREE = 64 << 20
"""Bytes that any archive may hold, whatever its ratio."""

_BLOCK = 512
_CHUNK = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+@-]*(?:/[A-Za-z0-9_][A-Za-z0-9._+@-]*)*")
_SUFFIXES = {".tar": "", ".tar.gz": "gzip", ".tgz": "gzip", ".tar.zst": "zstd"}


class UnsafeArchive(SentenceError, ValueError):  # noqa: N818
    """A file that is not one of our archives, or would write where it should not; keeps `path`, `reason`."""

    code = "unsafe-archive"

    def __init__(self, path: Path, reason: Spoken) -> None:
        super().__init__(N_("archive {file} refusée : {reason}", file=path.name, reason=reason))
        self.path = path
        self.reason = reason


class ArchiveNameError(SentenceError, ValueError):
    """A name that no archive, or no member of one, has."""

    code = "archive-name"


def compression_of(path: Path) -> str:
    """Return how an archive of this name is compressed; raises ArchiveNameError for a name that says nothing known.

    >>> compression_of(Path("sauvegarde.tar.zst"))
    'zstd'
    """
    for suffix, kind in _SUFFIXES.items():
        if path.name.endswith(suffix):
            return kind
    raise ArchiveNameError(
        N_("{file} : le nom doit finir par {suffixes}", file=path.name, suffixes=", ".join(_SUFFIXES))
    )


@dataclass
class ArchiveWriter:
    """An archive being written; `files` tells the size and the SHA-256 digest of what is in it so far."""

    tar: tarfile.TarFile
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, path: Path) -> str:
        """Add a file under a name and return that name; raises ArchiveNameError for one that reading would refuse."""
        with path.open("rb") as file:
            self._add(name, file, os.fstat(file.fileno()).st_size)
        return name

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add bytes under a name."""
        self._add(name, io.BytesIO(data), len(data))

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        check_name(name)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o644
        hashing = _HashingReader(file)
        self.tar.addfile(info, hashing)
        self.files[name] = {"size": size, "sha256": hashing.digest.hexdigest()}


class _HashingReader:
    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


def check_name(name: str) -> None:
    """Raise ArchiveNameError for a member name that is not short, relative and plain.

    >>> check_name("sources/mesr-rnsr/data.nq")
    >>> check_name("../x")
    Traceback (most recent call last):
    ancrage.graph.snapshots.archive.ArchiveNameError: nom refusé : '../x'
    """
    if len(name) > 100 or not _NAME.fullmatch(name):
        raise ArchiveNameError(N_("nom refusé : {name}", name=repr(name)))


@contextmanager
def writing(path: Path) -> Iterator[ArchiveWriter]:
    """Write an archive, compressed as its name says, for its owner alone. It appears at `path` once it is whole on the disk."""
    kind = compression_of(path)
    with draft_of(path) as draft:
        draft.touch(0o600)
        with (
            _compressing(draft, kind) as out,
            tarfile.open(fileobj=out, mode="w|", format=tarfile.GNU_FORMAT) as tar,
        ):
            yield ArchiveWriter(tar)


@contextmanager
def _compressing(path: Path, kind: str) -> Iterator[IO[bytes]]:
    if kind == "zstd":
        with zstd.open(path, "wb") as out:
            yield out  # type: ignore[misc]
        return
    with path.open("wb") as file:
        if kind == "gzip":
            with gzip.GzipFile("", "wb", 5, file, mtime=0) as packed:
                yield packed  # type: ignore[misc]
        else:
            yield file


@dataclass
class Member:
    """A file of an archive being read: its `name`, its `size`, and its content, to be read once and in order."""

    name: str
    size: int
    _source: _Source
    _left: int = field(init=False)
    digest: Any = field(init=False)

    def __post_init__(self) -> None:
        self._left = self.size
        self.digest = hashlib.sha256()

    def chunks(self) -> Iterator[bytes]:
        """Yield the content by blocks of at most 1 MiB."""
        while self._left:
            data = self._source.exactly(min(self._left, _CHUNK))
            self._left -= len(data)
            self.digest.update(data)
            yield data

    def lines(self) -> Iterator[list[bytes]]:
        """Yield the content by blocks of whole lines; the last line gets a line feed if it lacks one."""
        rest = b""
        for data in self.chunks():
            lines = io.BytesIO(rest + data).readlines()
            rest = lines.pop() if not lines[-1].endswith(b"\n") else b""
            if len(rest) > _FREE:
                raise UnsafeArchive(
                    self._source.path, N_("une ligne sans fin dans {member}", member=self.name)
                )
            yield lines
        if rest:
            yield [rest + b"\n"]

    def read(self, largest: int = _FREE) -> bytes:
        """Return the whole content; raises UnsafeArchive where it is longer than `largest` bytes."""
        if self.size > largest:
            raise UnsafeArchive(
                self._source.path, N_("{member} pèse {size} octets", member=self.name, size=self.size)
            )
        return b"".join(self.chunks())

    def extract(self, folder: Path) -> Path:
        """Write the content below a folder; the file must not be there yet."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for data in self.chunks():
                file.write(data)
        return path

    def finish(self) -> str:
        """Read what is left and return the SHA-256 digest of the whole content."""
        for _ in self.chunks():
            pass
        digest: str = self.digest.hexdigest()
        return digest


class _Source:
    """Decompressed bytes of an archive, counted."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self.file = file
        self.largest = max(_FREE, RATIO * path.stat().st_size)
        self.count = 0

    def exactly(self, size: int) -> bytes:
        parts = []
        left = size
        while left:
            try:
                data = self.file.read(left)
            except EOFError:
                data = b""
            except (OSError, ValueError, zlib.error, zstd.ZstdError) as error:
                raise UnsafeArchive(
                    self.path, N_("elle ne se décompresse pas ({error})", error=error)
                ) from error
            if not data:
                raise UnsafeArchive(self.path, N_("elle est coupée"))
            left -= len(data)
            parts.append(data)
        self.count += size
        if self.count > self.largest:
            raise UnsafeArchive(self.path, N_("son contenu dépasse {largest} octets", largest=self.largest))
        return b"".join(parts)


def members(path: Path) -> Iterator[Member]:
    """Yield the files of an archive in order; what the caller leaves of one is passed over.

    Raises UnsafeArchive at the first thing that is not as it should be, FileNotFoundError without a file.
    """
    with path.open("rb") as raw, _decompressing(path, raw) as file:
        source = _Source(path, file)
        seen: set[str] = set()
        while True:
            block = source.exactly(_BLOCK)
            if block == bytes(_BLOCK):
                return
            info = _header(path, block)
            if info.type == tarfile.DIRTYPE:
                continue
            if info.name in seen:
                raise UnsafeArchive(path, N_("{member} y est deux fois", member=info.name))
            seen.add(info.name)
            if len(seen) > MEMBERS:
                raise UnsafeArchive(path, N_("elle a plus de {most} fichiers", most=MEMBERS))
            member = Member(info.name, info.size, source)
            yield member
            member.finish()
            source.exactly(-info.size % _BLOCK)


def _header(path: Path, block: bytes) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise UnsafeArchive(path, N_("ce n'est pas une archive tar")) from error
    if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE) or info.size < 0:
        raise UnsafeArchive(
            path, N_("« {member} » n'est ni un fichier ni un dossier ordinaire", member=info.name)
        )
    try:
        check_name(info.name.rstrip("/") if info.type == tarfile.DIRTYPE else info.name)
    except ArchiveNameError as error:
        raise UnsafeArchive(path, error.message) from error
    return info


@contextmanager
def _decompressing(path: Path, raw: IO[bytes]) -> Iterator[IO[bytes]]:
    magic = raw.read(4)
    raw.seek(0)
    if magic[:2] == b"\x1f\x8b":
        with gzip.GzipFile(fileobj=raw) as file:
            yield file  # type: ignore[misc]
    elif magic == b"\x28\xb5\x2f\xfd":
        with zstd.open(raw) as file:
            yield file  # type: ignore[misc]
    else:
        yield raw
