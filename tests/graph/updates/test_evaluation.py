"""Updates by queries: what they change is what the engine's own updates change, and every step sees the one before."""

from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.canonical import GENID
from ancrage.graph.snapshots.provenance import DERIVED_GRAPHS, EDITS_GRAPH, ONTOLOGY_GRAPH, PROVENANCE_GRAPH
from ancrage.graph.sparql.syntax import QuerySyntax
from ancrage.graph.updates.evaluation import GraphExists, UnknownGraph, apply_update
from ancrage.graph.updates.operations import read_update
from ancrage.graph.updates.patches import graph_of
from ancrage.graph.updates.working_copy import LocalBlankNode, ProtectedGraph, WorkingCopy
from hypothesis import given, settings
from hypothesis import strategies as st

E = "http://e.org/"
P = f"PREFIX e: <{E}> "
DATA = f"""
<{E}a> <{E}p> <{E}b> <{E}g> .
<{E}a> <{E}p> <{E}c> <{E}g> .
<{E}b> <{E}q> "1" <{E}g> .
<{E}b> <{E}q> "1"@fr <{E}g> .
<{E}c> <{E}n> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <{E}g> .
<{E}a> <{E}p> <{E}b> <{E}h> .
<{E}d> <{E}p> <{E}d> <{E}h> .
<{E}d> <{E}s> <<( <{E}a> <{E}p> <{E}b> )>> <{E}h> .
"""


def quads() -> list[ox.Quad]:
    return list(ox.parse(DATA, ox.RdfFormat.N_QUADS))


def working_copy(*, merged: bool = True, roles: dict[str, str] | None = None) -> WorkingCopy:
    """A copy whose graphs are base graphs, merged in the default graph, or neither."""
    store = ox.Store()
    store.extend(quads())
    chosen = {E + name: "base" if merged else "scenario" for name in "ghk"}
    if merged:
        store.extend(ox.Quad(*quad.triple) for quad in quads())
    return WorkingCopy(store, {**chosen, **(roles or {})}, salt="test")


def updated(text: str, copy: WorkingCopy | None = None, **dataset: list[str]) -> WorkingCopy:
    copy = copy or working_copy()
    apply_update(copy, read_update(text), **dataset)
    return copy


def graph(store: ox.Store, name: str) -> set[str]:
    """The triples of a graph, its new blank nodes with canonical names."""
    where = ox.NamedNode(name) if name else ox.DefaultGraph()
    found = ox.Dataset(
        ox.Quad(blank(quad.subject), quad.predicate, blank(quad.object))  # type: ignore[arg-type]
        for quad in store.quads_for_pattern(None, None, None, where)
    )
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in found}


def blank(term: object) -> object:
    if isinstance(term, ox.NamedNode) and term.value.startswith(GENID):
        return ox.BlankNode(term.value.removeprefix(GENID))
    return term


