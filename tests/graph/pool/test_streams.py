"""Answers on their way: held, spooled, cut and read in order."""

import asyncio
import hashlib
import json
import os
import time
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.pool.blocking import QueryExhausted, QuerySyntax, QueryTimeout, WorkerPool
from ancrage.graph.pool.errors import WorkerError
from ancrage.graph.pool.protocol import Head
from ancrage.graph.pool.scheduler import PoolBusy
from ancrage.graph.pool.streams import AnswerStream, Spooled
from ancrage.graph.pool.worker import Worker
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.snapshots.store import build_store
from ancrage.graph.sparql.formats import RESULTS

SNAPSHOT = Snapshot("20261124T160501Z-0a1b2c3d", Path("x"), {})
HEAD = Head("select", RESULTS[0])
ALL = "SELECT * { ?s ?p ?o }"
ROWS = 20_000
ENDLESS = "SELECT * { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z . ?d ?t ?u FILTER(?x != ?u) }"
LIGHT = "SELECT ?o { <http://e.org/1> ?p ?o }"


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def on_a_loop() -> None:
        asyncio.run(test())

    on_a_loop.__name__ = test.__name__
    return on_a_loop


async def rest(stream: AnswerStream) -> bytes:
    return b"".join([piece async for piece in stream])


@run
async def test_what_is_held_is_a_whole_answer_without_a_file() -> None:
    stream = AnswerStream(Spooled(100), held=10)
    stream.begin(HEAD, SNAPSHOT)
    assert stream.feed(b"abc")
    assert stream.whole is None
    assert stream.feed(b"de")
    stream.end()
    await stream.ready()
    assert stream.whole == b"abcde"
    assert await rest(stream) == b"abcde"


@run
async def test_more_goes_to_a_file_and_comes_back_in_order() -> None:
    spooled = Spooled(1000)
    stream = AnswerStream(spooled, held=10)
    stream.begin(HEAD, SNAPSHOT)
    sent = [bytes([65 + i]) * 7 for i in range(20)]
    for piece in sent[:10]:
        stream.feed(piece)
    await stream.ready()
    assert not stream.complete
    assert spooled.used == 56  # all but the first two
    read = await anext(stream)
    read += await anext(stream)
    assert spooled.used == 0
    for piece in sent[10:]:
        stream.feed(piece)
    stream.end()
    assert stream.whole is None
    read += await rest(stream)
    assert read == b"".join(sent)
    assert spooled.used == 0


@run
async def test_a_full_disk_of_answers_makes_processes_wait_until_one_is_read() -> None:
    spooled = Spooled(20)
    waked = []
    stream = AnswerStream(spooled, held=4)
    stream.begin(HEAD, SNAPSHOT)
    stream.on_room = lambda: waked.append(True)
    assert stream.feed(b"head")
    assert stream.feed(b"x" * 19)
    assert not stream.feed(b"y")
    assert await anext(stream) == b"head"
    assert not waked
    await anext(stream)
    assert waked == [True]
    assert spooled.used == 0


@run
async def test_an_answer_that_is_stopped_raises_after_what_came() -> None:
    stream = AnswerStream(Spooled(100), held=2)
    stream.begin(HEAD, SNAPSHOT)
    stream.feed(b"abc")
    await stream.ready()
    stream.fail(QueryTimeout(1.0))
    assert await anext(stream) == b"abc"
    with pytest.raises(QueryTimeout):
        await anext(stream)


@run
async def test_an_answer_that_is_stopped_before_its_first_bytes_are_due_has_none() -> None:
    stream = AnswerStream(Spooled(100), held=10)
    stream.begin(HEAD, SNAPSHOT)
    stream.feed(b"abc")
    stream.fail(QueryExhausted("memory"))
    with pytest.raises(QueryExhausted):
        await stream.ready()


@run
async def test_closing_gives_the_room_back() -> None:
    spooled = Spooled(100)
    stream = AnswerStream(spooled, held=1)
    stream.begin(HEAD, SNAPSHOT)
    stream.feed(b"a")
    stream.feed(b"bcd")
    assert spooled.used == 3
    await stream.aclose()
    assert spooled.used == 0


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streams")
    snapshots = Snapshots(folder)
    with snapshots.staging() as staging:
        path = staging / "all.nt"
        with path.open("w") as file:
            for i in range(ROWS):
                text = hashlib.sha256(str(i).encode()).hexdigest() * 2
                file.write(f'<http://e.org/{i}> <http://e.org/p> "{text}" .\n')
        quads = build_store([(path, "http://e.org/g")], staging / "store", merged=["http://e.org/g"])
        graphs = {"http://e.org/g": {"role": "base"}}
        snapshots.publish(staging / "store", {"quads": quads, "graphs": graphs, "merged": True})
    return folder


