"""Whether the process lives, and whether it can answer: two questions that an orchestrator asks apart."""

import asyncio
from time import monotonic

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from ...graph.pool.blocking import NoSnapshot, PoolBusy, WorkerPool
from ...graph.snapshots.snapshot import UnknownSnapshot

router = APIRouter(tags=["exploitation"])

FRESH = 1.0
"""Seconds during which a probe's answer serves those who ask again: asking often costs nothing more."""

PROBE = 2.0
"""Seconds a query process may take for a query that asks nothing."""

_HEADERS = {"Cache-Control": "no-store"}


class Readiness:
    """Asks a query process the smallest query, one probe at a time, in a thread of its own.

    It takes the place of our own pages, which public queries cannot fill. `reason` is empty when all is well.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self.pool = pool
        self.reason = "not asked yet"
        self._until = 0.0
        self._lock = asyncio.Lock()
        self._thread = anyio.CapacityLimiter(1)

    async def ask(self) -> str:
        """Give the reason why the service cannot answer, or nothing."""
        async with self._lock:
            if monotonic() >= self._until:
                self.reason = await to_thread.run_sync(self._probe, limiter=self._thread)
                self._until = monotonic() + FRESH
            return self.reason

    def _probe(self) -> str:
        try:
            self.pool.snapshot()
            self.pool.query("ASK {}", deadline=PROBE)
        except NoSnapshot:
            return "nothing is published"
        except UnknownSnapshot:
            return "the publication is missing or damaged"
        except PoolBusy:
            return "no query process is free"
        except Exception as error:
            return f"query processes do not answer ({type(error).__name__})"
        return ""


@router.get("/healthz", summary="Le processus répond")
async def health() -> JSONResponse:
    """Say that the process answers; neither the data nor the query processes are looked at."""
    return JSONResponse({"status": "ok"}, headers=_HEADERS)


@router.get(
    "/readyz",
    summary="Le service peut répondre",
    responses={
        503: {
            "description": "Rien n’est publié, la publication est abîmée, ou aucun processus de requête ne répond"
        }
    },
)
async def ready(request: Request) -> JSONResponse:
    """Say whether a publication is there and a query process answers (else 503 and why), and how a replica follows."""
    readiness: Readiness = request.app.state.readiness
    if reason := await readiness.ask():
        return JSONResponse(
            {"status": "unavailable", "reason": reason} | request.app.state.following.state(),
            503,
            {**_HEADERS, "Retry-After": "5"},
        )
    told = {"status": "ok", "publication": readiness.pool.snapshot().id}
    return JSONResponse(told | request.app.state.following.state(), headers=_HEADERS)
