"""Indicators, gaps and synergies whose questions Spark answers are those of the store, or are refused by name."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.columns.building import build
from ancrage.graph.columns.glance import COLUMNS
from ancrage.graph.columns.layout import BadColumns, read_manifest
from ancrage.graph.columns.relations import NotExact
from ancrage.graph.gaps import gaps
from ancrage.graph.indicators.computing import FormulaFailed
from ancrage.graph.indicators.cube import Cube
from ancrage.graph.indicators.cube_rdf import published_rows, write_observations
from ancrage.graph.indicators.declaration import FOLDER
from ancrage.graph.region.frame_cache import FrameCache
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.synergies import synergies
from pyoxigraph import NamedNode, Quad, Store

from ...loaders.mapping.test_spark import executors

pytestmark = pytest.mark.long

DEF = "https://w3id.org/ancrage/def/"
STANDING = ("population", "communes", "establishments", "establishments-per-1000")
"""Indicators that have nothing to do with interactions."""


def on_spark(reader: LocalReader, spark: Any, folder: Path | None = None) -> LocalReader:
    """Open a reader's snapshot anew, Spark answering on its columns, or on those of a folder."""
    from ancrage.graph.columns.spark import SparkColumns

    own = derived_folder(reader.snapshot) / COLUMNS
    build(reader.snapshot, own)
    there = LocalReader(reader.snapshot)
    there.queried = SparkColumns(str(folder or own), spark)
    return there


@pytest.fixture(scope="module")
def there(example_reader: LocalReader, spark: Any) -> Iterator[LocalReader]:
    """The example, asked of Spark."""
    with on_spark(example_reader, spark) as reader:
        yield reader


def unkept(reader: LocalReader) -> RegionView:
    """Read the matter of the store, from nothing that is kept."""
    return RegionView(reader, None, reader.snapshot.id)


def published(cube: Cube, path: Path) -> list[bytes]:
    """Write the observations of a cube as a publication does, and give their lines, sorted."""
    write_observations(published_rows(cube.frame, cube.territories, cube.indicators), cube.indicators, path)
    return sorted(path.read_bytes().splitlines())


def indicators_folder(folder: Path, *names: str) -> Path:
    """Give a folder of a few indicators that the package declares: Spark takes a minute for all."""
    folder.mkdir()
    for name in names:
        shutil.copy(FOLDER / f"{name}.toml", folder)
    return folder


def kill_one(spark: Any, killed: list[int]) -> None:
    """Kill a worker as soon as both have work."""
    for _ in range(6000):
        if spark.sparkContext.statusTracker().getActiveJobsIds() and (running := executors(spark)):
            killed.append(running[0])
            os.kill(killed[0], signal.SIGKILL)
            return
        time.sleep(0.01)


def test_all_indicators_are_those_of_the_store_though_a_worker_is_killed(
    example_reader: LocalReader, there: LocalReader, spark: Any, tmp_path: Path
) -> None:
    kept = FrameCache.of(there.snapshot).folder
    before = {path.name: path.stat().st_mtime_ns for path in kept.glob("*")}
    here = Cube.made(unkept(example_reader), None)
    killed: list[int] = []
    killer = threading.Thread(target=kill_one, args=(spark, killed), daemon=True)
    killer.start()
    computed = Cube.of(there)
    killer.join()
    assert killed and killed[0] not in executors(spark)
    assert not here.errors and not computed.errors
    assert computed.frame.equals(here.frame) and computed.frame["indicator"].n_unique() > 40
    lines = published(computed, tmp_path / "there.nq")
    assert lines == published(here, tmp_path / "here.nq") and len(lines) > 1000
    assert before == {path.name: path.stat().st_mtime_ns for path in kept.glob("*")}


def test_gaps_and_synergies_are_those_of_the_store(example_reader: LocalReader, there: LocalReader) -> None:
    here, told = unkept(example_reader), RegionView.of(there)
    places = [
        one.id
        for level in ("region", "department", "epci")
        for one in Gazetteer.of(here).territories(level, here.within)
    ]
    found = 0
    for place in places:
        for find in (gaps, synergies):
            report = find(told, place).to_dict()
            assert report == find(here, place).to_dict()
            found += len(report["findings"])
    assert len(places) > 3 and found > 10


def test_a_question_whose_answer_is_not_certain_is_refused_by_its_name(
    example_reader: LocalReader, there: LocalReader, spark: Any, tmp_path: Path
) -> None:
    with pytest.raises(NotExact, match="« matter-event-loads »") as error:
        RegionView.of(there).frame("event-loads")
    assert error.value.question == "matter-event-loads"
    # a year that is no year: what the interactions are asked for is not certain any more
    shutil.copytree(example_reader.snapshot.path / "store", tmp_path / "store")
    store, year = Store(str(tmp_path / "store")), NamedNode(f"{DEF}year")
    dated = next(iter(store.quads_for_pattern(None, year, None, None)))
    store.add(Quad(dated.subject, year, NamedNode(f"{DEF}long-ago"), dated.graph_name))
    store.add(Quad(dated.subject, year, NamedNode(f"{DEF}long-ago")))
    store.flush()
    del store
    manifest = {name: example_reader.snapshot.manifest[name] for name in ("quads", "graphs", "merged")}
    snapshots = Snapshots(tmp_path / "data")
    few = indicators_folder(tmp_path / "declared", *STANDING, "interactions", "interactions-per-100000")
    with LocalReader(snapshots.publish(tmp_path / "store", manifest)) as reader:
        with on_spark(reader, spark) as strange:
            cube = Cube.of(strange, folders=[few])
        here = Cube.made(unkept(reader), None, folders=[few])
    failed = {one.indicator: str(one) for one in cube.errors if isinstance(one, FormulaFailed)}
    absent = set(here.frame["indicator"]) - set(cube.frame["indicator"])
    assert absent == failed.keys() == {"interactions", "interactions-per-100000"}
    assert "« matter-interactions »" in failed["interactions"]
    left = here.frame.filter(~here.frame["indicator"].is_in(list(failed)))
    assert cube.frame.equals(left) and set(left["indicator"]) == set(STANDING)


def test_a_table_that_lacks_ends_all_and_is_named(
    example_reader: LocalReader, there: LocalReader, spark: Any, tmp_path: Path
) -> None:
    own, cut = derived_folder(example_reader.snapshot) / COLUMNS, tmp_path / "cut"
    shutil.copytree(own, cut)
    lost = read_manifest(own, there.snapshot.id).tables[f"{DEF}hasParticipation"].file.name
    (cut / lost).unlink()
    with on_spark(example_reader, spark, cut) as reader, pytest.raises(BadColumns, match=lost):
        Cube.of(reader, folders=[indicators_folder(tmp_path / "declared", "interactions")])
