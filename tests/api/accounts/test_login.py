"""Logging in and out as somebody does, and what is refused."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from unittest.mock import Mock

import pytest
from ancrage.api.accounts import entrance
from ancrage.api.accounts.devices import open_devices
from ancrage.api.app import create_app
from ancrage.api.commands.application import run
from ancrage.api.sparql.request import Call
from ancrage.api.web.settings import Settings
from ancrage.loaders.operations import accounts as hashing
from ancrage.loaders.operations.files import STORE_FILE
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Operations
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from ...pages import plain

SECRET = "une phrase assez longue"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """The real hash, with little work."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_hasher", lambda: quick)
        yield
    hashing._nobody.cache_clear()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("accounts")
    with TestClient(create_app(Settings(data_dir=folder, workers=1)), headers=HTML) as made:
        accounts = open_devices(made.app).accounts  # type: ignore[arg-type]
        for name, role in (("ana", Role.DESK), ("paul", Role.PARTNER), ("eve", Role.ADMINISTRATOR)):
            accounts.add(name, role, SECRET)
        yield made


@pytest.fixture
def browser(service: TestClient) -> Iterator[TestClient]:
    service.cookies.clear()
    with open_devices(service.app).store.writing() as connection:  # type: ignore[arg-type]
        connection.exec_driver_sql("DELETE FROM attempts")
    yield service


def fields(page: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in ("form_key", "once")}


def log_in(browser: TestClient, name: str = "ana", password: str = SECRET, **more: str) -> int:
    form = fields(browser.get("/connexion").text)
    answer = browser.post(
        "/connexion", data={**form, "name": name, "password": password, **more}, follow_redirects=False
    )
    return answer.status_code


def test_somebody_logs_in_and_out(browser: TestClient) -> None:
    assert "Mon compte" not in browser.get("/compte").text
    assert log_in(browser) == 303
    page = browser.get("/compte")
    assert "ana, rôle : guichet" in plain(page.text)
    assert page.headers["cache-control"] == "no-store"
    cookie = browser.cookies["ancrage_session"]
    assert browser.post("/deconnexion", data=fields(page.text), follow_redirects=False).status_code == 303
    browser.cookies.set("ancrage_session", cookie)  # somebody kept it
    assert browser.get("/compte", follow_redirects=False).status_code == 303


def test_the_cookie_is_out_of_reach(browser: TestClient) -> None:
    form = fields(browser.get("/connexion").text)
    answer = browser.post(
        "/connexion", data={**form, "name": "ana", "password": SECRET}, follow_redirects=False
    )
    [cookie] = [one for one in answer.headers.get_list("set-cookie") if one.startswith("ancrage_session=")]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_one_is_sent_to_no_other_site(browser: TestClient, after: str) -> None:
    form = fields(browser.get("/connexion").text)
    answer = browser.post(
        "/connexion", data={**form, "name": "ana", "password": SECRET, "after": after}, follow_redirects=False
    )
    assert answer.headers["location"] == "/guichet"


def test_a_wrong_name_and_a_wrong_password_are_told_alike(browser: TestClient) -> None:
    form = fields(browser.get("/connexion").text)
    told = {
        re.sub(
            r'value="[^"]*"',
            "",
            browser.post("/connexion", data={**form, "name": name, "password": "x"}).text,
        )
        for name in ("ana", "bob")
    }
    assert len(told) == 1
    assert "ne vont pas ensemble" in told.pop()


def test_tries_are_bounded_even_with_the_right_password_after(browser: TestClient) -> None:
    assert [log_in(browser, password="wrong") for _ in range(8)] == [422] * 8
    assert log_in(browser) == 429


def from_address(service: TestClient, host: str) -> TestClient:
    return TestClient(service.app, headers=HTML, client=(host, 50000))


def test_addresses_of_one_network_of_ipv6_are_one_client(browser: TestClient) -> None:
    places = [f"2001:db8:1:2:{number:x}::1" for number in range(1, 10)]
    tries = [
        log_in(from_address(browser, host), f"name{number}", "wrong") for number, host in enumerate(places)
    ]
    assert tries == [422] * 8 + [429]
    assert log_in(from_address(browser, "2001:db8:1:3::1"), "name", "wrong") == 422
    scopes = ({"type": "http", "method": "GET", "headers": [], "client": (host, 1)} for host in places)
    calls = [Call(scope, Mock(), Mock()) for scope in scopes]
    assert {call.client for call in calls} == {"2001:db8:1:2::/64"}


