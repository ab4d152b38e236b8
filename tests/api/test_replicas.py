"""Three replicas of a service behind a balancer: one killed under load, no request lost; and what a replica refuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from ancrage.api.app import create_app
from ancrage.api.commands.serve import settings_of
from ancrage.api.web.settings import SettingError, Settings
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.replica import PrimaryFailed, primary_at, take
from fastapi.testclient import TestClient
from pydantic import SecretStr

from ..endpoints import free_port
from .attacks.conftest import CODE, KEY, Target, served

pytestmark = pytest.mark.long


GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "host.md"
REPLICAS = "the-key-of-the-replicas"
COUNT = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?s <http://e.org/p> ?o }")
PATIENCE = 90.0
"""Seconds for what takes two on a free machine."""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a publication of two facts."""
    folder = tmp_path_factory.mktemp("primary")
    (folder / "a.ttl").write_text("<http://e.org/s> <http://e.org/p> 1, 2 .", encoding="utf-8")
    Pipeline(folder / "data").load_rdf(folder / "a.ttl", "http://e.org/g")
    return folder / "data"


def replica(folder: Path, url: str) -> AbstractContextManager[Target]:
    """Run `ancrage follow` on an address."""
    code = f"import sys; sys.argv[1:2] = ['follow', {url!r}, '--interval', '0.2']; {CODE}"
    return served(folder, code, ANCRAGE_REPLICA_KEY=REPLICAS, ANCRAGE_WRITE_KEY="")


def counted(target: Target) -> tuple[str, int]:
    """Ask for the number of facts: which publication answers, and how many; ("", 0) where none does."""
    answer = target.ask(COUNT, Accept="application/sparql-results+json", timeout=PATIENCE)
    if answer.status != 200 or not answer.whole:
        return "", 0
    found = json.loads(answer.body)["results"]["bindings"]
    return answer.headers["ancrage-snapshot"], int(found[0]["n"]["value"])


