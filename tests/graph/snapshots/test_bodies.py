"""Records and bodies in the default graph: what a body has of its records, and that it follows what is written."""

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.bodies import RECORD_OF, Bodies, quad_triple
from ancrage.graph.snapshots.provenance import GRAPHS, REGISTER_GRAPH
from ancrage.graph.snapshots.store import build_store
from ancrage.graph.updates.working_copy import WorkingCopy
from ancrage.ontology.vocabulary import ANC, ID

REGISTER, PROJECTS, LATER = (GRAPHS + name for name in ("mesr-rnsr", "anr-aapg", "partner"))
DATA = f"""
<{ID}body> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/org#Organization> <{REGISTER}> .
<{ID}body> <http://www.w3.org/2000/01/rdf-schema#label> "Université"@fr <{REGISTER}> .
<{ID}body> <{ANC}siren> "1" <{REGISTER}> .
<{ID}record> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/org#Organization> <{PROJECTS}> .
<{ID}record> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ANC}Company> <{PROJECTS}> .
<{ID}record> <http://www.w3.org/2000/01/rdf-schema#label> "UNIV"@fr <{PROJECTS}> .
<{ID}record> <{ANC}siren> "2" <{PROJECTS}> .
<{ID}record> <{ANC}countryCode> "FR" <{PROJECTS}> .
<{ID}record> <{ANC}evidenceStatus> <{ID}x> <{PROJECTS}> .
<{ID}part> <{ANC}participant> <{ID}record> <{PROJECTS}> .
<{ID}tie> <{ANC}tieBetween> <{ID}record> <{PROJECTS}> .
<{ID}tie> <{ANC}tieBetween> <{ID}body> <{PROJECTS}> .
<{ID}tie> <{ANC}tieWeight> "3" <{PROJECTS}> .
<{ID}record> <{RECORD_OF.value}> <{ID}body> <{REGISTER_GRAPH}> .
"""


def lines(store: ox.Store) -> set[str]:
    found = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return {
        f"{_last(quad.subject)} {_last(quad.predicate)} {quad.object.value.removeprefix(ID).removeprefix(ANC)}"  # type: ignore[union-attr]
        for quad in found
    }


def _last(term: object) -> str:
    return str(term).strip("<>").rpartition("/")[2].rpartition("#")[2]


@pytest.fixture
def store(tmp_path: Path) -> ox.Store:
    (tmp_path / "all.nq").write_text(DATA, encoding="utf-8")
    build_store([tmp_path / "all.nq"], tmp_path / "store", merged=[REGISTER, PROJECTS, LATER])
    return ox.Store(str(tmp_path / "store"))


WANTED = {
    "body type http://www.w3.org/ns/org#Organization", "body type Company", "body label Université",
    "body hiddenLabel UNIV", "body siren 1", "body countryCode FR", "part participant body",
}  # fmt: skip


def test_the_default_graph_speaks_of_bodies_and_named_graphs_of_records(store: ox.Store) -> None:
    assert lines(store) == WANTED, "its own number, what it lacks from its record, no tie with itself"
    kept = store.quads_for_pattern(ox.NamedNode(f"{ID}record"), None, None, ox.NamedNode(PROJECTS))
    assert len(list(kept)) == 6


def test_the_type_of_a_body_decides_of_its_class_too(tmp_path: Path) -> None:
    """ILL is a research organisation; the record of a project that takes it for a firm makes it no company."""
    typed = f"<{ID}body> <{ANC}actorType> <{ID}actor-type/research-organization> <{REGISTER}> .\n"
    (tmp_path / "all.nq").write_text(DATA + typed, encoding="utf-8")
    build_store([tmp_path / "all.nq"], tmp_path / "store", merged=[REGISTER, PROJECTS])
    told = lines(ox.Store(str(tmp_path / "store")))
    assert "body actorType actor-type/research-organization" in told and "body type Company" not in told


