"""What becomes of needs, in figures that always have their denominator: one function for pages, exports and API."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from ...words import N_, Message
from ..operations.store import moment, utc
from .ledger import Match, Need, match_name
from .states import Conclusion, NeedState

Conclusions = Mapping[str, Mapping[str, str]]
By = Literal["all", "type", "theme", "territory", "candidate", "relay"]
DAYS = (3, 5, 7)
"""Days within which a need should be taken in charge."""


@dataclass(frozen=True)
class Rate:
    """A share: `part` needs, or structures, of `whole`; its `key` is that of `MEASURES`, `group` whom it is of (empty: all)."""

    group: str
    key: str
    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """The share; None of nothing.

        >>> Rate("", "helped", 1, 4).share, Rate("", "helped", 0, 0).share
        (0.25, None)
        """
        return self.part / self.whole if self.whole else None


MEASURES: dict[str, tuple[Message, Message]] = {
    "sent": (N_("Transmises à un candidat au moins"), N_("demandes acceptées")),
    **{
        f"taken-{days}": (
            N_("Prises en charge en {days} jours au plus", days=days),
            N_("demandes transmises, dont ce délai est passé ou qui ont été prises en charge"),
        )
        for days in DAYS
    },
    "helped": (N_("Aide proposée"), N_("demandes transmises")),
    "agreed": (N_("Accord conclu"), N_("demandes transmises")),
    "realised": (N_("Accord réalisé"), N_("demandes transmises")),
    "nobody": (N_("Sans candidat proposé"), N_("demandes acceptées")),
    "answered": (N_("Demandeurs qui ont dit ce qu’il en est advenu"), N_("demandes closes")),
    "useful": (N_("Demandeurs qui ont trouvé cela utile"), N_("demandeurs qui ont répondu")),
    "repeated": (
        N_("Structures qui ont demandé de nouveau, un autre jour"),
        N_("structures qui ont demandé"),
    ),
}
"""What is counted, and of what; shares are of all, but what was useful: who is silent has not found it useless.

A structure asked again where two of its accepted needs were filed on different days; of a group, where both are of it. It is
known by its SIREN, where it gave none by its public name and the territory.
"""


def rates(
    needs: Iterable[Need],
    now: str,
    by: By = "all",
    *,
    relays: Collection[str] = (),
    conclusions: Conclusions = MappingProxyType({}),
    illustrative: bool = False,
) -> list[Rate]:
    """Count what became of accepted needs at a time, for all or by group; illustrative ones apart from the others.

    Those that were withdrawn since are counted: who gave up got no answer; those that the desk declined since, as one that says
    again what another says, are none. A theme is what a need is about (a path), empty where
    it says none; a need of several counts in each. A territory is its path, which tells homonyms apart. `relays` are the
    organisations (paths) that relay; `conclusions` what agreements of internship say came of matches, by the names of
    these, whatever the desk said before.
    A need whose solicitation was taken back is one that was sent; of a candidate that one did not ask any more, it is not.

    A delay counts for needs that had the time: those taken within it, and those sent longer ago than it.
    """
    groups: dict[str, list[Need]] = {}
    for need in needs:
        declined = need.stage is NeedState.DECLINED
        if not need.accepted or declined or need.illustrative != illustrative:
            continue
        for group, part in _groups(need, by, relays):
            groups.setdefault(group, []).append(part)
    if by == "all":
        groups.setdefault("", [])
    alone = by in ("candidate", "relay")
    return [
        rate
        for group in sorted(groups)
        for rate in _of_group(group, groups[group], now, conclusions, alone=alone)
    ]


def _groups(need: Need, by: By, relays: Collection[str]) -> Iterator[tuple[str, Need]]:
    """Give the groups that a need counts in; that of a candidate, or a relay, asked has what became of it with that one alone."""
    if by in ("candidate", "relay"):
        for match in need.matches.values():
            if match.sent and (by == "candidate" or match.provider in relays):
                yield match.name, replace(need, matches={match.candidate: match})
    elif by == "theme":
        yield from ((theme, need) for theme in need.about or ("",))
    else:
        yield need.type if by == "type" else need.territory if by == "territory" else "", need


def _of_group(
    group: str, needs: list[Need], now: str, conclusions: Conclusions, *, alone: bool
) -> list[Rate]:
    """Give the rates of a group; where it is of one structure `alone`, what requesters say is of the help that it gave."""
    sent = [need for need in needs if _first_sent(need)]
    closed = [need for need in sent if need.settled and (not alone or need.outcome is NeedState.HELPED)]
    judged = [need for need in closed if need.judged]
    counts = {
        "sent": (len(sent), len(needs)),
        "helped": (_count(sent, lambda need: need.outcome is NeedState.HELPED), len(sent)),
        "agreed": (
            _count(sent, lambda need: any(match.agreed for match in need.matches.values())),
            len(sent),
        ),
        "realised": (
            _count(
                sent,
                lambda need: any(_took_place(need, match, conclusions) for match in need.matches.values()),
            ),
            len(sent),
        ),
        "nobody": (_count(needs, lambda need: not need.matches), len(needs)),
        "answered": (len(judged), len(closed)),
        "useful": (_count(judged, lambda need: bool(need.satisfaction.get("useful"))), len(judged)),
        "repeated": _repeated(needs),
    }
    delays = [(_first_sent(need), _delay(need)) for need in sent]
    counts |= {f"taken-{days}": _within(delays, days, now) for days in DAYS}
    return [Rate(group, key, *counts[key]) for key in MEASURES]


def _repeated(needs: list[Need]) -> tuple[int, int]:
    """Count the structures that asked on several days, and all that asked."""
    days: dict[tuple[str, ...], set[str]] = {}
    for need in needs:
        name = (need.siren,) if need.siren else (need.structure.casefold(), need.territory)
        days.setdefault(name, set()).add(need.filed[:10])
    return sum(1 for asked in days.values() if len(asked) > 1), len(days)


def _within(delays: list[tuple[str, timedelta | None]], days: int, now: str) -> tuple[int, int]:
    """Count the needs taken within some days of their sending, and those beside that have had these days."""
    term, since = timedelta(days=days), _ago(now, days)
    within = sum(1 for _, delay in delays if delay is not None and delay <= term)
    late = sum(1 for first, delay in delays if (delay is None or delay > term) and first <= since)
    return within, within + late


def _count(needs: Iterable[Need], wanted: Callable[[Need], bool]) -> int:
    return sum(1 for need in needs if wanted(need))


def _took_place(need: Need, match: Match, conclusions: Conclusions) -> bool:
    told = conclusions.get(match_name(need, match)) or match.conclusion
    return told.get("outcome") == Conclusion.REALISED


def _first_sent(need: Need) -> str:
    return min((match.first_sent for match in need.matches.values() if match.first_sent), default="")


def _delay(need: Need) -> timedelta | None:
    """Give the time from the first sending of a need to the first time that somebody took it; None when nobody did."""
    taken = [match.first_taken for match in need.matches.values() if match.first_taken]
    return moment(min(taken)) - moment(_first_sent(need)) if taken else None


def _ago(now: str, days: int) -> str:
    return utc(moment(now) - timedelta(days=days))
