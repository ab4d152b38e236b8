"""Events as iCalendar (RFC 5545): whole days where no hour is told, hours in the zone of the place, by `icalendar`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from functools import lru_cache

from icalendar import Calendar, Timezone

from ....graph.region.agenda import AgendaEvent
from ....ontology.vocabulary import ID
from ...web.links import href
from ...web.negotiation import Language
from .reading import AgendaData, Feed, printable

ZONE = "Europe/Paris"
OVERSEAS = tuple(f"territory/{level}/{code}" for level in ("commune", "department") for code in ("97", "98"))
"""What begins the places whose clocks are not those of Paris: their hours are written without a zone."""
_LONGEST = 75
"""Octets of a line."""
_ESCAPES = (("\\", r"\\"), (";", r"\;"), (",", r"\,"), ("\n", r"\n"))


def calendar(known: AgendaData, events: Sequence[AgendaEvent], head: Feed) -> bytes:
    """Write events as a calendar to subscribe to."""
    made = Calendar()
    made.add("prodid", f"-//ancrage//agenda//{head.language.upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", head.name)
    made.add("x-wr-calname", head.name)
    made.add("description", head.about)
    made.add("x-wr-caldesc", head.about)
    made.add("source", head.address, parameters={"VALUE": "URI"})
    made.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT12H")
    hours = [one for one in events if one.opening and _zoned(one)]
    if hours:
        years = min(one.first.year for one in hours), max(one.last.year for one in hours)
        made.add("x-wr-timezone", ZONE)
        made.add_component(
            Timezone.from_tzid(ZONE, first_date=date(years[0] - 1, 1, 1), last_date=date(years[1] + 2, 1, 1))
        )
    begin, end = bytes(made.to_ical(sorted=False)).split(b"END:VCALENDAR")
    body = "".join([_event(known, one, head) for one in events])
    return begin + printable(body).replace("\n", "\r\n").encode() + b"END:VCALENDAR" + end


def _event(known: AgendaData, event: AgendaEvent, head: Feed) -> str:
    """Write an event, in lines that end as text does; the library would take a third of a millisecond, a feed has thousands."""
    language = head.language
    where, spot = known.where(event, language), known.agenda.position(event)
    page = f"{head.site}{href(ID + event.path)}"
    stamp = f"{(event.updated or head.stamp).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    begun, ended = moments(event)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{ID}{event.path}",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}" if event.updated else "",
        "SUMMARY:" + _text(titled(known, event, language)),
        f"DTSTART{begun}",
        f"DTEND{ended}" if ended else "",
        "" if event.opening else "TRANSP:TRANSPARENT",
        # one put off is not held on these days either
        "STATUS:CANCELLED" if event.off else "STATUS:CONFIRMED",
        "CATEGORIES:" + ",".join(map(_text, known.categories(event, language))),
        "LOCATION:" + _text(where) if where else "",
        f"GEO:{spot[0]};{spot[1]}" if spot is not None else "",
        "URL:" + "".join((event.homepage or page).split()),
        "DESCRIPTION:" + _text("\n".join([*known.said(event, language), page])),
        "END:VEVENT",
    ]
    return "".join(
        [f"{line if len(line) <= _LONGEST and line.isascii() else fold(line)}\n" for line in lines if line]
    )


def _text(text: str) -> str:
    for sign, written in _ESCAPES:
        text = text.replace(sign, written)
    return text


def fold(line: str) -> str:
    r"""Write a line in pieces of 75 octets at most that part no character, nor one that is escaped.

    >>> [len(piece.encode()) for piece in fold("SUMMARY:" + "é" * 50).split("\n")]
    [74, 35]
    """
    rest, pieces = line.encode(), []
    while len(rest) > _LONGEST:
        cut = _LONGEST
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        cut -= rest[cut - 1] == ord("\\")
        pieces.append(rest[:cut])
        rest = b" " + rest[cut:]
    return b"\n".join([*pieces, rest]).decode()


def moments(event: AgendaEvent) -> tuple[str, str]:
    """Write when an event begins and ends (empty: not told): the end of whole days is the day after, zones are named.

    >>> day = date(2026, 9, 5)
    >>> moments(AgendaEvent("e", "x", day, day + timedelta(days=1)))
    (';VALUE=DATE:20260905', ';VALUE=DATE:20260907')
    >>> moments(AgendaEvent("e", "x", day, day, "20:00", "01:00"))
    (';TZID=Europe/Paris:20260905T200000', ';TZID=Europe/Paris:20260906T010000')
    """
    if not event.opening:
        return f";VALUE=DATE:{_day(event.first)}", f";VALUE=DATE:{_day(event.last + timedelta(days=1))}"
    zone = f";TZID={ZONE}" if _zoned(event) else ""
    begun = f"{zone}:{_day(event.first)}T{_hour(event.opening)}"
    if not event.closing:
        return begun, ""
    last = event.first if event.closing > event.opening else event.first + timedelta(days=1)
    return begun, f"{zone}:{_day(last)}T{_hour(event.closing)}"


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _hour(text: str) -> str:
    return f"{text.replace(':', '')}00"[:6]


def _zoned(event: AgendaEvent) -> bool:
    return not any(place.startswith(OVERSEAS) for place in event.place("held", "relayed", "benefits"))


def titled(known: AgendaData, event: AgendaEvent, language: Language) -> str:
    """Give the title of an event, after what became of one that is not held: many calendars show no status."""
    return f"[{known.names((event.off,), language)[0]}] {event.label}" if event.off else event.label
