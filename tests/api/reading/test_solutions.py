"""What pages have read is kept in memory, and shared by the threads that make them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from ancrage.api.reading.solutions import Memory
from ancrage.words import Named


@pytest.fixture
def restless() -> Iterator[None]:
    """Have threads change places at nearly every step."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_names_are_kept_for_one_snapshot_and_bounded() -> None:
    memory = Memory(names=2)
    memory.learn("s1", {iri: Named(iri) for iri in "abc"})
    assert set(memory.names("s1", "abc")) == {"b", "c"}
    assert memory.names("s2", "abc") == {}


@pytest.mark.usefixtures("restless")
def test_threads_may_learn_names_and_read_them_at_once() -> None:
    """Names go while others read them: nobody finds one that is gone."""
    memory = Memory(names=50)

    def visit(start: int) -> None:
        for turn in range(300):
            iris = [str((start * 7 + turn * 3 + step) % 120) for step in range(30)]
            known = memory.names("s1", iris)
            memory.learn("s1", {iri: Named(iri) for iri in iris if iri not in known})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(visit, range(4)))
    assert len(memory.names("s1", map(str, range(120)))) == 50
