"""The page that says what the site keeps of who uses it: it says what is set and what the code does."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.loaders.desk.acts import CONTACT_DAYS, DRAFT_DAYS
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}


def _page(folder: Path, language: str = "fr", **settings: Any) -> str:
    client = TestClient(create_app(Settings(data_dir=folder, **settings)))
    answer = client.get(f"/donnees-personnelles?lang={language}", headers=HTML)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ({"privacy": "dpo@example.org", "contact": "data@example.org"}, "mailto:dpo@example.org"),
        ({"contact": "https://example.org/ecrire"}, "https://example.org/ecrire"),
    ],
)
def test_it_names_who_answers_and_where_to_write(
    tmp_path: Path, settings: Mapping[str, str], link: str
) -> None:
    text = _page(tmp_path, publisher="Université d’essai", **settings)
    assert "Le responsable du traitement est : Université d’essai." in text
    assert f'href="{link}"' in text


def test_without_an_address_it_says_so(tmp_path: Path) -> None:
    assert "Il n’a pas donné ici d’adresse où lui écrire." in _page(tmp_path)


def test_its_terms_are_those_of_the_code(tmp_path: Path) -> None:
    text = _page(tmp_path, "en")
    assert f"{CONTACT_DAYS // 365} years at most" in text
    assert f"{DRAFT_DAYS} days" in text


def test_what_the_log_keeps_of_visitors_is_what_is_set(tmp_path: Path) -> None:
    said = {one: _page(tmp_path, log_clients=one) for one in ("hashed", "shortened", "full")}
    assert "une empreinte dont la clé change chaque jour" in said["hashed"]
    assert "sans sa fin" in said["shortened"]
    assert "; votre adresse IP." in said["full"]


def test_a_replica_keeps_nothing_that_is_entered(tmp_path: Path) -> None:
    text = _page(tmp_path, primary="https://example.org")
    assert "Ce qui devient public" not in text and "Vos droits" in text


def test_every_page_and_the_form_lead_to_it(client: TestClient) -> None:
    for path in ("/", "/territoires", "/nothing/here"):
        assert 'href="/donnees-personnelles"' in client.get(path, headers=HTML).text


def test_an_identity_provider_is_told_where_there_is_one(tmp_path: Path) -> None:
    provider = {
        "oidc_issuer": "https://example.org",
        "oidc_client": "ancrage",
        "base_url": "https://essai.example",
    }
    told = "Qui se connecte par son fournisseur d’identité le lui fait savoir."
    assert told in _page(tmp_path, **provider)
    assert told not in _page(tmp_path)
