"""What every way to query a snapshot shares, and the simplest one: a reader in the calling process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from pyoxigraph import Store

from ...words import N_, AncrageError, Spoken
from ..sparql.evaluation import STORE_DEFAULT, Request, evaluate
from ..sparql.formats import DEFAULT_ACCEPT, Kind
from ..sparql.limits import OWN_BYTES, Glance, check_query
from ..sparql.remote import Queried
from .listing import check_sizes
from .opening import as_whole, open_store
from .snapshot import Snapshot, Snapshots, hold


@dataclass(frozen=True)
class Answer:
    """The answer to a query: serialised `body`, `media_type`, `snapshot` id, `seconds` taken, `kind`."""

    body: bytes
    media_type: str
    snapshot: str
    seconds: float
    kind: Kind = "select"


@runtime_checkable
class Reader(Protocol):
    """Anything that answers queries on a snapshot: a pool of workers or a reader in the process."""

    def query(
        self,
        text: str,
        *,
        accept: str = DEFAULT_ACCEPT,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """Answer a SPARQL query in the best accepted format."""
        ...


class NoSnapshot(AncrageError, LookupError):  # noqa: N818
    """Nothing has been published yet in the data directory; keeps `data_dir` where it is known.

    >>> str(NoSnapshot("data"))
    'nothing is published in data yet: load data there first (ancrage demo or ancrage load, with --data-dir data)'
    """

    code = "nothing-published"

    def __init__(self, data_dir: os.PathLike[str] | str | None = None) -> None:
        if data_dir is None:
            told = "there is no snapshot: nothing is published yet in that data directory"
        else:
            folder = os.fspath(data_dir)
            told = (
                f"nothing is published in {folder} yet: load data there first "
                f"(ancrage demo or ancrage load, with --data-dir {folder})"
            )
        super().__init__(told)
        self.data_dir = data_dir

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("Aucune publication pour l’instant.")


def settle(
    snapshot: Snapshot,
    text: str,
    glance: Glance,
    accept: str = DEFAULT_ACCEPT,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
    dataset: str = "base",
    base: str = "",
) -> Request:
    """Settle the dataset a checked query sees in a snapshot.

    Graphs given here win over FROM in the text; without either, the default graph is the union of the base
    graphs (`dataset="base"`) or the store's own (`"plain"`), and every graph can be named with GRAPH.
    """
    yielding = False
    if default_graphs is None:
        if dataset == "base" and not (glance.names_dataset and named_graphs is None):
            default_graphs = [STORE_DEFAULT] if snapshot.merged else snapshot.base_graphs
            yielding = named_graphs is None
    elif snapshot.merged and (union := set(snapshot.base_graphs)) and union.issubset(default_graphs):
        default_graphs = [STORE_DEFAULT, *(graph for graph in default_graphs if graph not in union)]
    return Request(
        text, accept, default_graphs, named_graphs, glance.prefixes, glance.unchecked, yielding, base
    )


def answer(store: Queried, snapshot: str, text: str, settled: Callable[[Glance], Request]) -> Answer:
    """Answer a query on a store in the calling process; `settled` gives the request once the query is checked.

    Raises what `check_query` and `evaluate` raise.
    """
    started = time.perf_counter()
    done = evaluate(store, settled(check_query(text, OWN_BYTES)))
    return Answer(done.body, done.media_type, snapshot, time.perf_counter() - started, done.kind)


class LocalReader:
    r"""A reader in the calling process, for the command line and notebooks: no deadline, no memory cap.

    It keeps its snapshot from being pruned until it is closed. Any number of threads may query.
    Raises NoSnapshot for None, which `Snapshots.current` gives where nothing is published, DamagedSnapshot.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from .store import build_store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.nq")
    ...     _ = file.write_text('<http://e.org/s> <http://e.org/p> "1" <http://e.org/g> .')
    ...     quads = build_store([file], Path(folder, "new"))
    ...     manifest = {"quads": quads, "graphs": {"http://e.org/g": {"quads": quads, "role": "base"}}}
    ...     snapshot = Snapshots(Path(folder, "data")).publish(Path(folder, "new"), manifest)
    ...     with LocalReader(snapshot) as reader:
    ...         reader.query("SELECT ?o { ?s ?p ?o }", accept="csv").body
    b'o\r\n1\r\n'
    """

    def __init__(self, snapshot: Snapshot | None, *, dataset: str = "base") -> None:
        if snapshot is None:  # what `Snapshots.current()` gives before the first publication
            raise NoSnapshot
        self.snapshot = snapshot
        self.dataset = dataset
        self._hold: int | None = hold(snapshot)
        self._lock = threading.Lock()
        try:
            check_sizes(snapshot)
            self.queried = self._opened = open_store(snapshot.path)
        except BaseException:
            self.close()
            raise

    @property
    def own(self) -> bool:
        """Whether the snapshot's store answers, and nothing else that was put in its place as `queried`."""
        return self.queried is self._opened

    @property
    def store(self) -> Store:
        """The store itself, for what no query gives; raises StoreElsewhere where it is remote."""
        return as_whole(self.queried)

    @classmethod
    def current(cls, data_dir: os.PathLike[str], *, dataset: str = "base") -> LocalReader:
        """Open the current snapshot of a data directory; raises NoSnapshot."""
        snapshot = Snapshots(Path(data_dir)).current()
        if snapshot is None:
            raise NoSnapshot(data_dir)
        return cls(snapshot, dataset=dataset)

    def query(
        self,
        text: str,
        *,
        accept: str = DEFAULT_ACCEPT,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """Answer a SPARQL query; raises what `check_query` and `evaluate` raise."""

        def settled(glance: Glance) -> Request:
            return settle(self.snapshot, text, glance, accept, default_graphs, named_graphs, self.dataset)

        return answer(self.queried, self.snapshot.id, text, settled)

    def close(self) -> None:
        """Let the snapshot be pruned."""
        with self._lock:
            if self._hold is not None:
                os.close(self._hold)
                self._hold = None

    def __enter__(self) -> LocalReader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
