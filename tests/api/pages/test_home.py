"""Pages of the whole, of territories, actors and filières: what is known is there, what is not says why."""

import re
from html import unescape
from typing import Any

import pytest
from ancrage.api.pages.errors import handle_errors
from ancrage.api.pages.home import _by_region, _titles
from ancrage.graph.pool.scheduler import PoolBusy
from ancrage.ontology.labels import Definition, concepts
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ...pages import plain

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


class Named:
    """A reading that calls each thing by its IRI."""

    def label(self, iri: str) -> str:
        return iri


def read(client: TestClient, path: str) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, path
    assert 'class="panne"' not in response.text, path
    return response.text


def test_home_counts_and_leads_on(client: TestClient) -> None:
    text = read(client, "/")
    assert 'href="/filieres/timber-construction"' in text
    assert 'href="/territoires/department/991"' in text
    assert "<dt>intercommunalités</dt><dd>2</dd>" in text
    assert 'action="/recherche"' in text


def test_the_foot_of_a_page_explains_statuses_as_the_ontology_does(client: TestClient) -> None:
    text = plain(unescape(read(client, "/")))
    meanings = [Definition(status.iri)["fr"] for status in concepts("evidence-status").values()]
    assert len(meanings) == 5 and all(f"<span>{one}</span>" in text for one in meanings)


def test_home_counts_every_interaction_that_is_found_even_if_nobody_is_known_to_take_part(
    client: TestClient,
) -> None:
    query = (
        "PREFIX anc: <https://w3id.org/ancrage/def/> SELECT (COUNT(DISTINCT ?every) AS ?all) (COUNT(DISTINCT ?taken) AS ?some) "
        "{ ?every a anc:Interaction OPTIONAL { ?every anc:hasParticipation ?part BIND(?every AS ?taken) } }"
    )
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text
    every, some = answer.split("\r\n")[1].split(",")
    told = re.search(r"<dt>interactions?</dt><dd>(\d+)</dd>", read(client, "/"))
    found = client.get("/api/v1/search", params={"kind": "interactions"}).json()["total"]
    assert told and told[1] == every == str(found) != some


def test_home_begins_with_the_region_whose_indicators_are_computed() -> None:
    region, far = (f"https://w3id.org/ancrage/id/territory/region/{code}" for code in ("84", "11"))
    rows = [
        {"department": f"d/{n}", "region": one, "value": str(n)} for n, one in enumerate((region, far), 1)
    ]
    found = _by_region(Named(), rows, "fr")  # type: ignore[arg-type]
    assert [name for name, _ in found] == [region, far]


def test_the_list_of_territories_counts_communes_as_home_does(client: TestClient) -> None:
    today = re.search(r"<dt>communes?</dt><dd>(\d+)</dd>", read(client, "/"))
    told = re.search(r"(\d+) communes? d’aujourd’hui et (\d+) anciennes?", read(client, "/territoires"))
    assert today and told and told[1] == today[1] and int(told[2]) > 0


def test_a_territory_says_who_is_there_and_at_which_level_each_figure_stands(client: TestClient) -> None:
    text = read(client, "/territoires/epci/299000001")
    for expected in (
        "12\u202f345",
        "Université d&#39;Essai",
        "Laboratoire du bois et de la preuve",
        "Master architecture bois",
        "zone d’emploi",
        "1\u202f234",
        "secret",
        "Charpentes légères",
        "<path d=",
        "Haute-Épreuve",
        "Basse-Épreuve",
    ):
        assert expected in text, expected


def test_illustrative_things_are_marked_and_counted_nowhere(client: TestClient) -> None:
    text = read(client, "/territoires/commune/99101")
    assert "Stage inventé dans une mairie" in text
    assert "preuve-illustrative" in text
    assert "<strong>1</strong><span>interaction connue</span>" in text


def test_hiring_plans_are_told_at_the_level_of_the_pool(client: TestClient) -> None:
    text = read(client, "/territoires/department/991")
    assert "Bassin d&#39;Essai" in text
    assert "Charpentiers (bois)" in text


