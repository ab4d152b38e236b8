"""Versions of the sources in a data directory: one folder a version, one link a source, swapped atomically."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from ...graph.snapshots.provenance import InputFile, LoadRecord

_KEPT = ".versions"


@dataclass(frozen=True)
class Version:
    """One version of one source on disk: its N-Quads file, its tidy tables and the record of its load."""

    path: Path

    @property
    def quads(self) -> Path:
        """The N-Quads file of the version."""
        return self.path / "data.nq"

    @property
    def rows(self) -> Path:
        """The table of where each identifier of a partner's tables was written; an official source has none."""
        return self.path / "rows.parquet"

    @property
    def headers(self) -> Path:
        """What a partner's files call their columns; an official source has none."""
        return self.path / "headers.json"

    @property
    def record(self) -> LoadRecord:
        """The record of the load that made the version."""
        return LoadRecord.from_dict(json.loads((self.path / "source.json").read_text(encoding="utf-8")))

    def tables(self) -> dict[str, Path]:
        """Return the tidy tables of the version: name to Parquet file."""
        return {file.stem: file for file in sorted((self.path / "tables").glob("*.parquet"))}

    def write_record(self, record: LoadRecord) -> None:
        """Write the record of the load, the last file of a complete version."""
        text = json.dumps(record.to_dict(), ensure_ascii=False, indent=1)
        (self.path / "source.json").write_text(text, encoding="utf-8")

    def write_tables(self, tables: dict[str, pl.DataFrame]) -> None:
        """Write tidy tables as Parquet files, where sources that require this one find them."""
        folder = self.path / "tables"
        folder.mkdir(exist_ok=True)
        for name, table in tables.items():
            table.write_parquet(folder / f"{name}.parquet", compression="zstd")


class SourceVersions:
    """The sources of a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.root = (data_dir / "sources").resolve()  # what links lead to is compared with what it holds

    def names(self) -> list[str]:
        """Return the names of the sources that have a current version, sorted."""
        if not self.root.is_dir():
            return []
        return sorted(item.name for item in self.root.iterdir() if item.is_symlink() and item.exists())

    def lost(self) -> list[str]:
        """Return the names of the sources whose current version is gone, sorted: somebody moved or removed it."""
        if not self.root.is_dir():
            return []
        return sorted(item.name for item in self.root.iterdir() if item.is_symlink() and not item.exists())

    def find(self, name: str) -> Version | None:
        """Return the current version of a source, or None where it was never loaded."""
        link = self.root / name
        return Version(link.resolve()) if link.is_symlink() and link.exists() else None

    def current(self) -> dict[str, Version]:
        """Return every source's current version."""
        return {name: version for name in self.names() if (version := self.find(name))}

    def begin(self, name: str) -> Version:
        """Make an empty folder for a new version of a source; no link names it until `commit`."""
        instant = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        path = self.root / _KEPT / f"{name}-{instant}"
        path.mkdir(parents=True)
        return Version(path)

    def commit(self, name: str, version: Version) -> None:
        """Make a version the current one, in one step of the file system; the former one is removed after it."""
        former = self.find(name)
        link = self.root / name
        fresh = self.root / _KEPT / f"{version.path.name}.link"
        fresh.symlink_to(Path(_KEPT) / version.path.name)
        fresh.replace(link)
        if former and former.path != version.path:
            shutil.rmtree(former.path, ignore_errors=True)

    def remove(self, name: str) -> None:
        """Forget a source: what is published keeps it until the next publication."""
        version = self.find(name)
        (self.root / name).unlink(missing_ok=True)
        if version is not None:
            self.discard(version)

    def discard(self, version: Version) -> None:
        """Remove a version that was not committed."""
        shutil.rmtree(version.path, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what an interrupted load left: versions and links that nothing names."""
        kept = {version.path for version in self.current().values()}
        folder = self.root / _KEPT
        for item in folder.iterdir() if folder.is_dir() else ():
            if item.is_symlink():
                item.unlink()
            elif item not in kept:
                shutil.rmtree(item, ignore_errors=True)


def fingerprint(path: Path) -> InputFile:
    """Return a file's name, size in bytes and SHA-256 digest."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return InputFile(path.name, path.stat().st_size, digest.hexdigest())
