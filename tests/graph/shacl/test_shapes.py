"""Compiled shapes: each construct of SHACL gives the results of pyshacl; what cannot be compiled says so."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from ancrage.graph.shacl.constraints import UnsupportedShape
from ancrage.graph.shacl.report import Report
from ancrage.graph.shacl.shapes import compile_graph, compile_shapes
from ancrage.graph.shacl.validation import check
from rdflib import Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.namespace import SH

PREFIXES = """@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
DATA = """
:Big rdfs:subClassOf :Thing . :Huge rdfs:subClassOf :Big .
:a a :Thing ; :p 1 , 2 , 3 ; :name "Anne"@fr , "Ann"@en ; :q :b ; :code "A12" ;
   :start "2020-01-02"^^xsd:date ; :end "2020-01-01"^^xsd:date .
:b a :Big ; :p 5 ; :name "Bé"@fr , "Bèè"@fr , "Bob" ; :q :a , :c ; :code "b12" , "c" ;
   :start "2020-01-02"^^xsd:date ; :end "2021-01-01"^^xsd:date .
:c a :Huge ; :name "C"@en-GB ; :alias "C"@en-GB ; :q "text" , _:node ; :p "x"^^xsd:integer , "2.5"^^xsd:decimal ; :r :a .
:d a :Thing ; :r :e ; :when "2024-02-31"^^xsd:date , "2024-02-03"^^xsd:date , "2024" .
:e :r :f ; :p 7 . :f :r :d ; a :Other ; :same :g ; :also :g , :h .
:g :p 1 , 1.5 ; a :Other ; :same :g , :h ; :also :g , :h .
_:node a :Thing ; :p 4 ; :year "2020"^^xsd:gYear , "2020" .
"""
PROPERTY = {
    "min count one": ":p ; sh:minCount 1",
    "min count two": ":p ; sh:minCount 2",
    "min count of a repeated path": "[ sh:oneOrMorePath :r ] ; sh:minCount 1",
    "max count": ":q ; sh:maxCount 1",
    "max count zero": ":alias ; sh:maxCount 0",
    "class": ":q ; sh:class :Big",
    "datatype": ":p ; sh:datatype xsd:integer",
    "datatype of dates": ":when ; sh:datatype xsd:date",
    "datatype of years": ":year ; sh:datatype xsd:gYear",
    "node kind IRI": ":q ; sh:nodeKind sh:IRI",
    "node kind blank or literal": ":q ; sh:nodeKind sh:BlankNodeOrLiteral",
    "min inclusive": ":p ; sh:minInclusive 2",
    "max exclusive": ":p ; sh:maxExclusive 3",
    "min exclusive": ":p ; sh:minExclusive 1",
    "max inclusive": ":p ; sh:maxInclusive 2.5",
    "min length": ":code ; sh:minLength 3",
    "max length": ":code ; sh:maxLength 2",
    "pattern": ':code ; sh:pattern "^[A-Z]"',
    "pattern with flags": ':code ; sh:pattern "^[A-Z][0-9]" ; sh:flags "i"',
    "pattern of IRIs": ':q ; sh:pattern "^http://example.org/[ab]$"',
    "language": ':name ; sh:languageIn ( "fr" "en" )',
    "unique language": ":name ; sh:uniqueLang true",
    "not unique language": ":name ; sh:uniqueLang false",
    "in a list": ":q ; sh:in ( :a :b )",
    "has value": ":q ; sh:hasValue :a",
    "equals": ":same ; sh:equals :also",
    "disjoint": ":name ; sh:disjoint :alias",
    "less than": ":start ; sh:lessThan :end",
    "less than or equals": ":start ; sh:lessThanOrEquals :end",
    "not": ':code ; sh:not [ sh:pattern "^A" ]',
    "not a class": ":q ; sh:not [ sh:class :Big ]",
    "and": ':code ; sh:and ( [ sh:minLength 3 ] [ sh:pattern "^A" ] )',
    "or": ':code ; sh:or ( [ sh:maxLength 1 ] [ sh:pattern "^A" ] )',
    "one of": ":p ; sh:xone ( [ sh:minInclusive 2 ] [ sh:datatype xsd:decimal ] )",
    "node": ":q ; sh:node [ sh:property [ sh:path :p ; sh:minCount 2 ; sh:maxCount 4 ] ]",
    "node with unique languages": ":q ; sh:node [ sh:property [ sh:path :name ; sh:uniqueLang true ] ]",
    "node with has value": ":q ; sh:node [ sh:property [ sh:path :q ; sh:hasValue :c ] ]",
    "node with disjoint": ":q ; sh:node [ sh:property [ sh:path :name ; sh:disjoint :alias ] ]",
    "node with less than": ":q ; sh:node [ sh:property [ sh:path :start ; sh:lessThan :end ] ]",
    "node with equals": ":r ; sh:node [ sh:property [ sh:path :same ; sh:equals :also ] ]",
    "node that is one node": ":q ; sh:node [ sh:hasValue :a ]",
    "property in a property": ":q ; sh:property [ sh:path :p ; sh:maxCount 1 ]",
    "property three deep": ":r ; sh:property [ sh:path :r ; sh:property [ sh:path :r ; "
    "sh:property [ sh:path :p ; sh:minCount 1 ] ] ]",
    "qualified min": ":q ; sh:qualifiedValueShape [ sh:class :Big ] ; sh:qualifiedMinCount 1",
    "qualified max": ":q ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMaxCount 1",
    "inverse path": "[ sh:inversePath :q ] ; sh:minCount 1",
    "sequence path": "( :q :p ) ; sh:maxInclusive 3",
    "alternative path": "[ sh:alternativePath ( :alias :r ) ] ; sh:minCount 1",
    "alternative of a sequence": "[ sh:alternativePath ( :alias ( :q :r ) ) ] ; sh:maxCount 0",
    "zero or more path": "[ sh:zeroOrMorePath :r ] ; sh:class :Thing",
    "zero or one path": "[ sh:zeroOrOnePath :r ] ; sh:nodeKind sh:Literal",
    "deactivated": ":p ; sh:minCount 9 ; sh:deactivated true",
    "severity": ":p ; sh:minCount 2 ; sh:severity sh:Info",
    "sparql": ":p ; sh:sparql [ a sh:SPARQLConstraint ; sh:select "
    '"SELECT $this ?value WHERE { $this $PATH ?value . FILTER(?value = 5) }" ]',
}
NODE = {
    "class of the node": "sh:class :Big",
    "not a class of the node": "sh:not [ sh:class :Big ]",
    "kind of the node": "sh:nodeKind sh:IRI",
    "pattern of the node": 'sh:pattern "[ab]$"',
    "value of the node": "sh:hasValue :a",
    "list of nodes": "sh:in ( :a :b )",
    "node": "sh:node [ sh:property [ sh:path :p ; sh:minCount 1 ] ]",
    "or with properties": "sh:or ( [ sh:property [ sh:path :p ; sh:minCount 2 ] ] "
    "[ sh:property [ sh:path :r ; sh:minCount 1 ] ] )",
    "closed": "sh:closed true ; sh:ignoredProperties ( :name :r ) ; sh:property [ sh:path :p ] , [ sh:path :q ]",
    "sparql": 'sh:sparql [ a sh:SPARQLConstraint ; sh:message "{?value} of {$this}" ; sh:select '
    '"""SELECT $this ?value WHERE { $this :p ?value . FILTER(?value = 1) # ":p" and :q stay as they are\n }""" ; '
    "sh:prefixes :ontology ]",
}
TARGETS = {
    "subjects": "sh:targetSubjectsOf :q",
    "objects": "sh:targetObjectsOf :q",
    "nodes": "sh:targetNode :a , :nowhere , 5",
    "several": "sh:targetNode :e ; sh:targetClass :Other ; sh:targetObjectsOf :q",
    "subclass": "sh:targetClass :Big",
    "sparql": 'sh:target [ a sh:SPARQLTarget ; sh:prefixes :ontology ; sh:select "SELECT ?this WHERE { ?this :r :d }" ]',
    "implicit": "a owl:Class",
}
DECLARED = ':ontology sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .\n'
Found = set[tuple[str, str, str, str]]


