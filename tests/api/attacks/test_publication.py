"""Publications while the service is read, by writers that are killed at any instant: nothing torn, nothing lost."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.snapshots.snapshot import Snapshots

pytestmark = pytest.mark.long

THINGS = 300
READ = "SELECT (COUNT(*) AS ?n) (MIN(?v) AS ?least) (MAX(?v) AS ?most) { ?s <urn:v> ?v }"
WRITER = f"""
import sys
from pathlib import Path
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store

snapshots, number = Snapshots(Path(sys.argv[1])), int(sys.argv[2])
while True:
    number += 1
    with snapshots.staging() as folder:
        value = f'"{{number}}"^^<http://www.w3.org/2001/XMLSchema#integer>'
        lines = [f'<urn:s{{i}}> <urn:v> {{value}} <urn:g> .\\n' for i in range({THINGS})]
        lines.append('<urn:lookup> <https://w3id.org/ancrage/graph/canary> "lookup" <urn:g> .\\n')
        (folder / 'a.nq').write_text(''.join(lines))
        quads = build_store([folder / 'a.nq'], folder / 'store', merged=['urn:g'])
        about = {{'quads': quads, 'graphs': {{'urn:g': {{'role': 'base'}}}}, 'merged': True, 'number': number}}
        found = snapshots.publish(folder / 'store', about)
        snapshots.prune(3)
    print(number, found.id, flush=True)
"""


class Writer:
    """A process that publishes without end, and what it has acknowledged."""

    def __init__(self, data_dir: Path, number: int) -> None:
        command = [sys.executable, "-c", WRITER, str(data_dir), str(number)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.acknowledged: list[tuple[int, str]] = []
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            number, _, id = line.strip().partition(" ")
            if id:
                self.acknowledged.append((int(number), id))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.thread.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_readers_see_whole_publications_and_no_acknowledged_one_is_lost(
    tmp_path: Path, server_of: Callable[..., Any]
) -> None:
    chance = random.Random(20261124)
    data_dir = tmp_path / "data"
    first = Writer(data_dir, 0)
    while not first.acknowledged:
        assert first.process.poll() is None
    first.kill()
    acknowledged = list(first.acknowledged)
    answers: list[tuple[int, str]] = []
    stop = threading.Event()

    def read(service: Any) -> None:
        while not stop.is_set():
            answer = service.ask(
                f"/sparql?query={READ.replace(' ', '+').replace('?', '%3F')}", Accept="text/csv"
            )
            answers.append((answer.status, answer.body.decode()))

    with server_of(data_dir, ANCRAGE_DEADLINE="10", ANCRAGE_PATIENCE="10") as service:
        readers = [threading.Thread(target=read, args=(service,)) for _ in range(3)]
        for reader in readers:
            reader.start()
        try:
            for _ in range(6):
                writer = Writer(data_dir, acknowledged[-1][0] + 100)
                seen = chance.randrange(1, 3)
                while len(writer.acknowledged) < seen:
                    assert writer.process.poll() is None
                time.sleep(chance.random() / 4)  # anywhere in the next publication
                writer.kill()
                acknowledged += writer.acknowledged
                current = Snapshots(data_dir).current()
                assert current is not None
                assert int(current.manifest["number"]) >= acknowledged[-1][0]
        finally:
            stop.set()
            for reader in readers:
                reader.join()
        last = service.ask(f"/sparql?query={READ.replace(' ', '+').replace('?', '%3F')}", Accept="text/csv")
        assert int(last.body.decode().split("\n")[1].split(",")[1]) >= acknowledged[-1][0]
        service.unharmed()
    assert len(answers) > 20
    assert {status for status, _ in answers} == {200}
    numbers = []
    for _, text in answers:
        count, least, most = text.splitlines()[1].split(",")
        assert int(count) == THINGS, text
        assert least == most, text
        numbers.append(int(least))
    assert len(set(numbers)) > 3, "the readers saw publications change"
    published = {event["id"] for event in Snapshots(data_dir).history() if event["event"] == "publish"}
    assert {id for _, id in acknowledged} <= published
