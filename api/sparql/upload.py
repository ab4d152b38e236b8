"""Bodies of writes, streamed into a file without a name: bounded as sent and as expanded, little of them in memory."""

import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, Any

from anyio import to_thread
from fastapi import Request

from ...loaders.write.request import storage_failure
from ...words import N_
from ..errors.problems import BadRequest
from ..web.bodies import BodyTooLarge, allow

_BUFFER = 128 << 10
"""Bytes kept in memory before they are written."""


@asynccontextmanager
async def receive_body(request: Request, folder: Path, limit: int) -> AsyncIterator[IO[bytes]]:
    """Receive a body of `limit` bytes at most into a file, open at its start; it goes when the block ends.

    A body compressed by gzip is expanded on the way. Raises BodyTooLarge as soon as the body is too long,
    BadRequest (415) for another encoding and (400) for a broken one.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise BadRequest(
            415,
            N_("L’encodage {encoding} est inconnu ici : envoyez du gzip ou rien.", encoding=encoding),
            {"Accept-Encoding": "gzip"},
        )
    allow(request.scope, limit + (limit >> 8) + 1024)  # what does not compress is a little longer compressed
    expand = None if encoding == "identity" else zlib.decompressobj(16 + zlib.MAX_WBITS)
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder, prefix=".upload-")  # noqa: SIM115 - closed below
    with _told(folder), file:
        size = 0
        waiting = bytearray()
        async for part in request.stream():
            for piece in _expanded(part, expand):
                size += len(piece)
                if size > limit:
                    raise BodyTooLarge(limit)
                waiting += piece
                if len(waiting) >= _BUFFER:
                    await to_thread.run_sync(file.write, bytes(waiting))
                    waiting.clear()
        if expand is not None and not expand.eof:
            raise _broken()
        file.write(waiting)
        file.flush()
        file.seek(0)
        yield file


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Raise StorageFailed in the place of what the system says of the disk in the block."""
    try:
        yield
    except OSError as error:
        if (refused := storage_failure(error, folder)) is None or refused is error:
            raise
        raise refused from error


def _expanded(data: bytes, expand: Any) -> Iterator[bytes]:
    """Yield a part of the body, or what it expands to by pieces as long as the buffer at most."""
    if expand is None:
        yield data
        return
    while data:
        if expand.eof:
            raise _broken()  # something follows the compressed body
        try:
            piece = expand.decompress(data, _BUFFER)
        except zlib.error:
            raise _broken() from None
        data = expand.unconsumed_tail or expand.unused_data
        yield piece


def _broken() -> BadRequest:
    return BadRequest(
        400,
        N_("Le corps n’est pas du gzip, ou pas entier."),
        title="The body is not in its encoding",
    )