def _oracle(shapes: Graph) -> Found:
    data = Graph().parse(data=PREFIXES + DATA, format="turtle")
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inference="none")
    assert isinstance(report, Graph), text
    found: Found = set()
    for node in report.objects(None, SH.result):  # not those told in sh:detail
        focus, value, kind, severity = (
            report.value(node, name)
            for name in (SH.focusNode, SH.value, SH.sourceConstraintComponent, SH.resultSeverity)
        )
        found.add((_said(focus), "" if value is None else _said(value), str(kind), str(severity)))
    return found


def _said(term: object) -> str:
    if isinstance(term, ox.BlankNode) or not isinstance(term, (URIRef, RdfLiteral, ox.NamedNode, ox.Literal)):
        return "_:"
    return str(term.value) if isinstance(term, (ox.NamedNode, ox.Literal)) else str(term)


def _compiled(shapes: Graph) -> Report:
    store = ox.Store()
    store.load(input=(PREFIXES + DATA).encode(), format=ox.RdfFormat.TURTLE)
    return check(store, compile_graph(shapes))


def _same(text: str) -> Report:
    shapes = Graph().parse(data=PREFIXES + DECLARED + text, format="turtle")
    report = _compiled(shapes)
    found = {
        (
            _said(result.focus),
            "" if result.value is None else _said(result.value),
            result.component,
            f"http://www.w3.org/ns/shacl#{result.severity}",
        )
        for result in report.results
    }
    assert found == _oracle(shapes)
    return report


