"""Stores built from files: what is in them, what is refused, what is written back."""

import io
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.snapshots import store as stores
from ancrage.graph.snapshots.store import (
    CHECKPOINT,
    FileInGraph,
    LoadError,
    build_store,
    checkpoint,
    count_graphs,
    dump,
    fill_store,
    load_lines,
)
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
A, B = "http://e.org/graph/a", "http://e.org/graph/b"


def column(store: Store, text: str, name: str, **dataset: Any) -> list[str]:
    solutions = store.query(text, **dataset)
    assert isinstance(solutions, QuerySolutions)
    return [solution[name].value for solution in solutions]


def nquads(path: Path, graph: str, count: int, start: int = 0) -> Path:
    path.write_text(
        "".join(
            f'<http://e.org/{i}> <http://e.org/p> "{i}" <{graph}> .\n' for i in range(start, start + count)
        ),
        encoding="utf-8",
    )
    return path


def test_files_go_to_their_graphs(tmp_path: Path) -> None:
    turtle = tmp_path / "ontology.ttl"
    turtle.write_text("<http://e.org/C> a <http://e.org/Class> .", encoding="utf-8")
    a, b = nquads(tmp_path / "a.nq", A, 5), nquads(tmp_path / "b.nq", B, 3)
    files: list[FileInGraph] = [a, b, (turtle, "http://e.org/o")]
    assert build_store(files, tmp_path / "store") == 9
    store = Store.read_only(str(tmp_path / "store"))
    assert count_graphs(store) == {A: 5, B: 3, "http://e.org/o": 1}


