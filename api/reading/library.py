"""The named questions of the package and those that a host adds in a data directory."""

from __future__ import annotations

from pathlib import Path

from ...graph.extensions import extension_folder, package_folders
from ...graph.sparql.limits import check_query
from ...queries.library import Library


def read_library(data_dir: Path) -> Library:
    """Read the questions of the package, of a data directory's extensions and of installed packages.

    What cannot be used is in its `broken`. What the public may not ask (SERVICE) no question asks: its answer
    would depend on others.

    >>> read_library(Path("nowhere"))["territory-identity"].section
    'entities'
    """
    return Library(
        beside=(extension_folder(data_dir, "queries"), *package_folders("queries")), check=check_query
    )
