"""Validation: the same results as pyshacl on the ontology's example and on every change made to it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from tempfile import mkdtemp

import pyoxigraph as ox
import pyshacl
import pytest
from ancrage.graph.shacl.constraints import UnsupportedShape
from ancrage.graph.shacl.refusals import UnevaluatedShape, refuse_unevaluated
from ancrage.graph.shacl.shapes import compile_shapes
from ancrage.graph.shacl.validation import Report, check, validate, validate_file
from ancrage.loaders.filieres.scheme import shipped_quads
from ancrage.ontology.vocabulary import FOLDER, ID, graph, ontology_files, prologue, shape_files
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SH

from ...chains import write_shipped

EXAMPLE = Path(__file__).parents[2] / "data" / "ontology"
PROLOGUE = prologue() + (
    f"PREFIX ex: <{ID}example/> PREFIX drop: <{ID}drop-reason/> PREFIX run: <{ID}analysis/example/> "
    "PREFIX naf: <http://id.insee.fr/codes/nafr2/sousClasse/>\n"
)
DATA_SHAPES = [path for path in shape_files() if path.name != "vocabulary.ttl"]
VOCABULARY_SHAPES = [path for path in shape_files() if path.name in ("vocabulary.ttl", "prefixes.ttl")]
MUTATIONS = tomllib.loads((EXAMPLE / "mutations.toml").read_text(encoding="utf-8"))
ONTOLOGY = [*ontology_files(), write_shipped(Path(mkdtemp()) / "filieres.nt")]


def _quads(files: list[Path]) -> list[ox.Quad]:
    store = ox.Store()
    for path in files:
        store.load(path=str(path))
    return list(store)


def _changed(quads: list[ox.Quad], update: str) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(quads)
    store.update(PROLOGUE + update)
    return store


def _oracle(store: ox.Store, shapes: Graph) -> set[tuple[str, str, str, str]]:
    text = ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES)
    data = Graph().parse(data=text or b"", format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inference="none")
    assert isinstance(report, Graph)
    found = set()
    for node in report.subjects(RDF.type, SH.ValidationResult):
        path = report.value(node, SH.resultPath)
        severity = str(report.value(node, SH.resultSeverity)).rpartition("#")[2]
        texts = sorted(
            str(text) for text in report.objects(node, SH.resultMessage)
        )  # languages are lost at times
        where = str(path) if isinstance(path, URIRef) else "path" if path is not None else ""
        found.add((str(report.value(node, SH.focusNode)), where, severity, " / ".join(texts)))
    return found


def _found(report: Report) -> set[tuple[str, str, str, str]]:
    return {
        (
            result.focus.value,
            str(result.path)
            if isinstance(result.path, URIRef)
            else "path"
            if result.path is not None
            else "",
            result.severity,
            " / ".join(sorted(result.messages.values())),
        )
        for result in report.results
    }


@pytest.fixture(scope="module")
def example() -> list[ox.Quad]:
    return _quads(
        [
            *ONTOLOGY,
            *(EXAMPLE / f"{name}.ttl" for name in ("base", "illustrative", "scenario")),
            FOLDER / "examples" / "5-finding.ttl",
        ]
    )


def _compare(quads: list[ox.Quad], kind: str, files: list[Path]) -> None:
    """Make every change at once, compare; make those again that another change hid."""
    checks, shapes = compile_shapes(files), graph(files)
    remaining = MUTATIONS[kind]
    while remaining:
        store = _changed(quads, " ;\n".join(mutation["update"] for mutation in remaining))
        expected = _oracle(store, shapes)
        assert _found(check(store, checks)) == expected
        messages = [text for _, _, _, text in expected]
        hidden = [m for m in remaining if not any(m["message"] in text for text in messages)]
        assert len(hidden) < len(remaining), hidden
        remaining = hidden


@pytest.mark.long
def test_every_change_to_the_data_gives_the_results_of_pyshacl(example: list[ox.Quad]) -> None:
    _compare(example, "data", DATA_SHAPES)


@pytest.mark.long
def test_every_change_to_the_vocabulary_gives_the_results_of_pyshacl() -> None:
    names = {"ancrage.ttl", "sector.ttl", "interaction.ttl", "actor-roles.ttl", "interaction-types.ttl"}
    _compare(
        _quads([path for path in ontology_files() if path.name in names]), "vocabulary", VOCABULARY_SHAPES
    )


def _example_store(graph_name: str | None = None) -> ox.Store:
    store = ox.Store()
    for path in [*ONTOLOGY, EXAMPLE / "base.ttl"]:
        store.load(path=str(path), to_graph=ox.NamedNode(graph_name) if graph_name else None)
    return store


def test_the_report_is_that_of_the_standard(example: list[ox.Quad]) -> None:
    store = _changed(example, MUTATIONS["data"][0]["update"])
    report = validate(store, DATA_SHAPES)
    assert report.blocks
    assert not report.conforms
    assert report.counts() == {"Violation": 1}
    text = Graph().parse(data=report.to_turtle(), format="turtle")
    (node,) = text.subjects(RDF.type, SH.ValidationReport)
    assert text.value(node, SH.conforms).value is False  # type: ignore[union-attr]
    (result,) = text.objects(node, SH.result)
    assert text.value(result, SH.focusNode) == URIRef(f"{ID}example/int1")
    assert text.value(result, SH.resultPath) == URIRef("https://w3id.org/ancrage/def/interactionType")
    assert text.value(result, SH.resultSeverity) == SH.Violation
    assert text.value(result, SH.sourceConstraintComponent) == SH.MinCountConstraintComponent
    assert text.value(result, SH.sourceShape) == URIRef(
        "https://w3id.org/ancrage/def/shapes/InteractionShape"
    )
    assert {text.language for text in text.objects(result, SH.resultMessage)} == {"fr", "en"}  # type: ignore[attr-defined]


def test_the_report_describes_a_path_that_is_not_a_predicate(example: list[ox.Quad]) -> None:
    store = _changed(example, "DELETE WHERE { ex:int2 anc:startDate ?day }")
    report = validate(store, DATA_SHAPES)
    (result,) = report.results
    assert result.path_text == "(anc:startDate|anc:year)"
    assert (result.severity, report.blocks, report.conforms) == ("Warning", False, False)
    text = Graph().parse(data=report.to_turtle(), format="turtle")
    path = text.value(text.value(None, RDF.type, SH.ValidationResult), SH.resultPath)
    items = list(text.items(text.value(path, SH.alternativePath)))  # type: ignore[arg-type]
    assert [str(item).rpartition("/")[2] for item in items] == ["startDate", "year"]


def test_results_come_the_gravest_first(example: list[ox.Quad]) -> None:
    updates = "DELETE WHERE { ex:int2 anc:startDate ?d } ; DELETE WHERE { ex:int1 anc:interactionType ?t }"
    assert [result.severity for result in validate(_changed(example, updates), DATA_SHAPES).results] == [
        "Violation",
        "Warning",
    ]


def test_the_union_of_named_graphs_is_checked_where_the_default_graph_is_empty() -> None:
    store = _example_store("https://w3id.org/ancrage/graph/test")
    assert validate(store).conforms
    store.update(PROLOGUE + f"DELETE WHERE {{ GRAPH ?g {{ <{ID}territory/department/07> rdfs:label ?l }} }}")
    assert "A territory has a label, at most one per language." in {
        r.message("en") for r in validate(store).results
    }


def test_graphs_of_a_list_are_checked_with_the_default_graph() -> None:
    store = _example_store()
    for name in ("illustrative", "scenario"):
        graph_name = ox.NamedNode(f"https://w3id.org/ancrage/graph/{name}")
        store.load(path=str(EXAMPLE / f"{name}.ttl"), to_graph=graph_name)
    store.update(PROLOGUE + "DELETE WHERE { GRAPH ?g { ex:match1 anc:matchesOffer ?offer } }")
    assert validate(store).conforms
    graphs = [f"https://w3id.org/ancrage/graph/{name}" for name in ("illustrative", "scenario")]
    (result,) = validate(store, graphs=graphs).results
    assert result.message("en") == "A match has exactly one offer."


def test_a_triple_of_two_graphs_counts_once() -> None:
    store = _example_store()
    again = ox.NamedNode("https://w3id.org/ancrage/graph/again")
    for path in [*ONTOLOGY, EXAMPLE / "base.ttl"]:
        store.load(path=str(path), to_graph=again)
    assert validate(store, graphs=[again.value]).conforms


def test_a_file_is_checked_with_the_ontology(tmp_path: Path) -> None:
    assert validate_file(EXAMPLE / "base.ttl", beside=shipped_quads()).conforms
    text = (
        (EXAMPLE / "base.ttl").read_text(encoding="utf-8").replace('anc:inseeCode "07"', 'anc:inseeCode "7"')
    )
    path = tmp_path / "broken.nq"
    store = ox.Store()
    store.load(input=text.encode(), format=ox.RdfFormat.TURTLE)
    path.write_bytes(store.dump(format=ox.RdfFormat.N_QUADS) or b"")
    report = validate_file(path, beside=shipped_quads())
    assert [result.message() for result in report.results] == ["Code de département mal formé."]
    assert str(report.results[0].value) == '"7"'


SHAPES = """@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
:s a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:message "p"@en ] ."""


def test_any_file_is_checked_against_any_shapes(tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text("@prefix : <http://example.org/> . :a a :T ; :p 1 . :b a :T .", encoding="utf-8")
    shapes.write_text(SHAPES, encoding="utf-8")
    report = validate_file(data, shapes)
    assert [(r.focus.value, r.message("en")) for r in report.results] == [("http://example.org/b", "p")]


def test_remarks_beyond_a_number_are_only_counted_but_all_violations_are_kept(tmp_path: Path) -> None:
    shapes, store = tmp_path / "shapes.ttl", ox.Store()
    remark = 'sh:property [ sh:path :q ; sh:minCount 1 ; sh:severity sh:Info ; sh:message "q"@en ] .'
    shapes.write_text(SHAPES.removesuffix(" .") + f" ; {remark}", encoding="utf-8")
    store.load(b"@prefix : <http://example.org/> . :a a :T . :b a :T . :c a :T .", ox.RdfFormat.TURTLE)
    checks = compile_shapes([shapes])
    assert check(store, checks).counts() == {"Violation": 3, "Info": 3}
    few = check(store, checks, most=1)
    assert few.counts() == {"Violation": 3, "Info": 3} and len(few.results) == 4
    assert dict(few.beyond) == {"Info": 2}


def test_what_cannot_be_compiled_is_given_to_pyshacl(tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(
        "@prefix : <http://example.org/> . :a a :T ; :q :b , :c . :c :p 1 . :d a :T .", encoding="utf-8"
    )
    inner = (
        "sh:property [ sh:path :q ; sh:maxCount 0 ; sh:severity sh:Warning ] ; sh:not [ sh:closed true ] ."
    )
    shapes.write_text(SHAPES.removesuffix(" .") + f" ; {inner}", encoding="utf-8")
    with pytest.raises(UnsupportedShape):
        compile_shapes([shapes])
    report = validate_file(data, shapes)
    assert {(r.focus.value[-1], r.severity) for r in report.results} == {
        ("a", "Violation"),
        ("a", "Warning"),
        ("d", "Violation"),
    }
    assert "sh:conforms" in report.to_turtle()
    assert {r.path_text for r in report.results} >= {"<http://example.org/p>", "<http://example.org/q>"}


def test_a_file_that_is_not_rdf_says_so(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,b", encoding="utf-8")
    with pytest.raises(ValueError, match=r"data\.csv: not a known RDF suffix"):
        validate_file(path)
    wrong = tmp_path / "data.ttl"
    wrong.write_text("<a> <b> .", encoding="utf-8")
    with pytest.raises(SyntaxError, match=r"data\.ttl: ") as error:
        validate_file(wrong)
    assert error.value.lineno == 1
    shapeless = tmp_path / "shapes.ttl"
    shapeless.write_text("<a> <b> <c> .", encoding="utf-8")
    with pytest.raises(ValueError, match=r"shapes\.ttl: no SHACL shape"):
        validate_file(EXAMPLE / "base.ttl", shapeless)
    with pytest.raises(FileNotFoundError):
        validate_file(tmp_path / "nowhere.ttl")


# --- what nobody would evaluate ---------------------------------------------------------------------------------------

PREFIXED = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:ns sh:declare [ sh:prefix "e" ; sh:namespace "http://e.org/"^^xsd:anyURI ] .
"""
COMPONENT = """e:Long a sh:ConstraintComponent ; sh:parameter [ sh:path e:atLeast ; sh:datatype xsd:integer ] .
e:S a sh:NodeShape ; sh:targetClass e:Thing ; sh:property [ sh:path e:name ; e:atLeast 5 ] .
"""
VALIDATOR = """e:Long sh:validator [ a sh:SPARQLAskValidator ; sh:message "too short" ;
  sh:ask "ASK { FILTER(STRLEN(STR($value)) >= $atLeast) }" ] .
"""


