"""The application: headers, HEAD, errors told to people and to programs, an empty directory."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.security import SECURITY_HEADERS
from ancrage.api.web.settings import Settings
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/openapi.json", "/static/ancrage.css", "/rien", "/sparql"]
)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    response = client.get(path, headers=HTML)
    assert not SECURITY_HEADERS.keys() - response.headers.keys()
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_only_graph_pages_allow_inline_styles(client: TestClient) -> None:
    def policy(path: str) -> str:
        return client.get(path, headers=HTML).headers["content-security-policy"]

    assert "'unsafe-inline'" not in policy("/")
    assert "style-src 'self' 'unsafe-inline'" in policy("/filieres/timber-construction")
    assert "script-src 'self';" in policy("/filieres/timber-construction")


@pytest.mark.parametrize("path", ["/", "/territoires/epci/299000001", "/doc/site/0990001A.ttl", "/healthz"])
def test_head_answers_as_get_without_a_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


def test_an_unknown_address_is_a_page_with_the_nearest_names(client: TestClient) -> None:
    response = client.get("/territoires/commune/Saint-Etiene-d-Essai", headers=HTML)
    assert response.status_code == 404
    assert "Saint-Étienne-d&#39;Essai" in response.text


def test_only_things_of_the_kind_that_was_asked_for_are_proposed(client: TestClient) -> None:
    assert (
        'href="/territoires/commune/' in client.get("/doc/territory/commune/saint-etienne", headers=HTML).text
    )
    assert 'href="/acteurs/' in client.get("/acteurs/universite-d-essai", headers=HTML).text
    for path in ("/territoires/commune/universite-d-essai", "/doc/territory/commune/universite-d-essai"):
        response = client.get(path, headers=HTML)
        assert response.status_code == 404
        assert 'href="/acteurs/' not in response.text


def test_an_unknown_address_is_a_problem_to_a_program(client: TestClient) -> None:
    response = client.get("/territoires/commune/00000", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "No source loaded describes any commune with the code 00000."
    assert response.json()["detail_fr"] == "Aucune source chargée ne décrit de commune au code 00000."


def test_the_api_describes_itself_and_no_page_of_it_loads_a_foreign_script(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert described["info"]["title"] == "ancrage"
    assert {"/territoires/{kind}/{code}", "/queries", "/id/{path}"} <= described["paths"].keys()


def test_an_empty_directory_says_so_and_the_first_publication_appears_without_restart(
    tmp_path: Path, publisher: Callable[[Path, Path], str]
) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        home = client.get("/", headers=HTML)
        assert home.status_code == 200
        assert "Aucune publication pour l’instant" in home.text
        assert client.get("/territoires", headers=HTML).status_code == 503
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/sparql", headers=HTML).status_code == 200  # the editor
        count = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}
        assert client.get("/sparql", params=count).text.split() == ["n", "0"]
        assert client.get("/sparql", params={"query": "ASK {} nonsense"}).status_code == 400
        assert client.get("/sparql", headers={"Accept": "text/turtle"}).status_code == 200
        snapshot = publisher(tmp_path / "data", tmp_path / "store")
        assert int(client.get("/sparql", params=count).text.split()[1]) > 0
        assert client.get("/readyz").json()["publication"] == snapshot
        assert "Haute-Épreuve" in client.get("/", headers=HTML).text


def test_a_failing_part_never_blanks_the_page(data_dir: Path) -> None:
    with TestClient(create_app(Settings(data_dir=data_dir, workers=1))) as client:
        pool = client.app.state.service.pool  # type: ignore[attr-defined]
        ask = pool.query

        def failing(text: str, **options: object) -> object:
            if "ValueChainMembership" in text or "anc:chainFunction" in text:
                raise RuntimeError("this part is broken")
            return ask(text, **options)

        pool.query = failing
        response = client.get("/territoires/epci/299000001", headers=HTML)
    assert response.status_code == 200
    assert "Cette partie n’a pas pu être lue" in response.text
    assert "Métropole d&#39;Essai" in response.text
    assert "this part is broken" not in response.text


def test_a_pointer_to_a_publication_that_is_not_there_is_told(
    publisher: Callable[[Path, Path], str], tmp_path: Path
) -> None:
    publisher(tmp_path / "data", tmp_path / "store")
    with TestClient(
        create_app(Settings(data_dir=tmp_path / "data", workers=1)), raise_server_exceptions=False
    ) as web:
        (tmp_path / "data" / "current").write_text("20200101T000000Z-00000000\n")
        for accept in ("text/html", "application/json"):
            answer = web.get("/territoires", headers={"Accept": accept})
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
