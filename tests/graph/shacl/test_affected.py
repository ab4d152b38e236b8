"""Checks that a change can concern: those left out give on the changed graph what they gave before."""

import random

import pyoxigraph as ox
import pytest
from ancrage.graph.shacl.affected import affected_checks, reads
from ancrage.graph.shacl.checks import Check
from ancrage.graph.shacl.shapes import compile_shapes
from ancrage.graph.shacl.validation import check
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.ontology.vocabulary import shape_files

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture(scope="module")
def checks() -> list[Check]:
    return compile_shapes(shape_files())


def memory(reader: LocalReader) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(*quad.triple) for quad in reader.store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    )
    return store


def results(store: ox.Store, one: Check) -> set[str]:
    found = store.query(one.query)
    assert isinstance(found, ox.QuerySolutions)
    return {str([solution[name] for name in found.variables]) for solution in found}


def test_no_check_of_the_project_is_beyond_reading(checks: list[Check]) -> None:
    assert not [one.shape for one in checks if reads(f"{one.target}\n{one.query}").any_predicate]


def test_checks_left_out_keep_their_results(checks: list[Check], example_reader: LocalReader) -> None:
    """Random triples of the example removed, and things given other types and values."""
    chance = random.Random(3)
    store = memory(example_reader)
    before = {id(one): results(store, one) for one in checks}
    triples = sorted(store, key=str)
    classes = sorted({quad.object for quad in triples if quad.predicate == TYPE}, key=str)
    left_out = moved = 0
    for _ in range(40):
        gone = chance.sample(triples, 3)
        subject = chance.choice(triples).subject
        new = [
            ox.Quad(subject, TYPE, chance.choice(classes)),
            ox.Quad(subject, chance.choice(triples).predicate, chance.choice(triples).object),
        ]
        new = [quad for quad in new if quad not in store]
        for quad in gone:
            store.remove(quad)
        store.extend(new)
        kept = {id(one) for one in affected_checks(checks, store, [*gone, *new])}
        for one in checks:
            now = results(store, one)
            moved += now != before[id(one)]
            if id(one) not in kept:
                left_out += 1
                assert now == before[id(one)], (one.shape, one.component, gone, new)
        for quad in new:
            store.remove(quad)
        store.extend(gone)
    assert left_out > 1000
    assert moved > 100


def test_a_violation_is_found_by_the_checks_kept(checks: list[Check], example_reader: LocalReader) -> None:
    store = memory(example_reader)
    commune = ox.NamedNode("http://e.org/commune")
    quad = ox.Quad(commune, TYPE, ox.NamedNode("https://w3id.org/ancrage/def/Commune"))
    store.add(quad)
    kept = affected_checks(checks, store, [quad])
    assert 0 < len(kept) < len(checks)
    assert {str(one.focus) for one in check(store, kept).violations} == {str(commune)}


@pytest.mark.parametrize(
    ("text", "any_predicate", "any_class"),
    [
        ("SELECT ?this ?value WHERE { ?this <http://e.org/p> ?value }", False, False),
        ("SELECT ?this WHERE { ?this <http://e.org/p>/<http://e.org/q>* ?value ; <http://e.org/r> ?x }", False, False),
        ("SELECT ?this WHERE { ?this <http://e.org/p> ?value ; ?p ?x }", True, False),
        ("SELECT ?this WHERE { [ ?p ?x ] <http://e.org/p> 1 }", True, False),
        ("SELECT ?this WHERE { BIND(1 AS ?x) ?this ?p ?x }", True, False),
        ("SELECT ?this WHERE { ?this !<http://e.org/p> ?value }", True, False),
        ("SELECT ?this WHERE { ?this !(<http://e.org/p>|a) ?value }", True, True),
        ("SELECT ?this WHERE { ?this e:p ?value }", True, False),
        ("SELECT ?this WHERE { ?x <http://e.org/p> ?this FILTER(!isIRI(?x) && !(?x = ?this)) }", False, False),
        ("SELECT ?x { ?x ^a <http://e.org/C> }", False, True),
        ("SELECT ?x { ?x a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* <http://e.org/C> }", False, False),
        ("SELECT ?x { ?x a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?c }", False, True),
        ("SELECT ?x { ?x a|<http://e.org/p> <http://e.org/C> }", False, True),
        ("SELECT ?x { ?y (a) <http://e.org/C> }", False, True),
    ],
)  # fmt: skip
def test_what_a_query_reads(text: str, any_predicate: bool, any_class: bool) -> None:
    found = reads(text)
    assert (found.any_predicate, found.any_class) == (any_predicate, any_class)
