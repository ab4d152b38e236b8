"""The benchmarks' own tools: a generator that reads answers as they are sent, queries that are never repeated."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ANSWERS = {
    b"/length": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde",
    b"/chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
    b"/busy": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"/cut": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc",
}


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


@pytest.fixture
def port() -> Iterator[int]:
    """A server that answers by the path, byte by byte where that is harder to read, and closes where it said so."""

    def serve(stream: socket.socket) -> None:
        with stream:
            rest = b""
            while part := stream.recv(4096):
                rest += part
                while b"\r\n\r\n" in rest:
                    head, _, rest = rest.partition(b"\r\n\r\n")
                    path = head.split()[1]
                    for place in range(0, len(ANSWERS[path]), 7):
                        stream.sendall(ANSWERS[path][place : place + 7])
                    if path in (b"/busy", b"/cut"):
                        return

    def accept() -> None:
        while True:
            try:
                stream, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(stream,)).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize("connections", [1, 3])
def test_every_request_is_answered_once_and_read_whole(port: int, connections: int) -> None:
    generator: Any = import_module("generator")
    paths = ["/length", "/chunks", "/busy", "/cut"] * 5
    load = generator.run(port, [generator.get(port, path) for path in paths], connections)
    assert sorted(sample.number for sample in load.samples) == list(range(20))
    found = {
        path: {(one.status, one.body) for one in load.samples if paths[one.number] == path} for path in paths
    }
    assert found["/length"] == found["/chunks"] == {(200, b"abcde")}
    assert {status for status, _ in found["/busy"]} == {503}
    assert {status for status, _ in found["/cut"]} == {0}
    assert load.failures == 10


def test_a_run_ends_when_its_time_is_over(port: int) -> None:
    generator: Any = import_module("generator")

    def endless() -> Iterator[bytes]:
        while True:
            yield generator.get(port, "/length")

    load = generator.run(port, endless(), 2, keep=False, seconds=0.05)
    assert load.samples and not load.failures


def test_percentiles_are_of_the_values_themselves() -> None:
    percentile: Any = import_module("generator").percentile
    values = list(range(1, 101))
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([7], 0.95)) == (50, 95, 7)
    assert percentile([], 0.5) != percentile([], 0.5)


def test_a_mix_repeats_nothing_and_leaves_no_hole() -> None:
    mixes: Any = import_module("mixes")

    def select(text: str) -> list[dict[str, str]]:
        value = "word{} name" if "rdfs:label ?a" in text else "urn:thing:{}"
        letters = "abcdefghij"
        return [
            {"a": value.format(one + two if "word" in value else f"{one}{two}"), "b": f"urn:b:{one}"}
            for one in letters
            for two in letters
        ]

    mix = mixes.Mix(select)
    texts = [query.text for _ in range(4) for query in mix.take(50)]
    assert len(texts) == len(set(texts)) == 200
    assert not mix.left_out
    assert not any("%(" in text or "{a}" in text for text in texts)
    kinds = {query.kind for query in mix.take(50)}
    assert kinds == {template.kind for template in mixes.TEMPLATES}


def test_values_that_are_no_terms_do_not_enter_a_query() -> None:
    mixes: Any = import_module("mixes")
    mix = mixes.Mix(lambda text: [{"a": "urn:x> } DROP ALL #", "b": "urn:b"}])
    assert not [query for query in mix.take(500) if "DROP" in query.text]
    assert "partners of an actor" in mix.left_out


def test_ratios_are_of_rounds() -> None:
    ratio: Any = import_module("measures").Ratio.of([1.0, 4.0, 9.0], [1.0, 2.0, 3.0])
    assert (ratio.median, ratio.least, ratio.largest) == (2.0, 1.0, 3.0)


def test_networks_of_the_benchmark_are_drawn_and_read_as_said(tmp_path: Path) -> None:
    networks: Any = import_module("analysis_networks")
    nodes, edges = networks.synthetic(500, seed=3)
    assert edges.shape == (500, 2) and len(nodes) == 100
    assert len({tuple(edge) for edge in edges.tolist()}) == 500 and (edges[:, 0] < edges[:, 1]).all()
    assert (edges == networks.synthetic(500, seed=3)[1]).all()
    assert networks.matrix(100, edges).nnz == 1000 == 2 * networks.graph(100, edges).number_of_edges()
    folder = tmp_path / "scanr-h2020-partenariats"
    folder.mkdir()
    (folder / "h2020_copartenariats_fr_fr_essai.csv").write_text(
        "id_1,id_2,nb_projets_communs\n0900,b,3\nb,0900,1\nb,c,1\nc,c,2\n"
    )
    assert networks.h2020(tmp_path)[0] == ["0900", "b", "c"] and len(networks.h2020(tmp_path)[1]) == 2


def test_figures_computed_again_are_set_beside_those_of_the_site(example_data_dir: Path) -> None:
    recompute: Any = import_module("recompute")
    row = recompute.ask(recompute.OBSERVATIONS, example_data_dir).row(0, named=True)
    what, value = (row["indicator"], row["territory"]), float(row["value"])
    wanted = [
        recompute.Figure(*what, value, row["group"]),
        recompute.Figure(*what, value + 1, row["group"]),
        recompute.Figure(row["indicator"], "commune/99999", value),
    ]
    found = recompute.compare(wanted, example_data_dir)
    assert found["equal"].to_list() == [True, False, None]
    assert found["shown"].to_list() == [value, value, None]


def test_derivations_are_set_beside_what_is_published(example_data_dir: Path) -> None:
    derivations: Any = import_module("derivations")
    rows = list(
        derivations.compared(example_data_dir, ["department/38"], 60.0, ["communes", "programmes", "variety"])
    )
    assert [row[0] for row in rows] == ["communes", "programmes"]  # an entropy has no query
    assert all(row[2] == row[3] and row[4] for row in rows)


@pytest.mark.long
def test_no_benchmark_calls_the_package_as_it_was() -> None:
    """One whose call the package does not take any more fails after minutes, where nobody looks."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "benchmarks"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Found" in done.stdout or "Success" in done.stdout, done.stderr
    wrong = [line for line in done.stdout.splitlines() if line.endswith(("[call-arg]", "[call-overload]"))]
    assert wrong == []
