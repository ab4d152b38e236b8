"""Pages of programmes, and what an actor's page gained: its years at a glance, its suggested links."""

from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}


def test_a_programme_has_a_page_in_both_languages(client: TestClient) -> None:
    french = client.get("/formations/essai-1", headers=HTML)
    assert french.status_code == 200 and french.headers["content-language"] == "fr"
    for words in ("Licence professionnelle bois", "Établissement", "Métiers préparés", "/acteurs/"):
        assert words in french.text
    english = client.get("/formations/essai-1?lang=en", headers=HTML).text
    assert "Occupations it prepares for" in english and "Métiers préparés" not in english


def test_links_lead_to_the_page_of_a_programme(client: TestClient) -> None:
    text = client.get("/recherche?q=bois&kind=formations", headers=HTML).text
    assert 'href="/formations/essai-1"' in text


def test_an_unknown_programme_is_a_page_that_helps(client: TestClient) -> None:
    for code in ("rien", "a b", "%3E%3Cscript%3E"):
        assert client.get(f"/formations/{code}", headers=HTML).status_code == 404


def test_an_actor_leads_to_its_suggested_links(client: TestClient) -> None:
    text = client.get("/acteurs/0990001A", headers=HTML).text
    assert "/acteurs/0990001A/suggestions" in text
    assert client.get("/acteurs/rien/suggestions", headers=HTML).status_code in (404, 422)
