"""The one table from errors to HTTP: the status, and what a problem tells beside its sentence, which the error says itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...graph.analysis.uncertainty import BadTable, TooFewData
from ...graph.pool.blocking import (
    ClientBusy,
    NoSnapshot,
    NotAcceptable,
    PoolBusy,
    QueryExhausted,
    QueryFailed,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    QueryTooComplex,
    QueryTooLarge,
    WorkerError,
)
from ...graph.region.names import SharedName, UnknownName
from ...graph.scenarios.assumptions import ScenarioError
from ...graph.snapshots.durable import StoreBusy
from ...graph.snapshots.opening import StoreElsewhere
from ...graph.snapshots.snapshot import UnknownSnapshot
from ...graph.sparql.federation import ServiceFailed
from ...graph.sparql.remote import RemoteFailed
from ...graph.updates.evaluation import GraphExists, UnknownGraph
from ...graph.updates.working_copy import LocalBlankNode, ProtectedGraph
from ...loaders.packages import PackageMissing
from ...loaders.write.request import (
    DataSyntax,
    EditExhausted,
    EditFailed,
    EditTimeout,
    InvalidEdit,
    StorageFailed,
)
from ...loaders.write.writer import Outdated
from ...queries.library import QueryNotFound
from ...queries.query import ParameterError
from ..render.spreadsheets import SheetTooSmall
from ..web import negotiation
from ..web.bodies import BodyTooLarge
from .nothing_said import NothingSaid

More = Callable[[Any], dict[str, Any]]

QUERIES: tuple[type[Exception], ...] = (
    *(QuerySyntax, QueryRefused, QueryExhausted, QueryFailed, QueryTimeout),
    *(NoSnapshot, UnknownSnapshot, PoolBusy, WorkerError, RemoteFailed),
)
"""What may become of the queries of a page."""


def _unknown(title: str) -> More:
    return lambda e: {
        "title": title,
        "kind": e.kind,
        "name": e.name,
        "nearest": [{"label": label, "iri": iri} for label, iri in e.nearest],
    }


PROBLEMS: Mapping[type[Exception], tuple[int, More]] = {
    QuerySyntax: (400, lambda e: {"line": e.line, "column": e.column} if e.line else {}),
    QueryTooComplex: (400, lambda e: {"line": e.line, "column": e.column, "limit": e.limit}),
    QueryRefused: (403, lambda e: {"line": e.line, "column": e.column}),
    NotAcceptable: (406, lambda e: {"formats": list(e.formats)}),
    QueryTooLarge: (413, lambda e: {"limit": e.limit}),
    QueryExhausted: (422, lambda e: {}),
    QueryFailed: (422, lambda e: {}),
    ClientBusy: (429, lambda e: {"retry_after": e.retry_after}),
    PoolBusy: (503, lambda e: {"retry_after": e.retry_after}),
    NoSnapshot: (503, lambda e: {"detail": "nothing is published yet", "retry_after": 30}),
    UnknownSnapshot: (503, lambda e: {"retry_after": 5}),
    WorkerError: (503, lambda e: {"retry_after": 5}),
    RemoteFailed: (502, lambda e: {"service": e.endpoint}),
    PackageMissing: (501, lambda e: {"package": e.package}),
    StoreElsewhere: (501, lambda e: {"service": e.endpoint}),
    ServiceFailed: (502, lambda e: {"service": e.endpoint}),
    QueryTimeout: (504, lambda e: {"limit": e.deadline}),
    ParameterError: (
        400,
        lambda e: {
            "title": "A parameter does not fit",
            "detail": e.told("en"),
            "query": e.query,
            "parameter": e.parameter,
            "nearest": list(getattr(e, "nearest", ())),
        },
    ),
    QueryNotFound: (404, lambda e: {"detail": e.told("en"), "nearest": list(e.nearest)}),
    negotiation.NotAcceptable: (
        406,
        lambda e: {"detail": e.told("en"), "formats": [one.name for one in e.offered]},
    ),
    SheetTooSmall: (
        422,
        lambda e: {
            "title": "The answer does not fit a worksheet",
            "detail": e.told("en"),
            "limit": e.limit,
        },
    ),
    DataSyntax: (
        400,
        lambda e: {"title": "The body is not in its syntax", "line": e.line, "column": e.column},
    ),
    ProtectedGraph: (403, lambda e: {"title": "This graph is not written by hand", "graph": e.graph}),
    UnknownGraph: (404, lambda e: {"title": "No such graph", "graph": e.graph}),
    LocalBlankNode: (409, lambda e: {"title": "Blank nodes of a source", "graph": e.graph}),
    GraphExists: (409, lambda e: {"title": "The graph exists", "graph": e.graph}),
    Outdated: (412, lambda e: {"title": "The graph has changed", "snapshot": e.snapshot}),
    BodyTooLarge: (
        413,
        lambda e: {
            "title": "The body is too long",
            "detail": f"The body is longer than the limit of {e.limit} bytes.",
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
    EditExhausted: (422, lambda e: {"title": "The write needs too much"}),
    EditFailed: (
        422,
        # the reason may name files of ours: the log has it
        lambda e: {"title": "The write failed", "detail": "the write could not be done"},
    ),
    StoreBusy: (503, lambda e: {"detail": "another writer is at work", "retry_after": 5}),
    StorageFailed: (507, lambda e: {"title": "The disk refuses the write", "errno": e.errno}),
    EditTimeout: (504, lambda e: {"title": "The write took too long", "limit": e.deadline}),
    UnknownName: (404, _unknown("No such name")),
    SharedName: (400, _unknown("Several have this name")),
    NothingSaid: (
        422,
        lambda e: {
            "title": "Too few data",
            "refusals": [
                {"kind": one.kind, "reason": dict(one.words), "found": one.found, "needed": one.needed}
                for one in e.refusals
            ],
        },
    ),
    TooFewData: (
        422,
        lambda e: {"title": "Too few data", "measure": e.measure, "found": e.found, "needed": e.needed},
    ),
    BadTable: (
        422,
        lambda e: {
            "title": "The measure has no meaning here",
            "measure": e.measure,
            "reason": e.reason,
        },
    ),
    ScenarioError: (400, lambda e: {"title": "The scenario does not make sense"}),
}
"""From errors to HTTP."""
