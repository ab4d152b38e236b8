"""The desk with ten thousand needs and offers, measured: the board, the candidates of one need, writers at once and killed.

Usage: python benchmarks/devices.py DATA_DIR [--needs 10000] [--seconds 20] [--json]

The store is made in a folder of its own; the graph of DATA_DIR is read and not written. Needs and offers are drawn at random
(seed 1) among the types, filières and communes that the graph knows. The writers are processes that append until they are
killed: what one told that it kept must be there, once.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.loaders.desk.candidates import candidates
from ancrage.loaders.desk.ledger import Ledger
from ancrage.loaders.desk.rates import rates
from ancrage.loaders.desk.reminders import due
from ancrage.loaders.operations.store import Draft, Operations, now

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
from ancrage.loaders.operations.store import Draft, Operations
store = Operations.open(Path(sys.argv[1]))
number = 0
while True:
    store.append([Draft(sys.argv[2], "said", f"{sys.argv[2]}/{number}", {"n": number})])
    print(number, flush=True)
    number += 1
"""


def fill(store: Operations, ground: Gazetteer, count: int) -> None:
    """Write needs (nine tenths) and offers (one tenth) at random."""
    chance = random.Random(1)
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
        if number % 10 == 0:
            told = {
                **common,
                "organization": f"organization/x{number}",
                "name": f"Offreur {number}",
                "title": f"Offre {number}",
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--needs", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    made: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as scratch, LocalReader.current(asked.data) as reader:
        view = RegionView.of(reader)
        ground = Gazetteer.of(view)
        store = Operations.open(Path(scratch, "desk"))
        fill(store, ground, asked.needs)
        ledger = Ledger(store)
        made["first fold of all events"] = timed(ledger.read, 1) | {"events": ledger.last}
        needs = list(ledger.needs.values())
        made["board: new events, states counted, the oldest sorted"] = timed(
            lambda: (
                ledger.read(),
                Counter(need.state for need in needs),
                sorted(needs, key=lambda need: need.changed)[:100],
            ),
            9,
        )
        made["rates of all"] = timed(lambda: rates(needs, now()), 5)
        made["reminders due"] = timed(lambda: due(ledger, {}, now()), 5)
        candidates(view, ledger, needs[0], "charpente bois", now()[:10])  # what is read once a publication
        chosen = random.Random(2).sample(needs, 15)
        each = iter(chosen * 2)
        made["candidates of one need"] = timed(
            lambda: candidates(view, ledger, next(each), "charpente en bois local", now()[:10]), len(chosen)
        )
        store.close()
        made["writers killed"] = killed(Path(scratch, "killed"), asked.seconds, 20)
    if asked.json:
        print(json.dumps(made, ensure_ascii=False, indent=1))
        return
    for name, figures in made.items():
        print(f"{name}: {figures}")


if __name__ == "__main__":
    main()
