"""Load, check and publish all the official sources in one go, beside the engine's own bulk load of the same quads.

Usage: python benchmarks/load.py FOLDER_OF_OFFICIAL_FILES [--region all] [--keep DATA_DIR] [--publish-only]
       python benchmarks/load.py --demo [--before CHECKOUT] [--rounds 2]

Prints seconds (wall and CPU), ratios within this run, quads, and the peak of memory. `--region all` loads the whole
country where a source has a region parameter: the growth figure. `--demo` times `ancrage demo --no-serve` instead, in turn
with that of another checkout, and the engine's load of its sources; of each, the least of some rounds.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import ancrage
import pyoxigraph as ox
from ancrage.graph.snapshots.provenance import ONTOLOGY_GRAPH
from ancrage.graph.snapshots.store import build_store
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.staging import Version
from ancrage.ontology.vocabulary import ontology_files

Times = dict[str, tuple[float, float]]
READ = "read, tidy, map to N-Quads"
REFERENCE = "reference: bulk_load of the same N-Quads"
NAMED = "store, named graphs only"
MERGED = "store, with the merged default graph"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "folder", type=Path, nargs="?", help="folder of official files, laid out as the sources expect"
    )
    parser.add_argument(
        "--region", default="84", help="region of the sources that have the parameter, or all"
    )
    parser.add_argument("--keep", type=Path, help="keep the data directory here, published")
    parser.add_argument(
        "--publish-only", action="store_true", help="leave out the stores built for comparison"
    )
    parser.add_argument("--demo", action="store_true", help="time the demo, not official files")
    parser.add_argument("--before", type=Path, help="another checkout, whose demo is timed too")
    parser.add_argument("--rounds", type=int, default=2, help="demos of each")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if arguments.demo:
            measure_demo(arguments.before, arguments.rounds, Path(scratch))
            return
        data = arguments.keep or Path(scratch) / "data"
        measure(arguments.folder, arguments.region, data, None if arguments.publish_only else Path(scratch))


def measure(folder: Path, region: str, data: Path, scratch: Path | None) -> None:
    times: Times = {}
    pipeline = Pipeline(data)
    with timed(times, READ):
        reports = pipeline.load_folder(folder, settings={"region": region}, publish=False)
    steps = {step: sum(report.seconds[step] for report in reports) for step in ("read", "tidy", "map")}
    if scratch:
        compare(pipeline, times, scratch)
    with timed(times, "publish: store, memberships, SHACL, swap"):
        snapshot = pipeline.publish()
    quads = sum(report.record.quads for report in reports)
    print(f"region {region}: {quads:,} quads of {len(reports)} sources; snapshot {snapshot.quads:,} quads")
    for name, (wall, cpu) in times.items():
        print(f"  {name:<46} {wall:7.1f} s wall {cpu:7.1f} s CPU")
    print("  of the first, wall: " + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in steps.items()))
    if scratch:
        ratios(times, steps)
    print(f"  peak of memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.2f} GiB")


def measure_demo(before: Path | None, rounds: int, scratch: Path) -> None:
    """Print what the demo takes, beside that of another checkout and the engine's load of the same sources."""
    checkouts = {
        "demo": Path(ancrage.__file__).parent,
        **({"demo before": before.resolve()} if before else {}),
    }
    times: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for name, checkout in checkouts.items():
            shutil.rmtree(scratch / "data", ignore_errors=True)
            (scratch / name).mkdir(exist_ok=True)
            with contextlib.suppress(FileExistsError):
                (scratch / name / "ancrage").symlink_to(checkout)
            with timed(run := {}, name, resource.RUSAGE_CHILDREN):
                subprocess.run(
                    [sys.executable, "-c", "from ancrage.api.cli import main; main()", "demo", "--no-serve"],
                    env={
                        **os.environ,
                        "PYTHONPATH": str(scratch / name),
                        "ANCRAGE_DATA_DIR": str(scratch / "data"),
                    },
                    check=True,
                    stderr=subprocess.DEVNULL,
                )
            times.setdefault(name, []).append(run[name])
        with timed(run := {}, REFERENCE):
            load_all(Pipeline(scratch / "data").versions.current().values(), scratch / "reference")
        times.setdefault(REFERENCE, []).append(run[REFERENCE])
    reference = min(cpu for _, cpu in times[REFERENCE])
    for name, found in times.items():
        wall, cpu = (min(one) for one in zip(*found, strict=True))
        print(f"  {name:<46} {wall:7.1f} s wall {cpu:7.1f} s CPU {cpu / reference:5.2f} × reference (CPU)")


def load_all(versions: Iterable[Version], folder: Path) -> None:
    """Load the N-Quads of sources by the engine alone, in a folder that is removed."""
    store = ox.Store(str(folder))
    for version in versions:
        store.bulk_load(path=str(version.quads), format=ox.RdfFormat.N_QUADS, lenient=True)
    store.flush()
    del store
    shutil.rmtree(folder)


def compare(pipeline: Pipeline, times: Times, scratch: Path) -> None:
    """Build stores of the same quads: by the engine alone, by us, by us with the merged default graph."""
    versions = pipeline.versions.current().values()
    files: list[tuple[Path, str | None]] = [(version.quads, None) for version in versions]
    ontology = [(path, ONTOLOGY_GRAPH) for path in ontology_files()]
    base = [ONTOLOGY_GRAPH, *(version.record.graph for version in versions if version.record.role == "base")]
    with timed(times, REFERENCE):
        load_all(versions, scratch / "reference")
    with timed(times, NAMED):
        build_store([*ontology, *files], scratch / "named")
    with timed(times, MERGED):
        build_store([*ontology, *files], scratch / "merged", merged=base)
    for name in ("named", "merged"):
        shutil.rmtree(scratch / name)


def ratios(times: Times, steps: dict[str, float]) -> None:
    """Print what mapping and loading cost beside the engine's bulk load."""
    reference, wall, cpu = times[REFERENCE], *times[READ]
    mapped = (
        cpu * steps["map"] / wall
    )  # the CPU time of one step is not known apart: its share of the wall time
    for label, before, key in (
        ("map + named graphs / bulk load", mapped, NAMED),
        ("read, tidy, map + named graphs / bulk load", cpu, NAMED),
        ("read, tidy, map + named + merged default graph / bulk load", cpu, MERGED),
    ):
        print(f"  {label:<60} {(before + times[key][1]) / reference[1]:5.2f} (CPU)")


@contextlib.contextmanager
def timed(times: Times, step: str, who: int = resource.RUSAGE_SELF) -> Iterator[None]:
    wall, before = time.perf_counter(), resource.getrusage(who)
    yield
    after = resource.getrusage(who)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    times[step] = (time.perf_counter() - wall, cpu)


if __name__ == "__main__":
    main()
