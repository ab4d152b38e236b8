"""The store of a generation, opened: the one in its folder, or the remote one that its folder names.

Nothing heavy is imported here: every query process opens stores.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Store

from ...words import N_, AncrageError, Spoken

if TYPE_CHECKING:
    from ..sparql.remote import Fetch, Queried

REMOTE: Final = "remote.json"
"""In the folder of a store: the address of the remote one that is asked in its place."""


class StoreElsewhere(AncrageError, RuntimeError):  # noqa: N818
    """What only a store in its folder gives was asked of a remote one; keeps its `endpoint`."""

    code = "store-elsewhere"

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"{endpoint} is a remote store, which is only read by queries")
        self.endpoint = endpoint

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "le magasin distant {endpoint} ne se lit que par requêtes : demandez ceci là où il est",
            endpoint=self.endpoint,
        )


def remote_address(generation: Path) -> str:
    """Give the address of the SPARQL endpoint that a generation is asked at; empty where it has a store of its own."""
    try:
        return str(json.loads((generation / "store" / REMOTE).read_bytes())["endpoint"])
    except FileNotFoundError:
        return ""


def open_store(generation: Path, fetch: Fetch | None = None) -> Queried:
    """Open the store of a generation to be read; `fetch` calls a remote one (without: this process does).

    Raises OSError where there is none.
    """
    if not (url := remote_address(generation)):
        return whole_store(generation)
    from ..sparql.remote import RemoteStore

    if fetch is None:
        from ..sparql.endpoint import Endpoint

        fetch = Endpoint(url).fetch
    manifest = json.loads((generation / "manifest.json").read_bytes())
    return RemoteStore(url, fetch, sorted(manifest["graphs"]), manifest["remote"]["own"])


def whole_store(generation: Path) -> Store:
    """Open the store of a generation for what no query gives; raises StoreElsewhere where it is remote, OSError."""
    if url := remote_address(generation):
        raise StoreElsewhere(url)
    return Store.read_only(str(generation / "store"))


def as_whole(store: Queried) -> Store:
    """Give an open store for what no query gives; raises StoreElsewhere where it is remote."""
    if isinstance(store, Store):
        return store
    raise StoreElsewhere(getattr(store, "endpoint", ""))
