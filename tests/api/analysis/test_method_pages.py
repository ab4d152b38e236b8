"""The methods at /methodes: in two languages, all there, each at its place, without a publication or with one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.analysis.methods import documented, told, topics
from fastapi.testclient import TestClient


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_method_is_at_its_place(client: TestClient, language: str) -> None:
    found = client.get("/methodes", headers={"Accept-Language": language})
    assert found.status_code == 200 and found.headers["Content-Language"] == language
    assert "Accept-Language" in found.headers["Vary"]
    ids = re.findall(r'\bid="([^"]+)"', found.text)
    assert len(ids) == len(set(ids))
    methods = [method for topic in topics() for method, _ in topic.methods]
    assert {method.slug for method in methods} <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', found.text)) <= set(ids)
    dois = {doi for one in methods for doi in re.findall(r"doi (10\.\d+/[^\s,;]*\w)", one.source)}
    assert all(f'href="https://doi.org/{doi}' in found.text for doi in dois) and len(dois) > 30
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]


def test_french_first_and_english_on_demand(client: TestClient) -> None:
    assert client.get("/methodes").headers["Content-Language"] == "fr"
    english = client.get("/methodes?lang=en").text
    french = client.get("/methodes?lang=fr", headers={"Accept-Language": "en"}).text
    assert "<h1>Méthodes de calcul</h1>" in french and "<h1>Methods</h1>" in english
    one = documented()["ei_index"]
    assert one.limits.partition("`")[0] in english
    assert told(one, "fr").limits.partition(" :")[0] in french and "Krackhardt" in french


def test_other_pages_lead_there(client: TestClient) -> None:
    for path in ("/developpeurs", "/developpeurs?lang=en"):
        assert len(re.findall(r'href="/methodes["?]', client.get(path).text)) >= 2


def test_the_methods_need_no_publication(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1))) as empty:
        assert "Quotient de localisation" in empty.get("/methodes").text
