"""The two engines of a query process: the store of a snapshot, and its columns where they are made and meant for the query."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Store

from ..columns.glance import COLUMNS as NAME
from ..columns.glance import looks_heavy
from ..snapshots.opening import open_store, remote_address
from ..sparql.evaluation import Request, Results, begin
from ..sparql.formats import NotAcceptable
from ..sparql.syntax import QuerySyntax
from .protocol import COLUMNS, FALLEN, STORE, Engine

if TYPE_CHECKING:
    from ..columns.engine import Columns
    from ..sparql.remote import Queried

FOLDER: Final = f"derived/{NAME}"
"""The columns of a generation, in its folder."""
_PART: Final = 8
"""Columns take this part of a query's memory at most: what needs more is the store's."""


class Engines:
    """The store of a snapshot and its columns; `memory` is that of a query in bytes, `grown` is called once columns are open.

    Calls to a remote store go over `line`, a file descriptor.

    The libraries of columns are imported with the first query that looks as if it were for them, where there are columns: they
    cost a new process a third of a second.
    """

    def __init__(self, memory: int, grown: Callable[[], None], line: int = -1) -> None:
        self.store: Queried = Store()
        self._line = line
        self._memory, self._grown = memory, grown
        self._path: Path | None = None
        self._columns: Columns | None = None

    def open(self, path: Path, columns: bool) -> None:
        """Open the store of a generation; its columns, where they are wanted, when a query comes for them."""
        url = remote_address(path)
        if url:
            from .relay import fetch_over

            self.store = open_store(path, fetch_over(self._line, url))
        else:
            self.store = open_store(path)
        if self._columns is not None:
            self._columns.close()
        self._columns = None
        self._path = path if columns else None

    def begin(self, request: Request) -> tuple[Results, Engine]:
        """Begin to answer a query, and tell on which engine; raises what `begin` of the store raises.

        Whatever columns do not answer the store does: nothing of an answer is out by then.
        """
        engine: Engine = STORE
        if self._path is not None and looks_heavy(request.text) and (self._path / FOLDER).is_dir():
            from ..columns.relations import Unsupported

            try:
                if (results := self._on_columns(request)) is not None:
                    return results, COLUMNS
            except (QuerySyntax, NotAcceptable):
                raise
            except (Unsupported, MemoryError):
                pass
            except Exception:  # damaged files, mostly: told to the pool, which has a log
                engine = FALLEN
                self._path = None
        return begin(self.store, request), engine

    def _on_columns(self, request: Request) -> Results | None:
        from ..columns.choice import begin_on_columns

        if self._columns is None:
            self._columns = self._opened()
        return None if self._columns is None else begin_on_columns(self._columns, request)

    def _opened(self) -> Columns | None:
        """Open the columns; None where they are not made after all."""
        from ..columns.engine import Columns

        assert self._path is not None
        with suppress(FileNotFoundError):  # taken away meanwhile
            columns = Columns(self._path / FOLDER, self._path.name, self._memory // _PART)
            self._grown()
            return columns
        return None
