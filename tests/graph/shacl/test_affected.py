"""Checks that a change can concern: those left out give on the changed graph what they gave before."""

import random
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from ancrage.graph.shacl.affected import (
    Change,
    affected_checks,
    is_adjacent,
    is_beside,
    is_local,
    neighbourhood,
    reads,
    reads_beyond,
    widen,
)
from ancrage.graph.shacl.checks import Check
from ancrage.graph.shacl.shapes import compile_shapes
from ancrage.graph.shacl.validation import check
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.ontology.vocabulary import shape_files

LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
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


@pytest.mark.long
def test_checks_left_out_keep_their_results(checks: list[Check], example_reader: LocalReader) -> None:
    """Random triples of the example removed, and things given other types and values."""
    chance = random.Random(3)
    store = memory(example_reader)
    before = {id(one): results(store, one) for one in checks}
    triples = sorted(store, key=str)
    classes = sorted({quad.object for quad in triples if quad.predicate == TYPE}, key=str)
    left_out = moved = 0
    for _ in range(60):
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


def by_node(store: ox.Store, one: Check) -> set[tuple[str, str]]:
    found = store.query(one.query)
    assert isinstance(found, ox.QuerySolutions)
    return {(str(solution["this"]), str([solution[name] for name in found.variables])) for solution in found}


@pytest.mark.long
def test_local_checks_are_answered_by_the_nodes_that_changed(
    checks: list[Check], example_reader: LocalReader
) -> None:
    """Nodes lose and get triples at random: the others keep their results, and theirs are those of their triples alone."""
    chance = random.Random(5)
    store = memory(example_reader)
    local = [one for one in checks if is_local(one.query)]
    others = [one for one in checks if not is_local(one.query) and "?this" in one.query]
    assert len(local) > len(checks) / 2
    before = {id(one): by_node(store, one) for one in checks}
    triples = [quad for quad in sorted(store, key=str) if not quad.predicate.value.endswith("#subClassOf")]
    asked = {name for one in local for name in reads(one.query).iris}
    of_checks = [quad for quad in triples if quad.predicate.value in asked]
    classes = sorted({quad.object for quad in triples if quad.predicate == TYPE}, key=str)
    moved = beside = 0
    for _ in range(30):
        gone = [chance.choice(of_checks), chance.choice(triples)]
        subject = chance.choice(triples).subject
        new = [ox.Quad(subject, TYPE, chance.choice(classes))]
        new += [
            ox.Quad(subject, chance.choice(of_checks).predicate, chance.choice(triples).object)
            for _ in range(3)
        ]
        new = [quad for quad in dict.fromkeys(new) if quad not in store]
        for quad in gone:
            store.remove(quad)
        store.extend(new)
        near = neighbourhood(store, [*gone, *new], [])
        assert near is not None
        nodes = {str(quad.subject) for quad in [*gone, *new]}
        for one in local:
            now, was = by_node(store, one), before[id(one)]
            assert {pair for pair in now if pair[0] in nodes} == by_node(near, one), (one.query, gone, new)
            assert {p for p in now if p[0] not in nodes} == {p for p in was if p[0] not in nodes}, one.query
            moved += now != was
        change = Change.of(store, [*gone, *new])
        for one in others:
            if is_beside(one, change, near):
                beside += 1
                assert by_node(store, one) <= before[id(one)], (one.query, gone, new)
        for quad in new:
            store.remove(quad)
        store.extend(gone)
    assert moved > 30
    assert beside > 1000


def changes(store: ox.Store, asked: set[str], rounds: int) -> Iterator[list[ox.Quad]]:
    """Take triples away and add others, of the predicates that are asked for and of types; put all back after each round."""
    chance = random.Random(7)
    triples = [quad for quad in sorted(store, key=str) if not quad.predicate.value.endswith("#subClassOf")]
    of_checks = [quad for quad in triples if quad.predicate.value in asked]
    types = [quad for quad in triples if quad.predicate == TYPE]
    for _ in range(rounds):
        gone = {chance.choice(of_checks), chance.choice(types), chance.choice(triples)}
        for quad in chance.sample(of_checks, 3):
            if isinstance(quad.object, ox.NamedNode):
                gone |= {*store.quads_for_pattern(quad.object, LABEL, None)}
        new = {
            ox.Quad(quad.subject, quad.predicate, chance.choice(triples).subject)
            for quad in chance.sample(of_checks, 5)
        }
        new.add(ox.Quad(chance.choice(triples).subject, TYPE, chance.choice(types).object))
        new = {quad for quad in new if quad not in store}
        for quad in gone:
            store.remove(quad)
        store.extend(new)
        yield [*gone, *new]
        for quad in new:
            store.remove(quad)
        store.extend(gone)


