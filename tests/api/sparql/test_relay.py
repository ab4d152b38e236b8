"""Answers on the wire, from a real server: streamed without being held, cut without doubt, stopped when nobody waits."""

import hashlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from ancrage.graph.finder.artifacts import FINDER, MAKERS
from ancrage.graph.snapshots.artifacts import PARTITIONS, derive, derived_folder, dump_file
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store

pytestmark = pytest.mark.long

ROWS = 2000
ALL = "SELECT * { ?s ?p ?o }"
PAIRS = "SELECT * { ?s ?p ?o . ?t ?q ?u } LIMIT 150000"
ENDLESS = "SELECT * { ?s ?p ?o . ?t ?q ?u . ?v ?r ?w }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z . ?d ?t ?u FILTER(?x != ?u) }"
COMMAND = "from ancrage.api.cli import main; main()"


@pytest.fixture(scope="module")
def large_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication whose pairs of rows make an answer of 90 MB; nothing is left to be made beside the answers.

    A service makes what is derived of a publication some seconds after it starts, and opens it: 25 MB of libraries are
    read then, which no answer asked for.
    """
    folder = tmp_path_factory.mktemp("relay")
    snapshots = Snapshots(folder)
    with snapshots.staging() as staging:
        path = staging / "all.nt"
        lines = [
            f'<http://e.org/{i}> <http://e.org/p> "{hashlib.sha256(str(i).encode()).hexdigest() * 2}" .\n'
            for i in range(ROWS)
        ]
        path.write_text("".join(lines), "ascii")
        quads = build_store([(path, "http://e.org/g")], staging / "store", merged=["http://e.org/g"])
        manifest = {"quads": quads, "graphs": {"http://e.org/g": {"role": "base"}}, "merged": True}
        snapshot = snapshots.publish(staging / "store", manifest)
    derive(
        snapshot, derived_folder(snapshot), [PARTITIONS, FINDER, dump_file("http://e.org/g", "nq")], MAKERS
    )
    return folder


@dataclass
class Service:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    port: int
    log: list[str] = field(default_factory=list)

    def connect(self, timeout: float = 60) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def send(self, query: str, version: str = "1.1", **headers: str) -> socket.socket:
        """Send a query and leave the answer on the way."""
        sent = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"GET /sparql?query={quote(query)} HTTP/{version}\r\nHost: a\r\n{named}\r\n"
        sent.sendall(head.encode("ascii"))
        return sent

    def gauge(self, name: str) -> float:
        connection = self.connect()
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        found = re.search(rf"^{name}(?:{{[^}}]*}})? ([0-9.e+]+)$", text, re.MULTILINE)
        assert found, text
        return float(found[1])

    def until(self, name: str, value: float) -> None:
        self.wait(name, lambda read: read == value)

    def at_least(self, name: str, value: float) -> None:
        self.wait(name, lambda read: read >= value)

    def wait(self, name: str, holds: Callable[[float], bool]) -> None:
        end = time.monotonic() + 120  # a busy machine gives its figures late
        while not holds(self.gauge(name)):
            assert time.monotonic() < end, name
            time.sleep(0.02)

    def peak(self) -> int:
        """The most memory that the process had since it was last forgotten, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) << 10

    def forget_peak(self) -> None:
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", "ascii")

    def rest(self) -> None:
        """Wait until what is read after the start, slowly on a busy machine, takes no more memory."""
        before, quiet, end = self.peak(), 0, time.monotonic() + 120
        while quiet < 3:
            assert time.monotonic() < end
            time.sleep(0.5)
            quiet, before = (quiet + 1 if self.peak() == before else 0), self.peak()


