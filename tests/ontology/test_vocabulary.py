"""The ontology's files parse, define every term in two languages, stay in OWL 2 RL and hold together."""

from __future__ import annotations

import json
import re
from pathlib import Path

import owlrl  # type: ignore[import-untyped]
import pyoxigraph as ox
import pytest
import yaml
from ancrage.ontology.alignments import GRAPH, read_alignments, turtle
from ancrage.ontology.vocabulary import (
    ANC,
    FOLDER,
    ID,
    PREFIXES,
    context,
    graph,
    ontology_files,
    prologue,
    shape_files,
)
from pyowl2_profiles import detect_profiles  # type: ignore[import-untyped]
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

EXAMPLE = Path(__file__).parents[1] / "data" / "ontology"
MAPPING = Path(__file__).parents[2] / "loaders" / "sources" / "exchange" / "mapping.yml"
FILES = [*ontology_files(), *shape_files(), *sorted(EXAMPLE.glob("*.ttl"))]
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
A17 = set("AZ DE C1 C2 C3 C4 C5 FZ GZ HZ IZ JZ KZ LZ MN OQ RU".split())  # noqa: SIM905

PROJECT = URIRef(f"{ID}agent/ancrage-project")


def _terms(ontology: Graph) -> set[URIRef]:
    found = {term for kind in KINDS for term in ontology.subjects(RDF.type, kind)}
    return {term for term in found if isinstance(term, URIRef) and term.startswith(ANC)}


