"""Clients that ask for much computing at once: they wait behind themselves, and the others are served next."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

GREEDY, MODEST = "127.0.0.2", "127.0.0.3"
CLIENTS = 12


@pytest.fixture(scope="module")
def service(example_data_dir: Path, server_of: Callable[..., Any]) -> Iterator[Any]:
    with server_of(example_data_dir, ANCRAGE_DEADLINE="60") as target:
        yield target


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    ["/api/v1/gaps?territory=200040715&radius={}", "/territoires/epci/200040715/dossier.zip?lang=fr&n={}"],
)
def test_one_clients_analyses_leave_another_its_own(service: Any, path: str) -> None:
    assert service.ask("/api/v1/suggestions?subject=200040715", timeout=60).status == 200  # frames are read
    numbers, stop, told = itertools.count(1), threading.Event(), []

    def greedy(_: int) -> None:
        while not stop.is_set():
            radius = 100 + next(numbers) / 100  # no answer is kept for another
            told.append(
                service.ask(
                    f"/api/v1/suggestions?subject=200040715&radius={radius}", source=GREEDY, timeout=60
                )
            )
            stop.wait(0.1)

    with ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(greedy, n) for n in range(CLIENTS)]
        try:
            stop.wait(1)
            answers = [service.ask(path.format(20 + n), source=MODEST, timeout=60).status for n in range(6)]
        finally:
            stop.set()
        for one in asking:
            one.result()
    assert answers == [200] * 6
    refused = [one for one in told if one.status != 200]
    assert refused and {one.status for one in refused} == {429}
    assert all(int(one.headers["retry-after"]) >= 1 for one in refused)
