"""What lets programs find their way: JSON-LD context, prefixes, sitemap, robots."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from xml.sax.saxutils import escape

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pyoxigraph import BlankNode, NamedNode

from ...graph.indicators.declaration import read_indicators
from ...loaders.schemas import SCHEMAS, schema_of
from ...ontology.vocabulary import PREFIXES, context
from ...words import N_, gettext
from ..datasets.pages import DATA, Lang, Named, Read, chosen_of, page_language
from ..reading.names import KINDS, Index, territory_kind
from ..reading.publication import index_of, library_of_questions, reading_of, service_of
from ..reading.solutions import Reading
from ..render.rdf_document import Document
from ..render.rendering import page
from ..web.links import href, public_base
from ..web.negotiation import HTML, Representation
from ..web.page_cache import entity_tags
from ..web.page_error import PageError
from ..web.security import CORS

router = APIRouter(tags=["données liées"])

_JSON = Representation("json", ".json", "application/json")
#: Most addresses in one part of the sitemap (sitemaps.org allows 50,000).
PART = 20_000
_PART_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
#: Pages that stand alone; those that this service has not are left out.
PAGES = (
    *(
        "/",
        "/territoires",
        "/filieres",
        "/agenda",
        "/strategies",
        "/dispositifs",
        "/queries",
        "/sparql",
        "/sources",
        "/catalog",
        "/.well-known/void",
    ),
    *(
        "/dumps",
        "/changes",
        "/prefixes",
        "/def",
        "/methodes",
        "/developpeurs",
        "/donnees-personnelles",
    ),
)
#: Pages of what is computed for the region: left out of a publication that does not describe it.
COMPUTED = ("/indicateurs", "/cartes", "/cartes/flux", "/ce-qui-manque")
#: Levels whose territories off the region have a bare page each, tens of thousands in all: those are left out.
_NUMEROUS = ("commune", "epci")
#: What crawlers leave alone: each of these addresses is a query.
KEPT_FROM_CRAWLERS = (
    "/sparql?",
    "/update",
    "/graphs",
    "/queries/*?",
    "/recherche",
    "/dumps/",
    "/changes/",
    "/generations/",
)
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@router.get("/contexts/v1.jsonld", summary="Contexte JSON-LD")
def context_document(request: Request) -> Response:
    """Give the JSON-LD context of the ontology: first version, whose terms keep their meaning."""
    return _document(request, context(), "application/ld+json")


@router.get("/schemas", summary="Schémas JSON des déclarations")
def schemas(request: Request) -> Response:
    """List the JSON Schemas of the files that declare indicators, filières, sources and rules."""
    base = public_base(request)
    return JSONResponse({name: f"{base}/schemas/{name}.json" for name in SCHEMAS}, headers=CORS)


@router.get("/schemas/{name}.json", summary="Schéma JSON d’une déclaration")
def schema(name: str, request: Request) -> Response:
    """Give the JSON Schema of the files of one kind, with which an editor completes and checks them."""
    if name not in SCHEMAS:
        raise HTTPException(404)
    return _document(request, schema_of(name), "application/schema+json")


def _document(request: Request, content: object, media_type: str) -> Response:
    body = json.dumps(content, ensure_ascii=False, indent=1).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {**CORS, "ETag": tag, "Cache-Control": "public, max-age=3600"}
    if tag in entity_tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


@router.get("/prefixes", summary="Préfixes")
@router.get("/prefixes.{suffix}", include_in_schema=False)
def prefixes(request: Request, suffix: str = "", format: Named = "", lang: Lang = "") -> Response:
    """Give the prefixes: `sh:declare` in RDF, one object in JSON, a page for people."""
    formats = (*DATA[:2], _JSON, *DATA[2:])
    chosen = chosen_of(request, format or suffix, formats)
    with suppress(LookupError):  # the prefixes need no publication
        reading_of(request)
    said = [f'</prefixes{one.suffix}>; rel="alternate"; type="{one.media_type}"' for one in formats]
    headers = {**CORS, "Vary": "Accept, Accept-Language", "Link": ", ".join(said)}
    if chosen is HTML:
        language = page_language(request, lang)
        response: Response = page(
            request,
            "prefixes.html",
            language=language,
            prefixes=PREFIXES,
            alternates=[(one.media_type, f"/prefixes{one.suffix}") for one in formats if one is not HTML],
            trail=[(None, gettext("Préfixes", language))],
        )
        response.headers.update(headers)
        return response
    if chosen is _JSON:
        return JSONResponse(PREFIXES, headers=headers)
    body = _declarations(public_base(request)).serialise(chosen)
    return Response(body, media_type=chosen.media_type, headers=headers)


def _declarations(base: str) -> Document:
    document, ontology = Document(), NamedNode(f"{base}/prefixes#prefixes")
    document.a(ontology, "owl:Ontology")
    document.words(ontology, "dcterms:title", N_("Préfixes d’ancrage"))
    for name, namespace in PREFIXES.items():
        node = BlankNode(f"p{name}")
        document.add(ontology, "sh:declare", node)
        document.a(node, "sh:PrefixDeclaration")
        document.add(node, "sh:prefix", name)
        document.typed(node, "sh:namespace", namespace, "xsd:anyURI")
    return document


@router.get("/robots.txt", include_in_schema=False)
def robots(request: Request) -> Response:
    """Keep crawlers away from queries, and tell them the sitemap."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_FROM_CRAWLERS), ""]
    lines += [f"Sitemap: {public_base(request)}/sitemap.xml", ""]
    return PlainTextResponse("\n".join(lines), headers={"Cache-Control": "public, max-age=3600"})


