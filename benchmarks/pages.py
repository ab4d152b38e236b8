"""Pages as a visitor waits for them: p50 and p95 at several connections, first visit and kept, beside their bar.

Usage: python benchmarks/pages.py DATA_DIR [--connections 8] [--only portrait] [--at PORT] [--cold] [--json]
       python benchmarks/pages.py DATA_DIR --screens [ADDRESS …] [--at PORT]

A line of MIXES is a kind of page: which addresses, and how long p95 may be. Each is asked once a page ("first": not in
memory), then again ("kept"), by a client that takes gzip, as browsers do. Latency is wall time of whole answers; the
reference is the CPU of the service a page. `--at` measures a service that runs already. The service is asked after what it
reads and computes ahead is there (`--wait` seconds at most); with `--cold` it reads nothing ahead, and first visits alone are
measured, after one to the last page of each kind.
At the end, the memory of the service after all of it, beside its bar: what is its own (`RssAnon`), and the highest (`VmHWM`).
`--screens` prints instead what a page asks of who reads it: `page_screens`.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue

import page_screens
import polars as pl
from ancrage.api.precompute.findings import DONE, PORTRAITS
from ancrage.graph.indicators.declaration import FOLDER, read_indicators
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.reader import LocalReader
from serving import Server, memory, settle, start_ancrage, stopping

_SEED = 5
_BROWSER = {"Accept": "text/html", "Accept-Language": "fr", "Accept-Encoding": "gzip"}
_MEMORY = 0.7
"""Bar of the memory of the service after use, in GB (10⁹ bytes)."""


@dataclass(frozen=True)
class Mix:
    """A kind of page: its name, its addresses (from a matter), and the bar for its p95, in milliseconds."""

    name: str
    paths: Callable[[RegionView], list[str]]
    bar: float


@dataclass(frozen=True)
class Line:
    """What was measured of a mix: counts, milliseconds, and milliseconds of CPU of the service a page."""

    page: str
    visit: str
    pages: int
    errors: int
    p50: float
    p95: float
    cpu: float | None
    bar: float

    @property
    def held(self) -> bool:
        """Whether the bar is held, with no error."""
        return self.p95 <= self.bar and not self.errors


def _level(level: str, most: int = 400, rest: str = "") -> Callable[[RegionView], list[str]]:
    def paths(matter: RegionView) -> list[str]:
        found = [
            f"/territoires/{one.id.removeprefix('territory/')}{rest}"
            for one in Gazetteer.of(matter).territories(level, "region/84")
        ]
        random.Random(_SEED).shuffle(found)
        return found[:most]

    return paths


def _maps(rest: str = "", most: int = 250) -> Callable[[RegionView], list[str]]:
    """Give maps of every indicator at every level that it is declared for, shuffled."""

    def paths(_: RegionView) -> list[str]:
        declared, _broken = read_indicators([FOLDER])
        found = [
            f"/cartes{rest and '.'}{rest}?indicator={name}&level={level}"
            for name, one in declared.items()
            for level in one.levels
            if level in ("commune", "epci", "zone", "department")
        ]
        random.Random(_SEED).shuffle(found)
        return found[:most]

    return paths


def _pairs(matter: RegionView) -> list[str]:
    """Give two maps side by side: each address of a map, with the indicator of the next."""
    found = _maps(most=60)(matter)
    names = [path.partition("indicator=")[2].partition("&")[0] for path in found]
    return [f"{path}&compare={name}" for path, name in zip(found, names[1:] + names[:1], strict=True)]


def _inside(matter: RegionView) -> list[str]:
    """Give maps of the communes of each intercommunality, and of each département."""
    found = [
        one.id.removeprefix("territory/")
        for level in ("department", "epci")
        for one in Gazetteer.of(matter).territories(level, "region/84")
    ]
    return [f"/cartes?indicator=reach-programme&level=commune&within={place}" for place in found]


def _actors(kind: str, rest: str = "", most: int = 150) -> Callable[[RegionView], list[str]]:
    """Give actors of a type: the 20 with most participations, supervised units or programmes, then others, shuffled."""

    def paths(matter: RegionView) -> list[str]:
        kinds = matter.frame("actors").filter(pl.col("type") == f"actor-type/{kind}")["actor"].unique()
        known = set(kinds)
        found = [one for one in _largest_actors(matter) if one in known]
        rest_ = found[20:]
        random.Random(_SEED).shuffle(rest_)
        chosen = [*found[:20], *rest_[: most - 20]]
        random.Random(_SEED).shuffle(chosen)
        return [f"/acteurs/{one.removeprefix('organization/')}{rest}" for one in chosen]

    return paths


def _largest_actors(matter: RegionView) -> list[str]:
    """List actors (their paths) by their participations, supervised units and programmes, those with most first."""
    seats = (("participations", "actor"), ("supervisions", "institution"), ("programmes", "institution"))
    rows = pl.concat(matter.frame(name).select(actor=key) for name, key in seats).drop_nulls()
    counts = rows.group_by("actor").len().sort("len", "actor", descending=[True, False])
    return [actor for actor in counts["actor"].to_list() if actor.count("/") == 1]


def _programmes(rest: str = "", most: int = 200) -> Callable[[RegionView], list[str]]:
    def paths(matter: RegionView) -> list[str]:
        found = sorted(matter.frame("programmes")["programme"].unique().to_list())
        random.Random(_SEED).shuffle(found)
        return [f"/formations/{one.removeprefix('programme/')}{rest}" for one in found[:most]]

    return paths


MIXES: tuple[Mix, ...] = (
    Mix("portrait, intercommunalities", _level("epci"), 150),
    Mix("portrait, communes", _level("commune", 300), 150),
    Mix("portrait, départements and zones", lambda g: [*_level("department")(g), *_level("zone")(g)], 150),
    Mix("portrait, who is there", _level("epci", 172, "/qui-est-la"), 150),
    Mix("portrait, ties", _level("epci", 172, "/liens"), 150),
    Mix("portrait, ties beside peers", _level("epci", 172, "/liens?compare=peers"), 150),
    Mix("portrait, to do", _level("epci", 172, "/a-faire"), 150),
    Mix("portrait in English", _level("commune", 172, "?lang=en"), 150),
    Mix("portrait, block of partners", _level("epci", 172, "/partenaires"), 150),
    Mix("portrait, figures as CSV", _level("epci", 172, "/chiffres-cles?format=csv"), 150),
    Mix("actor, institutions", _actors("higher-education"), 150),
    Mix("actor, companies", _actors("company"), 150),
    Mix("actor, research units", _actors("research-unit"), 150),
    Mix("actor, research organisations", _actors("research-organization", most=60), 150),
    Mix("actor, block of partners", _actors("higher-education", "/partenaires"), 150),
    Mix("actor, partners as XLSX", _actors("research-unit", "/partenaires?format=xlsx", 60), 150),
    Mix("actor in English", _actors("research-unit", "?lang=en", 80), 150),
    Mix("programme", _programmes(), 150),
    Mix("programme, block of employers", _programmes("/employeurs", 80), 150),
    Mix("filière", lambda g: ["/filieres/timber-construction", "/filieres/organic-cosmetics"], 150),
    Mix("map", lambda g: ["/cartes", "/cartes?level=zone", "/cartes?level=department"], 300),
    Mix("map, indicators by levels", _maps(), 300),
    Mix("map, two side by side", _pairs, 300),
    Mix("map, within a territory", _inside, 300),
    Mix("map of flows", lambda g: [f"/cartes/flux?within={p[13:]}" for p in _level("epci", 60)(g)], 300),
    Mix("map, file SVG", _maps("svg", 60), 300),
    Mix("map, file PNG", _maps("png", 24), 300),
    Mix("missing data", lambda g: ["/ce-qui-manque", "/ce-qui-manque/territoires", "/ce-qui-manque/sources"], 150),
)  # fmt: skip


@contextmanager
def _service(data: Path, at: int | None, cold: bool = False) -> Iterator[tuple[int, Server | None]]:
    if at is not None:
        yield at, None
        return
    with tempfile.TemporaryDirectory() as folder:
        server = start_ancrage(data, Path(folder) / "log", read_ahead=not cold)
        with stopping(server):
            yield server.port, server


def _wait(findings: Path, server: Server | None, seconds: float) -> None:
    """Wait until what is computed ahead is there, and the service is at rest."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not findings.exists():
        time.sleep(1)
    if server is not None:
        settle(server)


