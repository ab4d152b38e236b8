"""The desk's service under 200 people at once, its processes killed one after the other: what was promised must be there, once.

Usage: python benchmarks/desk_storm.py DATA_DIR [--people 200] [--seconds 60] [--kills 20] [--json]

DATA_DIR is copied; the service is started on the copy, real store and real graph, and started again when it is the service
itself that was killed (every third time; else one of its processes). Half of the people file requests, in three steps, each
form sent again when no answer came, as a person does who reloads; half read. One officer accepts requests, those first that were
filed before the crowd came, and looks when the graph has them. What counts: answers with a status of 500 or more that is not 503;
requests whose last step was answered and that are not in the store, or are there twice; seconds from an acceptance to the graph.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx2 as httpx
from ancrage.api.accounts.devices import Devices
from ancrage.api.web.settings import Settings
from ancrage.loaders.desk.ledger import Ledger, Need
from ancrage.loaders.desk.publication import GRAPH
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Draft, Operations
from serving import Server, family, start_ancrage

SECRET = "une phrase assez longue"
READ = ("/demandes", "/offres", "/demandes/nouvelle", "/api/v1/desk/rates")
_PATIENCE = 600.0
"""Seconds that somebody asks again: a service that starts on a busy machine takes a minute, and is killed soon after."""
FIELD = re.compile(r'name="(form_key|once|version)"\s+value="([^"]*)"')


_WAITING = 100
"""Requests that wait for the officer before the crowd comes."""


@dataclass
class Storm:
    """What is under way, and what was seen: statuses, requests whose last step was answered, seconds to the graph."""

    server: Server
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    filed: dict[str, str] = field(default_factory=dict)
    spent: dict[str, list[float]] = field(default_factory=dict)
    published: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    """The same seconds, without those during which the service was killed and had not started again."""
    outages: list[tuple[float, float]] = field(default_factory=list)
    unpublished: int = 0
    over: bool = False
    """Whether it is time to end: all is killed, and the time has passed; starts of the service are not counted."""

    def url(self, path: str) -> str:
        """Give an address of the service that runs now."""
        return self.server.url(path)

    def note(self, began: float, ended: float) -> None:
        """Take note of when a request was accepted and when the graph had it."""
        away = sum(max(0.0, min(ended, up) - max(began, down)) for down, up in self.outages)
        self.published.append(ended - began)
        self.served.append(ended - began - away)

    async def ask(
        self, client: httpx.AsyncClient, kind: str, method: str, path: str, **more: object
    ) -> httpx.Response | None:
        """Ask once; None where no answer came."""
        began = time.perf_counter()
        try:
            answer = await client.request(method, self.url(path), **more)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            self.statuses[type(error).__name__] += 1
            await asyncio.sleep(0.5)
            return None
        self.statuses[str(answer.status_code)] += 1
        self.spent.setdefault(kind, []).append(time.perf_counter() - began)
        if answer.status_code >= 500 and answer.status_code != 503:
            self.wrong[f"{method} {path.split('?')[0][:30]} {answer.status_code}"] += 1
        return answer

    async def insist(
        self, client: httpx.AsyncClient, kind: str, method: str, path: str, **more: object
    ) -> httpx.Response:
        """Ask again, the same, until the service answers something else than 503; raises TimeoutError after a while."""
        last = time.monotonic() + _PATIENCE
        while time.monotonic() < last:
            answer = await self.ask(client, kind, method, path, **more)
            if answer is not None and answer.status_code != 503:
                return answer
            if answer is not None:
                await asyncio.sleep(random.uniform(0.5, 2))
        raise TimeoutError(path)


def person(number: int) -> httpx.AsyncClient:
    """Give a browser of somebody, with an address of its own."""
    headers = {
        "Accept": "text/html, */*;q=0.8",
        "X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}",
    }
    return httpx.AsyncClient(headers=headers, timeout=60)


async def write(storm: Storm, number: int) -> None:
    """File requests until the end; note each whose last step was answered."""
    count = 0
    while not storm.over:
        count += 1
        async with person(number + 256 * (count // 15 % 200)) as client:
            try:
                await file_one(
                    storm, client, f"n{number}-{count} : un diagnostic du centre-bourg avec des étudiants"
                )
            except TimeoutError:
                storm.statuses["gave up"] += 1


async def file_one(storm: Storm, client: httpx.AsyncClient, words: str) -> None:
    """File a request in three steps."""
    page = await storm.insist(client, "form", "GET", "/demandes/nouvelle")
    told: dict[str, str] = {**dict(FIELD.findall(page.text)), "words": words, "about": ""}
    told["type"] = "interaction-type/territorial-diagnosis"
    sent = await storm.insist(client, "step", "POST", "/demandes/nouvelle", data=told)
    if sent.status_code != 303:
        storm.wrong[f"step 1: {sent.status_code}"] += sent.status_code != 429
        return
    address = sent.headers["location"].removesuffix("/2")
    where = {"where": "Grenoble", "when": "au printemps", "mode": ""}
    who = {
        "structure": "Mairie",
        "siren": "",
        "name": "Accueil",
        "email": "mairie@example.org",
        "phone": "",
        "agreed": "true",
    }
    for step, values in ((2, where), (3, who)):
        page = await storm.insist(client, "form", "GET", f"{address}/{step}")
        sent = await storm.insist(
            client, "step", "POST", f"{address}/{step}", data={**dict(FIELD.findall(page.text)), **values}
        )
        if sent.status_code != 303:
            reason = (
                " ".join(re.findall(r'id="e-\w+"[^>]*>([^<]*)', sent.text))
                or re.sub(r"\s+", " ", sent.text)[-200:]
            )
            storm.wrong[f"step {step}: {sent.status_code} {reason}"] += 1
            return
    storm.filed[address] = words


async def read(storm: Storm, number: int) -> None:
    """Read pages until the end."""
    async with person(number) as client:
        while not storm.over:
            await storm.ask(client, "page", "GET", random.choice(READ))
            await asyncio.sleep(random.uniform(0.2, 1))


def file_before(store: Operations, count: int) -> None:
    """File requests for the officer to accept."""
    told = {
        "type": "interaction-type/territorial-diagnosis",
        "about": [],
        "words": "",
        "contact": "",
        "mode": "",
    }
    told |= {"territory": "territory/commune/38185", "place": "Grenoble", "when": ""}
    store.append(
        [
            Draft("bench", kind, f"need/before{number}", {**told, "token": f"before{number}"})
            for number in range(count)
            for kind in ("need-begun", "need-described", "need-placed", "need-filed")
        ]
    )


async def log_in(storm: Storm) -> httpx.AsyncClient:
    """Give the browser of the officer, who is at work when the crowd comes."""
    client = person(60_000)
    page = await storm.insist(client, "form", "GET", "/connexion")
    told = {**dict(FIELD.findall(page.text)), "name": "ana", "password": SECRET}
    await storm.insist(client, "login", "POST", "/connexion", data=told)
    return client


async def accept(storm: Storm, folder: Path, officer: httpx.AsyncClient) -> None:
    """Accept the requests that are filed, one after the other, as who has logged in, and see when the graph has them."""
    store = Operations.open(folder)
    ledger = Ledger(store)
    done: set[str] = set()
    looks: list[asyncio.Task[None]] = []
    async with aclosing(officer) as client:
        while not storm.over:
            ledger.read()
            waiting = [
                need
                for need in [*ledger.needs.values()]
                if need.stage.value == "filed" and need.id not in done
            ]
            if not waiting:
                await asyncio.sleep(0.3)
                continue
            done.add(waiting[0].id)
            try:
                if await accept_one(storm, client, waiting[0], title := f"Demande {len(done)}"):
                    looks.append(asyncio.create_task(look(storm, title)))
            except TimeoutError:
                storm.statuses["gave up"] += 1
            await asyncio.sleep(1.5)
    await asyncio.gather(*looks)
    store.close()


async def accept_one(storm: Storm, client: httpx.AsyncClient, need: Need, title: str) -> bool:
    """Accept a request under a title; tell whether the service took it."""
    path = f"/guichet/demandes/{need.id.rpartition('/')[2]}"
    page = await storm.insist(client, "need", "GET", path)
    told = {**dict(FIELD.findall(page.text)), "title": title, "structure": "Commune"}
    told |= {"siren": "", "type": need.type, "about": ""}
    sent = await storm.insist(client, "step", "POST", f"{path}/acceptation", data=told)
    storm.wrong[f"acceptance: {sent.status_code}"] += sent.status_code not in (303, 422)
    return sent.status_code == 303


async def look(storm: Storm, title: str) -> None:
    """See when the graph has an accepted request."""
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    query = f'ASK {{ GRAPH <{GRAPH}> {{ ?r {label} "{title}"@fr }} }}'
    began = time.monotonic()
    headers = {"Accept": "application/sparql-results+json"}
    async with httpx.AsyncClient(headers=headers, timeout=30) as client:
        while time.monotonic() - began < 90:
            answer = await storm.ask(client, "ask", "GET", f"/sparql?query={quote(query)}")
            if answer is not None and answer.status_code == 200 and answer.json()["boolean"]:
                storm.note(began, time.monotonic())
                return
            await asyncio.sleep(0.3)
    storm.unpublished += 1


async def kill(storm: Storm, start: Callable[[], Awaitable[Server]], kills: int, seconds: float) -> None:
    """Kill the service, or one of its processes, and start it again, in turn."""
    for number in range(kills):
        await asyncio.sleep(seconds / (kills + 1))
        others = [pid for pid in family(storm.server.pid) if pid != storm.server.pid]
        if number % 3 and others:
            os.kill(random.choice(others), signal.SIGKILL)
            continue
        began = time.monotonic()
        os.kill(storm.server.pid, signal.SIGKILL)
        await asyncio.to_thread(storm.server.process.wait)
        storm.server = await start()
        storm.outages.append((began, time.monotonic()))
    await asyncio.sleep(seconds / (kills + 1))
    storm.over = True


async def rage(folder: Path, scratch: Path, people: int, seconds: float, kills: int) -> dict[str, object]:
    """Let everybody work on the service of a data folder; count what became of it."""

    async def start() -> Server:
        return await asyncio.to_thread(
            start_ancrage,
            folder,
            scratch / "log",
            share=4096,
            queue=512,
            patience=20,
            strict="false",
            read_ahead="false",
            wait=300,
        )

    storm = Storm(await start())
    try:
        officer = await log_in(storm)
        half = people // 2
        await asyncio.gather(
            kill(storm, start, kills, seconds),
            accept(storm, folder, officer),
            *(write(storm, number) for number in range(half)),
            *(read(storm, 30_000 + number) for number in range(people - half)),
        )
    finally:
        storm.server.stop()
    if storm.wrong:  # why, for who reads what was counted
        print(*_tracebacks(scratch / "log"), sep="\n\n", file=sys.stderr)
    load = [round(one, 1) for one in os.getloadavg()]
    return counted(storm, folder) | {"people": people, "seconds": seconds, "kills": kills, "load": load}


def _tracebacks(log: Path) -> list[str]:
    """Give what a log has of errors that nobody foresaw."""
    return re.findall(r"Traceback \(most.*?\n(?=\S)[^\n]*", log.read_text(errors="replace"), re.S)


def counted(storm: Storm, folder: Path) -> dict[str, object]:
    """Count what was promised and is not there, or is there twice."""
    store = Operations.open(folder)
    devices = Devices.open(Settings(data_dir=folder))
    try:
        ledger = Ledger(store).read()
        filed = [need for need in ledger.needs.values() if need.filed]
        opened = devices.safe.read(need.words for need in filed)
        words = Counter(opened[need.words]["words"] for need in filed if need.words in opened)
    finally:
        devices.store.close()
        store.close()
    return {
        "requests promised": len(storm.filed),
        "lost": sum(1 for one in storm.filed.values() if one not in words),
        "doubled": sum(count > 1 for count in words.values()),
        "in the store": len(filed) - _WAITING,
        "5xx but 503, and refusals nobody earned": dict(+storm.wrong),
        "answers": dict(storm.statuses),
        "published": len(storm.published),
        "not published within 90 s": storm.unpublished,
        "seconds to the graph": _middle_and_longest(storm.published),
        "seconds to the graph, of a service that runs": _middle_and_longest(storm.served),
        "seconds of a start": [round(up - down, 1) for down, up in storm.outages],
        "median seconds": {kind: round(statistics.median(spent), 2) for kind, spent in storm.spent.items()},
    }


def _middle_and_longest(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    return {"median": round(statistics.median(seconds), 1), "longest": round(max(seconds), 1)}


def storm_on(data: Path, people: int, seconds: float, kills: int) -> dict[str, object]:
    """Copy a data folder and let people work on it while its service is killed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "data")
        shutil.copytree(data, folder, symlinks=True, ignore=shutil.ignore_patterns("operations.sqlite*"))
        devices = Devices.open(Settings(data_dir=folder))
        devices.accounts.add("ana", Role.DESK, SECRET)
        file_before(devices.store, _WAITING)
        devices.store.close()
        return asyncio.run(rage(folder, Path(scratch), people, seconds, kills))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    made = storm_on(asked.data, asked.people, asked.seconds, asked.kills)
    if asked.json:
        print(json.dumps(made, ensure_ascii=False, indent=1))
    else:
        for name, figures in made.items():
            print(f"{name}: {figures}")
    sys.exit(1 if made["lost"] or made["doubled"] or made["5xx but 503, and refusals nobody earned"] else 0)


if __name__ == "__main__":
    main()
