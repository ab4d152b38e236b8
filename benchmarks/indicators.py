"""All the indicators of the region at publication, again when nothing changed, and as RDF: bar, measured, met or not.

Usage: python benchmarks/indicators.py DATA [--json]

DATA is a data directory with a published graph, which is only read: what is built goes to a temporary folder. Times are
wall-clock seconds of one run, for bars are; ratios are of CPU seconds, to the load of the same quads by the engine alone
(`bulk_load` of the file), in the same run.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
from ancrage.graph.indicators.cube import Cube
from ancrage.graph.indicators.cube_rdf import published_rows, write_observations
from ancrage.graph.region.frame_cache import FrameCache
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.loaders.publish.inputs import Inputs
from ancrage.loaders.publish.pipeline import Pipeline
from measures import Measure, print_measures

ALL, NOTHING, PORTRAIT = 60.0, 2.0, 0.15


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Give the wall-clock and CPU seconds of a run."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, LocalReader.current(options.data) as reader:
        folder = Path(name)
        cubes: list[Cube] = []

        def compute(kept: FrameCache, former: FrameCache | None = None) -> None:
            matter = RegionView(reader, None, reader.snapshot.id, kept=kept)
            cubes.append(Cube.made(matter, kept, former=former))

        first, second, third = (FrameCache(folder / each) for each in ("first", "second", "third"))
        cold = timed(lambda: compute(first))
        shutil.copytree(first.folder, second.folder)
        for kept in second.folder.iterdir():  # the frames stay, what is computed of them goes
            if kept.stat().st_size and _is_cube(kept):
                kept.unlink()
        warm = timed(lambda: compute(second))
        taken = timed(lambda: compute(third, first))
        cube = cubes[0]
        rows = published_rows(cube.frame, cube.territories, cube.indicators)
        path, counts = folder / "indicators.nq", [0]
        written = timed(lambda: counts.append(write_observations(rows, cube.indicators, path)))
        store = ox.Store(str(folder / "store"))
        loaded = timed(lambda: store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True))
        seconds = [
            timed(lambda territory=one: cube.values(territory))[0]
            for one in cube.territories["territory"][:2000]
        ]
        again = _again(options.data, folder)
        base, total = loaded[1], sum(one["quads"] for one in reader.snapshot.manifest["graphs"].values())
        size = path.stat().st_size / 1e6
    quads = f"{counts[1]:,} ({counts[1] / total:.0%} of {total:,})"
    p95 = sorted(seconds)[int(0.95 * len(seconds))]
    known = f"{taken[0]:.1f} ({len(cubes[2].taken)} of {len(cube.indicators)})"

    def of(pair: tuple[float, float]) -> str:
        return f"{pair[0]:.2f} ({pair[1] / base:.2f} ×)"

    print_measures(
        "Indicators",
        [
            Measure("all indicators, frames asked of the store (s)", f"{ALL:.0f}", of(cold), cold[0] <= ALL),
            Measure("all indicators, frames kept (s)", f"{ALL:.0f}", of(warm), warm[0] <= ALL),
            Measure("taken over, frames asked and compared (s)", "-", known),
            Measure(
                "whole publication, nothing changed (s)",
                f"{NOTHING:.0f}",
                f"{again[1]:.2f}",
                again[1] <= NOTHING,
            ),
            Measure("inputs compared, digests known (s)", "-", f"{again[0]:.3f}"),
            Measure("values computed", "-", f"{cube.frame.height:,}"),
            Measure("observations published", "-", f"{rows.height:,}"),
            Measure("quads, beside those of the publication", "-", quads),
            Measure("N-Quads written (s)", "-", f"{of(written)}, {size:.0f} MB"),
            Measure("N-Quads loaded by the engine, the reference (s)", "-", of(loaded)),
            Measure("values of a territory, p95 (s)", f"{PORTRAIT}", f"{p95:.4f}", p95 <= PORTRAIT),
        ],
        as_json=options.json,
    )


def _is_cube(path: Path) -> bool:
    import polars as pl

    columns = pl.read_ipc_schema(path)
    return "indicator" in columns and ("value" in columns or "fingerprint" in columns)


def _again(data: Path, folder: Path) -> tuple[float, float]:
    """Publish a copy of the data directory twice; give the seconds of comparing inputs, and of the second publication."""
    copy = folder / "data"
    copy.mkdir()
    shutil.copytree(data / "sources", copy / "sources", symlinks=True)
    pipeline = Pipeline(copy)
    snapshot = pipeline.publish()
    known = snapshot.manifest["inputs"]
    compared = timed(lambda: Inputs.of(pipeline.versions.current(), [], pipeline.indicators, known))
    return compared[0], timed(pipeline.publish)[0]


if __name__ == "__main__":
    main()
