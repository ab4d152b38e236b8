"""Where what a host adds stands: `extensions/` of a data directory, and installed packages that are named by an entry point."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

EXTENSIONS = "extensions"
"""Folder of a data directory whose folders hold what a host adds."""
KINDS = ("queries", "indicators", "filieres", "sources", "theme")
"""Those folders."""

GROUP = "ancrage.extensions"
"""Group of the entry points whose packages hold such folders."""


def extension_folder(data_dir: Path, kind: str) -> Path:
    """Give the folder where a host adds files of a kind.

    >>> extension_folder(Path("data"), "queries").parts
    ('data', 'extensions', 'queries')
    """
    return data_dir / EXTENSIONS / kind


def unknown_folders(data_dir: Path) -> list[str]:
    """List the folders of `extensions/` that nothing reads.

    >>> unknown_folders(Path("nowhere"))
    []
    """
    folder = data_dir / EXTENSIONS
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        one.name for one in there if one.is_dir() and one.name not in KINDS and not one.name.startswith(".")
    ]


def package_folders(kind: str) -> tuple[Path, ...]:
    """List the folders of a kind in the installed packages that an entry point names, in the order of their names.

    >>> package_folders("queries")
    ()
    """
    return tuple(folder / kind for _, folder in extension_packages() if folder is not None)


@cache
def extension_packages() -> tuple[tuple[str, Path | None], ...]:
    """List the packages that entry points name, and their folders; None for one that is not there. Their code is not run.

    >>> extension_packages()
    ()
    """
    return tuple(_located())


def _located() -> Iterator[tuple[str, Path | None]]:
    for name in sorted({one.value for one in entry_points(group=GROUP)}):
        first, *rest = name.split(".")
        spec = find_spec(first)  # that of a package within another would import the other
        places = (spec and spec.submodule_search_locations) or ()
        yield name, next((folder for place in places if (folder := Path(place, *rest)).is_dir()), None)
