"""Search by name: accents, case, short forms, codes, kinds, and the nearest names."""

from dataclasses import replace

from ancrage.api.reading.names import Index, Named, Names
from ancrage.api.reading.publication import begin_reading
from ancrage.api.reading.solutions import Memory
from ancrage.api.web.links import BASE
from ancrage.graph.region.text import fold
from fastapi.testclient import TestClient


def found(client: TestClient, q: str, kind: str = "") -> list[str]:
    response = client.get("/recherche", params={"q": q, "kind": kind, "format": "json"})
    return [thing["label"] for thing in response.json()]


def test_accents_case_and_short_forms_do_not_count(client: TestClient) -> None:
    assert found(client, "ST ETIENNE")[0] == "Saint-Étienne-d'Essai"
    assert found(client, "univ essai") == ["Université d'Essai"]


def test_codes_and_acronyms_are_found(client: TestClient) -> None:
    assert found(client, "0990001A", "acteurs") == ["Université d'Essai"]
    assert found(client, "UE", "acteurs") == ["Université d'Essai"]
    assert found(client, "99101") == ["Saint-Étienne-d'Essai"]


def test_names_can_be_of_one_kind(client: TestClient) -> None:
    assert found(client, "bois", "filieres") == ["bois-construction"]


def test_the_answers_that_names_are_made_of_are_not_kept(client: TestClient) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    reading = replace(begin_reading(service), memory=Memory())
    assert Names().of(reading).named(f"{BASE}territory/commune/99101") is not None
    assert reading.memory._kept.currsize == 0


def test_nothing_found_proposes_the_nearest_names(client: TestClient) -> None:
    text = client.get("/recherche?q=Vilneuve-la-preuve", headers={"Accept": "text/html"}).text
    assert "Noms voisins" in text
    assert "Villeneuve-la-Preuve" in text


def test_an_attack_comes_back_as_text(client: TestClient) -> None:
    text = client.get(
        "/recherche", params={"q": "<img src=x onerror=alert(1)>"}, headers={"Accept": "text/html"}
    ).text
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_the_larger_territory_comes_first_among_equal_names() -> None:
    index = Index()
    for level, weight in (("commune", 6), ("epci", 3)):
        index.add(Named(f"urn:{level}", "Vienne", "territoires", level, (fold("Vienne"),), weight))
    assert [thing.detail for thing in index.find("vienne")] == ["epci", "commune"]


def test_a_whole_word_comes_before_a_longer_one() -> None:
    index = Index()
    for name in ("Boisset", "Le Bois", "Bois"):
        index.add(Named(f"urn:{name}", name, "territoires", "commune", (fold(name),), 6))
    assert [thing.label for thing in index.find("bois")] == ["Bois", "Le Bois", "Boisset"]
