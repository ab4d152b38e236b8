"""iCalendar files (RFC 5545) as rows of text: one for each VEVENT, with its dates, by `icalendar` and `recurring-ical-events`."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component
from icalendar.parser import Contentline
from recurring_ical_events import of  # type: ignore[import-untyped]

from ...ontology.vocabulary import ID
from ...words import N_, NN_, Spoken
from ..sources.declaration import SourceError

SPAN = timedelta(days=731)
"""How long a rule is followed: two years."""
MOST = 500
"""Dates of one event that are read."""
ZONE = "Europe/Paris"
"""The clocks of what is written in universal time, where the calendar names none."""
OWN = ("uid", "subject", "dates", "occurrence", "unread")
"""What is no property: for the UID; title and categories; the dates; the day of a rule that is replaced; what cannot be read."""
_EVER = date(1900, 1, 1), date(2200, 1, 1)
_DATED = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_SEVERAL = ("RDATE", "EXDATE")
_MARK = "X-ANCRAGE-LINE"

Row = dict[str, str]


@dataclass(frozen=True)
class EventTable:
    """The events of a calendar: properties of any, a row each (text by property), the line where each begins, what is told."""

    header: Sequence[str]
    rows: Sequence[Row]
    lines: Sequence[int]
    told: Sequence[Spoken]


def event_table(text: str, path: Path) -> EventTable:
    """Read the text of a calendar.

    Events that are private, not confirmed, or of the graph itself are left out, and told. `uid` stands for the
    UID, which may be an e-mail. `dates` is a list of objects: `day` and `until`, the first and last day; `begin`
    and `end`, the moments on the clocks of the event's zone, null where it lasts whole days.

    Raises:
        SourceError: the text is no calendar, or not a whole one; the sentence names the line.
    """
    numbers = (text.count("\n", 0, found.start()) + 1 for found in _marks(text, "BEGIN:VEVENT"))
    rows: dict[int, Row] = {}
    told: list[Spoken] = []
    left = 0
    for calendar in _calendars(text, path):
        components = calendar.walk("VEVENT")
        events = dict(zip(islice(numbers, len(components)), components, strict=True))
        public = {line: event for line, event in events.items() if _announced(event)}
        left += len(events) - len(public)
        made_on = max((day for event in components for day in _stamps(event)), default=None)
        reading = _Reading(path.name, _zone(calendar), made_on, told)
        for series in _by_uid(public):
            rows |= _series(series, reading)
    if left:
        told.append(
            NN_(
                "{file} : {n} évènement privé, à confirmer ou venu du graphe n'est pas lu.",
                "{file} : {n} évènements privés, à confirmer ou venus du graphe ne sont pas lus.",
                left,
                file=path.name,
            )
        )
    lines = sorted(rows)
    names = {name for row in rows.values() for name in row if name not in OWN}
    return EventTable([*sorted(names - {"UID"}), *OWN], [rows[line] for line in lines], lines, told)


@dataclass(frozen=True)
class _Reading:
    """What the events of a calendar are read with: file, clocks of universal time, the day it was made, what is told."""

    file: str
    zone: tzinfo
    made_on: date | None
    told: list[Spoken]

    def local(self, moment: date) -> datetime:
        """Return a moment as the clocks of its zone show it; a day as its midnight."""
        if not isinstance(moment, datetime):
            return datetime.combine(moment, time())
        return (moment.astimezone(self.zone) if moment.tzname() == "UTC" else moment).replace(tzinfo=None)


def _marks(text: str, mark: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"^{mark}[ \t]*\r?$", text, re.MULTILINE | re.IGNORECASE)


def _calendars(text: str, path: Path) -> list[Component]:
    if next(_marks(text, "BEGIN:VCALENDAR"), None) is None:
        raise SourceError(
            N_("{file} n'est pas un calendrier : il n'a pas de ligne BEGIN:VCALENDAR.", file=path.name),
            file=path,
        )
    for name in ("VCALENDAR", "VEVENT"):
        begun, ended = (sum(1 for _ in _marks(text, f"{mark}:{name}")) for mark in ("BEGIN", "END"))
        if begun != ended:
            raise SourceError(
                N_(
                    "{file} n'est pas entier : {begun} lignes BEGIN:{name}, {ended} lignes END:{name}.",
                    file=path.name,
                    name=name,
                    begun=begun,
                    ended=ended,
                ),
                file=path,
            )
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # guesses of zones
            return list(Calendar.from_ical(text, multiple=True))
    except ValueError as error:
        line = _wrong_line(text)
        raise SourceError(
            N_("{file}, ligne {line} : ce n'est pas une ligne d'iCalendar.", file=path.name, line=line),
            file=path,
            row=line,
        ) from error


def _wrong_line(text: str) -> int:
    """Return the number of the first line that is no property; the last where each is."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line and line[0] not in " \t":
            folded = "".join([line, *_folds(lines[number:])])
            try:
                Contentline(folded).parts()  # type: ignore[no-untyped-call]
            except ValueError:
                return number
    return len(lines)


