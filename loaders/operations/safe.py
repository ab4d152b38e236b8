"""Private contents (contacts of persons, messages): encrypted, with a term, erased for good when asked or due.

Events refer to them by a number that says nothing; without the key, or once erased, the number leads nowhere.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import ColumnElement, Connection, insert, select, update

from ...words import N_, SentenceError
from .files import KEY_FILE
from .store import Operations, now, utc
from .tables import SEALED

_SOME = 1000
"""Contents that are asked for at a time: engines bound what a question holds."""


class BadKey(SentenceError, ValueError):  # noqa: N818
    """A key of private contents that is none."""

    code = "contact-key"

    def __init__(self) -> None:
        super().__init__(
            N_(
                "ANCRAGE_CONTACT_KEY n’est pas une clé : 32 octets en base 64, comme en écrit « ancrage account key »."
            )
        )


class Safe:
    """The private contents of a store, under one key; former keys still open what they closed."""

    def __init__(self, store: Operations, keys: Iterable[str]) -> None:
        try:
            first, *former = keys
            self._cipher = MultiFernet([Fernet(key) for key in (first, *former)])
        except ValueError:
            raise BadKey from None
        self._digesting = [
            hmac.digest(key.encode(), b"ancrage: digests", "sha256") for key in (first, *former)
        ]
        self._store = store

    @classmethod
    def open(cls, store: Operations, data_dir: Path, keys: str = "") -> Safe:
        """Open the safe with the keys given (the first closes), or that of the data folder, made where there is none.

        Raises BadKey.
        """
        return cls(store, keys.split() or [_own_key(data_dir / KEY_FILE)])

    def digest(self, text: str) -> str:
        """Give a digest of a text that nobody finds again by trying texts without the key."""
        return self.digests(text)[0]

    def digests(self, text: str) -> tuple[str, ...]:
        """Give the digests of a text: under the key, then under the former ones, since what is kept may bear those."""
        return tuple(hmac.digest(key, text.encode(), "sha256").hex() for key in self._digesting)

    def put(self, connection: Connection, content: Mapping[str, str], days: int) -> str:
        """Keep a content for so many days; give its number."""
        id = secrets.token_hex(16)
        moment = datetime.now(UTC)
        row = {
            "id": id,
            "content": self._cipher.encrypt(json.dumps(dict(content), ensure_ascii=False).encode()),
            "created": utc(moment),
            "expires": utc(moment + timedelta(days=days)),
        }
        connection.execute(insert(SEALED).values(row))
        return id

    def read(self, ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Give contents by number; those erased, past their term or closed by an unknown key are left out."""
        wanted = [id for id in ids if id]
        if not wanted:
            return {}
        there = select(SEALED.c.id, SEALED.c.content).where(
            SEALED.c.content.is_not(None), SEALED.c.expires > now()
        )
        rows: list[Any] = []
        with self._store.reading() as connection:
            for start in range(0, len(wanted), _SOME):
                some = wanted[start : start + _SOME]
                rows += connection.execute(there.where(SEALED.c.id.in_(some))).all()
        opened = {}
        for id, content in rows:
            try:
                opened[id] = json.loads(self._cipher.decrypt(content))
            except InvalidToken:
                continue
        return opened

    def keep(self, connection: Connection, ids: Iterable[str], days: int) -> None:
        """Keep contents for so many days from now; those past their term stay so."""
        expires = utc(datetime.now(UTC) + timedelta(days=days))
        alive = SEALED.c.id.in_([*ids]) & (SEALED.c.expires > now())
        connection.execute(update(SEALED).where(alive).values(expires=expires))

    def erase(self, connection: Connection, ids: Iterable[str]) -> int:
        """Erase contents; give how many there were. They are in no file of the store once the write ends (`Operations.wipe`)."""
        return self._erase(connection, SEALED.c.id.in_([id for id in ids if id]))

    def sweep(self) -> int:
        """Erase what is past its term; give how many there were."""
        with self._store.writing() as connection:
            return self._erase(connection, SEALED.c.expires <= now())

    def _erase(self, connection: Connection, which: ColumnElement[bool]) -> int:
        there = which & SEALED.c.content.is_not(None)
        count = connection.execute(update(SEALED).where(there).values(content=None)).rowcount
        if count:
            self._store.wipe()
        return count


def new_key() -> str:
    """Make a key.

    >>> len(new_key())
    44
    """
    return Fernet.generate_key().decode()


def _own_key(path: Path) -> str:
    """Read the key of a data folder, made once, for its owner alone."""
    if not path.exists():
        draft = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}.tmp")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