def check_union(copy: WorkingCopy) -> None:
    """The default graph is the union of the base graphs, each triple once."""
    base = {str(q.triple) for q in copy.store if graph_of(q) and copy.is_base(graph_of(q))}
    default = [str(quad.triple) for quad in copy.store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    assert sorted(default) == sorted(base)


def check_patch(copy: WorkingCopy, before: Iterable[ox.Quad]) -> None:
    """The patch is what turns the named graphs before into those after."""
    named = {quad for quad in before if graph_of(quad)}
    after = {quad for quad in copy.store if graph_of(quad)}
    assert copy.patch.added == after - named
    assert copy.patch.removed == named - after


NAMED = [
    "INSERT DATA { GRAPH e:g { e:x e:p 1 , 2 ; e:q 'a' . [] e:r ( 1 2 ) } GRAPH e:k { e:x a e:C } }",
    "DELETE DATA { GRAPH e:g { e:a e:p e:b . e:none e:p e:b } } ; INSERT DATA { GRAPH e:g { e:a e:p e:b } }",
    "WITH e:g DELETE { ?s e:p ?o } INSERT { ?s e:was ?o } WHERE { ?s e:p ?o }",
    "DELETE WHERE { GRAPH ?g { ?s e:p ?o } }",
    "INSERT { GRAPH e:k { ?o ?p ?s } } WHERE { GRAPH ?g { ?s ?p ?o } }",  # literals cannot be subjects
    "INSERT { GRAPH ?o { ?s ?p ?o } } WHERE { GRAPH e:g { ?s ?p ?o } }",  # nor names of graphs
    "INSERT { GRAPH e:k { ?s e:all [ e:of ?o ] } } WHERE { GRAPH ?g { ?s e:p ?o } }",
    "INSERT { GRAPH e:k { [] e:one 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "INSERT { GRAPH e:k { e:once e:for e:all } } WHERE { GRAPH e:g { ?s ?p ?o } }",
    "INSERT { GRAPH e:k { e:never e:for e:all } } WHERE { GRAPH e:g { ?s e:missing ?o } }",
    "INSERT { GRAPH e:k { ?s e:two ?x , ?y } } WHERE { GRAPH e:g { ?s e:p ?x OPTIONAL { ?x e:n ?y } } }",
    "DELETE { GRAPH e:g { ?s e:n ?n } } INSERT { GRAPH e:g { ?s e:n ?m } } USING e:g "
    "WHERE { ?s e:n ?n BIND(?n + 1 AS ?m) }",
    "INSERT { GRAPH e:k { ?s e:p ?o } } USING e:g USING NAMED e:h WHERE { ?s e:p ?x GRAPH ?g { ?s e:p ?o } }",
    "WITH e:g INSERT { ?s e:k 1 } USING e:h WHERE { ?s e:p ?o }",
    "WITH e:g INSERT { ?s e:h ?o } WHERE { ?s e:p ?o GRAPH e:h { ?s e:p ?o } }",
    "INSERT { GRAPH e:k { ?t e:says ?s } } WHERE { GRAPH e:h { ?s e:s <<( ?a e:p ?b )>> } BIND(?b AS ?t) }",
    "INSERT { GRAPH e:k { e:t e:s <<( ?s e:p ?o )>> } } WHERE { GRAPH e:h { ?s e:p ?o } }",
    "INSERT { GRAPH e:k { ?s e:c ?n } } WHERE { { SELECT ?s (COUNT(?o) AS ?n) { GRAPH e:g { ?s ?p ?o } } GROUP BY ?s } }",
    "INSERT { GRAPH e:k { ?b e:p 1 } } WHERE { GRAPH e:g { ?s e:p ?o } BIND(BNODE() AS ?b) }",
    "COPY e:g TO e:h", "COPY e:g TO e:k", "MOVE e:g TO e:h", "ADD GRAPH e:g TO GRAPH e:h", "COPY e:g TO e:g",
    "DROP GRAPH e:g", "CLEAR GRAPH e:g", "DROP NAMED", "CREATE GRAPH e:k ; DROP SILENT GRAPH e:none",
    "ADD SILENT e:none TO e:g",
    "INSERT DATA { GRAPH e:k { e:one e:p '}' , \"\"\"GRAPH e:g { # \"\"\" } # } GRAPH\n } ; "
    "INSERT { GRAPH e:k { ?s e:then ?o } } WHERE { GRAPH e:k { ?s e:p ?o } }",
    "INSERT DATA { GRAPH e:g { e:x e:n 01 , +1 , 1.50 , 1e0 } }",
    "BASE <http://e.org/> INSERT DATA { GRAPH <k> { <x> <p> <y> } } | PREFIX o: <http://o.org/> "
    "BASE <http://o.org/> INSERT DATA { GRAPH o:k { <x> <p> 1 } GRAPH <http://e.org/k> { o:x o:p <y> } }",
    "DELETE { GRAPH e:g { ?s e:p ?o } } INSERT { GRAPH e:g { ?s e:p ?o } } WHERE { GRAPH e:g { ?s e:p ?o } }",
]  # fmt: skip


@pytest.mark.parametrize("text", NAMED)
def test_named_graphs_change_as_the_engine_changes_them(text: str) -> None:
    copy = updated(P + text.replace("|", ";"), working_copy(merged=False))
    oracle = ox.Store()
    oracle.extend(quads())
    for one in (P + text).split("|"):
        oracle.update(one)
    for name in (E + "g", E + "h", E + "k", E + "b", E + "c"):
        assert graph(copy.store, name) == graph(oracle, name), name
    check_patch(copy, quads())


@pytest.mark.parametrize("text", NAMED)
def test_the_default_graph_stays_the_union_of_the_base_graphs(text: str) -> None:
    copy = updated(P + text.replace("|", ";"))
    check_union(copy)
    check_patch(copy, quads())


DEFAULT = [
    "INSERT DATA { e:x e:p 1 . e:a e:p e:b }",
    "DELETE DATA { e:a e:p e:b }",
    "DELETE WHERE { e:a ?p ?o }",
    "DELETE { ?s e:p ?o } INSERT { ?o e:p ?s } WHERE { ?s e:p ?o }",
    "DELETE { ?s e:p ?o } INSERT { ?s e:p ?o } WHERE { ?s e:p ?o }",
    "DELETE { ?s e:n ?n } INSERT { ?s e:n ?m } WHERE { ?s e:n ?n BIND(?n * 2 AS ?m) }",
    "INSERT DATA { e:x e:p e:y } ; DELETE { ?s e:p e:y } INSERT { ?s e:q e:y } WHERE { ?s e:p e:y }",
    "CLEAR DEFAULT",
]


@pytest.mark.parametrize("text", DEFAULT)
def test_the_default_graph_changes_as_the_engine_changes_it(text: str) -> None:
    copy = updated(P + text)
    oracle = ox.Store()
    oracle.extend(ox.Quad(*quad.triple) for quad in quads())
    oracle.update(P + text)
    assert graph(copy.store, "") == graph(oracle, "")
    check_union(copy)
    check_patch(copy, quads())


WORDS = ["e:a", "e:b", "e:c", "?x", "?y", "?z"]
PREDICATES = ["e:p", "e:q", "?r"]
GRAPHS = ["e:g", "e:h", "e:k"]


@st.composite
def operations(draw: st.DrawFn) -> str:
    def triples(predicates: list[str]) -> str:
        picked = draw(
            st.lists(st.tuples(*map(st.sampled_from, (WORDS, predicates, WORDS))), min_size=1, max_size=2)
        )
        return " . ".join(" ".join(one) for one in picked)

    name = draw(st.sampled_from(GRAPHS))
    other = draw(st.sampled_from([*GRAPHS, "?g"]))
    kind = draw(st.sampled_from(["modify", "with", "where", "add"]))
    if kind == "add":
        return f"ADD SILENT {name} TO {draw(st.sampled_from(GRAPHS))}"
    if kind == "where":
        return f"DELETE WHERE {{ GRAPH {other} {{ {triples(PREDICATES)} }} }}"
    if kind == "with":
        insert = triples(["e:p", "e:r"])
        return f"WITH {name} DELETE {{ {triples(PREDICATES)} }} INSERT {{ {insert} }} WHERE {{ {triples(PREDICATES)} }}"
    return (
        f"DELETE {{ GRAPH {other} {{ {triples(PREDICATES)} }} }} INSERT {{ GRAPH {name} {{ {triples(['e:p', '?r'])} }} }} "
        f"WHERE {{ GRAPH {other} {{ {triples(PREDICATES)} }} }}"
    )


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(st.lists(operations(), min_size=1, max_size=4))
def test_any_sequence_changes_what_the_engine_changes(texts: list[str]) -> None:
    text = P + " ; ".join(texts)
    oracle = ox.Store()
    oracle.extend(quads())
    oracle.update(text)
    copy = updated(text, working_copy(merged=False))
    for name in (E + "g", E + "h", E + "k"):
        assert graph(copy.store, name) == graph(oracle, name)
    merged = updated(text)
    check_union(merged)
    check_patch(merged, quads())


def test_a_triple_added_to_the_default_graph_goes_to_the_graph_of_edits() -> None:
    copy = updated(P + "INSERT DATA { e:x e:p e:y }")
    assert {graph_of(quad) for quad in copy.patch.added} == {EDITS_GRAPH}
    assert copy.growth == {EDITS_GRAPH: 1}


def test_a_triple_removed_from_the_default_graph_leaves_every_base_graph_and_no_other() -> None:
    copy = updated(P + "DELETE DATA { e:a e:p e:b }", working_copy(roles={E + "h": "scenario"}))
    assert {graph_of(quad) for quad in copy.patch.removed} == {E + "g"}
    assert graph(updated(P + "DELETE DATA { e:a e:p e:b }").store, E + "h") == {
        line for line in graph(working_copy().store, E + "h") if not line.startswith(f"<{E}a>")
    }


def test_a_triple_that_another_base_graph_holds_stays_in_the_default_graph() -> None:
    copy = updated(P + "DELETE DATA { GRAPH e:g { e:a e:p e:b } }")
    assert ox.Quad(ox.NamedNode(E + "a"), ox.NamedNode(E + "p"), ox.NamedNode(E + "b")) in copy.store


def test_a_triple_moved_from_edits_to_edits_by_way_of_the_default_graph_stays() -> None:
    text = f"INSERT DATA {{ e:x e:p 1 }} ; DELETE {{ GRAPH <{EDITS_GRAPH}> {{ ?s ?p ?o }} }} "
    copy = updated(P + text + f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH <{EDITS_GRAPH}> {{ ?s ?p ?o }} }}")
    assert len(copy.patch.added) == 1
    check_union(copy)
    check_patch(copy, quads())


