"""Answers kept in memory: as they were sent, bounded in bytes, the least recently used dropped first."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

#: Longest answer kept, in bytes.
LARGEST = 4 << 20


@dataclass
class CacheEntry:
    """An answer: its headers, its tag, its body, and the same compressed once somebody asked for that.

    `day` is the day that the answer holds for, where it does not hold for others.
    """

    headers: list[tuple[bytes, bytes]]
    tag: str
    modified: str
    body: bytes
    compressed: bytes = b""
    day: str = ""

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about: what it may be compressed to is counted from the start."""
        return len(self.body) * 5 // 4 + 2048


@dataclass
class LruCache:
    """Answers by key, at most `capacity` bytes of them; the least recently used go first.

    >>> shelf = LruCache(5000)
    >>> for name in "abc":
    ...     shelf.put((name,), CacheEntry([], name, "", b""))
    >>> shelf.get(("a",)) is None, shelf.bytes
    (True, 4096)
    """

    capacity: int
    kept: OrderedDict[tuple[Any, ...], CacheEntry] = field(default_factory=OrderedDict)
    bytes: int = 0

    def get(self, key: tuple[Any, ...]) -> CacheEntry | None:
        """Give the answer kept under the key, or None."""
        found = self.kept.get(key)
        if found is not None:
            self.kept.move_to_end(key)
        return found

    def put(self, key: tuple[Any, ...], answer: CacheEntry) -> None:
        """Keep an answer, unless it is too large."""
        if answer.size > min(LARGEST, self.capacity):
            return
        dropped = self.kept.pop(key, None)
        self.bytes += answer.size - (dropped.size if dropped else 0)
        self.kept[key] = answer
        while self.bytes > self.capacity:
            _, dropped = self.kept.popitem(last=False)
            self.bytes -= dropped.size
