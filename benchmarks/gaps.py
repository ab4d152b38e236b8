"""All the gaps of one territory, and of every intercommunality of a region, on a published graph: bar, measured, met or not.

Usage: python benchmarks/gaps.py DATA [--territory 200040715] [--within region/84] [--json] [--rounds 3]

DATA is a data directory with a published graph. Times are CPU seconds, the least of the rounds but for the first time
ever, which is measured once, in a process that asks the store for every frame (it keeps them in a folder of its own).
The cold process reads the frames that are kept beside the snapshot. The reference of the ratios is the engine's own
serialisation of the question on participations, in the same run.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ancrage.graph.gaps import gaps, gaps_of
from ancrage.graph.region.frame_cache import FrameCache
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.queries.library import Library
from measures import Measure, print_measures

ONE, ALL = 1.0, 60.0
COLD = """
import sys
from pathlib import Path
from ancrage.graph.gaps import gaps
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
with LocalReader.current(Path(sys.argv[1])) as reader:
    gaps(RegionView.of(reader, within=sys.argv[3]), sys.argv[2])
"""


def seconds(run: Callable[[], object], rounds: int = 1) -> float:
    """Give the least CPU seconds of some rounds."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        found.append(time.process_time() - start)
    return min(found)


def in_a_process(data: Path, territory: str, within: str) -> float:
    """Give the CPU seconds of a process that starts Python, imports, reads the kept frames and finds the gaps."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", COLD, str(data), territory, within], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--territory", default="200040715")
    parser.add_argument("--within", default="region/84")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with LocalReader.current(options.data) as reader:
        text = Library()["matter-participations"].bind()
        reference = seconds(lambda: reader.query(text, accept="text/csv"), options.rounds)

        def asked() -> None:
            with tempfile.TemporaryDirectory() as folder:
                kept = FrameCache(Path(folder))
                matter = RegionView(reader, None, reader.snapshot.id, within=options.within, kept=kept)
                gaps(matter, options.territory)

        first = seconds(asked)
        matter = RegionView.of(reader, within=options.within)
        read = seconds(lambda: gaps(matter, options.territory))
        warm = seconds(lambda: gaps(matter, options.territory), options.rounds)
        names = [one.id for one in Gazetteer.of(matter).territories("epci", options.within)]
        every = seconds(lambda: list(gaps_of(matter, names)), options.rounds)
    cold = min(in_a_process(options.data, options.territory, options.within) for _ in range(options.rounds))
    rows = (
        ("one territory, first time ever: the store is asked", None, first),
        ("one territory, cold process: Python, imports, kept frames", ONE, cold),
        ("one territory, running process, new snapshot: kept frames", ONE, read),
        ("one territory, running process", ONE, warm),
        (f"the {len(names)} intercommunalities", ALL, every),
    )
    measures = [
        Measure(
            name,
            f"≤ {bar:g} s" if bar else "–",
            f"{value:.3f} s, {value / reference:.2f} × the reference",
            value <= bar if bar else None,
            figures={"cpu_seconds": value, "ratio": value / reference},
        )
        for name, bar, value in rows
    ]
    title = f"Gaps on {options.data.name} (reference: participations serialised, {reference:.3f} s CPU)"
    print_measures(title, measures, as_json=options.json)


if __name__ == "__main__":
    main()
