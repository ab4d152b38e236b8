"""What became of a request, an offer or an objective: its match, or the value of the indicator that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from ....words import N_, Said, Spoken
from .matter import PortraitData

POTENTIAL, DROPPED = "match-status/potential", "match-status/dropped"
Words = Spoken


def follow_up(seen: PortraitData, announcement: str) -> Words:
    """Say what became of a request or an offer that led to no interaction, by its latest match, in French and English.

    A match that is going on counts before one that was dropped; one without any status is potential.
    """
    latest: dict[str, tuple[str, str, str]] = {}
    rows = seen.by("all-matches", "announcement").of(announcement)
    for match, status, date, reason in rows.select("match", "status", "date", "reason"):
        latest[match] = max(latest.get(match, ("", "", "")), (date or "", status or POTENTIAL, reason or ""))
    if not latest:
        return N_("sans suite connue")
    going = [step for step in latest.values() if step[1] != DROPPED]
    _, status, reason = max(going or latest.values())
    if status != DROPPED:
        return N_("mise en correspondance : {status}", status=Said(seen.word, (status,)))
    if not reason:
        return N_("mise en correspondance abandonnée")
    return N_("mise en correspondance abandonnée : {reason}", reason=Said(seen.word, (reason,)))


def value_of(seen: PortraitData, row: Mapping[str, Any]) -> tuple[float | None, str]:
    """Give the last value of the indicator of an objective, and its period: observed, or computed here where it is.

    An objective that concerns a filière, a sector or a discipline is followed by their values alone: that of the whole is
    not its.
    """
    if row["observed"]:
        return number_of(row["observed"]), row["period"] or ""
    name = (row["indicator"] or "").rpartition("/")[2]
    about = pl.col("by").is_null() if row["about"] is None else pl.col("by") == row["about"]
    told = seen.cube.of_territory(row["territory"]).filter(
        (pl.col("indicator") == name) & about & pl.col("value").is_not_null()
    ).sort("period")  # fmt: skip
    if told.is_empty():
        return None, ""
    return float(told["value"][-1]), str(told["period"][-1])


def number_of(text: object) -> float | None:
    """Read a number; None for what is none."""
    try:
        return float(str(text))
    except ValueError:
        return None
