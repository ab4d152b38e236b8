"""Whole pages of a snapshot kept as files, made ahead of who will ask: one file an address and language.

They are the answers of the application itself, so what is kept and what is made on demand are the same bytes. A page
that tells the address of its site, or that does not last, is not kept.
"""

from __future__ import annotations

import gzip
import json
import shutil
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from ...graph.snapshots.durable import draft_of
from ..render.theme import stamp
from ..web.kept_answers import CacheEntry
from ..web.negotiation import Language, keep_short, language, prefers_html
from ..web.page_cache import gzip as compressed
from ..web.page_cache import package_time
from ..web.settings import Settings

DONE = "done"
_OTHERS = 1
"""Folders of other code or settings that stay: two services may share a data directory."""
#: Settings that no page shows: another value of these makes no other page.
_UNSEEN = {
    *(
        "data_dir",
        "host",
        "port",
        "trusted_proxies",
        "workers",
        "deadline",
        "memory",
        "largest",
        "queue",
        "patience",
    ),
    *(
        "share",
        "stall",
        "cache",
        "strict",
        "keep",
        "write_key",
        "largest_upload",
        "metrics_allow",
        "log_level",
    ),
    *("log_format", "read_ahead", "columns", "log_clients"),
}


def seen_settings(settings: Settings) -> str:
    """Give, as JSON, the settings that pages show."""
    return json.dumps(settings.model_dump(mode="json", exclude=_UNSEEN), sort_keys=True)


def pages_folder(derived: Path, settings: Settings) -> Path:
    """Give the folder of the pages of a snapshot, from the folder of what is derived: another for other code or settings."""
    seen = f"{package_time().isoformat()} {seen_settings(settings)} {stamp(settings.theme)}"
    made_by = blake2b(seen.encode(), digest_size=6)
    return derived / "pages" / made_by.hexdigest()


@keep_short(4096)
def address_of(path: str, query: str, accepted: str | None) -> tuple[str, Language]:
    """Give the address of a page without its language, and its language.

    >>> address_of("/territoires/epci/1", "lang=en&compare=peers", "fr")
    ('/territoires/epci/1?compare=peers', 'en')
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    said = language(accepted, dict(pairs).get("lang"))
    rest = urlencode([pair for pair in pairs if pair[0] != "lang"])
    return path + (f"?{rest}" if rest else ""), said


class KeptPages:
    """The pages in a folder, which need not exist.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pages = KeptPages(Path(folder) / "pages")
    ...     pages.find("/", "fr")
    ...     pages.keep("/", "fr", CacheEntry([(b"content-type", b"text/html")], "tag", "Mon", b"<p>"))
    ...     found = pages.find("/", "fr")
    >>> found.body, found.tag, found.headers
    (b'<p>', 'tag', [(b'content-type', b'text/html')])
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def asked(self, path: str, query: str, accept: str, accepted: str | None) -> CacheEntry | None:
        """Give the page that a browser asks for, or None."""
        return self.find(*address_of(path, query, accepted)) if prefers_html(accept) else None

    def find(self, address: str, said: Language) -> CacheEntry | None:
        """Give the page of an address (without its language), or None while it is not there."""
        try:
            head, _, body = self._path(address, said).read_bytes().partition(b"\n")
            told = json.loads(head)
            headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in told["headers"]]
            places = tuple((at, kind) for at, kind in told["places"])
            return CacheEntry(
                headers, told["tag"], told["modified"], gzip.decompress(body), body,
                places=places, offers=tuple(told["offers"]), route=told["route"],
            )  # fmt: skip
        except (OSError, ValueError, KeyError, EOFError):
            return None

    def has(self, address: str, said: Language) -> bool:
        """Tell whether the page of an address is there."""
        return self._path(address, said).exists()

    def keep(self, address: str, said: Language, page: CacheEntry) -> None:
        """Keep a page; the next reader sees all of it or nothing. A folder that cannot be written keeps nothing."""
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in page.headers]
        told = {"tag": page.tag, "modified": page.modified, "headers": headers}
        head = json.dumps({**told, "places": page.places, "offers": page.offers, "route": page.route})
        path = self._path(address, said)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft_of(path) as draft:
                draft.write_bytes(head.encode() + b"\n" + compressed(page.body))

    def finish(self) -> None:
        """Mark that all pages made ahead are there; of those of other code or settings, the last made stay."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / DONE).touch()
            others = [one for one in self.folder.parent.iterdir() if one.is_dir() and one != self.folder]
            for old in sorted(others, key=lambda one: one.stat().st_mtime)[: -_OTHERS or None]:
                shutil.rmtree(old, ignore_errors=True)

    @property
    def finished(self) -> bool:
        """Whether all pages made ahead are there."""
        return (self.folder / DONE).exists()

    def _path(self, address: str, said: Language) -> Path:
        name = blake2b(f"{said} {address}".encode(), digest_size=10).hexdigest()
        return self.folder / name[:2] / name[2:]
