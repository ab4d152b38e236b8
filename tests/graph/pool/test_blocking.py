"""Queries in isolated processes: answers, attacks, deadlines, queue, and new publications under load."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.pool.blocking import (
    ClientBusy,
    LocalReader,
    NoSnapshot,
    NotAcceptable,
    PoolBusy,
    QueryExhausted,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    QueryTooComplex,
    QueryTooLarge,
    Reader,
    WorkerError,
    WorkerPool,
)
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.snapshots.store import build_store
from pyoxigraph import RdfFormat, parse

G = "http://e.org/graph/"
ROLES = {"one": "base", "two": "base", "play": "illustrative"}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z . ?d ?t ?u FILTER(?x != ?u) }"
PLAY = f"{G}play"


def publish(data_dir: Path, number: int = 0, *, size: int = 300, merged: bool = True) -> Snapshot:
    """Publish a graph `one` of `size` triples that all tell `number`, `two` with one of them, and `play`."""
    snapshots = Snapshots(data_dir)
    with snapshots.staging() as folder:
        path = folder / "all.nq"
        lines = [f'<http://e.org/{i}> <http://e.org/p> "{number}" <{G}one> .' for i in range(size)]
        lines.append(f'<http://e.org/0> <http://e.org/p> "{number}" <{G}two> .')
        lines.append(f'<http://e.org/x> <http://e.org/p> "jeu"@fr <{G}play> .')
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        base = [G + name for name, role in ROLES.items() if role == "base"]
        quads = build_store([path], folder / "store", merged=base if merged else ())
        graphs = {G + name: {"role": role} for name, role in ROLES.items()}
        manifest = {"quads": quads, "graphs": graphs, "merged": merged, "number": number}
        return snapshots.publish(folder / "store", manifest)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    publish(folder)
    return folder


@pytest.fixture(scope="module")
def pool(data_dir: Path) -> Iterator[WorkerPool]:
    with WorkerPool(data_dir, deadline=60, memory=768 << 20, patience=60) as made:
        yield made


@pytest.fixture(params=["pool", "local"])
def reader(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[Reader]:
    if request.param == "pool":
        yield request.getfixturevalue("pool")
    else:
        with LocalReader.current(data_dir) as made:
            yield made


def number(reader: Reader, text: str = COUNT, **dataset: Any) -> int:
    answer = json.loads(reader.query(text, accept="json", **dataset).body)
    return int(answer["results"]["bindings"][0]["n"]["value"])


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait for what must come, however busy the machine is."""
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_both_readers_have_the_same_face(reader: Reader, data_dir: Path) -> None:
    assert isinstance(reader, Reader)
    answer = reader.query("SELECT ?o { <http://e.org/0> ?p ?o }", accept="csv")
    assert answer.body == b"o\r\n0\r\n"
    assert answer.media_type == "text/csv; charset=utf-8"
    assert answer.kind == "select"
    current = Snapshots(data_dir).current()
    assert current is not None
    assert answer.snapshot == current.id
    assert 0 < answer.seconds < 5


@pytest.mark.parametrize(
    ("accept", "begins"),
    [
        ("json", b'{"head":{"vars":["o"]}'),
        ("application/sparql-results+xml", b"<?xml"),
        ("text/csv", b"o\r\n"),
        ("tsv", b"?o\n"),
        ("*/*", b'{"head"'),
        ("text/html, application/xml;q=0.9", b"<?xml"),
    ],
)
def test_rows_in_every_format(reader: Reader, accept: str, begins: bytes) -> None:
    answer = reader.query("SELECT ?o { <http://e.org/0> ?p ?o }", accept=accept)
    assert answer.body.startswith(begins)


