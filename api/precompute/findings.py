"""Findings of portraits computed ahead of who will ask: one file a territory, in a folder of the snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...graph.region.gazetteer import Gazetteer
from ...graph.region.levels import AREAS
from ...graph.region.view import RegionView
from ...graph.snapshots.artifacts import derived_folder
from ...graph.snapshots.durable import draft_of
from ...graph.snapshots.reader import LocalReader
from ...graph.snapshots.snapshot import Snapshot
from ..analysis.portrait_findings import EACH
from . import kept_findings

DONE = "done"
PORTRAITS = "portraits"


def portraits_folder(snapshot: Snapshot) -> Path:
    """Give the folder of the findings computed ahead for a snapshot."""
    return derived_folder(snapshot) / PORTRAITS


def file_name(territory: str) -> str:
    """Give the name of the file of a territory.

    >>> file_name("territory/epci/200040715")
    'epci.200040715.json'
    """
    return territory.removeprefix("territory/").replace("/", ".") + ".json"


def find(folder: Path, territory: str) -> dict[str, Any] | None:
    """Give the findings kept for a territory, by block; None while they are not there."""
    try:
        found: dict[str, Any] = json.loads((folder / file_name(territory)).read_bytes())
    except (OSError, ValueError):
        return None
    return found


def brief(matter: RegionView, territory: str) -> dict[str, Any]:
    """Compute the findings that the portrait of a territory shows; an analysis that fails says so."""
    return kept_findings.brief(kept_findings.kept_findings(matter, territory), EACH)


def compute(reader: LocalReader, folder: Path) -> Iterator[str]:
    """Compute and keep the quality of suggestions, then the findings of every territory of AREAS that has none yet.

    Yields each territory as its findings are kept.
    """
    from ...graph.suggestions.trust import Trust

    Trust.of(RegionView.of(reader, illustrative=True))
    matter = RegionView.of(reader)
    Trust.of(matter)  # the last: who sees it knows that both are there
    ground = Gazetteer.of(matter)
    folder.mkdir(parents=True, exist_ok=True)
    for level in AREAS:
        for territory in ground.territories(level, matter.within):
            path = folder / file_name(territory.id)
            if path.exists():
                continue
            _place(path, brief(matter, territory.id))
            yield territory.id
    _place(folder / DONE, {})


def _place(path: Path, made: dict[str, Any]) -> None:
    with draft_of(path) as draft:
        draft.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
