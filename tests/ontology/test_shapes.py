"""The SHACL shapes: right by the standard, in two languages, caught by each change and by nothing else."""

from __future__ import annotations

import pyoxigraph as ox
import pyshacl
import pytest
from ancrage.graph.shacl.shapes import compile_shapes
from ancrage.graph.shacl.validation import Report, check
from ancrage.ontology.vocabulary import FOLDER, ID, graph, shape_files
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SH

from .conftest import PROLOGUE, Mutation, read_mutations

CHECKS = compile_shapes(shape_files())
MUTATIONS = read_mutations()
CODES = ["A", "01", "01.1", "01.11", "01.11Z", "85", "85.42Z", "96.0"]


def _check(quads: list[ox.Quad], update: str = "") -> Report:
    store = ox.Store()
    store.bulk_extend(quads)
    if update:
        store.update(PROLOGUE + update)
    return check(store, CHECKS)


@pytest.mark.long
def test_shapes_follow_the_standard(shapes: Graph) -> None:
    header = graph([FOLDER / "ancrage.ttl"])
    conforms, _, text = pyshacl.validate(header, shacl_graph=shapes, meta_shacl=True, advanced=True)
    assert conforms, text


def test_every_constraint_has_a_severity_and_messages_in_both_languages(shapes: Graph) -> None:
    constraints = set(shapes.objects(None, SH.property)) | set(shapes.objects(None, SH.sparql))
    constraints |= {shape for shape in shapes.subjects(SH["not"], None) if isinstance(shape, URIRef)}
    assert len(constraints) > 180
    for constraint in constraints:
        messages = [getattr(text, "language", "") for text in shapes.objects(constraint, SH.message)]
        assert sorted(messages) == ["en", "fr"], list(shapes.objects(constraint, SH.message))
        shape = shapes.value(None, SH.sparql, constraint) or constraint  # the standard reads it on the shape
        assert (shape, SH.severity, None) in shapes, messages


def test_every_message_is_said_once(shapes: Graph) -> None:
    messages = [str(text) for text in shapes.objects(None, SH.message)]
    repeated = {text for text in messages if messages.count(text) > 1}
    assert repeated == set()


def test_every_shape_has_a_target(shapes: Graph) -> None:
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        assert any((shape, target, None) in shapes for target in targets), shape


def test_the_example_conforms(example_quads: list[ox.Quad]) -> None:
    report = _check(example_quads)
    assert report.conforms, [(str(result.focus), result.message()) for result in report.results]


def test_changes_have_names_of_their_own() -> None:
    names = [mutation.name for mutation in MUTATIONS]
    assert len(names) == len(set(names)) >= 100


@pytest.mark.long
@pytest.mark.parametrize("mutation", [pytest.param(mutation, id=mutation.name) for mutation in MUTATIONS])
def test_a_change_is_caught(example_quads: list[ox.Quad], mutation: Mutation) -> None:
    report = _check(example_quads, mutation.update)
    caught = [result for result in report.results if mutation.message in result.message("en")]
    assert caught, [(str(result.focus), result.message("en")) for result in report.results]
    assert all(result.message("fr") != result.message("en") for result in caught)


@pytest.mark.parametrize("code", ["975", "977", "978", "984", "986", "987", "988", "989", "2A", "01"])
def test_every_department_code_is_accepted(example_quads: list[ox.Quad], code: str) -> None:
    department = f"<{ID}territory/department/977>"
    update = f'DELETE DATA {{ {department} anc:inseeCode "977" }} ; '
    assert _check(example_quads, f'{update} INSERT DATA {{ {department} anc:inseeCode "{code}" }}').conforms


def test_every_level_of_the_naf_is_accepted(example_quads: list[ox.Quad]) -> None:
    naf = "http://id.insee.fr/codes/nafr2"
    levels = {1: "section", 2: "division", 4: "groupe", 5: "classe", 6: "sousClasse"}
    rows = " ".join(
        f"<{naf}/{levels[len(code)]}/{code}> a skos:Concept , anc:EconomicActivity ; "
        f'skos:inScheme <{naf}/naf> ; skos:notation "{code}" ; skos:prefLabel "x"@fr .'
        for code in CODES
    )
    assert _check(example_quads, f"INSERT DATA {{ {rows} }}").conforms


def test_an_interaction_without_territorial_actor_nor_day_conforms(example_quads: list[ox.Quad]) -> None:
    store = ox.Store()
    store.bulk_extend(example_quads)
    project = f"<{ID}project/anr/ANR-22-TEST-0001>"
    assert store.query(
        f"{PROLOGUE} ASK {{ {project} anc:year ?y FILTER NOT EXISTS {{ {project} anc:startDate ?d }} "
        f"FILTER NOT EXISTS {{ {project} anc:hasParticipation/anc:participant/a anc:LocalAuthority }} }}"
    )
    assert check(store, CHECKS).conforms


def test_observations_of_two_institutions_in_one_place_are_two(example_quads: list[ox.Quad]) -> None:
    one = f"DELETE WHERE {{ ?o anc:refOrganization <{ID}organization/grenoble-inp> }}"
    assert _check(example_quads, one).conforms
    none = "DELETE WHERE { ?o anc:refOrganization ?any }"
    messages = {result.message("en") for result in _check(example_quads, none).violations}
    assert any("Another observation has the same" in message for message in messages)
