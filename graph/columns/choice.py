"""Which engine answers a query: columns for what counts, groups or sets apart much, the store for all the rest.

The rule is measured on the questions of `queries/` (`benchmarks/engines.py`). A text without a word of those in `glance` is
not parsed here at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Store

from ..snapshots.artifacts import derived_folder
from ..snapshots.reader import settle
from ..sparql.evaluation import Request, Results, begin
from ..sparql.limits import check_query
from .glance import COLUMNS, looks_heavy
from .layout import BadColumns
from .relations import Unsupported

if TYPE_CHECKING:
    from ..snapshots.snapshot import Snapshot
    from .compiler import Program
    from .engine import Columns

LEAST: Final = 50_000
"""Rows read from whole tables under which the store is as fast."""
_NOTHING: Final = Store()


def choose(columns: Columns, request: Request) -> Program:
    """Compile a query that columns answer; raises Unsupported with the reason why the store does, and what `begin` raises."""
    from .compiler import Dataset

    if not looks_heavy(request.text):
        raise Unsupported("it neither counts, groups nor sets apart")
    default, named = (
        None if graphs is None else frozenset(graphs)
        for graphs in (request.default_graphs, request.named_graphs)
    )
    program = columns.program(request.text, request.base, Dataset(default, named))
    rows = sum(rows for _, rows, bound in program.read if not bound)
    if rows < LEAST:
        raise Unsupported(f"it reads {rows} rows of whole tables, fewer than {LEAST}")
    return program


def explain(snapshot: Snapshot, text: str, default_graphs: Sequence[str] | None = None) -> Program | str:
    """Give the program that answers a query on the columns of a snapshot, or the reason why the store does.

    Raises what the store's reading of the text raises.
    """
    from .engine import Columns

    glance = check_query(text)
    request = settle(snapshot, text, glance, default_graphs=default_graphs)
    if begin(_NOTHING, request).kind != "select":
        return "it is not a SELECT"
    try:
        columns = Columns(derived_folder(snapshot) / COLUMNS, snapshot.id)
    except FileNotFoundError:
        return "the columns of this publication are not made"
    except BadColumns as error:
        return str(error)
    try:
        return choose(columns, request)
    except (Unsupported, BadColumns) as error:
        return getattr(error, "reason", str(error))
    finally:
        columns.close()


def begin_on_columns(columns: Columns, request: Request) -> Results:
    """Answer a query on columns, in the format that the store would choose.

    Raises Unsupported, BadColumns and MemoryError, with which it is the store's; QuerySyntax and NotAcceptable as `begin`, which
    reads the text first: what the engine does not take has no answer.
    """
    results = begin(_NOTHING, request)
    if results.kind != "select":
        raise Unsupported("it is not a SELECT")
    return replace(results, engine=columns.answer(choose(columns, request)))
