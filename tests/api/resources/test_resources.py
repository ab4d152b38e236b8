"""Linked data: redirections of identifiers and descriptions in every format."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from ancrage.ontology import vocabulary
from fastapi.testclient import TestClient

PAGES = Path(__file__).parents[2] / "data" / "pages"
GRAPHS = "https://w3id.org/ancrage/graph/"
HTML = {"Accept": "text/html"}
SITE = "https://w3id.org/ancrage/id/site/0990001A"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
IN_SCHEME = ox.NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
INTERACTION_TYPES = ox.NamedNode("https://w3id.org/ancrage/id/interaction-type")
SITE_OF = ox.NamedNode("http://www.w3.org/ns/org#hasSite")


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/id/site/0990001A", "text/html", "/doc/site/0990001A"),
        ("/id/site/0990001A", "text/turtle", "/doc/site/0990001A.ttl"),
        ("/id/site/0990001A.jsonld", "text/html", "/doc/site/0990001A.jsonld"),
        ("/id/site/0990001A?format=nt", "text/html", "/doc/site/0990001A.nt"),
        ("/id/territory/epci/299000001", "text/html", "/territoires/epci/299000001"),
        ("/id/organization/0990001A", "text/html", "/acteurs/0990001A"),
        ("/id/value-chain/timber-construction", "text/html", "/filieres/timber-construction"),
        ("/id/territory/epci/299000001", "application/ld+json", "/doc/territory/epci/299000001.jsonld"),
    ],
)
def test_an_identifier_redirects(client: TestClient, path: str, accept: str, location: str) -> None:
    response = client.get(path, headers={"Accept": accept}, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, location)
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize(
    ("suffix", "syntax"),
    [(".ttl", ox.RdfFormat.TURTLE), (".nt", ox.RdfFormat.N_TRIPLES), (".jsonld", ox.RdfFormat.JSON_LD)],
)
def test_a_description_says_what_is_said_and_what_points_here(
    client: TestClient, suffix: str, syntax: ox.RdfFormat
) -> None:
    response = client.get(f"/doc/site/0990001A{suffix}")
    triples = {(q.subject, q.predicate, q.object) for q in ox.parse(response.content, syntax)}
    assert (ox.NamedNode(SITE), LABEL, ox.Literal("Siège de l'université", language="fr")) in triples
    assert any(s != ox.NamedNode(SITE) and p == SITE_OF for s, p, _ in triples)
    assert f'</doc/site/0990001A{suffix}>; rel="alternate"' in response.headers["link"]
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_description_as_a_page(client: TestClient) -> None:
    response = client.get("/doc/site/0990001A", headers={"Accept": "text/html"})
    assert "Siège de l&#39;université" in response.text
    assert 'href="/acteurs/0990001A"' in response.text


def test_suffix_and_format_win_over_accept(client: TestClient) -> None:
    response = client.get("/doc/site/0990001A.nt", headers={"Accept": "text/html"})
    assert response.headers["content-type"].startswith("application/n-triples")
    response = client.get("/doc/site/0990001A?format=jsonld", headers={"Accept": "text/html"})
    assert json.loads(response.content)


@pytest.mark.parametrize("path", ["/id/site/none", "/doc/site/none", "/doc/site/a<b>", '/doc/x"y'])
def test_what_nobody_describes_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path, follow_redirects=False).status_code == 404


def test_a_format_nobody_knows_is_refused_with_the_list(client: TestClient) -> None:
    response = client.get("/doc/site/0990001A?format=docx", headers={"Accept": "application/json"})
    assert response.status_code == 406
    assert "text/turtle" in response.json()["detail"]


def test_a_script_address_never_becomes_a_link(client: TestClient) -> None:
    for path in ("/acteurs/essai-0000000001", "/doc/organization/essai-0000000001"):
        text = client.get(path, headers={"Accept": "text/html"}).text
        assert 'href="javascript:' not in text.lower()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_signposting(client: TestClient) -> None:
    response = client.get("/doc/evidence-status/documented", headers=HTML)
    links = response.headers["link"]
    assert '<https://w3id.org/ancrage/id/evidence-status/documented>; rel="cite-as"' in links
    assert '</doc/evidence-status/documented.ttl>; rel="describedby"; type="text/turtle"' in links
    assert '<https://w3id.org/ancrage/def/EvidenceStatus>; rel="type"' in links
    assert response.headers["vary"].startswith("Accept, Accept-Language")


@pytest.mark.parametrize(
    "path", ["/territoires/epci/299000001", "/acteurs/0990001A", "/filieres/timber-construction"]
)
def test_friendly_pages_link_to_their_descriptions(client: TestClient, path: str) -> None:
    response = client.get(path, headers=HTML)
    alternates = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', response.text)
    assert 'rel="cite-as"' in response.headers["link"]
    assert {"text/turtle", "application/ld+json"} <= {media_type for media_type, _ in alternates}
    for media_type, address in alternates:
        assert f'<{address}>; rel="alternate"; type="{media_type}"' in response.headers["link"]
        assert client.get(address).headers["content-type"].startswith(media_type)


def test_every_format_says_the_same(client: TestClient) -> None:
    path = "/doc/interaction-type/internship"
    syntaxes = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
    syntaxes |= {"jsonld": ox.RdfFormat.JSON_LD, "trig": ox.RdfFormat.TRIG}
    said = {
        name: {q.triple for q in ox.parse(client.get(f"{path}.{name}").content, syntax)}
        for name, syntax in syntaxes.items()
    }
    assert len(said["ttl"]) > 8
    thing = ox.NamedNode("https://w3id.org/ancrage/id/interaction-type/internship")
    assert all(found == said["ttl"] for found in said.values())
    assert all(
        "@type" in one
        for one in json.loads(client.get(f"{path}.jsonld").content)
        if one["@id"] == thing.value
    )
    page = client.get(path, headers=HTML).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    embedded = {q.triple for q in ox.parse(block[1].encode(), ox.RdfFormat.JSON_LD)}
    assert embedded == {triple for triple in said["ttl"] if triple.subject == thing}


def test_trig_tells_which_graph_says_what(client: TestClient) -> None:
    quads = list(ox.parse(client.get("/doc/source/essai.trig").content, ox.RdfFormat.TRIG))
    title = "http://purl.org/dc/terms/title"
    named = [q for q in quads if q.graph_name != ox.DefaultGraph() and q.predicate.value == title]
    found = {(q.graph_name.value, q.object.value) for q in named}
    assert found == {(GRAPHS + "essai", "Annuaire d'essai"), (GRAPHS + "provenance", "Données d'essai")}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # what its own parser uses
@pytest.mark.parametrize("path", ["site/0990001A", "source/essai", "organization/0990001A"])
def test_a_client_that_prefers_trig_finds_the_thing_in_the_default_graph(
    client: TestClient, path: str
) -> None:
    accept = {"Accept": "application/n-quads,application/trig;q=0.95,text/turtle;q=0.6,text/html;q=0.2"}
    answer = client.get(f"/id/{path}", headers=accept)
    assert answer.headers["content-type"] == "application/trig"
    dataset = rdflib.Dataset()
    dataset.parse(data=answer.text, format="trig")
    turtle = rdflib.Graph().parse(data=client.get(f"/doc/{path}.ttl").text, format="turtle")
    default = rdflib.Graph()
    for triple in dataset.default_graph:
        default.add(triple)
    assert len(turtle) > 3
    assert rdflib.compare.isomorphic(default, turtle)  # what the other syntaxes say, and nothing apart
    asked = f"SELECT ?p ?o {{ <https://w3id.org/ancrage/id/{path}> ?p ?o }}"
    assert len(dataset.query(asked)) == len(turtle.query(asked)) > 2


def test_csv_lists_statements_and_incoming_links(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/doc/site/0990001A.csv").text)))
    assert {row["direction"] for row in rows} == {"out", "in"}
    label = next(row for row in rows if row["property"] == LABEL.value)
    assert (label["value"], label["language"]) == ("Siège de l'université", "fr")
    assert label["graphs"] == GRAPHS + "essai"


def test_a_description_follows_blank_nodes(client: TestClient) -> None:
    content = client.get("/doc/correspondence/naf08-naf25.ttl").content
    triples = [q.triple for q in ox.parse(content, ox.RdfFormat.TURTLE)]
    nested = [triple for triple in triples if isinstance(triple.subject, ox.BlankNode)]
    assert len(nested) > 20
    assert {triple.object for triple in triples if isinstance(triple.object, ox.BlankNode)} == {
        triple.subject for triple in nested
    }


def test_labels_fall_back_from_french_to_english_to_any(client: TestClient) -> None:
    path = "/doc/organization/990000009"
    assert "<h1>English only partner</h1>" in client.get(path, headers=HTML).text
    french = client.get("/doc/evidence-status/documented", headers=HTML)
    assert "<h1>documenté</h1>" in french.text and french.headers["content-language"] == "fr"
    english = client.get("/doc/evidence-status/documented", headers={**HTML, "Accept-Language": "en"})
    assert "<h1>documented</h1>" in english.text and english.headers["content-language"] == "en"
    assert '<html lang="en">' in english.text and "What refers to it" in english.text
    asked = client.get("/doc/evidence-status/documented?lang=fr", headers={**HTML, "Accept-Language": "en"})
    assert "<h1>documenté</h1>" in asked.text


def test_what_only_other_graphs_describe_is_marked(client: TestClient) -> None:
    page = client.get("/doc/interaction/illustrative/1", headers=HTML).text
    assert "Aucune source ne décrit cette chose" in page
    assert "illustratif" in page
    turtle = client.get("/doc/interaction/illustrative/1.ttl")
    assert b"Stage invent" in turtle.content


def test_a_scheme_is_a_tree_and_a_concept_has_its_place(client: TestClient) -> None:
    scheme = " ".join(client.get("/doc/interaction-type", headers=HTML).text.split())
    declared = ox.Store()
    for file in (Path(vocabulary.__file__).parent / "schemes").glob("*.ttl"):
        declared.bulk_load(path=str(file), format=ox.RdfFormat.TURTLE)
    concepts = list(declared.quads_for_pattern(None, IN_SCHEME, INTERACTION_TYPES))
    assert f'Postes de la nomenclature <span class="compte">({len(concepts)})</span>' in scheme
    assert scheme.count("<details") >= 8
    concept = client.get("/doc/interaction-type/internship", headers=HTML).text
    path = re.search(r'<ol class="chemin".*?</ol>', concept, re.DOTALL)
    assert path is not None
    assert re.findall(r'href="/doc/([^"]+)"', path[0]) == ["interaction-type", "interaction-type/training"]
    assert "/doc/interaction-type/territorial-internship" in concept


def test_a_foreign_thing_is_described_here(client: TestClient) -> None:
    iri = "http://id.insee.fr/codes/nafr2/sousClasse/16.10A"
    page = client.get("/doc", params={"iri": iri}, headers=HTML)
    assert page.status_code == 200
    assert f'href="{iri}"' in page.text
    turtle = client.get("/doc", params={"iri": iri, "format": "ttl"})
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    assert b"16.10A" in turtle.content
    assert client.get("/doc", params={"iri": "http://example.org/unknown"}).status_code == 404
    assert client.get("/doc", params={"iri": "not an iri"}).status_code == 404
    own = client.get("/doc", params={"iri": SITE, "format": "ttl"}, follow_redirects=False)
    assert (own.status_code, own.headers["location"]) == (303, "/doc/site/0990001A?format=ttl")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_a_publication_leads_to_what_it_changed_or_to_the_data_served(client: TestClient) -> None:
    id = client.get("/changes?format=json").json()["current"]
    iri = rdflib.URIRef(f"https://w3id.org/ancrage/id/publication/{id}")
    page = client.get(f"/id/publication/{id}", headers=HTML)
    assert (page.status_code, page.url.path) == (200, "/changes")
    for accept, format in (("text/turtle", "turtle"), ("application/ld+json", "json-ld")):
        answer = client.get(f"/id/publication/{id}", headers={"Accept": accept})
        assert (iri, rdflib.DCTERMS.identifier, rdflib.Literal(id)) in rdflib.Graph().parse(
            data=answer.text, format=format
        )
    assert client.get("/id/publication/20200101T000000Z-00000000").status_code == 404


def test_a_description_tells_the_licences_of_all_it_quotes(tmp_path: Path) -> None:
    """What only points to a thing, or is derived, or comes from records of one body, is quoted too."""
    anc, id_ = "https://w3id.org/ancrage/def/", "https://w3id.org/ancrage/id/"
    body, record = f"<{id_}organization/1>", f"<{id_}organization/2>"
    said = {
        "open": f'{body} <{LABEL.value}> "Un"@fr . {body} <{anc}locatedIn> <{id_}territory/1> .',
        "odbl": f"<{id_}project/1> <{anc}involves> {body} . <{id_}project/2> <{anc}involves> {record} .",
        "register": f"{record} <{anc}recordOf> {body} .",
        "deductions": f"<{id_}territory/1> <{anc}holds> <{id_}site/1> .",
    }
    for name, text in said.items():
        (tmp_path / f"{name}.ttl").write_text(text)
    files = [(tmp_path / f"{name}.ttl", GRAPHS + name) for name in said]
    merged = [GRAPHS + name for name in said if name != "register"]
    quads = build_store(files, tmp_path / "store", merged=merged)
    licences = {"open": "etalab-2.0", "odbl": "ODbL-1.0"}
    graphs = {
        GRAPHS + name: {
            "role": "computed" if name == "register" else "base",
            "licence": licences.get(name),
        }
        for name in said
    }
    Snapshots(tmp_path / "data").publish(
        tmp_path / "store", {"quads": quads, "graphs": graphs, "merged": True}
    )
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        both = {"https://spdx.org/licenses/etalab-2.0", "https://spdx.org/licenses/ODbL-1.0"}
        for path, expected in (
            ("organization/1", both),
            ("territory/1", both),
            ("project/1", both - {"https://spdx.org/licenses/etalab-2.0"}),
        ):
            answer = client.get(f"/doc/{path}.ttl")
            assert set(re.findall(r'<([^>]+)>; rel="license"', answer.headers["link"])) == expected
            document = rdflib.URIRef(f"http://testserver/doc/{path}")
            told = rdflib.Graph().parse(data=answer.text, format="turtle")
            assert {str(one) for one in told.objects(document, rdflib.DCTERMS.license)} == expected
            assert (document, rdflib.FOAF.primaryTopic, rdflib.URIRef(id_ + path)) in told
        trig = ox.parse(client.get("/doc/organization/1.trig").content, ox.RdfFormat.TRIG)
        quoted = {quad.graph_name for quad in trig if quad.subject.value == f"{id_}project/1"}
        assert quoted == {ox.DefaultGraph(), ox.NamedNode(GRAPHS + "odbl")}
        rows = csv.DictReader(io.StringIO(client.get("/doc/organization/1.csv").text))
        arriving = {row["value"]: row["graphs"] for row in rows if row["direction"] == "in"}
        assert arriving[f"{id_}project/1"] == GRAPHS + "odbl"


def _links(response: Any) -> dict[str, str]:
    found = re.findall(r'<([^>]+)>; rel="(prev|next|first|last)"', response.headers["link"])
    return {relation: address for address, relation in found}


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A graph where 450 sites are in one commune and 30 programmes are taught there, so to speak."""
    folder = tmp_path_factory.mktemp("crowded")
    town, anc = "<https://w3id.org/ancrage/id/territory/commune/1>", "https://w3id.org/ancrage/def/"
    graph = "<https://w3id.org/ancrage/graph/crowd>"
    lines = [f'{town} <http://www.w3.org/2000/01/rdf-schema#label> "Foule"@fr {graph} .']
    for count, name in ((450, "locatedIn"), (30, "servesTerritory")):
        lines += [
            f"<https://w3id.org/ancrage/id/x/{name}/{n}> <{anc}{name}> {town} {graph} ." for n in range(count)
        ]
    lines.append(
        f'<https://w3id.org/ancrage/id/organization/pic-999900001> <{LABEL.value}> "Par son PIC"@fr {graph} .'
    )
    (folder / "crowd.nq").write_text("\n".join(lines))
    quads = build_store([folder / "crowd.nq"], folder / "store", merged=[graph[1:-1]])
    manifest = {
        "quads": quads,
        "graphs": {graph[1:-1]: {"role": "base", "licence": "etalab-2.0"}},
        "merged": True,
    }
    Snapshots(folder / "data").publish(folder / "store", manifest)
    with TestClient(create_app(Settings(data_dir=folder / "data", workers=1))) as made:
        yield made


