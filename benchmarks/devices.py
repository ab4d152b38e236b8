"""The desk with ten thousand needs and offers, measured: the board, the candidates of one need, writers at once and killed.

Usage: python benchmarks/devices.py DATA_DIR [--needs 10000] [--offers 0.1] [--seconds 20] [--people 200] [--json]

DATA_DIR is read and not written: the service is asked on a copy. Needs and offers are drawn at random (seed 1) among the types,
filières and communes that the graph knows; what needs say are the requests of `tests/data/desk`. The candidates are also found
as they were before offers had an index (every offer looked at, a great circle each, all reasons put in words), in turn with the
rules as they are: the ratio holds on a busy machine, times do not. The writers are processes that append until they are killed:
what one told that it kept must be there, once. With `--people`, the service is worked on by that many while its processes are
killed (`desk_storm.py`). Precision among the first five is that of `desk_requests.py`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import desk_requests
import desk_storm
import httpx2 as httpx
import numpy as np
from ancrage.api.accounts.devices import Devices
from ancrage.api.web.settings import Settings
from ancrage.graph.analysis.access import great_circle
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.suggestions.requests import kindred
from ancrage.loaders.desk.candidates import Candidate, candidates
from ancrage.loaders.desk.fit import Fit
from ancrage.loaders.desk.ledger import Ledger, Need
from ancrage.loaders.desk.offer_index import Shared
from ancrage.loaders.desk.outbox import Outbox
from ancrage.loaders.desk.rates import rates
from ancrage.loaders.desk.reminders import due
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Draft, Operations, now
from serving import settle, start_ancrage

TYPES = [
    *(
        "internship",
        "territorial-internship",
        "territorial-diagnosis",
        "teaching-workshop",
        "testing-service",
    ),
    *(
        "platform-access",
        "public-lecture",
        "junior-enterprise-mission",
        "research-contract",
        "continuing-education",
    ),
]
WRITER = """
import sys
from pathlib import Path
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Draft, Operations
store = Operations.open(Path(sys.argv[1]))
number = 0
while True:
    store.append([Draft(sys.argv[2], "said", f"{sys.argv[2]}/{number}", {"n": number})])
    print(number, flush=True)
    number += 1
"""


def fill(store: Operations, ground: Gazetteer, count: int, offers: float = 0.1) -> None:
    """Write needs and offers (the share that is told) at random."""
    chance = random.Random(1)
    titles = [offer.title for offer in desk_requests.read_offers()[0]]
    drafts: list[Draft] = []
    for number in range(count):
        place = chance.randrange(len(ground))
        common = {
            "type": f"interaction-type/{chance.choice(TYPES)}",
            "about": chance.choice(
                [[], [], ["value-chain/timber-construction"], ["value-chain/organic-cosmetics"]]
            ),
            "territory": ground.ids[place],
            "place": ground.labels[place],
            "mode": "",
        }
        if chance.random() < offers:
            told = {
                **common,
                "organization": f"organization/x{number}",
                "name": f"Offreur {number}",
                "title": chance.choice(titles),
            }
            drafts.append(
                Draft("bench", "offer-filed", f"offer/{number}", {**told, "capacity": 2, "next": ""})
            )
            continue
        id = f"need/{number}"
        told = {
            **common,
            "title": f"Demande {number}",
            "structure": "Commune",
            "siren": "",
            "words": "",
            "when": "",
            "token": id,
        }
        drafts += [
            Draft("bench", kind, id, {**told, "contact": ""}) for kind in ("need-begun", "need-described")
        ]
        drafts += [
            Draft("bench", kind, id, {**told, "contact": ""})
            for kind in ("need-placed", "need-filed", "need-accepted")
        ]
        if chance.random() < 0.7:
            match = {"candidate": "organization/0383546Y", "name": "Université", "offer": ""}
            drafts.append(Draft("bench", "match-proposed", id, match))
            drafts.append(Draft("bench", "match-moved", id, {**match, "to": "waiting"}))
    for start in range(0, len(drafts), 5000):
        store.append(drafts[start : start + 5000])


def timed(work: Callable[[], object], times: int) -> dict[str, float]:
    """Give the median and the longest of some runs, in milliseconds."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return {"median_ms": round(statistics.median(spent), 1), "longest_ms": round(max(spent), 1)}


def killed(folder: Path, seconds: float, kills: int) -> dict[str, int]:
    """Have four writers write, kill one after the other and start it again; count what was told, lost and doubled."""
    told: Counter[str] = Counter()
    running: dict[str, subprocess.Popen[str]] = {}
    started = 0

    def start() -> None:
        nonlocal started
        name = f"w{started}"
        started += 1
        command = [sys.executable, "-c", WRITER, str(folder), name]
        running[name] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert (out := running[name].stdout) is not None and out.readline()  # it writes

    def end(name: str) -> None:
        process = running.pop(name)
        process.send_signal(signal.SIGKILL)
        told[name] = 1 + len(process.communicate()[0].splitlines())

    for _ in range(4):
        start()
    for _ in range(kills):
        time.sleep(seconds / kills)
        end(next(iter(running)))
        start()
    for name in list(running):
        end(name)
    store = Operations.open(folder)
    kept = Counter((one.who, one.payload["n"]) for one in store.since(0))
    store.close()
    lost = sum(1 for name, count in told.items() for number in range(count) if (name, number) not in kept)
    return {
        "kills": kills + 4,
        "told": sum(told.values()),
        "lost": lost,
        "doubled": sum(n > 1 for n in kept.values()),
    }


