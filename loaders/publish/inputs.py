"""What a generation is built from, told by digests: where all are those of the current one, it is not built again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox

from ... import __version__
from ...ontology.vocabulary import ontology_files, shape_files
from .edits import Edit
from .staging import Version

_PACKAGE = Path(__file__).parents[2]
_CODE = ("graph", "loaders", "ontology", "queries")
_SUFFIXES = frozenset({".py", ".toml", ".rq", ".ttl", ".yml", ".jsonld", ".txt"})


@dataclass(frozen=True)
class Inputs:
    """A digest of all that a generation depends on, and of each source's quads: name to (version, digest)."""

    digest: str
    sources: Mapping[str, tuple[str, str]]

    @classmethod
    def of(
        cls,
        versions: Mapping[str, Version],
        edits: Sequence[Edit],
        folders: Iterable[Path],
        known: Mapping[str, Any],
        decisions: Path | None = None,
    ) -> Inputs:
        """Tell the inputs of a generation; `known` is what the manifest of the current one tells of its inputs.

        The quads of a source are read only where its version is not the one that is known.
        """
        former: Mapping[str, Sequence[str]] = known.get("sources", {})
        sources: dict[str, tuple[str, str]] = {}
        told = [software(), f"{datetime.now(UTC):%Y}", *(f"edit {edit.id}" for edit in edits)]
        for name, version in sorted(versions.items()):
            seen = former.get(name, ("", ""))
            digest = seen[1] if seen[0] == version.path.name else _digest(version.quads)
            sources[name] = (version.path.name, digest)
            record = version.record
            about = [record.graph, record.role, record.licence, str(record.title), record.source]
            told.append(f"{name} {digest} {about}")
        for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
            body = path.read_bytes() if path.is_file() else b""  # what is no file is told where it is read
            told.append(f"{path.name} {sha256(body).hexdigest()}")
        if decisions and decisions.is_file():
            told.append(f"decisions {_digest(decisions)}")
        return cls(sha256("\n".join(told).encode()).hexdigest(), sources)

    def to_dict(self) -> dict[str, Any]:
        """Return them for the manifest of the generation."""
        return {"digest": self.digest, "sources": {name: list(pair) for name, pair in self.sources.items()}}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@cache
def software() -> str:
    """Give a digest of the code, the rules, the ontology and the versions that a generation is built with."""
    digest = sha256(f"{__version__} {ox.__version__} {pl.__version__}".encode())
    paths = [path for folder in _CODE for path in (_PACKAGE / folder).rglob("*") if path.suffix in _SUFFIXES]
    for path in sorted({*paths, *ontology_files(), *shape_files()}):
        digest.update(str(path.relative_to(_PACKAGE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