@pytest.mark.parametrize("path", ["/id/organization/{}", "/doc/organization/{}.ttl?lang=fr"])
def test_an_organisation_that_a_pic_names_has_left_the_names_of_sirens(
    crowded: TestClient, path: str
) -> None:
    answer = crowded.get(path.format("999900001"), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, path.format("pic-999900001"))
    assert crowded.get(path.format("999900002"), follow_redirects=False).status_code == 404


@pytest.mark.parametrize("suffix", [".nt", ".csv", ".html"])
def test_incoming_links_come_page_by_page_in_a_stable_order(crowded: TestClient, suffix: str) -> None:
    address, pages = f"/doc/territory/commune/1{suffix}", []
    while address:
        response = crowded.get(address)
        assert response.status_code == 200
        assert '<https://spdx.org/licenses/etalab-2.0>; rel="license"' in response.headers["link"]
        pages.append(re.findall(r"/x/(?:locatedIn|servesTerritory)/\d+", response.text))
        address = _links(response).get("next", "")
    seen = [thing for found in pages for thing in dict.fromkeys(found)]
    assert len(pages) == 3
    if suffix != ".html":  # a page shows fifty of a property, and leads to all of them
        assert len(seen) == len(set(seen)) == 480
    again = re.findall(
        r"/x/(?:locatedIn|servesTerritory)/\d+", crowded.get(f"/doc/territory/commune/1{suffix}?page=2").text
    )
    assert again == pages[1]