def test_nobody_keeps_somebody_else_out(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = from_address(browser, "192.0.2.1")
    assert [log_in(stranger, password="wrong") for _ in range(9)] == [422] * 8 + [429]
    assert log_in(browser) == 303
    monkeypatch.setattr(entrance, "_OF_A_NAME", 10)  # a name has a bound all the same
    others = [log_in(from_address(browser, f"192.0.2.{number}"), password="wrong") for number in range(2, 6)]
    assert others == [422, 422, 429, 429]


def test_forms_of_other_sites_and_of_nobody_are_refused(browser: TestClient) -> None:
    form = fields(browser.get("/connexion").text)
    sent = {**form, "name": "ana", "password": SECRET}
    foreign = browser.post(
        "/connexion", data=sent, headers={"Sec-Fetch-Site": "cross-site"}, follow_redirects=False
    )
    assert foreign.status_code == 403
    forged = browser.post("/connexion", data={**sent, "form_key": "0" * 64}, follow_redirects=False)
    assert forged.status_code == 403
    browser.cookies.clear()
    assert browser.post("/connexion", data=sent, follow_redirects=False).status_code == 403
    assert browser.post("/connexion", json=sent).status_code == 415


def test_a_form_that_is_too_long_is_refused(browser: TestClient) -> None:
    form = fields(browser.get("/connexion").text)
    assert (
        browser.post("/connexion", data={**form, "name": "a" * (1 << 20), "password": "x"}).status_code == 413
    )


def test_a_key_is_shown_once_and_opens_no_page(browser: TestClient) -> None:
    log_in(browser, "paul")
    page = browser.get("/compte").text
    assert 'value="board"' not in page  # a partner may not read it
    asked = {**fields(page), "label": "tableur", "days": "30", "scope": ["rates", "board"]}
    made = browser.post("/compte/cles", data=asked).text
    [secret] = re.findall(r"ancrage_[\w-]{40,}", made)
    listed = browser.get("/compte").text
    assert secret not in listed and "tableur" in listed
    browser.cookies.clear()
    key = {"Authorization": f"Bearer {secret}"}
    assert browser.get("/compte", headers=key, follow_redirects=False).status_code == 303
    assert browser.get("/compte", headers={"Authorization": "Bearer x"}).status_code == 401


def test_what_was_done_is_in_the_audit_log(browser: TestClient) -> None:
    audit = open_devices(browser.app).audit  # type: ignore[arg-type]
    log_in(browser, password="wrong")
    log_in(browser, name="typed-in-the-wrong-field")
    log_in(browser)
    text = audit.path.read_text()
    assert "typed-in" not in text and '"outcome": "failure", "initiator": {"id": "unknown"}' in text
    assert '"outcome": "failure", "initiator": {"id": "ana"}' in text
    assert '"action": "authenticate/login", "outcome": "failure"' in text
    assert (
        '"action": "authenticate/login", "outcome": "success", "initiator": {"id": "ana", "role": "desk"}'
        in text
    )
    assert SECRET not in text
    assert audit.verify().findings == ()


def test_accounts_are_kept_by_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ancrage(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", StringIO(SECRET + "\n"))
        code = run([*words, "--data-dir", str(tmp_path)])
        return code, *capsys.readouterr()

    assert ancrage("account", "add", "ana", "--role", "desk")[:2] == (0, "ana\n")
    code, _, error = ancrage("account", "add", "ana", "--role", "desk")
    assert (code, "existe déjà" in error) == (2, True)
    assert ancrage("account", "add", "bob", "--role", "king")[0] == 2
    assert ancrage("account", "add", "eve", "--role", "relay", "--email", "no address")[0] == 2
    assert ancrage("account", "add", "eve", "--role", "relay", "--email", "eve@region.example")[:2] == (
        0,
        "eve\n",
    )
    assert ancrage("account", "invite", "ana", "--email", "Eve@region.example")[0] == 2  # who waits already
    assert ancrage("account", "invite", "ana", "--email", "ana@region.example")[:2] == (0, "ana\n")
    assert ancrage("account", "disable", "ana")[0] == 0
    assert "désactivé" in ancrage("account", "list")[1]
    assert ancrage("account", "delete", "eve")[:2] == (0, "eve\n")
    assert "eve" not in ancrage("account", "list")[1] and ancrage("account", "delete", "eve")[0] == 2
    assert ancrage("audit", "verify")[0] == 0
    log = tmp_path / "audit.jsonl"
    log.write_text(log.read_text().replace('"ana"', '"bob"'))
    assert ancrage("audit", "verify")[0] == 3


def test_pages_say_that_the_register_is_of_a_newer_version(tmp_path: Path) -> None:
    Operations.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / STORE_FILE)) as base, base:
        base.execute("UPDATE alembic_version SET version_num = '0099'")
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1)), headers=HTML) as browser:
        for path in ("/compte", "/demandes", "/stages", "/connexion"):
            answer = browser.get(path)
            assert answer.status_code == 503 and "plus récente d’ancrage" in answer.text, path


def test_the_log_says_why_a_page_answers_that_the_register_does_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / STORE_FILE).write_text("no database of SQLite, for a page or more" * 200)
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1)), headers=HTML) as browser:
        assert browser.get("/compte").status_code == 503
    assert any("the register does not answer: (sqlite3." in one for one in caplog.messages)
