"""What an indicator was computed from: the frames that its formula read, so that it is computed anew only when they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from ..region.view import RegionView
from .declaration import Indicator
from .rows import this_year

T = TypeVar("T")
_CODE = Path(__file__).parents[1]
_RESTS_ON = ("indicators/*.py", "region/*.py", "analysis/access.py", "analysis/uncertainty.py")


@dataclass(frozen=True)
class Trace:
    """The frames that an indicator was computed from, by name, and the fingerprint of them and of its formula."""

    reads: tuple[str, ...]
    fingerprint: str


class Tracing:
    """A matter that notes which frames are read; what is made once keeps the frames it was made from.

    After a `former` matter, whose frames it has but for some, it takes over what that made of the same frames.

    >>> matter = RegionView(None, (), "s1", frames={"jobs": pl.DataFrame({"zone": ["z"]})})
    >>> tracing = Tracing(matter)
    >>> with tracing.noting() as reads:
    ...     _ = tracing.once(lambda matter: matter.frame("jobs"))
    >>> sorted(reads)
    ['jobs']
    """

    def __init__(self, matter: RegionView, former: Tracing | None = None) -> None:
        self._matter, self._former = matter, former
        self._notes: list[set[str]] = []
        self._made: dict[Callable[..., Any], tuple[object, frozenset[str]]] = {}
        self._digests: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._matter, name)

    @contextmanager
    def noting(self) -> Iterator[set[str]]:
        """Note the frames read until the end of the block."""
        reads: set[str] = set()
        self._notes.append(reads)
        try:
            yield reads
        finally:
            self._notes.pop()

    def frame(self, name: str) -> pl.DataFrame:
        """Give a frame of the matter, and note it."""
        for reads in self._notes[-1:]:
            reads.add(name)
        return self._matter.frame(name)

    def once(self, make: Callable[[RegionView], T]) -> T:
        """Give what a function makes of the matter, made once; note the frames that it was made from."""
        if make not in self._made:
            self._made[make] = self._taken(make) or self._make(make)
        found, from_ = self._made[make]
        for notes in self._notes[-1:]:
            notes |= from_
        return cast("T", found)

    def stand_in(self, make: Callable[[RegionView], T], other: Callable[[RegionView], T]) -> None:
        """Have `once` give for a function what another makes."""
        self._made[make] = self._taken(make) or self._make(other)

    def same(self, names: Iterable[str]) -> bool:
        """Tell whether these frames are those of the former matter, unchanged."""
        former = self._former
        return former is not None and all(
            self._matter.frame(one) is former._matter.frame(one) for one in names
        )

    def _make(self, make: Callable[[RegionView], Any]) -> tuple[object, frozenset[str]]:
        with self.noting() as reads:
            made = make(cast("RegionView", self))
        return made, frozenset(reads)

    def _taken(self, make: Callable[[RegionView], Any]) -> tuple[object, frozenset[str]] | None:
        """Take over what was made of a former matter, if the frames it was made from are the same.

        What read none may read them later: it is made anew.
        """
        if self._former is None:
            return None
        found = self._former._made.get(make) or self._former._taken(make)
        return found if found and found[1] and self.same(found[1]) else None

    def digest(self, name: str) -> str:
        """Give a digest of the rows of a frame, whatever their order."""
        if name not in self._digests:
            self._digests[name] = frame_digest(self._matter.frame(name))
        return self._digests[name]

    def fingerprint(self, one: Indicator, reads: tuple[str, ...]) -> str:
        """Give the fingerprint of an indicator computed from these frames of this matter."""
        matter = self._matter
        told = [repr(one), code_digest(), this_year(matter), matter.within, str(matter.illustrative)]
        told += [f"{name} {self.digest(name)}" for name in reads]
        return sha256("\n".join(told).encode()).hexdigest()[:32]


def frame_digest(frame: pl.DataFrame) -> str:
    """Give a digest of the rows of a frame, whatever their order.

    >>> one, other = pl.DataFrame({"a": [1, 2]}), pl.DataFrame({"a": [2, 1]})
    >>> frame_digest(one) == frame_digest(other), frame_digest(one) == frame_digest(one.head(1))
    (True, False)
    """
    told = [pl.__version__, str(frame.height), *(f"{name} {kind}" for name, kind in frame.schema.items())]
    if frame.width:
        told += [str(frame.hash_rows(seed).cast(pl.Decimal(38)).sum()) for seed in (1, 2)]
    return sha256("\n".join(told).encode()).hexdigest()[:32]


@cache
def code_digest() -> str:
    """Give a digest of the code of the formulas and of what they rest on."""
    digest = sha256()
    for path in [path for pattern in _RESTS_ON for path in sorted(_CODE.glob(pattern))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


def traces_to_frame(traces: Mapping[str, Trace]) -> pl.DataFrame:
    """Give traces as a frame: indicator, reads (names and blanks), fingerprint."""
    rows = [(name, " ".join(one.reads), one.fingerprint) for name, one in traces.items()]
    return pl.DataFrame(
        rows, schema=dict.fromkeys(("indicator", "reads", "fingerprint"), pl.String), orient="row"
    )


def traces_from_frame(frame: pl.DataFrame) -> dict[str, Trace]:
    """Read the traces that `traces_to_frame` wrote.

    >>> traces_from_frame(traces_to_frame({"a": Trace(("jobs", "parts"), "f")}))["a"].reads
    ('jobs', 'parts')
    """
    return {name: Trace(tuple(reads.split()), fingerprint) for name, reads, fingerprint in frame.iter_rows()}
