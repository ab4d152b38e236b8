"""Answers kept in memory: compressed where that helps, bounded in bytes, the least recently used dropped first."""

from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache

#: Longest answer kept, in bytes as it is kept.
LARGEST = 2 << 20


@dataclass
class CacheEntry:
    """An answer: its headers, its tag, and its body, in the content coding `coding` ("gzip", or empty as it was made).

    `day` is the day that the answer holds for, where it does not hold for others; `route` is the template of the route that
    gave it.
    """

    headers: list[tuple[bytes, bytes]]
    tag: str
    modified: str
    body: bytes
    coding: str = ""
    day: str = ""
    route: str = ""

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return len(self.body) + 2048


class Answers(LRUCache[tuple[Any, ...], CacheEntry]):
    """Answers by key, at most `capacity` bytes of them, none above two megabytes; the least recently used go first.

    >>> answers = Answers(5000)
    >>> for name in "abc":
    ...     answers.keep((name,), CacheEntry([], name, "", b""))
    >>> answers.get(("a",)) is None, answers.currsize
    (True, 4096)
    """

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity, lambda answer: answer.size)

    def keep(self, key: tuple[Any, ...], answer: CacheEntry) -> None:
        """Keep an answer, unless it is too large."""
        if answer.size <= min(LARGEST, self.maxsize):
            self[key] = answer
