"""Descriptions of the questions: they parse, fit the shape of the SIB's examples, and their queries run."""

import re

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from ancrage.api.catalogue.rdf import describe
from ancrage.api.web.negotiation import TURTLE
from ancrage.queries.files import read_query
from ancrage.queries.library import Library
from fastapi.testclient import TestClient
from rdflib import RDF, RDFS, SH, Literal, URIRef
from rdflib.compare import isomorphic

SCHEMA = rdflib.Namespace("https://schema.org/")
BASE = "http://testserver/queries"
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}

#: What the SIB's sparql-examples ask of a description, and what we add to it.
SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass sh:SPARQLExecutable ;
  sh:property [ sh:path [ sh:alternativePath ( sh:select sh:ask sh:construct ) ] ; sh:minCount 1 ; sh:maxCount 1 ;
      sh:datatype xsd:string ] ,
    [ sh:path rdfs:label ; sh:minCount 2 ; sh:uniqueLang true ; sh:languageIn ( "fr" "en" ) ] ,
    [ sh:path rdfs:comment ; sh:minCount 2 ; sh:uniqueLang true ; sh:datatype rdf:langString ] ,
    [ sh:path schema:target ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path schema:keywords ; sh:pattern "^[^ ].*[^ ]$" ] ,
    [ sh:path sh:prefixes ; sh:minCount 1 ; sh:property [ sh:path sh:declare ; sh:minCount 1 ; sh:property
      [ sh:path sh:prefix ; sh:minCount 1 ; sh:maxCount 1 ] , [ sh:path sh:namespace ; sh:minCount 1 ] ] ] ,
    [ sh:path sh:parameter ; sh:class sh:Parameter ; sh:property
      [ sh:path sh:path ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
      [ sh:path sh:nodeKind ; sh:minCount 1 ; sh:maxCount 1 ] ,
      [ sh:path sh:optional ; sh:minCount 1 ; sh:datatype xsd:boolean ] ,
      [ sh:path sh:name ; sh:minCount 2 ; sh:uniqueLang true ] ] .
"""


@pytest.fixture(scope="module")
def graph(client: TestClient) -> rdflib.Graph:
    response = client.get("/queries", headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    return rdflib.Graph().parse(data=response.text, format="turtle")


def test_every_question_is_described(graph: rdflib.Graph) -> None:
    described = set(graph.subjects(RDF.type, SH.SPARQLExecutable))
    assert described == {URIRef(f"{BASE}/{name}") for name in Library()}
    for query in Library().values():
        node = URIRef(f"{BASE}/{query.name}")
        assert set(graph.objects(node, RDFS.label)) == {
            Literal(t, lang=language) for language, t in query.title.items()
        }
        assert {str(tag) for tag in graph.objects(node, SCHEMA.keywords)} == set(query.tags)
        paths = {
            str(path).rpartition("#")[2]
            for p in graph.objects(node, SH.parameter)
            for path in graph.objects(p, SH.path)
        }
        assert paths == {parameter.name for parameter in query.parameters}


def test_descriptions_fit_the_shape(graph: rdflib.Graph) -> None:
    shapes = rdflib.Graph().parse(data=SHAPE, format="turtle")
    fits, _, told = pyshacl.validate(graph, shacl_graph=shapes)
    assert fits, told
    broken = rdflib.Graph()
    broken += graph
    broken.remove((None, SCHEMA.target, None))
    assert not pyshacl.validate(broken, shacl_graph=shapes)[0]


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated"
)  # rdflib's own parser of JSON-LD makes one
@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_every_format_says_the_same(client: TestClient, graph: rdflib.Graph, suffix: str) -> None:
    text = client.get(f"/queries.{suffix}").text
    other = rdflib.Graph().parse(data=text, format=FORMATS[suffix])
    assert isomorphic(graph, other)


@pytest.mark.parametrize("name", sorted(Library()))
def test_described_queries_run_at_their_target(client: TestClient, graph: rdflib.Graph, name: str) -> None:
    node = URIRef(f"{BASE}/{name}")
    [text] = graph.objects(node, SH.select)
    assert "#+" not in str(text)
    assert list(graph.objects(node, SCHEMA.target)) == [URIRef("http://testserver/sparql")]
    answer = client.get(
        "/sparql", params={"query": str(text)}, headers={"Accept": "application/sparql-results+json"}
    )
    assert answer.status_code == 200
    values = {p.name: p.example for p in Library()[name].parameters}
    named = client.get(f"/queries/{name}.json", params=values).json()
    assert answer.json()["head"]["vars"] == named["head"]["vars"]
    assert len(answer.json()["results"]["bindings"]) == len(named["results"]["bindings"])


def test_prefixes_are_those_of_the_texts(graph: rdflib.Graph) -> None:
    declared: dict[str, str] = {}
    for node in graph.objects(URIRef(f"{BASE}#prefixes"), SH.declare):
        [prefix], [namespace] = graph.objects(node, SH.prefix), graph.objects(node, SH.namespace)
        assert str(prefix) not in declared
        declared[str(prefix)] = str(namespace)
    for query in Library().values():
        for prefix, namespace in re.findall(r"(?m)^PREFIX (\w+): <([^>]*)>", query.text):
            assert declared[prefix] == namespace


@pytest.mark.parametrize(
    "address", ["/queries/relays.ttl", "/queries/relays/description", "/queries/relays/description.ttl"]
)
def test_one_question_alone(client: TestClient, graph: rdflib.Graph, address: str) -> None:
    alone = rdflib.Graph().parse(data=client.get(address).text, format="turtle")
    node = URIRef(f"{BASE}/relays")
    assert set(alone.subjects(RDF.type, SH.SPARQLExecutable)) == {node}
    assert set(alone.predicate_objects(node)) == set(graph.predicate_objects(node))


def test_a_page_says_where_it_is_described(client: TestClient) -> None:
    response = client.get("/queries/relays.csv")
    assert response.headers["link"].split(", ") == [
        '</queries/relays/description>; rel="describedby"',
        '</queries/relays.csvw>; rel="describedby"; type="application/csvm+json"',
    ]
    html = client.get("/queries", headers={"Accept": "text/html"}).text
    assert '<link rel="alternate" type="text/turtle" href="/queries.ttl">' in html


def test_other_forms_have_their_class(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("queries") / "projections"
    folder.mkdir()
    for form, text in (
        ("ask", "ASK WHERE { ?s ?p ?o }"),
        ("construct", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"),
    ):
        path = folder / f"a-{form}.rq"
        head = "#+ title.fr: a\n#+ title.en: a\n#+ summary.fr: b\n#+ summary.en: b\n"
        path.write_text(head + text, encoding="utf-8")
        body = describe([read_query(path)], "https://e.org", TURTLE)
        found = rdflib.Graph().parse(data=body, format="turtle")
        node = URIRef(f"https://e.org/queries/a-{form}")
        assert (node, RDF.type, SH[f"SPARQL{form.capitalize()}Executable"]) in found
        assert str(found.value(node, SH[form])) == text
        ox.Store().query(text)
