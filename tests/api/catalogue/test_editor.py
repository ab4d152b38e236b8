"""The SPARQL editor: what it reads, and what a person sees of it in a real Chromium."""

import json
import select
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from ancrage.api.catalogue.editor_data import MOST
from ancrage.graph.sparql.limits import check_query
from ancrage.ontology.vocabulary import PREFIXES
from fastapi.testclient import TestClient
from pyoxigraph import Store

ID = "https://w3id.org/ancrage/id/"
UNIVERSITY = f"{ID}organization/0990001A"
HOSTILE = f"{ID}organization/essai-0000000001"
EPCI, COMMUNE = f"{ID}territory/epci/299000001", f"{ID}territory/commune/99101"
ANC = "PREFIX anc: <https://w3id.org/ancrage/def/>\n"
PLACES = f"""{ANC}SELECT ?place ?n {{ VALUES (?place ?n) {{ (<{EPCI}> 12) (<{COMMUNE}> 3)
  (<{ID}territory/region/99> 7) }} }}"""
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?t ?h FILTER(?a != ?h) }"
MARKUP = """PREFIX geo: <http://www.opengis.net/ont/geosparql#>
SELECT ?a ?b ?w ?n { VALUES (?a ?b ?w ?n) {
  (<javascript:alert%281%29> "<img src=x onerror=alert(1)>" "POINT(5 45)"^^geo:wktLiteral 3)
  (<https://evil.example/%22%3E%3Cscript%3Ealert(2)%3C/script%3E> "<script>alert(3)</script>{{a}}"@fr
    "POINT(6 45.5)"^^geo:wktLiteral 5)
  (<HOSTILE> "\\"'><svg onload=alert(4)>" "POLYGON((5 45, 6 45, 6 46, 5 45))" 7) } }""".replace(
    "HOSTILE", HOSTILE
)
RESULT = ".tabPanel.active .yasr_results"


# --- what the editor reads ---


def test_the_vocabulary_counts_what_the_graph_holds(client: TestClient) -> None:
    told = client.get("/editor/vocabulary").json()
    counts = {one["iri"]: one for kind in ("classes", "properties") for one in told[kind]}
    for pattern, term in (
        ("?s a anc:Commune", "https://w3id.org/ancrage/def/Commune"),
        ("?s anc:partOfTerritory ?o", "https://w3id.org/ancrage/def/partOfTerritory"),
    ):
        text = f"{ANC}SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        answer = client.get("/sparql", params={"query": text, "format": "json"}).json()
        assert counts[term]["count"] == int(answer["results"]["bindings"][0]["n"]["value"]) > 0
    assert {"fr", "en"} <= counts["https://w3id.org/ancrage/def/Commune"]["label"].keys()
    used = [one["count"] for one in told["classes"]]
    assert used == sorted(used, reverse=True)
    assert any(one["iri"] == "http://www.w3.org/ns/org#Site" for one in told["classes"])


def test_the_page_knows_our_prefixes(client: TestClient) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    block = page.partition('id="donnees-editeur">')[2].partition("</script>")[0]
    assert json.loads(block)["prefixes"] == PREFIXES


