"""The service on a remote store: pages, gaps, dossiers and named questions are those of the store it was filled from."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.pages.territory import page as territory_page
from ancrage.api.web.settings import SettingError, Settings
from ancrage.graph.snapshots.snapshot import Snapshots
from fastapi.testclient import TestClient

from ..endpoints import oxigraph

PAGES = (
    *("/territoires", "/territoires/epci/200040715", "/territoires/epci/200040715/dossier", "/filieres"),
    *("/filieres/timber-construction", "/queries/territory-units", "/queries/chain-members", "/indicateurs"),
    *(
        "/cartes",
        "/ce-qui-manque",
        "/api/v1/gaps?territory=200040715",
        "/territoires/epci/200040715/interactions",
    ),
    *(
        "/agenda",
        "/antennes",
        "/doc/territory/epci/200040715",
    ),
)
_OWN = re.compile(
    r"\d{8}T\d{6}Z-[0-9a-f]{8}|\d{4}-\d\d-\d\d(?:T[\d:.+Z]+)?|\d{1,2}(?:er)? \w+ 20\d\d(?: à [\d:h ]+)?|[\d\s]+énoncés?"
)
"""What is of a publication: its id, its dates, its size (which the fixture's manifest makes up)."""


@contextmanager
def serving(**settings: object) -> Iterator[TestClient]:
    """Serve, as strictly as a service does."""
    app = create_app(Settings(workers=1, strict=True, **settings))
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="module")
def endpoint(example_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An endpoint that holds the example."""
    snapshot = Snapshots(example_data_dir).current()
    assert snapshot is not None
    folder = tmp_path_factory.mktemp("server") / "v"
    with oxigraph(folder, snapshot) as url:
        yield url


@pytest.fixture(scope="module")
def local(example_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The example, without what other tests have made of it ahead: a portrait says more then."""
    folder = tmp_path_factory.mktemp("local") / "data"
    shutil.copytree(example_data_dir, folder, symlinks=True, ignore=shutil.ignore_patterns("derived"))
    with serving(data_dir=folder) as made:
        yield made


@pytest.fixture(scope="module")
def remote(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(data_dir=tmp_path_factory.mktemp("remote"), store=endpoint) as made:
        yield made


@pytest.mark.long
@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_remote_store_is_that_of_the_store_it_was_filled_from(
    local: TestClient, remote: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(territory_page, "SOON", 60.0)  # gaps are there, or are left to their block, in both
    answers = [
        client.get(path, headers={"Accept": "text/html, application/json;q=0.5"})
        for client in (local, remote)
    ]
    assert [answer.status_code for answer in answers] == [200, 200], answers[1].text[:2000]
    ours, theirs = (_OWN.sub("", answer.text).splitlines() for answer in answers)
    assert ours == theirs


def test_a_store_that_is_gone_is_told_and_comes_back(example_data_dir: Path, tmp_path: Path) -> None:
    snapshot = Snapshots(example_data_dir).current()
    assert snapshot is not None
    with oxigraph(tmp_path / "s", snapshot) as url, serving(data_dir=tmp_path / "data", store=url) as client:
        assert client.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D").json()["boolean"] is True
    with serving(
        data_dir=tmp_path / "data", store=url
    ) as client:  # what was known of it is served, where it can be
        answer = client.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D&x=1")
        assert answer.status_code == 502 and url in answer.json()["detail"]
        assert client.get("/dumps", headers={"Accept": "text/html"}).status_code == 200


def test_a_remote_store_is_only_read(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="magasin distant"):
        Settings(data_dir=tmp_path, store="https://e.org/sparql", write_key="0123456789abcdef")
    with pytest.raises(SettingError, match="https://"):
        Settings(data_dir=tmp_path, store="ftp://e.org/sparql")
