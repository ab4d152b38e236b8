"""ancrage: a knowledge graph of academic–territorial relations."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api.notebook.opened import OpenGraph

__version__ = "0.1.0"


def open(data_dir: os.PathLike[str] | str | None = None, *, illustrative: bool = False) -> OpenGraph:
    """Open the current publication of a data directory for Python and notebooks; nothing is served or written.

    Args:
        data_dir: the folder, or the address of a SPARQL endpoint that holds a publication (`https://…/sparql`); the
            folder of the settings (`ANCRAGE_DATA_DIR`) unless given.
        illustrative: whether invented data count too; they enter no indicator.

    Raises NoSnapshot where nothing is published.

    Examples:
        graph = ancrage.open()
    """
    from .api.notebook.opened import OpenGraph

    return OpenGraph.at(data_dir, illustrative=illustrative)
