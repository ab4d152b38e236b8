"""Dumps at `/dumps`: their list, and each file whole or in part, plain or compressed, never held in memory."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from email.utils import format_datetime
from hashlib import sha256
from typing import IO

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from ...graph.snapshots.artifacts import read_dump
from ...graph.snapshots.dumps import FORMATS, Dump, DumpFile, digest_of, dumps_of
from ...graph.snapshots.snapshot import Snapshot
from ...words import N_, SOURCE, gettext
from ..precompute.artifacts import ArtifactCache, NotReady, derivations_of
from ..reading.licences import licence_name
from ..reading.publication import service_of
from ..render.rendering import page
from ..web.links import public_base
from ..web.negotiation import HTML, Representation
from ..web.page_cache import entity_tags, takes_gzip
from ..web.page_error import PageError
from ..web.security import CORS
from .listed import graph_titles
from .pages import Lang, Read, chosen_of, page_language

router = APIRouter(tags=["données liées"])

_LISTS = (HTML, Representation("json", ".json", "application/json"))
_PATH = re.compile(r"(?P<name>.+)\.(?P<suffix>nq|trig)(?P<packed>\.gz)?")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CHUNK = 256 << 10
_TRIES = 5
"""Publications that may come one after the other while a dump is looked for."""
_READERS = anyio.CapacityLimiter(2)
"""Files are read, and decompressed for those who cannot do it, on at most two threads."""


@router.get("/dumps", summary="Liste des fichiers de données")
def dumps(request: Request, reading: Read, format: str = "", lang: Lang = "") -> Response:
    """List the files of the current publication: one a licence for the whole, one a graph; `?format=json` for programs."""
    chosen = chosen_of(request, format, _LISTS)
    snapshot = service_of(request.app).pool.snapshot()
    listed = list(dumps_of(snapshot).values())
    headers = {**CORS, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    if chosen is not HTML:
        base = public_base(request)
        files = [row for dump in listed for row in _described(request, base, snapshot, dump)]
        return JSONResponse({"snapshot": snapshot.id, "files": files}, headers=headers)
    reading.language = page_language(request, lang)
    rows = reading.block("dataset/graphs").rows
    names = graph_titles(rows, reading.language)
    french = {} if reading.language == SOURCE else graph_titles(rows)
    response = page(
        request,
        "dumps.html",
        language=reading.language,
        whole=[(dump, [names.get(graph, graph) for graph in dump.graphs]) for dump in listed if dump.whole],
        graphs=[(dump, names.get(dump.graphs[0], dump.graphs[0])) for dump in listed if not dump.whole],
        in_french={name for graph, name in names.items() if french.get(graph) == name},
        licence=licence_name,
        base=public_base(request),
        alternates=[("application/json", "/dumps?format=json")],
        trail=[
            ("/catalog", gettext("Données", reading.language)),
            (None, gettext("Fichiers", reading.language)),
        ],
    )
    response.headers.update(headers)
    return response


def _described(request: Request, base: str, snapshot: Snapshot, dump: Dump) -> list[dict[str, object]]:
    folder = derivations_of(request).folder(snapshot)
    rows: list[dict[str, object]] = []
    for suffix in FORMATS:
        made = read_dump(folder, dump, suffix)
        rows.append(
            {
                "url": f"{base}/dumps/{dump.name}.{suffix}.gz",
                "plain": f"{base}/dumps/{dump.name}.{suffix}",
                "format": FORMATS[suffix].media_type,
                "graphs": list(dump.graphs),
                "role": dump.role,
                "whole": dump.whole,
                "licence": dump.licence or None,
                "bytes": sum(file.compressed for file in made) if made else None,
                "plain_bytes": sum(file.bytes for file in made) if made else None,
                "sha256": digest_of(made) if made else None,
                "modified": max(one.modified for one in made).isoformat() if made else None,
            }
        )
    return rows


@router.get("/dumps/{path:path}", summary="Fichier de données")
async def dump_file(request: Request, path: str) -> Response:
    """Send a dump: `<graph>.nq`, `.nq.gz`, `.trig`, `.trig.gz`, or `licence/<licence>.…` for the whole."""
    found, current = _PATH.fullmatch(path), service_of(request.app).pool.snapshot()
    if found is None or found["name"] not in dumps_of(current):
        raise PageError(
            404, N_("Aucun fichier « {path} » ; la liste est à l’adresse /dumps.", path=path), CORS
        )
    for _ in range(_TRIES):
        made = await derivations_of(request).dump(found["name"], found["suffix"])
        with suppress(FileNotFoundError):  # a newer publication came, and files of this one went
            return await _sent(request, found, made)
    raise NotReady


async def _sent(request: Request, found: re.Match[str], made: ArtifactCache[list[DumpFile]]) -> Response:
    """Send the files of a dump of one publication; raises FileNotFoundError where one of them went meanwhile."""
    dump = dumps_of(made.snapshot)[found["name"]]
    # several compressed files in a row are one .gz, but not one content coding to every client
    packed, single = bool(found["packed"]), len(dump.graphs) == 1
    encoded = not packed and single and takes_gzip(request.headers.get("accept-encoding", ""))
    links = ['</catalog>; rel="collection"', '</.well-known/void>; rel="describedby"']
    if dump.licence.startswith("https://"):
        links.append(f'<{dump.licence}>; rel="license"')
    headers = file_headers(
        made.value, FORMATS[found["suffix"]].media_type, found["suffix"], packed=packed, encoded=encoded
    )
    headers |= {
        "Ancrage-Snapshot": made.snapshot.id,
        "Content-Disposition": f'attachment; filename="ancrage-{found[0].replace("/", "-")}"',
        "Link": ", ".join(links),
    }
    return await send_files(request, made.value, headers)


def file_headers(
    files: Sequence[DumpFile], kind: str, suffix: str, *, packed: bool, encoded: bool
) -> dict[str, str]:
    """Give the headers of files put one behind the other, as they are (`packed`), decompressed, or as a content coding.

    Tag and date are those of what they hold, whatever the publication.
    """
    tags = (
        files[0].sha256
        if len(files) == 1
        else sha256("".join(one.sha256 for one in files).encode()).hexdigest()
    )
    headers = {
        **CORS,
        "ETag": f'"{tags[:32]}-{suffix}{".gz" if packed else ".encoded" if encoded else ""}"',
        "Last-Modified": format_datetime(max(one.modified for one in files), usegmt=True),
        "Cache-Control": "public, no-cache",
    }
    if packed:
        return headers | {"Content-Type": "application/gzip", "Accept-Ranges": "bytes"}
    headers |= {"Content-Encoding": "gzip"} if encoded else {}
    charset = "; charset=utf-8" if suffix == "trig" else ""
    return headers | {"Content-Type": kind + charset, "Vary": "Accept-Encoding"}


async def send_files(request: Request, files: Sequence[DumpFile], headers: dict[str, str]) -> Response:
    """Send files one behind the other with the headers that `file_headers` gave: whole, in part, or not again."""
    if _is_known(request, headers):
        kept = {
            name: value for name, value in headers.items() if name not in ("Content-Type", "Content-Encoding")
        }
        return Response(status_code=304, headers=kept)
    packed = "Accept-Ranges" in headers
    encoded = "Content-Encoding" in headers
    total = sum(file.compressed if packed or encoded else file.bytes for file in files)
    begin, end, status = 0, total, 200
    if packed and (asked := _range(request, headers["ETag"], headers["Last-Modified"], total)) is not None:
        begin, end, status = *asked, 206
        if begin >= end:
            headers["Content-Range"] = f"bytes */{total}"
            return Response(status_code=416, headers={**headers, "Content-Length": "0"})
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{total}"
    headers["Content-Length"] = str(end - begin)
    if request.scope.get("ancrage.head"):
        return Response(status_code=status, headers=headers)
    opened = await to_thread.run_sync(lambda: [file.path.open("rb") for file in files])
    body = _part(opened, files, begin, end) if packed or encoded else _plain(opened)
    return StreamingResponse(body, status, headers)


def _is_known(request: Request, headers: dict[str, str]) -> bool:
    """Tell whether who asks has this very file."""
    if (sent := request.headers.get("if-none-match")) is not None:
        return sent.strip() == "*" or headers["ETag"] in entity_tags(sent)
    return request.headers.get("if-modified-since") == headers["Last-Modified"]


def _range(request: Request, tag: str, modified: str, total: int) -> tuple[int, int] | None:
    """Read the one range asked for, as (begin, end), empty where it lies outside; None for the whole."""
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or not (found[1] or found[2]):
        return None
    if request.headers.get("if-range", tag) not in (tag, modified):
        return None
    if not found[1]:
        return max(0, total - int(found[2])), total if int(found[2]) else 0
    begin = int(found[1])
    last = int(found[2]) if found[2] else total - 1
    return None if found[2] and last < begin else (begin, min(last + 1, total))


async def _part(
    opened: Sequence[IO[bytes]], files: Sequence[DumpFile], begin: int, end: int
) -> AsyncIterator[bytes]:
    """Yield the bytes from `begin` to `end` of files put one behind the other."""
    try:
        place = 0
        for file, about in zip(opened, files, strict=True):
            first, last = max(begin - place, 0), min(end - place, about.compressed)
            place += about.compressed
            if first >= last:
                continue
            file.seek(first)
            while first < last:
                chunk = await to_thread.run_sync(file.read, min(_CHUNK, last - first), limiter=_READERS)
                if not chunk:
                    raise OSError(f"{about.path} is shorter than it was")
                first += len(chunk)
                yield chunk
    finally:
        for file in opened:
            file.close()


async def _plain(opened: Sequence[IO[bytes]]) -> AsyncIterator[bytes]:
    """Yield files decompressed, one behind the other."""
    try:
        for file in opened:
            unpack = zlib.decompressobj(31)
            while not unpack.eof:
                chunk = await to_thread.run_sync(_unpacked, file, unpack, limiter=_READERS)
                if chunk:
                    yield chunk
    finally:
        for file in opened:
            file.close()


def _unpacked(file: IO[bytes], unpack: zlib._Decompress) -> bytes:
    """Decompress the next piece, at most one chunk of it: dense data grow fifty times."""
    data = unpack.unconsumed_tail or file.read(16 << 10)
    if not data and not unpack.eof:
        raise OSError("a dump file is cut short")
    return unpack.decompress(data, _CHUNK)
