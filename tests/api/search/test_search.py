"""The finder's page and address for programs: words, facets, pages, files, empty states, the time of its making."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import openpyxl
import pytest
from ancrage.api.app import create_app
from ancrage.api.search import understanding
from ancrage.api.search.asking import search_of
from ancrage.api.web.assets import has_documentation
from ancrage.api.web.settings import Settings
from ancrage.words import N_
from fastapi.testclient import TestClient
from starlette.datastructures import QueryParams

from ...pages import plain

HTML = {"Accept": "text/html"}
LINKS = re.compile(r"<([^>]*)>; rel=\"(\w+)\"")


def asked(client: TestClient, **query: Any) -> dict[str, Any]:
    response = client.get("/api/v1/search", params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def labels(found: dict[str, Any]) -> list[str]:
    return [one["label"] for one in found["results"]]


def test_words_are_found_in_names_texts_and_places(client: TestClient) -> None:
    assert labels(asked(client, q="universités"))[0] == "Université d'Essai"
    assert labels(asked(client, q="0990001A")) == ["Université d'Essai"]
    by_chain = asked(client, q="bois")
    assert {"acteurs", "formations", "filieres"} <= {one["value"] for one in by_chain["facets"]["kind"]}


def test_facets_count_what_another_choice_would_give(client: TestClient) -> None:
    whole = asked(client, q="bois")
    counts = {one["value"]: one["count"] for one in whole["facets"]["kind"]}
    assert sum(counts.values()) == whole["total"]
    for kind, count in counts.items():
        chosen = asked(client, q="bois", kind=kind)
        assert chosen["total"] == count
        assert {one["kind"] for one in chosen["results"]} == {kind}
        assert {one["value"]: one["count"] for one in chosen["facets"]["kind"]} == counts
    both = asked(client, q="bois", kind=["formations", "filieres"])
    assert both["total"] == counts["formations"] + counts["filieres"]


def test_a_territory_chooses_all_that_is_inside_it(client: TestClient) -> None:
    everything = asked(client, q="essai", size=100)
    value = next(one for one in everything["facets"]["territory"] if one["value"].startswith("epci/"))
    inside = asked(client, q="essai", territory=value["value"])
    assert inside["total"] == value["count"] > 0
    assert asked(client, q="essai", territory=value["value"].split("/")[1])["total"] == value["count"]


def test_the_evidence_of_an_actor_is_what_the_graph_says_of_it(client: TestClient) -> None:
    found = {
        one["iri"]: one for one in asked(client, size=100)["results"] if one["kind"] in ("acteurs", "unites")
    }
    query = "SELECT ?s ?e { ?s a <http://www.w3.org/ns/org#Organization> ; <https://w3id.org/ancrage/def/evidenceStatus> ?e }"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text
    said = {row["s"]: row["e"].rpartition("/")[2] for row in csv.DictReader(io.StringIO(answer))}
    assert found and {iri: one["evidence"] for iri, one in found.items() if iri in said} == {
        iri: status for iri, status in said.items() if iri in found
    }
    assert all("place_evidence" in one for one in found.values())


def test_pages_follow_one_another_in_one_order(client: TestClient) -> None:
    whole = labels(asked(client, size=100))
    assert asked(client, size=100)["total"] > 4
    pages = [labels(asked(client, size=2, page=number)) for number in (1, 2)]
    assert pages[0] + pages[1] == whole[:4]
    assert asked(client, page=9999)["results"] == []


def test_files_hold_all_results(client: TestClient) -> None:
    total = asked(client, q="essai")["total"]
    query = {"q": "essai"}
    plain = client.get("/api/v1/search", params={**query, "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(plain.text)))
    assert len(rows) == total and list(rows[0]) == list(asked(client, q="essai")["results"][0])
    french = client.get("/api/v1/search", params={**query, "format": "csv-fr"}).content.decode("utf-8-sig")
    assert len(french.strip().splitlines()) == total + 1 and ";" in french.splitlines()[0]
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/api/v1/search", params={**query, "format": "xlsx"}).content)
    )
    assert book.worksheets[0].max_row == total + 1


@pytest.mark.parametrize("query", ["size=0", "size=x", "page=0", "page=-9", "format=pdf", f"q={'a' * 300}"])
def test_a_bad_request_is_told(client: TestClient, query: str) -> None:
    response = client.get(f"/api/v1/search?{query}")
    assert response.status_code == (406 if "format" in query else 400)
    assert response.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("signs", ["(", "日本", "%", "++"])
def test_signs_hold_no_word_and_find_nothing(client: TestClient, signs: str) -> None:
    assert asked(client, q=signs)["total"] == 0
    text = client.get("/recherche", params={"q": signs}, headers=HTML).text
    assert "aucun mot à chercher" in text and "0 résultat" in text
    assert asked(client)["total"] > 0, "no text at all asks for everything"


def test_files_are_had_from_the_page_s_address_too(client: TestClient) -> None:
    page = client.get("/recherche?q=bois&territory=299000001&format=csv")
    assert page.headers["content-type"].startswith("text/csv")
    assert page.text == client.get("/api/v1/search?q=bois&territory=299000001&format=csv").text


def test_a_page_beyond_the_last_is_not_told_as_one_of_them(client: TestClient) -> None:
    text = client.get("/recherche?q=essai&page=999", headers=HTML).text
    assert "Il n’y a pas tant de pages" in text and "999 sur" not in text


def test_the_page_shows_results_facets_and_addresses_that_combine(client: TestClient) -> None:
    text = client.get("/recherche?q=bois&kind=formations", headers=HTML).text
    assert "Choix en cours" in text
    assert 'href="/recherche?q=bois&amp;kind=formations&amp;kind=filieres"' in text
    assert 'href="/recherche?q=bois"' in text
    assert "/api/v1/search?q=bois&amp;kind=formations&amp;format=csv-fr" in text
    assert client.get("/recherche?q=bois&kind=formations", headers=HTML).headers["etag"]


def test_the_page_is_all_in_english(client: TestClient) -> None:
    text = client.get("/recherche?q=bois&kind=formations&lang=en", headers=HTML).text
    for words in ("Results for “bois”", "Current choices", "Kind: Programmes", "Find invented examples too"):
        assert words in text
    for words in ("Résultats", "Nature", "Filtrer", "Données et fichiers"):
        assert words not in text
    assert "lang=en" in text.split("Remove all")[0].rsplit("href=", 1)[1]


def test_nothing_found_offers_words_and_names_nearby(client: TestClient) -> None:
    text = client.get("/recherche?q=Vilneuve", headers=HTML).text
    assert "Mots voisins" in text and "villeneuve" in text
    assert asked(client, q="Vilneuve")["near"][0] == "villeneuve"
    assert "territoire de projet" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_who_finds_no_territory_of_a_project_is_told_how_one_is_declared(
    client: TestClient, language: str
) -> None:
    text = client.get(f"/recherche?q=sillon+vilneuve&lang={language}", headers=HTML).text
    page = {"fr": "docs/how-to/territoire-de-projet", "en": "docs/how-to/project-territory"}[language]
    assert (f'href="/{page}.html"' if has_documentation() else f"{page}.md") in text


@pytest.mark.parametrize("address", ["/recherche?q=PNR", "/rencontre?q=SCoT", "/territoires?"])
def test_what_no_loaded_source_describes_is_told_where_it_is_looked_for(
    example: TestClient, address: str
) -> None:
    text = example.get(f"{address}&lang=fr", headers=HTML).text
    assert "Aucune source officielle chargée ne décrit les parcs naturels régionaux (PNR), les SCoT" in text
    assert "docs/how-to/territoire-de-projet" in text
    assert "Vous cherchiez" not in text and "voisins" not in text and "Noms proches" not in text


def test_a_unit_is_found_by_its_label_and_number(example: TestClient) -> None:
    for words in ("UMR 5194", "umr5194", "uar 42", "5194"):
        assert asked(example, q=words)["results"][0]["iri"].endswith("/organization/200311865N"), words
    assert not asked(example, q="UMR 5195")["total"]
    page = example.get("/acteurs/200311865N?lang=fr", headers=HTML).text
    assert '<p class="surtitre">unité de recherche · UAR 42 · UMR 5194 · RNSR 200311865N</p>' in page
    assert "<dt>Label et numéro</dt>" in page


def test_a_filiere_is_found_by_that_word_which_leads_to_all(example: TestClient) -> None:
    for words in ("filière bois", "filière bois construction", "Filières bois"):
        assert asked(example, q=words)["results"][0]["kind"] == "filieres", words
    assert (
        asked(example, q="filières", kind="filieres")["total"] == asked(example, kind="filieres")["total"] > 0
    )
    text = plain(example.get("/recherche", params={"q": "filières", "lang": "fr"}, headers=HTML).text)
    assert 'Voir aussi : <a href="/filieres?lang=fr">Filières</a>' in text


def test_words_that_nothing_has_together_are_tried_with_one_less(client: TestClient) -> None:
    text = client.get("/recherche?q=Vilneuve+universite+bois", headers=HTML).text
    shorter = text.split("Ce qui porte une part de ces mots")[1].split("<h2")[0]
    found = re.findall(r'href="/recherche\?q=([^&"]+)', shorter)
    assert found and "Vilneuve" not in " ".join(found)
    for words in found:
        assert "0 résultat" not in client.get(f"/recherche?q={words}", headers=HTML).text
    near = text.split("Mots voisins")[1].split("</ul>")[0]
    assert "villeneuve" in near and "boise" not in near  # words that find something have no neighbours
    assert "boise" not in asked(client, q="Vilneuve universite bois")["near"]
    assert (
        "Ce qui porte une part de ces mots"
        not in client.get("/recherche?q=" + "+".join(f"zz{n}" for n in range(30)), headers=HTML).text
    )


@pytest.mark.parametrize(
    ("language", "head", "name"),
    [
        ("fr", "Le vocabulaire a ce nom", "chaire partenariale"),
        ("en", "The vocabulary has this name", "partnership chair"),
    ],
)
def test_a_type_that_no_source_has_is_told_as_a_term(
    client: TestClient, language: str, head: str, name: str
) -> None:
    text = client.get("/recherche", params={"q": "chaire", "lang": language}, headers=HTML).text
    told = text.split(head)[1].split("<h2")[0]
    [(address, term)] = re.findall(
        r'<a href="(/doc/interaction-type/partnership-chair\?lang=..)">([^<]+)</a>', told
    )
    assert term == name and client.get(address, headers=HTML).status_code == 200
    assert head not in client.get("/recherche", params={"q": "bois", "lang": language}, headers=HTML).text


def test_two_words_that_nothing_has_together_show_what_has_one(example: TestClient) -> None:
    assert asked(example, q="charpente cosmétique")["total"] == 0 < asked(example, q="charpente")["total"]
    text = example.get("/recherche", params={"q": "charpente cosmétique", "lang": "fr"}, headers=HTML).text
    part = text.split("Ce qui porte une part de ces mots")[1].split("<h2")[0]
    for word in ("charpente", "cosmétique"):
        first = asked(example, q=word)["results"][0]["label"]
        assert f"« {word} »" in part.replace("\u00a0", " ") and first in unescape(part), word


def test_a_value_that_nothing_has_is_named_with_others_that_find_something(client: TestClient) -> None:
    text = plain(client.get("/recherche?q=bois&territory=zz", headers=HTML).text)
    assert "Territoire « zz » : rien" in text and "(inconnu)" in text and "Mots voisins" not in text
    offered = asked(client, q="bois")["facets"]["territory"][0]["value"]
    assert f'href="/recherche?q=bois&amp;territory={quote(offered, safe="")}"' in text
    assert "Field “zz”: nothing" in client.get("/recherche?field=zz&lang=en", headers=HTML).text
    refused = client.get("/api/v1/search?q=bois&kind=acteurs&family=reserch")
    assert refused.status_code == 400 and "« reserch » : rien" in refused.json()["detail_fr"]
    assert "Family of interactions “reserch”: nothing" in refused.json()["detail"]
    assert "Others:" in refused.json()["detail"]


def test_invented_things_are_found_only_when_asked_for(client: TestClient) -> None:
    real, all_of_it = asked(client, size=100), asked(client, size=100, illustrative="true")
    assert all(one["evidence"] != "illustrative" for one in real["results"])
    assert all_of_it["total"] > real["total"]
    chosen = asked(client, evidence="illustrative")
    assert chosen["total"] == all_of_it["total"] - real["total"]


def test_while_the_index_is_being_made_names_are_searched_and_it_is_said(
    tmp_path: Path, publisher: Callable[[Path, Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher(tmp_path / "data", tmp_path / "store")
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as made:
        derivations = made.app.state.derivations  # type: ignore[attr-defined]
        monkeypatch.setattr(derivations, "finder", lambda: None)
        page = made.get("/recherche?q=bois", headers=HTML)
        assert "seuls les noms sont cherchés" in page.text and "bois-construction" in page.text
        assert "etag" not in page.headers
        assert re.search(
            r'Voir aussi[^<]*<a href="/stages"', made.get("/recherche?q=stage", headers=HTML).text
        )
        both = made.get("/recherche?q=bois-construction+charpente", headers=HTML).text
        assert (
            "0 résultat" not in both and "Aucun nom des sources chargées ne contient tous ces mots." in both
        )
        part = both.split("Ce qui porte une part de ces mots")[1]
        assert "bois-construction" in part.partition("</ul>")[0]
        refused = made.get("/api/v1/search?q=bois")
        assert refused.status_code == 503 and refused.headers["retry-after"]


def test_an_address_says_the_whole_search() -> None:
    query = (
        "q=bois&kind=formations&territory=epci%2F200040715&evidence=inferred&illustrative=true&page=3&lang=en"
    )
    search = search_of(QueryParams(query))
    assert search.address(page=search.page) == f"/recherche?{query}"
    assert "page" not in search.toggled("kind", "unites") and "kind=unites" in search.toggled(
        "kind", "unites"
    )
    assert "kind" not in search.toggled("kind", "formations")


@pytest.fixture(scope="module")
def example(example_data_dir: Path) -> Iterator[TestClient]:
    """The application on the example graph, which has a region."""
    with TestClient(create_app(Settings(data_dir=example_data_dir, workers=1))) as made:
        found = made.get("/api/v1/search")
        for _ in range(600):
            if found.status_code == 200:
                break
            time.sleep(0.1)
            found = made.get("/api/v1/search")
        assert found.status_code == 200, found.text
        yield made


def offered(client: TestClient, q: str, **query: str) -> list[tuple[str, str, int]]:
    """Give what a page offers besides its results: words, address, count."""
    text = client.get("/recherche", params={"q": q, "lang": "fr", **query}, headers=HTML).text
    if 'id="t-sens"' not in text:
        return []
    block = text[text.index('id="t-sens"') : text.index('<div class="trouveur">')]
    found = re.findall(r'<li><a href="([^"]+)">(.*?) <span class="compte">([^<]+)</span>', block)
    return [(words.replace("\u00a0", " "), unescape(address), int(count)) for address, words, count in found]


def test_a_subject_and_a_place_are_understood_and_what_is_offered_is_there(example: TestClient) -> None:
    assert asked(example, q="laboratoire bois Isère")["total"] == 0
    (words, address, count), *wider = offered(example, "laboratoire bois Isère")
    assert words == "« bois » · Unités de recherche · Isère (département)" and count > 0
    query = dict(parse_qsl(urlsplit(address).query))
    assert query == {"q": "bois", "kind": "unites", "territory": "department/38", "lang": "fr"}
    assert asked(example, q="bois", kind="unites", territory="department/38")["total"] == count
    assert all(more > count for *_, more in wider)  # a wider place is offered where it has more


def test_a_word_mistyped_is_mended_in_its_question(example: TestClient) -> None:
    (words, _, count), *_ = offered(example, "charpantes")
    assert words == "« charpentes »" and count == asked(example, q="charpentes")["total"] > 0
    assert [words for words, *_ in offered(example, "Grenonle")] == ["« grenoble »"], "a place alone"


def test_a_question_that_is_a_name_or_has_facets_is_left_as_it_is(example: TestClient) -> None:
    assert offered(example, "Grenoble") == []
    assert offered(example, "zzzzzz") == []
    assert offered(example, "laboratoire bois Isère", kind="acteurs") == []


@pytest.mark.parametrize(
    "text", ["bois pres de Grenoble", "bois près de Grenoble", "bois autour de Grenoble"]
)
def test_a_subject_near_a_place_is_looked_for_in_the_place(example: TestClient, text: str) -> None:
    assert asked(example, q=text)["total"] == 0
    ways = [
        (words, dict(parse_qsl(urlsplit(address).query))["q"]) for words, address, _ in offered(example, text)
    ]
    assert ways and all(words.startswith("« bois » · ") and subject == "bois" for words, subject in ways)


def test_where_nothing_is_found_there_are_ways_on(example: TestClient) -> None:
    text = example.get("/recherche", params={"q": "zzzzqqq", "lang": "fr"}, headers=HTML).text
    ways = text.split("Chercher autrement")[1].split("</ul>")[0]
    for address in ("/recherche?kind=territoires", "/recherche?kind=formations", "/agenda", "/demandes"):
        assert f'href="{address}' in ways
    assert "Chercher autrement" not in example.get("/recherche?q=bois&lang=fr", headers=HTML).text


def test_pages_that_words_name_are_offered(example: TestClient) -> None:
    text = example.get("/recherche", params={"q": "stages à Grenoble"}, headers=HTML).text
    assert re.search(r'(See also|Voir aussi)[^<]*<a href="/stages', text)


def test_a_word_that_has_a_page_is_no_slip_of_the_pen(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = client.get("/recherche?q=Vilneuve&lang=fr", headers=HTML).text
    assert "Mots voisins" in text and "Vous cherchiez" in text
    pages = {**understanding.PAGES, "vilneuve": ("/stages", N_("Stages"))}
    monkeypatch.setattr(understanding, "PAGES", pages)
    text = plain(client.get("/recherche?q=VILNEUVE&lang=fr", headers=HTML).text)
    assert 'Voir aussi : <a href="/stages' in text
    assert "voisins" not in text and "Vous cherchiez" not in text
