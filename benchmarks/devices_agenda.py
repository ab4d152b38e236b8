"""The agenda with thousands of events, measured: a question with its counts, its calendar and its feed, the first time and after.

Usage: python benchmarks/devices_agenda.py DATA_DIR [--events 5000] [--json]

Events are drawn at random (seed 1) over the communes of DATA_DIR, in three years: a third has hours, one in fifty is called off.
Each is written whole at each turn: nothing of a feed is kept from one to the next.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from ancrage.api.pages.agenda import atom, calendar
from ancrage.api.pages.agenda.reading import AgendaData, Feed
from ancrage.graph.region.agenda import Agenda, AgendaEvent, AgendaRequest
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader

MODES = ("in-person", "relayed", "hybrid", "remote")
TYPES = ("public-lecture", "science-event", "citizen-debate", "networking-event")
CHAINS = ("timber-construction", "organic-cosmetics")
HEAD = Feed(
    "Agenda", "Mesure", "https://essai.example/agenda.ics", "https://essai.example/agenda", "https://essai.example",
    datetime(2026, 11, 28, tzinfo=UTC), "fr",
)  # fmt: skip


def drawn(ground: Gazetteer, count: int) -> AgendaData:
    """Draw an agenda of `count` events over the communes of a ground."""
    chance = random.Random(1)
    events = []
    for number in range(count):
        first = date(2025, 1, 1) + timedelta(days=chance.randrange(3 * 365))
        timed = chance.random() < 1 / 3
        events.append(
            AgendaEvent(
                f"event/mesure/{number}", f"Conférence n° {number} : la forêt, l’eau et les métiers de demain", first,
                first if timed else first + timedelta(days=chance.choice((0, 0, 0, 1, 2))),
                "18:00" if timed else "", "20:00" if timed else "", "event-status/cancelled" if number % 50 == 0 else "",
                datetime.combine(first - timedelta(days=30), datetime.min.time(), UTC),
                f"attendance-mode/{chance.choice(MODES)}", f"https://essai.example/e/{number}",
                places={"held": (ground.ids[chance.randrange(len(ground))],)},
                topics={
                    "type": (f"interaction-type/{chance.choice(TYPES)}",),
                    "theme": (f"value-chain/{chance.choice(CHAINS)}",),
                },
            )
        )  # fmt: skip
    return AgendaData("mesure", Agenda(events, {}, ground), None)


def measured(ground: Gazetteer, count: int) -> dict[str, object]:
    """Measure, in milliseconds, a question with its counts, and its calendar and feed, the first time and after."""
    known = drawn(ground, count)
    near = AgendaRequest(
        "forêt", {"mode": ["attendance-mode/hybrid"]}, ground.of_level("department")[0], 50.0
    )
    works = {
        "all events and their counts": lambda: known.agenda.find(AgendaRequest()),
        "words, mode, 50 km around a département": lambda: known.agenda.find(near),
        "calendar": lambda: calendar.calendar(known, known.agenda.events, HEAD),
        "feed": lambda: atom.feed(known, known.agenda.events, HEAD),
    }
    told: dict[str, object] = {"events": count}
    for name, work in works.items():
        spans = []
        for _ in range(6):
            begun = time.perf_counter()
            work()
            spans.append(1000 * (time.perf_counter() - begun))
        told[name] = {"first ms": round(spans[0], 1), "after ms": round(median(spans[1:]), 1)}
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with LocalReader.current(asked.data) as reader:
        made = measured(Gazetteer.of(RegionView.of(reader)), asked.events)
    print(
        json.dumps(made, ensure_ascii=False, indent=1)
        if asked.json
        else "\n".join(f"{k}: {v}" for k, v in made.items())
    )


if __name__ == "__main__":
    main()
