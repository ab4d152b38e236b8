"""Validation: the same results as pyshacl on the ontology's example and on every change made to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from ancrage.graph.shapes import compile_shapes
from ancrage.graph.validation import Report, check, validate, validate_file
from ancrage.ontology.vocabulary import ID, graph, ontology_files, prologue, shape_files
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SH

EXAMPLE = Path(__file__).parents[1] / "data" / "ontology"
PROLOGUE = prologue() + (
    f"PREFIX ex: <{ID}example/> PREFIX drop: <{ID}drop-reason/> "
    "PREFIX naf: <http://id.insee.fr/codes/nafr2/sousClasse/>\n"
)
DATA_SHAPES = [path for path in shape_files() if path.name != "vocabulary.ttl"]
VOCABULARY_SHAPES = [path for path in shape_files() if path.name in ("vocabulary.ttl", "prefixes.ttl")]
MUTATIONS = tomllib.loads((EXAMPLE / "mutations.toml").read_text(encoding="utf-8"))


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


def _batches(quads: list[ox.Quad], kind: str) -> Iterator[list[dict[str, str]]]:
    """Gather changes that touch different properties of different nodes: pyshacl runs once a batch."""
    before = set(quads)
    batches: list[tuple[set[object], list[dict[str, str]]]] = []
    for mutation in MUTATIONS[kind]:
        after = set(_changed(quads, mutation["update"]))
        touched = {(quad.subject, quad.predicate) for quad in before ^ after}
        touched |= {(quad.object, quad.predicate) for quad in before ^ after}
        assert touched, mutation["name"]
        for seen, members in batches:
            if not seen & touched:
                seen |= touched
                members.append(mutation)
                break
        else:
            batches.append((touched, [mutation]))
    yield from (members for _, members in batches)


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
        [*ontology_files(), *(EXAMPLE / f"{name}.ttl" for name in ("base", "illustrative", "scenario"))]
    )


def _compare(quads: list[ox.Quad], kind: str, files: list[Path]) -> None:
    checks, shapes = compile_shapes(files), graph(files)
    for batch in _batches(quads, kind):
        store = _changed(quads, " ;\n".join(mutation["update"] for mutation in batch))
        expected = _oracle(store, shapes)
        assert _found(check(store, checks)) == expected
        messages = [text for _, _, _, text in expected]
        unseen = [m["name"] for m in batch if not any(m["message"] in text for text in messages)]
        assert unseen == []


def test_every_change_to_the_data_gives_the_results_of_pyshacl(example: list[ox.Quad]) -> None:
    _compare(example, "data", DATA_SHAPES)


def test_every_change_to_the_vocabulary_gives_the_results_of_pyshacl() -> None:
    names = {"ancrage.ttl", "sector.ttl", "interaction.ttl", "actor-roles.ttl", "interaction-types.ttl"}
    _compare(_quads([path for path in ontology_files() if path.name in names]), "vocabulary", VOCABULARY_SHAPES)
