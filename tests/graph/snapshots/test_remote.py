"""Remote stores answer as the store they were filled from: real servers, on loopback."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from ancrage.graph.pool.blocking import WorkerPool
from ancrage.graph.snapshots.opening import StoreElsewhere
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.remote import NotRemote, adopt
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.sparql.remote import RemoteFailed

from ...endpoints import oxigraph, served, virtuoso

SELECT = """PREFIX anc: <https://w3id.org/ancrage/def/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?kind (COUNT(DISTINCT ?s) AS ?n) { ?s a ?kind } GROUP BY ?kind"""
LABELS = "SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
NAMED = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'https://w3id.org/ancrage/')) } GROUP BY ?g"
GRAPH = "CONSTRUCT { ?s <http://e.org/is> ?kind } { ?s a ?kind FILTER(isIRI(?s)) }"


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def endpoint(
    request: pytest.FixtureRequest, example_reader: LocalReader, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An endpoint that holds the example."""
    folder = tmp_path_factory.mktemp("server") / "s"
    with (oxigraph if request.param == "oxigraph" else virtuoso)(folder, example_reader.snapshot) as url:
        yield url


@pytest.fixture(scope="module")
def data_dir(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that reads the endpoint."""
    folder = tmp_path_factory.mktemp("remote")
    adopt(Snapshots(folder), endpoint, lenient=True)
    return folder


def lines(body: bytes) -> Counter[bytes]:
    """Count the lines of an answer, whatever their order."""
    return Counter(body.splitlines())


@pytest.mark.long
@pytest.mark.parametrize("text", [SELECT, LABELS, NAMED, GRAPH, "ASK { ?s a ?kind }"])
def test_a_remote_store_answers_as_the_store_it_was_filled_from(
    data_dir: Path, example_reader: LocalReader, text: str
) -> None:
    accept = "nt" if text == GRAPH else "json" if text.startswith("ASK") else "tsv"
    expected = example_reader.query(text, accept=accept)
    assert len(lines(expected.body)) > (0 if text.startswith("ASK") else 5)
    with LocalReader.current(data_dir) as reader:
        assert lines(reader.query(text, accept=accept).body) == lines(expected.body)
    with WorkerPool(data_dir, deadline=60, columns=True, strict=True) as pool:  # processes without a network
        assert lines(pool.query(text, accept=accept).body) == lines(expected.body)


def test_its_graphs_are_those_of_the_publication(data_dir: Path, example_reader: LocalReader) -> None:
    snapshot, original = Snapshots(data_dir).current(), example_reader.snapshot
    assert snapshot is not None and snapshot.merged
    assert snapshot.graphs() == original.graphs() and snapshot.base_graphs == original.base_graphs


def test_the_same_content_is_the_same_generation(data_dir: Path, endpoint: str) -> None:
    snapshots = Snapshots(data_dir)
    before = snapshots.current()
    assert before is not None and adopt(snapshots, endpoint, lenient=True).id == before.id
    assert len(snapshots.list()) == 1


def test_what_no_query_gives_is_refused_in_a_sentence(data_dir: Path, endpoint: str) -> None:
    with LocalReader.current(data_dir) as reader, pytest.raises(StoreElsewhere) as error:
        reader.store  # noqa: B018
    assert endpoint in error.value.message["fr"]


def test_a_folder_with_publications_of_its_own_follows_no_remote_store(
    example_data_dir: Path, endpoint: str
) -> None:
    with pytest.raises(NotRemote) as error:
        adopt(Snapshots(example_data_dir), endpoint)
    assert str(example_data_dir) in error.value.message["fr"]


MIXED = ["", "https://w3id.org/ancrage/graph/scenario/two-relays"]


def test_graphs_beside_the_union_are_asked_by_name(data_dir: Path, example_reader: LocalReader) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    expected = example_reader.query(text, default_graphs=MIXED, accept="csv").body
    with LocalReader.current(data_dir) as reader:
        assert reader.query(text, default_graphs=MIXED, accept="csv").body == expected


def test_a_store_whose_union_has_no_name_is_asked_alone(example_reader: LocalReader, tmp_path: Path) -> None:
    with served(example_reader.snapshot.store) as url:
        adopt(Snapshots(tmp_path), url)
        with LocalReader.current(tmp_path) as reader:
            assert lines(reader.query(SELECT, accept="tsv").body) == lines(
                example_reader.query(SELECT, accept="tsv").body
            )
            with pytest.raises(RemoteFailed, match="has no name"):
                reader.query(SELECT, default_graphs=MIXED)


def test_a_store_that_does_not_follow_the_standard_is_refused(endpoint: str, tmp_path: Path) -> None:
    if endpoint.endswith("/sparql"):  # Virtuoso
        with pytest.raises(RemoteFailed, match=r"SPARQL 1\.1"):
            adopt(Snapshots(tmp_path), endpoint)
        assert Snapshots(tmp_path).current() is None
    else:
        assert adopt(Snapshots(tmp_path), endpoint).quads > 1000