def test_what_a_file_of_projects_calls_a_body_of_public_law_is_not_believed(tmp_path: Path) -> None:
    """Cerema, which the State made, was an association: a project names it so."""
    private = f"<{ID}record> <{ANC}actorType> <{ID}actor-type/association> <{PROJECTS}> .\n"
    state, local = (DATA.replace('siren> "1"', f'siren> "{number}"') for number in ("130018310", "213800000"))
    for data, name in ((DATA, "association"), (state, "state-service"), (local, "")):
        folder = tmp_path / (name or "none")
        folder.mkdir()
        (folder / "all.nq").write_text(data + private, encoding="utf-8")
        build_store([folder / "all.nq"], folder / "store", merged=[REGISTER, PROJECTS])
        told = lines(ox.Store(str(folder / "store")))
        types = {f"body actorType actor-type/{name}"} if name else set()
        assert {line for line in told if "actorType" in line} == types
        assert ("body type Company" in told) is (data is DATA)


def test_what_is_written_of_a_record_is_said_of_its_body(store: ox.Store) -> None:
    copy = WorkingCopy(store, {})
    graph = ox.NamedNode(LATER)
    record, body = ox.NamedNode(f"{ID}record"), ox.NamedNode(f"{ID}body")
    homepage = ox.Quad(
        record, ox.NamedNode("http://xmlns.com/foaf/0.1/page"), ox.NamedNode("https://e.org/"), graph
    )
    took = ox.Quad(ox.NamedNode(f"{ID}other"), ox.NamedNode(f"{ANC}participant"), record, graph)
    copy.change([], [homepage, took])
    assert lines(store) == WANTED | {"body page https://e.org/", "other participant body"}
    copy.change([ox.Quad(took.subject, took.predicate, body)], [])
    assert lines(store) == WANTED | {"body page https://e.org/"}, (
        "what is removed of a body is removed of its records"
    )
    copy.change([homepage], [])
    assert lines(store) == WANTED


def test_what_two_records_say_alike_stays_until_both_are_gone(store: ox.Store) -> None:
    copy = WorkingCopy(store, {})
    part, participant, graph = (
        ox.NamedNode(f"{ID}part"),
        ox.NamedNode(f"{ANC}participant"),
        ox.NamedNode(LATER),
    )
    same = ox.Quad(part, participant, ox.NamedNode(f"{ID}body"), graph)
    copy.change([], [same])
    copy.change([same], [])
    assert "part participant body" in lines(store)


def test_a_store_without_links_is_the_union(tmp_path: Path) -> None:
    text = "".join(line + "\n" for line in DATA.strip().splitlines() if RECORD_OF.value not in line)
    (tmp_path / "all.nq").write_text(text, encoding="utf-8")
    build_store([tmp_path / "all.nq"], tmp_path / "store", merged=[REGISTER, PROJECTS])
    store = ox.Store(str(tmp_path / "store"))
    assert len(list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))) == text.count("\n")
    assert Bodies(store, lambda _: True).changes() == (set(), set())


def test_what_changed_of_the_default_graph_is_told(store: ox.Store) -> None:
    """Random quads of bodies, records and what refers to them come and go."""
    chance = random.Random(11)
    every = sorted({quad_triple(quad) for quad in store}, key=str)
    terms = [ox.NamedNode(ID + name) for name in ("body", "record", "part", "tie")]
    graphs = [ox.NamedNode(graph) for graph in (REGISTER, PROJECTS, LATER)]
    for _ in range(100):
        before = set(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        copy = WorkingCopy(store, {})
        _, predicate, object_ = chance.choice(every)
        if predicate == RECORD_OF:
            continue
        quads = [
            ox.Quad(chance.choice(terms), predicate, chance.choice([object_, *terms]), chance.choice(graphs))
            for _ in range(2)
        ]
        gone = [
            quad
            for quad in store
            if isinstance(quad.graph_name, ox.NamedNode) and quad.predicate != RECORD_OF
        ]
        copy.change(chance.sample(sorted(gone, key=str), 2), quads)
        after = set(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        assert before ^ after <= copy.merged
