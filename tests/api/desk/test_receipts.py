"""Who files a request gets a receipt by a real mail server: at once, once, and with nothing that was typed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.accounts.devices import open_devices
from ancrage.api.app import create_app
from ancrage.api.desk import letters, request_pages
from ancrage.api.desk.running import DESK, Desk
from ancrage.api.web.settings import Settings
from ancrage.loaders.desk import outbox
from ancrage.loaders.desk.ledger import Need
from ancrage.loaders.desk.reminders import Digest
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.tables import ATTEMPTS, OUTBOX
from fastapi.testclient import TestClient
from sqlalchemy import delete

from ...mailbox import Mailbox, mailbox
from ...pages import plain
from .conftest import SECRET, Person

__all__ = ["mailbox"]  # a fixture


@pytest.fixture(scope="module")
def service(loaded: Path, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A site that has a mail server, and an address of its own."""
    folder = tmp_path_factory.mktemp("receipts") / "data"
    shutil.copytree(loaded, folder, symlinks=True)
    settings = Settings(
        data_dir=folder,
        workers=1,
        smtp=f"smtp://127.0.0.1:{mailbox.port}",
        sender="guichet@example.org",
        base_url="https://site.example",
    )
    with pytest.MonkeyPatch.context() as patch, TestClient(create_app(settings)) as made:
        patch.setattr(outbox.Postman, "soon", 0.2)
        open_devices(made.app).accounts.add("ana", Role.DESK, SECRET)  # type: ignore[arg-type]
        yield made


@pytest.fixture(autouse=True)
def _empty(desk: Desk, mailbox: Mailbox) -> None:
    """Nothing was sent, written or counted before."""
    with desk.devices.store.writing() as connection:
        connection.execute(delete(OUTBOX))
        connection.execute(delete(ATTEMPTS))
    mailbox.messages.clear()


def needs(desk: Desk) -> list[Need]:
    """The needs that were filed, the last one last."""
    return [need for need in desk.ledger.read().needs.values() if need.filed]


def text_of(message: Any) -> str:
    told: str = message.get_content()
    return plain(told.replace("\r\n", "\n"))


def test_a_receipt_tells_what_was_chosen_and_nothing_that_was_typed(
    service: TestClient, desk: Desk, mailbox: Mailbox
) -> None:
    mayor = Person(service, "visitor")
    words = "Gagnez un lot sur https://piege.example, avec des étudiants"
    address = mayor.file(words, email="zoe@example.org", when="https://piege.example")
    [(whom, message)] = mailbox.wait(1)
    need = needs(desk)[-1]
    assert whom == ["zoe@example.org"] and message["From"] == "guichet@example.org"
    assert message["Subject"] == f"Votre demande au guichet est enregistrée (n° {need.number})"
    body = text_of(message)
    assert f"\nhttps://site.example{address}\n" in body
    for told in (f"Numéro : {need.number}", "Ce que vous cherchez : Diagnostic", "Où : Grenoble", "chiffrés"):
        assert told in body
    assert body.count("http") == 1
    assert not any(typed in body for typed in ("piege", "lot", "Canari", "étudiants", "0600000000"))
    page = plain(mayor.get(address).text)
    assert "Un accusé de réception part" in page and need.number in page


def test_officers_read_a_receipt_without_the_private_address(
    service: TestClient, desk: Desk, mailbox: Mailbox
) -> None:
    mayor = Person(service, "visitor")
    token = mayor.file().rpartition("/")[2]
    mailbox.wait(1)
    page = Person(service, "ana").get("/guichet/envois").text
    assert "Accusé de réception" in page and outbox.PRIVATE in page
    assert token not in page and "zoe.canari" not in page
    [letter] = desk.outbox.letters()
    assert letter.kind == outbox.RECEIPT and token not in letter.body and letter.private.endswith(token)
    need = needs(desk)[-1]
    desk.acts.withdraw(need)
    [letter] = desk.outbox.letters()
    assert (letter.address, letter.private) == ("", "")  # erased with the contact


def test_a_mail_server_that_is_away_refuses_nothing_and_the_receipt_follows(
    service: TestClient, desk: Desk, mailbox: Mailbox
) -> None:
    mailbox.close()
    address = Person(service, "visitor").file()
    assert Person(service, "visitor").get(address).status_code == 200
    mailbox.open()
    mailbox.wait(1)


def test_a_receipt_that_is_refused_keeps_no_other_back(
    service: TestClient, desk: Desk, mailbox: Mailbox
) -> None:
    Person(service, "visitor").file(email="unknown@example.org")
    Person(service, "visitor").file(email="zoe@example.org")
    assert [whom for whom, _ in mailbox.wait(1)] == [["zoe@example.org"]]


def test_only_receipts_leave_by_themselves(service: TestClient, desk: Desk, mailbox: Mailbox) -> None:
    with desk.devices.store.writing() as connection:
        contact = desk.devices.safe.put(connection, {"email": "paul@example.org"}, 10)
    desk.outbox.write("organization/x", contact, "candidate", "Relance", "Bonjour.\n")
    Person(service, "visitor").file()
    assert [whom for whom, _ in mailbox.wait(1)] == [["zoe.canari@example.org"]]
    assert [letter.kind for letter in desk.outbox.waiting()] == ["candidate"]


def visitor(service: TestClient, host: str) -> Person:
    """Somebody whose questions come from an address."""
    made = Person(service, "visitor")
    made.client = TestClient(service.app, headers={"Accept": "text/html"}, client=(host, 50000))
    return made


