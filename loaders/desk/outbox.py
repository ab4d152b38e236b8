"""The desk's messages: written first, sent by SMTP where a server is set; where none is, they show what would be sent.

A receipt is sent by itself (`Postman`), the others when the desk or its timer says.
"""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, Select, func, insert, select, update

from ...words import N_, SentenceError
from ..operations.errand import Errand
from ..operations.safe import Safe
from ..operations.store import Operations, StoreUnreachable, now
from ..operations.tables import OUTBOX

log = logging.getLogger(__name__)

_PATIENCE = 20.0
RECEIPT = "receipt"
"""The kind of message that tells who filed a request that it is kept."""
REMINDERS = ("candidate", "several")
"""The kinds of messages that tell who would provide what waits for it, alone or with other things."""
RECEIPT_DAYS = 3
"""How long a receipt is tried, and what it is sent with kept."""
PRIVATE = "[…]"
"""Stands in a message for its private address, which is sealed with whom it goes to: the desk reads messages."""
_OTHER = re.compile(r"\[…([0-9a-f]{32})\]")
"""Stands in a message of several needs for the private address that is sealed under a number."""


_REMINDED = OUTBOX.c.kind.in_(REMINDERS) & (OUTBOX.c.sent.is_not(None) | OUTBOX.c.contact.is_(None))


class WrongServer(SentenceError, ValueError):  # noqa: N818
    """An address of a mail server that is none."""

    code = "smtp"

    def __init__(self) -> None:
        super().__init__(N_("ANCRAGE_SMTP attend « smtp://hôte:port » ou « smtps://nom:mot de passe@hôte »."))


