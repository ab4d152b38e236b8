"""What a page tells programs in itself: a block of JSON-LD in the words of schema.org.

Its addresses are relative to the page, as JSON-LD in HTML resolves them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from ..web.links import href, local_name
from .rendering import escape_json

#: Classes of schema.org by our types of actors; another is an organisation.
_ACTORS = {
    "higher-education": "CollegeOrUniversity",
    "research-unit": "ResearchOrganization",
    "research-organization": "ResearchOrganization",
    "company": "Corporation",
    "secondary-school": "HighSchool",
    "local-authority": "GovernmentOrganization",
    "state-service": "GovernmentOrganization",
}


def territory_block(
    iri: str,
    name: str,
    code: str,
    address: str,
    wholes: Iterable[tuple[str, str]],
    alternates: Sequence[tuple[str, str]],
) -> Markup:
    """Describe a territory: its code, the territories that hold it (IRI and name), and where its data are.

    >>> block = territory_block("http://e.org/84", "</script>", "84", "/region/84", (), ())
    >>> json.loads(block)["name"], "<" in block
    ('</script>', False)
    """
    held = [{"@type": "AdministrativeArea", "@id": whole, "name": name} for whole, name in wholes]
    more = {"containedInPlace": held} if held else {}
    return _block(iri, "AdministrativeArea", name, {"code": [code]}, address, alternates, more)


def actor_block(
    iri: str,
    name: str,
    kind: str,
    codes: Mapping[str, Sequence[str]],
    homepages: Iterable[str],
    address: str,
    alternates: Sequence[tuple[str, str]],
) -> Markup:
    """Describe an actor of a `kind` (the end of its type's IRI): its codes by name, its web sites, where its data are."""
    sites = [one for one in homepages if (href(one) or "").startswith(("http://", "https://"))]
    more = {"url": sites} if sites else {}
    return _block(iri, _ACTORS.get(kind, "Organization"), name, codes, address, alternates, more)


def site_block(name: str, description: str, language: str, base: str) -> Markup:
    """Describe a site by its first page, and how it is searched; `base` is its address, where a setting gives it.

    >>> json.loads(site_block("ancrage", "…", "fr", ""))["potentialAction"]["target"]["urlTemplate"]
    '/recherche?q={search_term_string}'
    """
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{base}/recherche?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }
    told = {"@id": "/#site", "@type": "WebSite", "url": "/", "name": name, "description": description}
    return _told({**told, "inLanguage": language, "potentialAction": search})


def dataset_of(
    name: str,
    address: str,
    *,
    iri: str = "",
    description: str = "",
    licence: str = "",
    publisher: str = "",
    place: str = "",
    period: str = "",
    files: Iterable[tuple[str, str]] = (),
) -> dict[str, object]:
    """Tell a data set as schema.org does: what is known of it, and its files (media type and address).

    >>> dataset_of("Essai", "", period="2010/2022")
    {'@type': 'Dataset', 'name': 'Essai', 'temporalCoverage': '2010/2022'}
    """
    told: dict[str, object] = {
        "@id": iri,
        "description": description,
        "url": address if address.startswith("/") or href(address) else "",
        "license": licence if href(licence) else "",
        "publisher": {"@type": "Organization", "name": publisher} if publisher else "",
        "spatialCoverage": {"@type": "Place", "name": place} if place else "",
        "temporalCoverage": period,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type.partition(";")[0], "contentUrl": path}
            for media_type, path in files
        ],
    }
    return {"@type": "Dataset", "name": name, **{key: value for key, value in told.items() if value}}


def dataset_block(told: Mapping[str, object]) -> Markup:
    """Describe the data set (`dataset_of`) that a page is about."""
    return _told(told)


def catalogue_block(
    name: str, description: str, address: str, datasets: Iterable[Mapping[str, object]]
) -> Markup:
    """Describe a catalogue of data sets (`dataset_of`)."""
    told = {"@id": f"{address}#catalogue", "@type": "DataCatalog", "url": address, "name": name}
    return _told({**told, "description": description, "dataset": list(datasets)})


_MODES = {
    "in-person": "OfflineEventAttendanceMode",
    "remote": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
    "relayed": "MixedEventAttendanceMode",
}


def event_block(
    iri: str,
    name: str,
    values: Mapping[str, Sequence[str]],
    places: Sequence[str],
    relays: Sequence[str],
    address: str,
    alternates: Sequence[tuple[str, str]],
) -> Markup:
    """Describe an event by what is said of it, by property: days, hours, whether it is held, mode, places and relays by name."""
    more: dict[str, object] = _moments(values)
    off = [local_name(one).capitalize() for one in values.get("eventStatus", ())]
    more["eventStatus"] = f"https://schema.org/Event{off[0] if off else 'Scheduled'}"
    if places:
        more["location"] = [{"@type": "Place", "name": place} for place in places]
    if relays:
        more["subEvent"] = [
            {
                "@type": "Event",
                "name": name,
                "location": {"@type": "Place", "name": relay},
                **_moments(values),
            }
            for relay in relays
        ]
    modes = [_MODES.get(local_name(one)) for one in values.get("attendanceMode", ())]
    if any(modes):
        more["eventAttendanceMode"] = [f"https://schema.org/{mode}" for mode in modes if mode]
    sites = [one for one in values.get("page", ()) if (href(one) or "").startswith(("http://", "https://"))]
    more |= {"url": sites} if sites else {}
    return _block(iri, "Event", name, {}, address, alternates, more)


def _moments(values: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Give when an event begins and ends, with the hours where they are known.

    >>> _moments({"startDate": ["2026-09-05"], "startTime": ["20:00:00"], "endTime": ["01:00:00"]})
    {'startDate': '2026-09-05T20:00:00', 'endDate': '2026-09-06T01:00:00'}
    """
    first, last, opening, closing = (
        next(iter(values.get(name, ())), "") for name in ("startDate", "endDate", "startTime", "endTime")
    )
    if first and opening and last in ("", first):
        told: dict[str, object] = {"startDate": f"{first}T{opening}"}
        if closing:
            over = date.fromisoformat(first) + timedelta(days=closing <= opening)
            told["endDate"] = f"{over}T{closing}"
        return told
    return {name: value for name, value in (("startDate", first), ("endDate", last)) if value}


def _block(
    iri: str,
    cls: str,
    name: str,
    codes: Mapping[str, Sequence[str]],
    address: str,
    alternates: Sequence[tuple[str, str]],
    more: Mapping[str, object],
) -> Markup:
    told: dict[str, object] = {
        "@id": iri,
        "@type": cls,
        "name": name,
        "mainEntityOfPage": address,
        "identifier": [
            {"@type": "PropertyValue", "propertyID": key, "value": value}
            for key, values in codes.items()
            for value in values
        ],
        **more,
        "subjectOf": [
            {"@type": "DigitalDocument", "encodingFormat": media_type, "url": path}
            for media_type, path in alternates
        ],
    }
    return _told(told)


def _told(told: Mapping[str, object]) -> Markup:
    return escape_json(json.dumps({"@context": "https://schema.org", **told}, ensure_ascii=False))
