"""A report as RDF: conforms to the shapes and to the cube, and says what the report says."""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from typing import Any

import pyoxigraph as ox
import pytest
from ancrage.graph.analysis.uncertainty import Estimate
from ancrage.graph.findings.model import Finding, Question, Reason, Refusal, Report, Step, Thing
from ancrage.graph.findings.rdf import run_iri, to_rdf
from ancrage.graph.gaps import gaps
from ancrage.graph.region.view import RegionView
from ancrage.graph.shacl.shapes import compile_shapes
from ancrage.graph.shacl.validation import check
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.suggestions import suggest
from ancrage.graph.synergies import synergies
from ancrage.ontology.vocabulary import ID, ontology_files, prologue, shape_files

DROME = Thing("territory/department/26", "Drôme", "territory")
WOOD = Thing("fap/B", "Bâtiment", "family")
CAMPUS = Thing("territory/commune/26362", "Valence", "territory")
LICENCE = Thing("programme/1", "Licence bois", "programme")


def report() -> Report:
    path = (
        Step(LICENCE, {"fr": "enseigné à", "en": "taught at"}, CAMPUS, "documented", "onisep", 2024),
        Step(CAMPUS, {"fr": "à 31 km de", "en": "31 km from"}, DROME, "illustrative"),
    )
    demand = Finding(
        "demand",
        DROME,
        WOOD,
        {"fr": "On recrute, personne ne forme.", "en": "They hire, nobody trains."},
        Estimate(2.5, 1.25, inf, 0.95, "Poisson", 40),
        {"fr": "projets par place", "en": "plans per place"},
        p=1e-30,
        q=0.02,
        distinct=True,
        evidence={"documented": 40, "illustrative": 2},
        facts={"plans": 40, "places": 16.5, "nearest": None, "town": "Valence"},
        reasons=(Reason("distance", {"fr": "Le plus proche est à 31 km.", "en": "31 km away."}, path, 0.5),),
        question=Question("hiring-by-zone", {"within": "department/26"}),
        methods=("location_quotient_gap",),
        sources=("france-travail-bmo", "https://example.org/source", "source/mesr-ilab", "Enquête, 2024"),
    )
    missing = Finding("data", DROME, DROME, {"fr": "Rien n'est connu.", "en": "Nothing is known."})
    refusal = Refusal("tie", {"fr": "Trop peu de liens.", "en": "Too few ties."}, "are 2", "5 ties")
    title = {"fr": "Manques de la Drôme", "en": "Gaps of Drôme"}
    notes = ({"fr": "À vol d'oiseau.", "en": "As the crow flies."},)
    parameters = {"radius": "30"}
    return Report(title, DROME, (demand, missing), (refusal,), "s1", parameters, notes=notes)


@pytest.fixture(scope="module")
def store() -> ox.Store:
    made = ox.Store()
    for path in ontology_files():
        made.bulk_load(path=str(path))
    made.extend(ox.Quad(*triple) for triple in to_rdf(report()))
    return made


def _rows(store: ox.Store, where: str) -> list[tuple[Any, ...]]:
    names = sorted(set(re.findall(r"\?\w+", where)))
    found = store.query(prologue() + f"SELECT {' '.join(names)} {{ {where} }}")
    return [tuple(row[name[1:]].value for name in names) for row in found]  # type: ignore[union-attr]


def test_it_conforms_to_the_shapes(store: ox.Store) -> None:
    told = check(store, compile_shapes(shape_files()))
    mine = [one for one in told.results if "/analysis/" in str(one.focus)]
    assert [(str(one.focus), one.message("en")) for one in mine] == []


def test_a_finding_under_a_scenario_is_simulated_and_conforms() -> None:
    made = ox.Store()
    for path in ontology_files():
        made.bulk_load(path=str(path))
    changed = replace(report(), scenario="two-relays")
    made.extend(ox.Quad(*triple) for triple in to_rdf(changed))
    told = check(made, compile_shapes(shape_files()))
    assert [one.message("en") for one in told.results if "/analysis/" in str(one.focus)] == []
    assert run_iri(changed) != run_iri(report())
    where = "?f a anc:Finding ; anc:evidenceStatus ev:simulated ; prov:wasGeneratedBy/anc:simulates ?s"
    assert {one[1] for one in _rows(made, where)} == {f"{ID}scenario/two-relays"}
    assert not _rows(made, "?f a anc:Finding ; anc:evidenceStatus ev:inferred")


def test_it_says_the_figures_of_the_report(store: ox.Store) -> None:
    where = "?f anc:strength ?n ; anc:strengthLow ?o ; anc:qValue ?q ; anc:pValue ?p ; anc:rank ?r"
    [(_, strength, low, p, q, rank)] = _rows(store, where)
    assert (strength, low, q, rank) == ("2.5", "1.25", "0.02", "1")
    assert 0 <= float(p) < 1e-17
    assert not _rows(store, "?f anc:strengthHigh ?n")  # there is no upper bound
    assert _rows(store, f"?f anc:findingSubject <{DROME.iri}> ; anc:findingObject <{WOOD.iri}>")
    assert _rows(store, '?f rdfs:label "On recrute, personne ne forme."@fr')
    figures = {
        name: value
        for _, name, value in _rows(store, "?f anc:hasFigure [ schema:name ?name ; schema:value ?value ]")
    }
    assert figures == {"plans": "40", "places": "16.5", "town": "Valence", "scope": "territory"}
    counts = _rows(store, "?f anc:hasEvidence [ anc:tieEvidence ?e ; schema:value ?n ]")
    assert {(e.rpartition("/")[2], n) for e, _, n in counts} == {("documented", "40"), ("illustrative", "2")}


