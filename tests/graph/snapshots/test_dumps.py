"""Dumps: one file a graph, the whole one file a licence; nothing invented and no ODbL where they do not belong."""

import gzip
import hashlib
from pathlib import Path

import pytest
from ancrage.graph.snapshots.dumps import DumpFile, dump_name, dumps_of, graph_licence, write_dump
from ancrage.graph.snapshots.provenance import DERIVED_GRAPHS, GRAPHS
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshot
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

ABOUT: dict[str, dict[str, str | None]] = {
    "a": {"licence": "etalab-2.0"},
    "b": {"licence": "ODbL-1.0"},
    "c": {"licence": "etalab-2.0"},
    "deductions": {"licence": None},
    "filieres": {"licence": None},
    "metiers": {"licence": None},
    "ontology": {"licence": "CC-BY-4.0", "role": "ontology"},
    "provenance": {"licence": None, "role": "provenance"},
    "illustrative": {"licence": "etalab-2.0", "role": "illustrative"},
    "scenario/x": {"licence": "ODbL-1.0", "role": "scenario"},
    "edits": {"licence": None},
}


def snapshot_of(about: dict[str, dict[str, str | None]]) -> Snapshot:
    graphs = {GRAPHS + name: told for name, told in about.items()}
    return Snapshot("20260101T000000Z-00000000", Path("x"), {"graphs": graphs})


def test_the_whole_is_one_file_a_licence() -> None:
    whole = {
        dump.name: [graph.removeprefix(GRAPHS) for graph in dump.graphs]
        for dump in dumps_of(snapshot_of(ABOUT)).values()
        if dump.whole
    }
    assert whole == {
        "licence/cc-by-4.0": ["ontology", "provenance"],
        "licence/etalab-2.0": ["a", "c"],
        "licence/non-precisee": ["edits"],
        "licence/odbl-1.0": ["b", "deductions", "filieres", "metiers"],
    }


def test_every_graph_has_its_own_file_and_keeps_its_licence() -> None:
    snapshot = snapshot_of(ABOUT)
    single = {dump.graphs[0]: dump for dump in dumps_of(snapshot).values() if not dump.whole}
    assert set(single) == set(snapshot.graphs())
    assert single[GRAPHS + "b"].licence == "https://spdx.org/licenses/ODbL-1.0"
    assert single[GRAPHS + "scenario/x"].name == "scenario/x"
    assert single[GRAPHS + "illustrative"].role == "illustrative"
    assert single[GRAPHS + "edits"].licence == ""


@pytest.mark.parametrize("graph", DERIVED_GRAPHS)
def test_what_is_derived_is_shared_alike_only_where_something_is(graph: str) -> None:
    free = {name: told for name, told in ABOUT.items() if told.get("licence") != "ODbL-1.0"}
    assert graph_licence(ABOUT, graph).endswith("ODbL-1.0")
    assert graph_licence(free, graph).endswith("CC-BY-4.0")


@pytest.mark.parametrize(
    "graph",
    [
        "http://e.org/../../etc",
        GRAPHS + "../x",
        GRAPHS,
        GRAPHS + "A b",
        GRAPHS + "licence/x",
        GRAPHS + "a.nq",
    ],
)
def test_other_names_are_digests(graph: str) -> None:
    assert dump_name(graph) == "graph-" + hashlib.sha256(graph.encode()).hexdigest()[:16]


@pytest.mark.parametrize("format", [RdfFormat.N_QUADS, RdfFormat.TRIG])
def test_a_dump_holds_its_graph_and_says_its_licence(
    tmp_path: Path, example_data_dir: Path, format: RdfFormat
) -> None:
    graph = GRAPHS + "example"
    with LocalReader.current(example_data_dir) as reader:
        paths = [tmp_path / "one.gz", tmp_path / "two.gz"]
        about = [write_dump(reader.store, reader.snapshot, graph, format, path) for path in paths]
        wanted = set(reader.store.quads_for_pattern(None, None, None, NamedNode(graph)))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    plain = gzip.decompress(paths[0].read_bytes())
    assert about[0] == {
        "bytes": len(plain),
        "compressed": paths[0].stat().st_size,
        "sha256": hashlib.sha256(paths[0].read_bytes()).hexdigest(),
    }
    assert plain.startswith(f"# graph <{graph}>, base, licence not specified".encode())
    assert {Quad(*quad) for quad in parse(plain, format)} == wanted


def test_files_put_together_are_one_dataset(tmp_path: Path, example_data_dir: Path) -> None:
    with LocalReader.current(example_data_dir) as reader:
        for format in (RdfFormat.N_QUADS, RdfFormat.TRIG):
            together = b""
            for number, graph in enumerate(reader.snapshot.graphs()):
                path = tmp_path / f"{number}.gz"
                write_dump(reader.store, reader.snapshot, graph, format, path)
                together += path.read_bytes()
            named = {quad for quad in reader.store if quad.graph_name in set(reader.store.named_graphs())}
            assert len(set(parse(gzip.decompress(together), format))) == len(named)


def test_a_dump_file_that_was_never_finished_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.nq.gz").write_bytes(b"")
    with pytest.raises(FileNotFoundError):
        DumpFile.read(tmp_path / "x.nq.gz")
