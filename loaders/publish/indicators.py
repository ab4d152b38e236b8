"""The indicators of a generation: computed from its base graphs, written as RDF Data Cube in a graph of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox

from ...graph.indicators.computing import FormulaFailed
from ...graph.indicators.cube import DECLARED, Cube
from ...graph.indicators.cube_rdf import Run, describe, published_rows, write_observations
from ...graph.indicators.declaration import FOLDER
from ...graph.region.frame_cache import FrameCache
from ...graph.region.names import UnknownName
from ...graph.region.view import RegionView
from ...graph.snapshots import provenance
from ...graph.snapshots.artifacts import derived_folder
from ...graph.snapshots.kept_lines import LINES, pack_lines
from ...graph.snapshots.provenance import INDICATORS_GRAPH
from ...graph.snapshots.snapshot import Snapshot
from ...graph.snapshots.store import load_lines
from ...graph.snapshots.store_reader import StoreReader

FRAMES = "frames"
"""Folder of a generation that is being built, with the frames that are kept beside the snapshot once published."""
LONGEST = (
    *("participations", "places", "establishments", "hirings", "parts", "actors", "institutions"),
    *("programmes", "units", "jobs", "interactions"),
)
"""Frames that take long to read, and that the indicators of the package are computed from."""


@dataclass(frozen=True)
class PublishedCube:
    """What was computed and written: counts, how many indicators were taken over, one sentence an error, by language."""

    indicators: int
    taken: int
    observations: int
    quads: int
    errors: tuple[Mapping[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the counts for the manifest of the generation."""
        return {
            "indicators": self.indicators,
            "observations": self.observations,
            "errors": list(self.errors),
        }


def compute_cube(
    store: ox.Store,
    directory: Path,
    folders: Sequence[Path],
    previous: Snapshot | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Cube | None:
    """Compute the indicators of a store that is being built; nothing is written to it.

    Args:
        store: the store; its default graph is the union of the base graphs.
        directory: the folder of the generation; frames and cube are kept in its folder `FRAMES`.
        folders: where the indicators are declared.
        previous: the snapshot whose indicators are taken over where nothing they are computed from has changed.
        progress: called with the indicators computed and those there are; what it raises ends the computation.

    Returns:
        The cube; None where the territory that indicators are computed for is not in the graph.
    """
    kept = FrameCache(directory / FRAMES)
    matter = RegionView(StoreReader(store), None, f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}", kept=kept)
    former = FrameCache.of(previous) if previous else None
    try:
        matter.read_ahead(LONGEST)
        return Cube.made(matter, kept, folders=folders, former=former, progress=progress)
    except UnknownName:
        return None


def publish_cube(
    store: ox.Store, directory: Path, inputs: Mapping[str, Mapping[str, str]], cube: Cube, started: str
) -> PublishedCube:
    """Load the graph of indicators that were computed into the store, and keep its lines in `directory`; return what was written.

    `inputs` are the loads whose graphs were read, by graph: when each was `loaded`, and the `sha256` of its quads;
    `started` is when the computation began (xsd:dateTime).
    """
    rows = published_rows(cube.frame, cube.territories, cube.indicators)
    path = directory / "indicators.nq"
    quads = write_observations(rows, cube.indicators, path)
    groups = rows.group_by("indicator").agg(pl.col("by").drop_nulls().unique())
    told = describe(
        cube.indicators.values(), Run(started, provenance.now(), inputs), dict(groups.iter_rows())
    )
    with ThreadPoolExecutor(1) as beside:
        lines = ox.serialize(told, format=ox.RdfFormat.N_QUADS) or b""
        packed = beside.submit(pack_lines, path, INDICATORS_GRAPH, directory, lines)
        load_lines(store, path)
        store.extend(told)
        packed.result()
    path.unlink()
    errors = tuple(dict(error.message) for error in cube.errors)
    failed = sum(isinstance(error, FormulaFailed) for error in cube.errors)
    return PublishedCube(
        len(cube.indicators) - failed, len(cube.taken), rows.height, quads + len(told), errors
    )


def keep_declarations(folders: Sequence[Path], snapshot: Snapshot) -> None:
    """Put the files of indicators that are not the package's beside the snapshot that was published with them."""
    for number, folder in enumerate(one for one in folders if one != FOLDER):
        target = derived_folder(snapshot) / DECLARED / str(number)
        for path in folder.glob("*.toml"):
            if path.is_file():
                target.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target / path.name)


def take_declarations(previous: Snapshot, snapshot: Snapshot) -> None:
    """Keep beside a snapshot, made of a former one by a small write, the indicators published with that one."""
    kept = derived_folder(previous) / DECLARED
    if kept.is_dir():
        shutil.copytree(kept, derived_folder(snapshot) / DECLARED, dirs_exist_ok=True)


def take_frames(previous: Snapshot, snapshot: Snapshot, graphs: Collection[str]) -> None:
    """Keep beside a snapshot what was read of a former one, where none of the `graphs` that changed is read for frames."""
    roles = {
        one["role"]
        for told in (previous, snapshot)
        for iri, one in told.manifest["graphs"].items()
        if iri in graphs
    }
    if roles <= {"scenario", "provenance"}:
        FrameCache.of(previous).link(derived_folder(snapshot) / FRAMES)


def keep_folders(directory: Path, snapshot: Snapshot) -> None:
    """Put the frames and the lines of a generation beside the snapshot that it became; the service finds them there."""
    for name in (FRAMES, LINES):
        if (folder := directory / name).is_dir():
            target = derived_folder(snapshot) / name
            target.mkdir(parents=True, exist_ok=True)
            for path in folder.iterdir():
                path.replace(target / path.name)
