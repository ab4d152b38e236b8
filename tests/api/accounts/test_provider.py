"""Logging in with a provider of identities that really answers, and what is refused of one that does not behave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from ancrage.api.accounts.devices import Devices, open_devices
from ancrage.api.app import create_app
from ancrage.api.web.settings import SettingError, Settings
from ancrage.loaders.operations.accounts import AccountError
from ancrage.loaders.operations.roles import Role
from fastapi.testclient import TestClient

from ...pages import plain

HTML = {"Accept": "text/html"}
SECRET = "a secret of the site, long enough to sign"
ANA = {"email": "Ana@region.example", "email_verified": True}


def settings(folder: Path, issuer: str) -> Settings:
    return Settings(
        data_dir=folder,
        workers=1,
        oidc_issuer=issuer,
        oidc_client="ancrage",
        oidc_secret=SECRET,
        oidc_name="ProConnect",
        contact="atlas@region.example",
    )


@pytest.fixture(scope="module")
def service(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create_app(settings(tmp_path_factory.mktemp("provider"), issuer))
    with TestClient(app, headers=HTML, raise_server_exceptions=False) as made:
        accounts = open_devices(app).accounts
        for name in ("ana", "bob"):
            accounts.add(name, Role.DESK, None)
        yield made


@pytest.fixture
def browser(service: TestClient, issuer: str) -> Iterator[TestClient]:
    """A browser that nobody knows; nobody is bound nor invited, the provider behaves."""
    service.cookies.clear()
    with devices(service).store.writing() as connection:
        for table in ("attempts", "identities", "ceremonies", "sessions"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE accounts SET invited = NULL, disabled = NULL")
    behave(issuer)
    yield service


def devices(browser: TestClient) -> Devices:
    return open_devices(browser.app)  # type: ignore[arg-type]


def behave(issuer: str, **faults: Any) -> None:
    """Tell the provider how to behave, and who Ana is."""
    httpx2.put(f"{issuer}/users/ana", json=ANA).raise_for_status()
    httpx2.put(f"{issuer}/faults", json=faults).raise_for_status()


def consent(address: str, who: str = "ana") -> str:
    """Say yes at the provider; give the address it sends back to, without the host."""
    answer = httpx2.post(address, data={"sub": who})
    assert answer.status_code in (302, 303), answer.text
    back = urlsplit(answer.headers["location"])
    assert back.path == "/connexion/retour"
    return f"{back.path}?{back.query}"


def departure(browser: TestClient, after: str = "") -> str:
    answer = browser.get(f"/connexion/fournisseur?after={after}", follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def log_in(browser: TestClient, who: str = "ana", after: str = "") -> httpx2.Response:
    answer: httpx2.Response = browser.get(consent(departure(browser, after), who), follow_redirects=False)
    return answer


def invite(browser: TestClient, name: str = "ana", email: str = "ana@region.example") -> None:
    devices(browser).identities.invite(name, email)


@pytest.mark.long
def test_who_is_invited_is_bound_at_the_first_login_and_known_by_subject_after(
    browser: TestClient, issuer: str
) -> None:
    invite(browser)
    first = log_in(browser, after="/compte")
    assert (first.status_code, first.headers["location"]) == (303, "/compte")
    assert "ana, rôle : guichet" in plain(browser.get("/compte").text)
    with devices(browser).store.reading() as connection:
        kept = [repr(row) for table in ("accounts", "identities", "sessions", "ceremonies")
                for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]  # fmt: skip
    assert "region.example" not in "".join(kept).lower()
    assert sum("'ana'" in row for row in kept) == 3  # account, identity, session; the ceremony is over
    browser.cookies.clear()
    behave(issuer, claims={"email": "other@elsewhere.example"})  # addresses pass on, subjects do not
    httpx2.put(f"{issuer}/users/eve", json=ANA).raise_for_status()
    assert log_in(browser).status_code == 303
    browser.cookies.clear()
    assert log_in(browser, "eve").status_code == 403  # the address of the invitation, too late


def test_an_unknown_identity_gets_a_page_and_no_account(browser: TestClient) -> None:
    before = devices(browser).accounts.all()
    answer = log_in(browser)
    assert answer.status_code == 403
    assert "Aucun compte ne vous attend ici" in answer.text and "atlas@region.example" in answer.text
    assert "ancrage_session" not in browser.cookies
    assert devices(browser).accounts.all() == before
    assert "ana@" not in devices(browser).audit.path.read_text().lower()


@pytest.mark.parametrize("verified", [False, None])
def test_an_address_that_is_not_verified_opens_nothing(
    browser: TestClient, issuer: str, verified: Any
) -> None:
    invite(browser)
    behave(issuer, claims={"email_verified": verified})
    assert log_in(browser).status_code == 403
    behave(issuer)
    assert log_in(browser).status_code == 303


@pytest.mark.parametrize("userinfo", ["jwt", None])
def test_the_address_may_stand_in_userinfo_signed_or_not(
    browser: TestClient, issuer: str, userinfo: str | None
) -> None:
    invite(browser)
    behave(issuer, claims={"email": None}, **({"userinfo": userinfo} if userinfo else {}))
    assert log_in(browser).status_code == 303
    assert httpx2.get(f"{issuer}/seen").json()[-2:] == ["/oauth2/token", "/userinfo"]


@pytest.mark.long
@pytest.mark.parametrize(
    "faults",
    [
        {"userinfo": "none"},
        {"userinfo": "secret"},
        {"userinfo": "stranger"},
        {"userinfo": "jwt", "userinfo_claims": {"sub": "bob"}},
        {"userinfo": "jwt", "userinfo_claims": {"aud": "another"}},
        {"userinfo": "jwt", "userinfo_claims": {"iss": "https://evil.example"}},
        {"userinfo": "jwt", "userinfo_claims": {"exp": 1_000_000_000}},
    ],
    ids=str,
)
def test_userinfo_that_does_not_hold_is_refused(
    browser: TestClient, issuer: str, faults: dict[str, Any]
) -> None:
    invite(browser)
    behave(issuer, claims={"email": None}, **faults)
    refused(browser, log_in(browser))


@pytest.mark.long
@pytest.mark.parametrize(
    "faults",
    [
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"aud": "another"}},
        {"claims": {"aud": ["ancrage", "another"]}},
        {"claims": {"azp": "another"}},
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"exp": 1_000_000_000}},
        {"claims": {"exp": None}},
        {"claims": {"sub": None}},
        {"claims": {"iat": 4_000_000_000}},
        {"signed": "none"},
        {"signed": "secret"},
        {"signed": "stranger"},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_is_refused(
    browser: TestClient, issuer: str, faults: dict[str, Any]
) -> None:
    invite(browser)
    behave(issuer, **faults)
    refused(browser, log_in(browser))


def refused(browser: TestClient, answer: httpx2.Response) -> None:
    """See that an answer opens nothing, and says so on the page where one starts again."""
    assert answer.status_code == 403
    assert "La réponse de ProConnect n’est pas celle attendue" in answer.text
    assert "Se connecter avec ProConnect" in answer.text
    assert "ancrage_session" not in browser.cookies
    assert devices(browser).identities.bound("ana") == []


def test_a_state_a_code_and_a_browser_serve_once(browser: TestClient) -> None:
    invite(browser)
    back = consent(departure(browser))
    forged = re.sub(r"state=[^&]*", "state=forged", back)
    assert browser.get(forged, follow_redirects=False).status_code == 403
    assert "déjà eu lieu" in browser.get(back, follow_redirects=False).text  # the forged one has ended it
    used = consent(departure(browser))
    cookie = browser.cookies["ancrage_flow"]
    assert browser.get(used, follow_redirects=False).status_code == 303
    browser.cookies.set("ancrage_flow", cookie)  # somebody kept it
    assert browser.get(used, follow_redirects=False).status_code == 403
    state = parse_qs(urlsplit(departure(browser)).query)["state"][0]
    old = re.sub(r"state=[^&]*", f"state={state}", used)  # a code that was used, in a flow of today
    assert browser.get(old, follow_redirects=False).status_code == 403
    other = consent(departure(browser))
    browser.cookies.clear()  # the address is opened in the browser of somebody else
    assert browser.get(other, follow_redirects=False).status_code == 403


def test_who_says_no_at_the_provider_is_told(browser: TestClient) -> None:
    state = parse_qs(urlsplit(departure(browser)).query)["state"][0]
    answer = browser.get(f"/connexion/retour?error=access_denied&state={state}")
    assert answer.status_code == 403
    assert "n’a pas confirmé votre identité" in answer.text


def test_a_member_binds_an_identity_from_the_account_page_and_from_nowhere_else(browser: TestClient) -> None:
    secret = devices(browser).accounts.open_session(devices(browser).accounts.all()[1])
    browser.cookies.set("ancrage_session", secret)
    page = browser.get("/compte").text
    assert "Lier mon identité" in page
    form = {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in ("form_key", "once")}
    assert browser.post("/compte/identite", data={**form, "form_key": "forged"}).status_code == 403
    passage = browser.post("/compte/identite", data=form)
    assert "'self'; base-uri" in passage.headers["content-security-policy"]  # the form goes nowhere else
    [address] = re.findall(r'class="bouton" href="([^"]*)"', passage.text)
    back = consent(address.replace("&amp;", "&"))
    assert browser.get(back, follow_redirects=False).headers["location"] == "/compte"
    assert "Lié à ce compte depuis" in browser.get("/compte").text
    browser.cookies.clear()
    assert log_in(browser).status_code == 303
    assert "bob, rôle" in browser.get("/compte").text


def test_an_identity_is_that_of_one_account(browser: TestClient) -> None:
    invite(browser)
    log_in(browser)
    [(identity, _)] = devices(browser).identities.bound("ana")
    with pytest.raises(AccountError, match="autre compte"):
        devices(browser).identities.bind(identity, "bob")
    devices(browser).accounts.disable("ana")
    invite(browser, "bob")
    browser.cookies.clear()
    assert log_in(browser).status_code == 403  # a disabled account is not left for another


def test_one_logs_out_of_the_provider_too(browser: TestClient, issuer: str) -> None:
    invite(browser)
    log_in(browser)
    page = browser.get("/compte").text
    form = {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in ("form_key", "once")}
    answer = browser.post("/deconnexion", data=form)
    [address] = re.findall(r'class="bouton" href="([^"]*)"', answer.text)
    there = urlsplit(address.replace("&amp;", "&"))
    told = parse_qs(there.query)
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{issuer}/oauth2/end_session"
    assert told["post_logout_redirect_uri"] == ["http://testserver/connexion/retour"]
    assert told["id_token_hint"][0].count(".") == 2
    assert browser.get("/compte", follow_redirects=False).status_code == 303
    assert (
        browser.get("/connexion/retour?state=x", follow_redirects=False).headers["location"] == "/connexion"
    )


def test_the_provider_is_asked_for_nothing_but_logins(browser: TestClient, issuer: str) -> None:
    behave(issuer)
    for path in ("/", "/connexion", "/compte", "/demandes"):
        browser.get(path)
    assert httpx2.get(f"{issuer}/seen").json() == []
    page = browser.get("/connexion").text
    assert "apprend que vous vous connectez à ce site, et rien de ce que vous y faites" in page


def test_a_provider_that_is_down_is_told(tmp_path: Path, issuer: str) -> None:
    for address in ("http://localhost:9", f"{issuer}/nothing"):
        app = create_app(settings(tmp_path, address))
        with TestClient(app, headers=HTML, raise_server_exceptions=False) as browser:
            answer = browser.get("/connexion/fournisseur", follow_redirects=False)
        assert answer.status_code == 503
        assert "ProConnect ne répond pas comme il faut" in answer.text
        assert answer.headers["retry-after"] == "30"


def test_without_a_provider_there_is_nothing_to_see(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1)), headers=HTML) as browser:
        assert "Se connecter avec" not in browser.get("/connexion").text
        assert browser.get("/connexion/fournisseur").status_code == 404


@pytest.mark.parametrize(
    ("issuer", "client"),
    [("http://id.example", "a"), ("https://id.example", ""), ("https://u@id.example", "a")],
)
def test_settings_that_would_not_hold_are_refused(issuer: str, client: str) -> None:
    with pytest.raises(SettingError):
        Settings(oidc_issuer=issuer, oidc_client=client)