def measure(
    mix: Mix, visit: str, paths: Sequence[str], port: int, server: Server | None, connections: int
) -> Line:
    """Ask for each page once, over several connections that each wait for their answer."""
    todo: SimpleQueue[str] = SimpleQueue()
    for path in paths if len(paths) >= connections or visit == "first" else list(paths) * connections:
        todo.put(path)
    times: list[float] = []
    errors: list[str] = []

    def visitor() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            try:
                path = todo.get_nowait()
            except Empty:
                connection.close()
                return
            started = time.perf_counter()
            try:
                connection.request("GET", path, headers=_BROWSER)
                answer = connection.getresponse()
                answer.read()
                whole = (
                    answer.status == 200 and "ETag" in answer.headers
                )  # one of which a part failed has none
                if not whole:
                    errors.append(f"{path}: {answer.status}")
            except (OSError, HTTPException) as error:
                connection.close()
                errors.append(f"{path}: {error}")
            times.append(1000 * (time.perf_counter() - started))

    before = server.cpu() if server else 0.0
    threads = [threading.Thread(target=visitor) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cpu = 1000 * (server.cpu() - before) / len(times) if server else None
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    for told in errors[:3]:
        print(told, file=sys.stderr)
    return Line(mix.name, visit, len(times), len(errors), statistics.median(times), p95, cpu, mix.bar)


def _row(line: Line) -> str:
    cpu = f"{line.cpu:7.1f}" if line.cpu is not None else "      –"
    verdict = "held" if line.held else "MISSED"
    counts = f"{line.pages:5d} {line.errors:6d}"
    return f"{line.page:<34} {line.visit:<6} {counts} {line.p50:8.1f} {line.p95:8.1f} {cpu} {line.bar:6.0f}  {verdict}"


def main() -> int:
    """Measure and print; 1 if a bar is not held."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--only", default="", help="mixes whose name has this text")
    parser.add_argument("--at", type=int, help="port of a service that runs already")
    parser.add_argument("--wait", type=float, default=1200)
    parser.add_argument("--cold", action="store_true", help="nothing is read ahead")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--screens", nargs="*", metavar="ADDRESS", help="screens, tab stops, words and weight of pages"
    )
    asked = parser.parse_args()
    if asked.screens is not None:
        with _service(asked.data_dir, asked.at) as (port, _):
            return 0 if page_screens.table(port, asked.screens) else 1
    reader = LocalReader.current(asked.data_dir)
    matter = RegionView.of(reader)
    findings = derived_folder(reader.snapshot) / PORTRAITS / DONE
    if not asked.json:
        print(
            f"{'page':<34} {'visit':<6} {'pages':>5} {'errors':>6} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>7} {'bar':>6}"
        )
    lines: list[Line] = []
    with _service(asked.data_dir, asked.at, asked.cold) as (port, server):
        _wait(findings, server, 0 if asked.cold else asked.wait)
        for mix in MIXES:
            if asked.only in mix.name:
                *paths, last = mix.paths(matter)
                if asked.cold:
                    measure(mix, "first", [last], port, server, 1)
                for visit in ("first",) if asked.cold else ("first", "kept"):
                    chosen = paths if asked.cold else [*paths, last]
                    lines.append(measure(mix, visit, chosen, port, server, asked.connections))
                    if not asked.json:
                        print(_row(lines[-1]), flush=True)
        own, most = (memory(server.pid, name) / 1e9 if server else 0.0 for name in ("RssAnon", "VmHWM"))
        if server is not None and not asked.json:
            verdict = "held" if own <= _MEMORY else "MISSED"
            print(f"memory of the service: {own:.2f} GB ({most:.2f} at most), bar {_MEMORY}  {verdict}")
    if asked.json:
        json.dump([asdict(line) for line in lines], sys.stdout, indent=1)
    return 0 if all(line.held for line in lines) and own <= _MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
