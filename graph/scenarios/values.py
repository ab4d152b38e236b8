"""A figure of a territory as scenarios compare it: a value, or why there is none, and what it was counted from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Value:
    """A figure of a territory: its `value`, or None with the `status` that tells why ("missing", "suppressed"…).

    `evidence` counts the items counted by their evidence status.
    """

    value: float | None
    status: str = "known"
    evidence: Mapping[str, int] = field(default_factory=dict)


UNKNOWN = Value(None, "missing")


def differ(before: Value, after: Value) -> bool:
    """Tell whether two values are not the same: beyond rounding, or known and not known.

    >>> differ(Value(1.0), Value(1.0 + 1e-12)), differ(UNKNOWN, Value(0.0))
    (False, True)
    """
    if before.value is None or after.value is None:
        return before.value is not after.value
    return abs(after.value - before.value) > 1e-9 * max(1.0, abs(before.value))