@pytest.mark.parametrize("text", PROPERTY.values(), ids=PROPERTY.keys())
def test_a_property_shape_gives_the_results_of_pyshacl(text: str) -> None:
    _same(f":s a sh:NodeShape ; sh:targetClass :Thing , :Other ; sh:property [ sh:path {text} ] .")


@pytest.mark.parametrize("text", NODE.values(), ids=NODE.keys())
def test_a_node_shape_gives_the_results_of_pyshacl(text: str) -> None:
    _same(f":s a sh:NodeShape ; sh:targetClass :Thing ; {text} .")


@pytest.mark.parametrize("text", TARGETS.values(), ids=TARGETS.keys())
def test_a_target_is_that_of_pyshacl(text: str) -> None:
    report = _same(f":Thing {text} . :Thing a sh:NodeShape ; sh:property [ sh:path :p ; sh:minCount 2 ] .")
    assert report.results


def test_a_property_shape_with_a_target_of_its_own() -> None:
    assert _same(":s a sh:PropertyShape ; sh:targetClass :Thing ; sh:path :q ; sh:minCount 2 .").results


UNSUPPORTED = {
    "an expression": ("sh:expression :any", "sh:expression"),
    "a recursive shape": ("sh:property [ sh:path :q ; sh:node :s ]", "recursive"),
    "a SPARQL constraint in another shape": (
        'sh:not [ sh:sparql [ sh:select "SELECT $this WHERE { $this :p 1 }" ] ]',
        "sh:sparql inside another shape",
    ),
    "a closed shape in another shape": ("sh:node [ sh:closed true ]", "sh:closed inside another shape"),
    "an unknown prefix": (
        'sh:sparql [ sh:select "SELECT $this WHERE { $this ex:p 1 }" ]',
        "undeclared prefix ex:",
    ),
    "the shapes graph": (
        'sh:sparql [ sh:select "SELECT $this WHERE { GRAPH $shapesGraph { $this ?p 1 } }" ]',
        "$shapesGraph",
    ),
    "a count without a path": ("sh:minCount 1", "sh:minCount without a path"),
    "an unknown path": ("sh:property [ sh:path [ :p :q ] ; sh:minCount 1 ]", "unknown kind of path"),
    "a target of another kind": ("sh:target [ a :Target ]", "sh:SPARQLTarget"),
    "disjoint qualified shapes": (
        "sh:property [ sh:path :q ; sh:qualifiedValueShape [ sh:class :Big ] ; sh:qualifiedMinCount 1 ; "
        "sh:qualifiedValueShapesDisjoint true ]",
        "sh:qualifiedValueShapesDisjoint",
    ),
}


@pytest.mark.parametrize(("text", "construct"), UNSUPPORTED.values(), ids=UNSUPPORTED.keys())
def test_what_cannot_be_compiled_names_the_shape(tmp_path: Path, text: str, construct: str) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text(f"{PREFIXES}:s a sh:NodeShape ; sh:targetClass :Thing ; {text} .", encoding="utf-8")
    with pytest.raises(UnsupportedShape) as error:
        compile_shapes([path])
    assert construct in error.value.construct
    assert str(error.value).count(".") >= 1
    assert error.value.shape.n3() in str(error.value)