def wait(until: Callable[[], bool]) -> None:
    """Wait for something that comes soon."""
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextmanager
def balancer(folder: Path, primary: Target, replicas: list[Target]) -> Iterator[list[Target]]:
    """Run nginx with the lines of the guide to hosting, and give its door; where it is not installed, all doors of replicas."""
    if not (nginx := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")):
        yield replicas
        return
    folder.mkdir()
    port = free_port()
    guide = re.search(
        r"```nginx\n(upstream replicas .*?)\n\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert guide is not None
    upstreams = guide[1]
    for target in (*replicas, primary):
        upstreams = re.sub(r"10\.0\.0\.\d+:8000", f"127.0.0.1:{target.port}", upstreams, count=1)
    temporary = "".join(
        f"{one}_temp_path {folder}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; events {{}} http {{ access_log off; {temporary} {upstreams}\n"
        f"server {{ listen 127.0.0.1:{port}; {guide[2]} }} }}",
        encoding="utf-8",
    )
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with subprocess.Popen(command, text=True) as process:
        door = Target(process, port, folder, [])
        wait(lambda: door.ask("/healthz").status == 200)
        yield [door]
        process.terminate()


class Load:
    """People who ask at a door, and at the next one where it does not answer, as `proxy_next_upstream` does."""

    def __init__(self, doors: list[Target]) -> None:
        self.doors, self.ended = doors, threading.Event()
        self.answers: set[tuple[str, int]] = set()
        self.asked = self.lost = 0
        self._threads = [threading.Thread(target=self._ask, args=(first,)) for first in range(3)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, turn: int) -> None:
        while not self.ended.is_set():
            turn += 1
            doors = [self.doors[(turn + one) % len(self.doors)] for one in range(len(self.doors))]
            tries: Iterator[tuple[str, int]] = (counted(door) for door in doors)
            answer = next((one for one in tries if one[0]), None)
            self.asked += 1
            self.lost += answer is None
            if answer is not None:
                self.answers.add(answer)
            time.sleep(0.02)


def test_one_of_three_is_killed_under_load_and_no_request_is_lost(data_dir: Path, tmp_path: Path) -> None:
    with ExitStack() as running:
        primary = running.enter_context(served(data_dir, ANCRAGE_REPLICA_KEY=REPLICAS, ANCRAGE_MEMORY="1G"))
        folders = [tmp_path / str(number) for number in range(3)]
        with ThreadPoolExecutor(3) as starting:
            replicas = list(
                starting.map(lambda one: running.enter_context(replica(one, primary.url)), folders)
            )
        before = counted(primary)
        assert before[1] == 2
        wait(lambda: {counted(one) for one in replicas} == {before})
        with balancer(tmp_path / "nginx", primary, replicas) as doors, Load(doors) as load:
            wait(lambda: load.asked > 30)
            insert = b"INSERT DATA { <http://e.org/s> <http://e.org/p> 3 }"
            headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/sparql-update"}
            assert primary.ask("/update", "POST", insert, PATIENCE, **headers).status == 200
            replicas[0].process.kill()
            after = counted(primary)
            wait(lambda: {counted(one) for one in replicas[1:]} == {after})
            replicas[0] = running.enter_context(replica(folders[0], primary.url))
            wait(lambda: counted(replicas[0]) == after)
            asked = load.asked
            wait(lambda: load.asked > asked + 10)
        assert load.lost == 0 and load.answers == {before, after} and after[1] == 3
        follower = replicas[1]
        assert follower.ask("/generations/current").status == 401
        ready = json.loads(follower.ask("/readyz").body)
        assert (
            ready["publication"] == after[0]
            and ready["problem"] is None
            and ready["reached_seconds"] < PATIENCE
        )
        for method, path in (
            ("POST", "/update"),
            ("PUT", "/graphs"),
            ("GET", "/connexion"),
            ("GET", "/demandes"),
        ):
            refused = follower.ask(path, method)
            assert refused.status == 503 and primary.url in str(refused.json()), path
        primary.process.kill()
        wait(lambda: json.loads(follower.ask("/readyz").body)["problem"] == "primary")
        assert counted(follower) == after
        assert "ancrage_primary_age_seconds" in follower.ask("/metrics").body.decode()
        assert "primary" in "".join(follower.log)


def test_the_files_are_given_to_who_has_the_key(data_dir: Path, tmp_path: Path) -> None:
    current = Snapshots(data_dir).current()
    assert current is not None
    address = f"/generations/{current.id}"
    with TestClient(create_app(Settings(data_dir=data_dir, workers=1))) as client:
        assert client.get("/generations/current").status_code == 404
        assert client.get(f"{address}/manifest.json").status_code == 404
    settings = Settings(
        data_dir=data_dir, workers=1, replica_key=SecretStr(REPLICAS), write_key=SecretStr(KEY)
    )
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        for key, status in (("", 401), (f"Bearer {KEY}", 403), (f"Bearer {REPLICAS}", 200)):
            for path in ("/generations/current", f"{address}/manifest.json"):
                answer = client.get(path, headers={"Authorization": key} if key else {})
                assert answer.status_code == status
                assert "access-control-allow-origin" not in answer.headers
        client.headers["Authorization"] = f"Bearer {REPLICAS}"
        assert client.get(f"{address}/manifest.json").content == (current.path / "manifest.json").read_bytes()
        part = client.get(f"{address}/manifest.json", headers={"Range": "bytes=2-5"})
        assert part.status_code == 206 and part.content == (current.path / "manifest.json").read_bytes()[2:6]
        for name in (
            "store/LOCK",
            "files.json",
            "../../current",
            "%2e%2e/%2e%2e/current",
            "derived/partitions.json",
            "x",
        ):
            assert client.get(f"{address}/{name}").status_code == 404, name
        assert client.get("/generations/20200101T000000Z-00000000/manifest.json").status_code == 404


def test_a_primary_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    with (
        primary_at("http://127.0.0.1:9", REPLICAS) as away,
        pytest.raises(PrimaryFailed, match=r"127\.0\.0\.1:9: "),
    ):
        take(Snapshots(tmp_path / "replica"), away)
    assert not (tmp_path / "replica").exists()


def test_a_key_that_lacks_or_is_another_is_a_sentence(data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(PrimaryFailed, match="ANCRAGE_REPLICA_KEY_FILE"), primary_at("http://127.0.0.1:9"):
        pass
    for own, given, told in ((REPLICAS, f"not {REPLICAS}", "not its"), ("", REPLICAS, "nothing to copy")):
        settings = {"ANCRAGE_REPLICA_KEY": own} if own else {}
        with (
            served(data_dir, **settings) as door,
            primary_at(f"http://127.0.0.1:{door.port}", given) as there,
        ):
            with pytest.raises(PrimaryFailed) as failed:
                there.listing()
            assert told in failed.value.message["en"]


def test_settings_that_do_not_go_together_are_refused() -> None:
    for wrong in ({"primary": "http://192.0.2.1"}, {"primary": "ftp://e.org"}, {"replica_key": "short"}):
        with pytest.raises(SettingError):
            Settings(**wrong)
    with pytest.raises(SettingError, match="ANCRAGE_PRIMARY"):
        Settings(primary="/srv/primary", write_key=SecretStr(KEY))


def test_what_is_wrong_is_called_as_it_is_typed() -> None:
    typed = {"primary": "SERVICE", "primary_interval": "--interval"}
    for options in ({"primary": "http://atlas.example.org"}, {"primary_interval": 0}):
        with pytest.raises(SettingError) as refused:
            settings_of(options, **typed)
        assert refused.value.message["fr"].startswith(f"{typed[next(iter(options))]} vaut ")


@pytest.mark.parametrize("guide", ["host.md", "heberger.md"])
def test_nginx_takes_what_the_guide_writes(tmp_path: Path, guide: str) -> None:
    if not (nginx := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")):
        pytest.skip("nginx is not installed")
    text = GUIDE.with_name(guide).read_text(encoding="utf-8")
    alone, replicas = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    upstreams, _, locations = replicas.partition("\n\n")
    plain = re.sub(
        r"(?m)^ *(ssl_certificate|http2).*\n|443 ssl",
        lambda one: "8443" if one[0] == "443 ssl" else "",
        alone,
    )
    followed = re.sub(r"(?s)    location / \{.*?\n    \}\n", lambda _: locations, plain)
    for name, servers in (("alone", plain), ("followed", f"{upstreams}\n{followed}")):
        written = tmp_path / f"{name}.conf"
        written.write_text(
            f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\nhttp {{\n{servers}\n}}\n"
        )
        told = subprocess.run(
            [nginx, "-t", "-c", str(written), "-e", str(tmp_path / "log")],
            capture_output=True, text=True,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
