"""Load, check and publish all the official sources in one go, beside the engine's own bulk load of the same quads.

Usage: python benchmarks/load.py FOLDER_OF_OFFICIAL_FILES [--region all] [--keep DATA_DIR] [--publish-only]

Prints seconds (wall and CPU), ratios within this run, quads, and the peak of memory. `--region all` loads the whole
country where a source has a region parameter: the growth figure.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
from ancrage.graph.snapshots.provenance import ONTOLOGY_GRAPH
from ancrage.graph.snapshots.store import build_store
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.ontology.vocabulary import ontology_files

Times = dict[str, tuple[float, float]]
READ = "read, tidy, map to N-Quads"
REFERENCE = "reference: bulk_load of the same N-Quads"
NAMED = "store, named graphs only"
MERGED = "store, with the merged default graph"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="folder of official files, laid out as the sources expect")
    parser.add_argument(
        "--region", default="84", help="region of the sources that have the parameter, or all"
    )
    parser.add_argument("--keep", type=Path, help="keep the data directory here, published")
    parser.add_argument(
        "--publish-only", action="store_true", help="leave out the stores built for comparison"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
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


def compare(pipeline: Pipeline, times: Times, scratch: Path) -> None:
    """Build stores of the same quads: by the engine alone, by us, by us with the merged default graph."""
    versions = pipeline.versions.current().values()
    files: list[tuple[Path, str | None]] = [(version.quads, None) for version in versions]
    ontology = [(path, ONTOLOGY_GRAPH) for path in ontology_files()]
    base = [ONTOLOGY_GRAPH, *(version.record.graph for version in versions if version.record.role == "base")]
    with timed(times, REFERENCE):
        reference = ox.Store(str(scratch / "reference"))
        for path, _ in files:
            reference.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True)
        reference.flush()
    del reference
    with timed(times, NAMED):
        build_store([*ontology, *files], scratch / "named")
    with timed(times, MERGED):
        build_store([*ontology, *files], scratch / "merged", merged=base)
    for name in ("reference", "named", "merged"):
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


@contextmanager
def timed(times: Times, step: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    times[step] = (time.perf_counter() - wall, time.process_time() - cpu)


if __name__ == "__main__":
    main()