def test_pages_of_one_property_hold_all_of_it(crowded: TestClient) -> None:
    page = crowded.get("/doc/territory/commune/1", headers=HTML)
    assert "480 citations en tout, page 1 sur 3" in page.text
    everything = re.search(r'href="([^"]*property=[^"]*locatedIn)"', page.text)
    assert everything is not None
    address, seen = everything[1].replace("&amp;", "&"), []
    while address:
        response = crowded.get(address, headers=HTML)
        seen += re.findall(r'href="/doc/x/locatedIn/(\d+)"', response.text)
        address = _links(response).get("next", "")
    assert sorted(map(int, seen)) == list(range(450))


def test_pages_that_do_not_exist_are_not_found(crowded: TestClient) -> None:
    for query in (
        "page=4",
        "page=2&property=https://w3id.org/ancrage/def/servesTerritory",
    ):
        assert crowded.get(f"/doc/territory/commune/1?{query}").status_code == 404
    none = crowded.get("/doc/territory/commune/1?property=urn:none", headers=HTML)
    assert "Rien d’autre dans le graphe ne la cite" in none.text
    for query in ("page=0", "page=x", "page=99999999999"):
        assert crowded.get(f"/doc/territory/commune/1?{query}").status_code in (400, 422)


def test_more_links_than_are_counted_are_said_so(
    crowded: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ancrage.api.resources.description.MOST_COUNTED", 300)
    response = crowded.get("/doc/territory/commune/1?lang=fr&page=1", headers=HTML)
    assert "Plus de 300" in response.text.replace("\u202f", "")
    assert "last" not in _links(response)


def test_gone_is_not_unknown(tmp_path: Path, publisher: Callable[[Path, Path], str]) -> None:
    before = publisher(tmp_path / "data", tmp_path / "one")
    quads = build_store([(PAGES / "filieres.ttl", GRAPHS + "filieres")], tmp_path / "two")
    manifest = {"quads": quads, "graphs": {GRAPHS + "filieres": {"role": "base"}}}
    Snapshots(tmp_path / "data").publish(tmp_path / "two", manifest)
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        for path in ("/doc/site/0990001A", "/id/site/0990001A", "/doc/site/0990001A.ttl"):
            gone = client.get(path, follow_redirects=False)
            assert gone.status_code == 410
            assert before in gone.json()["detail"]
        assert client.get("/doc/site/none").status_code == 404
        assert client.get("/doc/membership/1").status_code == 200
        page = client.get("/doc/site/0990001A", headers=HTML)
        assert page.status_code == 410 and "n’est plus décrit" in page.text


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A graph with what a partner's file could bring: markup in texts, scripts as addresses."""
    folder = tmp_path_factory.mktemp("hostile")
    quads = build_store([(PAGES / "hostile.ttl", GRAPHS + "hostile")], folder / "store")
    Snapshots(folder / "data").publish(
        folder / "store",
        {"quads": quads, "graphs": {GRAPHS + "hostile": {"role": "base", "licence": "javascript:x"}}},
    )
    with TestClient(create_app(Settings(data_dir=folder / "data", workers=1))) as made:
        yield made


class _Markup(HTMLParser):
    """Collects the elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "path", ["/doc/organization/hostile", "/doc/interaction/hostile", "/doc?iri=javascript:alert%25283%2529"]
)
def test_what_partners_write_is_only_text(hostile: TestClient, path: str, language: str) -> None:
    response = hostile.get(path, headers={**HTML, "Accept-Language": language})
    assert response.status_code == 200
    page = _Markup()
    page.feed(response.text)
    for tag, attributes in page.found:
        assert tag not in ("img", "iframe", "object", "embed", "base")
        assert not any(name.startswith("on") for name in attributes), attributes
        for name in ("href", "src", "action"):
            value = (attributes.get(name) or "").strip().lower()
            assert not value.startswith(("javascript:", "data:", "vbscript:")), value
        if tag == "script":
            assert attributes.get("type") == "application/ld+json" or (
                attributes.get("src") or ""
            ).startswith("/static/")
        if tag == "svg":
            assert "onload" not in attributes
    assert response.text.count("</script>") == sum(tag == "script" for tag, _ in page.found)
    assert not re.search(r"<(javascript|data|vbscript):", response.headers["link"], re.IGNORECASE)
    assert "etag" in response.headers  # every name was learnt before the page was made


def test_templates_do_not_read_what_partners_write(hostile: TestClient) -> None:
    page = hostile.get("/doc/organization/hostile", headers=HTML).text
    assert "{{ 7 * 7 }}{% raw %}" in page
    assert "&lt;/script&gt;&lt;script&gt;alert(&#39;label&#39;)" in page
