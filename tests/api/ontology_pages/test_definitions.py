"""The ontology at /def/: a page in two languages, RDF whole and by term, versions, examples that conform."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.api.app import create_app
from ancrage.api.ontology_pages.drawing import ARROWS, BOXES, drawing
from ancrage.api.ontology_pages.routes import EXAMPLES, examples, versions
from ancrage.api.ontology_pages.rules import shapes
from ancrage.api.ontology_pages.schemes import Concept, schemes
from ancrage.api.ontology_pages.terms import PARTS, ontology
from ancrage.api.web.settings import Settings
from ancrage.graph.shacl.shapes import compile_shapes
from ancrage.graph.shacl.validation import check
from ancrage.ontology.vocabulary import ANC, FOLDER, PREFIXES, ontology_files, shape_files
from ancrage.words import N_
from fastapi.testclient import TestClient

from ...chains import write_shipped

HTML = {"Accept": "text/html"}
AGENT = "http://xmlns.com/foaf/0.1/Agent"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if (found.get("href") or "").startswith("#"):
            self.anchors.add(str(found["href"])[1:])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_holds_every_term_shape_and_scheme_and_its_anchors_lead_somewhere(
    client: TestClient, language: str
) -> None:
    page = client.get(f"/def/?lang={language}", headers=HTML)
    assert page.headers["content-language"] == language
    read = _Ids()
    read.feed(page.text)
    assert len(read.ids) == len(set(read.ids))
    assert {term.name for term in ontology().terms.values()} <= set(read.ids)
    assert {shape.name for shape in shapes()} | {scheme.name for scheme in schemes()} <= set(read.ids)
    assert read.anchors <= set(read.ids)


def test_the_model_holds_everything_of_the_files() -> None:
    store = ox.Store()
    for file in ontology_files():
        store.load(path=str(file), format=ox.RdfFormat.TURTLE)
    text = """PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      SELECT DISTINCT ?term { VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty }
      ?term a ?kind ; rdfs:isDefinedBy <https://w3id.org/ancrage/def/> }"""
    assert {row["term"].value for row in store.query(text)} == set(ontology().terms)  # type: ignore[union-attr]
    assert ontology().parts == list(PARTS)
    term = ontology().terms[ANC + "partOfTerritory"]
    assert term.inverse == [ANC + "hasPartTerritory"] and N_("transitive") in term.traits
    assert ANC + "partOfTerritory" in ontology().terms[ANC + "hasPartTerritory"].inverse
    assert term.domains == term.ranges == [ANC + "Territory"]
    concepts = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
      SELECT (COUNT(DISTINCT ?concept) AS ?n) { ?concept skos:inScheme ?scheme }"""
    (count,) = store.query(concepts)  # type: ignore[misc]

    def size(tree: list[Concept]) -> int:
        return sum(1 + size(concept.below) for concept in tree)

    assert sum(size(scheme.tree) for scheme in schemes()) == int(count["n"].value)


def test_every_rule_has_a_sentence_in_both_languages() -> None:
    assert len(shapes()) > 50
    for shape in shapes():
        assert shape.rules, shape.name
        for rule in shape.rules:
            assert {"fr", "en"} <= {language for language, _ in rule.said.said}, shape.name
            assert not any("{" in text for _, text in rule.said.said), shape.name  # the place of a value
            assert "car." not in rule.signs  # of no language


def test_the_drawing_says_what_the_ontology_allows() -> None:
    terms = ontology().terms
    for source, prop, target in ARROWS:
        assert source in BOXES and target in BOXES
        if prop not in terms:
            continue
        for wanted, allowed in ((source, terms[prop].domains), (target, terms[prop].ranges)):
            above = {wanted} | ({AGENT} if wanted.endswith("#Organization") else set())  # says the W3C's org
            while more := {iri for one in above if one in terms for iri in terms[one].above} - above:
                above |= more
            below = set(terms[wanted].below) if wanted in terms else set()
            assert not allowed or (above | below) & set(allowed), (prop, wanted)
    boxes = drawing("fr").boxes
    assert all(box.x >= 0 and box.x + drawing("fr").box[0] <= drawing("fr").width for box in boxes)


def test_the_examples_conform_to_the_shapes(tmp_path: Path) -> None:
    store = ox.Store()
    chains = write_shipped(tmp_path / "filieres.nt")
    for file in [*ontology_files(), *sorted(EXAMPLES.glob("*.ttl")), chains]:
        store.load(path=str(file))
    assert len(examples()) >= 4
    found = [
        (result.severity, str(result.focus), result.message("en"))
        for result in check(store, compile_shapes(shape_files())).results
        if "/example/" in str(result.focus) and result.severity != "Info"
    ]
    assert found == []


def test_the_examples_use_only_terms_that_exist() -> None:
    for example in examples():
        for quad in ox.parse(example.turtle, ox.RdfFormat.TURTLE):
            for term in (quad.predicate, quad.object):
                if isinstance(term, ox.NamedNode) and term.value.startswith(ANC):
                    assert term.value in ontology().terms, (example.name, term.value)


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/def/Commune", "text/html", "/def/#Commune"),
        ("/def/partOfTerritory", "*/*", "/def/#partOfTerritory"),
        ("/def/shapes/InteractionShape", "text/html", "/def/#InteractionShape"),
    ],
)
def test_a_term_leads_people_to_its_place(client: TestClient, path: str, accept: str, location: str) -> None:
    response = client.get(path, headers={"Accept": accept}, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, location)
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/def/Commune", "text/turtle"), ("/def/Commune.ttl", "text/html"), ("/def/Commune?format=ttl", "*/*")],
)
def test_a_term_is_described_to_machines(client: TestClient, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    assert response.headers["access-control-allow-origin"] == "*"
    triples = {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in ox.parse(response.content, ox.RdfFormat.TURTLE)
    }
    assert (ANC + "Commune", LABEL, "commune (territoire)") in triples
    assert any(s == ANC + "seat" and o == ANC + "Commune" for s, _, o in triples)


def test_the_whole_is_the_same_in_every_syntax(client: TestClient) -> None:
    syntaxes = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
    syntaxes["rdf"] = ox.RdfFormat.RDF_XML
    sets = {}
    for name, syntax in syntaxes.items():
        dataset = ox.Dataset(ox.parse(client.get(f"/def/ontology.{name}").content, syntax))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        sets[name] = dataset
    assert len(sets["ttl"]) > 4000
    assert all(found == sets["ttl"] for found in sets.values())


@pytest.mark.parametrize("path", ["/def", "/def/", "/def/ontology"])
def test_the_whole_has_several_addresses(client: TestClient, path: str) -> None:
    page = client.get(path, headers=HTML)
    assert page.status_code == 200 and 'id="Commune"' in page.text
    assert client.get(path, headers={"Accept": "application/rdf+xml"}).content.startswith(b"<?xml")


def test_versions(client: TestClient, tmp_path: Path) -> None:
    current = ontology().version
    assert list(versions()) == [current]
    for path in (f"/def/{current}/", f"/def/{current}"):
        assert client.get(path, headers=HTML).status_code == 200
        assert (
            client.get(path, headers={"Accept": "text/turtle"}).content
            == client.get("/def/ontology.ttl").content
        )
    missing = client.get("/def/0.0.1/")
    assert missing.status_code == 404 and current in missing.json()["detail"]
    for name in ("0.1.0", "0.10.0", "0.9.0"):
        (tmp_path / f"{name}.ttl").write_text("")
    assert list(versions(tmp_path)) == [current, "0.10.0", "0.9.0", "0.1.0"]
    assert "Aucune version antérieure" in client.get("/def/", headers=HTML).text


def test_an_unknown_term_names_its_neighbours(client: TestClient) -> None:
    response = client.get("/def/Comune")
    assert response.status_code == 404
    assert "Commune" in response.json()["detail"]
    assert client.get("/def/Commune?format=docx").status_code == 406


def test_the_filter_works_without_javascript(client: TestClient) -> None:
    page = client.get("/def/?q=INTERCOMMUNALITE", headers=HTML).text
    assert re.findall(r'<article[^>]* id="([^"]+)"', page) == ["Intercommunality"]
    assert "1 termes" not in page
    none = client.get("/def/?q=<script>alert(1)</script>", headers=HTML).text
    assert "Aucun terme ne contient ces mots" in none and "<script>alert" not in none


def test_shapes_and_alignments(client: TestClient) -> None:
    shapes_graph = list(
        ox.parse(client.get("/def/shapes/", headers={"Accept": "text/turtle"}).content, ox.RdfFormat.TURTLE)
    )
    assert len(shapes_graph) > 1000
    assert client.get("/def/alignments.sssom.tsv").text.startswith("# mapping_set_id")


def test_the_versions_of_its_parts_are_given(client: TestClient) -> None:
    version = ontology().version
    for name in ("externals", f"externals/{version}", f"externals/{version}/", f"alignments/{version}"):
        answer = client.get(f"/def/{name}", headers={"Accept": "text/turtle"})
        part = FOLDER / f"{name.partition('/')[0]}.ttl"
        assert answer.status_code == 200 and answer.text == part.read_text(encoding="utf-8")
    assert client.get("/def/externals/0.0.1").status_code == 404


def test_classes_that_exclude_each_other_say_so_both_ways(client: TestClient) -> None:
    """Two by two (`owl:disjointWith`), or several at once (`owl:AllDisjointClasses`)."""
    page = client.get("/def/?lang=en", headers=HTML).text
    articles = dict(re.findall(r'<article[^>]* id="(\w+)"(.*?)</article>', page, re.DOTALL))
    told = {
        name: text.partition("<dt>Never also</dt>")[2].partition("</dd>")[0]
        for name, text in articles.items()
    }
    terms = ontology().terms
    assert 'href="#Offer"' in told["Request"] and 'href="#Request"' in told["Offer"]
    assert 'href="#Commune"' in told["Department"] and not told["Campus"]
    assert ANC + "Commune" in terms[ANC + "Department"].disjoint
    assert PREFIXES["foaf"] + "Agent" in terms[ANC + "Territory"].disjoint
    for term in terms.values():
        assert term.iri not in term.disjoint and len(set(term.disjoint)) == len(term.disjoint)


def test_the_ontology_needs_no_publication(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path / "none", workers=1))) as client:
        page = client.get("/def/", headers=HTML)
        assert page.status_code == 200 and "Aucune publication" in page.text
        assert client.get("/def/Commune.ttl").status_code == 200