def test_one_address_gets_few_receipts_and_all_of_them_have_a_bound(
    service: TestClient, desk: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(needs(desk))
    for number in range(4):
        mayor = visitor(service, f"192.0.2.{number}")
        mayor.file(email="Zoe@example.org" if number % 2 else "zoe@example.org")
    assert len(needs(desk)) == before + 4  # all are filed
    mailbox.wait(3)
    monkeypatch.setattr(request_pages, "_ALL_RECEIPTS", (4, 3600))
    for number in range(2):
        visitor(service, f"198.51.100.{number}").file(email=f"other{number}@example.org")
    assert len(needs(desk)) == before + 6
    mailbox.wait(4)


def test_who_files_many_requests_takes_no_receipt_from_others_and_is_told(
    service: TestClient, desk: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_pages, "_ALL_RECEIPTS", (4, 3600))
    greedy = visitor(service, "192.0.2.1")
    addresses = [greedy.file(email=f"stranger{number}@example.org") for number in range(6)]
    mailbox.wait(3)
    assert "Un accusé de réception part" in greedy.get(addresses[2]).text
    assert "Aucun accusé de réception ne part" in greedy.get(addresses[3]).text
    visitor(service, "192.0.2.2").file(email="zoe@example.org")
    assert mailbox.wait(4)[3][0] == ["zoe@example.org"]


def test_a_form_sent_twice_is_receipted_once_and_in_the_language_of_the_page(
    service: TestClient, desk: Desk, mailbox: Mailbox
) -> None:
    mayor = Person(service, "visitor")
    mayor.client.headers["Accept-Language"] = "en"
    mayor.file()
    assert mayor.last is not None
    path, values = mayor.last
    assert mayor.client.post(path, data=values, follow_redirects=False).status_code == 303
    [(_, message)] = mailbox.wait(1)
    assert message["Subject"].startswith("Your request to the desk is filed")
    assert len(desk.outbox.letters()) == 1


def test_who_files_under_an_address_in_english_is_answered_in_english_to_the_end(
    service: TestClient, desk: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forms, where they lead, the private address and later letters keep the language: the browser here asks for French."""
    mayor = Person(service, "visitor")
    told = {
        "structure": "Town hall",
        "siren": "",
        "name": "Zoé Canari",
        "email": "zoe@example.org",
        "phone": "",
    }

    def send(**values: str) -> str:
        assert mayor.page is not None
        action = re.search(r'<form[^>]*method="post" action="([^"]*)"', mayor.page.text)
        assert action is not None
        sent = mayor.post(action[1], **values)
        assert sent.status_code in (303, 422) and "lang=en" in sent.headers.get("location", "lang=en")
        return sent.headers.get("location", sent.text)

    mayor.get("/demandes/nouvelle?lang=en")
    assert '<html lang="en"' in send(words="short", type="", about="")
    mayor.get(send(words="A study of the old school, by students", type="", about=""))
    mayor.get(send(where="Grenoble", when="", mode=""))
    address = send(**told, agreed="true")
    assert '<html lang="en"' in mayor.get(address).text and f"{address}</a>" in mayor.get(address).text
    [(_, message)] = mailbox.wait(1)
    assert message["Subject"].startswith("Your request to the desk") and f"{address}\n" in text_of(message)
    need = needs(desk)[-1]
    digest = Digest("person", need.contact, {"judgement": ((need.id, 12),)})
    monkeypatch.setattr(letters, "due", lambda *_: [digest])
    letters.write_due(desk.ledger, desk.outbox, "")
    letter = desk.outbox.letters()[0]
    assert letter.body.startswith("Hello,") and f"\n  https://site.example{address}\n" in letter.sent_body
    assert address not in letter.body and f"\n  {outbox.PRIVATE}\n" in letter.shown  # the desk reads it
    desk.acts.withdraw(need)
    assert "/demandes/suivi/" not in desk.outbox.letters()[0].sent_body  # erased since


def test_of_two_requests_each_has_its_own_private_address(
    service: TestClient, desk: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mayor = Person(service, "visitor")
    places = [
        f"https://site.example{mayor.file(f'Que faire de la halle numéro {n} ?', email='zoe@example.org')}"
        for n in (1, 2)
    ]
    mailbox.wait(2)
    first, second = needs(desk)[-2:]
    digest = Digest(
        "person",
        second.contact,
        {"requester": ((first.id, 46), (second.id, 45)), "candidate": ((first.id, 9),)},
    )
    monkeypatch.setattr(letters, "due", lambda *_: [digest])
    letters.write_due(desk.ledger, desk.outbox, "")
    told = desk.outbox.letters()[0].sent_body
    mine, _, of_others = told.partition("Le guichet vous a transmis")
    assert re.findall(r"https://site\S+", mine) == places and "/suivi/" not in of_others


def test_without_an_address_of_its_own_the_site_sends_no_link(
    service: TestClient, desk: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a request says of the site (Host) may be forged."""
    settings = desk.settings.model_copy(update={"base_url": ""})
    monkeypatch.setattr(service.app.state, "desk", replace(desk, settings=settings))  # type: ignore[attr-defined]
    mayor = Person(service, "visitor")
    mayor.client.headers["Host"] = "piege.example"
    mayor.file()
    [(_, message)] = mailbox.wait(1)
    body = text_of(message)
    assert "http" not in body and "piege" not in body and "que la page vous a donnée" in body


def test_without_a_mail_server_nothing_is_written(loaded: Path, tmp_path: Path) -> None:
    shutil.copytree(loaded, tmp_path / "alone", symlinks=True)
    with TestClient(create_app(Settings(data_dir=tmp_path / "alone", workers=1))) as made:
        mayor = Person(made, "visitor")
        address = mayor.file()
        work = DESK.open(made.app, open_devices(made.app))  # type: ignore[arg-type]
        assert work.postman is None and not work.outbox.letters()
        assert "accusé de réception" not in mayor.get(address).text
