"""Events as an Atom feed (RFC 4287): an entry an event, whose id is its identifier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from ....graph.region.agenda import AgendaEvent
from ....ontology.vocabulary import ID
from ...labels.days import days
from .calendar import titled, told
from .reading import AgendaData, Feed, printable

NAMESPACE = "http://www.w3.org/2005/Atom"


def feed(known: AgendaData, events: Sequence[AgendaEvent], head: Feed) -> bytes:
    """Write events as a feed."""
    made = Element("feed", {"xmlns": NAMESPACE, "xml:lang": head.language})
    _text(made, "title", head.name)
    _text(made, "subtitle", head.about)
    _text(made, "id", head.address)
    _text(made, "updated", _moment(max((one.updated or head.stamp for one in events), default=head.stamp)))
    SubElement(made, "link", {"rel": "self", "type": "application/atom+xml", "href": head.address})
    SubElement(made, "link", {"rel": "alternate", "type": "text/html", "href": head.page})
    _text(SubElement(made, "author"), "name", "ancrage")
    _text(made, "generator", "ancrage")
    for event in events:
        _add_entry(made, known, event, head)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(made, encoding="unicode").encode()


def _add_entry(made: Element, known: AgendaData, event: AgendaEvent, head: Feed) -> None:
    entry, language = SubElement(made, "entry"), head.language
    _text(entry, "title", titled(known, event, language))
    _text(entry, "id", ID + event.path)
    _text(entry, "updated", _moment(event.updated or head.stamp))
    *said, page = told(known, event, head.site, language)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
    if event.homepage:
        SubElement(entry, "link", {"rel": "related", "href": printable(event.homepage)})
    for category in known.categories(event, language):
        SubElement(entry, "category", {"term": printable(category)})
    last = event.last.isoformat() if event.last != event.first else ""
    when = days(event.first.isoformat(), last, event.opening, event.closing, language)
    where = known.where(event, language)
    _text(entry, "summary", " ".join([f"{when}{f', {where}' if where else ''}.", *said]))


def _text(under: Element, name: str, text: str) -> None:
    SubElement(under, name).text = printable(text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
