"""A partner's folder of any number of rows, loaded into a data directory: CPU and memory, step by step.

    python benchmarks/large.py DATA --rows 200000 [--break 0.001] [--keep FOLDER]

DATA is a published data directory (`ancrage demo --no-serve` makes one); it is copied, never written. A third of the rows
are interactions, the rest participations of some thousand organisations. `--break` writes that part of the participations
with an organisation that nothing describes, spread evenly: the load is refused. Memory is the peak of each step.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import polars as pl
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.words import EMPTY, Spoken

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
COMMUNES = (
    "07019",
    "07186",
    "07324",
    "26198",
    "26362",
    "38185",
    "38421",
    "42218",
    "63113",
    "69123",
    "73065",
    "74010",
)
"""Communes of Auvergne-Rhône-Alpes."""


def write_folder(folder: Path, rows: int, broken: float = 0.0) -> None:
    """Write the tables `about`, `organizations`, `interactions` and `participations` of a partner; gives some 8 quads a row."""
    folder.mkdir(parents=True, exist_ok=True)
    interactions = rows // 3
    participations = rows - interactions
    organizations = max(100, rows // 100)
    pl.DataFrame(
        {"key": ["name", "title", "publisher"], "value": ["grand", "Grand partenaire", "Partenaire"]}
    ).write_csv(folder / "about.csv")
    number = pl.int_range(pl.len())
    communes = pl.Series(COMMUNES)
    pl.DataFrame({"n": range(organizations)}).select(
        id=pl.format("org/grand/{}", number),
        kind=pl.when(number % 3 == 0).then(pl.lit("ResearchUnit")).otherwise(pl.lit("Company")),
        label_fr=pl.format("Organisation {}", number),
    ).write_csv(folder / "organizations.csv")
    pl.DataFrame({"n": range(interactions)}).select(
        id=pl.format("interaction/grand/{}", number),
        label_fr=pl.format("Projet {}", number),
        types=pl.lit("collaborative-project"),
        year=2000 + number % 25,
        takes_place_in=pl.lit(communes).gather(number % len(communes)),
        evidence=pl.lit("declared"),
    ).write_csv(folder / "interactions.csv")
    every = round(1 / broken) if broken else 0
    known = pl.format("org/grand/{}", (number * 7919 + number // 3) % organizations)
    wrong = (number % every == every // 2) if every else pl.lit(False)
    pl.DataFrame({"n": range(participations)}).select(
        interaction=pl.format("interaction/grand/{}", number * interactions // max(1, participations)),
        organization=pl.when(wrong).then(pl.format("org/absent/{}", number)).otherwise(known),
        roles=pl.when(number % 2 == 0).then(pl.lit("coordinator")).otherwise(pl.lit("partner")),
        place=pl.lit(communes).gather(number % len(communes)),
    ).write_csv(folder / "participations.csv")


class Steps:
    """Prints, at each sentence of progress, what the step that it ends took; memory in MB."""

    def __init__(self) -> None:
        self._cpu, self._wall, self._name = time.process_time(), time.perf_counter(), "début"
        _CLEAR.write_text("5")

    def __call__(self, sentence: Spoken) -> None:
        """End the current step, begin the next."""
        cpu, wall = time.process_time(), time.perf_counter()
        print(
            f"  {self._name[:60]:<60} {cpu - self._cpu:8.1f} s CPU {wall - self._wall:8.1f} s wall {_memory():8,.0f} MB",
            flush=True,
        )
        self._cpu, self._wall, self._name = cpu, wall, sentence["fr"]
        _CLEAR.write_text("5")


def _memory() -> float:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Write the folder, load it, print the steps."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--break", dest="broken", type=float, default=0.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ancrage-large-") as folder:
        data, tables = Path(folder, "data"), Path(folder, "tables")
        shutil.copytree(given.data, data, symlinks=True)
        write_folder(tables, given.rows, given.broken)
        print(f"{given.rows:,} rows")
        cpu, wall, steps = time.process_time(), time.perf_counter(), Steps()
        try:
            report = Pipeline(data).load("exchange", [tables], progress=steps)
            print("  " + ", ".join(f"{step} {took:.1f} s" for step, took in report.seconds.items()))
        except ValueError as error:
            print("  refused:", str(error)[:600])
        steps(EMPTY)
        print(f"in all {time.process_time() - cpu:.1f} s CPU, {time.perf_counter() - wall:.1f} s wall")


if __name__ == "__main__":
    main()
