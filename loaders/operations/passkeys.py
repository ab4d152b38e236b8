"""Passkeys of accounts: what a security key, a phone or a computer gave to prove that it is there again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, func, insert, select, update

from ...words import N_
from .accounts import Account, AccountError, account_of
from .store import Operations, now
from .tables import ACCOUNTS, PASSKEYS

MOST = 10
"""Passkeys of one account."""


@dataclass(frozen=True)
class Passkey:
    """A passkey; `id` names it on pages, `credential` for the device, `handle` the account for the device."""

    id: str
    account: str
    label: str
    created: str
    used: str | None
    credential: bytes
    handle: bytes
    public_key: bytes
    sign_count: int


class Passkeys:
    """The passkeys of a store."""

    def __init__(self, store: Operations) -> None:
        self._store = store

    def of_account(self, name: str) -> list[Passkey]:
        """List the passkeys of an account, the oldest first."""
        with self._store.reading() as connection:
            rows = connection.execute(
                select(PASSKEYS)
                .where(PASSKEYS.c.account == name)
                .order_by(PASSKEYS.c.created, PASSKEYS.c.digest)
            ).mappings()
            return [_passkey(row) for row in rows]

    def handle(self, name: str) -> bytes:
        """Give what names an account to a device: random, and the same for all its passkeys."""
        known = self.of_account(name)
        return known[0].handle if known else secrets.token_bytes(32)

    def add(
        self, name: str, label: str, credential: bytes, public_key: bytes, sign_count: int, handle: bytes
    ) -> None:
        """Add a passkey to an account; raises AccountError where it is there already, or there are too many."""
        row = {
            "digest": sha256(credential).hexdigest(),
            "account": name,
            "handle": handle,
            "credential": credential,
            "public_key": public_key,
            "sign_count": sign_count,
            "label": label[:100],
            "created": now(),
        }
        with self._store.writing() as connection:
            if connection.execute(select(PASSKEYS).where(PASSKEYS.c.digest == row["digest"])).first():
                raise AccountError(N_("cette clé d’accès est déjà enregistrée."))
            count = select(func.count()).select_from(PASSKEYS).where(PASSKEYS.c.account == name)
            if connection.execute(count).scalar_one() >= MOST:
                raise AccountError(N_("un compte a au plus {most} clés d’accès.", most=MOST))
            connection.execute(insert(PASSKEYS).values(row))

    def find(self, credential: bytes) -> tuple[Account, Passkey] | None:
        """Give the account in service that a passkey opens, with the passkey; None where there is none."""
        with self._store.reading() as connection:
            row = (
                connection.execute(
                    select(PASSKEYS).where(PASSKEYS.c.digest == sha256(credential).hexdigest())
                )
                .mappings()
                .first()
            )
            if row is None:
                return None
            account = (
                connection.execute(
                    select(ACCOUNTS).where(ACCOUNTS.c.name == row["account"], ACCOUNTS.c.disabled.is_(None))
                )
                .mappings()
                .first()
            )
        return None if account is None else (account_of(account), _passkey(row))

    def note_use(self, passkey: Passkey, sign_count: int) -> bool:
        """Keep how many times a passkey says that it signed; tell whether nobody else used it meanwhile."""
        with self._store.writing() as connection:
            done = connection.execute(
                update(PASSKEYS)
                .where(
                    PASSKEYS.c.digest == sha256(passkey.credential).hexdigest(),
                    PASSKEYS.c.sign_count == passkey.sign_count,
                )
                .values(sign_count=sign_count, used=now())
            )
        return bool(done.rowcount)

    def remove(self, name: str, id: str) -> bool:
        """Remove a passkey of an account; tell whether there was one."""
        with self._store.writing() as connection:
            done = connection.execute(
                delete(PASSKEYS).where(
                    PASSKEYS.c.account == name, func.substr(PASSKEYS.c.digest, 1, 12) == id
                )
            )
        return bool(done.rowcount)


def _passkey(row: object) -> Passkey:
    read = dict(row)  # type: ignore[call-overload]
    return Passkey(
        read["digest"][:12],
        read["account"],
        read["label"],
        read["created"],
        read["used"],
        bytes(read["credential"]),
        bytes(read["handle"]),
        bytes(read["public_key"]),
        read["sign_count"],
    )
