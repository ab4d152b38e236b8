"""Load, check and publish all the official sources in one go, beside the engine's own bulk load of the same quads.

Usage: python benchmarks/load.py FOLDER_OF_OFFICIAL_FILES [--region all] [--keep DATA_DIR]

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
from ancrage.graph.provenance import ONTOLOGY_GRAPH
from ancrage.graph.store import build_store
from ancrage.loaders.pipeline import Pipeline
from ancrage.ontology.vocabulary import ontology_files

Times = dict[str, tuple[float, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="folder of official files, laid out as the sources expect")
    parser.add_argument(
        "--region", default="84", help="region of the sources that have the parameter, or all"
    )
    parser.add_argument("--keep", type=Path, help="keep the data directory here, published")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure(arguments.folder, arguments.region, arguments.keep or Path(scratch) / "data", Path(scratch))


def measure(folder: Path, region: str, data: Path, scratch: Path) -> None:
    times: Times = {}
    pipeline = Pipeline(data)
    with timed(times, "read, tidy, map to N-Quads"):
        reports = pipeline.load_folder(folder, settings={"region": region}, publish=False)
    files = [(version.quads, None) for version in pipeline.versions.current().values()]
    ontology = [(path, ONTOLOGY_GRAPH) for path in ontology_files()]
    base = [ONTOLOGY_GRAPH, *(report.record.graph for report in reports if report.record.role == "base")]
    with timed(times, "reference: bulk_load of the same N-Quads"):
        reference = ox.Store(str(scratch / "reference"))
        for path, _ in files:
            reference.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True)
        reference.flush()
    quads = len(reference)
    del reference
    shutil.rmtree(scratch / "reference")
    with timed(times, "store, named graphs only"):
        build_store([*ontology, *files], scratch / "named")
    shutil.rmtree(scratch / "named")
    with timed(times, "store, with the merged default graph"):
        build_store([*ontology, *files], scratch / "merged", merged=base)
    shutil.rmtree(scratch / "merged")
    with timed(times, "publish: store, memberships, SHACL, swap"):
        snapshot = pipeline.publish()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"region {region}: {quads:,} quads of {len(reports)} sources; snapshot {snapshot.quads:,} quads")
    for step, (wall, cpu) in times.items():
        print(f"  {step:<46} {wall:7.1f} s wall {cpu:7.1f} s CPU")
    mapping = times["read, tidy, map to N-Quads"]
    reference_time = times["reference: bulk_load of the same N-Quads"]
    for label, key in (
        ("mapping + named graphs / bulk load", "store, named graphs only"),
        ("mapping + named graphs + merged default / bulk load", "store, with the merged default graph"),
    ):
        ratios = [(mapping[unit] + times[key][unit]) / reference_time[unit] for unit in (0, 1)]
        print(f"  {label:<52} {ratios[0]:5.2f} wall {ratios[1]:5.2f} CPU")
    print(f"  peak of memory {peak:.2f} GiB")


@contextmanager
def timed(times: Times, step: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    times[step] = (time.perf_counter() - wall, time.process_time() - cpu)


if __name__ == "__main__":
    main()