@pytest.mark.parametrize("accept", ["json", "xml", "csv", "tsv"])
def test_booleans_in_every_format(reader: Reader, accept: str) -> None:
    answer = reader.query("ASK { ?s ?p ?o }", accept=accept)
    assert answer.kind == "ask"
    assert b"true" in answer.body


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("nt", RdfFormat.N_TRIPLES),
        ("application/n-quads", RdfFormat.N_QUADS),
        ("trig", RdfFormat.TRIG),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", RdfFormat.JSON_LD),
    ],
)
def test_graphs_in_every_format(reader: Reader, accept: str, format: RdfFormat) -> None:
    text = "PREFIX e: <http://e.org/> CONSTRUCT { ?s e:q ?o } { ?s e:p ?o } LIMIT 7"
    answer = reader.query(text, accept=accept)
    assert answer.kind == "graph"
    assert len(list(parse(answer.body, format))) == 7
    if accept == "text/turtle":
        assert b"@prefix e: <http://e.org/> ." in answer.body
        assert b"e:q" in answer.body
    assert reader.query("DESCRIBE <http://e.org/0>", accept="nt").body.count(b"\n") == 1


def test_a_format_that_cannot_be_made_is_told_with_those_that_can(reader: Reader) -> None:
    with pytest.raises(NotAcceptable) as caught:
        reader.query("CONSTRUCT WHERE { ?s ?p ?o }", accept="text/csv")
    assert "text/turtle" in caught.value.formats
    with pytest.raises(NotAcceptable) as rows:
        reader.query("SELECT * { ?s ?p ?o }", accept="text/turtle, image/*")
    assert "application/sparql-results+json" in rows.value.formats


@pytest.mark.parametrize("merged", [True, False])
def test_the_dataset_a_query_sees(tmp_path: Path, merged: bool) -> None:
    publish(tmp_path, merged=merged, size=3)
    with LocalReader.current(tmp_path) as reader:
        distinct = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
        assert number(reader, distinct) == 3
        assert number(reader) == (3 if merged else 4)
        assert number(reader, distinct, default_graphs=[f"{G}one", f"{G}two", PLAY]) == 4
        assert number(reader, default_graphs=[PLAY]) == 1
        assert number(reader, default_graphs=[]) == 0
        assert number(reader, COUNT.replace("{", f"FROM <{PLAY}> {{", 1)) == 1
        assert number(reader, COUNT.replace("{", f"FROM <{PLAY}> {{", 1), default_graphs=[f"{G}one"]) == 3
        graphs = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        assert number(reader, graphs) == 3
        assert number(reader, graphs, named_graphs=[PLAY]) == 1
        assert number(reader, distinct, named_graphs=[PLAY]) == 3
        assert number(reader, graphs.replace("{", f"FROM NAMED <{PLAY}> {{", 1)) == 1
        assert number(reader, graphs, default_graphs=[PLAY], named_graphs=[]) == 0


def test_a_merged_base_stays_a_set_with_another_graph_beside_it(data_dir: Path) -> None:
    with LocalReader.current(data_dir) as reader:
        assert number(reader, default_graphs=[f"{G}two", PLAY, f"{G}one"]) == 301


def test_the_plain_dataset_is_the_stores_own_default_graph(tmp_path: Path) -> None:
    publish(tmp_path, merged=False)
    with LocalReader.current(tmp_path, dataset="plain") as reader:
        assert number(reader) == 0


def test_a_syntax_error_has_a_line_and_a_column(reader: Reader) -> None:
    with pytest.raises(QuerySyntax) as caught:
        reader.query("SELECT * {\n ?s ?p 'é' ! }")
    assert (caught.value.line, caught.value.column) == (2, 12)
    with pytest.raises(QuerySyntax, match="neither grouped nor aggregated"):
        reader.query("SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?y }")
    with pytest.raises(QuerySyntax, match="not an IRI"):
        reader.query("ASK {}", default_graphs=["no iri <"])


def test_a_lone_surrogate_does_not_break_the_pipe(pool: WorkerPool) -> None:
    with pytest.raises(QuerySyntax, match="half a surrogate pair") as caught:
        pool.query("SELECT *\n{ ?s ?p '\ud800' }")
    assert (caught.value.line, caught.value.column) == (2, 10)
    assert number(pool) == 300


