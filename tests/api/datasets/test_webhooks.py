"""Addresses told of publications: a real receiver checks signatures, refuses, and is told again; nobody inside is called."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import stat
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.commands.application import run
from ancrage.api.datasets.webhooks import DELAYS, FILE, WebhookError, Webhooks
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.provenance import GRAPHS
from ancrage.graph.snapshots.snapshot import Snapshot
from ancrage.loaders.publish.pipeline import Pipeline
from fastapi.testclient import TestClient


class Receiver:
    """A server of this machine that keeps what it is sent, and answers the statuses given, then 204."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.taken: list[tuple[dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.statuses.pop(0) if outer.statuses else 204)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *words: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?of=ancrage"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def publish(folder: Path, value: int) -> Snapshot:
    file = folder / "a.ttl"
    file.write_text(f"<http://e.org/s> <http://e.org/p> {value} .", encoding="utf-8")
    snapshot = Pipeline(folder / "data").load_rdf(file, GRAPHS + "a").snapshot
    assert snapshot is not None
    return snapshot


def opened(folder: Path) -> Webhooks:
    """Those of a data directory, that may call this machine alone."""
    return Webhooks(folder / "data", "https://ancrage.example.org", lambda address: address == "127.0.0.1")


def test_a_message_is_signed_and_tells_what_changed(tmp_path: Path, receiver: Receiver) -> None:
    first, hooks = publish(tmp_path, 1), opened(tmp_path)
    hook = hooks.add(receiver.url)
    hooks.deliver(first)
    assert receiver.taken == []  # it was there before the address
    second = publish(tmp_path, 2)
    hooks.deliver(second)
    hooks.deliver(second)
    [(headers, body)] = receiver.taken
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(hook.secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 600
    told = json.loads(body)
    assert told["type"] == "publication" and told["data"]["id"] == second.id
    assert told["data"]["changes"] == f"https://ancrage.example.org/changes/{first.id}..{second.id}.gz"
    assert [one.state for one in hooks.all()] == ["delivered"]
    assert stat.S_IMODE((tmp_path / "data" / FILE).stat().st_mode) == 0o600


def test_it_is_sent_again_later_and_later_then_given_up(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, 1)
    hooks = opened(tmp_path)
    hooks.add(receiver.url)
    snapshot, now = publish(tmp_path, 2), time.time()
    monkeypatch.setattr("time.time", lambda: now)
    receiver.statuses = [500, 302]  # a redirection is not followed
    for attempts, delay in enumerate(DELAYS[:2], 1):
        hooks.deliver(snapshot)
        hooks.deliver(snapshot)  # it is not time
        [hook] = hooks.all()
        assert (hook.state, hook.attempts, hook.due) == ("failing", attempts, now + delay)
        assert len(receiver.taken) == attempts
        now += delay
    hooks.deliver(snapshot)
    assert [(one.state, one.reason) for one in hooks.all()] == [("delivered", "")]
    ids = {headers["webhook-id"] for headers, _ in receiver.taken}
    assert len(receiver.taken) == 3 and len(ids) == 1  # whoever takes it twice knows
    snapshot, receiver.statuses = publish(tmp_path, 3), [500] * 99
    for _ in range(2 + len(DELAYS)):
        hooks.deliver(snapshot)
        now += DELAYS[-1]
    assert [(one.state, one.publication) for one in hooks.all()] == [("abandoned", snapshot.id)]
    assert len(receiver.taken) == 3 + 1 + len(DELAYS)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://169.254.169.254/latest",
     "ftp://example.org/", "file:///etc/passwd", "http://user:word@9.9.9.9/", "x"],
)  # fmt: skip
def test_nobody_inside_is_called(tmp_path: Path, receiver: Receiver, url: str) -> None:
    with pytest.raises(WebhookError):
        Webhooks(tmp_path / "data").add(url.format(port=receiver.server.server_port))
    assert not (tmp_path / "data" / FILE).exists()


def test_a_name_that_leads_inside_afterwards_is_not_called(tmp_path: Path, receiver: Receiver) -> None:
    publish(tmp_path, 1)
    opened(tmp_path).add(receiver.url)
    guarded = Webhooks(tmp_path / "data")  # as the service: only the public internet
    guarded.deliver(publish(tmp_path, 2))
    assert receiver.taken == []
    assert [(one.state, one.to_dict("fr")["reason"]) for one in guarded.all()] == [
        ("failing", "son adresse n’est pas publique")
    ]


@pytest.mark.long
def test_the_service_tells_and_the_command_lists(
    tmp_path: Path, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(tmp_path, 1)
    hook = opened(tmp_path).add(receiver.url)
    app, folder = (
        create_app(Settings(data_dir=tmp_path / "data", workers=1, read_ahead=False)),
        str(tmp_path / "data"),
    )
    with TestClient(app):
        app.state.webhooks.permitted = opened(tmp_path).permitted
        snapshot, end = publish(tmp_path, 2), time.monotonic() + 300
        while not receiver.taken and time.monotonic() < end:
            time.sleep(0.2)
    assert json.loads(receiver.taken[0][1])["data"]["id"] == snapshot.id
    capsys.readouterr()
    assert run(["webhook", "list", "--json", "--data-dir", folder]) == 0
    [row] = json.loads(shown := capsys.readouterr().out)
    assert row["url"] == receiver.url and row["state"] == "delivered" and hook.secret not in shown
    assert run(["webhook", "remove", "nobody", "--data-dir", folder]) == 2
    assert run(["webhook", "remove", hook.id, "--data-dir", folder]) == 0
    assert run(["webhook", "add", receiver.url, "--data-dir", folder]) == 2
    assert "son adresse n’est pas publique" in capsys.readouterr().err and opened(tmp_path).all() == []
