"""A service that reads ahead, as it does by default: what portraits need is made by a real process of its own."""

import shutil
import time
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.precompute import starting as ahead
from ancrage.api.web.settings import Settings
from fastapi.testclient import TestClient

BROWSER = {"Accept": "text/html", "Accept-Language": "fr"}


def test_a_service_makes_ahead_what_visitors_will_ask(
    tmp_path: Path, example_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANCRAGE_READ_AHEAD", raising=False)  # the other tests do without
    monkeypatch.setattr(ahead, "_SETTLED", 0.0)
    shutil.copytree(
        example_data_dir, tmp_path / "data", symlinks=True, ignore=shutil.ignore_patterns("*.draft")
    )
    application = create_app(Settings(data_dir=tmp_path / "data", workers=1))
    with TestClient(application) as client:
        snapshot, made = application.state.pool.snapshot(), application.state.ahead
        until = time.monotonic() + 240
        while not made.done(snapshot):
            assert time.monotonic() < until
            time.sleep(0.05)
        given = client.get("/territoires/epci/200040715/a-faire", headers=BROWSER)
        assert given.status_code == 200 and "Le calcul est en cours" not in given.text
