"""The file that a compressed one holds, taken out beside, within bounds."""

from __future__ import annotations

import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, cast

from ...words import N_
from ..read.workbooks import MAX_EXPANDED
from ..sources.declaration import SourceError

_BROKEN = (OSError, RuntimeError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)
_SUFFIXES = {"gzip": ".gz", "zip": ".zip", "targz": ".tar.gz", "tarxz": ".tar.xz"}


def expand(path: Path, compression: str, folder: Path) -> Path:
    """Write the file that a compressed one holds (gzip, zip, targz, tarxz) into a folder, and return its path.

    Raises:
        SourceError: the compression is another, the file is broken or too large, or holds several.
    """
    if not path.is_file():
        raise SourceError(N_("Le fichier {path} n'existe pas.", path=path), file=path)
    if compression not in _SUFFIXES:
        raise SourceError(
            N_(
                "{file} : la compression « {compression} » n'est pas lue ({known}).",
                file=path.name,
                compression=compression,
                known=", ".join(_SUFFIXES),
            ),
            file=path,
        )
    try:
        with _opened(path, compression) as (content, name):
            target = folder / (PurePosixPath(name).name or "rows")
            with target.open("wb") as out:
                while block := content.read(1 << 20):
                    out.write(block)
                    if out.tell() > MAX_EXPANDED:
                        raise SourceError(
                            N_(
                                "{file} est refusé : une fois décompressé, il dépasse les bornes.",
                                file=path.name,
                            ),
                            file=path,
                        )
    except _BROKEN as error:
        raise SourceError(
            N_("{file} ne se décompresse pas : {error}.", file=path.name, error=error), file=path
        ) from error
    return target


@contextmanager
def _opened(path: Path, compression: str) -> Iterator[tuple[IO[bytes], str]]:
    """Give what a file holds, and its name."""
    if compression == "gzip":
        with gzip.open(path) as plain:
            yield cast("IO[bytes]", plain), path.name.removesuffix(".gz")
    elif compression == "zip":
        with zipfile.ZipFile(path) as archive:
            name = _alone(path, [entry.filename for entry in archive.infolist() if not entry.is_dir()])
            with archive.open(name) as content:
                yield content, name
    else:
        with tarfile.open(path, "r:gz" if compression == "targz" else "r:xz") as tar:
            name = _alone(path, [member.name for member in tar if member.isfile()])
            member = tar.extractfile(name)
            assert member is not None
            yield member, name


def _alone(path: Path, names: list[str]) -> str:
    if len(names) != 1:
        raise SourceError(
            N_(
                "{file} : un seul fichier est attendu dans l'archive, il y en a {count}.",
                file=path.name,
                count=len(names),
            ),
            file=path,
        )
    return names[0]
