"""Accounts of the devices: passwords, sessions, keys of programs; nothing that logs somebody in is kept as it is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, select, update

from ...words import N_, SentenceError
from .roles import SCOPES, Role
from .store import Draft, Operations, now, utc
from .tables import ACCOUNTS, EVENTS, IDENTITIES, KEYS, PASSKEYS, SESSIONS

SESSION_HOURS = 12
SHORTEST = 12
"""Characters of a password."""
LONGEST = 500
KEY_DAYS = 366
"""Longest life of a key."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,98}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class AccountError(SentenceError, ValueError):
    """An account that cannot be as it is asked for."""

    code = "account"


@dataclass(frozen=True)
class Account:
    """Who may log in: a name, a role, the organisation it answers for (a path), when made and disabled."""

    name: str
    role: Role
    organization: str | None
    created: str
    disabled: str | None


@dataclass(frozen=True)
class Session:
    """Somebody logged in; `form_key` must come back with each form; what the provider gave is sealed under `provider_token`."""

    account: Account
    form_key: str
    provider_token: str | None = None


@dataclass(frozen=True)
class Key:
    """A key of a program: its label, scopes, term; `id` names it, and opens nothing."""

    id: str
    account: str
    label: str
    scopes: tuple[str, ...]
    created: str
    expires: str
    revoked: str | None


def digest(secret: str) -> str:
    """Give what is kept of a secret of 128 random bits or more.

    >>> digest("a")[:8]
    'ca978112'
    """
    return sha256(secret.encode()).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """Give a password that no account has: an unknown name takes as long to refuse as a known one."""
    return _hasher().hash(secrets.token_hex(16))