def plain_candidates(view: RegionView, ledger: Ledger, need: Need, said: str, day: str) -> list[Candidate]:
    """Find candidates as before offers had an index: each is looked at, placed and put in words."""
    ground, found = Gazetteer.of(view), list[Candidate]()
    frame = view.frame("concepts").drop_nulls("top").select("concept", "top")
    families = dict(frame.unique("concept", keep="first").iter_rows())
    sent = Counter(
        match.offer
        for one in ledger.needs.values()
        for match in one.matches.values()
        if match.sent.startswith(day[:7])
    )
    mine, points = ground.get(need.territory), np.column_stack([ground.lat, ground.long])
    for offer in ledger.offers.values():
        akin = offer.type != need.type and kindred(need.type or None, offer.type or None, families)
        if offer.ended or not (offer.type == need.type or akin or set(need.about) & set(offer.about)):
            continue
        theirs = ground.get(offer.territory)
        km = None
        if mine is not None and theirs is not None:
            far = float(great_circle(points[mine.communes], points[theirs.communes]).min())
            km = None if far != far else far
        place = theirs.label if theirs else ""
        fit = Fit(need, offer, akin, None, Shared(), "", km, place, day, sent[offer.id])
        made = Candidate(offer.organization, offer.name, points=fit.points, fit=fit)
        made.known, made.lacks = [*made.reasons], [*made.against]
        found.append(made)
    of_graph = candidates(view, Ledger(None), need, said, day)  # type: ignore[arg-type]
    return sorted([*found, *of_graph], key=lambda one: (one.later, -one.points, one.name))


def in_turn(*works: Callable[[], object], times: int) -> list[float]:
    """Give the median milliseconds of works that are done one after the other, many times."""
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, mine in zip(works, spent, strict=True):
            began = time.perf_counter()
            work()
            mine.append((time.perf_counter() - began) * 1000)
    return [round(statistics.median(mine), 1) for mine in spent]


def matched(view: RegionView, ledger: Ledger) -> dict[str, object]:
    """Measure the candidates of one need beside the former way."""
    _, topics = desk_requests.read_offers()
    words = [request.words for request in desk_requests.read_requests(topics)]
    needs, day = [*ledger.needs.values()], now()[:10]
    candidates(view, ledger, needs[0], words[0], day)  # what is read once a publication
    chosen = [*zip(random.Random(2).sample(needs, 15), words, strict=False)]
    plain, indexed = iter(chosen), iter(chosen)
    before, after = in_turn(
        lambda: plain_candidates(view, ledger, *next(plain), day),
        lambda: [(one.reasons, one.against) for one in candidates(view, ledger, *next(indexed), day)[:30]],
        times=len(chosen),
    )
    return {"former_ms": before, "median_ms": after, "ratio": round(after / before, 2)}


def asked_over_http(folder: Path, scratch: Path) -> dict[str, object]:
    """Ask the service of a data folder for its board, a need with its candidates and the public page, as the desk's officer."""
    server = start_ancrage(folder, scratch / "log", strict="false", share=64, read_ahead="false", wait=300)
    try:
        with httpx.Client(headers={"Accept": "text/html"}, timeout=120, base_url=server.url("/")) as client:
            page = client.get("/connexion").text
            fields = dict(desk_storm.FIELD.findall(page))
            client.post("/connexion", data={**fields, "name": "ana", "password": desk_storm.SECRET})
            board = client.get("/guichet").text
            needs = [*dict.fromkeys(re.findall(r'href="(/guichet/demandes/[^"?]+)"', board))][:15]
            paths = {"board": ["/guichet"], "need with candidates": needs, "public page": ["/demandes"]}
            paths |= {"offers": ["/offres"]}
            made: dict[str, object] = {}
            for name, some in paths.items():
                turns = iter(some * 20)
                for path in some[:1] * 2:  # what is read once a publication
                    assert client.get(path).status_code == 200, path
                settle(server)
                before = server.cpu()
                made[name] = timed(lambda turns=turns: client.get(next(turns)).raise_for_status(), 15) | {  # type: ignore[misc]
                    "processor_ms": round((server.cpu() - before) / 15 * 1000, 1)
                }
            return made
    finally:
        server.stop()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--needs", type=int, default=10_000)
    parser.add_argument("--offers", type=float, default=0.1)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    made: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as scratch, LocalReader.current(asked.data) as reader:
        view = RegionView.of(reader)
        folder = Path(scratch, "data")
        shutil.copytree(
            asked.data, folder, symlinks=True, ignore=shutil.ignore_patterns("operations.sqlite*")
        )
        devices = Devices.open(Settings(data_dir=folder))
        devices.accounts.add("ana", Role.DESK, desk_storm.SECRET)
        fill(devices.store, Gazetteer.of(view), asked.needs, asked.offers)
        ledger = Ledger(devices.store)
        made["first fold of all events"] = timed(ledger.read, 1) | {"events": ledger.last}
        needs = list(ledger.needs.values())
        made["rates of all"] = timed(lambda: rates(needs, now()), 5)
        made["reminders due"] = timed(
            lambda: due(ledger, Outbox(devices.store, devices.safe).people, {}, now()), 5
        )
        made["candidates of one need"] = matched(view, ledger)
        made["precision"] = desk_requests.measure(view)
        devices.store.close()
        made["over HTTP"] = asked_over_http(folder, Path(scratch))
        made["writers killed"] = killed(Path(scratch, "killed"), asked.seconds, 20)
    if asked.people:
        made["service killed"] = desk_storm.storm_on(asked.data, asked.people, 60, 20)
    if asked.json:
        print(json.dumps(made, ensure_ascii=False, indent=1))
        return
    for name, figures in made.items():
        print(f"{name}: {figures}")


if __name__ == "__main__":
    main()