@contextmanager
def served(data_dir: Path, **settings: str) -> Iterator[Service]:
    environment = {**os.environ, "ANCRAGE_WORKERS": "1", "ANCRAGE_LOG_LEVEL": "warning"}
    environment["ANCRAGE_READ_AHEAD"] = "false"  # what it takes in memory is not the relay's
    environment |= {f"ANCRAGE_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-c", COMMAND, "serve", "--port", "0", "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        lines: list[str] = []
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", lines[-1] if lines else "")):
            lines.append(process.stderr.readline())
            assert lines[-1], lines
        service = Service(process, int(found[1]), lines)
        reading = threading.Thread(target=lambda: service.log.extend(process.stderr or ()))
        reading.start()
        try:
            yield service
        finally:
            process.kill()
            process.wait(20)
            reading.join()


@pytest.fixture(scope="module")
def service(large_dir: Path) -> Iterator[Service]:
    """A service that gives its answers the time they need; one was given, so that what the first needs is there."""
    with served(large_dir, deadline="60", cache="0") as made:
        made.until("ancrage_queries_running", 0)
        read(made.send(PAIRS, Connection="close"))
        made.rest()
        yield made


@pytest.fixture(scope="module")
def hurried(large_dir: Path) -> Iterator[Service]:
    """A service that stops its queries early."""
    with served(large_dir, deadline="3", cache="0") as made:
        made.until("ancrage_queries_running", 0)
        yield made


def read(sent: socket.socket, pause: Callable[[int], None] = lambda size: None) -> bytes:
    """Read until the server closes."""
    received = bytearray()
    with suppress(ConnectionError):
        while part := sent.recv(1 << 20):
            received += part
            pause(len(received))
    sent.close()
    return bytes(received)


def pieces(body: bytes) -> tuple[bytes, bool]:
    """Put the pieces of an answer together, and tell whether it has an end."""
    found, at = bytearray(), 0
    while (end := body.find(b"\r\n", at)) >= 0:
        size = int(body[at:end], 16)
        if size == 0:
            return bytes(found), True
        found += body[end + 2 : end + 2 + size]
        at = end + 2 + size + 2
    return bytes(found), False


@pytest.mark.parametrize("slow", [False, True], ids=["quick client", "slow client"])
def test_a_large_answer_passes_without_being_held(service: Service, slow: bool) -> None:
    service.forget_peak()
    before = service.peak()
    with service.send(PAIRS, Connection="close") as sent:
        if slow:
            service.until("ancrage_queries_running", 1)
            service.until("ancrage_queries_running", 0)  # its process is free, though nothing was read
        body, whole = pieces(read(sent).partition(b"\r\n\r\n")[2])
    assert whole
    assert len(body) > 50e6
    assert len(json.loads(body)["results"]["bindings"]) == 150_000
    assert service.peak() - before <= 20e6


def test_an_answer_cut_by_the_deadline_has_no_end(hurried: Service) -> None:
    head, _, body = read(hurried.send(ENDLESS)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"transfer-encoding: chunked" in head.lower()
    got, whole = pieces(body)
    assert not whole
    assert len(got) > 1 << 20
    with pytest.raises(json.JSONDecodeError):
        json.loads(got)
    connection = hurried.connect()
    connection.request("GET", f"/sparql?query={quote(ENDLESS)}")
    with pytest.raises(http.client.IncompleteRead):
        connection.getresponse().read()
    connection.close()
    log = "".join(hurried.log)
    assert log.count("an answer was cut after") == 2
    assert "the query was stopped after 3 s" in log
    assert "Traceback" not in log


def test_an_old_client_without_pieces_gets_a_length_or_an_error(hurried: Service) -> None:
    head, _, body = read(hurried.send(ALL, "1.0")).partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert len(json.loads(body)["results"]["bindings"]) == ROWS
    assert read(hurried.send(ENDLESS, "1.0")).startswith(b"HTTP/1.1 504")


def test_head_of_a_large_answer_ends_its_query(service: Service) -> None:
    connection = service.connect()
    connection.request("HEAD", f"/sparql?query={quote(ENDLESS)}")
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"")
    service.until("ancrage_queries_running", 0)
    connection.request("GET", "/sparql?query=ASK%7B%7D")
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("query", [HEAVY, ENDLESS], ids=["before the first bytes", "after them"])
def test_a_client_that_leaves_ends_its_query(large_dir: Path, query: str) -> None:
    with served(large_dir, deadline="60", cache="0") as service:
        service.until("ancrage_queries_running", 0)
        sent = service.send(query)
        service.until("ancrage_queries_running", 1)
        if query == ENDLESS:
            assert sent.recv(1000)
        sent.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sent.close()
        service.until("ancrage_queries_running", 0)
        assert service.gauge("ancrage_workers_lost_total") == 1


def test_clients_that_wait_and_leave_free_their_places(large_dir: Path) -> None:
    with served(large_dir, deadline="60", share="100") as service:
        service.until("ancrage_queries_running", 0)
        waiting = [service.send(f"{HEAVY} # {number}") for number in range(12)]
        service.at_least("ancrage_queries_waiting", 8)  # more may run where a place came free
        for one in waiting:
            one.close()
        service.until("ancrage_queries_waiting", 0)
        service.until("ancrage_queries_running", 0)


def test_a_large_answer_compressed_on_its_way(service: Service) -> None:
    import zlib

    plain, _ = pieces(read(service.send(PAIRS, Connection="close")).partition(b"\r\n\r\n")[2])
    sent = service.send(PAIRS, Connection="close", Accept_Encoding="gzip")
    head, _, body = read(sent).partition(b"\r\n\r\n")
    assert b"content-encoding: gzip" in head.lower()
    packed, whole = pieces(body)
    assert whole
    assert zlib.decompress(packed, 31) == plain


def test_a_repeated_question_needs_no_process(large_dir: Path) -> None:
    with served(large_dir, deadline="60") as service:
        service.until("ancrage_queries_running", 0)
        connection = service.connect()

        def ask() -> bytes:
            connection.request("POST", "/sparql", urlencode({"query": ALL}), {"Content-Type": FORM})
            return connection.getresponse().read()

        first = ask()
        heavy = [service.send(f"{HEAVY} # {number}") for number in range(3)]
        service.at_least("ancrage_queries_running", 2)
        assert ask() == first
        for one in heavy:
            one.close()
        connection.close()


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_at_once(large_dir: Path, told: signal.Signals) -> None:
    with served(large_dir, deadline="60") as service:
        service.until("ancrage_queries_running", 0)
        with service.send(HEAVY):
            service.until("ancrage_queries_running", 1)
            service.process.send_signal(told)
            with pytest.raises(subprocess.TimeoutExpired):
                service.process.wait(1)
            service.process.send_signal(told)
            assert service.process.wait(20) == 128 + told  # the query has a minute


SITE = """
import sys
if "ancrage.graph.pool.child" in getattr(sys, "orig_argv", []):
    import ancrage.graph.pool.isolation
    ancrage.graph.pool.isolation.isolate = lambda: False
"""


@pytest.mark.parametrize("strict", [True, False])
def test_a_system_without_isolation_is_told_or_refused(
    large_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SITE, "ascii")
    paths = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in paths if path))
    if not strict:
        monkeypatch.setenv("ANCRAGE_STRICT", "false")
        with served(large_dir) as service:
            service.until("ancrage_workers_isolated", 0)
        assert sum("query processes can reach the network" in line for line in service.log) == 1
        return
    command = [
        sys.executable,
        "-c",
        COMMAND,
        "serve",
        "--port",
        "0",
        "--data-dir",
        str(large_dir),
    ]
    done: Any = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "le service ne démarre pas" in done.stderr
    assert "--no-strict" in done.stderr
