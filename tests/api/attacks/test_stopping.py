"""What costs much ends with who waits for it, and with the service: analyses, scenarios and batches of names without end."""

import asyncio
import itertools
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from ancrage.api.analysis.analyses import Analyses
from ancrage.api.analysis.openapi import LONGEST_ASSUMPTION, MOST_ASSUMPTIONS
from ancrage.api.reconciliation import candidates
from ancrage.api.reconciliation.request import MOST_TEXTS, Question
from ancrage.graph.pool.blocking import QueryTimeout
from ancrage.graph.region.stopping import Stopped, stopped_when
from ancrage.graph.region.view import RegionView
from ancrage.graph.scenarios.comparison import compare
from ancrage.graph.scenarios.reading import read_scenario
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots

PATIENCE = 20.0
"""Seconds that work without end would go on, if nothing stopped it."""
JSON = "application/json"


@pytest.fixture
def snapshot(example_data_dir: Path) -> Snapshot:
    found = Snapshots(example_data_dir).current()
    assert found is not None
    return found


class _Work:
    """Steps until `PATIENCE` is over: `began`, how many `steps` there were, whether it came to its `end`."""

    def __init__(self) -> None:
        self.began, self.steps, self.end = threading.Event(), 0, False

    def __call__(self, view: RegionView) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                view.once(_nothing)
            except Exception:  # as pages have it: one part that fails leaves the others
                continue
            self.steps += 1
            self.began.set()
        self.end = True


def _nothing(_: RegionView) -> int:
    return 0


def _sent(count: int, label: str = "Antenne") -> dict[str, Any]:
    lines = [f"open-branch 26113 '{label} {n}'" for n in range(count)]
    return {"name": "a", "label": "a", "assumptions": lines}


def test_work_that_nobody_waits_for_ends(snapshot: Snapshot) -> None:
    analyses = Analyses(lambda: snapshot, deadline=1.0)
    analyses.ahead(_nothing)
    work = _Work()

    async def ask() -> None:
        with pytest.raises(QueryTimeout):
            await analyses.run(work, client="10.0.0.1")
        assert await analyses.run(lambda _: "next", client="10.0.0.2") == "next"

    asyncio.run(ask())
    analyses.close()
    assert work.steps and not work.end


def test_what_is_for_all_goes_on(snapshot: Snapshot) -> None:
    analyses = Analyses(lambda: snapshot, deadline=0.2)
    analyses.ahead(_nothing)
    go, done = threading.Event(), threading.Event()

    def work(view: RegionView) -> None:
        go.wait(PATIENCE)
        view.once(_nothing)
        done.set()

    async def ask() -> None:
        with pytest.raises(QueryTimeout):
            await analyses.run(work)

    asyncio.run(ask())
    go.set()
    assert done.wait(PATIENCE)
    analyses.close()


def test_closing_stops_what_runs(snapshot: Snapshot) -> None:
    for illustrative in (False, True):
        analyses, work = Analyses(lambda: snapshot), _Work()
        analyses.begin(work, illustrative=illustrative)
        assert work.began.wait(PATIENCE)
        analyses.close()
        assert not work.end


def test_a_comparison_ends_soon_after_its_deadline(snapshot: Snapshot) -> None:
    scenario = read_scenario(_sent(MOST_ASSUMPTIONS))
    analyses = Analyses(lambda: snapshot, deadline=120)
    analyses.ahead(lambda view: compare(view, read_scenario(_sent(1))))
    begun = time.monotonic()
    analyses.ahead(lambda view: compare(view, scenario))
    whole = time.monotonic() - begun
    analyses._deadline = whole / 8

    async def ask() -> float:
        with pytest.raises(QueryTimeout):
            await analyses.run(lambda view: compare(view, scenario), client="10.0.0.1")
        left = time.monotonic()
        while analyses.waiting:
            await asyncio.sleep(0.01)
        return time.monotonic() - left

    assert asyncio.run(ask()) < whole / 3
    analyses.close()


def test_a_scenario_has_an_end(target: Any) -> None:
    for sent, said in (
        (_sent(MOST_ASSUMPTIONS + 1), f"{MOST_ASSUMPTIONS} hypothèses au plus"),
        (_sent(300), f"{MOST_ASSUMPTIONS} hypothèses au plus"),
        (_sent(1, "a" * LONGEST_ASSUMPTION), f"{LONGEST_ASSUMPTION} caractères au plus"),
    ):
        answer = target.ask("/api/v1/scenarios", "POST", json.dumps(sent).encode(), Content_Type=JSON)
        assert answer.status == 400 and said in answer.json()["detail_fr"]


def _names(queries: int, values: int) -> list[dict[str, Any]]:
    """Give questions of ten conditions, each of so many names that nothing has."""
    return [
        {
            "type": "Commune",
            "conditions": [
                {"matchType": "name", "propertyValue": [f"q{n}c{m}v{value}" for value in range(values)]}
                for m in range(10)
            ],
        }
        for n in range(queries)
    ]


def test_a_batch_of_names_has_an_end(target: Any) -> None:
    many = MOST_TEXTS // 20
    for body in ({"queries": _names(100, 40)}, {"queries": _names(2, many)[:2] + _names(1, 1)}):
        answer = target.ask(
            "/reconcile/1.0-draft/match", "POST", json.dumps(body).encode(), Content_Type=JSON
        )
        assert answer.status == 413 and str(MOST_TEXTS) in answer.json()["detail"]
    values = [{"pid": "commune-code", "v": [str(n) for n in range(50)]}] * 50
    old = {"q": {"query": "a", "type": "Commune", "properties": values}}
    answer = target.ask("/reconcile?" + urlencode({"queries": json.dumps(old)}))
    assert answer.status == 413 and str(MOST_TEXTS) in answer.json()["detail"]


def test_names_are_compared_while_somebody_waits() -> None:
    looks = itertools.count()
    entities: Any = SimpleNamespace(territories={"grenoble": ()})
    asked = Question(tuple(f"nowhere {n}" for n in range(MOST_TEXTS)), types=("Commune",))
    with pytest.raises(Stopped), stopped_when(lambda: next(looks) == 5):
        list(candidates._territories(entities, asked))
    assert next(looks) == 6


WAITS = """
import sys, time
import ancrage.graph.gaps
def gaps(*given, **named):
    print("begun", file=sys.stderr, flush=True)
    time.sleep(60)
ancrage.graph.gaps.gaps = gaps
from ancrage.api.cli import main; main()
"""


@pytest.fixture
def waiting_service(example_data_dir: Path, server_of: Callable[..., Any]) -> Iterator[Any]:
    """A service whose gaps take a minute without a step."""
    with server_of(example_data_dir, WAITS, ANCRAGE_DEADLINE="60") as target:
        yield target


def test_the_service_ends_while_an_analysis_runs(waiting_service: Any) -> None:
    asking = threading.Thread(target=waiting_service.ask, args=("/api/v1/gaps?territory=07",), daemon=True)
    asking.start()
    until = time.monotonic() + PATIENCE
    while "begun\n" not in waiting_service.log and time.monotonic() < until:
        time.sleep(0.1)
    assert "begun\n" in waiting_service.log
    waiting_service.process.send_signal(signal.SIGTERM)
    assert waiting_service.process.wait(2 * PATIENCE) == 0  # far from the minute that the analysis takes
