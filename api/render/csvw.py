"""What a CSV holds, told beside it as CSVW: its columns, its sources, their licences, its date."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from ...graph.snapshots.provenance import licence_iri
from ...graph.snapshots.snapshot import BASE_ROLES
from ...ontology.vocabulary import ID
from ...queries.columns import Variable, heading, variable
from ...words import languages
from ..reading.publication import Publication, current
from ..web.links import public_base
from ..web.negotiation import CSV, CSVW, Language

_DATATYPES = {
    "thing": "anyURI",
    "text": "string",
    "year": "gYear",
    "moment": "dateTime",
    **{name: name for name in ("integer", "number", "date", "boolean")},
}
"""Datatypes of CSVW by the types of columns (`queries.columns.TYPES`)."""


@dataclass(frozen=True)
class Origin:
    """Where a CSV comes from: its `address`, its publication, the names of its sources or graphs (None: all of the base)."""

    address: str
    publication: Publication | None
    sources: Collection[str] | None = None


def origin_of(request: Request, sources: Collection[str] | None = None) -> Origin:
    """Tell where the CSV whose description is asked for comes from."""
    publication = getattr(request.state, "publication", None) or current(request.app)
    return Origin(public_base(request) + _beside(request, CSVW.suffix, CSV.suffix), publication, sources)


def described_by(request: Request) -> dict[str, str]:
    """Give the header that leads from a CSV to its description; none from an answer that has no address of its own."""
    if request.method not in ("GET", "HEAD"):
        return {}
    address = _beside(request, CSV.suffix, CSVW.suffix)
    return {"Link": f'<{address}>; rel="describedby"; type="{CSVW.media_type}"'}


def _beside(request: Request, suffix: str, other: str) -> str:
    """Give the address asked for with another suffix, or another `format`, in place."""
    path, asked = request.url.path, parse_qsl(request.url.query, keep_blank_values=True)
    if path.endswith(suffix):
        path = path.removesuffix(suffix) + other
    else:
        name = CSV.name if other == CSV.suffix else CSVW.name
        asked = [*((key, value) for key, value in asked if key != "format"), ("format", name)]
    return path + (f"?{urlencode(asked)}" if asked else "")


def to_csvw(
    names: Sequence[str],
    columns: Mapping[str, Variable],
    title: str,
    origin: Origin,
    language: Language,
    key: str = "",
) -> bytes:
    """Describe a CSV in CSVW: its columns in their order, as they are declared, and where it comes from.

    `key` is the column that no two rows have the same value of, told where it is among them.

    >>> told = json.loads(to_csvw(["year"], {}, "Projets", Origin("https://e.org/p.csv", None), "fr"))
    >>> told["tableSchema"]["columns"]
    [{'name': 'year', 'titles': {'und': 'year', 'fr': 'année', 'en': 'year'}, 'datatype': 'gYear'}]
    """
    described: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "url": origin.address,
        "dc:title": title,
        **_provenance(origin),
        "tableSchema": {"columns": [_column(name, columns) for name in names]}
        | ({"primaryKey": key} if key in names else {}),
    }
    return json.dumps(described, ensure_ascii=False, indent=1).encode() + b"\n"


def _column(name: str, columns: Mapping[str, Variable]) -> dict[str, Any]:
    known = columns.get(name) or variable(name)
    kind = known.type if known else "text"
    titles = {tag: heading(name, tag, columns) for tag in languages()}
    told = {"name": name, "titles": {"und": name, **titles}, "datatype": _DATATYPES[kind]}
    return told | ({"valueUrl": f"{{+{name}}}"} if kind == "thing" else {})


def _provenance(origin: Origin) -> dict[str, Any]:
    if origin.publication is None:
        return {}
    graphs = origin.publication.graphs
    base = [iri for iri, told in graphs.items() if told.get("role", "base") in BASE_ROLES]
    named = list(origin.sources or ())
    read = [iri for iri in graphs if {iri, iri.rsplit("/", 1)[-1]}.intersection(named)] or base
    licences = dict.fromkeys(graphs[iri].get("licence") for iri in read)
    sources = [name if "://" in name else f"{ID}source/{name}" for name in named] or base
    return {
        "dc:source": [{"@id": iri} for iri in sources],
        "dc:license": [{"@id": licence_iri(str(name))} for name in licences if name],
        "dc:modified": {"@value": origin.publication.created, "@type": "xsd:dateTime"},
        "dc:isPartOf": origin.publication.id,
    }
