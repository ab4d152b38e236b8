"""Events as iCalendar (RFC 5545): whole days where no hour is told, hours in the zone of the place, by `icalendar`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone

from ....graph.region.agenda import AgendaEvent
from ....ontology.vocabulary import ID
from ....words import gettext, join_words
from ...web.links import href
from ...web.negotiation import Language
from .reading import AgendaData, Feed, printable

ZONE = "Europe/Paris"
OVERSEAS = tuple(f"territory/{level}/{code}" for level in ("commune", "department") for code in ("97", "98"))
"""What begins the places whose clocks are not those of Paris: their hours are written without a zone."""
_LONGEST = 75
"""Octets of a line."""


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
    return b"".join([begin, *(_event(known, one, head) for one in events), b"END:VCALENDAR", end])


def _event(known: AgendaData, event: AgendaEvent, head: Feed) -> bytes:
    """Write an event; the library would take a third of a millisecond, and a feed has thousands."""
    site, language = head.site, head.language
    begun, ended = moments(event)
    where, spot = known.where(event, language), known.agenda.position(event)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{ID}{event.path}",
        "DTSTAMP" + _value(event.updated or head.stamp),
        "LAST-MODIFIED" + _value(event.updated) if event.updated else "",
        "SUMMARY:" + _text(titled(known, event, language)),
        "DTSTART" + _value(begun),
        "DTEND" + _value(ended) if ended is not None else "",
        "" if event.opening else "TRANSP:TRANSPARENT",
        # one put off is not held on these days either
        "STATUS:CANCELLED" if event.off else "STATUS:CONFIRMED",
        "CATEGORIES:" + ",".join(map(_text, known.categories(event, language))),
        "LOCATION:" + _text(where) if where else "",
        "GEO:{};{}".format(*spot) if spot is not None else "",
        "URL:" + "".join(printable(event.homepage or f"{site}{href(ID + event.path)}").split()),
        "DESCRIPTION:" + _text("\n".join(told(known, event, site, language))),
        "END:VEVENT",
    ]
    return b"".join(fold(line) for line in lines if line)


def _value(moment: date | datetime) -> str:
    text = moment.isoformat()[:19].replace("-", "").replace(":", "")
    if not isinstance(moment, datetime):
        return f";VALUE=DATE:{text}"
    if moment.tzinfo is None:
        return f":{text}"
    return (
        f";TZID={ZONE}:{text}"
        if isinstance(moment.tzinfo, ZoneInfo)
        else f":{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    )


def _text(text: str) -> str:
    text = printable(text)
    for one in "\\;,":
        text = text.replace(one, "\\" + one)
    return text.replace("\n", r"\n")


def fold(line: str) -> bytes:
    r"""Write a line in pieces of 75 octets at most that part no character, nor one that is escaped.

    >>> [len(piece) for piece in fold("SUMMARY:" + "é" * 50).split(b"\r\n")]
    [74, 35, 0]
    """
    rest, pieces = line.encode(), []
    while len(rest) > _LONGEST:
        cut = _LONGEST
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        cut -= rest[cut - 1] == ord("\\")
        pieces.append(rest[:cut])
        rest = b" " + rest[cut:]
    return b"\r\n".join([*pieces, rest, b""])


def moments(event: AgendaEvent) -> tuple[date | datetime, date | datetime | None]:
    """Give when an event begins and ends (None: not told) as calendars write it: the end of whole days is the day after.

    >>> day = date(2026, 9, 5)
    >>> moments(AgendaEvent("e", "x", day, day + timedelta(days=1)))
    (datetime.date(2026, 9, 5), datetime.date(2026, 9, 7))
    >>> begun, ended = moments(AgendaEvent("e", "x", day, day, "20:00", "01:00"))
    >>> begun.isoformat(), ended.isoformat()
    ('2026-09-05T20:00:00+02:00', '2026-09-06T01:00:00+02:00')
    """
    if not event.opening:
        return event.first, event.last + timedelta(days=1)
    zone = ZoneInfo(ZONE) if _zoned(event) else None
    begun = datetime.combine(event.first, time.fromisoformat(event.opening), zone)
    if not event.closing:
        return begun, None
    ended = datetime.combine(event.first, time.fromisoformat(event.closing), zone)
    return begun, ended if ended > begun else ended + timedelta(days=1)


def _zoned(event: AgendaEvent) -> bool:
    return not any(place.startswith(OVERSEAS) for place in event.place("held", "relayed", "benefits"))


def titled(known: AgendaData, event: AgendaEvent, language: Language) -> str:
    """Give the title of an event, after what became of one that is not held: many calendars show no status."""
    return f"[{known.names((event.off,), language)[0]}] {event.label}" if event.off else event.label


def told(known: AgendaData, event: AgendaEvent, site: str, language: Language) -> list[str]:
    """Say of an event what a calendar has no property for: how it is attended, who relays and organises it; its page."""
    lines = []
    if event.made_up:
        lines.append(gettext("Exemple inventé : cet évènement n’existe pas.", language))
    if event.mode:
        lines.append(gettext("Modalité : {mode}.", language, mode=known.name(event.mode, language)))
    if relays := known.relays(event, language):
        lines.append(gettext("En relais : {names}.", language, names=join_words(relays, language)))
    if bodies := known.names(event.topics.get("organiser", ()), language):
        lines.append(gettext("Organisé par {names}.", language, names=join_words(bodies, language)))
    return [*lines, f"{site}{href(ID + event.path)}"]