def _declared(ontology: Graph) -> set[str]:
    kinds = (*KINDS, OWL.AnnotationProperty)
    return {str(term) for kind in kinds for term in ontology.subjects(RDF.type, kind)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_parses_and_uses_every_prefix_it_declares(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(Graph().parse(data=text, format="turtle")) > 0
    bare = re.sub(r"@prefix.*", "", text)
    bare = re.sub(r'"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|(?<!\S)#.*', " ", bare)
    declared = re.findall(r"@prefix ([\w-]*):", text)
    assert [prefix for prefix in declared if not re.search(rf"(?<![\w:-]){prefix}:", bare)] == []


def test_every_term_has_a_label_and_a_definition_in_both_languages(ontology: Graph) -> None:
    terms = _terms(ontology)
    assert len(terms) > 150
    for term in terms:
        for predicate in (RDFS.label, RDFS.comment):
            texts = list(ontology.objects(term, predicate))
            assert sorted(text.language or "" for text in texts) == ["en", "fr"], (term, predicate)  # type: ignore[attr-defined]
            assert all(str(text).strip() for text in texts)
        assert ontology.value(term, RDFS.isDefinedBy) == URIRef(ANC), term


def test_labels_of_terms_are_not_shared(ontology: Graph) -> None:
    for kinds in ((OWL.Class,), (OWL.ObjectProperty, OWL.DatatypeProperty)):
        labels: dict[str, Node] = {}
        for term in {term for kind in kinds for term in ontology.subjects(RDF.type, kind)} & _terms(ontology):
            for label in ontology.objects(term, RDFS.label):
                assert labels.setdefault(label.n3(), term) == term, label


def test_names_follow_the_use_of_owl(ontology: Graph) -> None:
    for term in _terms(ontology):
        first = term.removeprefix(ANC)[0]
        assert first.isupper() == ((term, RDF.type, OWL.Class) in ontology), term


def test_no_term_is_minted_outside_the_namespace_nor_redefines_an_external_one(ontology: Graph) -> None:
    for kind in KINDS:
        for term in ontology.subjects(RDF.type, kind):
            if not str(term).startswith(ANC):
                described = set(ontology.predicates(term)) - {RDF.type, RDFS.isDefinedBy}
                assert not described, (term, described)


def test_what_axioms_name_is_declared(ontology: Graph) -> None:
    declared = _declared(ontology)
    predicates = (
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.inverseOf,
        OWL.disjointWith,
    )
    for predicate in predicates:
        for subject, thing in ontology.subject_objects(predicate):
            if isinstance(thing, URIRef) and not thing.startswith("http://www.w3.org/2001/XMLSchema#"):
                assert str(thing) in declared, (subject, predicate, thing)


def test_ranges_stay_within_owl_2_rl(ontology: Graph) -> None:
    allowed = {
        f"{PREFIXES['xsd']}{name}"
        for name in ("string", "boolean", "integer", "nonNegativeInteger", "decimal", "anyURI")
    }
    for subject in ontology.subjects(RDF.type, OWL.DatatypeProperty):
        for thing in ontology.objects(subject, RDFS.range):
            assert str(thing) in allowed, (subject, thing)


def test_the_profile_is_owl_2_rl() -> None:
    store = ox.Store()
    for path in FOLDER.glob("*.ttl"):
        if path.name != "cube.ttl":  # data of RDF Data Cube, not axioms
            store.load(path=str(path))
    found = detect_profiles(store, graph_iri=None)
    # pyowl2-profiles is too strict: rules cax-adc and prp-spo2 of OWL 2 RL cover these two.
    allowed = {"owl:AllDisjointClasses", "owl:propertyChainAxiom"}
    assert set(found["rl"]["violations_by_axiom_type"]) <= allowed
    assert found["dl"]["in_profile"]


@pytest.mark.long
def test_the_closure_is_consistent_and_adds_what_the_axioms_say() -> None:
    parts = [
        path for path in ontology_files() if path.name not in ("naf-aggregates.ttl", "interaction-types.ttl")
    ]
    closed = graph([*parts, *(EXAMPLE / f"{name}.ttl" for name in ("base", "illustrative", "scenario"))])
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    error = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    assert list(closed.objects(None, error)) == []
    assert list(closed.subjects(RDF.type, OWL.Nothing)) == []
    uga = URIRef(f"{ID}organization/0383546Y")
    assert (URIRef(f"{ID}example/int1"), URIRef(f"{ANC}involves"), uga) in closed
    assert (uga, URIRef(f"{ANC}presentIn"), URIRef(f"{ID}territory/department/07")) in closed
    assert (URIRef(f"{ID}territory/commune/38185"), RDF.type, URIRef(f"{ANC}Territory")) in closed


def test_what_the_exchange_mapping_writes_is_declared(ontology: Graph) -> None:
    document = yaml.safe_load(MAPPING.read_text(encoding="utf-8"))
    prefixes = document["prefixes"]
    declared = _declared(ontology) | {str(RDF.type), str(RDFS.label)}
    seen = set()
    for mapping in document["mappings"].values():
        for pair in mapping["po"]:
            predicate, value = str(pair[0]), str(pair[1])
            for name in (predicate, value if predicate == "a" else "a"):
                if name != "a" and "$(" not in name:
                    prefix, _, local = name.partition(":")
                    seen.add(prefixes[prefix] + local)
    assert len(seen) > 80
    assert seen - declared == set()


def test_what_the_shapes_name_is_declared(ontology: Graph, shapes: Graph) -> None:
    declared = _declared(ontology)
    named = {str(node) for triple in shapes for node in triple if isinstance(node, URIRef)}
    named = {name for name in named if name.startswith(ANC) and not name.startswith(f"{ANC}shapes/")}
    assert named - declared - {ANC} == set()
    texts = " ".join(path.read_text(encoding="utf-8") for path in shape_files())
    assert {ANC + name for name in re.findall(r"\banc:(\w+)", texts)} - declared == set()
    concepts = {str(concept) for concept in ontology.subjects(RDF.type, SKOS.Concept)}
    listed = {str(node) for node in shapes.objects(None, RDF.first) if str(node).startswith(ID)}
    assert len(listed) > 10
    assert listed - concepts == set()


def test_the_context_names_every_term_as_it_is(ontology: Graph) -> None:
    terms = context()["@context"]
    for term in _terms(ontology):
        name = term.removeprefix(ANC)
        entry = terms[name]
        iri = entry if isinstance(entry, str) else entry["@id"]
        assert iri == f"anc:{name}"
        if (term, RDF.type, OWL.ObjectProperty) in ontology:
            assert entry["@type"] == "@id"
    assert all(
        PREFIXES[prefix] == iri for prefix, iri in terms.items() if prefix in PREFIXES and prefix != "id"
    )


def test_the_context_makes_json_into_the_same_triples() -> None:
    document = {
        **context(),
        "id": f"{ID}organization/0383546Y",
        "type": ["Organization", "University"],
        "label": {"fr": ["Université Grenoble Alpes"]},
        "uai": "0383546Y",
        "startYear": "2020",
        "hasSite": [f"{ID}site/0383546Y"],
    }
    made = ox.Store()
    made.load(input=json.dumps(document), format=ox.RdfFormat.JSON_LD)
    expected = prologue("anc", "org", "rdfs", "xsd") + (
        f'ASK {{ <{ID}organization/0383546Y> a org:Organization , anc:University ; anc:uai "0383546Y" ; '
        f'rdfs:label "Université Grenoble Alpes"@fr ; anc:startYear "2020"^^xsd:gYear ; '
        f"org:hasSite <{ID}site/0383546Y> }}"
    )
    assert made.query(expected)
    assert len(made) == 6


def test_a_context_can_be_changed_without_harm() -> None:
    context()["@context"].clear()
    assert context()["@context"]


def test_the_base_ontology_holds_nothing_illustrative(ontology: Graph) -> None:
    status = URIRef(f"{ANC}evidenceStatus")
    assert list(ontology.triples((None, status, None))) == []
    assert list(ontology.triples((None, URIRef(f"{ANC}share"), None))) == []


def test_concepts_of_the_project_are_complete(ontology: Graph) -> None:
    schemes = set(ontology.subjects(DCTERMS.creator, PROJECT)) - {URIRef(ANC)}
    assert len(schemes) >= 18
    for scheme in schemes:
        concepts = set(ontology.subjects(SKOS.inScheme, scheme))
        assert concepts, scheme
        tops = set(ontology.subjects(SKOS.topConceptOf, scheme))
        assert tops == set(ontology.objects(scheme, SKOS.hasTopConcept)), scheme
        notations = [str(ontology.value(concept, SKOS.notation)) for concept in concepts]
        assert len(set(notations)) == len(concepts), scheme


def test_naf_aggregates_are_the_official_ones(ontology: Graph) -> None:
    a38 = {
        str(ontology.value(item, SKOS.notation)): item
        for item in ontology.subjects(SKOS.inScheme, URIRef(f"{ID}sector/a38"))
    }
    a17 = {
        str(ontology.value(item, SKOS.notation))
        for item in ontology.subjects(SKOS.inScheme, URIRef(f"{ID}sector/a17"))
    }
    assert len(a38) == 38
    assert a17 == A17
    divisions = {
        str(division).rpartition("/")[2]: str(item).rpartition("/")[2]
        for division, item in ontology.subject_objects(SKOS.broadMatch)
        if str(division).startswith("http://id.insee.fr/codes/nafr2/division/")
    }
    assert len(divisions) == 88
    assert set(divisions.values()) == set(a38)
    assert [divisions[code] for code in ("01", "16", "20", "26", "30", "62", "72", "85", "99")] == (
        ["AZ", "CC", "CE", "CI", "CL", "JC", "MB", "PZ", "UZ"]
    )
    parents = {code: str(ontology.value(item, SKOS.broader)).rpartition("/")[2] for code, item in a38.items()}
    assert set(parents.values()) == a17
    assert (parents["CI"], parents["CC"], parents["BZ"], parents["MB"], parents["QB"]) == (
        "C3",
        "C5",
        "DE",
        "MN",
        "OQ",
    )


def test_prologue_declares_prefixes_that_sparql_reads(ontology: Graph) -> None:
    assert ontology.query(prologue() + "ASK { anc:Interaction a owl:Class }").askAnswer
    with pytest.raises(KeyError):
        prologue("nowhere")


def test_what_queries_name_is_declared(ontology: Graph) -> None:
    folder = FOLDER.parent
    files = [*(folder / "queries").rglob("*.rq"), *(folder / "api").rglob("*.rq")]
    assert len(files) > 60
    declared = _declared(ontology)
    for path in files:
        text = re.sub(r"(?m)^\s*#.*$", "", path.read_text(encoding="utf-8"))
        unknown = {name for name in re.findall(r"\banc:(\w+)", text) if ANC + name not in declared}
        assert unknown == set(), path.name


def test_actor_types_that_code_and_sources_name_are_in_the_scheme(ontology: Graph) -> None:
    root = Path(__file__).parents[2]
    files = [
        path
        for kind in ("py", "toml", "sql")
        for top in ("graph", "api", "loaders")
        for path in (root / top).rglob(f"*.{kind}")
    ]
    named = {
        name for path in files for name in re.findall(r"actor-type/([a-z][a-z-]*)", path.read_text("utf-8"))
    }
    scheme = URIRef(f"{ID}actor-type")
    known = {str(one).rpartition("/")[2] for one in ontology.subjects(SKOS.inScheme, scheme)}
    assert {"higher-education", "academic-component", "doctoral-school"} <= named
    assert named - known == set()


def test_alignments_start_from_declared_terms(ontology: Graph) -> None:
    lines = (FOLDER / "alignments.sssom.tsv").read_text(encoding="utf-8").splitlines()
    header = [line for line in lines if line.startswith("#")]
    version = ontology.value(URIRef(ANC), OWL.versionInfo)
    assert f"# mapping_set_version: {version}" in header
    prefixes = {match[1] for line in header if (match := re.match(r"#   (\w+): ", line))}
    names, *rows = (line.split("\t") for line in lines[len(header) :])
    concepts, schemes = ontology.subjects(SKOS.inScheme), ontology.subjects(RDF.type, SKOS.ConceptScheme)
    declared = _declared(ontology) | {str(one) for one in (*concepts, *schemes)}
    assert len(rows) > 60
    spaces = dict(line.removeprefix("#   ").split(": ") for line in header if line.startswith("#   "))
    for row in rows:
        fields = dict(zip(names, row, strict=True))
        prefix, _, local = fields["subject_id"].partition(":")
        subject = URIRef(spaces[prefix] + local)
        if (
            prefix == "field"
        ):  # the schemes are ours; their concepts come with the sources, by the codes of panels and domains
            assert re.fullmatch(r"erc/(LS[1-9]|PE([1-9]|10)|SH[1-6])|mesr/([1-9]|10)", local), local
            subject = URIRef(str(subject).rpartition("/")[0])
        else:
            labels = {str(label) for label in ontology.objects(subject, RDFS.label | SKOS.prefLabel)}
            assert fields["subject_label"] in labels, subject
        assert str(subject) in declared, subject
        assert {
            fields[name].partition(":")[0] for name in ("subject_id", "predicate_id", "object_id")
        } <= prefixes
        assert 0 < float(fields["confidence"]) <= 1


def test_alignments_are_skos_in_the_ontology_graph(ontology: Graph) -> None:
    assert GRAPH.read_text(encoding="utf-8") == turtle()
    rows = [
        row
        for row in read_alignments()
        if row.predicate != str(SKOS.relatedMatch) and "skos" in row.predicate
    ]
    assert len(rows) > 50
    assert all((URIRef(row.subject), URIRef(row.predicate), URIRef(row.object)) in ontology for row in rows)


def test_what_a_source_is_told_of_is_no_activity_of_prov(ontology: Graph) -> None:
    """What has a primary source is an entity of PROV, and no entity is an activity: a reasoner would find a contradiction."""
    activity = [*ontology.transitive_subjects(RDFS.subClassOf, URIRef(PREFIXES["prov"] + "Activity"))]
    activity += [URIRef(PREFIXES["org"] + "ChangeEvent")]  # so the Organization Ontology
    of_activities = {URIRef(PREFIXES["prov"] + name) for name in ("used", "wasAssociatedWith", "generated")}
    for broader in of_activities:
        activity += [
            cls
            for one in ontology.transitive_subjects(RDFS.subPropertyOf, broader)
            for cls in ontology.objects(one, RDFS.domain)
        ]
    named = {str(one).removeprefix(ANC).removeprefix(PREFIXES["org"]) for one in activity}
    mappings = yaml.safe_load(MAPPING.read_text(encoding="utf-8"))["mappings"]
    for name, body in mappings.items():
        po = [(str(one[0]), str(one[1]).removesuffix("~iri")) for one in body["po"]]
        if "prov:hadPrimarySource" in {one for one, _ in po}:
            kinds = {value.removeprefix(ANC).rpartition(":")[2] for one, value in po if one == "a"}
            assert not kinds & named, name