def test_the_dataset_of_the_protocol_is_what_the_patterns_see() -> None:
    text = P + "INSERT { GRAPH e:k { ?s e:seen ?o } } WHERE { ?s e:p ?o }"
    assert len(updated(text, using=[E + "h"]).patch.added) == 2
    named = P + "INSERT { GRAPH e:k { ?s e:seen ?o } } WHERE { GRAPH ?g { ?s e:p ?o } }"
    assert len(updated(named, using=[], using_named=[E + "g"]).patch.added) == 2
    for clause in ("USING e:g", "USING NAMED e:g"):
        with pytest.raises(QuerySyntax, match="neither USING nor WITH"):
            updated(P + f"INSERT {{ ?s e:seen ?o }} {clause} WHERE {{ ?s e:p ?o }}", using=[E + "h"])
    with pytest.raises(QuerySyntax, match="neither USING nor WITH"):
        updated(P + "WITH e:g INSERT { ?s e:seen ?o } WHERE { ?s e:p ?o }", using=[E + "h"])
    with pytest.raises(QuerySyntax, match="not an IRI"):
        updated(text, using=["not an iri"])


@pytest.mark.parametrize("name", [ONTOLOGY_GRAPH, PROVENANCE_GRAPH])
@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA {{ GRAPH <{0}> {{ <http://e.org/x> <http://e.org/p> 1 }} }}",
        "DELETE WHERE {{ GRAPH <{0}> {{ ?s ?p ?o }} }}",
        "DROP GRAPH <{0}>",
        "COPY <http://e.org/g> TO <{0}>",
        "MOVE <{0}> TO <http://e.org/k>",
        "DROP ALL",
        "CLEAR NAMED",
    ],
)
def test_ontology_and_provenance_are_not_written(name: str, text: str) -> None:
    copy = working_copy()
    term = ox.NamedNode(E + "t")
    copy.store.add(ox.Quad(term, term, term, ox.NamedNode(name)))
    before = set(copy.store)
    with pytest.raises(ProtectedGraph) as caught:
        updated(text.format(name), copy)
    assert caught.value.graph == name
    assert set(copy.store) >= before


def test_a_pattern_on_the_default_graph_does_not_reach_the_ontology() -> None:
    copy = working_copy()
    term = ox.NamedNode(E + "t")
    copy.store.extend([ox.Quad(term, term, term, ox.NamedNode(ONTOLOGY_GRAPH)), ox.Quad(term, term, term)])
    for text in ("DELETE WHERE { ?s ?p ?o }", "CLEAR DEFAULT", f"COPY <{E}g> TO DEFAULT", "DROP ALL"):
        with pytest.raises(ProtectedGraph):
            updated(text, copy)
    assert not copy.patch


@pytest.mark.parametrize("graph", DERIVED_GRAPHS)
def test_what_is_derived_may_be_removed_and_not_added(graph: str) -> None:
    copy = working_copy(roles={graph: "base"})
    term = ox.NamedNode(E + "t")
    copy.store.extend([ox.Quad(term, term, term, ox.NamedNode(graph)), ox.Quad(term, term, term)])
    with pytest.raises(ProtectedGraph, match="derived by rules"):
        updated(P + f"INSERT DATA {{ GRAPH <{graph}> {{ e:x e:p 1 }} }}", copy)
    updated(P + "DELETE DATA { e:t e:t e:t }", copy)
    assert {graph_of(quad) for quad in copy.patch.removed} == {graph}


def test_blank_nodes_of_a_source_are_neither_removed_nor_repeated() -> None:
    for text in (
        "DELETE WHERE { GRAPH e:g { ?s e:blank ?o } }",
        "DROP GRAPH e:g",
        "INSERT { GRAPH e:k { ?o e:p 1 } } WHERE { GRAPH e:g { ?s e:blank ?o } }",
        "COPY e:g TO e:k",
    ):
        copy = working_copy()
        node = ox.NamedNode(E + "s")
        copy.store.add(ox.Quad(node, ox.NamedNode(E + "blank"), ox.BlankNode("b"), ox.NamedNode(E + "g")))
        with pytest.raises(LocalBlankNode):
            updated(P + text, copy)
        assert not copy.patch
    copy = working_copy()
    copy.store.add(ox.Quad(node, ox.NamedNode(E + "blank"), ox.BlankNode("b"), ox.NamedNode(E + "g")))
    updated(P + "INSERT DATA { GRAPH e:g { _:b e:p 1 } }", copy)  # the same label is another node
    assert all(str(quad.subject).startswith(f"<{GENID}") for quad in copy.patch.added)


def test_one_label_is_one_node_in_an_operation() -> None:
    copy = updated(P + "INSERT DATA { _:b e:p 1 GRAPH e:k { _:b e:q 2 } }")
    assert len({quad.subject for quad in copy.patch.added}) == 1


def test_graphs_that_do_not_exist_or_do() -> None:
    with pytest.raises(UnknownGraph, match="/none>"):
        updated(P + "COPY e:none TO e:g")
    with pytest.raises(GraphExists, match="/g>"):
        updated(P + "CREATE GRAPH e:g")
    assert not updated(P + "CREATE SILENT GRAPH e:g ; CREATE GRAPH e:new ; DROP GRAPH e:none").patch


def test_nothing_changes_when_everything_is_there_already() -> None:
    assert not updated(P + "INSERT DATA { GRAPH e:g { e:c e:n 01 } e:a e:p e:b }").patch
