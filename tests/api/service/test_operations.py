"""Running the service: probes, metrics, the log, settings from files, and how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from ancrage.api.app import create_app
from ancrage.api.service.metrics import Metrics
from ancrage.api.web.settings import Settings
from ancrage.graph.pool.blocking import PoolBusy
from ancrage.graph.snapshots.listing import list_files
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.operations.safe import new_key
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.long


START = [
    sys.executable,
    "-c",
    "from ancrage.api.cli import main; main()",
    "serve",
    "--port",
    "0",
]
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?t ?h FILTER(?a != ?h) }"
CANARY = "Hippolyte-Canari"


@contextmanager
def served(data_dir: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """Run `ancrage serve` in a process of its own; give it, its address, and its log once it has ended."""
    environment = {**os.environ, "ANCRAGE_WORKERS": "1", **settings}
    log: list[str] = []
    with subprocess.Popen(
        [*START, "--data-dir", str(data_dir)], stderr=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stderr is not None
        found = None
        while not found:
            line = server.stderr.readline()
            assert line, "".join(log)
            log.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
        try:
            yield server, found[0], log
        finally:
            server.kill() if server.poll() is None and server.returncode else server.terminate()
            log.extend(server.stderr)
            server.wait(15)


def fetch(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urlopen(Request(url, headers=headers), timeout=20) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(text: str, name: str, **labels: str) -> float:
    return samples(text)[name, tuple(sorted(labels.items()))]


@pytest.fixture
def local(data_dir: Path) -> Iterator[TestClient]:
    """An application of its own, asked from this host."""
    settings = Settings(data_dir=data_dir, workers=1, deadline=1)
    with TestClient(create_app(settings), client=("127.0.0.1", 5000)) as made:
        yield made


def test_the_process_lives_without_a_publication_but_is_not_ready(
    tmp_path: Path, publisher: Callable[[Path, Path], str]
) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        refused = client.get("/readyz")
        assert refused.status_code == 503
        assert refused.json() == {"status": "unavailable", "reason": "nothing is published"}
        assert refused.headers["retry-after"] == "5"
        snapshot = publisher(tmp_path / "data", tmp_path / "store")
        client.app.state.readiness._until = 0.0  # type: ignore[attr-defined]
        assert client.get("/readyz").json() == {"status": "ok", "publication": snapshot}
        assert {client.get(path).headers["cache-control"] for path in ("/healthz", "/readyz")} == {"no-store"}


def test_a_damaged_publication_is_not_served(
    tmp_path: Path, publisher: Callable[[Path, Path], str], caplog: pytest.LogCaptureFixture
) -> None:
    publisher(tmp_path / "data", tmp_path / "store")
    snapshot = Snapshots(tmp_path / "data").current()
    assert snapshot is not None
    list_files(snapshot)
    lost = next(snapshot.store.glob("*.sst"))
    lost.unlink()
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        refused = client.get("/readyz")
        assert refused.status_code == client.get("/sparql?query=ASK{}").status_code == 503
        assert refused.json()["reason"] == "the publication is missing or damaged"
    assert len([one for one in caplog.messages if f"store/{lost.name}" in one]) == 1


def test_readiness_tells_processes_that_do_not_answer(local: TestClient) -> None:
    assert local.get("/readyz").status_code == 200
    readiness = local.app.state.readiness  # type: ignore[attr-defined]
    pool = readiness.pool
    ask = pool.query
    for error, reason in (
        (PoolBusy(1), "no query process is free"),
        (OSError("a secret path"), "query processes do not answer (OSError)"),
    ):

        def failing(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        pool.query, readiness._until = failing, 0.0
        assert local.get("/readyz").json()["reason"] == reason
    pool.query, readiness._until = ask, 0.0
    assert local.get("/readyz").status_code == 200


def test_readiness_never_waits_behind_public_queries(data_dir: Path) -> None:
    settings = {"ANCRAGE_DEADLINE": "6", "ANCRAGE_PATIENCE": "6"}
    with served(data_dir, **settings) as (_, address, _log):
        asking = [
            subprocess.Popen(
                [sys.executable, "-c", f"import urllib.request as u; u.urlopen({url!r})"],
                stderr=subprocess.DEVNULL,
            )
            for url in [f"{address}/sparql?query={quote(HEAVY + f'#{i}')}" for i in range(4)]
        ]
        try:
            while value(fetch(f"{address}/metrics")[1].decode(), "ancrage_queries_waiting") < 1:
                assert all(one.poll() is None for one in asking)
            assert fetch(f"{address}/readyz")[0] == 200
            assert value(fetch(f"{address}/metrics")[1].decode(), "ancrage_queries_waiting") >= 1
        finally:
            for one in asking:
                one.kill()
                one.wait()


def test_metrics_count_answers_by_template_and_queries_by_outcome(local: TestClient) -> None:
    for number in range(30):
        local.get(f"/doc/rien/{number}")
        local.get(f"/rien/{number}")
    for _ in range(3):
        local.get("/methodes", headers={"Accept": "text/html"})
    local.head("/healthz")
    local.request("BREW", "/healthz")
    for query in ("ASK {}", "ASK {", "ASK { SERVICE <http://x.example/> {} }", HEAVY):
        local.get("/sparql", params={"query": query})
    local.get("/sparql", headers={"Accept": "text/turtle"})
    text = local.get("/metrics").text
    count = "ancrage_http_requests_total"
    assert value(text, count, route="/doc/{path:path}", method="GET", status="404") == 30
    assert value(text, count, route="(none)", method="GET", status="404") == 30
    assert value(text, count, route="/methodes", method="GET", status="200") == 3  # kept after the first
    assert value(text, count, route="/healthz", method="HEAD", status="200") == 1
    assert value(text, count, route="/healthz", method="other", status="405") == 1
    for outcome in ("ok", "syntax", "refused", "timeout"):
        assert value(text, "ancrage_queries_total", outcome=outcome) == 1, outcome
    assert value(text, "ancrage_workers_lost_total") == 1
    assert value(text, "ancrage_http_request_duration_seconds_count", route="/doc/{path:path}") == 30
    assert value(text, "ancrage_http_response_bytes_total") > 1000
    assert value(text, "ancrage_publications_total", event="publish") == 1
    assert value(text, "ancrage_snapshot_quads") > 100
    assert 0 <= value(text, "ancrage_snapshot_age_seconds") < 3600


def test_metrics_know_the_publication(local: TestClient) -> None:
    current = local.app.state.pool.snapshot().id  # type: ignore[attr-defined]
    assert value(local.get("/metrics").text, "ancrage_snapshot_info", id=current) == 1


def test_metrics_of_two_applications_are_apart() -> None:
    one, other = Metrics(), Metrics()
    one.count("/", "GET", 200, 0.01, 10)
    assert "ancrage_http_requests_total{" in one.text()
    assert "ancrage_http_requests_total{" not in other.text()


@pytest.mark.parametrize(
    ("address", "allowed", "status"),
    [
        ("127.0.0.1", None, 200),
        ("::1", None, 200),
        ("::ffff:127.0.0.1", None, 200),
        ("192.0.2.7", None, 403),
        ("testclient", None, 403),
        ("10.2.3.4", "10.0.0.0/8", 200),
        ("127.0.0.1", "10.0.0.0/8", 403),
        ("192.0.2.7", "*", 200),
    ],
)
def test_metrics_are_for_those_who_may_read_them(
    data_dir: Path, address: str, allowed: str | None, status: int
) -> None:
    settings = Settings(data_dir=data_dir, workers=1, **({"metrics_allow": allowed} if allowed else {}))
    app = create_app(settings)
    with TestClient(app, client=(address, 5000)) as client:
        answer = client.get("/metrics", headers={"Accept": "application/json"})
    assert answer.status_code == status
    if status == 403:
        assert "ANCRAGE_METRICS_ALLOW" in answer.json()["detail"]
        assert "ancrage_http" not in answer.text


def test_a_forged_forwarding_header_opens_no_metrics(data_dir: Path) -> None:
    with served(data_dir, ANCRAGE_TRUSTED_PROXIES="192.0.2.1", ANCRAGE_METRICS_ALLOW="10.0.0.0/8") as server:
        assert fetch(f"{server[1]}/metrics", **{"X-Forwarded-For": "10.0.0.1"})[0] == 403
    with served(data_dir) as server:  # this host is a trusted proxy: the address it gives is believed
        assert fetch(f"{server[1]}/metrics", **{"X-Forwarded-For": "192.0.2.7"})[0] == 403
        assert fetch(f"{server[1]}/metrics", **{"X-Forwarded-For": "127.0.0.1, 192.0.2.7"})[0] == 403


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_log_tells_requests_and_nothing_of_what_they_ask(data_dir: Path, form: str) -> None:
    literal = quote(f'SELECT ?s {{ ?s ?p "{CANARY}" }}')
    with served(data_dir, ANCRAGE_LOG_FORMAT=form, ANCRAGE_LOG_LEVEL="info") as (_, address, log):
        for path in (
            f"/sparql?query={literal}",
            f"/sparql?query={literal}%7B",
            f"/recherche?q={CANARY}",
            f"/queries/territory-programmes?territory={CANARY}",
            f"/doc/person/{CANARY}",
            f"/{CANARY}%0Alevel=error%0D%1B[2J?{CANARY}=1",
        ):
            fetch(address + path, Referer=f"http://x.example/{CANARY}", **{"User-Agent": CANARY})
        urlopen(Request(f"{address}/sparql", f"query={literal}".encode()), timeout=20).read()
    lines = [line for line in log if "request" in line]
    assert len(lines) >= 7
    everything = "".join(log)
    assert CANARY.lower() not in everything.lower()
    assert "127.0.0.1 " not in "".join(lines)
    assert '127.0.0.1"' not in "".join(lines)
    assert all(line.endswith("\n") and line[:-1].isprintable() for line in log)
    if form == "json":
        told = [json.loads(line) for line in log]
        asked = [one for one in told if one.get("route") == "/sparql"]
        assert {one["outcome"] for one in asked} == {"ok", "syntax"}
        assert all(re.fullmatch("[0-9a-f]{12}", one["query"]) for one in asked if one["method"] == "GET")
        assert {"timestamp", "level", "method", "status", "ms", "bytes", "client"} <= asked[0].keys()
        assert any(one.get("snapshot") for one in asked)
    else:
        assert sum("route=/sparql" in line for line in lines) == 3


def test_clients_in_the_log_can_be_shortened_or_whole(data_dir: Path) -> None:
    for clients, told in (("full", "client=127.0.0.1 "), ("shortened", "client=127.0.0.0")):
        with served(data_dir, ANCRAGE_LOG_LEVEL="info", ANCRAGE_LOG_CLIENTS=clients) as (_, address, log):
            fetch(f"{address}/healthz")
        assert told.strip() in "".join(log)


def test_an_incident_is_told_without_its_message(
    data_dir: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    code = (
        "import sys, logging\n"
        "from ancrage.api.web.settings import Settings\nfrom ancrage.api.service.logs import start_log\n"
        "start_log(Settings(log_format=sys.argv[1]))\n"
        "log = logging.getLogger('ancrage.api.x')\n"
        "try:\n try:\n  {}['CANARY']\n except KeyError as e:\n  raise ValueError('CANARY\\nlevel=x') from e\n"
        "except ValueError as e:\n log.error('%s failed', '/doc', exc_info=e)\n"
        "logging.getLogger('asyncio').error('Task failed\\nfuture: CANARY')\n"
    )
    for form in ("text", "json"):
        done = subprocess.run([sys.executable, "-c", code, form], capture_output=True, text=True, check=True)
        assert "CANARY" not in done.stderr
        assert done.stderr.count("\n") == 2
        assert re.search(r"ValueError at <string>:\d+ <module> ; from KeyError", done.stderr), done.stderr


def settings_in(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*START, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"ANCRAGE_WORKERS": "many"}, "ANCRAGE_WORKERS vaut « many » : il faut un nombre entier de 1 à 64"),
        (
            {"ANCRAGE_WORKERS": "many", "LC_ALL": "en"},
            "ANCRAGE_WORKERS is “many”: it must be a whole number from 1 to 64 (read-only query processes)",
        ),
        (
            {"ANCRAGE_MEMORY": "1M"},
            "ANCRAGE_MEMORY vaut « 1048576 » : il faut une taille comme 512M ou 2G d'au moins 64M",
        ),
        ({"ANCRAGE_DEADLINE": "-1"}, "ANCRAGE_DEADLINE vaut « -1 » : il faut un nombre supérieur à 0"),
        (
            {"ANCRAGE_DEADLINE": "inf"},
            "ANCRAGE_DEADLINE vaut « inf » : il faut un nombre supérieur à 0, 86400 au plus",
        ),
        ({"ANCRAGE_STRICT": "oui"}, "ANCRAGE_STRICT vaut « oui » : il faut true ou false"),
        ({"ANCRAGE_LOG_FORMAT": "xml"}, "il faut l'un de : text, json"),
        ({"ANCRAGE_BASE_URL": "atlas.example"}, "il faut une adresse « https://… »"),
        ({"ANCRAGE_BASE_URL": "https://portal.example/atlas"}, "sans chemin"),
        ({"ANCRAGE_SERVICE_ALLOW": "https://e.org/sparql foo"}, "il faut des adresses « https://… »"),
        ({"ANCRAGE_STORE_CA": "/nope"}, "ANCRAGE_STORE_CA vaut « /nope » : il faut un fichier"),
        ({"ANCRAGE_TRUSTED_PROXIES": "nginx"}, "il faut des adresses IP ou des réseaux"),
        (
            {"ANCRAGE_OPERATIONS": "foo"},
            "ANCRAGE_OPERATIONS : il faut une adresse « postgresql+psycopg://… »",
        ),
        ({"ANCRAGE_CONTACT_KEY": "abc"}, "ANCRAGE_CONTACT_KEY : il faut des clés comme en écrit"),
        ({"ANCRAGE_SMTP": "foo"}, "ANCRAGE_SMTP : il faut une adresse « smtp://hôte:port »"),
        ({"ANCRAGE_INDICATORS": "/nope"}, "ANCRAGE_INDICATORS vaut « /nope » : il faut un dossier"),
        ({"ANCRAGE_THEME": "/nope"}, "ANCRAGE_THEME vaut « /nope » : il faut un dossier"),
        (
            {"ANCRAGE_OIDC_ISSUER": "https://id.example"},
            "Erreur : ANCRAGE_OIDC_CLIENT : il faut un identifiant",
        ),
        ({"ANCRAGE_WRITE_KEY": CANARY}, "ANCRAGE_WRITE_KEY : il faut au moins 16 caractères"),
        (
            {"ANCRAGE_WRITE_KEY_FILE": "/nowhere/key"},
            "nomme le fichier « /nowhere/key », qui n'existe pas",
        ),
        ({"ANCRAGE_WRITE_KEY_FILE": "/"}, "est un dossier"),
        ({"ANCRAGE_PORT": "1", "ANCRAGE_PORT_FILE": "/etc/hostname"}, "ANCRAGE_PORT et ANCRAGE_PORT_FILE"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_exit_code_2(environment: dict[str, str], sentence: str) -> None:
    if CANARY in environment.values():
        environment = {"ANCRAGE_WRITE_KEY": CANARY[:15]}
    done = settings_in(environment)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert CANARY[:15] not in done.stderr


def test_every_setting_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: dict[str, Any] = {"port": 8123, "memory": 1 << 30, "service_allow": ("https://a.example/",)}
    texts = {
        "port": "8123\n",
        "memory": "1G\r\n",
        "service_allow": "https://a.example/",
        "write_key": f"{CANARY} \n\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8", newline="")
        monkeypatch.setenv(f"ANCRAGE_{name.upper()}_FILE", str(tmp_path / name))
    settings = Settings()
    assert {name: getattr(settings, name) for name in wanted} == wanted
    assert settings.write_key is not None
    assert settings.write_key.get_secret_value() == f"{CANARY} "
    assert CANARY not in repr(settings)


def test_addresses_and_keys_of_the_register_and_of_the_mail_server_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = {
        "operations": "postgresql+psycopg://ancrage:mot@db.example/ancrage",
        "contact_key": f"{new_key()} {new_key()}",
        "smtp": "smtps://desk:s%40cret@mail.example.org:465",
    }
    for name, value in told.items():
        monkeypatch.setenv(f"ANCRAGE_{name.upper()}", value)
    settings = Settings()
    assert {name: getattr(settings, name).get_secret_value() for name in told} == told


def test_an_empty_variable_is_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANCRAGE_WRITE_KEY", "")
    assert Settings().write_key is None
    (tmp_path / "key").write_text("\n", "utf-8")
    monkeypatch.setenv("ANCRAGE_WRITE_KEY_FILE", str(tmp_path / "key"))
    assert Settings().write_key is None


def test_options_win_over_variables_and_misspelt_variables_are_told(data_dir: Path) -> None:
    done = settings_in({"ANCRAGE_LOG_FORMAT": "text"}, "--log-format", "xml")
    assert (done.returncode, "--log-format vaut « xml »" in done.stderr) == (2, True)
    with served(data_dir, ANCRAGE_DEADLNE="5") as (_, _address, log):
        pass
    assert "ANCRAGE_DEADLNE" in "".join(log)


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ask_slowly(address: str) -> subprocess.Popen[bytes]:
    url = f"{address}/sparql?query={quote(HEAVY)}"
    code = f"import urllib.request as u; u.urlopen({url!r}, timeout=60)"
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)


def test_who_waits_when_the_server_stops_is_told_to_come_back_and_no_error_is_logged(data_dir: Path) -> None:
    with served(data_dir, ANCRAGE_DEADLINE="60", ANCRAGE_PATIENCE="60") as (server, address, log):
        with ThreadPoolExecutor(1) as client:
            asked = client.submit(fetch, f"{address}/sparql?query={quote(HEAVY)}")
            while value(fetch(f"{address}/metrics")[1].decode(), "ancrage_queries_running") < 1:
                assert server.poll() is None
            server.send_signal(signal.SIGTERM)
            status, body = asked.result()
        server.wait(45)
    assert (status, json.loads(body)["detail"]) == (503, "The service is stopping or restarting.")
    assert not [line for line in log if "exception" in line.lower() or "Traceback" in line]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_server_however_it_ends(data_dir: Path, told: signal.Signals) -> None:
    with served(data_dir, ANCRAGE_DEADLINE="60", ANCRAGE_PATIENCE="60") as (server, address, _log):
        asking = [ask_slowly(address) for _ in range(3)]
        try:
            while value(fetch(f"{address}/metrics")[1].decode(), "ancrage_queries_waiting") < 1:
                assert server.poll() is None
            workers = children(server.pid)
            assert len(workers) >= 3
            server.send_signal(told)
            server.wait(45)  # less than the minute that each of the queries would take
        finally:
            for one in asking:
                one.kill()
                one.wait()
        assert server.returncode == (0 if told == signal.SIGTERM else -signal.SIGKILL)
        until = time.monotonic() + 30
        while any(map(alive, workers)) and time.monotonic() < until:
            time.sleep(0.05)
        assert not [pid for pid in workers if alive(pid)]
