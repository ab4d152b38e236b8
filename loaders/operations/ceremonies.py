"""Logins under way elsewhere (at a provider, on a security key): what was asked, kept until it is answered, once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert

from .accounts import digest
from .store import Operations, now, utc
from .tables import CEREMONIES

SECONDS = 600
"""How long an answer is waited for."""


class Ceremonies:
    """The logins under way of a store."""

    def __init__(self, store: Operations) -> None:
        self._store = store

    def begin(self, kind: str, content: Mapping[str, Any]) -> str:
        """Keep what was asked; give the secret that the browser brings back with the answer."""
        secret = secrets.token_urlsafe(32)
        row = {
            "digest": digest(secret),
            "kind": kind,
            "content": dict(content),
            "expires": utc(datetime.now(UTC) + timedelta(seconds=SECONDS)),
        }
        with self._store.writing() as connection:
            connection.execute(delete(CEREMONIES).where(CEREMONIES.c.expires <= now()))
            connection.execute(insert(CEREMONIES).values(row))
        return secret

    def end(self, kind: str, secret: str) -> dict[str, Any] | None:
        """Give what was asked, for the only time; None where nothing was, or where it is answered, or too late."""
        with self._store.writing() as connection:
            row = connection.execute(
                delete(CEREMONIES)
                .where(CEREMONIES.c.digest == digest(secret), CEREMONIES.c.kind == kind)
                .returning(CEREMONIES.c.content, CEREMONIES.c.expires)
            ).first()
        return None if row is None or row.expires <= now() else dict(row.content)
