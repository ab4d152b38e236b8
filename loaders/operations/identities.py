"""Who a provider of identities vouches for: an issuer and its subject, bound to an account that was there before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ...words import N_
from .accounts import Account, AccountError, account_of, email_digest
from .store import Operations, now
from .tables import ACCOUNTS, IDENTITIES


@dataclass(frozen=True)
class Identity:
    """Somebody as a provider names him, for good; never his address, which passes on to others."""

    issuer: str
    subject: str


class Identities:
    """The identities of a store."""

    def __init__(self, store: Operations) -> None:
        self._store = store

    def account(self, identity: Identity) -> Account | None:
        """Give the account of an identity; None where it has none in service."""
        with self._store.reading() as connection:
            row = (
                connection.execute(
                    select(ACCOUNTS)
                    .join(IDENTITIES, IDENTITIES.c.account == ACCOUNTS.c.name)
                    .where(
                        IDENTITIES.c.issuer == identity.issuer,
                        IDENTITIES.c.subject == identity.subject,
                        ACCOUNTS.c.disabled.is_(None),
                    )
                )
                .mappings()
                .first()
            )
        return None if row is None else account_of(row)

    def invite(self, name: str, email: str) -> None:
        """Let the first identity with this verified address have an account, instead of those that it had.

        Only a digest of the address is kept, and only until then. Raises AccountError.
        """
        invited = email_digest(email)
        try:
            with self._store.writing() as connection:
                done = connection.execute(
                    update(ACCOUNTS)
                    .where(ACCOUNTS.c.name == name, ACCOUNTS.c.disabled.is_(None))
                    .values(invited=invited)
                )
                if not done.rowcount:
                    raise AccountError(N_("aucun compte en service ne s’appelle « {name} ».", name=name))
                connection.execute(delete(IDENTITIES).where(IDENTITIES.c.account == name))
        except IntegrityError:
            raise AccountError(N_("cette adresse est déjà celle d’un autre compte invité.")) from None

    def accept(self, identity: Identity, email: str) -> Account | None:
        """Bind an identity to the account that waits for its verified address, and forget the address.

        None where no account waits, or where the identity is that of another account, be it disabled.
        """
        try:
            invited = email_digest(email)
        except AccountError:
            return None
        waiting = select(ACCOUNTS).where(ACCOUNTS.c.invited == invited, ACCOUNTS.c.disabled.is_(None))
        try:
            with self._store.writing() as connection:
                row = connection.execute(waiting).mappings().first()
                if row is not None:
                    _bind(connection, identity, row["name"])
        except IntegrityError:
            return None
        return None if row is None else account_of(row)

    def bind(self, identity: Identity, name: str) -> None:
        """Bind an identity to an account; raises AccountError where it is another's."""
        try:
            with self._store.writing() as connection:
                _bind(connection, identity, name)
        except IntegrityError:
            raise AccountError(N_("cette identité est déjà celle d’un autre compte.")) from None

    def bound(self, name: str) -> list[tuple[Identity, str]]:
        """List the identities of an account, each with the time since when."""
        with self._store.reading() as connection:
            rows = connection.execute(
                select(IDENTITIES).where(IDENTITIES.c.account == name).order_by(IDENTITIES.c.created)
            ).all()
        return [(Identity(row.issuer, row.subject), row.created) for row in rows]


def _bind(connection: Connection, identity: Identity, name: str) -> None:
    connection.execute(
        delete(IDENTITIES).where(IDENTITIES.c.account == name, IDENTITIES.c.issuer == identity.issuer)
    )
    connection.execute(
        insert(IDENTITIES).values(
            issuer=identity.issuer, subject=identity.subject, account=name, created=now()
        )
    )
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(invited=None))
