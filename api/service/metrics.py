"""What the service counts, in Prometheus' form: requests, queries, query processes, cache, publication."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from itertools import accumulate
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from ...words import N_
from ..web.page_error import PageError

router = APIRouter(tags=["exploitation"])

TEXT = "text/plain; version=1.0.0; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])

#: What became of a query, by the status of its answer.
OUTCOMES = {
    200: "ok", 304: "ok", 400: "syntax", 403: "refused", 406: "refused", 413: "refused", 415: "refused",
    422: "exhausted", 429: "busy", 503: "busy", 504: "timeout",
}  # fmt: skip


@dataclass
class Latencies:
    """Durations of one route: how many fall in each of BUCKETS and beyond, and their sum in seconds."""

    counts: list[int]
    total: float = 0.0


class Metrics:
    """The counts of one application, kept as plain numbers; Prometheus' form is made when it is read.

    Counting and reading both happen on the thread of the event loop. `gauges` gives what only others know, at
    the time of reading. Routes are counted by their template, so that the series stay few.

    >>> metrics = Metrics()
    >>> metrics.count("/doc/{path}", "GET", 200, 0.003, 5120)
    >>> 'ancrage_http_requests_total{method="GET",route="/doc/{path}",status="200"} 1.0' in metrics.text()
    True
    """

    def __init__(self, gauges: Callable[[], Iterator[Metric]] = lambda: iter(())) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.latencies: dict[str, Latencies] = defaultdict(lambda: Latencies([0] * (len(BUCKETS) + 1)))
        self.queries: Counter[str] = Counter(dict.fromkeys(OUTCOMES.values(), 0))
        self.sent = 0
        self._gauges = gauges
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def count(self, route: str, method: str, status: int, seconds: float, size: int) -> None:
        """Count one answer."""
        self.requests[route, method if method in METHODS else "other", status] += 1
        latencies = self.latencies[route]
        latencies.counts[bisect_left(BUCKETS, seconds)] += 1
        latencies.total += seconds
        self.sent += size

    def text(self) -> str:
        """Write all the counts in Prometheus' form."""
        return generate_latest(self._registry).decode()

    def collect(self) -> Iterator[Metric]:
        """Give the counts to the registry."""
        requests = CounterMetricFamily(
            "ancrage_http_requests", "Answers, by route", labels=("route", "method", "status")
        )
        for (route, method, status), value in sorted(self.requests.items()):
            requests.add_metric((route, method, str(status)), value)
        yield requests
        durations = HistogramMetricFamily(
            "ancrage_http_request_duration_seconds", "Until the last byte is given", labels=("route",)
        )
        for route, latencies in sorted(self.latencies.items()):
            bounds = [*map(str, BUCKETS), "+Inf"]
            durations.add_metric(
                (route,), [*zip(bounds, accumulate(latencies.counts), strict=True)], latencies.total
            )
        yield durations
        yield CounterMetricFamily("ancrage_http_response_bytes", "Bytes of bodies", value=self.sent)
        queries = CounterMetricFamily(
            "ancrage_queries", "Queries at /sparql, by what became of them", labels=("outcome",)
        )
        for outcome, value in sorted(self.queries.items()):
            queries.add_metric((outcome,), value)
        yield queries
        yield from self._gauges()


def gauges_of(app: FastAPI) -> Iterator[Metric]:
    """Read what the query processes, the cache of answers and the publications say of themselves."""
    pool = app.state.pool
    workers = GaugeMetricFamily("ancrage_workers", "Query processes, by state", labels=("state",))
    workers.add_metric(("busy",), pool.busy)
    workers.add_metric(("idle",), pool.alive - pool.busy)
    yield workers
    yield CounterMetricFamily("ancrage_workers_lost", "Query processes that a query ended", value=pool.lost)
    yield GaugeMetricFamily("ancrage_queries_running", "Queries that have a turn", value=pool.turns.running)
    yield GaugeMetricFamily("ancrage_queries_waiting", "Queries that wait for one", value=pool.turns.waiting)
    yield GaugeMetricFamily("ancrage_workers_isolated", "1 if none can reach a network", value=pool.isolated)
    answers = getattr(app.state, "answers", None)
    if answers is not None:
        yield CounterMetricFamily("ancrage_cache_hits", "Answers found in the cache", value=answers.hits)
        yield CounterMetricFamily("ancrage_cache_misses", "Answers not found there", value=answers.misses)
        yield GaugeMetricFamily("ancrage_cache_bytes", "Bytes of the cache of answers", value=answers.bytes)
    snapshot = pool.snapshots.current()
    if snapshot is not None:
        yield InfoMetricFamily("ancrage_snapshot", "The current publication", value={"id": snapshot.id})
        age = (datetime.now(UTC) - snapshot.created).total_seconds()
        yield GaugeMetricFamily("ancrage_snapshot_age_seconds", "Since it was published", value=age)
        yield GaugeMetricFamily("ancrage_snapshot_quads", "Quads it holds", value=snapshot.quads)
    if (seconds := app.state.following.seconds()) is not None:
        yield GaugeMetricFamily(
            "ancrage_primary_age_seconds", "Since a replica last heard its primary", value=seconds
        )
    published = Counter(event["event"] for event in pool.snapshots.history())
    events = CounterMetricFamily("ancrage_publications", "Publications and rollbacks", labels=("event",))
    for event in ("publish", "rollback"):
        events.add_metric((event,), published[event])
    yield events


@router.get("/metrics", summary="Mesures, pour Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    """Give the counts to who may read them: `ANCRAGE_METRICS_ALLOW`, this host alone by default."""
    if not may_read(request.client.host if request.client else "", request.app.state.settings.metrics_allow):
        raise PageError(403, N_("Les mesures ne sont pas publiques : voir ANCRAGE_METRICS_ALLOW."))
    kept: Metrics = request.app.state.metrics
    return Response(kept.text(), headers={"Content-Type": TEXT, "Cache-Control": "no-store"})


def may_read(client: str, networks: Any) -> bool:
    """Tell whether an address is in one of the networks; what is no address is in none.

    >>> may_read("10.1.2.3", ("10.0.0.0/8",)), may_read("192.0.2.1", ("127.0.0.0/8", "::1"))
    (True, False)
    """
    if "*" in networks:
        return True
    try:
        address = ip_address(client)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in ip_network(network) for network in networks)
