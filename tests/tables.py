"""Tables of the exchange layout written in a test, loaded as a partner's folder is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ancrage.loaders.publish.pipeline import Pipeline


def load_tables(folder: Path, tables: Mapping[str, str]) -> Path:
    """Load tables (their text by name) and publish them; return the data directory, below `folder`."""
    (folder / "tables").mkdir()
    for name, text in tables.items():
        (folder / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
    Pipeline(folder / "data").load("exchange", [folder / "tables"])
    return folder / "data"
