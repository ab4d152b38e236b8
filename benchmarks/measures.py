"""Rows of a benchmark's table: what was measured, its bar, whether it is met; printed or as JSON."""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Measure:
    """One measure: its `name`, the `bar`, what was `measured`, whether it is `met` (None: no claim), a `note`."""

    name: str
    bar: str
    measured: str
    met: bool | None = None
    note: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """The word for the last column."""
        return {True: "met", False: "NOT met", None: "–"}[self.met]


@dataclass(frozen=True)
class Ratio:
    """Ratios of interleaved rounds: their `median`, the least and the largest."""

    median: float
    least: float
    largest: float

    @classmethod
    def of(cls, ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
        """Divide round by round.

        >>> str(Ratio.of([2, 9], [1, 3]))
        '2.50 (2.00–3.00)'
        """
        parts = [a / b if b else math.nan for a, b in zip(ours, theirs, strict=True)]
        return cls(statistics.median(parts), min(parts), max(parts))

    def __str__(self) -> str:
        if self.least == self.largest:
            return f"{self.median:.2f}"
        return f"{self.median:.2f} ({self.least:.2f}–{self.largest:.2f})"


def cpu_seconds(run: Callable[[], object]) -> float:
    """Give the CPU seconds of a run."""
    start = time.process_time()
    run()
    return time.process_time() - start


def print_measures(title: str, measures: Sequence[Measure], *, as_json: bool) -> None:
    """Print a table, or the same as JSON."""
    if as_json:
        print(json.dumps({"title": title, "measures": [asdict(one) for one in measures]}, ensure_ascii=False))
        return
    heads = ("measure", "bar", "measured", "")
    lines = [(one.name, one.bar, one.measured, one.verdict) for one in measures]
    widths = [max(len(line[place]) for line in [heads, *lines]) for place in range(4)]
    print(title)
    for line, note in zip([heads, *lines], ["", *(one.note for one in measures)], strict=True):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if note:
            print(f"      {note}")
    judged = [one.met for one in measures if one.met is not None]
    print(f"{sum(judged)} of {len(judged)} bars met")