def test_the_vocabulary_is_kept_while_the_publication_lasts(client: TestClient) -> None:
    first = client.get("/editor/vocabulary")
    again = client.get("/editor/vocabulary", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_each_example_is_a_query_that_stands_alone(client: TestClient) -> None:
    examples = client.get("/editor/examples").json()
    assert len(examples) > 50
    empty = Store()
    for name, example in examples.items():
        check_query(example["text"])
        assert empty.query(example["text"]) is not None, name
        assert "#+" not in example["text"]
    assert "FROM <https://w3id.org/ancrage/graph/illustrative>" in examples["open-requests"]["text"]


def test_names_come_with_the_page_of_each_thing(client: TestClient) -> None:
    iris = [UNIVERSITY, HOSTILE, "javascript:alert(1)", "not an iri", "https://e.example/x> } #", EPCI]
    told = client.post("/editor/names", json={"iris": iris}).json()
    assert told[UNIVERSITY] == {"name": "Université d'Essai", "page": "/acteurs/0990001A"}
    assert told[HOSTILE]["name"] == "<script>alert('x')</script> & Fils"
    assert told["javascript:alert(1)"] == {"name": None, "page": None}
    assert "not an iri" not in told
    assert "https://e.example/x> } #" not in told


def test_places_are_outlines_or_positions(client: TestClient) -> None:
    told = client.post("/editor/places", json={"iris": [EPCI, COMMUNE, UNIVERSITY, "x y"]}).json()
    assert told[EPCI].startswith("POLYGON ((5.6 45.1")
    assert told[COMMUNE] == "POINT (5.7 45.2)"
    assert told.keys() == {EPCI, COMMUNE}


@pytest.mark.parametrize("iris", [["urn:x"] * (MOST + 1), ["urn:" + "x" * 5000], "urn:x", [3]])
def test_requests_out_of_measure_are_refused(client: TestClient, iris: Any) -> None:
    for path in ("/editor/names", "/editor/places"):
        assert client.post(path, json={"iris": iris}).status_code == 400


def test_a_problem_says_its_sentence_in_french_too(client: TestClient) -> None:
    told = client.get("/sparql", params={"query": "SELECT ?s {\n  ?s anc:year ?y }"}).json()
    assert (
        told["detail_fr"]
        == "Ligne 2, colonne 6 : un préfixe n’est pas déclaré : commencez par « PREFIX anc: <https://w3id.org/ancrage/def/> »."
    )
    assert (told["line"], told["column"]) == (2, 6)


def test_the_page_works_without_its_script(client: TestClient) -> None:
    graphs = "https://w3id.org/ancrage/graph/illustrative"
    parameters = {"query": f"{ANC}SELECT ?s {{ ?s a anc:Commune }}", "default-graph-uri": graphs}
    page = client.get("/sparql", params=parameters, headers={"Accept": "text/html"})
    assert '<form class="formulaire bloc" id="formulaire-sparql" method="get" action="/sparql"' in page.text
    assert f'<input type="hidden" name="default-graph-uri" value="{graphs}">' in page.text
    assert f"{urlencode({'default-graph-uri': graphs})}&amp;format=csv-fr" in page.text
    assert 'href="/queries/territory-identity" data-exemple="territory-identity"' in " ".join(
        page.text.split()
    )
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


# --- what a person sees ---

Open = Callable[..., Any]


@pytest.fixture
def editor(visit: Any) -> Iterator[Open]:
    """A function that opens the editor (with a query in its address, if one is given) and gives the page."""
    dialogs: list[str] = []

    def refuse(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    visit.page.on("dialog", refuse)

    def opened(query: str = "", answered: str = "table") -> Any:
        visit.open("/sparql" + (f"?{urlencode({'query': query})}" if query else ""))
        visit.page.wait_for_selector("#editeur[data-pret]")
        if query:
            visit.page.wait_for_selector(f"{RESULT} {answered}")
        return visit.page

    yield opened
    assert dialogs == []
    assert visit.strangers == []
    assert [one for one in visit.complaints if "the server responded with a status of" not in one] == []


def write(page: Any, text: str) -> None:
    page.evaluate(
        """text => { const editor = document.querySelector(".tabPanel.active .CodeMirror").CodeMirror;
        editor.setValue(text); editor.focus(); editor.execCommand("goDocEnd"); }""",
        text,
    )


def written(page: Any) -> str:
    text: str = page.evaluate(
        "() => document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()"
    )
    return text


def choose(page: Any, term: str) -> None:
    page.locator(".CodeMirror-hint-active", has_text=term).wait_for()
    # the list is drawn anew in the frame after a letter: whoever is faster picks from the next one
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.keyboard.press("Enter")
    page.locator(".CodeMirror-hints").wait_for(state="detached")


@pytest.mark.browser
def test_ctrl_enter_shows_a_table_with_names_as_links(editor: Open, visit: Any) -> None:
    page = editor()
    assert page.locator("#formulaire-sparql").is_hidden()
    write(page, f"SELECT ?x ?n {{ VALUES (?x ?n) {{ (<{UNIVERSITY}> 2) (<{EPCI}> 10) }} }}")
    page.keyboard.press("Control+Enter")
    link = page.locator(f"{RESULT} a", has_text="Université d'Essai")
    link.wait_for()
    assert link.get_attribute("href") == "/acteurs/0990001A"
    assert page.url.startswith(f"{visit.host}/sparql?query=SELECT")
    page.locator(f"{RESULT} th .tri", has_text="n").click()
    page.locator(f"{RESULT} th .tri", has_text="n").click()
    assert page.locator(f"{RESULT} th[aria-sort=descending]").count() == 1
    assert page.locator(f"{RESULT} tbody tr").first.inner_text().endswith("10")
    assert page.locator("#etat-requete").inner_text() == "Réponse reçue : 2 lignes."
    page.locator(".select_bars").click()
    page.locator(f"{RESULT} .barres tbody tr").first.wait_for()
    assert page.locator(f"{RESULT} .barres tbody tr").count() == 2
    page.locator(".select_bars[aria-pressed=true]").wait_for()
    page.locator(".select_table[aria-pressed=false]").wait_for()
    page.locator(".select_text").click()
    assert '"bindings"' in page.locator(f"{RESULT} pre").inner_text()


@pytest.mark.browser
def test_a_query_in_the_address_is_opened_answered_and_can_be_downloaded(editor: Open, visit: Any) -> None:
    page = editor(PLACES)
    assert written(page) == PLACES
    assert page.locator("#reponse-du-serveur").count() == 0
    addresses = page.eval_on_selector_all("#telecharger a", "links => links.map(link => link.href)")
    formats = [address.rpartition("format=")[2] for address in addresses]
    assert formats == ["csv-fr", "xlsx", "csv", "tsv", "json", "xml"]
    assert page.request.get(addresses[0]).body().startswith("\ufeffplace;n".encode())
    write(page, "CONSTRUCT { ?s a ?o } { ?s a ?o } LIMIT 5")
    page.locator("#executer").click()
    page.locator("#telecharger a", has_text="Turtle").wait_for()
    graphs = page.eval_on_selector_all("#telecharger a", "links => links.map(link => link.href)")
    for address in (*addresses, *graphs):
        assert page.request.get(address).status == 200, address
    assert page.locator(f"{RESULT} caption").inner_text().startswith("5 triplets")


@pytest.mark.browser
def test_the_map_stands_beside_its_table(editor: Open) -> None:
    page = editor(PLACES)
    page.locator(".select_map").click()
    page.wait_for_selector(".carte-reponse svg[role=img]")
    told = page.locator(f"{RESULT} .note").first.inner_text()
    assert told == "2 lieux sur la carte ; 1 autre que le graphe ne situe pas ; couleur : n."
    assert page.locator(".carte-reponse path").count() >= 1
    assert page.locator(".carte-reponse circle").count() == 1
    rows = page.locator(".carte-tableau tbody tr").all_inner_texts()
    assert [row.split("\t")[1:] for row in rows] == [["12", "oui"], ["3", "oui"], ["7", "non"]]


@pytest.mark.browser
def test_an_error_is_told_in_french_and_marked_where_it_is(editor: Open) -> None:
    page = editor()
    write(page, "SELECT ?s {\n  ?s anc:year ?y\n}")
    page.locator("#executer").click()
    alert = page.locator(f"{RESULT} [role=alert]")
    alert.wait_for()
    assert (
        "Ligne 2, colonne 6 : un préfixe n’est pas déclaré : commencez par « PREFIX anc: <https://w3id.org/ancrage/def/> »."
        in alert.inner_text()
    )
    assert page.locator(".faute-mot").inner_text() == "anc:year"
    assert page.locator(".CodeMirror-gutter-wrapper.faute-numero").inner_text().strip() == "2"
    page.locator(".CodeMirror textarea").first.focus()
    page.keyboard.type(" ")
    assert page.locator(".faute-mot").count() == 0


@pytest.mark.browser
def test_a_running_query_can_be_cancelled(editor: Open) -> None:
    page = editor()
    write(page, HEAVY)
    page.locator("#executer").click()
    assert page.locator("#executer:focus").get_attribute("aria-disabled") == "true"
    page.locator("#annuler").click()
    page.locator(f"{RESULT} .avis", has_text="Requête annulée").wait_for()
    assert page.locator("#executer:focus").get_attribute("aria-disabled") == "false"
    assert page.locator("#annuler").is_hidden()
    write(page, "ASK { ?s ?p ?o }")
    page.keyboard.press("Control+Enter")
    page.locator(f"{RESULT} strong", has_text="Oui").wait_for()


@pytest.mark.browser
def test_a_busy_service_says_when_to_come_back(
    visit: Any, data_dir: Path, served: Callable[..., AbstractContextManager[str]]
) -> None:
    page = visit.page
    with (
        served(data_dir, share=1) as address,
        closing(HTTPConnection(address.removeprefix("http://"))) as other,
    ):
        page.goto(f"{address}/sparql")
        page.wait_for_selector("#editeur[data-pret]")
        for _ in range(20):  # from the reader's own address; refused itself while the page asks something
            other.request("GET", f"/sparql?{urlencode({'query': HEAVY})}")
            if not select.select([other.sock], [], [], 0.5)[0]:
                break
            other.getresponse().read()
        alert, seen = page.locator(f"{RESULT} [role=alert]"), []
        for number in range(50):
            write(page, f"ASK {{ ?s ?p ?o{number} }}")  # an answer that is kept is never refused
            page.keyboard.press("Control+Enter")
            page.wait_for_selector(f"{RESULT} :is(strong, [role=alert])")
            # At once: the button counts down, and may be pressed after some seconds.
            seen = alert.evaluate_all(
                "all => all.flatMap(one => [one.innerText, one.querySelector('button')?.innerText, "
                "one.querySelector('button')?.disabled])"
            )
            if seen and "Réessayer dans" in str(seen[1]):
                break  # the other query runs now
        assert seen and "Trop de requêtes à la fois : réessayez dans" in seen[0]
        assert seen[1].startswith("Réessayer dans") and seen[2] is True
        other.close()
        alert.get_by_role("button", name="Réessayer", exact=True).click()
        page.locator(f"{RESULT} strong", has_text="Oui").wait_for()


@pytest.mark.browser
def test_completion_finds_a_class_by_its_french_label(editor: Open, visit: Any) -> None:
    ready = (visit.page.request.get(f"{visit.host}/editor/vocabulary").ok for _ in range(5))
    assert any(ready)  # a new publication is counted first, and each request waits for that
    page = editor()
    write(page, "SELECT * { ?s a ")
    page.keyboard.type("université")
    choose(page, "anc:University")
    page.keyboard.type(" ; rdfs:lab")
    choose(page, "rdfs:label")
    text = written(page)
    assert "PREFIX anc: <https://w3id.org/ancrage/def/>" in text
    assert "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>" in text
    assert text.endswith("SELECT * { ?s a anc:University ; rdfs:label")


@pytest.mark.browser
def test_an_example_opens_and_tabs_stay_in_the_browser(editor: Open) -> None:
    page = editor()
    write(page, "ASK { ?mine ?p ?o }")
    page.locator("#exemples summary").click()
    page.locator("#filtre-exemples").fill("identité territoire")
    page.locator("#exemples a[data-exemple=territory-identity]").click()
    page.locator(".tab.active", has_text="Identité d'un territoire").wait_for()
    assert "VALUES ?territory" in written(page)
    page.reload()
    page.wait_for_selector("#editeur[data-pret]")
    assert page.locator(".tabsList .tab").count() == 2
    assert "VALUES ?territory" in written(page)


@pytest.mark.browser
def test_markup_in_answers_stays_text(editor: Open) -> None:
    page = editor(MARKUP)
    assert page.locator(f"{RESULT} td", has_text="<script>alert(3)</script>{{a}}").count() == 1
    for view in ("map", "bars", "text", "table"):
        page.locator(f".select_{view}").click()
        page.wait_for_selector(
            {"map": ".carte-reponse svg", "text": f"{RESULT} pre"}.get(view, f"{RESULT} table")
        )
        assert page.locator(f"{RESULT} :is(script, img, [onload], [onerror])").count() == 0
        assert page.locator("a[href^='javascript:' i]").count() == 0


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_in_any_state(browser: Any, host: str, scheme: Any, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    context = browser.new_context(
        color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 900}
    )
    page = context.new_page()

    def check(state: str) -> None:
        violations = axe.Axe().run(page).response["violations"]
        assert [(state, one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []
        assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0

    page.goto(f"{host}/sparql?{urlencode({'query': PLACES})}")
    page.locator(f"{RESULT} a", has_text="Métropole d'Essai").wait_for()
    check("table")
    page.locator(".select_map").click()
    page.wait_for_selector(".carte-reponse svg")
    check("map")
    page.locator(".select_bars").click()
    page.locator("#exemples summary").click()
    check("bars and examples")
    page.locator("#exemples summary").click()
    write(page, "SELECT nothing")
    page.locator("#executer").click()
    page.wait_for_selector(f"{RESULT} [role=alert]")
    check("error")
    write(page, "SELECT * { ?s a ")
    page.keyboard.type("comm")
    page.wait_for_selector(".CodeMirror-hints")
    check("completion")
    context.close()


@pytest.mark.browser
def test_a_term_that_no_fact_uses_is_named_after_the_answer(editor: Open) -> None:
    query = f"{ANC}SELECT ?s {{ ?s a anc:Cluster, anc:Commune ; anc:Nonsense 'anc:Refusal' }} # anc:Refusal"
    page = editor(query, answered="")
    page.wait_for_selector("#etat-requete:has-text('anc:Cluster')")
    told = page.inner_text("#etat-requete")
    assert "anc:Nonsense" in told and "anc:Commune" not in told and "anc:Refusal" not in told