ATTACKS: dict[str, tuple[str, type[Exception] | tuple[type[Exception], ...]]] = {
    "nested groups": ("SELECT * " + "{" * 2220 + "}" * 2220, QueryTooComplex),
    "nested IF": ("SELECT * { BIND(" + "IF(1,1," * 973 + "1" + ")" * 973 + " AS ?x) }", QueryTooComplex),
    "parentheses": ("SELECT * { FILTER" + "(" * 4716 + "1" + ")" * 4716 + "}", QueryTooComplex),
    "nested lists": ("SELECT * { " + "(" * 208 + "1" + ")" * 208 + " ?p ?o }", QueryTooComplex),
    "long path": ("SELECT * { ?s " + "/".join(["<http://e.org/p>"] * 474) + " ?o }", QueryTooComplex),
    "patterns": ("SELECT * { " + "?s ?p ?o. " * 193 + "}", QueryTooComplex),
    "service": ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", QueryRefused),
    "load": ("LOAD <http://127.0.0.1:1/>", QueryRefused),
    "doubling": (
        "SELECT ?x34 { BIND('0123456789abcdef' AS ?x0) "
        + "".join(f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1}) " for i in range(34))
        + "}",
        (QueryExhausted, QueryTimeout),
    ),
    "cartesian order": (
        "SELECT * { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z } ORDER BY ?x ?y ?z", (QueryExhausted, QueryTimeout)
    ),
    "cartesian count": (HEAVY, QueryTimeout),
    "large answer": ("SELECT * { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z }", (QueryExhausted, QueryTimeout)),
    "long text": ("SELECT * {} #" + "x" * (2 << 20), QueryTooLarge),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_or_stopped_and_the_next_query_is_answered(pool: WorkerPool, name: str) -> None:
    text, error = ATTACKS[name]
    with pytest.raises(error):
        pool.query(text, deadline=1.5)
    assert number(pool) == 300