@router.get("/sitemap.xml", include_in_schema=False)
def sitemap(request: Request, reading: Read) -> Response:
    """List the parts of the sitemap."""
    base, day = public_base(request), _day(request)
    parts = [
        f"<sitemap><loc>{escape(f'{base}/sitemap/{name}-{number}.xml')}</loc><lastmod>{day}</lastmod></sitemap>"
        for name, addresses in _sections(request, reading).items()
        for number in range(1, -(-len(addresses) // PART) + 1)
    ]
    return _xml("sitemapindex", parts)


@router.get("/sitemap/{name}-{number}.xml", include_in_schema=False)
def sitemap_part(request: Request, reading: Read, name: str, number: str) -> Response:
    """List the addresses of one part of the sitemap."""
    base, day = public_base(request), _day(request)
    rank = int(number) if _PART_NUMBER.fullmatch(number) else 0
    addresses = _sections(request, reading).get(name, [])[(rank - 1) * PART : rank * PART] if rank else []
    if not addresses:
        raise PageError(404, N_("Aucune partie du plan du site n’a ce nom."))
    lines = [f"<url><loc>{escape(base + path)}</loc><lastmod>{day}</lastmod></url>" for path in addresses]
    return _xml("urlset", lines)


def _sections(request: Request, reading: Reading) -> dict[str, list[str]]:
    """Give the addresses of pages by section: what stands alone, questions, indicators, and the things that have a name."""
    routes, index = request.app.openapi()["paths"], index_of(request, reading)
    pages = (*PAGES, *(COMPUTED if index.around else ()))
    sections = {
        "pages": [path for path in pages if path in routes],
        "questions": [f"/queries/{name}" for name in library_of_questions(request.app)],
    }
    if index.around:
        sections["indicateurs"] = [f"/indicateurs/{name}" for name in _indicators()]
    return sections | _addresses(index)


def _addresses(index: Index) -> dict[str, list[str]]:
    """Give the addresses of things by kind, those of the many territories of elsewhere left out."""
    things: dict[str, dict[str, None]] = {kind: {} for kind in KINDS}
    for thing in index.things:
        if index.around and thing.iri not in index.around and territory_kind(thing.iri) in _NUMEROUS:
            continue
        if (address := href(thing.iri)) is not None and address.startswith("/"):
            things[thing.kind][address] = None
    return {kind: list(addresses) for kind, addresses in things.items() if addresses}


@functools.cache
def _indicators() -> tuple[str, ...]:
    """Name the indicators that the package ships, but those of invented data."""
    return tuple(name for name, one in read_indicators()[0].items() if not one.illustrative)


def _day(request: Request) -> str:
    return f"{service_of(request.app).pool.snapshot().created:%Y-%m-%d}"


def _xml(root: str, lines: list[str]) -> Response:
    def written() -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SITEMAPS}">\n'
        yield "\n".join(lines)
        yield f"\n</{root}>\n"

    return Response("".join(written()), media_type="application/xml", headers=CORS)
