"""Gaps of each kind that a territory has, counted before and after a scenario."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings.model import Report
from ..gaps import gaps
from ..region.gazetteer import Territory
from ..region.names import UnknownName
from ..region.view import RegionView
from .values import UNKNOWN, Value

FRAMES = frozenset(
    {
        *("programmes", "units", "interactions", "participations", "members", "chains", "hirings", "jobs"),
        *("requests", "relays", "preparations", "concepts", "sector-families"),
        *("places", "parts", "former"),
    }
)
"""The frames that gaps are found in; that of the territories tells no more than their names here."""
_Reports = dict[str, Report | None]


def gap_counts(kind: str, matter: RegionView, territories: Sequence[Territory]) -> list[Value]:
    """Count the gaps of one kind in each territory; missing where too little is known to look for any."""
    reports = matter.once(_reports)
    for one in territories:
        if one.id not in reports:
            reports[one.id] = _found(matter, one.id)
    return [_counted(reports[one.id], kind) for one in territories]


def _found(matter: RegionView, territory: str) -> Report | None:
    """Find the gaps of a territory; None for one that the matter does not have yet."""
    try:
        return gaps(matter, territory)
    except UnknownName:
        return None


def _counted(report: Report | None, kind: str) -> Value:
    found = report.of(kind) if report else ()
    if report is None or (not found and any(one.kind == kind for one in report.refusals)):
        return UNKNOWN
    return Value(float(len(found)))


def _reports(_: RegionView) -> _Reports:
    """Keep the gaps of each territory looked at."""
    return {}
