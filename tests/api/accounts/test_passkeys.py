"""Passkeys from a security key in software: what opens an account, and each thing that does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from ancrage.api.accounts.devices import Devices, open_devices
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.loaders.operations.roles import Role
from fastapi.testclient import TestClient

from .authenticator import PRESENT, Authenticator

HTML = {"Accept": "text/html"}
SITE, PARTY = "https://atlas.example", "atlas.example"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("passkeys"), workers=1, base_url=SITE))
    with TestClient(app, headers=HTML, base_url=SITE, raise_server_exceptions=False) as made:
        for name in ("ana", "bob"):
            open_devices(app).accounts.add(name, Role.DESK, None)
        yield made


@pytest.fixture
def browser(service: TestClient) -> Iterator[TestClient]:
    """A browser that nobody knows, on a site without passkeys."""
    service.cookies.clear()
    with devices(service).store.writing() as connection:
        for table in ("attempts", "passkeys", "ceremonies", "sessions"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    yield service


def devices(browser: TestClient) -> Devices:
    return open_devices(browser.app)  # type: ignore[arg-type]


def form(browser: TestClient, path: str) -> dict[str, str]:
    return {"form_key": re.findall(r'name="form_key" value="([^"]*)"', browser.get(path).text)[0]}


def enter(browser: TestClient, name: str) -> None:
    """Be logged in, in whatever way."""
    [account] = [one for one in devices(browser).accounts.all() if one.name == name]
    browser.cookies.clear()
    browser.cookies.set("ancrage_session", devices(browser).accounts.open_session(account), domain=PARTY)


def add(
    browser: TestClient, key: Authenticator, name: str = "ana", label: str = "Téléphone"
) -> httpx2.Response:
    """Log in as somebody, and add a passkey."""
    enter(browser, name)
    sent = form(browser, "/compte")
    options = browser.post("/compte/acces/debut", data=sent).json()
    answer: httpx2.Response = browser.post(
        "/compte/acces",
        data={**sent, "nom-acces": label, "credential": key.make(options)},
        follow_redirects=False,
    )
    return answer


def log_in(browser: TestClient, key: Authenticator, after: str = "") -> httpx2.Response:
    """Log in with a passkey, as nobody known."""
    browser.cookies.clear()
    sent = form(browser, "/connexion")
    options = browser.post("/connexion/acces/debut", data=sent).json()
    answer: httpx2.Response = browser.post(
        "/connexion/acces",
        data={**sent, "after": after, "credential": key.sign(options)},
        follow_redirects=False,
    )
    return answer


def test_a_passkey_is_added_named_used_and_removed(browser: TestClient) -> None:
    key = Authenticator(SITE, PARTY)
    assert add(browser, key).status_code == 303
    answer = log_in(browser, key, "/compte")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte")
    page = browser.get("/compte").text
    assert "ana, rôle" in page and "Téléphone" in page
    assert log_in(browser, key, "https://evil.example").headers["location"] == "/guichet"
    [removal] = re.findall(r'action="(/compte/acces/\w+/fin)"', browser.get("/compte").text)
    sent = form(browser, "/compte")
    assert browser.post(removal, data=sent, follow_redirects=False).status_code == 303
    assert browser.post(removal, data=sent).status_code == 404
    assert log_in(browser, key).status_code == 422
    actions = devices(browser).audit.path.read_text()
    assert all(f'"{one}"' in actions for one in ("create/passkey", "authenticate/passkey", "delete/passkey"))


def test_what_is_asked_of_the_device(browser: TestClient) -> None:
    add(browser, key := Authenticator(SITE, PARTY))
    sent = form(browser, "/compte")
    options = browser.post("/compte/acces/debut", data=sent).json()
    assert options["rp"]["id"] == PARTY
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert len(options["excludeCredentials"]) == 1
    again = browser.post("/compte/acces", data={**sent, "credential": key.make(options)})
    assert again.status_code == 422 and "déjà enregistrée" in again.text
    asked = browser.post("/connexion/acces/debut", data=sent).json()
    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])  # it tells no name


def _elsewhere(key: Authenticator) -> None:
    key.origin = "https://evil.example"


def _other_party(key: Authenticator) -> None:
    key.party = "evil.example"


def _unverified(key: Authenticator) -> None:
    key.flags = PRESENT


def _copied(key: Authenticator) -> None:
    key.count = 3


def _other_key(key: Authenticator) -> None:
    key.key = Authenticator(SITE, PARTY).key


def _other_person(key: Authenticator) -> None:
    key.handle = b"somebody else"


@pytest.mark.parametrize(
    "lie",
    [_elsewhere, _other_party, _unverified, _copied, _other_key, _other_person],
    ids=lambda one: one.__name__,
)
def test_an_answer_that_does_not_hold_opens_nothing(
    browser: TestClient, lie: Callable[[Authenticator], None]
) -> None:
    key = Authenticator(SITE, PARTY, count=5)
    add(browser, key)
    assert log_in(browser, key).status_code == 303
    lie(key)
    answer = log_in(browser, key)
    assert answer.status_code == 422
    assert "n’ouvre aucun compte" in answer.text
    assert "ancrage_session" not in browser.cookies


@pytest.mark.parametrize("lie", [_elsewhere, _other_party, _unverified], ids=lambda one: one.__name__)
def test_a_passkey_that_does_not_hold_is_not_added(
    browser: TestClient, lie: Callable[[Authenticator], None]
) -> None:
    key = Authenticator(SITE, PARTY)
    lie(key)
    answer = add(browser, key)
    assert answer.status_code == 422 and "ne se vérifie pas" in answer.text
    assert devices(browser).passkeys.of_account("ana") == []


def test_an_answer_serves_once_and_in_the_browser_that_was_asked(browser: TestClient) -> None:
    key = Authenticator(SITE, PARTY)
    add(browser, key)
    browser.cookies.clear()
    sent = form(browser, "/connexion")
    asked = {**sent, "credential": key.sign(browser.post("/connexion/acces/debut", data=sent).json())}
    cookie = browser.cookies["ancrage_passkey"]
    assert browser.post("/connexion/acces", data=asked, follow_redirects=False).status_code == 303
    browser.cookies.clear()
    sent = form(browser, "/connexion")
    browser.cookies.set("ancrage_passkey", cookie, domain=PARTY)  # somebody kept it
    assert browser.post("/connexion/acces", data={**asked, **sent}).status_code == 422
    browser.post("/connexion/acces/debut", data=sent)  # another challenge
    assert browser.post("/connexion/acces", data={**asked, **sent}).status_code == 422


@pytest.mark.parametrize(
    "credential", ["", "{", "[]", "{}", '{"id": "é"}', "9" * 30_000], ids=lambda one: one[:8]
)
def test_what_is_no_answer_is_refused(browser: TestClient, credential: str) -> None:
    sent = form(browser, "/connexion")
    browser.post("/connexion/acces/debut", data=sent)
    assert browser.post("/connexion/acces", data={**sent, "credential": credential}).status_code == 422


def test_a_passkey_opens_its_account_alone_and_a_disabled_one_no_more(browser: TestClient) -> None:
    ana, bob = Authenticator(SITE, PARTY), Authenticator(SITE, PARTY)
    add(browser, ana)
    add(browser, bob, "bob")
    [removal] = re.findall(r'action="(/compte/acces/\w+/fin)"', browser.get("/compte").text)
    enter(browser, "ana")
    assert browser.post(removal, data=form(browser, "/compte")).status_code == 404  # it is bob's
    log_in(browser, bob)
    assert "bob, rôle" in browser.get("/compte").text
    with devices(browser).store.writing() as connection:
        connection.exec_driver_sql("UPDATE accounts SET disabled = '2026-11-28T00:00:00Z' WHERE name = 'bob'")
    try:
        assert log_in(browser, bob).status_code == 422
    finally:
        with devices(browser).store.writing() as connection:
            connection.exec_driver_sql("UPDATE accounts SET disabled = NULL")


def test_forms_of_other_sites_begin_nothing(browser: TestClient) -> None:
    sent = form(browser, "/connexion")
    for path in ("/connexion/acces/debut", "/connexion/acces"):
        assert browser.post(path, data={"form_key": "forged"}).status_code == 403
        assert browser.post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_without_https_the_page_says_that_there_are_none(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, workers=1))
    with TestClient(app, headers=HTML, base_url="http://atlas.example") as browser:
        assert "acces/debut" not in browser.get("/connexion").text
        sent = form(browser, "/connexion")
        assert browser.post("/connexion/acces/debut", data=sent).status_code == 403
        account = open_devices(app).accounts.add("ana", Role.DESK, None)
        browser.cookies.set("ancrage_session", open_devices(app).accounts.open_session(account))
        assert "demandent que le site soit servi par https" in browser.get("/compte").text


def test_options_are_json_for_browsers(browser: TestClient) -> None:
    sent = form(browser, "/connexion")
    answer = browser.post("/connexion/acces/debut", data=sent)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    told: dict[str, Any] = answer.json()
    assert len(told["challenge"]) >= 43