def test_years_must_be_well_formed() -> None:
    shapes = Graph().parse(
        data=PREFIXES + ":s sh:targetNode :x ; sh:property [ sh:path :year ; sh:datatype xsd:gYear ] .",
        format="turtle",
    )
    store = ox.Store()
    years = (
        '"2020"^^xsd:gYear , "-0044"^^xsd:gYear , "2020Z"^^xsd:gYear , "20"^^xsd:gYear , "02020"^^xsd:gYear'
    )
    store.load(input=f"{PREFIXES} :x :year {years} .".encode(), format=ox.RdfFormat.TURTLE)
    bad = {_said(result.value) for result in check(store, compile_graph(shapes)).results}
    assert bad == {"20", "02020"}


def test_every_kind_of_integer_is_an_integer_for_the_store() -> None:
    text = ":s sh:targetNode :x ; sh:property [ sh:path :n ; sh:datatype xsd:nonNegativeInteger ] ."
    shapes = Graph().parse(data=PREFIXES + text, format="turtle")
    store = ox.Store()
    store.load(
        input=f'{PREFIXES} :x :n "3"^^xsd:nonNegativeInteger , "x" , 2.5 .'.encode(),
        format=ox.RdfFormat.TURTLE,
    )
    bad = {_said(result.value) for result in check(store, compile_graph(shapes)).results}
    assert bad == {"x", "2.5"}


def test_messages_are_filled_and_keep_their_language() -> None:
    text = """:s sh:targetClass :Thing ; sh:severity sh:Warning ; sh:sparql [
        sh:message "{?value} is {$this}'s"@en , "{?value} est à {?this} {?unbound}"@fr ;
        sh:select "SELECT $this ?value WHERE { $this <http://example.org/code> ?value }" ] ."""
    report = _compiled(Graph().parse(data=PREFIXES + text, format="turtle"))
    (result,) = [result for result in report.results if _said(result.value) == "A12"]
    assert result.message("en") == "A12 is http://example.org/a's"
    assert result.message("fr") == "A12 est à http://example.org/a {?unbound}"
    assert result.message("de") in (result.message("en"), result.message("fr"))
    assert (result.severity, result.shape) == ("Warning", "http://example.org/s")


def test_a_bulk_query_holds_for_the_targets_only() -> None:
    text = """@prefix ancsh: <https://w3id.org/ancrage/def/shapes/> .
        :s sh:targetClass :Big ; sh:sparql [ sh:prefixes :ontology ;
        sh:select "SELECT $this ?value WHERE { $this :code ?value }" ;
        ancsh:bulkSelect "SELECT ?this ?value WHERE { ?this :code ?value }" ] ."""
    report = _same(text)
    assert {_said(result.focus) for result in report.results} == {"http://example.org/b"}


def test_what_bounds_the_same_values_for_several_classes_is_looked_for_once() -> None:
    shapes = "\n".join(
        f":S{kind} a sh:NodeShape ; sh:targetClass :{kind} ; sh:property [ sh:path :p ; sh:maxCount 1 ] ."
        for kind in "ABC"
    )
    checks = compile_graph(Graph().parse(data=PREFIXES + shapes, format="turtle"))
    assert len({item.query for item in checks}) == 3
    assert len({item.screen for item in checks if item.screen}) == 1
    store = ox.Store()
    data = ":a a :A ; :p 1 . :b a :B ; :p 1, 2 . :c a :C ; :p 1 . :none :p 1, 2 ."
    store.load(PREFIXES + data, format=ox.RdfFormat.TURTLE)
    assert [str(result.focus) for result in check(store, checks).results] == ["<http://example.org/b>"]
    store.update("DELETE DATA { <http://example.org/b> <http://example.org/p> 2 }")
    assert check(store, checks).conforms


def test_values_that_shapes_of_several_classes_test_alike_are_tested_once() -> None:
    shapes = "\n".join(
        f":S{kind} a sh:NodeShape ; sh:targetClass :{kind} ; sh:property [ sh:path :p ; sh:nodeKind sh:IRI ] ."
        for kind in "ABC"
    )
    checks = compile_graph(Graph().parse(data=PREFIXES + shapes, format="turtle"))
    assert len({item.screen for item in checks if item.screen}) == 1
    store = ox.Store()
    store.load(PREFIXES + ":a a :A ; :p :x . :b a :B ; :p 1 . :none :p 1 .", format=ox.RdfFormat.TURTLE)
    assert [str(result.focus) for result in check(store, checks).results] == ["<http://example.org/b>"]
    store.update("DELETE DATA { <http://example.org/b> <http://example.org/p> 1 }")
    assert check(store, checks).conforms