def _folds(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if not line[:1].isspace():
            return
        yield line[1:]


def _announced(event: Component) -> bool:
    """Tell whether an event is public, no draft, and none that the graph itself gave."""
    public = _text(event, "CLASS").upper() in ("", "PUBLIC") and _text(event, "STATUS").upper() != "TENTATIVE"
    return public and not _text(event, "UID").startswith(ID)


def _by_uid(events: Mapping[int, Component]) -> Iterable[dict[int, Component]]:
    found: dict[str, dict[int, Component]] = defaultdict(dict)
    for line, event in events.items():
        found[_text(event, "UID") or f"line {line}"][line] = event
    return found.values()


def _zone(calendar: Component) -> tzinfo:
    try:
        return ZoneInfo(_text(calendar, "X-WR-TIMEZONE") or ZONE)
    except (ValueError, OSError, KeyError):
        return ZoneInfo(ZONE)


def _series(events: Mapping[int, Any], reading: _Reading) -> dict[int, Row]:
    """Return the rows of what shares a UID, by line; those that no date is left to are none."""
    rows = {line: _properties(event) for line, event in events.items()}
    unread = next(filter(None, map(_unread, events.values())), "")
    dates: dict[int, list[dict[str, str | None]]] = defaultdict(list)
    if not unread:
        try:
            for one in _occurrences(events, reading):
                dates[int(str(one[_MARK]))].append(_day(one, reading))
        except (ValueError, TypeError, OverflowError):  # what dates and rules raise that do not go together
            unread = "; ".join(
                f"{name}:{row[name]}" for row in rows.values() for name in _DATED if name in row
            )
            dates.clear()
    if unread:
        return {line: row | {"unread": unread, "dates": "[]"} for line, row in rows.items()}
    for line, event in events.items():
        if (replaced := event.get("RECURRENCE-ID")) is not None:
            rows[line]["occurrence"] = reading.local(replaced.dt).strftime("%Y%m%d")
        if line in dates:
            rows[line]["dates"] = json.dumps(dates[line])
    return {line: row for line, row in rows.items() if line in dates or "DTSTART" not in row}


def _occurrences(events: Mapping[int, Any], reading: _Reading) -> list[Any]:
    """Return the occurrences of a series, each with its line; of one that has a rule, those of two years: the rest is told."""
    calendar = Calendar()
    for line, event in events.items():
        if "DTSTART" in event:
            event.add(_MARK, str(line))
            calendar.add_component(event)
    known: Any = of(calendar)
    ruled = [(line, event) for line, event in events.items() if "RRULE" in event and "DTSTART" in event]
    if not ruled:
        found = known.between(*_EVER)
    else:
        line, event = ruled[0]
        start = reading.local(event["DTSTART"].dt).date()
        first = max(start, reading.made_on - SPAN / 2) if reading.made_on else start
        last = first + SPAN
        after = last + timedelta(days=1)
        found = [
            one for one in known.between(first, after) if reading.local(one["DTSTART"].dt).date() <= last
        ]
        later = (one for one in known.after(after) if reading.local(one["DTSTART"].dt).date() > last)
        if first > start or next(later, None) is not None:
            reading.told.append(
                N_(
                    "{file}, ligne {line} : l'évènement se répète ; seules ses dates du {first} au {last} sont lues.",
                    file=reading.file,
                    line=line,
                    first=first.isoformat(),
                    last=last.isoformat(),
                )
            )
    if len(found) > MOST:
        reading.told.append(
            N_(
                "{file}, ligne {line} : l'évènement a {count} dates, les {most} premières sont lues.",
                file=reading.file,
                line=min(events),
                count=len(found),
                most=MOST,
            )
        )
    return sorted(found, key=lambda one: reading.local(one["DTSTART"].dt))[:MOST]


def _day(one: Any, reading: _Reading) -> dict[str, str | None]:
    begun, ended = one["DTSTART"].dt, one["DTEND"].dt
    if not isinstance(begun, datetime):
        until = max(begun, ended - timedelta(days=1))
        return {"day": begun.isoformat(), "until": until.isoformat(), "begin": None, "end": None}
    begin = reading.local(begun)
    end = reading.local(ended.astimezone(begun.tzinfo) if begun.tzinfo and ended.tzinfo else ended)
    until = (end - timedelta(seconds=1)).date() if end - begin > timedelta(hours=18) else begin.date()
    return {
        "day": begin.date().isoformat(),
        "until": until.isoformat(),
        "begin": begin.isoformat(),
        "end": end.isoformat(),
    }


def _stamps(event: Component) -> Iterator[date]:
    for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED"):
        value = event.get(name)
        if not isinstance(value, str) and isinstance(moment := getattr(value, "dt", None), datetime):
            yield moment.astimezone(UTC).date()


def _unread(event: Component) -> str:
    """Return the first property about dates that cannot be understood, as it is written; empty where each can."""
    broken = {name: str(reason) for name, reason in event.errors}
    for name in _DATED:
        values = _values(event, name)
        if len(values) > 1 and name not in _SEVERAL:
            return f"{name}:{_text(event, name)}"
        for one in values:
            if name in broken or _strange(name, one):
                zone = getattr(one, "params", {}).get("TZID", "")
                return f"{name}{f';TZID={zone}' if zone else ''}:{_written(one)}"
    if not broken and _backwards(event):
        return f"DTEND:{_text(event, 'DTEND')}"
    odd = broken.get(None, "")  # a line that is no property, which one of its prose may be
    return odd if any(f"'{name}" in odd for name in _DATED) else ""


def _strange(name: str, value: Any) -> bool:
    """Tell whether a property of dates is a rule of many dates a day, of a zone that nobody knows, or no day where one is due."""
    if name == "RRULE":
        return _often(value)
    moments = [getattr(part, "dt", None) for part in getattr(value, "dts", [value])]
    zone = getattr(value, "params", {}).get("TZID", "")
    lost = bool(zone) and any(isinstance(dt, datetime) and dt.tzinfo is None for dt in moments)
    return lost or (name in ("DTSTART", "DTEND", "RECURRENCE-ID") and not all(map(_is_day, moments)))


def _backwards(event: Any) -> bool:
    """Tell whether an event ends before it begins, or is of days at one end and of hours at the other."""
    if "DTSTART" not in event or "DTEND" not in event:
        return False
    begun, ended = event["DTSTART"].dt, event["DTEND"].dt
    if isinstance(begun, datetime) != isinstance(ended, datetime):
        return True
    floating = isinstance(begun, datetime) and (begun.tzinfo is None) != (ended.tzinfo is None)
    return not floating and bool(ended < begun)


def _is_day(moment: object) -> bool:
    """Tell whether a value is a day or a moment, of the years in which rules are followed."""
    return isinstance(moment, date) and _EVER[0].year <= moment.year < _EVER[1].year


def _often(rule: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a rule has more than a few dates a day: no public event has."""
    return bool(
        {"SECONDLY", "MINUTELY", "HOURLY"} & {*rule.get("FREQ", ())} or {"BYSECOND", "BYMINUTE"} & {*rule}
    )


def _properties(event: Component) -> Row:
    row = {name: text for name in event if (text := _text(event, name))}
    if uid := row.pop("UID", ""):
        row["uid"] = hashlib.sha1(uid.encode(), usedforsecurity=False).hexdigest()[:12]
    row["subject"] = "; ".join(row[name] for name in ("SUMMARY", "CATEGORIES") if name in row)
    return row


def _values(event: Component, name: str) -> list[Any]:
    value = event.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(event: Component, name: str) -> str:
    """Return a property as text, a moment as ISO 8601, several values with semicolons between; empty where there is none."""
    return "; ".join(filter(None, map(_written, _values(event, name)))).strip()


def _written(value: Any) -> str:
    if isinstance(value, str | int):  # what cannot be read is the text that is written
        return str(value)
    if isinstance(moment := getattr(value, "dt", None), date):
        return moment.isoformat()
    if (several := getattr(value, "cats", None)) is not None:
        return "; ".join(map(str, several))
    written = value.to_ical()
    return written.decode() if isinstance(written, bytes) else str(written)