class Accounts:
    """The accounts of a store."""

    def __init__(self, store: Operations) -> None:
        self._store = store

    def add(
        self, name: str, role: Role, password: str | None, organization: str | None = None, email: str = ""
    ) -> Account:
        """Add an account; with an `email`, it waits for the identity of this verified address.

        A name that another had who was deleted is refused: what that one did and may do would be this one's. Raises AccountError.
        """
        if not _NAME.fullmatch(name):
            raise AccountError(
                N_(
                    "nom « {name} » refusé : minuscules sans accent, chiffres, point, tiret, arobase.",
                    name=name,
                )
            )
        if role is Role.VISITOR:
            raise AccountError(N_("un visiteur n’a pas de compte."))
        if password is not None:
            check_password(password)
        row = {
            "name": name,
            "role": role.value,
            "password": _hasher().hash(secrets.token_hex(16) if password is None else password),
            "organization": organization,
            "created": now(),
            "invited": email_digest(email) if email else None,
        }
        with self._store.writing() as connection:
            if connection.execute(select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == name)).first():
                raise AccountError(N_("le compte « {name} » existe déjà.", name=name))
            past = (EVENTS.c.subject == _former(name)) | (EVENTS.c.who == name)
            if connection.execute(select(EVENTS.c.id).where(past).limit(1)).first():
                raise AccountError(
                    N_("« {name} » est le nom d’un compte supprimé, à qui reste ce qu’il a fait : prenez-en un autre.",
                       name=name)
                )  # fmt: skip
            if (
                email
                and connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.invited == row["invited"])).first()
            ):
                raise AccountError(N_("cette adresse est déjà celle d’un autre compte invité."))
            connection.execute(insert(ACCOUNTS).values(row))
        return Account(name, role, organization, row["created"] or "", None)

    def all(self) -> list[Account]:
        """List the accounts by name."""
        with self._store.reading() as connection:
            rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name)).mappings().all()
        return [account_of(row) for row in rows]

    def disable(self, name: str) -> None:
        """Disable an account: its sessions end, its keys open nothing any more; raises AccountError."""
        with self._store.writing() as connection:
            done = connection.execute(
                update(ACCOUNTS)
                .where(ACCOUNTS.c.name == name, ACCOUNTS.c.disabled.is_(None))
                .values(disabled=now())
            )
            if not done.rowcount:
                raise AccountError(N_("aucun compte en service ne s’appelle « {name} ».", name=name))
            connection.execute(delete(SESSIONS).where(SESSIONS.c.account == name))

    def delete(self, name: str) -> None:
        """Delete an account with all that logs it in: what it did stays told under its name, which nobody else gets.

        Raises AccountError.
        """

        def make(connection: Connection) -> list[Draft]:
            for table in (SESSIONS, KEYS, IDENTITIES, PASSKEYS):
                connection.execute(delete(table).where(table.c.account == name))
            if not connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.name == name)).rowcount:
                raise AccountError(N_("aucun compte ne s’appelle « {name} ».", name=name))
            self._store.wipe()
            return [Draft("command-line", "account-deleted", _former(name))]

        self._store.append_with(make)

    def of_email(self, email: str) -> list[Account]:
        """List the accounts that wait for the identity of an address, or are named by it; raises AccountError."""
        which = (ACCOUNTS.c.invited == email_digest(email)) | (ACCOUNTS.c.name == email.strip().casefold())
        with self._store.reading() as connection:
            return [account_of(row) for row in connection.execute(select(ACCOUNTS).where(which)).mappings()]

    def verify(self, name: str, password: str) -> Account | None:
        """Give the account of a name and its password; None for any other pair, after the same time."""
        with self._store.reading() as connection:
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).mappings().first()
        known = row is not None and row["disabled"] is None
        try:
            _hasher().verify(row["password"] if known and row else _nobody(), password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return None
        return account_of(row) if known and row else None

    def change_password(self, name: str, password: str) -> None:
        """Give an account another password, and end its sessions; raises AccountError."""
        check_password(password)
        with self._store.writing() as connection:
            connection.execute(
                update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(password=_hasher().hash(password))
            )
            connection.execute(delete(SESSIONS).where(SESSIONS.c.account == name))

    def open_session(self, account: Account, provider_token: str | None = None) -> str:
        """Log somebody in; give the secret of the session, which is kept nowhere else."""
        secret, made = secrets.token_urlsafe(32), datetime.now(UTC)
        row = {
            "digest": digest(secret),
            "account": account.name,
            "form_key": secrets.token_urlsafe(24),
            "created": utc(made),
            "expires": utc(made + timedelta(hours=SESSION_HOURS)),
            "provider_token": provider_token,
        }
        with self._store.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.expires <= now()))
            connection.execute(insert(SESSIONS).values(row))
        return secret

    def session(self, secret: str) -> Session | None:
        """Give the session of a secret, None when it has ended."""
        with self._store.reading() as connection:
            row = (
                connection.execute(
                    select(ACCOUNTS, SESSIONS.c.form_key, SESSIONS.c.provider_token)
                    .join(SESSIONS, SESSIONS.c.account == ACCOUNTS.c.name)
                    .where(
                        SESSIONS.c.digest == digest(secret),
                        SESSIONS.c.expires > now(),
                        ACCOUNTS.c.disabled.is_(None),
                    )
                )
                .mappings()
                .first()
            )
        return None if row is None else Session(account_of(row), row["form_key"], row["provider_token"])

    def close_session(self, secret: str) -> None:
        """Log somebody out."""
        with self._store.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest(secret)))

    def add_key(self, account: str, label: str, scopes: Collection[str], days: int) -> str:
        """Make a key of an account for so many days; give it, for the only time. Raises AccountError."""
        if unknown := sorted(set(scopes) - set(SCOPES)):
            raise AccountError(N_("portée « {scope} » inconnue.", scope=unknown[0]))
        if not scopes or not 1 <= days <= KEY_DAYS:
            raise AccountError(
                N_("une clé a une portée au moins, et dure de 1 à {most} jours.", most=KEY_DAYS)
            )
        secret, made = f"ancrage_{secrets.token_urlsafe(32)}", datetime.now(UTC)
        row = {
            "digest": digest(secret),
            "account": account,
            "label": label[:100],
            "scopes": sorted(scopes),
            "created": utc(made),
            "expires": utc(made + timedelta(days=days)),
        }
        with self._store.writing() as connection:
            connection.execute(insert(KEYS).values(row))
        return secret

    def keys(self, account: str) -> list[Key]:
        """List the keys of an account, the newest first."""
        with self._store.reading() as connection:
            rows = connection.execute(
                select(KEYS).where(KEYS.c.account == account).order_by(KEYS.c.created.desc(), KEYS.c.digest)
            ).mappings()
            return [
                Key(
                    row["digest"][:12],
                    row["account"],
                    row["label"],
                    tuple(row["scopes"]),
                    row["created"],
                    row["expires"],
                    row["revoked"],
                )
                for row in rows
            ]

    def revoke_key(self, account: str, id: str) -> bool:
        """Revoke a key of an account; tell whether there was one."""
        with self._store.writing() as connection:
            done = connection.execute(
                update(KEYS)
                .where(
                    KEYS.c.account == account,
                    func.substr(KEYS.c.digest, 1, 12) == id,
                    KEYS.c.revoked.is_(None),
                )
                .values(revoked=now())
            )
        return bool(done.rowcount)

    def of_key(self, secret: str) -> tuple[Account, tuple[str, ...]] | None:
        """Give the account of a key, and what the key is for; None when it opens nothing."""
        with self._store.reading() as connection:
            row = (
                connection.execute(
                    select(ACCOUNTS, KEYS.c.scopes)
                    .join(KEYS, KEYS.c.account == ACCOUNTS.c.name)
                    .where(
                        KEYS.c.digest == digest(secret),
                        KEYS.c.expires > now(),
                        KEYS.c.revoked.is_(None),
                        ACCOUNTS.c.disabled.is_(None),
                    )
                )
                .mappings()
                .first()
            )
        return None if row is None else (account_of(row), tuple(row["scopes"]))


def email_digest(email: str) -> str:
    """Give what is kept of the address of who is invited; raises AccountError where it is none.

    >>> email_digest("Ana@Region.example ") == email_digest("ana@region.example")
    True
    """
    plain = email.strip().casefold()
    if not _EMAIL.fullmatch(plain):
        raise AccountError(N_("« {email} » n’est pas une adresse électronique.", email=email))
    return digest(f"email {plain}")


def _former(name: str) -> str:
    """Give the subject of the end of an account, which does not tell its name."""
    return f"account/{digest(f'account {name}')[:40]}"


def check_password(password: str) -> None:
    """Refuse a password that is too short or too long; raises AccountError.

    >>> check_password("court")
    Traceback (most recent call last):
    ancrage.loaders.operations.accounts.AccountError: un mot de passe a de 12 à 500 caractères.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(
            N_("un mot de passe a de {least} à {most} caractères.", least=SHORTEST, most=LONGEST)
        )


def account_of(row: object) -> Account:
    """Read an account of its row."""
    told: dict[str, str] = dict(row)  # type: ignore[call-overload]
    return Account(told["name"], Role(told["role"]), told["organization"], told["created"], told["disabled"])
