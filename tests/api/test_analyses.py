"""The analyses of the application: one at a time, on the current snapshot, never too many waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ancrage.api.analysis.analyses import WAITING, Analyses
from ancrage.graph.matter import Matter
from ancrage.graph.snapshot import Snapshot, Snapshots
from ancrage.graph.workers import NoSnapshot, PoolBusy, QueryTimeout


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
    async def twice() -> tuple[Matter, Matter, Matter]:
        first = await analyses.run(lambda matter: matter)
        again = await analyses.run(lambda matter: matter)
        return first, again, await analyses.run(lambda matter: matter, illustrative=True)

    first, again, illustrative = asyncio.run(twice())
    assert first is again
    assert first.snapshot == snapshot.id
    assert illustrative is not first and illustrative.illustrative and not first.illustrative


def test_another_publication_is_another_matter(example_data_dir: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(example_data_dir, tmp_path / "data")
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


def test_they_run_one_at_a_time_and_too_many_are_told_to_come_back(analyses: Analyses) -> None:
    running, most = 0, 0
    go = threading.Event()

    def work(_: Matter) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        go.wait(10)
        running -= 1
        return "done"

    async def crowd() -> list[str | BaseException]:
        asked = [asyncio.ensure_future(analyses.run(work)) for _ in range(WAITING + 2)]
        await asyncio.sleep(0.05)
        go.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    given = asyncio.run(crowd())
    assert given.count("done") == WAITING
    busy = [one for one in given if isinstance(one, PoolBusy)]
    assert len(busy) == 2 and all(one.retry_after >= 1 for one in busy)
    assert most == 1
    assert analyses.waiting == 0


def test_an_answer_is_not_waited_for_beyond_the_deadline(snapshot: Snapshot) -> None:
    analyses = Analyses(lambda: snapshot, deadline=0.05)
    go = threading.Event()
    began: list[int] = []

    async def late() -> None:
        with pytest.raises(QueryTimeout):
            await analyses.run(lambda matter: go.wait(10))
        with pytest.raises(QueryTimeout):
            await analyses.run(lambda matter: began.append(1))

    asyncio.run(late())
    go.set()
    analyses.close()
    assert began == []  # nobody waited for it any more


def test_errors_come_through(analyses: Analyses) -> None:
    def fail(_: Matter) -> None:
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
