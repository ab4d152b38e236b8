"""Events as an Atom feed (RFC 4287): an entry an event, whose id is its identifier; entries are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from ....graph.region.agenda import AgendaEvent
from ....ontology.vocabulary import ID
from ...labels.days import days
from ...web.links import href
from .calendar import titled, told
from .reading import AgendaData, Feed

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
    written = known.written("atom", head)
    for event in events:
        if event.path not in written:
            written[event.path] = bytes(tostring(_entry(known, event, head), encoding="utf-8"))
    begin, end = bytes(tostring(made, encoding="utf-8", xml_declaration=True)).split(b"</feed>")
    return begin + b"".join(written[event.path] for event in events) + b"</feed>" + end


def _entry(known: AgendaData, event: AgendaEvent, head: Feed) -> Element:
    entry, language = Element("entry"), head.language
    _text(entry, "title", titled(known, event, language))
    _text(entry, "id", ID + event.path)
    _text(entry, "updated", _moment(event.updated or head.stamp))
    page = f"{head.site}{href(ID + event.path)}"
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
    if event.homepage:
        SubElement(entry, "link", {"rel": "related", "href": event.homepage})
    for category in known.categories(event, language):
        SubElement(entry, "category", {"term": category})
    last = event.last.isoformat() if event.last != event.first else ""
    when = days(event.first.isoformat(), last, event.opening, event.closing, language)
    where = known.where(event, language)
    *said, _ = told(known, event, head.site, language)
    _text(entry, "summary", " ".join([f"{when}{f', {where}' if where else ''}.", *said]))
    return entry


def _text(under: Element, name: str, text: str) -> None:
    SubElement(under, name).text = "".join(one for one in text if one >= " " or one in "\n\t")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
