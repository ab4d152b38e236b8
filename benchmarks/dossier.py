"""What a dossier costs: one territory as HTML and as PDF, and all the intercommunalities of another.

Usage: python benchmarks/dossier.py DATA [--territory 200040715] [--whole sillon-alpin] [--json]

DATA is a data directory with a published graph (a copy by hard links is made beside it, and removed). Its frames, cube and
measured quality of suggestions are made before anything is timed, as a publication that is served has them; what is kept of
findings is left aside unless a row says so; one row has nothing kept at all. A process that runs
has made the dossier of another territory; a new process pays for its imports and for opening the graph. Bars are on the time of
the clock; processor time stands beside it.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from ancrage.api.commands.dossier import find_territory
from ancrage.api.dossier.batch import desk
from ancrage.api.dossier.files import FORMATS, make_file
from ancrage.api.precompute import kept_findings
from measures import Measure, print_measures

BARS = {"html": 5.0, "pdf": 10.0}
WHOLE = 180.0
#: Computes findings anew in another process: nothing kept of them has this date.
AFRESH = (
    "import sys; from datetime import UTC, datetime; from ancrage.api import cli; "
    "from ancrage.api.precompute import kept_findings; "
    "kept_findings.written = lambda: datetime.now(UTC); sys.argv[0] = 'ancrage'; cli.main()"
)
KEPT = "import sys; from ancrage.api import cli; sys.argv[0] = 'ancrage'; cli.main()"


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Give the time of the clock and of the processor that a function takes, in seconds."""
    clock, processor = perf_counter(), process_time()
    work()
    return perf_counter() - clock, process_time() - processor


def command(code: str, *words: str) -> tuple[float, float]:
    """Run the command line in a new process, and give its times."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    clock = perf_counter()
    subprocess.run(
        [sys.executable, "-c", code, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return perf_counter() - clock, sum(after[:2]) - sum(before[:2])


def row(name: str, bar: float, times: tuple[float, float], note: str = "", *, claim: bool = True) -> Measure:
    """Make a row of the table."""
    clock, processor = times
    return Measure(
        name,
        f"≤ {bar:g} s" if claim else "–",
        f"{clock:.1f} s ({processor:.1f} s of processor)",
        clock <= bar if claim else None,
        note,
        {"seconds": clock, "processor": processor},
    )


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--territory", default="200040715")
    parser.add_argument(
        "--other", default="200018166", help="a territory made before, in a process that runs"
    )
    parser.add_argument("--whole", default="sillon-alpin")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows: list[Measure] = []
    with desk(asked.data) as opened, tempfile.TemporaryDirectory() as folder:
        ground = opened.seen.ground
        place, whole = find_territory(ground, asked.territory), find_territory(ground, asked.whole)
        make_file(opened.dossier(find_territory(ground, asked.other)), "pdf")
        kept_findings.package_time = lambda: datetime.now(UTC)
        for format, bar in BARS.items():
            times = timed(lambda format=format: make_file(opened.dossier(place), format))  # type: ignore[misc]
            rows.append(row(f"{format}, process that runs", bar, times))
        one = ["--data-dir", os.fspath(asked.data), "-o", folder]
        for format, bar in BARS.items():
            words = ["dossier", place.id, "--format", format, *one]
            rows.append(row(f"{format}, new process", bar, command(AFRESH, *words)))
            command(KEPT, *words)
            rows.append(row(f"{format}, new process, findings kept", bar, command(KEPT, *words)))
        with tempfile.TemporaryDirectory(dir=asked.data.parent) as place_:
            bare = Path(place_) / "data"
            shutil.copytree(asked.data, bare, copy_function=os.link, ignore=shutil.ignore_patterns("derived"))
            words = ["dossier", place.id, "--format", "html", "--data-dir", os.fspath(bare), "-o", folder]
            told = "frames, indicators and weights of suggestions are made too; their quality is said not to be measured"
            rows.append(
                row("html, new process, nothing kept at all", 0, command(KEPT, *words), told, claim=False)
            )
        count = len(ground.territories("epci", whole.id))
        words = ["dossier", "--all", whole.id, "--format", ",".join(FORMATS), *one]
        rows.append(row(f"{count} dossiers, four formats each, new process", WHOLE, command(AFRESH, *words)))
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        rows.append(Measure("size of these files", "–", f"{size / 1e6:.1f} MB"))
    print_measures("dossiers", rows, as_json=asked.json)


if __name__ == "__main__":
    main()