@asynccontextmanager
async def opened(data_dir: Path, **options: Any) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(data_dir, loop=asyncio.get_running_loop(), **options)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.aclose()


async def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


@pytest.fixture
def on_loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def test_a_large_answer_comes_in_pieces_and_is_the_whole_one(data_dir: Path, on_loop: asyncio.Runner) -> None:
    async def ask() -> None:
        async with opened(data_dir) as pool:
            stream = await pool.stream(ALL, accept="json", client="a")
            assert stream.kind == "select"
            assert stream.media_type == "application/sparql-results+json"
            assert stream.snapshot == pool.snapshot()
            pieces = [piece async for piece in stream]
            assert len(pieces) > 2
            assert len(json.loads(b"".join(pieces))["results"]["bindings"]) == ROWS
            assert pool.spooled.used == 0
            assert pool.turns.running == 0

    on_loop.run(ask())


def test_the_process_is_free_while_a_slow_client_reads(data_dir: Path, on_loop: asyncio.Runner) -> None:
    async def ask() -> None:
        async with opened(data_dir, size=1) as pool:
            stream = await pool.stream(ALL, accept="csv", client="slow")
            await until(lambda: pool.busy == 0)
            assert stream.complete
            assert pool.turns.running == 0
            assert pool.spooled.used > 1 << 20
            assert (await pool.stream(LIGHT, accept="csv", client="quick")).whole is not None
            assert (await rest(stream)).count(b"\r\n") == ROWS + 1
            assert pool.spooled.used == 0

    on_loop.run(ask())


def test_compressed_by_the_process_it_is_the_same_answer(data_dir: Path, on_loop: asyncio.Runner) -> None:
    async def ask() -> None:
        async with opened(data_dir) as pool:
            plain = await rest(await pool.stream(ALL, accept="tsv"))
            packed = await pool.stream(ALL, accept="tsv", packed=True)
            assert packed.packed
            data = await rest(packed)
            assert len(data) < len(plain) * 0.8
            assert zlib.decompress(data, 31) == plain
            small = await pool.stream(LIGHT, accept="tsv", packed=True)
            assert not small.packed

    on_loop.run(ask())


def test_a_deadline_after_the_first_bytes_cuts_the_answer(data_dir: Path, on_loop: asyncio.Runner) -> None:
    async def ask() -> None:
        async with opened(data_dir, size=1, deadline=1.0) as pool:
            stream = await pool.stream(ENDLESS, accept="json", client="a")
            got = 0
            with pytest.raises(QueryTimeout):
                async for piece in stream:
                    got += len(piece)
            assert got >= 1 << 20
            await until(lambda: len(pool._idle) == 4)
            assert pool.lost == 1

    on_loop.run(ask())


def test_an_answer_beyond_the_limit_is_cut_or_refused(data_dir: Path, on_loop: asyncio.Runner) -> None:
    async def ask() -> None:
        async with opened(data_dir, largest=3 << 20) as pool:
            stream = await pool.stream(ENDLESS, accept="json")
            with pytest.raises(QueryExhausted, match="more than 3145728 bytes"):
                await rest(stream)
            with pytest.raises(QueryExhausted, match="more than 1000 bytes"):
                await pool.stream(ALL, largest=1000)
            assert pool.lost == 0

    on_loop.run(ask())


def test_closing_a_stream_ends_its_query(data_dir: Path, on_loop: asyncio.Runner) -> None:
    async def ask() -> None:
        async with opened(data_dir, size=1) as pool:
            stream = await pool.stream(ENDLESS, accept="json", client="a")
            pid = next(iter(pool._busy)).pid
            await stream.aclose()
            await until(lambda: pool.turns.running == 0)
            await until(lambda: not Path(f"/proc/{pid}").exists())
            assert pool.spooled.used == 0

    on_loop.run(ask())


def test_cancelling_ends_the_query_and_a_query_that_waits(data_dir: Path, on_loop: asyncio.Runner) -> None:
    async def ask() -> None:
        async with opened(data_dir, size=1) as pool:
            tasks = [asyncio.ensure_future(pool.stream(HEAVY, client=name)) for name in ("a", "b", "c")]
            await until(lambda: pool.turns.running == 2 and pool.turns.waiting == 1)
            for task in reversed(tasks):  # who waits first: a turn that ends would begin its query
                task.cancel()
            await until(lambda: pool.turns.running == 0 and pool.turns.waiting == 0)
            await until(lambda: len(pool._idle) == 4)
            assert pool.lost == 2
            assert not pool.runs
            assert (await pool.stream(LIGHT, client="a")).whole

    on_loop.run(ask())


