"""Named questions: their list, their forms, their answers in every format, and wrong parameters."""

import csv
import io

import pyoxigraph as ox
import pytest
from ancrage.queries.library import Library
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}


def test_the_list_for_people_and_for_programs(client: TestClient) -> None:
    text = client.get("/queries", headers=HTML).text
    listed = client.get("/queries?format=json").json()
    assert {one["name"] for one in listed} == set(Library())
    assert all(f'href="/queries/{name}"' in text for name in Library())


def test_a_question_as_a_page_with_its_form(client: TestClient) -> None:
    text = client.get("/queries/territory-programmes?territory=299000001", headers=HTML).text
    assert "Licence professionnelle bois" in text
    assert 'name="territory"' in text
    assert 'href="/queries/territory-programmes.csv-fr?territory=299000001"' in text


def test_a_name_is_understood_as_a_territory(client: TestClient) -> None:
    text = client.get(
        "/queries/territory-programmes", params={"territory": "metropole essai"}, headers=HTML
    ).text
    assert "compris comme" in text
    assert "Licence professionnelle bois" in text


def test_csv_and_its_french_sister(client: TestClient) -> None:
    path = "/queries/territory-programmes?territory=299000001"
    plain = client.get(f"{path}&format=csv")
    rows = list(csv.DictReader(io.StringIO(plain.text)))
    assert {row["programmeLabel"] for row in rows} == {
        "Licence professionnelle bois",
        "Master architecture bois",
    }
    french = client.get(f"{path}&format=csv-fr")
    assert french.content.startswith(b"\xef\xbb\xbf")
    assert ";" in french.text.splitlines()[0]
    assert 'filename="territory-programmes-299000001.csv"' in french.headers["content-disposition"]


def test_json_by_accept(client: TestClient) -> None:
    response = client.get(
        "/queries/territory-programmes?territory=299000001", headers={"Accept": "application/json"}
    )
    assert len(response.json()["results"]["bindings"]) == 2


@pytest.mark.parametrize("name", [query.name for query in Library().values() if query.form == "CONSTRUCT"])
def test_a_construct_is_offered_as_rdf(client: TestClient, name: str) -> None:
    values = {p.name: p.example for p in Library()[name].parameters if not p.optional}
    response = client.get(f"/queries/{name}", params={**values, "format": "nt"})
    assert response.status_code == 200
    list(ox.parse(response.content, ox.RdfFormat.N_TRIPLES))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("territory=n'importe quoi ?", "n'est pas un territoire"),
        ("territory=299000001&nope=1", "il n'existe pas"),
        ("format=csv", "il manque"),
    ],
)
def test_a_wrong_parameter_is_said_to_a_program(client: TestClient, query: str, reason: str) -> None:
    response = client.get(f"/queries/territory-programmes?{query}&format=csv", headers={"Accept": "text/csv"})
    assert response.status_code == 400
    assert reason in response.json()["detail_fr"]


def test_a_wrong_parameter_is_shown_at_its_field(client: TestClient) -> None:
    response = client.get("/queries/territory-programmes?territory=zzz%20%22%3E", headers=HTML)
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.text


def test_an_unknown_format_lists_the_known_ones(client: TestClient) -> None:
    response = client.get("/queries/territory-programmes?territory=38&format=docx")
    assert response.status_code == 406
    assert "csv-fr" in response.json()["detail"]


@pytest.mark.parametrize("name", sorted(Library()))
def test_every_question_has_a_page(client: TestClient, name: str) -> None:
    response = client.get(f"/queries/{name}", headers=HTML)
    assert response.status_code == 200
    assert 'class="panne"' not in response.text