def test_what_passes_the_guard_is_still_survived(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of the processes hold without the guard: crash, memory, network."""
    from ancrage.graph.sparql.limits import Glance

    monkeypatch.setattr("ancrage.graph.pool.pool.look", lambda text, longest: Glance())
    with WorkerPool(data_dir, size=1, memory=768 << 20, patience=60) as pool:
        with pytest.raises((QueryExhausted, QuerySyntax)):
            pool.query("SELECT * { FILTER(" + "!" * 600_000 + "true) }")
        with pytest.raises((QueryTimeout, QueryExhausted)):
            pool.query("SELECT * { " + "(" * 400 + "1" + ")" * 400 + " ?p ?o }", deadline=2)
        assert number(pool) == 300
        assert pool.lost >= 1


def test_no_packet_leaves_a_worker(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    from ancrage.graph.sparql.limits import Glance

    monkeypatch.setattr("ancrage.graph.pool.pool.look", lambda text, longest: Glance())
    with socket.create_server(("127.0.0.1", 0)) as server, WorkerPool(data_dir, size=1, deadline=5) as pool:
        if not pool.isolated:
            pytest.skip("this system gives no way to take the network from a process")
        server.settimeout(0.5)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises((RuntimeError, QueryExhausted, QueryTimeout)):
            pool.query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
        with pytest.raises(TimeoutError):
            server.accept()
        assert number(pool) == 300


def test_after_a_kill_the_next_query_does_not_wait_for_a_new_process(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for(lambda: len(pool._idle) == 5)

    def never(memory: int, columns: bool) -> None:
        raise WorkerError("none is started here")

    monkeypatch.setattr("ancrage.graph.pool.pool.Worker", never)
    for left in (4, 3, 2):
        with pytest.raises(QueryTimeout):
            pool.query(HEAVY, deadline=0.2)
        assert number(pool) == 300
        assert len(pool._idle) == left
    monkeypatch.undo()
    wait_for(lambda: len(pool._idle) == 5)


def test_processes_that_died_idle_are_replaced(pool: WorkerPool) -> None:
    wait_for(lambda: len(pool._idle) == 5)
    lost, victims = pool.lost, {worker.pid for worker in pool._idle}
    for pid in victims:
        os.kill(pid, 9)
    wait_for(lambda: pool.lost == lost + 5)
    assert number(pool) == 300
    wait_for(lambda: len(pool._idle) == 5)
    assert victims.isdisjoint(worker.pid for worker in pool._idle)


def test_a_process_that_dies_at_work_says_so(pool: WorkerPool) -> None:
    with ThreadPoolExecutor(1) as threads:
        heavy = threads.submit(pool.query, HEAVY)
        wait_for(lambda: pool.busy == 1)
        os.kill(next(iter(pool._busy)).pid, 9)
        assert isinstance(heavy.exception(), QueryExhausted)
    assert "SIGKILL" in str(heavy.exception())
    assert number(pool) == 300


def test_an_answer_too_large_is_an_error_and_never_cut(data_dir: Path) -> None:
    with WorkerPool(data_dir, size=1, largest=1000) as pool:
        with pytest.raises(QueryExhausted, match="its answer has more than 1000 bytes"):
            pool.query("SELECT * { ?s ?p ?o }")
        assert pool.query("SELECT * { ?s ?p ?o } LIMIT 1").body
        assert pool.lost == 0


def test_sixteen_threads_get_their_own_answers(pool: WorkerPool) -> None:
    def ask(i: int) -> bool:
        text = f"SELECT ?s ?o {{ VALUES ?s {{ <http://e.org/{i}> }} ?s ?p ?o }}"
        return f"http://e.org/{i},0" in pool.query(text, accept="csv").body.decode()

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(ask, [i % 300 for i in range(1000)]))


def test_readers_follow_publications_without_a_failed_or_torn_answer(tmp_path: Path) -> None:
    publish(tmp_path, 0)
    stop = threading.Event()
    seen: list[tuple[str, int, int]] = []
    text = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?kinds) (SAMPLE(?o) AS ?number) { ?s ?p ?o }"

    with WorkerPool(tmp_path, deadline=60, patience=60) as pool:

        def read() -> None:
            while not stop.is_set():
                answer = pool.query(text, accept="json")
                row = json.loads(answer.body)["results"]["bindings"][0]
                assert (row["n"]["value"], row["kinds"]["value"]) == ("300", "1")
                seen.append((answer.snapshot, int(row["number"]["value"]), len(answer.body)))

        def saw(snapshot: str) -> bool:
            return any(id == snapshot for id, _, _ in seen[-16:])

        with ThreadPoolExecutor(8) as threads:
            readers = [threads.submit(read) for _ in range(8)]
            published = {pool.snapshot().id: 0}
            for i in range(1, 9):
                last = publish(tmp_path, i).id
                published[last] = i
                Snapshots(tmp_path).prune(keep=2)
                if i % 2 == 0:  # the others may be gone again before anybody looks
                    wait_for(partial(saw, last))
            stop.set()
            for done in readers:
                done.result()
        assert all(published[id] == told for id, told, _ in seen)
        assert len({id for id, _, _ in seen}) >= 4
        wait_for(lambda: [worker.snapshot for worker in pool._idle] == [last] * 5)
        Snapshots(tmp_path).prune(keep=1)
        assert [snapshot.id for snapshot in Snapshots(tmp_path).list()] == [last]


def test_a_rollback_is_followed_too(tmp_path: Path) -> None:
    publish(tmp_path, 1, size=10)
    publish(tmp_path, 2, size=20)
    with WorkerPool(tmp_path, size=1) as pool:
        assert number(pool) == 20
        Snapshots(tmp_path).rollback()
        assert number(pool) == 10


def test_a_pool_before_the_first_publication(tmp_path: Path) -> None:
    with WorkerPool(tmp_path, size=1) as pool:
        with pytest.raises(NoSnapshot):
            pool.snapshot()
        assert number(pool) == 0  # an empty graph is asked meanwhile
        publish(tmp_path)
        assert number(pool) == 300
    with pytest.raises(NoSnapshot):
        LocalReader.current(tmp_path / "nowhere")


def test_a_full_pool_says_when_to_come_back(data_dir: Path) -> None:
    made = WorkerPool(data_dir, size=1, deadline=5.0, queue=1, patience=1.0)
    with made as pool, ThreadPoolExecutor(4) as threads:
        heavy = threads.submit(pool.query, HEAVY, client="a")
        wait_for(lambda: pool.turns.running == 1)
        short = threads.submit(pool.query, HEAVY, client="b")
        wait_for(lambda: pool.turns.running == 2)
        waiting = threads.submit(pool.query, HEAVY, client="c")
        wait_for(lambda: pool.turns.waiting == 1)
        with pytest.raises(PoolBusy) as caught:
            pool.query(COUNT, client="d")
        assert 1 <= caught.value.retry_after <= 60
        assert number(pool) == 300  # our own pages have a place to themselves
        # its patience ended, and it was too heavy for the place it got; on a slow machine the first one's place came free
        assert isinstance(waiting.exception(), PoolBusy | QueryTimeout)
        assert isinstance(short.exception(), PoolBusy | QueryTimeout)
        assert isinstance(heavy.exception(), QueryTimeout)
        assert number(pool) == 300


def test_one_client_cannot_take_every_place(data_dir: Path) -> None:
    made = WorkerPool(data_dir, size=1, deadline=60, queue=8, patience=60)
    with made as pool, ThreadPoolExecutor(8) as threads:
        greedy = [threads.submit(pool.query, HEAVY, client="greedy") for _ in range(6)]
        wait_for(lambda: sum(isinstance(g.exception(), ClientBusy) for g in greedy if g.done()) == 3)
        assert json.loads(pool.query(COUNT, client="modest").body)["results"]["bindings"]
        pool.close()
        for one in greedy:
            assert isinstance(one.exception(), (PoolBusy, QueryExhausted))


@pytest.mark.long
def test_many_heavy_clients_do_not_stop_a_light_one(data_dir: Path) -> None:
    stop = threading.Event()
    # patience: on a busy machine a process of a light query takes seconds to begin
    with WorkerPool(data_dir, deadline=600, patience=30) as pool, ThreadPoolExecutor(10) as threads:

        def insist(client: str) -> None:
            while not stop.is_set():
                with suppress(PoolBusy, QueryTimeout, QueryExhausted):
                    pool.query(HEAVY, client=client)

        def long() -> set[Any]:
            return {run for run in pool.runs if run.turn is not None and run.turn.place == "long"}

        heavy = [threads.submit(insist, f"heavy {i}") for i in range(10)]
        known = pool.turns._known
        try:
            wait_for(lambda: sum(client.lost > 0 for client in list(known.values())) >= 8)
            running = long()
            assert len(running) == 2
            for _ in range(12):
                assert pool.query(COUNT, client="light").body
                assert number(pool) == 300
            assert long() == running  # nobody else was let in: the light ones went past
        finally:  # else a failure would wait for clients that insist
            stop.set()
            pool.close()
            for one in heavy:
                one.cancel()


def test_closing_ends_every_process(data_dir: Path) -> None:
    pool = WorkerPool(data_dir, size=1)
    pids = [worker.pid for worker in pool._idle]
    pool.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_worker_whose_parent_is_gone_ends(data_dir: Path) -> None:
    import subprocess
    import sys

    script = (
        "import os, sys\nfrom pathlib import Path\nfrom ancrage.graph.pool.blocking import WorkerPool\n"
        "pool = WorkerPool(Path(sys.argv[1]), size=1)\n"
        "print(*[worker.pid for worker in pool._idle], flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, data_dir], capture_output=True, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 4

    def gone() -> bool:
        return not any(Path(f"/proc/{pid}").exists() and "Z" not in _state(pid) for pid in pids)

    wait_for(gone)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"
