"""Messages sent to a real SMTP server of our own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from ancrage.api.desk.letters import write_due
from ancrage.loaders.desk.ledger import Ledger
from ancrage.loaders.desk.outbox import Outbox, Server, WrongServer
from ancrage.loaders.desk.states import MatchState
from ancrage.loaders.operations.files import KEY_FILE
from ancrage.loaders.operations.safe import Safe, new_key
from ancrage.loaders.operations.store import utc
from ancrage.loaders.operations.tables import EVENTS, OUTBOX
from sqlalchemy import update

from ...mailbox import Mailbox
from .conftest import Desk


@pytest.fixture
def smtp() -> Iterator[tuple[Server, Mailbox]]:
    mailbox = Mailbox()
    mailbox.open()
    yield Server("127.0.0.1", mailbox.port, tls=False), mailbox
    mailbox.close()


def write(desk: Desk, email: str, title: str = "Deux demandes attendent") -> None:
    contact = ""
    if email:
        with desk.store.writing() as connection:
            contact = desk.safe.put(connection, {"email": email}, 10)
    Outbox(desk.store, desk.safe).write(f"r-{email}", contact, "candidate", title, "Bonjour,\n\nÉté.\n")


def test_what_waits_is_sent_once_and_arrives_whole(desk: Desk, smtp: tuple[Server, Mailbox]) -> None:
    server, kept = smtp
    outbox = Outbox(desk.store, desk.safe)
    write(desk, "ana@example.org", "Relance\nBcc: eve@example.org")
    write(desk, "")
    assert outbox.send(server, "guichet@example.org") == {"sent": 1, "failed": 0}
    assert outbox.send(server, "guichet@example.org") == {"sent": 0, "failed": 0}
    [(recipients, message)] = kept.messages
    assert recipients == ["ana@example.org"]
    assert message["Subject"] == "Relance Bcc: eve@example.org"
    assert message["From"] == "guichet@example.org" and message["Bcc"] is None
    sent = parsedate_to_datetime(message["Date"])
    assert sent.tzinfo is not None and abs((datetime.now(UTC) - sent).total_seconds()) < 60
    assert message.get_content().replace("\r\n", "\n") == "Bonjour,\n\nÉté.\n"
    assert [bool(letter.sent) for letter in outbox.letters()] == [False, True]


def test_a_refused_address_is_kept_with_its_failure_and_stops_no_other(
    desk: Desk, smtp: tuple[Server, Mailbox]
) -> None:
    server, kept = smtp
    outbox = Outbox(desk.store, desk.safe)
    write(desk, "unknown@example.org")
    write(desk, "ana@example.org")
    assert outbox.send(server, "guichet@example.org") == {"sent": 1, "failed": 1}
    assert len(kept.messages) == 1
    [waiting] = outbox.waiting()
    assert waiting.failure == "SMTPRecipientsRefused"


def test_two_that_send_at_once_send_each_message_once(desk: Desk, smtp: tuple[Server, Mailbox]) -> None:
    server, kept = smtp
    outbox = Outbox(desk.store, desk.safe)
    for number in range(6):
        write(desk, f"r{number}@example.org")
    with ThreadPoolExecutor(3) as threads:
        sent = [*threads.map(lambda _: outbox.send(server, "guichet@example.org")["sent"], range(3))]
    assert sum(sent) == len(kept.messages) == 6


def test_messages_without_an_address_keep_none_from_being_sent(
    desk: Desk, smtp: tuple[Server, Mailbox]
) -> None:
    outbox = Outbox(desk.store, desk.safe)
    write(desk, "ana@example.org")
    for _ in range(201):
        write(desk, "")
    assert outbox.send(smtp[0], "guichet@example.org") == {"sent": 1, "failed": 0}


def test_a_server_that_is_away_loses_nothing(desk: Desk, smtp: tuple[Server, Mailbox]) -> None:
    outbox = Outbox(desk.store, desk.safe)
    write(desk, "ana@example.org")
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = Server("127.0.0.1", free.getsockname()[1], tls=False)
    assert outbox.send(nobody, "guichet@example.org") == {"sent": 0, "failed": 1}
    assert outbox.send(smtp[0], "guichet@example.org") == {"sent": 1, "failed": 0}


@pytest.mark.parametrize("address", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://h:x"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(WrongServer):
        Server.parse(address)


def test_one_letter_a_person_whose_address_is_nowhere_in_clear(desk: Desk, tmp_path: Path) -> None:
    """Three requests under one e-mail were three letters the same second."""
    ids = [desk.accepted(title=f"Étude {number}") for number in range(3)]
    for id in ids:
        desk.proposed(id)
        desk.move(id, MatchState.WAITING)
        desk.move(id, MatchState.REFUSED, reason="drop-reason/out-of-scope")
    with desk.store.writing() as connection:
        late = utc(datetime.now(UTC) - timedelta(days=11))
        connection.execute(update(EVENTS).where(EVENTS.c.kind == "match-moved").values(at=late))
    ledger, outbox = Ledger(desk.store).read(), Outbox(desk.store, desk.safe)
    assert write_due(ledger, outbox, "") == 1
    [letter] = outbox.letters()
    assert letter.title == "Que sont devenues 3 de vos demandes ?"
    assert all(f"« Étude {number} »" in letter.body for number in range(3))
    assert letter.recipient == desk.safe.digest("person zoe.canari@example.org")
    own = (tmp_path / KEY_FILE).read_text().strip()
    for keys in ([own], [new_key(), own]):  # the same person after a change of key
        assert write_due(ledger, Outbox(desk.store, Safe(desk.store, keys)), "") == 0
    outbox.forget("Zoe.Canari@example.org")
    assert outbox.letters()[0].recipient == ""


@pytest.mark.parametrize("declined", [False, True])
def test_who_was_asked_by_a_letter_is_told_by_a_letter_once_that_it_is_asked_no_more(
    desk: Desk, smtp: tuple[Server, Mailbox], declined: bool
) -> None:
    """It was reminded, then the desk took the request back: it read nothing any more, and was told nothing."""
    server, kept = smtp
    outbox, email, node = Outbox(desk.store, desk.safe), "accueil@universite.example", "organization/0383546Y"
    reminded, unsent = desk.accepted(title="Étude du moulin"), desk.accepted(title="Étude du lavoir")
    for id in (reminded, unsent):
        desk.proposed(id)
    desk.acts.move(desk.read(reminded), "ana", node, MatchState.WAITING, email=email)
    past(desk, 20)
    assert write_due(Ledger(desk.store).read(), outbox, "") == 1
    assert outbox.send(server, "guichet@example.org")["sent"] == 1
    with desk.store.writing() as connection:
        connection.execute(update(OUTBOX).values(created=utc(datetime.now(UTC) - timedelta(days=8))))
    desk.acts.move(desk.read(unsent), "ana", node, MatchState.WAITING, email=email)
    desk.ledger = Ledger(desk.store)
    if declined:
        for id in (reminded, unsent):
            desk.acts.decline(desk.read(id), "ana", "Elle répète la n° 0a1b2c3d4e5f.")
        desk.acts.erase(desk.read(reminded), "ana")
        desk.acts.erase(desk.read(unsent), "ana")
    else:
        for id in (reminded, unsent):
            desk.move(id, MatchState.RECALLED)
    assert write_due(desk.ledger.read(), outbox, "") == 1
    letter, *_ = outbox.letters()
    assert (letter.kind, letter.address) == ("recalled", email)
    assert letter.title == "1 demande n’attend plus rien de vous"
    assert "« Étude du moulin » (Grenoble)" in letter.body and "lavoir" not in letter.body
    assert outbox.send(server, "guichet@example.org")["sent"] == 1 and len(kept.messages) == 2
    with desk.store.writing() as connection:
        connection.execute(update(OUTBOX).values(created=utc(datetime.now(UTC))))
    assert write_due(desk.ledger.read(), outbox, "") == 0


def test_a_reminder_that_was_not_sent_is_not_and_nothing_is_told(desk: Desk) -> None:
    outbox, id = Outbox(desk.store, desk.safe), desk.accepted()
    desk.proposed(id)
    node, email = "organization/0383546Y", "accueil@universite.example"
    desk.acts.move(desk.read(id), "ana", node, MatchState.WAITING, email=email)
    past(desk, 20)
    desk.ledger = Ledger(desk.store)
    assert write_due(desk.ledger.read(), outbox, "") == 1 and outbox.waiting()
    desk.move(id, MatchState.RECALLED)
    assert not outbox.waiting() and not desk.read(id).matches[node].contact
    assert write_due(desk.ledger.read(), outbox, "") == 0


def past(desk: Desk, days: float) -> None:
    """Put what was asked so many days back."""
    with desk.store.writing() as connection:
        then = utc(datetime.now(UTC) - timedelta(days=days))
        connection.execute(update(EVENTS).where(EVENTS.c.kind == "match-moved").values(at=then))


def test_who_asked_is_written_that_a_request_is_declined_and_not_what_it_says(desk: Desk) -> None:
    said, untitled = desk.accepted(title="Étude du moulin"), desk.filed(words="Un tracas zzcanari")
    for id in (said, untitled):
        desk.acts.decline(desk.read(id), "ana", "Voyez la chambre d’agriculture.")
    outbox = Outbox(desk.store, desk.safe)
    assert write_due(desk.ledger.read(), outbox, "") == 1
    [letter] = outbox.letters()
    assert letter.title == "2 de vos demandes ne sont pas retenues"
    assert "« Étude du moulin » (Grenoble)" in letter.body and desk.read(untitled).number in letter.body
    assert (
        "zzcanari" not in letter.body and "chambre" not in letter.body
    )  # that is read at the private address
    assert write_due(desk.ledger.read(), outbox, "") == 0


def test_a_letter_carries_no_private_address_of_somebody_else(
    desk: Desk, smtp: tuple[Server, Mailbox]
) -> None:
    """A title may be anything, what stands for an address too."""
    server, kept = smtp
    outbox = Outbox(desk.store, desk.safe)
    people = ("ana@example.org", "Ana@Example.org", "eve@example.org")
    with desk.store.writing() as connection:
        mine, again, other = (
            desk.safe.put(connection, {"email": email, "private": f"https://x.example/{n}"}, 10)
            for n, email in enumerate(people)
        )
    places = outbox.places([again, other])
    body = "\n".join(["Bonjour,", places[again], f"« {places[other]} »", ""])
    outbox.write("r-ana", mine, "candidate", "Deux demandes", body)
    assert outbox.send(server, "guichet@example.org")["sent"] == 1
    assert kept.messages[0][1].get_content().splitlines() == ["Bonjour,", "https://x.example/1", "«  »"]
