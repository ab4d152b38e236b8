"""Bytes of a file to text: the encodings a source declares, what is believed of the bytes themselves, advice where none fits."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from ..sources.declaration import SourceError
from .workbooks import MAX_EXPANDED


def decode(path: Path, encodings: Sequence[str]) -> str:
    """Return the text of a file in the first encoding that fits, without its byte order mark; one of UTF-16 is believed.

    Raises:
        SourceError: none fits (the sentence gives the place of the first wrong byte), or there are NUL bytes.
    """
    data = _content(path)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    failure: UnicodeDecodeError | None = None
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            failure = failure or error
            continue
        except LookupError as error:
            raise SourceError(f"L'encodage « {encoding} » n'existe pas.", file=path) from error
        text = text.removeprefix("\ufeff")
        if (nul := text.find("\0")) >= 0:
            line = text.count("\n", 0, nul) + 1
            raise SourceError(
                f"{path.name}, ligne {line} : un octet nul, ce n'est pas un fichier de texte en {encoding}"
                f"{_advice(data, failure)}.",
                file=path,
                row=line,
            )
        return text
    assert failure is not None
    line = data.count(b"\n", 0, failure.start) + 1
    raise SourceError(
        f"{path.name} n'est pas en {' ni en '.join(encodings)} : octet 0x{data[failure.start]:02x} "
        f"à la position {failure.start} (ligne {line}){_advice(data, failure)}.",
        file=path,
        row=line,
        value=f"0x{data[failure.start]:02x}",
    )


def _advice(data: bytes, failure: UnicodeDecodeError | None) -> str:
    """Say in which encoding bytes seem to be, and how to write the file again."""
    if data.count(0, 0, 2000) * 3 > len(data[:2000]):
        seems = "il semble en UTF-16"
    elif failure is None:
        return ""
    else:
        around = data[max(failure.start - 12, 0) : failure.start + 12].decode("cp1252", "replace")
        seems = f"il semble en Windows-1252, où l'on y lit « {' '.join(around.split())} »"
    return f" ; {seems} : enregistrez-le de nouveau en « CSV UTF-8 »"


def _content(path: Path) -> bytes:
    """Return the bytes of a file, of what it holds when it is compressed with gzip."""
    if path.suffix.lower() != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as file:
            data = file.read(MAX_EXPANDED + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"{path.name} n'est pas un fichier gzip lisible : {error}.", file=path) from error
    if len(data) > MAX_EXPANDED:
        raise SourceError(f"{path.name} est refusé : une fois décompressé, il dépasse les bornes.", file=path)
    return data
