"""Named questions: their list, their pages, their answers in every format, and wrong parameters."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import openpyxl
import pyoxigraph as ox
import pytest
from ancrage.api.app import create_app
from ancrage.api.catalogue import streams as catalogue_streams
from ancrage.api.catalogue.routes import offered_for
from ancrage.api.labels.questions import TAGS, is_facet
from ancrage.api.reading.solutions import Reading
from ancrage.api.render.results_table import named_rows
from ancrage.api.web.settings import Settings
from ancrage.ontology.labels import concepts
from ancrage.queries.library import Library
from fastapi.testclient import TestClient

from ...pages import plain

HTML = {"Accept": "text/html"}
PROGRAMMES = "/queries/territory-programmes"
ESSAI = f"{PROGRAMMES}?territory=299000001"
NAMES = {"Licence professionnelle bois", "Master architecture bois"}


def _english(client: TestClient, path: str) -> str:
    response = client.get(path, headers={**HTML, "Accept-Language": "en-GB,en;q=0.9,fr;q=0.3"})
    assert response.status_code == 200
    assert response.headers["content-language"] == "en"
    assert {"accept", "accept-language"} <= set(re.split(r",\s*", response.headers["vary"].lower()))
    return response.text


def test_the_list_for_people_and_for_programs(client: TestClient) -> None:
    text = client.get("/queries", headers=HTML).text
    listed = client.get("/queries?format=json").json()
    assert {one["name"] for one in listed} == set(Library())
    assert listed == client.get("/queries", headers={"Accept": "application/json"}).json()
    assert listed == client.get("/queries.json").json()
    assert all(f'href="/queries/{name}"' in text for name in Library())


def test_the_list_in_english_by_name_or_by_header(client: TestClient) -> None:
    for text in (_english(client, "/queries"), client.get("/queries?lang=en", headers=HTML).text):
        assert '<html lang="en">' in text
        assert "Programmes taught in a territory" in text or "territory" in text
        assert all(query.title["en"].replace("'", "&#39;") in text for query in Library().values())
    assert (
        client.get("/queries?lang=fr", headers={**HTML, "Accept-Language": "en"}).headers["content-language"]
        == "fr"
    )


def _cards(text: str) -> set[str]:
    return set(re.findall(r'<h3><a href="/queries/([a-z0-9-]+)', text))


def test_the_list_is_narrowed_by_words_tag_and_section(client: TestClient) -> None:
    library = Library()
    by_tag = client.get("/queries?tag=chain", headers=HTML).text
    assert _cards(by_tag) == {query.name for query in library.tagged("chain")}
    assert 'aria-current="true"' in by_tag
    by_section = client.get("/queries?section=gaps", headers=HTML).text
    assert _cards(by_section) == {query.name for query in library.values() if query.section == "gaps"}
    both = client.get("/queries?q=filiere+emploi&section=gaps", headers=HTML).text
    assert "zones-with-jobs-without-training" in _cards(both)
    assert _cards(both) < _cards(by_section)
    assert _cards(client.get("/queries?q=VALUE+chain", headers=HTML).text)
    nothing = client.get("/queries", params={"q": '<script>"zz'}, headers=HTML).text
    assert "Aucune question ne contient" in nothing
    assert "<script>&#34;" not in nothing
    assert '<script>"zz' not in nothing


def test_every_tag_has_its_words() -> None:
    tags = {tag for query in Library().values() for tag in query.tags if is_facet(tag)}
    assert tags <= set(TAGS)


@pytest.mark.parametrize("name", sorted(Library()))
def test_every_column_has_a_french_heading(client: TestClient, name: str) -> None:
    values = {p.name: p.example for p in Library()[name].parameters}
    head = client.get(f"/queries/{name}.json", params=values).json()["head"]["vars"]
    assert set(Library()[name].columns) == set(head)


def test_a_question_as_a_page_with_its_form(client: TestClient) -> None:
    response = client.get(ESSAI, headers=HTML)
    assert "Licence professionnelle bois" in response.text
    assert 'name="territory"' in response.text
    for one in offered_for(Library()["territory-programmes"])[1:8]:
        assert f'href="{PROGRAMMES}{one.suffix}?territory=299000001"' in response.text
    assert "Pays du Silence" not in response.text
    assert 'rel="describedby"' in response.headers["link"]
    assert "unsafe-inline" not in response.headers["content-security-policy"]
    assert "style=" not in response.text


def test_a_question_in_english(client: TestClient) -> None:
    text = _english(client, ESSAI)
    query = Library()["territory-programmes"]
    assert query.title["en"] in text
    assert "Ask the question</button>" in text
    assert "a name, or a code" in text
    wrong = client.get(f"{PROGRAMMES}?territory=zzz%3F&lang=en", headers=HTML).text
    assert "is not a territory" in wrong
    assert 'name="lang" value="en"' in wrong


def test_things_have_their_english_names_on_an_english_page(client: TestClient) -> None:
    path = "/queries/chain-members?chain=timber-construction"
    french, english = client.get(path, headers=HTML).text, _english(client, path)
    assert "Licence professionnelle bois" in french
    assert "Licence professionnelle bois" in english, "a thing without an English name keeps the French one"
    assert re.search(r'href="/doc/chain-function/trains">forme<', french)
    assert re.search(r'href="/doc/chain-function/trains">trains<', english)


def test_the_example_is_asked_where_no_value_is_given(client: TestClient) -> None:
    text = plain(client.get(PROGRAMMES, headers=HTML).text)
    assert "Réponse, avec un exemple pour : territoire" in text
    assert f'value="{Library()["territory-programmes"].parameters[0].example}"' in text


def test_the_query_shown_is_bound_and_opens_in_the_editor(client: TestClient) -> None:
    text = client.get(ESSAI, headers=HTML).text
    assert "VALUES ?territory { &lt;https://w3id.org/ancrage/id/territory/epci/299000001&gt; }" in text
    [address] = re.findall(r'href="(/sparql\?query=[^"]*)"', text)
    answer = client.get(address.replace("&amp;", "&"), headers={"Accept": "application/sparql-results+json"})
    assert {row["programmeLabel"]["value"] for row in answer.json()["results"]["bindings"]} == NAMES


@pytest.mark.parametrize("suffix", ["csv", "csv-fr", "xlsx", "json", "xml", "tsv", "rq"])
def test_suffix_format_and_accept_say_the_same(client: TestClient, suffix: str) -> None:
    by_suffix = client.get(f"{PROGRAMMES}.{suffix}?territory=299000001")
    by_name = client.get(f"{ESSAI}&format={suffix}")
    assert by_suffix.status_code == by_name.status_code == 200
    assert by_suffix.headers["content-type"] == by_name.headers["content-type"]
    if suffix != "xlsx":  # the address is told in the workbook
        assert by_suffix.content == by_name.content
    if suffix != "csv-fr":
        media_type = by_suffix.headers["content-type"].partition(";")[0]
        assert (
            client.get(ESSAI, headers={"Accept": media_type}).headers["content-type"]
            == by_suffix.headers["content-type"]
        )
    wins = client.get(f"{PROGRAMMES}.{suffix}?territory=299000001&format=html", headers=HTML)
    assert wins.headers["content-type"] == by_suffix.headers["content-type"]
    assert by_suffix.headers["access-control-allow-origin"] == "*"
    assert "accept" in by_suffix.headers["vary"].lower()
    assert by_suffix.headers["etag"].startswith('"')
    again = client.get(
        f"{PROGRAMMES}.{suffix}?territory=299000001", headers={"If-None-Match": by_suffix.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_csv_and_its_french_sister(client: TestClient) -> None:
    plain = client.get(f"{PROGRAMMES}.csv?territory=299000001")
    assert {row["programmeLabel"] for row in csv.DictReader(io.StringIO(plain.text))} == NAMES
    french = client.get(f"{PROGRAMMES}.csv-fr?territory=299000001")
    assert french.content.startswith(b"\xef\xbb\xbf")
    assert ";" in french.text.splitlines()[0]
    assert 'filename="territory-programmes-299000001.csv"' in french.headers["content-disposition"]


def test_a_workbook_tells_its_origin(client: TestClient) -> None:
    response = client.get(f"{PROGRAMMES}.xlsx?territory=metropole+d%27essai&lang=fr")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    head, *rows = book["Résultats"].iter_rows(values_only=True)
    assert {row[head.index("programmeLabel")] for row in rows} == NAMES
    told = {str(row[0]): str(row[1]) for row in book["À propos"].iter_rows(values_only=True)}
    assert told["Question"] == Library()["territory-programmes"].title["fr"]
    assert told["Paramètre territory"].endswith("territory/epci/299000001")
    assert told["Adresse"].endswith(
        "/queries/territory-programmes.xlsx?territory=metropole+d%27essai&lang=fr"
    )
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{8}", told["Publication"])
    assert "VALUES ?territory" in told["Requête SPARQL"]
    english = openpyxl.load_workbook(
        io.BytesIO(client.get(f"{PROGRAMMES}.xlsx?territory=299000001&lang=en").content)
    )
    assert english["About"]["A1"].value == "Question"


def test_files_name_things_in_the_language_asked(client: TestClient) -> None:
    """Questions name things in French: files name them in the language asked, and change nothing else."""

    def answer(suffix: str, language: str) -> Any:
        address = f"/queries/academic-actors-of-territory.{suffix}?territory=299000001"
        response = client.get(address, headers={"Accept-Language": language})
        assert "accept-language" in response.headers["vary"].lower()
        assert response.content == client.get(f"{address}&lang={language}").content
        return response

    def rows(suffix: str, language: str, delimiter: str = ",") -> list[dict[str, str]]:
        text = answer(suffix, language).text.removeprefix("\ufeff")
        head, *found = csv.reader(io.StringIO(text), delimiter=delimiter)
        return [dict(zip(map(str.lower, head), row, strict=True)) for row in found]

    def types(found: list[dict[str, str]], name: str = "typelabel") -> set[str]:
        return {row[name] for row in found}

    french, english = rows("csv", "fr"), rows("csv", "en")
    assert types(french) == types(rows("csv-fr", "fr", ";")) and types(english) == types(
        rows("csv-fr", "en", ";")
    )
    assert not types(french) & types(english)
    assert {concept["en"] for concept in concepts("actor-type").values()} >= types(english)
    assert [{k: v for k, v in row.items() if not k.endswith("label")} for row in french] == [
        {k: v for k, v in row.items() if not k.endswith("label")} for row in english
    ]
    bindings = answer("json", "en").json()["results"]["bindings"]
    assert {row["typeLabel"]["value"] for row in bindings} == types(english)
    kept = answer("json", "fr").json()["results"]["bindings"]
    for row, other in zip(kept, bindings, strict=True):
        assert {k: v for k, v in row.items() if not k.endswith("Label")} == {
            k: v for k, v in other.items() if not k.endswith("Label")
        }
    assert types(rows("tsv", "en", "\t"), "?typelabel") == types(english)
    assert all(name in answer("xml", "en").text for name in types(english))


def test_an_answer_kept_in_one_language_is_not_given_in_another(client: TestClient) -> None:
    address = "/queries/academic-actors-of-territory.csv?territory=299000001"
    french = client.get(address, headers={"Accept-Language": "fr"})
    known = {"If-None-Match": french.headers["etag"]}
    english = client.get(address, headers=known | {"Accept-Language": "en"})
    assert english.status_code == 200 and english.text != french.text
    assert english.headers["content-language"] == "en"
    assert client.get(address, headers=known | {"Accept-Language": "fr"}).status_code == 304


def test_json_xml_and_tsv_are_sparql_results(client: TestClient) -> None:
    assert len(client.get(ESSAI, headers={"Accept": "application/json"}).json()["results"]["bindings"]) == 2
    root = ElementTree.fromstring(client.get(f"{PROGRAMMES}.xml?territory=299000001").content)
    assert root.tag == "{http://www.w3.org/2005/sparql-results#}sparql"
    assert client.get(f"{PROGRAMMES}.tsv?territory=299000001").text.startswith("?programme\t")


def test_several_values_of_a_parameter(client: TestClient) -> None:
    def communes(query: str) -> set[str]:
        bindings = client.get(f"/queries/territory-identity.json?{query}").json()["results"]["bindings"]
        return {row["territoryLabel"]["value"] for row in bindings}

    both = {"Saint-Étienne-d'Essai", "Villeneuve-la-Preuve"}
    assert communes("territory=99101&territory=99102") == both
    assert communes("territory=99101,99102") == both
    assert communes("territory=99101,+villeneuve+la+preuve") == both


@pytest.mark.parametrize("name", [query.name for query in Library().values() if query.form == "CONSTRUCT"])
def test_a_construct_is_offered_as_rdf(client: TestClient, name: str) -> None:
    values = {p.name: p.example for p in Library()[name].parameters if not p.optional}
    response = client.get(f"/queries/{name}", params={**values, "format": "nt"})
    assert response.status_code == 200
    list(ox.parse(response.content, ox.RdfFormat.N_TRIPLES))


@pytest.mark.parametrize(
    ("query", "french", "english"),
    [
        ("territory=n'importe quoi ?", "n'est pas un territoire", "is not a territory"),
        ("territory=299000001&nope=1", "il n'existe pas", "there is none"),
        ("lang=fr", "il manque", "it is missing"),
        ("territory=", "il manque", "it is missing"),
        ("territory=https://e.org/%3E%20}%20%23", "n'est pas une IRI", "is not an absolute IRI"),
    ],
)
def test_a_wrong_parameter_is_said_to_a_program(
    client: TestClient, query: str, french: str, english: str
) -> None:
    response = client.get(f"{PROGRAMMES}?{query}&format=csv", headers={"Accept": "text/csv"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    told = response.json()
    assert french in told["detail_fr"]
    assert english in told["detail"]
    assert told["query"] == "territory-programmes"
    assert told["parameter"] in ("territory", "nope")


def test_what_an_address_leaves_open_has_its_example_on_the_page(client: TestClient) -> None:
    address = "/queries/chain-members-in-territory?territory=38"
    page = client.get(address, headers={"Accept": "text/html"})
    assert page.status_code == 200 and "Réponse, avec un exemple pour : filière" in plain(page.text)
    assert "chain=timber-construction" in page.text  # the files are of the same
    assert client.get(address, headers={"Accept": "text/csv"}).status_code == 400


def test_an_unknown_format_lists_the_known_ones(client: TestClient) -> None:
    for address in (f"{PROGRAMMES}?territory=38&format=docx", f"{PROGRAMMES}.docx?territory=38"):
        response = client.get(address)
        assert response.status_code == 406
        assert "csv-fr" in response.json()["formats"]
    assert client.get(f"{PROGRAMMES}.svg?territory=38").status_code == 406, "no hint, no drawing"


def test_an_unknown_question_names_the_nearest(client: TestClient) -> None:
    for address in (
        "/queries/territory-programme",
        "/queries/territory-programme.csv",
        "/queries/territory-programme/description",
    ):
        response = client.get(address)
        assert response.status_code == 404
        assert "territory-programmes" in response.json()["nearest"]
    page = client.get("/queries/territory-programme", headers=HTML)
    assert page.status_code == 404
    assert "territory-programmes" in page.text


def test_what_reads_more_than_the_base_graphs_names_them(client: TestClient) -> None:
    text = client.get("/queries/relays.rq").text
    assert "FROM <https://w3id.org/ancrage/graph/illustrative>" in text
    alone = client.get(
        "/sparql", params={"query": text}, headers={"Accept": "application/sparql-results+json"}
    )
    named = client.get("/queries/relays.json")
    assert alone.json()["results"] == named.json()["results"]


@pytest.mark.parametrize("name", sorted(Library()))
def test_every_question_has_a_page(client: TestClient, name: str) -> None:
    response = client.get(f"/queries/{name}", headers=HTML)
    assert response.status_code == 200
    assert 'class="panne"' not in response.text
    assert ('class="graphique"' in response.text) <= (Library()[name].chart is not None)


@pytest.mark.parametrize("name", sorted(query.name for query in Library().values() if query.chart))
def test_every_chart_is_a_file_of_its_own(client: TestClient, name: str) -> None:
    query = Library()[name]
    response = client.get(f"/queries/{name}.svg", params={p.name: p.example for p in query.parameters})
    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert "<style" not in response.text


def test_charts_and_evidence_are_in_the_language_of_the_page(client: TestClient) -> None:
    french, english = (
        client.get(f"/queries/chain-members?lang={lang}", headers=HTML).text for lang in ("fr", "en")
    )
    assert "</svg>inféré</span>" in french and "</svg>inferred</span>" in english
    assert "</svg>inféré</span>" not in english

    class Known:
        """A reading that knows English names."""

        language = "en"

        def learn_labels(self, iris: set[str]) -> None:
            assert iris == {"urn:a", "urn:b"}

        def name(self, iri: str) -> str:
            return {"urn:a": "trade"}.get(iri, "")

    def row(iri: str, label: str) -> dict[str, dict[str, str]]:
        return {"x": {"type": "uri", "value": iri}, "xLabel": {"type": "literal", "value": label}}

    bindings = [row("urn:a", "commerce"), row("urn:b", "santé")]
    body = json.dumps({"head": {"vars": ["x", "xLabel"]}, "results": {"bindings": bindings}}).encode()
    rows = named_rows(body, cast("Reading", Known()))
    assert rows.column("xLabel") == ["trade", "santé"], "what has no English name keeps its French one"


def test_pages_of_an_answer_are_linked(client: TestClient) -> None:
    first = client.get("/queries/resources-by-class", headers=HTML)
    total = len(json.loads(client.get("/queries/resources-by-class.json").content)["results"]["bindings"])
    assert first.text.count("<tr><td") >= min(total, 100)
    beyond = client.get("/queries/resources-by-class?page=999", headers=HTML)
    assert beyond.status_code == 200
    assert "au-delà de la dernière ligne" in beyond.text
    for page in ("0", "-1", "x", "9" * 30, "²"):
        assert (
            client.get("/queries/resources-by-class", params={"page": page}, headers=HTML).status_code == 200
        )


def test_the_list_needs_no_publication_and_an_answer_does(tmp_path: Path) -> None:
    with TestClient(
        create_app(Settings(data_dir=tmp_path, workers=1)), raise_server_exceptions=False
    ) as empty:
        for path in (
            "/queries",
            "/queries.json",
            "/queries.ttl",
            "/queries/relays/description",
            "/developpeurs",
        ):
            assert empty.get(path, headers=HTML if path == "/queries" else {}).status_code == 200, path
        assert empty.get("/queries/relays.csv").status_code == 503
        assert empty.get("/queries/relays", headers=HTML).status_code == 503


def test_a_client_that_asks_too_much_hears_so(client: TestClient) -> None:
    """A question that finds no place is refused with the time to come back, as a page and as a problem."""
    app: Any = client.app
    client.get(f"{PROGRAMMES}.csv?territory=38")
    app.state.catalogue_waiting = app.state.pool.turns.queue
    try:
        for path, accept in (
            (f"{PROGRAMMES}.csv?territory=07", "text/csv"),
            (f"{PROGRAMMES}?territory=07", "text/html"),
        ):
            response = client.get(path, headers={"Accept": accept})
            assert response.status_code == 503
            assert int(response.headers["retry-after"]) >= 1
    finally:
        app.state.catalogue_waiting = 0


def test_a_long_answer_is_sent_as_it_comes_with_its_own_tag(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/queries/organizations-with-several-names.tsv?page=7"  # an address that no other test keeps
    kept = client.get(
        "/queries/organizations-with-several-names.tsv", headers={"Accept-Encoding": "identity"}
    )
    monkeypatch.setattr(catalogue_streams, "SENT_WHOLE", -1)
    sent = client.get(path, headers={"Accept-Encoding": "identity"})
    assert sent.status_code == 200
    assert sent.content == kept.content
    assert sent.headers["etag"] != kept.headers["etag"]
    assert sent.headers["last-modified"]
    assert sent.headers["content-disposition"] == kept.headers["content-disposition"]
    assert client.head(path).content == b""
    app: Any = client.app
    asked: list[str] = []
    stream = app.state.pool.stream

    def counted(text: str, **options: Any) -> Any:
        asked.append(text)
        return stream(text, **options)

    monkeypatch.setattr(app.state.pool, "stream", counted)
    again = client.get(path, headers={"If-None-Match": sent.headers["etag"]})
    assert (again.status_code, again.content, asked) == (304, b"", [])
    assert again.headers["etag"] == sent.headers["etag"]
    other = client.get(
        "/queries/territory-identity.tsv?territory=299000001&page=7",
        headers={"If-None-Match": sent.headers["etag"]},
    )
    assert other.status_code == 200
    assert len(asked) == 1


@pytest.mark.parametrize("suffix", ["", ".csv", ".json"])
def test_the_code_of_no_territory_is_refused_and_not_answered_by_an_empty_table(
    client: TestClient, suffix: str
) -> None:
    answer = client.get(
        f"{PROGRAMMES}{suffix}?territory=299000009&lang=fr",
        headers={"Accept": "text/html"} if not suffix else {},
    )
    assert answer.status_code == 400
    assert "a publication ne décrit aucun territoire" in answer.text
    if not suffix:
        assert "299000001" in answer.text  # the nearest
