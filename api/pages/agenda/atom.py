"""Events as an Atom feed (RFC 4287): an entry an event, whose id is its identifier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.sax.saxutils import escape, quoteattr

from ....graph.region.agenda import AgendaEvent
from ....ontology.vocabulary import ID
from ...labels.days import days
from ...web.links import href
from .calendar import titled
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
    begin, end = tostring(made, encoding="unicode").split("</feed>")
    body = "".join([_entry(known, event, head) for event in events])
    return f'<?xml version="1.0" encoding="utf-8"?>\n{begin}{printable(body)}</feed>{end}'.encode()


def _entry(known: AgendaData, event: AgendaEvent, head: Feed) -> str:
    """Write an entry; a tree of thousands takes as long again to be written as to be made."""
    language, page = head.language, f"{head.site}{href(ID + event.path)}"
    last = event.last.isoformat() if event.last != event.first else ""
    when = days(event.first.isoformat(), last, event.opening, event.closing, language)
    where = known.where(event, language)
    about = " ".join([f"{when}{f', {where}' if where else ''}.", *known.said(event, language)])
    related = f'<link rel="related" href={quoteattr(event.homepage)} />' if event.homepage else ""
    categories = "".join([f"<category term={quoteattr(one)} />" for one in known.categories(event, language)])
    return (
        f"<entry><title>{escape(titled(known, event, language))}</title><id>{escape(ID + event.path)}</id>"
        f"<updated>{_moment(event.updated or head.stamp)}</updated>"
        f'<link rel="alternate" type="text/html" href={quoteattr(page)} />{related}{categories}'
        f"<summary>{escape(about)}</summary></entry>"
    )


def _text(under: Element, name: str, text: str) -> None:
    SubElement(under, name).text = printable(text)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
