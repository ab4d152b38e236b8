"""Style sheets and scripts of pages, and the documentation: compressed once, asked again before they are used again."""

import functools
import gzip
import os
from collections.abc import Mapping
from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse
from starlette.types import Scope

from ...words import N_
from .page_cache import takes_gzip
from .page_error import PageError

SMALLEST = 1024
"""Bytes under which a file is sent as it is."""
SUFFIXES = (".js", ".css", ".svg", ".txt", ".html", ".json")
SITE = Path(__file__).resolve().parents[2] / "site"
"""The documentation as `just docs` writes it; a wheel has it."""


class Assets(StaticFiles):
    """A folder of files, some `replaced`: `Cache-Control: no-cache` with strong tags, and gzip for whoever takes it.

    The editor's library goes from 0.95 MB to 0.28 MB, compressed when it is first asked for.
    """

    def __init__(
        self, directory: Path, replaced: Mapping[str, Path] | None = None, check_dir: bool = True
    ) -> None:
        super().__init__(directory=directory, check_dir=check_dir)
        self._replaced = dict(replaced or {})

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Find a file: the one that replaces it, or that of the folder."""
        chosen = self._replaced.get(path)
        if chosen is None:
            return super().lookup_path(path)
        try:
            return str(chosen), chosen.stat()
        except OSError:
            return "", None  # it was there at the start

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Give a file, compressed for a client that takes gzip, or 304."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = "public, no-cache"
        path = Path(full_path)
        small = path.suffix not in SUFFIXES or stat_result.st_size < SMALLEST
        if small or response.status_code == 304:
            return response
        response.headers.add_vary_header("Accept-Encoding")
        asked = Headers(scope=scope)
        if not takes_gzip(asked.get("accept-encoding", "")) or "range" in asked:
            return response
        return self._compressed(path, stat_result, response.headers, asked)

    def _compressed(
        self, path: Path, about: os.stat_result, headers: MutableHeaders, asked: Headers
    ) -> Response:
        headers["etag"] = headers["etag"].rstrip('"') + '.gz"'
        if self.is_not_modified(headers, asked):
            return NotModifiedResponse(headers)
        body = compress_file(path, about.st_mtime_ns)
        kept = {name: value for name, value in headers.items() if name != "content-length"}
        return Response(body, headers={**kept, "content-encoding": "gzip"})


class Documentation(Assets):
    """The site of the documentation, or how it is written where this installation has none."""

    def __init__(self, directory: Path = SITE) -> None:
        super().__init__(directory, check_dir=False)

    async def check_config(self) -> None:
        """Look before the first file whether the site is there; raises PageError (404) until it is."""
        if not Path(str(self.directory)).is_dir():
            raise PageError(
                404,
                N_("La documentation n’est pas écrite dans cette copie du dépôt : « just docs » l’écrit."),
            )

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Give a file of the site; its first page at its own address."""
        return await super().get_response("index.html" if path == "." else path, scope)


@functools.cache
def has_documentation() -> bool:
    """Tell whether the site of the documentation was written here when the first page asked."""
    return SITE.is_dir()


@functools.lru_cache(maxsize=64)
def compress_file(path: Path, written: int) -> bytes:
    """Compress a file; `written` is when it was written last, so that a new version is read again."""
    return gzip.compress(path.read_bytes(), mtime=0)
