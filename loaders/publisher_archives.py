"""The files that an archive of a publisher holds, taken out beside it: those that a source reads, within a bound."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Collection
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from ..words import N_, Spoken
from .download import LARGEST, NotFetched
from .sources.description import Source


def unpack(source: Source, path: Path, *, largest: int = LARGEST) -> list[Path]:
    """Take out of an archive (ZIP) the files that a source reads; each is called after the archive, then by its own name.

    Args:
        source: the source; what no input of it reads is left.
        path: the archive.
        largest: the most bytes that its files may have together.

    Raises:
        NotFetched: it is no archive, is broken, holds nothing that the source reads, or too much.
    """
    patterns = [PurePosixPath(pattern).name for given in source.inputs for pattern in given.files]
    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry: PurePosixPath(entry.filename).name for entry in archive.infolist()}
            wanted = {
                entry: path.with_name(f"{path.stem}-{name}")
                for entry, name in names.items()
                if not entry.is_dir() and any(fnmatch(name, pattern) for pattern in patterns)
            }
            why = _fault(source, wanted, largest)
            for entry, file in wanted.items() if why is None else ():
                part = file.with_name(file.name + ".part")
                with archive.open(entry) as content, part.open("wb") as out:
                    shutil.copyfileobj(content, out)
                part.replace(file)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        why = N_("l'archive ne s'ouvre pas ({error})", error=error)
    if why is not None:
        raise NotFetched(path.name, why)
    return list(wanted.values())


def _fault(source: Source, wanted: Collection[zipfile.ZipInfo], largest: int) -> Spoken | None:
    if not wanted:
        return N_("l'archive n'a aucun fichier que « {source} » lise", source=source.name)
    if sum(entry.file_size for entry in wanted) > largest:
        return N_("ses fichiers ont plus de {n} Mo", n=largest // 10**6)
    return None