def test_an_empty_territory_says_what_is_missing_and_that_it_is_no_zero(client: TestClient) -> None:
    text = read(client, "/territoires/epci/299000002")
    assert "Une absence de donnée n’est pas un zéro" in text
    assert "Aucune source chargée ne situe d’organisation dans ce territoire." in text


def test_a_former_commune_names_its_successor(client: TestClient) -> None:
    assert 'href="/territoires/commune/99101"' in read(client, "/territoires/commune/99109")


@pytest.mark.parametrize("kind", ["commune/99101", "department/991", "region/99", "zone/9901", "bassin/9901"])
def test_every_kind_of_territory_has_its_page(client: TestClient, kind: str) -> None:
    read(client, f"/territoires/{kind}")


def test_an_actor_shows_codes_sites_kin_students_and_partners(client: TestClient) -> None:
    text = read(client, "/acteurs/0990001A")
    for expected in (
        "0990001A",
        "Antenne",
        "Laboratoire du bois",
        "40\u202f100",
        "English only partner",
        "UE",
    ):
        assert expected in text, expected
    assert "Unités, équipes et fédérations dont c’est une tutelle" in text
    assert "coordination" in text or "coordonn" in text or "coordinat" in text


@pytest.mark.parametrize("code", ["0990999Z", "990000001"])
def test_another_code_of_an_actor_leads_to_its_page(client: TestClient, code: str) -> None:
    response = client.get(f"/acteurs/{code}", headers=HTML, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/acteurs/0990001A")


def test_labels_fall_back_on_english(client: TestClient) -> None:
    assert "<h1>English only partner</h1>" in read(client, "/acteurs/990000009")


def test_a_filiere_has_links_members_rules_counts_and_says_what_is_empty(client: TestClient) -> None:
    text = plain(read(client, "/filieres/timber-construction"))
    for expected in (
        "16.10A",
        "timber-trains-core",
        "preuve-inferred",
        "grossiers",
        "Personne n’est repéré aux étapes",
        "Personne ne « relaie » pour cette filière",
        'data-source="/filieres/timber-construction/dessin.json?lang=fr"',
        "1 234",
    ):
        assert expected in text, expected


def test_filters_act_on_table_and_graph_alike(client: TestClient) -> None:
    text = read(client, "/filieres/timber-construction?function=trains&stage=implementation")
    assert "1 membre sur 5 après filtre" in text.replace("\u202f", " ")
    members = text.partition('id="membres"')[2].partition("</section>")[0]
    assert "Master architecture bois" in members
    assert "Licence professionnelle bois" not in members  # it stands in the board, which is of all stages


def test_unknown_filters_are_ignored(client: TestClient) -> None:
    assert "5 membres, avec ce qui fait d’eux des membres" in read(
        client, "/filieres/timber-construction?function=<b>&stage=nowhere"
    )


def test_sources_tell_publisher_licence_and_graph(client: TestClient) -> None:
    text = read(client, "/sources")
    for expected in (
        "Office de l&#39;Épreuve",
        ">Licence Ouverte 2.0<",
        "1er novembre 2026",
        "illustratif, hors des indicateurs",
    ):
        assert expected in text, expected


def test_a_title_of_a_source_is_marked_french_where_it_has_no_other(
    client: TestClient, example: TestClient
) -> None:
    assert (
        '<th scope="row" lang="fr"><a href="https://donnees.example/">Données d&#39;essai</a></th>'
        in read(client, "/sources?lang=en")
    )
    assert "<td>not stated</td>" in read(example, "/sources?lang=en")
    assert '<th scope="row" lang="fr">' not in read(example, "/sources")
    rows = [
        {"source": "a", "title": title, "language": said}
        for title, said in (("Lieux", "fr"), ("Places", "en"))
    ]
    assert _titles(rows, "en") == {"a": {"label": "Places", "lang": ""}}
    assert _titles(rows[:1], "en") == {"a": {"label": "Lieux", "lang": "fr"}}


def test_the_ontology_has_a_page_and_its_turtle(client: TestClient) -> None:
    assert "anc:Commune" in read(client, "/def/")
    assert read(client, "/def/Commune")
    assert client.get("/def/Nothing", headers=HTML).status_code == 404
    turtle = client.get("/def/", headers={"Accept": "text/turtle"})
    assert turtle.headers["content-type"].startswith("text/turtle")
    assert "owl:Class" in turtle.text


@pytest.mark.parametrize(
    "path", ["/territoires/nation/1", "/territoires/commune/38", "/acteurs/x", "/filieres/x", "/queries/x"]
)
def test_what_does_not_exist_is_a_404_that_helps(client: TestClient, path: str) -> None:
    response = client.get(path, headers=HTML)
    assert response.status_code == 404
    assert 'href="/recherche"' in response.text


def test_near_names_are_offered_for_what_the_address_names_and_not_for_what_its_query_asks(
    client: TestClient,
) -> None:
    near = client.get("/territoires/epci/29900002", headers=HTML).text
    assert "ne décrit d’intercommunalité au code 29900002" in near and "Vouliez-vous dire" in near
    asked = client.get("/cartes?indicator=zzz", headers=HTML)
    assert asked.status_code == 404 and "Vouliez-vous dire" not in asked.text


def test_a_service_that_is_busy_says_so_in_both_languages() -> None:
    app = FastAPI()
    handle_errors(app)

    @app.get("/busy")
    def busy() -> None:
        raise PoolBusy(3)

    told = TestClient(app).get("/busy", headers={"Accept": "application/json"})
    assert told.status_code == 503 and told.headers["Retry-After"] == "3"
    assert told.json()["detail_fr"] == "Le service est occupé : réessayez dans 3 s."
    assert told.json()["detail"] == "The service is busy: try again in 3 s."


def test_programs_hear_as_much_of_an_error_as_people(client: TestClient) -> None:
    def told(path: str, method: str = "GET") -> dict[str, Any]:
        answer = client.request(method, path, headers={"Accept": "application/json"})
        assert answer.headers["content-language"] == "en, fr"
        found: dict[str, Any] = answer.json()
        assert found["detail"] != found["detail_fr"], found
        return found

    unknown = told("/api/v1/gap")
    assert unknown["detail_fr"].startswith("L’adresse est peut-être ancienne")
    assert unknown["nearest"][0] == {"label": "/api/v1/gaps", "address": "/api/v1/gaps"}
    assert "nearest" not in told("/nimporte")
    assert told("/methodes", "POST")["detail_fr"].endswith("méthode POST (méthodes : GET).")
    assert told("/sparql", "PUT")["detail_fr"].startswith("Les méthodes sont")
    assert told("/queries/territory-programmes.doc")["detail"].startswith("Format “doc” is unknown here")
    assert told("/territoires/epci/29900002")["nearest"]


def test_what_is_offered_is_of_the_level_or_the_kind_that_is_missing(client: TestClient) -> None:
    near = client.get("/territoires/epci/29900002", headers=JSON).json()["nearest"]
    assert {one["address"].split("/")[2] for one in near} == {"epci"}
    missing = client.get("/acteurs/0990001A/formation", headers=JSON).json()["nearest"]
    assert missing[0] == {"label": "formations", "address": "/acteurs/0990001A/formations"}
    beside = client.get("/acteurs/0990001A/nope", headers=JSON).json()
    assert "nearest" not in beside, "no thing is near the name of a block"
    known = client.get("/territoires/commune/99101/agenda", headers=JSON).json()
    assert "nearest" not in known, "the territory is right: others are not near"


def test_blocks_offer_their_query(client: TestClient) -> None:
    assert 'href="/sparql?query=PREFIX' in read(client, "/territoires/epci/299000001")


def test_addresses_above_those_of_things_lead_to_what_lists_them(client: TestClient) -> None:
    for path, target in (
        ("/acteurs", "/recherche?kind=acteurs"),
        ("/formations?lang=en", "/recherche?kind=formations&lang=en"),
        ("/api/v1", "/developpeurs"),
    ):
        answer = client.get(path, headers=HTML, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, target)
    assert client.get("/api/v1/", headers=HTML).status_code == 200


def test_kinds_of_near_names_are_in_the_language_of_the_page(client: TestClient) -> None:
    page = client.get("/acteurs/0990001B?lang=en", headers=HTML).text
    assert "higher education" in page and "établissement d" not in page.split("<h1>")[1]
    assert "établissement" in client.get("/acteurs/0990001B", headers=HTML).text
