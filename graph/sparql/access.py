"""What a remote store wants of who reads it: a password or a token, and the certificate of an authority of its own.

Read from the environment with each call and kept nowhere: a generation names its store, never how one gets in. Query
processes have no such environment.
"""

from __future__ import annotations

import os
import re
import ssl
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from .reasons import Reason
from .remote import RemoteFailed

STORE: Final = "ANCRAGE_STORE"
AUTHORIZATION: Final = "ANCRAGE_STORE_AUTHORIZATION"
AUTHORITY: Final = "ANCRAGE_STORE_CA"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")


def authorization(url: str) -> str:
    """Give the header `Authorization` for an address, empty where there is none: `name:password`, else a token.

    It goes to the store of the settings alone, where there is one. Raises RemoteFailed for an address that is neither
    https nor of this machine, for a token that is none, and for a file that is not read.

    >>> os.environ.pop(AUTHORIZATION, None), authorization("https://e.org/sparql")
    (None, '')
    """
    secret, store = _told(AUTHORIZATION, url), _told(STORE, url)
    if not secret or (store and store != url):
        return ""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise RemoteFailed(url, Reason("open"))
    if ":" in secret:
        return f"Basic {b64encode(secret.encode()).decode()}"
    if not _TOKEN.fullmatch(secret):
        raise RemoteFailed(url, Reason("token", AUTHORIZATION))
    return f"Bearer {secret}"


def context(url: str) -> ssl.SSLContext:
    """Give the authorities that a server's certificate is of: one's own alone, where there is one; raises RemoteFailed."""
    path = _told(AUTHORITY, url)
    try:
        return _context(path)
    except OSError:
        raise RemoteFailed(url, Reason("file", path)) from None


def hidden(text: str, header: str) -> str:
    """Take what lets one in out of what a store says.

    >>> hidden("no: Bearer abc, abc", "Bearer abc")
    'no: Bearer …, …'
    """
    secret = header.partition(" ")[2]
    return text.replace(secret, "…") if secret else text


@lru_cache(4)
def _context(path: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=path or None)


def _told(name: str, url: str) -> str:
    if not (path := os.environ.get(f"{name}_FILE", "")):
        return os.environ.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise RemoteFailed(url, Reason("file", path)) from None
