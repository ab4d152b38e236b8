"""The analyses of the application: one at a time, on the current snapshot, never too many waiting."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ancrage.api.analysis.analyses import WAITING, Analyses
from ancrage.graph.pool.blocking import ClientBusy, NoSnapshot, PoolBusy, QueryTimeout
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots


@pytest.fixture
def snapshot(example_data_dir: Path) -> Snapshot:
    found = Snapshots(example_data_dir).current()
    assert found is not None
    return found


@pytest.fixture
def analyses(snapshot: Snapshot) -> Iterator[Analyses]:
    made = Analyses(lambda: snapshot)
    yield made
    made.close()


def test_the_matter_is_read_once_a_snapshot(analyses: Analyses, snapshot: Snapshot) -> None:
    async def twice() -> tuple[RegionView, RegionView, RegionView]:
        first = await analyses.run(lambda matter: matter)
        again = await analyses.run(lambda matter: matter)
        return first, again, await analyses.run(lambda matter: matter, illustrative=True)

    first, again, illustrative = asyncio.run(twice())
    assert first is again
    assert first.snapshot == snapshot.id
    assert illustrative is not first and illustrative.illustrative and not first.illustrative


def test_another_publication_is_another_matter(example_data_dir: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(example_data_dir, tmp_path / "data", ignore=shutil.ignore_patterns("*.draft"))
    snapshots = Snapshots(tmp_path / "data")
    first = snapshots.current()
    assert first is not None
    shutil.copytree(first.store, tmp_path / "store")
    second = snapshots.publish(tmp_path / "store", dict(first.manifest))
    now = [first]
    analyses = Analyses(lambda: now[0])

    async def both() -> list[str]:
        seen = [await analyses.run(lambda matter: matter.snapshot)]
        now[0] = second
        return [*seen, await analyses.run(lambda matter: matter.snapshot)]

    assert asyncio.run(both()) == [first.id, second.id]
    analyses.close()


def test_they_run_one_at_a_time_and_too_many_are_told_to_come_back(snapshot: Snapshot) -> None:
    analyses = Analyses(lambda: snapshot, waiting=8)
    running, most = 0, 0
    go = threading.Event()

    def work(_: RegionView) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        go.wait(10)
        running -= 1
        return "done"

    async def crowd() -> list[str | BaseException]:
        asked = [asyncio.ensure_future(analyses.run(work, client=f"10.0.0.{n}")) for n in range(11)]
        await asyncio.sleep(0.05)
        go.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    given = asyncio.run(crowd())
    assert given.count("done") == 9  # one runs, eight wait
    busy = [one for one in given if isinstance(one, PoolBusy)]
    assert len(busy) == 2 and all(one.retry_after >= 1 for one in busy)
    assert most == 1
    assert analyses.waiting == 0
    analyses.close()


def test_a_client_waits_behind_itself_and_the_others_go_next(analyses: Analyses) -> None:
    share, order, go = WAITING // 4, list[str](), threading.Event()

    def work(name: str) -> Callable[[RegionView], None]:
        def done(_: RegionView) -> None:
            go.wait(10)
            time.sleep(0.6)  # more than what counts as little
            order.append(name)

        return done

    async def both() -> list[BaseException | None]:
        greedy = [
            asyncio.ensure_future(analyses.run(work("greedy"), client="10.0.0.1")) for _ in range(share + 2)
        ]
        await asyncio.sleep(0.05)
        modest = [asyncio.ensure_future(analyses.run(work("modest"), client="10.0.0.2"))]
        shared = asyncio.ensure_future(analyses.run(work("shared")))
        await asyncio.sleep(0.05)
        go.set()
        await asyncio.gather(*modest, shared)
        for one in greedy:
            one.cancel()
        return await asyncio.gather(*greedy, return_exceptions=True)

    given = asyncio.run(both())
    assert order[:3] == ["greedy", "shared", "modest"]
    refused = [one for one in given if isinstance(one, ClientBusy)]
    assert len(refused) == 2 and all(one.retry_after >= 1 for one in refused)


def test_an_answer_is_not_waited_for_beyond_the_deadline(snapshot: Snapshot) -> None:
    analyses = Analyses(lambda: snapshot, deadline=0.05)
    go = threading.Event()
    began: list[int] = []

    async def late() -> None:
        with pytest.raises(QueryTimeout):
            await analyses.run(lambda matter: go.wait(10), client="a")
        with pytest.raises(PoolBusy):  # it did not begin: it may come back
            await analyses.run(lambda matter: began.append(1), client="b")
        assert analyses.waiting == 1  # nothing stops what runs
        go.set()
        while analyses.waiting:
            await asyncio.sleep(0.001)

    asyncio.run(late())
    analyses.close()
    assert began == []  # nobody waited for it any more


def test_errors_come_through(analyses: Analyses) -> None:
    def fail(_: RegionView) -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        asyncio.run(analyses.run(fail))
    nothing = Analyses(_no_snapshot)
    with pytest.raises(NoSnapshot):
        asyncio.run(nothing.run(lambda matter: matter))
    nothing.close()


def _no_snapshot() -> Snapshot:
    raise NoSnapshot("/nowhere")


def test_it_reads_ahead(analyses: Analyses) -> None:
    analyses.warm()
    assert asyncio.run(analyses.run(lambda matter: matter.frame("places").height)) > 0


def test_an_answer_is_provisional_until_what_takes_long_is_there(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ancrage.graph.suggestions import trust

    told = [True]
    monkeypatch.setattr(trust, "pending", lambda _: told[0])
    hurried = Analyses(lambda: snapshot, hurried=True)
    asyncio.run(hurried.run(lambda matter: matter.hurried))
    assert hurried.provisional
    told[0] = False
    assert asyncio.run(hurried.run(lambda matter: matter.hurried))
    assert not hurried.provisional
    hurried.close()