def test_it_tells_the_run_the_publication_and_the_question(store: ox.Store) -> None:
    where = (
        "?run a anc:AnalysisRun ; prov:used/dcterms:identifier ?snapshot ; anc:methodUsed ?method ; "
        "prov:wasAssociatedWith ?software ; anc:hasParameter [ schema:name 'radius' ; schema:value ?value ]"
    )
    [(method, run, snapshot, software, value)] = _rows(store, where)
    assert (method, run, snapshot, value) == ("location_quotient_gap", run_iri(report()), "s1", "30")
    assert "/agent/ancrage-" in software
    asked = "?f anc:restsOnQuestion [ dcterms:identifier ?n ; anc:hasParameter [ schema:value ?v ] ]"
    assert [row[1:] for row in _rows(store, asked)] == [("hiring-by-zone", "department/26")]
    sources = {row[1] for row in _rows(store, "?f a anc:Finding ; prov:hadPrimarySource ?s")}
    graph = "https://w3id.org/ancrage/graph/france-travail-bmo"
    assert sources == {graph, "https://example.org/source", f"{ID}source/mesr-ilab"}
    assert _rows(store, '?f dcterms:source "Enquête, 2024"')
    refusal = "?r a anc:Refusal ; anc:neededData ?n ; rdfs:label ?text FILTER( LANG(?text) = 'fr' )"
    assert [row[0] for row in _rows(store, refusal)] == ["5 ties"]


def test_a_reason_is_a_path_in_order_with_its_evidence(store: ox.Store) -> None:
    where = (
        "?f anc:hasReason [ anc:reasonKind 'distance' ; anc:hasStep [ anc:stepNumber ?n ; anc:stepFrom ?a ; "
        "anc:stepTo ?b ; anc:tieEvidence ?e ] ]"
    )
    steps = sorted((n, a, b, e.rpartition("/")[2]) for a, b, e, _, n in _rows(store, where))
    assert steps == [
        ("1", LICENCE.iri, CAMPUS.iri, "documented"),
        ("2", CAMPUS.iri, DROME.iri, "illustrative"),
    ]


IC = {
    "1 one data set": """?o a qb:Observation FILTER NOT EXISTS { ?o qb:dataSet ?d }""",
    "2 one structure": """?d a qb:DataSet FILTER NOT EXISTS { ?d qb:structure ?s }""",
    "3 a measure": """?s a qb:DataStructureDefinition
        FILTER NOT EXISTS { ?s qb:component [ qb:measure ?m ] }""",
    "6 only attributes are optional": """?s qb:component ?c . ?c qb:componentRequired false
        FILTER NOT EXISTS { ?c qb:attribute ?a }""",
    "11 all dimensions": """?o qb:dataSet/qb:structure/qb:component/qb:dimension ?d
        FILTER NOT EXISTS { ?o ?d ?value }""",
    "13 required attributes": """?o qb:dataSet/qb:structure/qb:component ?c .
        ?c qb:componentRequired true ; qb:attribute ?a FILTER NOT EXISTS { ?o ?a ?value }""",
    "14 all measures": """?o qb:dataSet/qb:structure/qb:component/qb:measure ?m
        FILTER NOT EXISTS { ?o ?m ?value }""",
    "12 no duplicates": """?a qb:dataSet ?d ; anc:rank ?n . ?b qb:dataSet ?d ; anc:rank ?n FILTER( ?a != ?b )""",
}


@pytest.mark.parametrize("constraint", IC)
def test_it_is_a_well_formed_cube(store: ox.Store, constraint: str) -> None:
    assert store.query(f"{prologue()} ASK {{ ?o a qb:Observation ; qb:dataSet ?d }}")
    assert not store.query(f"{prologue()} ASK {{ {IC[constraint]} }}")


def test_what_the_analyses_find_conforms_too(example_reader: LocalReader) -> None:
    matter = RegionView.of(example_reader, illustrative=True)
    made = ox.Store()
    for path in ontology_files():
        made.bulk_load(path=str(path))
    told = [gaps(matter, "200040715"), synergies(matter, "timber-construction"), suggest(matter, "200040715")]
    for one in told:
        made.extend(ox.Quad(*triple) for triple in to_rdf(one))
    found = check(made, compile_shapes(shape_files()))
    mine = [result for result in found.violations if "/analysis/" in str(result.focus)]
    assert [(str(one.focus), one.message("en")) for one in mine] == []
    count = len(_rows(made, "?f a anc:Finding"))
    assert count == sum(map(len, told)) > 0
    for constraint in IC.values():
        assert not made.query(f"{prologue()} ASK {{ {constraint} }}")