def test_adjacent_checks_are_answered_around_what_changed(
    checks: list[Check], example_reader: LocalReader
) -> None:
    """Labels, references and types come and go: nodes at their ends have the results of what is near, the others keep theirs."""
    store = memory(example_reader)
    nothing = Change(frozenset(), frozenset(), odd_type=False)
    adjacent = [one for one in checks if not is_local(one.query) and is_adjacent(one.query, nothing)]
    assert "ReferencedOrganizationShape" in {one.shape.rpartition("/")[2] for one in adjacent}
    before = {one: by_node(store, one) for one in adjacent}
    asked = {LABEL.value, *(name for one in adjacent for name in reads(one.query).iris)}
    answered = moved = 0
    for changed in changes(store, asked, 100):
        change = Change.of(store, changed)
        kept = [one for one in adjacent if is_adjacent(one.query, change)]
        near = neighbourhood(store, changed, [])
        assert near is not None
        nodes = {str(node) for node in widen(near, store, changed, [], kept)}
        for one in kept:
            now, was = by_node(store, one), before[one]
            assert {p for p in now if p[0] in nodes} == {p for p in by_node(near, one) if p[0] in nodes}, (
                one.query
            )
            assert {p for p in now if p[0] not in nodes} == {p for p in was if p[0] not in nodes}, one.query
            answered += 1
            moved += now != was
    assert answered > 1000
    assert moved > 30


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?this { ?x <http://e.org/p> ?this ; <http://e.org/q> ?y }",
        "SELECT ?this { ?x <http://e.org/p> ?this . ?x <http://e.org/q> ?y }",
        "SELECT ?this { ?x <http://e.org/p> ?this , ?y }",
        "SELECT ?this { ?x <http://e.org/p>/<http://e.org/q> ?this . }",
        "SELECT ?this { ?this <http://e.org/p> ?value MINUS { ?value a <http://e.org/C> } }",
        "SELECT ?this { GRAPH ?g { ?x <http://e.org/p> ?this . } }",
    ],
)
def test_what_reads_further_is_not_adjacent(text: str) -> None:
    assert not is_adjacent(text, Change(frozenset(), frozenset(), odd_type=False))


def test_a_value_whose_class_changed_is_told_of_all_who_have_it(checks: list[Check]) -> None:
    [place] = [
        one
        for one in checks
        if one.shape.endswith("/AnnouncementShape")
        and "class" in one.component.lower()
        and "forTerritory" in str(one.path)
    ]
    other, territory = (
        frozenset({f"https://w3id.org/ancrage/def/{name}"}) for name in ("Request", "Territory")
    )
    typed = frozenset({TYPE.value})
    assert is_adjacent(place.query, Change(typed, other, odd_type=False))
    assert not is_adjacent(place.query, Change(typed, territory, odd_type=False))


@pytest.mark.parametrize(
    ("text", "iris"),
    [
        ("SELECT ?this { ?this a <http://e.org/C> ; <http://e.org/p> ?value }", ""),
        ("SELECT ?this { ?this <http://e.org/p> ?x ; <http://e.org/q>/<http://e.org/r> ?y }", "qr"),
        ("SELECT ?this { ?x <http://e.org/p> ?this . ?this <http://e.org/q> ?y }", "p"),
        ("SELECT ?this { ?this <http://e.org/p> ?x . FILTER(?y != '?this <http://e.org/q> 1') }", ""),
        ("SELECT ?this { { SELECT ?x { ?y <http://e.org/p> ?x } } ?this <http://e.org/q> ?x }", "p"),
        ("SELECT ?this { { SELECT ?x { ?this <http://e.org/p> ?x } } ?this <http://e.org/q> ?x }", None),
        ("SELECT ?this { ?x <http://e.org/p> ?y MINUS { ?this <http://e.org/q> ?x } ?this a ?c }", None),
        ("SELECT ?this { { ?this <http://e.org/p> ?x } UNION { ?y <http://e.org/q> ?x } }", None),
        ("SELECT ?this { ?this <http://e.org/p> ?x } GROUP BY ?x", None),
        ("SELECT (SAMPLE(?x) AS ?this) { ?x <http://e.org/p> ?y } GROUP BY ?this", None),
        ("SELECT ?this { GRAPH ?g { ?this <http://e.org/p> ?x } }", None),
        ("SELECT ?this { ?this <http://e.org/p> ?x } LIMIT 1", None),
    ],
)  # fmt: skip
def test_what_is_read_of_other_nodes(text: str, iris: str | None) -> None:
    found = reads_beyond(text)
    if iris is None:
        assert found is None
    else:
        assert found is not None
        assert found.iris == {f"http://e.org/{name}" for name in iris}


def test_a_change_of_classes_has_no_neighbourhood() -> None:
    above = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    quad = ox.Quad(ox.NamedNode("http://e.org/A"), above, ox.NamedNode("http://e.org/B"))
    assert neighbourhood(ox.Store(), [quad], []) is None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?this { ?this <http://e.org/p> ?value . ?value a <http://e.org/C> }",
        "SELECT ?this { ?this <http://e.org/p>/<http://e.org/q> ?value }",
        "SELECT ?this { ?this ^<http://e.org/p> ?value }",
        "SELECT ?this { ?this (<http://e.org/p>) ?value }",
        "SELECT ?this { ?x <http://e.org/p> ?this }",
        "SELECT ?this { <http://e.org/x> <http://e.org/p> ?this }",
        "SELECT ?this { ?this <http://e.org/p> [ <http://e.org/q> 1 ] }",
        "SELECT ?this { ?this <http://e.org/p> ( 1 2 ) }",
        "SELECT ?this { GRAPH ?g { ?this <http://e.org/p> ?value } }",
        "SELECT ?this { ?this <http://e.org/p> ?v { SELECT ?v { ?this <http://e.org/p> ?v } } }",
        "SELECT ?this { ?this <http://e.org/p> ?v } GROUP BY ?v",
        "SELECT ?this { VALUES ?this { <http://e.org/x> } MINUS { ?this <http://e.org/p> 1 } }",
        "SELECT ?this { BIND(<http://e.org/x> AS ?this) }",
        "SELECT (COUNT(?this) AS ?value) { ?this <http://e.org/p> 1 }",
        "SELECT ?this { ?this <http://e.org/p> 1 } LIMIT 1",
        "SELECT ?this ?value WHERE { { SELECT ?value WHERE { { SELECT DISTINCT ?value WHERE { ?any <http://e.org/p> ?value } } "
        "FILTER(isIRI(?value)) } } ?this <http://e.org/q> ?value . }",
    ],
)
def test_what_reads_other_nodes_is_not_local(text: str) -> None:
    assert not is_local(text)


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
