"""JSON-LD says what Turtle says, and classes as JSON-LD does."""

import json
from io import BytesIO

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from ancrage.graph.sparql.evaluation import Request, evaluate
from ancrage.graph.sparql.json_ld import write_json_ld

SAID = """@prefix e: <http://e.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:a a e:C, e:D, _:kind ; e:p "texte"@fr, "text", "\\"\\\\\\n\u2028é", 3, 4.50, true, "x"^^e:own, _:b, e:b .
_:b a e:C ; e:p _:b . e:b a "no class" . e:a e:q e:a .
"""


def graph_of(text: bytes, format: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format=format)


def construct(accept: str) -> bytes:
    store = ox.Store()
    store.load(SAID.encode(), ox.RdfFormat.TURTLE)
    return evaluate(store, Request("CONSTRUCT WHERE { ?s ?p ?o }", accept=accept)).body


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_it_says_what_turtle_says() -> None:
    written, turtle = construct("jsonld"), construct("ttl")
    assert rdflib.compare.isomorphic(graph_of(written, "json-ld"), graph_of(turtle, "turtle"))
    assert len(graph_of(turtle, "turtle")) == 16
    objects = [one for one in json.loads(written) if one["@id"] == "http://e.org/a"]
    classes = {name for one in objects for name in one.get("@type", ())}
    assert {"http://e.org/C", "http://e.org/D"} < classes
    assert written.count(b"22-rdf-syntax-ns#type") == 1  # a text is no class


def test_named_graphs_stay_apart_and_a_long_run_is_several_objects() -> None:
    thing, says = ox.NamedNode("http://e.org/a"), ox.NamedNode("http://e.org/p")
    graphs: list[ox.DefaultGraph | ox.NamedNode]
    graphs = [ox.DefaultGraph(), ox.NamedNode("http://e.org/g"), ox.NamedNode("http://e.org/h")]
    quads = [ox.Quad(thing, says, ox.Literal(n), graph) for graph in graphs for n in range(2500)]
    target = BytesIO()
    write_json_ld(quads, target)
    assert set(ox.parse(target.getvalue(), ox.RdfFormat.JSON_LD)) == set(quads)
    assert target.getvalue().count(b'"@id":"http://e.org/a"') == 9


def test_nothing_is_an_empty_document_and_a_triple_is_no_value() -> None:
    target = BytesIO()
    write_json_ld([], target)
    assert target.getvalue() == b"[]"
    thing = ox.NamedNode("http://e.org/a")
    with pytest.raises(OSError, match="JSON-LD"):
        write_json_ld([ox.Triple(thing, thing, ox.Triple(thing, thing, thing))], BytesIO())
