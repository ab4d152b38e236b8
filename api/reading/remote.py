"""The remote store of the settings: what it holds now, taken note of in a data directory."""

from __future__ import annotations

from pathlib import Path

from ...graph.snapshots.remote import adopt
from ...graph.snapshots.snapshot import Snapshots
from ..web.settings import Settings


def follow_store(folder: Path, settings: Settings) -> None:
    """Take note in a data directory of what the remote store of some settings holds; nothing where there is none.

    Raises what `adopt` raises.
    """
    if settings.store:
        adopt(Snapshots(folder), settings.store, lenient=settings.store_lenient)