@dataclass(frozen=True)
class Letter:
    """A message of the outbox; `address` is whom it goes to, empty where it is not known, or erased, as is `private`.

    `recipient` is that of a digest of the desk, or `need/…/receipt`; `contact` is the number of the sealed address.
    """

    id: int
    kind: str
    recipient: str
    address: str
    title: str
    body: str
    created: str
    sent: str
    failure: str
    private: str = ""
    contact: str = ""
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What it says to who may not know private addresses."""
        return _OTHER.sub(PRIVATE, self.body)

    @property
    def sent_body(self) -> str:
        """What it says to whom it goes to; a private address that is erased meanwhile is left out."""
        told = _OTHER.sub(lambda found: self.others.get(found[1], ""), self.body)
        return told.replace(PRIVATE, self.private)


@dataclass(frozen=True)
class Receipt:
    """What tells who filed a request that it is kept; `private` is put in place of `PRIVATE` when it is sent."""

    title: str
    body: str
    private: str = ""

    def put(self, connection: Connection, safe: Safe, need: str, email: str) -> str:
        """Write it to be sent to an address; give the number of the sealed content that it is sent with."""
        contact = safe.put(connection, {"email": email, "private": self.private}, RECEIPT_DAYS)
        _put(connection, f"{need}/{RECEIPT}", contact, RECEIPT, self.title, self.body)
        return contact


@dataclass(frozen=True)
class Server:
    """A mail server: where it is, whether TLS comes first, and who logs in."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = ""

    @classmethod
    def parse(cls, address: str) -> Server:
        """Read `smtp://host:port` or `smtps://name:word@host`; raises WrongServer.

        >>> Server.parse("smtps://desk:s%40cret@mail.example.org").port
        465
        """
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            raise WrongServer from None
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise WrongServer
        tls = parts.scheme == "smtps"
        return cls(
            parts.hostname,
            port or (465 if tls else 587),
            tls,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


class Outbox:
    """The messages of a store; whom they go to stays sealed."""

    def __init__(self, store: Operations, safe: Safe) -> None:
        self._store, self._safe = store, safe

    def written(self) -> dict[str, str]:
        """Tell when each recipient was last written to."""
        with self._store.reading() as connection:
            rows = connection.execute(
                select(OUTBOX.c.recipient, func.max(OUTBOX.c.created).label("last")).group_by(
                    OUTBOX.c.recipient
                )
            )
            return {row.recipient: row.last for row in rows}

    def reminded(self) -> dict[str, str]:
        """Tell when each recipient was last reminded of what waits, by a message that was sent, or that has no address."""
        latest = func.max(OUTBOX.c.created).label("last")
        asked = select(OUTBOX.c.recipient, latest).where(_REMINDED).group_by(OUTBOX.c.recipient)
        with self._store.reading() as connection:
            rows = connection.execute(asked)
            return {row.recipient: row.last for row in rows}

    def people(self, contacts: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Tell under which digests the person of a contact is written to, by the contact's number, where it is known."""
        opened = self._safe.read(contacts)
        return {
            number: person(self._safe, told["email"]) for number, told in opened.items() if told.get("email")
        }

    def languages(self, contacts: Iterable[str]) -> dict[str, str]:
        """Tell in which language those asked who are written to, by the number of their contact, where one is known."""
        opened = self._safe.read(contacts)
        return {number: told["language"] for number, told in opened.items() if "language" in told}

    def places(self, contacts: Iterable[str]) -> dict[str, str]:
        """Give what stands for the private address of those asked who have one sealed, by the number of their contact."""
        opened = self._safe.read(contacts)
        return {number: f"[…{number}]" for number, told in opened.items() if told.get("private")}

    def forget(self, email: str) -> None:
        """Drop whom messages to an address went to."""
        theirs = OUTBOX.c.recipient.in_(person(self._safe, email))
        with self._store.writing() as connection:
            connection.execute(update(OUTBOX).where(theirs).values(recipient=""))

    def write(self, recipient: str, contact: str, kind: str, title: str, body: str, *, at: str = "") -> None:
        """Write a message to be sent; `at` is the time of what it tells, now where none is given."""
        with self._store.writing() as connection:
            _put(connection, recipient, contact, kind, title, body, at)

    def letters(self, *, most: int = 200) -> list[Letter]:
        """List messages, the newest first."""
        return self._read(select(OUTBOX).order_by(OUTBOX.c.id.desc()).limit(most))

    def waiting(self, kind: str = "") -> list[Letter]:
        """List the messages, of a kind or all, that were not sent and have an address, the oldest first."""
        asked = select(OUTBOX).where(OUTBOX.c.sent.is_(None), OUTBOX.c.contact.is_not(None))
        asked = asked.where(OUTBOX.c.kind == kind) if kind else asked
        return [letter for letter in self._read(asked.order_by(OUTBOX.c.id)) if letter.address]

    def _read(self, asked: Select[Any]) -> list[Letter]:
        with self._store.reading() as connection:
            rows = connection.execute(asked).mappings().all()
        quoted = {row["id"]: _OTHER.findall(row["body"]) for row in rows}
        opened = self._safe.read(
            {row["contact"] or "" for row in rows}
            | {number for numbers in quoted.values() for number in numbers}
        )
        return [
            Letter(
                row["id"],
                row["kind"],
                row["recipient"],
                opened.get(row["contact"] or "", {}).get("email", ""),
                row["title"],
                row["body"],
                row["created"],
                row["sent"] or "",
                row["failure"] or "",
                opened.get(row["contact"] or "", {}).get("private", ""),
                row["contact"] or "",
                _own(quoted[row["id"]], row["contact"] or "", opened),
            )
            for row in rows
        ]

    def send(self, server: Server, sender: str, kind: str = "") -> Mapping[str, int]:
        """Send what waits and has an address, of a kind or all; give how many were sent and failed. None is sent twice.

        Each is marked as sent before it is, and not sent where it fails: of two that send at once one has it. One that is being
        sent when the process is killed may be marked and not sent.
        """
        counts = {"sent": 0, "failed": 0}
        letters = self.waiting(kind)
        if not letters:
            return counts
        with ExitStack() as stack:
            try:
                client = stack.enter_context(_connect(server))
            except (OSError, smtplib.SMTPException) as error:
                for letter in letters:
                    self._fail(letter.id, error)
                return {**counts, "failed": len(letters)}
            for letter in letters:
                if not self._claim(letter.id):
                    continue
                try:
                    client.send_message(_message(letter, sender))
                except (OSError, smtplib.SMTPException, ValueError) as error:
                    self._fail(letter.id, error, was_claimed=True)
                    counts["failed"] += 1
                else:
                    counts["sent"] += 1
        return counts

    def _claim(self, id: int) -> bool:
        """Mark a message as sent; false where it is already."""
        unsent = update(OUTBOX).where(OUTBOX.c.id == id, OUTBOX.c.sent.is_(None))
        with self._store.writing() as connection:
            return connection.execute(unsent.values(sent=now(), failure=None)).rowcount == 1

    def _fail(self, id: int, error: Exception, *, was_claimed: bool = False) -> None:
        """Keep why a message was not sent; one that another has sent meanwhile stays as it is."""
        mine = update(OUTBOX).where(OUTBOX.c.id == id, OUTBOX.c.sent.is_(None) | was_claimed)
        with self._store.writing() as connection:
            connection.execute(mine.values(sent=None, failure=type(error).__name__))


class Postman(Errand):
    """Sends receipts on a thread of its own, so that nobody waits for a mail server; those that fail are tried again."""

    soon, most = 60.0, 6 * 3600.0

    def __init__(self, outbox: Outbox, server: Server, sender: str) -> None:
        self._outbox, self._server, self._sender = outbox, server, sender
        super().__init__("desk-receipts")

    def act(self) -> bool:
        """Send what waits."""
        try:
            return not self._outbox.send(self._server, self._sender, RECEIPT)["failed"]
        except StoreUnreachable as error:
            log.warning("receipts are not sent: %s", error.reason)
            return False


def was_reminded(connection: Connection, recipients: Iterable[str], since: str) -> bool:
    """Tell whether one of some recipients was reminded since a time of what waits for it."""
    told = select(OUTBOX.c.id).where(
        _REMINDED, OUTBOX.c.recipient.in_([*recipients]), OUTBOX.c.created >= since
    )
    return connection.execute(told.limit(1)).first() is not None


def person(safe: Safe, email: str) -> tuple[str, ...]:
    """Give the digests under which a person is written to, the first as now; nobody finds the address again without the key."""
    return safe.digests(f"person {email.strip().lower()}")


def _own(numbers: Iterable[str], contact: str, opened: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Give the private addresses sealed under numbers, of those who have the e-mail address of a contact: nobody else's."""
    email = opened.get(contact, {}).get("email", "").strip().lower()
    theirs = {number: opened.get(number, {}) for number in numbers}
    return {
        number: told.get("private", "")
        for number, told in theirs.items()
        if email and told.get("email", "").strip().lower() == email
    }


def _put(
    connection: Connection, recipient: str, contact: str, kind: str, title: str, body: str, at: str = ""
) -> None:
    row = {"recipient": recipient, "contact": contact or None, "kind": kind, "title": title, "body": body}
    connection.execute(insert(OUTBOX).values({**row, "created": at or now()}))


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE, context=context)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=context)
    if server.user:
        client.login(server.user, server.password)
    return client


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, letter.address
    message["Subject"] = " ".join(letter.title.split())
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(f"ancrage-{letter.id}", sender.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.sent_body)
    return message
