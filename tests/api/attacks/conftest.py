"""A hostile publication, the service that serves it in a process of its own, and a server that nobody may call."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from ancrage.ontology.vocabulary import ontology_files

from ...chains import write_shipped

GRAPHS = "https://w3id.org/ancrage/graph/"
PAGES = Path(__file__).parents[2] / "data" / "pages"
ROLES = {"base": "base", "filieres": "base", "illustrative": "illustrative", "provenance": "provenance"}
CODE = "from ancrage.api.cli import main; main()"
KEY = "the-key-of-the-attacked-service"
SETTINGS = {
    "ANCRAGE_WORKERS": "1",
    "ANCRAGE_READ_AHEAD": "false",
    "ANCRAGE_DEADLINE": "1",
    "ANCRAGE_MEMORY": "160M",
    "ANCRAGE_LARGEST": "8M",
    "ANCRAGE_PATIENCE": "2",
    "ANCRAGE_WRITE_KEY": KEY,
    "ANCRAGE_LARGEST_UPLOAD": "1M",
    "ANCRAGE_METRICS_ALLOW": "127.0.0.1",
}

#: What a spreadsheet would run, and the thing that is called so.
FORMULA, FORMULA_THING = "=cmd|'/C calc'!A0", "https://w3id.org/ancrage/id/organization/formula"
#: What a label would have to be for a page to run it.
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</script><script>alert(1)</script>",
    "</title></textarea></style><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}${alert(1)}",
    '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
    "--><!--]]>\u2028alert(1)//",
    "[x](javascript:alert(1))",
    '{"__proto__": {"x": 1}}',
)
#: Addresses that must never be links.
SCHEMES = (
    "javascript:alert%281%29",
    "JaVaScRiPt:alert%281%29",
    "data:text/html,<script>alert(1)</script>".replace("<", "%3C").replace(">", "%3E"),
    "vbscript:msgbox%281%29",
    "file:///etc/passwd",
)
_NAMED = re.compile(r"(label|Label|title|description|comment|publisher|definition|note|name|summary)$")


@dataclass
class Answer:
    """What the service answered; `status` 0 when it closed the connection instead, `whole` when nothing was cut."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    whole: bool = True

    def json(self) -> object:
        return json.loads(self.body)


