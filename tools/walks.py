"""Count the modules of ours that a request, a question or a row runs through: `python tools/house.py --walks DATA_DIR`.

A module is crossed when a function of it runs while the walk lasts, in any thread of the process; processes of the pool, and what
is kept from the walk before, are left out. Walks are the second of their kind: what a first one reads once is read.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.loaders.publish.pipeline import Pipeline
from starlette.testclient import TestClient

ROOT = Path(__file__).parents[1]
PLACES = ("38", "26")
"""Départements of the demo: one to read ahead what a walk needs, one to walk."""
ASKED = 'SELECT * { ?thing ?property "%s" } LIMIT 9'
ADDRESSES = {
    "portrait of a territory": ("/territoires/department/%s", 12),
    "block of it as CSV": ("/territoires/department/%s/formations?format=csv", None),
    "text in SPARQL": (f"/sparql?query={ASKED}", 12),
    "named question": ("/queries/territory-programmes.json?territory=%s", None),
    "thing as Turtle": ("/doc/territory/department/%s.ttl", None),
}
ROW = ("row of a table to its triples", 20)


def walks(data_dir: Path) -> dict[str, tuple[int, int | None]]:
    """Give, for each walk, the modules crossed and its bar (None: it has none)."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen.add(frame.f_globals.get("__name__", ""))

    def crossed(walk: Callable[[], object]) -> int:
        seen.clear()
        walk()
        return sum(name.startswith("ancrage.") for name in list(seen))

    found: dict[str, tuple[int, int | None]] = {}
    threading.setprofile(note)
    sys.setprofile(note)
    with TestClient(create_app(Settings(data_dir=data_dir, workers=1, read_ahead=False))) as client:
        for name, (address, bar) in ADDRESSES.items():
            first, second = (address % place for place in PLACES)
            assert client.get(first).is_success, first
            found[name] = crossed(lambda second=second: client.get(second)), bar  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        load, rows = Pipeline(Path(folder)).load, [ROOT / "tests" / "data" / "exchange"]
        found[ROW[0]] = crossed(lambda: load("exchange", rows, publish=False)), ROW[1]
    sys.setprofile(None)
    return found