def _sparql(where: str) -> str:
    return (
        "e:S a sh:NodeShape ; sh:targetClass e:Thing ; sh:sparql [ a sh:SPARQLConstraint ; sh:prefixes e:ns ; "
        f'sh:message "bad" ; sh:select """SELECT $this ?value {{ $this e:age ?value . {where} }}""" ] .'
    )


@pytest.fixture
def thing(tmp_path: Path) -> Path:
    data = tmp_path / "data.ttl"
    data.write_text("@prefix e: <http://e.org/> . e:a a e:Thing ; e:name 'x' ; e:age 3 .", encoding="utf-8")
    return data


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (COMPONENT, "<http://e.org/Long> has no validator"),
        ("e:S a sh:NodeShape ; sh:targetClass e:Thing ; sh:js [ sh:jsFunctionName 'f' ] .", "sh:js"),
        ("e:S a sh:NodeShape ; sh:targetClass e:Thing ; sh:expression [ sh:path e:p ] .", "sh:expression"),
        *((_sparql(f"{word} {{ ?x e:p ?y }}"), word) for word in ("MINUS", "SERVICE <http://127.0.0.1:9/>")),
        (_sparql("VALUES ?z { 1 }"), "VALUES"),
        (_sparql("BIND(e:b AS $this)"), "AS $this"),
    ],
)
def test_shapes_that_nobody_would_evaluate_are_refused(
    thing: Path, tmp_path: Path, text: str, said: str
) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(PREFIXED + text, encoding="utf-8")
    with pytest.raises(UnevaluatedShape) as caught:
        validate_file(thing, shapes)
    assert said.split()[0] in caught.value.told("en") and said.split()[0] in str(caught.value)
    with pytest.raises(UnevaluatedShape):
        validate(ox.Store(), [shapes])


def test_a_component_of_its_own_is_evaluated(thing: Path, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(PREFIXED + COMPONENT + VALIDATOR, encoding="utf-8")
    [result] = validate_file(thing, shapes).results
    assert result.message("en") == "too short"


def test_our_own_shapes_are_all_evaluated() -> None:
    for path in shape_files():
        refuse_unevaluated(Graph().parse(path))