@dataclass
class Target:
    """The attacked service: its process, where it listens, its data directory, and its log so far."""

    process: subprocess.Popen[str]
    port: int
    data_dir: Path
    log: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        timeout: float = 20,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> Answer:
        """Send one request as a client that follows the rules, from an address of loopback."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=(source, 0))
        try:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            try:
                return Answer(response.status, response.read(), told)
            except Exception:  # cut on purpose: the rest could not be given
                return Answer(response.status, b"", told, whole=False)
        except (ConnectionError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            return Answer(0)
        finally:
            connection.close()

    def sparql(self, text: str, accept: str = "*/*", timeout: float = 20) -> Answer:
        """Send a query by POST; `surrogatepass` lets a broken text through as broken UTF-8."""
        body = text.encode("utf-8", "surrogatepass")
        return self.ask(
            "/sparql", "POST", body, timeout, Content_Type="application/sparql-query", Accept=accept
        )

    def by_address(self, text: str) -> Answer:
        """Send a query in the address."""
        return self.ask("/sparql?" + urlencode({"query": text}, errors="surrogatepass"), Accept="text/csv")

    def raw(self, data: bytes, timeout: float = 20) -> bytes:
        """Send bytes as they are and read until the service closes or is silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as stream:
            received = bytearray()
            try:
                stream.sendall(data)
                stream.shutdown(socket.SHUT_WR)
                while part := stream.recv(1 << 16):
                    received += part
            except (ConnectionError, BrokenPipeError):
                pass
            return bytes(received)

    def resident(self) -> int:
        """Give the memory of the API process, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii", "replace")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) << 10

    def holds(self, ports: set[int]) -> set[int]:
        """Give those of these ports of ours that the API process still has a connection with."""
        held = set()
        for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
            _, local, remote, _, *_, inode = line.split()[:10]
            ours = int(remote.partition(":")[2], 16)
            if int(local.partition(":")[2], 16) == self.port and ours in ports and inode != "0":
                held.add(ours)
        return held

    def unharmed(self) -> None:
        """Check that the same process answers a lookup, a page and a probe, whatever was done to it."""
        assert self.process.poll() is None, "".join(self.log[-20:])
        for _ in range(20):  # a query process just lost may be on its way back: the answer says so
            found = self.by_address(f'SELECT ?s {{ ?s <{GRAPHS}canary> "lookup" }}')
            if found.status not in (429, 503):
                break
        assert (found.status, found.body) == (200, b"s\r\nurn:lookup\r\n")
        assert self.ask("/healthz").status == 200
        assert self.ask("/", Accept="text/html").status == 200


@contextmanager
def served(data_dir: Path, code: str = CODE, **settings: str) -> Iterator[Target]:
    """Run the service on a data directory; the processes end with it."""
    environment = {**os.environ, **SETTINGS, **settings}
    log: list[str] = []
    words = ["serve", "--port", "0", "--data-dir", str(data_dir), "--log-level", "info"]
    command = [sys.executable, "-c", code, *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        found = None
        while not found:
            line = process.stderr.readline()
            assert line, "".join(log)
            log.append(line)
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        reading = threading.Thread(target=lambda: log.extend(process.stderr or ()))
        reading.start()
        try:
            yield Target(process, int(found[1]), data_dir, log)
        finally:
            process.terminate()
            process.wait(20)
            reading.join()


def hostile(path: Path, graph: str) -> Iterator[str]:
    """Rewrite a fixture as N-Quads in which every name is a payload and every thing has addresses that are code."""
    payloads = cycle(PAYLOADS)
    subjects = set()
    for triple in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
        value = triple.object
        if isinstance(value, ox.Literal) and _NAMED.search(triple.predicate.value):
            text = f"{value.value} {next(payloads)}"
            value = (
                ox.Literal(text, language=value.language)
                if value.language
                else ox.Literal(text, datatype=value.datatype)
            )
        subjects.add(triple.subject)
        yield f"{ox.Quad(triple.subject, triple.predicate, value, ox.NamedNode(graph))} .\n"
    schemes = cycle(SCHEMES)
    for subject in sorted(subjects, key=str):
        if isinstance(subject, ox.NamedNode):
            for name in (
                "http://xmlns.com/foaf/0.1/page",
                "http://www.w3.org/2000/01/rdf-schema#seeAlso",
                "http://www.w3.org/2004/02/skos/core#exactMatch",
                "http://purl.org/dc/terms/source",
            ):
                yield f"{subject} <{name}> <{next(schemes)}> <{graph}> .\n"


@pytest.fixture(scope="session")
def hostile_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose publication is hostile from end to end."""
    folder = tmp_path_factory.mktemp("hostile")
    files: list[tuple[Path, str]] = []
    for name in ROLES:
        file = folder / f"{name}.nq"
        lines = list(hostile(PAGES / f"{name}.ttl", GRAPHS + name))
        if name == "base":
            lines += [f'<urn:lookup> <{GRAPHS}canary> "lookup" <{GRAPHS}base> .\n']
            lines += [
                f'<{FORMULA_THING}> <http://www.w3.org/2000/01/rdf-schema#label> "{FORMULA}" <{GRAPHS}base> .\n'
            ]
            lines += [f'<urn:n/{i}> <urn:p> "{i}" <{GRAPHS}base> .\n' for i in range(400)]
        if name == "illustrative":
            lines += [f'<urn:secret> <urn:p> "CANARY-OF-ANOTHER-GRAPH" <{GRAPHS}illustrative> .\n']
        file.write_text("".join(lines), "utf-8")
    sources: list[object] = [folder / f"{name}.nq" for name in ROLES]
    chains = write_shipped(folder / "filieres.nt")
    sources += [(path, GRAPHS + "ontology") for path in [*ontology_files(), chains]]
    roles = {**ROLES, "ontology": "ontology"}
    merged = [GRAPHS + name for name, role in roles.items() if role in ("base", "ontology")]
    quads = build_store(sources, folder / "store", merged=merged)  # type: ignore[arg-type]
    graphs = {GRAPHS + name: {"role": role, "quads": 1, "title": PAYLOADS[0]} for name, role in roles.items()}
    Snapshots(folder / "data").publish(
        folder / "store", {"quads": quads, "graphs": graphs, "merged": True, "note": PAYLOADS[1]}
    )
    files.clear()
    return folder / "data"


@pytest.fixture(scope="session")
def server_of() -> Callable[..., object]:
    """The function that runs a service of one's own."""
    return served


@pytest.fixture(scope="session")
def _service(hostile_data: Path) -> Iterator[Target]:
    with served(hostile_data) as target:
        yield target


@pytest.fixture
def target(_service: Target) -> Iterator[Target]:
    """The attacked service; after the test it must be unharmed, and the same process."""
    number = _service.process.pid
    yield _service
    assert _service.process.pid == number
    _service.unharmed()


@dataclass
class Listener:
    """A server on loopback that counts who calls it."""

    port: int
    calls: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/called"


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server that must stay uncalled: the test fails if anybody connects."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = Listener(taken.getsockname()[1])
        taken.settimeout(0.1)
        stop = threading.Event()

        def count() -> None:
            while not stop.is_set():
                try:
                    stream, _ = taken.accept()
                except TimeoutError:
                    continue
                found.calls += 1
                stream.close()

        thread = threading.Thread(target=count)
        thread.start()
        try:
            yield found
        finally:
            stop.set()
            thread.join()
        assert found.calls == 0


def expand(parts: list[list[object]], listener: str = "") -> str:
    """Write the text that an entry of the corpus stands for."""
    text = "".join(str(piece) * int(str(count)) for piece, count in parts)

    def generated(match: re.Match[str]) -> str:
        count = int(match[2])
        if match[1] == "doubling":
            return " ".join(f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1})" for i in range(count))
        return " ".join(f"VALUES ?v{i} {{ 1 2 3 4 5 6 7 8 9 }}" for i in range(count))

    return re.sub(r"\{(doubling|values):(\d+)\}", generated, text).replace("{listener}", listener)


@pytest.fixture(scope="session")
def written() -> Callable[..., str]:
    """The function that writes the text of an entry of the corpus."""
    return expand


@pytest.fixture(scope="session")
def quoted() -> Callable[[str], str]:
    """The function that makes a text fit for a path."""
    return lambda text: quote(text, safe="", errors="surrogatepass")
