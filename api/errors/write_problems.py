"""Errors of writes as HTTP: the rows of the table in `problems` that only `/update` and `/graphs` need."""

from collections.abc import Callable, Mapping
from typing import Any

from ...graph.snapshots.durable import StoreBusy
from ...graph.updates.evaluation import GraphExists, UnknownGraph
from ...graph.updates.working_copy import LocalBlankNode, ProtectedGraph
from ...loaders.write.request import (
    DataSyntax,
    EditExhausted,
    EditFailed,
    EditTimeout,
    InvalidEdit,
    StorageFailed,
)
from ...loaders.write.writer import Outdated
from ..web.bodies import BodyTooLarge

WRITE_PROBLEMS: Mapping[type[Exception], tuple[int, Callable[[Any], dict[str, Any]]]] = {
    DataSyntax: (
        400,
        lambda e: {
            "title": "The body is not in its syntax",
            "line": e.line,
            "column": e.column,
        },
    ),
    ProtectedGraph: (
        403,
        lambda e: {
            "title": "This graph is not written by hand",
            "graph": e.graph,
        },
    ),
    UnknownGraph: (
        404,
        lambda e: {
            "title": "No such graph",
            "graph": e.graph,
        },
    ),
    LocalBlankNode: (
        409,
        lambda e: {
            "title": "Blank nodes of a source",
            "graph": e.graph,
        },
    ),
    GraphExists: (
        409,
        lambda e: {
            "title": "The graph exists",
            "graph": e.graph,
        },
    ),
    Outdated: (
        412,
        lambda e: {
            "title": "The graph has changed",
            "snapshot": e.snapshot,
        },
    ),
    BodyTooLarge: (
        413,
        lambda e: {
            "title": "The body is too long",
            "detail": f"The body is longer than the limit of {e.limit} bytes.",
            "detail_fr": e.detail,
            "limit": e.limit,
        },
    ),
    InvalidEdit: (
        422,
        lambda e: {
            "title": "The graph would not conform to its shapes",
            "count": e.count,
            "violations": e.results,
        },
    ),
    EditExhausted: (
        422,
        lambda e: {
            "title": "The write needs too much",
        },
    ),
    EditFailed: (
        422,
        lambda e: {
            "title": "The write failed",
            "detail": "the write could not be done",  # the reason may name files of ours: the log has it
        },
    ),
    StoreBusy: (
        503,
        lambda e: {
            "detail": "another writer is at work",
            "retry_after": 5,
        },
    ),
    StorageFailed: (
        507,
        lambda e: {
            "title": "The disk refuses the write",
            "errno": e.errno,
        },
    ),
    EditTimeout: (
        504,
        lambda e: {
            "title": "The write took too long",
            "limit": e.deadline,
        },
    ),
}
"""From errors of writes to HTTP: the status, and what the problem tells beside its sentence."""