def test_progress_is_told_after_each_file(tmp_path: Path) -> None:
    files = [nquads(tmp_path / "a.nq", A, 5), nquads(tmp_path / "b.nq", B, 3)]
    told: list[tuple[str, int, int]] = []
    build_store(files, tmp_path / "store", progress=lambda path, i, n: told.append((path.name, i, n)))
    assert told == [("a.nq", 1, 2), ("b.nq", 2, 2)]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few lines are large ones: read in pieces of two or three lines."""
    monkeypatch.setattr(stores, "_SMALL", 0)
    monkeypatch.setattr(stores, "_PIECE", 150)


@pytest.mark.long
@pytest.mark.usefixtures("small_pieces")
def test_a_large_file_is_loaded_by_pieces(tmp_path: Path) -> None:
    told: list[int] = []
    file = nquads(tmp_path / "a.nq", A, 100)
    store = fill_store([file], tmp_path / "store", merged=[A], pieces=told.append)
    assert count_graphs(store) == {A: 100} and column(store, COUNT, "n") == ["100"]
    assert len(told) > 30 and file.stat().st_size < sum(told) < 2 * file.stat().st_size


@pytest.mark.usefixtures("small_pieces")
def test_lines_are_added_to_a_store_two_pieces_at_once(tmp_path: Path) -> None:
    store = fill_store([nquads(tmp_path / "a.nq", A, 3)], tmp_path / "store")
    load_lines(store, nquads(tmp_path / "b.nq", B, 100))
    assert count_graphs(store) == {A: 3, B: 100}
    (tmp_path / "c.nq").write_text("<http://e.org/s> nothing .\n")
    with pytest.raises(LoadError, match=r"c\.nq"):
        load_lines(store, tmp_path / "c.nq")


@pytest.mark.usefixtures("small_pieces")
def test_a_blank_node_of_a_large_file_stays_one(tmp_path: Path) -> None:
    file = nquads(tmp_path / "a.nq", A, 100)
    lines = file.read_text().splitlines()
    with file.open("a") as more:
        more.writelines(f"_:b <http://e.org/q> {line.split()[0]} <{A}> .\n" for line in lines)
    store = fill_store([file], tmp_path / "store", merged=[A])
    assert column(store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <http://e.org/q> ?o }", "n") == ["1"]


@pytest.mark.long
@pytest.mark.usefixtures("small_pieces")
def test_the_line_of_an_error_is_that_of_the_file(tmp_path: Path) -> None:
    file = nquads(tmp_path / "a.nq", A, 100)
    with file.open("a") as more:
        more.write("nonsense\n")
    with pytest.raises(LoadError) as caught:
        fill_store([file], tmp_path / "store", merged=[A])
    assert caught.value.line == 101


def test_a_triple_of_two_graphs_is_once_in_the_merged_default_graph(tmp_path: Path) -> None:
    files = [nquads(tmp_path / "a.nq", A, 5), nquads(tmp_path / "b.nq", B, 5, start=3)]
    assert build_store(files, tmp_path / "store", merged=[A, B]) == 10
    store = Store.read_only(str(tmp_path / "store"))
    assert column(store, COUNT, "n") == ["8"]
    both = [NamedNode(A), NamedNode(B)]
    assert column(store, COUNT, "n", default_graph=both) == ["10"]  # the engine repeats: why we merge


def test_only_the_graphs_named_are_merged(tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.nq"
    mixed.write_text(
        f'<http://e.org/1> <http://e.org/p> "in <{B}> ." <{A}> .\n'
        f'<http://e.org/2> <http://e.org/p> "x" <{B}> . # a comment\n'
        f"<http://e.org/3>\t<http://e.org/p>\t<{A}>\t<{A}>\t.\n"
        "\n# nothing\n",
        encoding="utf-8",
    )
    turtle = tmp_path / "t.ttl"
    turtle.write_text("<http://e.org/5> <http://e.org/p> 1 .", encoding="utf-8")
    build_store([mixed, (turtle, B)], tmp_path / "store", merged=[A])
    store = Store.read_only(str(tmp_path / "store"))
    merged = {iri[-1] for iri in column(store, "SELECT ?s { ?s ?p ?o }", "s")}
    assert merged == {"1", "3"}
    literal = store.query('ASK { <http://e.org/1> ?p "in <http://e.org/graph/b> ." }')
    assert bool(literal)


def test_a_triple_whose_object_looks_like_its_graph_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text(f"<http://e.org/4> <http://e.org/p> <{A}> .\n", encoding="utf-8")
    with pytest.raises(LoadError, match="every line must be a quad in a named graph"):
        build_store([tmp_path / "a.nq"], tmp_path / "store", merged=[A])


def test_many_lines_are_merged_block_by_block(tmp_path: Path) -> None:
    files = [nquads(tmp_path / "a.nq", A, 60_000)]
    build_store(files, tmp_path / "store", merged=[A])
    store = Store.read_only(str(tmp_path / "store"))
    assert column(store, COUNT, "n") == ["60000"]


def test_small_and_large_files_make_one_store_and_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.ttl").write_text("_:b <http://e.org/p> [] .", encoding="utf-8")
    files: list[FileInGraph] = [
        (tmp_path / "one.ttl", A),
        nquads(tmp_path / "large.nq", A, 20_000),
        (tmp_path / "two.ttl", A),
    ]
    assert (tmp_path / "large.nq").stat().st_size > 1 << 20
    assert build_store([*files, nquads(tmp_path / "b.nq", B, 3)], tmp_path / "store", merged=[A]) == 20_005
    store = Store.read_only(str(tmp_path / "store"))
    assert count_graphs(store) == {A: 20_002, B: 3}
    assert column(store, COUNT, "n") == ["20002"]
    blank = "SELECT (COUNT(DISTINCT ?b) AS ?n) { GRAPH ?g { { ?b ?p ?o } UNION { ?s ?p ?b } FILTER(isBlank(?b)) } }"
    assert column(store, blank, "n") == ["4"]


def test_a_small_file_of_quads_may_have_a_default_graph(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text(
        f'<http://e.org/1> <http://e.org/p> "x" .\n<http://e.org/2> <http://e.org/p> "y" <{A}> .\n',
        encoding="utf-8",
    )
    for n, merged in enumerate(([], [A])):
        assert build_store([tmp_path / "a.nq"], tmp_path / f"store{n}", merged=merged) == 1
        store = Store.read_only(str(tmp_path / f"store{n}"))
        assert column(store, COUNT, "n") == [str(1 + len(merged))]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("bad.nq", '<http://e.org/a> <http://e.org/b> <http://e.org/c> .\n<http://e.org/a> "b" .\n', 2),
        ("bad.ttl", "<http://e.org/a> <http://e.org/b> 1 .\n\n<http://e.org/a> <http://e.org/b> x .\n", 3),
    ],
)
def test_a_syntax_error_names_the_file_and_the_line(tmp_path: Path, name: str, text: str, line: int) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        build_store([(path, A) if name.endswith(".ttl") else path], tmp_path / "store")
    assert (caught.value.file, caught.value.line) == (path, line)
    assert name in str(caught.value)
    assert f"line {line}" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"absent\.nq: the file does not exist"):
        build_store([tmp_path / "absent.nq"], tmp_path / "store")


def test_an_unknown_extension_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_text("", encoding="utf-8")
    with pytest.raises(LoadError, match=r"'\.doc' is not the extension of an RDF format"):
        build_store([tmp_path / "a.doc"], tmp_path / "store")


def test_a_store_is_not_built_over_another(tmp_path: Path) -> None:
    build_store([nquads(tmp_path / "a.nq", A, 1)], tmp_path / "store")
    with pytest.raises(FileExistsError):
        build_store([tmp_path / "a.nq"], tmp_path / "store")


def test_a_dump_has_the_named_graphs_and_not_the_merged_copy(tmp_path: Path) -> None:
    source = nquads(tmp_path / "a.nq", A, 4)
    build_store([source], tmp_path / "store", merged=[A])
    store = Store.read_only(str(tmp_path / "store"))
    dump(store, tmp_path / "out.nq")
    assert set((tmp_path / "out.nq").read_text().splitlines()) == set(source.read_text().splitlines())
    dump(store, tmp_path / "out.ttl", A, RdfFormat.TURTLE)
    assert len(list(parse(path=tmp_path / "out.ttl"))) == 4


def test_a_dump_refuses_what_it_cannot_write() -> None:
    store = Store()
    with pytest.raises(ValueError, match="Turtle has no named graphs"):
        dump(store, io.BytesIO(), format=RdfFormat.TURTLE)
    with pytest.raises(LookupError, match=r"no graph <http://e\.org/none>"):
        dump(store, io.BytesIO(), "http://e.org/none")


def test_a_graph_named_by_a_blank_node_is_counted_alone() -> None:
    store, term = Store(), NamedNode("http://example.org/a")
    blank = BlankNode()
    store.extend([Quad(term, term, term, blank), Quad(term, term, Literal("b"), term)])
    assert count_graphs(store) == {"http://example.org/a": 1, blank.value: 1}


@pytest.mark.usefixtures("small_pieces")
def test_the_files_of_a_checkpoint_stay_as_they_are_while_the_engine_goes_on(tmp_path: Path) -> None:
    store = fill_store([nquads(tmp_path / "a.nq", A, 100)], tmp_path / "store", merged=[A])
    store.add(Quad(NamedNode(A), NamedNode(A), Literal("not on the disk yet"), NamedNode(A)))
    checkpoint(store, tmp_path / "store")
    folder = tmp_path / CHECKPOINT
    files = {path.name: path.stat().st_size for path in folder.iterdir()}
    store.optimize()  # compacts every file
    assert {path.name: path.stat().st_size for path in folder.iterdir()} == files
    assert all(
        path.stat().st_nlink == 1 for path in folder.iterdir()
    )  # what is linked twice is not put on the disk
    assert count_graphs(Store.read_only(str(folder))) == {A: 101}
