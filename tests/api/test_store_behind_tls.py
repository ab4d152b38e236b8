"""A remote store by HTTPS and with a password: read by pages and query processes; what lets one in is told nowhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.remote import adopt
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.sparql.endpoint import Endpoint
from ancrage.graph.sparql.remote import Call, RemoteFailed
from fastapi.testclient import TestClient

from ..endpoints import oxigraph
from ..tls import protected

PASSWORD = "reader:s3cret-pâss"
HEADER = "Basic " + b64encode(PASSWORD.encode()).decode()
TOKEN = "a.token-of_readers=="
ASK = Call("ASK {}")


@pytest.fixture(scope="module")
def upstream(example_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The example, on a real server without TLS."""
    snapshot = Snapshots(example_data_dir).current()
    assert snapshot is not None
    with oxigraph(tmp_path_factory.mktemp("server") / "s", snapshot) as url:
        yield url


@pytest.fixture
def store(upstream: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the example behind TLS and a password; the authority of its certificate is known."""
    with protected(upstream, tmp_path, HEADER) as (url, authority):
        monkeypatch.setenv("ANCRAGE_STORE_CA", str(authority))
        yield url


def test_pages_and_queries_read_it_and_the_password_is_nowhere(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (secret := tmp_path / "secret").write_text(PASSWORD + "\n", encoding="utf-8")
    monkeypatch.setenv("ANCRAGE_STORE_AUTHORIZATION_FILE", str(secret))
    settings = Settings(data_dir=tmp_path / "data", store=store, workers=1, strict=True)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answer = client.get("/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D")
        assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) > 1000
        page = client.get("/territoires", headers={"Accept": "text/html"})
        assert page.status_code == 200
        secret.write_text("reader:another", encoding="utf-8")  # read again with the next call
        refused = client.get("/sparql?query=ASK%20%7B%20%3Fs%20a%20%3Fkind%20%7D")
        assert refused.status_code == 502 and "401 you sent Basic …" in refused.json()["detail"]
    told = "".join(capfd.readouterr()) + page.text + refused.text + repr(settings)
    told += "".join(
        path.read_text("utf-8", "replace") for path in (tmp_path / "data").rglob("*") if path.is_file()
    )
    for word in ("s3cret", HEADER[6:], "another", b64encode(b"reader:another").decode()):
        assert word not in told


def test_a_token_is_sent_as_one(upstream: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with protected(upstream, tmp_path, f"Bearer {TOKEN}") as (url, authority):
        monkeypatch.setenv("ANCRAGE_STORE_CA", str(authority))
        monkeypatch.setenv("ANCRAGE_STORE_AUTHORIZATION", TOKEN)
        assert adopt(Snapshots(tmp_path / "data"), url).quads > 1000
        monkeypatch.setenv("ANCRAGE_STORE", "https://other.example/sparql")  # the token is that store's
        with pytest.raises(RemoteFailed, match="401 you sent nothing"):
            Endpoint(url).fetch(ASK)


def test_a_certificate_of_an_unknown_authority_is_refused(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANCRAGE_STORE_CA")
    with pytest.raises(RemoteFailed, match=r"(?i)certificate verify failed"):
        Endpoint(store).fetch(ASK)
    elsewhere = store.replace("127.0.0.1", "localhost")  # a name that is not in the certificate
    with pytest.raises(RemoteFailed, match=r"(?i)certificate"):
        Endpoint(elsewhere).fetch(ASK)


def test_a_store_that_hangs_behind_tls_is_left(store: str) -> None:
    with pytest.raises(RemoteFailed, match="no answer within"):
        Endpoint(store.replace("/query", "/hang"), seconds=0.5).fetch(ASK)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ANCRAGE_STORE_AUTHORIZATION", "two words", "ANCRAGE_STORE_AUTHORIZATION is neither"),
        ("ANCRAGE_STORE_AUTHORIZATION", "a\r\nX-Other: b", "reached|401"),
        ("ANCRAGE_STORE_AUTHORIZATION_FILE", "/nowhere/secret", "/nowhere/secret"),
        ("ANCRAGE_STORE_CA", "/nowhere/authority.pem", "/nowhere/authority.pem"),
        ("ANCRAGE_STORE_CA", __file__, Path(__file__).name),
    ],
)
def test_what_is_no_password_or_no_authority_is_a_sentence(
    store: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(RemoteFailed, match=said):
        Endpoint(store).fetch(ASK)


def test_a_password_is_not_sent_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCRAGE_STORE_AUTHORIZATION", PASSWORD)
    with pytest.raises(RemoteFailed, match="https"):
        Endpoint("http://192.0.2.1/sparql").fetch(ASK)
