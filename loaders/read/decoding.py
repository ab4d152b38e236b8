"""Bytes of a file to text: the encodings a source declares, what is believed of the bytes themselves, advice where none fits."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final, cast

from ...words import EMPTY, N_, Said, Spoken, gettext
from ..sources.declaration import SourceError
from .workbooks import MAX_EXPANDED

_ACCENTS: Final = frozenset("àâäçéèêëîïôöùûüÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ")
_SIGNS: Final = frozenset("œŒæÆ«»’–€°²³§\xa0")
"""Signs of French texts in Windows-1252. Accents of code page 850 and of the Macintosh are none of them: é is ‚ or Ž there."""


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
            raise SourceError(
                N_("L'encodage « {encoding} » n'existe pas.", encoding=encoding), file=path
            ) from error
        text = text.removeprefix("\ufeff")
        if (nul := text.find("\0")) >= 0:
            line = text.count("\n", 0, nul) + 1
            raise SourceError(
                N_(
                    "{file}, ligne {line} : un octet nul, ce n'est pas un fichier de texte en {encoding}{advice}.",
                    file=path.name,
                    line=line,
                    encoding=encoding,
                    advice=_advice(data, failure),
                ),
                file=path,
                row=line,
            )
        return text
    assert failure is not None
    line = data.count(b"\n", 0, failure.start) + 1
    raise SourceError(
        N_(
            "{file} n'est pas en {names} : octet 0x{byte} à la position {start} (ligne {line}){advice}.",
            file=path.name,
            names=Said(_neither, (encodings,)),
            byte=f"{data[failure.start]:02x}",
            start=failure.start,
            line=line,
            advice=_advice(data, failure),
        ),
        file=path,
        row=line,
        value=f"0x{data[failure.start]:02x}",
    )


def as_windows(path: Path) -> str:
    """Return some words of a file that is no UTF-8 and can only be French in Windows-1252, around its first accent; or nothing.

    Any other sign than those of French words and of money means that it may be in another encoding: nothing is guessed then.
    """
    try:
        data = _content(path)
        data.decode()
    except OSError:  # opening it says why
        return ""
    except UnicodeDecodeError as error:
        start = error.start
    else:
        return ""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    signs = {sign for sign in text if not sign.isascii()}
    if "\0" in text or not signs & _ACCENTS or not signs <= _ACCENTS | _SIGNS:
        return ""
    return " ".join(text[max(start - 12, 0) : start + 12].split())


def header_of(path: Path, separator: str) -> list[str]:
    """Return the first record of a CSV file in UTF-8, without reading the rest; raises SourceError where it cannot be."""
    try:
        with (
            gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file,
            io.TextIOWrapper(cast("IO[bytes]", file), encoding="utf-8-sig", newline="") as text,
        ):
            return next(csv.reader(text, delimiter=separator), [])
    except (UnicodeDecodeError, csv.Error, EOFError, zlib.error) as error:
        raise SourceError(
            N_("{file} n'est pas un CSV lisible en UTF-8 : {error}.", file=path.name, error=error),
            file=path,
            row=1,
        ) from error


def _neither(encodings: Sequence[str], language: str) -> str:
    return gettext(" ni en ", language).join(encodings)


def _advice(data: bytes, failure: UnicodeDecodeError | None) -> Spoken:
    """Say in which encoding bytes seem to be, and how to write the file again."""
    if data.count(0, 0, 2000) * 3 > len(data[:2000]):
        seems = N_("il semble en UTF-16")
    elif failure is None:
        return EMPTY
    else:
        around = data[max(failure.start - 12, 0) : failure.start + 12].decode("cp1252", "replace")
        seems = N_("il semble en Windows-1252, où l'on y lit « {text} »", text=" ".join(around.split()))
    return N_(" ; {seems} : enregistrez-le de nouveau en « CSV UTF-8 »", seems=seems)


def _content(path: Path) -> bytes:
    """Return the bytes of a file, of what it holds when it is compressed with gzip."""
    if path.suffix.lower() != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as file:
            data = file.read(MAX_EXPANDED + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            N_("{file} n'est pas un fichier gzip lisible : {error}.", file=path.name, error=error), file=path
        ) from error
    if len(data) > MAX_EXPANDED:
        raise SourceError(
            N_("{file} est refusé : une fois décompressé, il dépasse les bornes.", file=path.name), file=path
        )
    return data
