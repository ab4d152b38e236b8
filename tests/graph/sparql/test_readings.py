"""The tokens and the guard see what the engine reads, in texts made to be misread."""

import os

from .readings import compare

MANY = int(os.environ.get("READINGS", "3000"))
"""Texts compared; 100,000 take a minute of processor time."""


def test_the_guard_sees_what_the_engine_reads() -> None:
    found = compare(MANY, seed=11)
    assert not found.differences, "\n".join(found.differences[:10])
    assert found.accepted > found.texts / 10
    assert found.calls > found.texts / 100
