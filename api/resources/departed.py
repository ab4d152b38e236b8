"""Things that are gone: described by another kept publication, and no longer by the current one."""

import threading
from contextlib import suppress

import pyoxigraph as ox

from ...graph.snapshots.opening import whole_store
from ...graph.snapshots.snapshot import Snapshot, Snapshots

#: Publications looked into, the newest first.
MOST = 3


class Departed:
    """Looks for a thing in the other publications that a data directory keeps.

    They are opened read-only at the first miss and only looked up by their index: nothing is evaluated. A
    publication pruned meanwhile counts as not knowing.
    """

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._lock = threading.Lock()
        self._stores: dict[str, ox.Store] = {}

    def last_known(self, iri: str, current: str) -> Snapshot | None:
        """Give the newest other publication that describes a thing or has links to it; None: never heard of.

        >>> import tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Departed(Snapshots(Path(folder))).last_known("http://e.org/x", "none") is None
        True
        """
        node = ox.NamedNode(iri)
        with self._lock:
            others = [one for one in reversed(self._snapshots.list()) if one.id != current][:MOST]
            for gone in set(self._stores).difference(one.id for one in others):
                del self._stores[gone]
            for snapshot in others:
                with suppress(OSError, ValueError, RuntimeError):
                    if snapshot.id not in self._stores:
                        self._stores[snapshot.id] = whole_store(snapshot.path)
                    store = self._stores[snapshot.id]
                    for pattern in ((node, None, None, None), (None, None, node, None)):
                        if next(iter(store.quads_for_pattern(*pattern)), None) is not None:
                            return snapshot
        return None
