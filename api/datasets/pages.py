"""The data sets described: `/.well-known/void` in VoID, `/catalog` in DCAT-AP, both as pages for people too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from ...graph.snapshots.artifacts import read_dump
from ...graph.snapshots.dumps import FORMATS, Dump, dumps_of
from ...graph.snapshots.opening import remote_address
from ...graph.snapshots.partitions import Partitions
from ...graph.snapshots.snapshot import Snapshot
from ...words import SOURCE, gettext
from ..precompute.artifacts import ArtifactCache, Counted, derivations_of
from ..reading.licences import licence_name
from ..reading.publication import answer_of, reading_of
from ..reading.solutions import Reading
from ..render.rendering import page
from ..render.structured import catalogue_block, dataset_of
from ..web.links import public_base
from ..web.negotiation import (
    HTML,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    TURTLE,
    NotAcceptable,
    Representation,
    choose,
    language,
)
from ..web.page_cache import leave_out
from ..web.page_error import PageError
from ..web.security import CORS
from .dcat import DESCRIPTION, dcat_document
from .listed import DataSet, data_sets, place_of
from .void import void_document

router = APIRouter(tags=["données liées"])
Read = Annotated[Reading, Depends(reading_of)]
Named = Annotated[str, Query(description="ttl, jsonld, nt, rdf ou html")]
Lang = Annotated[str, Query(description="fr ou en")]

#: Formats of these documents: a program that accepts anything gets Turtle.
DATA: tuple[Representation, ...] = (TURTLE, HTML, JSON_LD, N_TRIPLES, RDF_XML)


@dataclass(frozen=True)
class Offer:
    """What a publication offers: its snapshot, counts, data sets, and the files that make up the whole."""

    base: str
    snapshot: Snapshot
    counted: Partitions
    sets: list[DataSet]
    whole: list[Dump]


def offer_of(request: Request, reading: Reading, counted: ArtifactCache[Partitions]) -> Offer:
    """Gather what the publication that was counted offers: the current one, or an older while that is counted."""
    snapshot = counted.snapshot
    answer_of(request, snapshot)
    whole = [dump for dump in dumps_of(snapshot).values() if dump.whole]
    folder = derivations_of(request).folder(snapshot)

    def since(dump: Dump) -> str:
        if made := read_dump(folder, dump, "nq"):
            return made[0].modified.isoformat().replace("+00:00", "Z")
        return ""

    sets = data_sets(reading, snapshot, counted.value, since)
    return Offer(public_base(request), snapshot, counted.value, sets, whole)


def leave_out_undated(request: Request, offer: Offer) -> None:
    """Do not keep an answer that tells dates, where files that tell since when a graph is what it is are still to come."""
    folder = derivations_of(request).folder(offer.snapshot)
    if not remote_address(offer.snapshot.path) and any(
        read_dump(folder, one.dump, "nq") is None for one in offer.sets
    ):
        leave_out(request)


def chosen_of(request: Request, asked: str, formats: tuple[Representation, ...] = DATA) -> Representation:
    """Choose the format of an answer; 406 where none fits."""
    try:
        return choose(request.headers.get("accept"), formats, asked or None)
    except NotAcceptable as error:
        raise PageError.of(error, 406, {**CORS, "Vary": "Accept"}) from error


def headers_of(address: str, *links: tuple[str, str]) -> dict[str, str]:
    """Give the headers of a document with its formats as alternates, and further links (relation, address)."""
    said = [f'<{address}{one.suffix}>; rel="alternate"; type="{one.media_type}"' for one in DATA] + [
        f'<{target}>; rel="{relation}"' for relation, target in links
    ]
    return {**CORS, "Vary": "Accept, Accept-Language", "Link": ", ".join(said)}


@router.get("/.well-known/void", summary="Description des données (VoID)")
@router.get("/.well-known/void.{suffix}", include_in_schema=False)
def void(
    request: Request, reading: Read, counted: Counted, suffix: str = "", format: Named = "", lang: Lang = ""
) -> Response:
    """Describe the data sets: counts, classes, properties, dumps, examples; as RDF or as a page."""
    chosen = chosen_of(request, format or suffix)
    offer = offer_of(request, reading, counted)
    links = [
        ("describes", f"{offer.base}/catalog#dataset"),
        ("collection", "/catalog"),
        ("service-desc", "/sparql"),
    ]
    headers = headers_of("/.well-known/void", *links, *_items(offer))
    examples = [
        row["example"]
        for row in reading.as_of(offer.snapshot.id).block("dataset/examples").rows
        if "example" in row
    ]
    if chosen is not HTML:
        made = void_document(
            offer.base, offer.snapshot, offer.counted, offer.sets, offer.whole, sorted(examples)
        )
        return Response(made.serialise(chosen), media_type=chosen.media_type, headers=headers)
    whole = offer.counted.whole
    reading.language = page_language(request, lang)
    reading.learn_labels(
        [*(c.cls for c in whole.classes), *(p.property for p in whole.properties), *examples]
    )
    classes = [(reading.label(c.cls), c) for c in whole.classes]
    properties = [(reading.label(p.property), p) for p in whole.properties]
    return _page(
        request,
        reading,
        headers,
        "void.html",
        offer=offer,
        whole=whole,
        classes=sorted(classes, key=lambda pair: (-pair[1].entities, pair[0])),
        properties=sorted(properties, key=lambda pair: (-pair[1].triples, pair[0])),
        examples=[(iri, reading.label(iri)) for iri in sorted(examples)],
        alternates=_alternates("/.well-known/void"),
        trail=[("/catalog", gettext("Données", reading.language)), (None, "VoID")],
    )


@router.get("/catalog", summary="Catalogue des données (DCAT-AP)")
@router.get("/catalog.{suffix}", include_in_schema=False)
def catalog(
    request: Request, reading: Read, counted: Counted, suffix: str = "", format: Named = "", lang: Lang = ""
) -> Response:
    """List the data sets with publisher, licence, dates, counts and files; as RDF (DCAT-AP 3) or as a page."""
    chosen = chosen_of(request, format or suffix)
    offer = offer_of(request, reading, counted)
    links = [
        ("type", "https://schema.org/DataCatalog"),
        ("cite-as", f"{offer.base}/catalog"),
        ("describedby", "/.well-known/void"),
        ("service-desc", "/sparql"),
    ]
    headers = headers_of("/catalog", *links, *_items(offer))
    leave_out_undated(request, offer)
    if chosen is not HTML:
        settings, folder = request.app.state.settings, derivations_of(request).folder(offer.snapshot)
        found = {
            (dump.name, suffix): read_dump(folder, dump, suffix)
            for dump in dumps_of(offer.snapshot).values()
            for suffix in FORMATS
        }
        if None in found.values():
            leave_out(request)  # the digests of the others come
        made = dcat_document(
            offer.base,
            offer.snapshot,
            offer.sets,
            offer.whole,
            settings.publisher,
            settings.contact,
            lambda dump, suffix: found[dump.name, suffix],
            place_of(reading),
        )
        return Response(made.serialise(chosen), media_type=chosen.media_type, headers=headers)
    reading.language = page_language(request, lang)
    return _page(
        request,
        reading,
        headers,
        "catalog.html",
        offer=offer,
        licence=licence_name,
        contact=request.app.state.settings.contact,
        structure=catalogue_block(
            gettext("Catalogue des données", reading.language),
            DESCRIPTION[reading.language],
            "/catalog",
            [
                dataset_of(
                    one.title[reading.language],
                    f"/graph/{one.name}",
                    iri=one.graph,
                    description=one.description[reading.language],
                    licence=one.dump.licence,
                    publisher=one.publisher,
                    place=place_of(reading).names[SOURCE],
                    period=one.period,
                    files=[
                        (kind.media_type, f"/dumps/{one.name}.{suffix}.gz")
                        for suffix, kind in FORMATS.items()
                    ],
                )
                for one in offer.sets
            ],
        ),
        alternates=_alternates("/catalog"),
        trail=[(None, gettext("Données", reading.language))],
    )


def page_language(request: Request, lang: str) -> Any:
    """Give the language of a page."""
    return language(request.headers.get("accept-language"), lang or None)


def _page(
    request: Request, reading: Reading, headers: dict[str, str], template: str, **values: Any
) -> Response:
    response = page(request, template, language=reading.language, **values)
    response.headers.update(headers)
    return response


def _items(offer: Offer) -> list[tuple[str, str]]:
    return [("item", f"/dumps/{dump.name}.nq.gz") for dump in offer.whole]


def _alternates(address: str) -> list[tuple[str, str]]:
    return [(one.media_type, address + one.suffix) for one in DATA if one is not HTML]