def test_an_abandoned_query_that_is_nearly_over_costs_no_process(
    data_dir: Path, on_loop: asyncio.Runner
) -> None:
    async def ask() -> None:
        async with opened(data_dir) as pool:
            for _ in range(20):
                task = asyncio.ensure_future(pool.stream(LIGHT, client="a"))
                await asyncio.sleep(0)
                task.cancel()
                await until(lambda: pool.turns.running == 0)
            assert pool.lost == 0

    on_loop.run(ask())


def test_short_queries_are_given_to_a_process_behind_each_other(
    data_dir: Path, on_loop: asyncio.Runner
) -> None:
    """All are answered, each with its own answer, also when one of them turns out to be long."""

    async def ask() -> None:
        async with opened(data_dir, size=1, share=100, queue=100, deadline=5) as pool:

            async def light(i: int) -> bool:
                text = f"SELECT ?s {{ VALUES ?s {{ <http://e.org/{i}> }} ?s ?p ?o }}"
                stream = await pool.stream(text, accept="csv", client="a")
                return stream.whole == f"s\r\nhttp://e.org/{i}\r\n".encode()

            assert all(await asyncio.gather(*(light(i) for i in range(60))))
            while not pool.pace.little:
                pool.pace.note(0.0001)
            heavy = asyncio.ensure_future(pool.stream(HEAVY, client="b", deadline=1.0))
            await asyncio.sleep(0)
            lights = [asyncio.ensure_future(light(i)) for i in range(40)]
            await asyncio.sleep(0)
            behind = [len(worker.asked) for worker in pool._busy]
            assert max(behind) > 1
            assert all(await asyncio.gather(*lights))
            assert not heavy.done()
            with pytest.raises((QueryTimeout, PoolBusy)):
                await heavy
            assert (pool.turns.running, pool.turns.waiting, pool.turns._pending) == (0, 0, {})
            await until(lambda: len(pool._idle) == 4)

    on_loop.run(ask())


def test_queries_behind_one_that_crashes_are_answered_elsewhere(
    data_dir: Path, on_loop: asyncio.Runner
) -> None:
    async def ask() -> None:
        async with opened(data_dir, size=1, share=100) as pool:
            while not pool.pace.little:
                pool.pace.note(0.0001)
            heavy = asyncio.ensure_future(pool.stream(HEAVY, client="b"))
            await asyncio.sleep(0)
            lights = [asyncio.ensure_future(pool.stream(LIGHT, client="a")) for _ in range(3)]
            async with asyncio.timeout(20):
                while not (victims := [worker for worker in pool._busy if len(worker.asked) == 4]):
                    await asyncio.sleep(0)
            (victim,) = victims
            os.kill(victim.pid, 9)
            for light in lights:
                assert (await light).whole
            with pytest.raises(QueryExhausted, match="SIGKILL"):
                await heavy

    on_loop.run(ask())


@pytest.mark.parametrize("opens", [True, False])
def test_a_process_that_dies_before_it_is_asked_is_told_as_such(
    data_dir: Path, on_loop: asyncio.Runner, opens: bool
) -> None:
    async def ask() -> None:
        async with opened(data_dir, size=1) as pool:
            open_current = pool.open_current

            async def dies(worker: Worker) -> Snapshot:
                pool.open_current = open_current  # type: ignore[method-assign]
                snapshot = pool.served()
                if opens:
                    snapshot = await open_current(worker)
                worker.kill()
                return snapshot if opens else await open_current(worker)

            for worker in pool._idle:
                worker.snapshot = ""
            pool.open_current = dies  # type: ignore[method-assign]
            with pytest.raises(WorkerError):  # the service tells it by 503
                await pool.stream(LIGHT)
            assert (await pool.stream(LIGHT)).whole

    on_loop.run(ask())


def test_errors_before_the_first_bytes_come_from_stream_itself(
    data_dir: Path, on_loop: asyncio.Runner
) -> None:
    async def ask() -> None:
        async with opened(data_dir, deadline=0.5) as pool:
            with pytest.raises(QuerySyntax):
                await pool.stream("SELEC")
            with pytest.raises(QueryTimeout):
                await pool.stream(HEAVY)
            with pytest.raises(RuntimeError, match="event loop"):
                pool.query(LIGHT)

    on_loop.run(ask())


def test_closing_the_pool_ends_what_runs_and_what_waits(data_dir: Path, on_loop: asyncio.Runner) -> None:
    async def ask() -> None:
        async with opened(data_dir, size=1) as pool:
            tasks = [asyncio.ensure_future(pool.stream(HEAVY, client=name)) for name in ("a", "b", "c")]
            await until(lambda: pool.turns.running == 2 and pool.turns.waiting == 1)
            await pool.aclose()
            for task in tasks:
                with pytest.raises((QueryExhausted, PoolBusy)):
                    await task
            with pytest.raises(PoolBusy):
                await pool.stream(LIGHT)

    on_loop.run(ask())
