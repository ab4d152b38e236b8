"""`/ogc`: landing page, conformance, collections, and their features as GeoJSON or HTML (OGC API - Features, part 1, 1.0.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime as moment
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from ...ontology.labels import Term
from ...queries.parameters import KINDS_OF_TERRITORY
from ...words import N_
from ..errors.refusals import known_parameters
from ..reading.publication import reading_of
from ..reading.solutions import Reading
from ..render.rendering import page
from ..web.links import public_base
from ..web.negotiation import FEATURES, quality
from ..web.page_error import PageError
from ..web.page_language import choose_language
from ..web.security import CORS
from . import geopackage, openapi
from .collections import TITLES, Box, Collection, Feature, read_collections

router = APIRouter(
    prefix="/ogc", tags=[openapi.TAG], responses=openapi.REFUSALS, dependencies=[Depends(known_parameters)]
)
Read = Annotated[Reading, Depends(reading_of)]
Form = Annotated[
    str, Query(pattern="^(json|html)?$", description="json ou html, sinon l’en-tête Accept · else Accept")
]
Name = Annotated[str, Path(description="collection", examples=["territories"])]
GEOJSON, JSON = FEATURES.media_type, "application/json"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson", "html")
]
"""Not « oas30 », which is OpenAPI 3.0: the description is of 3.1."""
MOST, USUAL = 1000, 100
"""Features of one answer: at most, and where nothing is asked."""
_FURTHEST = 10_000_000
_RELATIONS = {
    "alternate": N_("Cette page en JSON"),
    "service-desc": N_("Description OpenAPI"),
    "service-doc": N_("Adresses pour les programmes"),
    "conformance": N_("Conformité"),
    "data": N_("Collections"),
    "items": N_("Objets"),
    "collection": N_("La collection"),
    "prev": N_("Précédents"),
    "next": N_("Suivants"),
    "describedby": N_("Sa page"),
    "enclosure": N_("Fichier GeoPackage"),
}
"""What a link is called on a page, by its relation."""
_DATETIME = r"^[0-9TtZz:.+/-]{0,80}$"


@router.get("", summary="Données géographiques : accueil de l’API OGC", responses=openapi.LANDING)
async def landing(request: Request, f: Form = "") -> Response:
    """L’accueil d’OGC API - Features. *The landing page*: what else there is."""
    said = choose_language(request)
    links = [
        _link(request, "self", "/ogc", JSON),
        _link(request, "service-desc", "/openapi.json", "application/vnd.oai.openapi+json;version=3.1"),
        _link(request, "service-doc", "/developpeurs", "text/html"),
        _link(request, "conformance", "/ogc/conformance", JSON),
        _link(request, "data", "/ogc/collections", JSON),
    ]
    title = N_("Territoires, sites et organismes")[said]
    told = {"title": f"{request.app.state.theme.name} : {title}", "description": title, "links": links}
    return _answer(request, f, told, title)


@router.get("/conformance", summary="Classes de conformité de l’API OGC", responses=openapi.CONFORMANCE)
async def conformance(request: Request, f: Form = "") -> Response:
    """Ce que le service respecte de la norme. *What the service conforms to*."""
    return _answer(
        request, f, {"conformsTo": CONFORMANCE}, _RELATIONS["conformance"][choose_language(request)]
    )


@router.get("/collections", summary="Collections géographiques", responses=openapi.COLLECTIONS)
async def collections(request: Request, reading: Read, f: Form = "") -> Response:
    """Les collections. *The collections*."""
    kept = await _kept(request, reading)
    told = [_described(request, name, one) for name, one in kept.items()]
    links = [_link(request, "self", "/ogc/collections", JSON)]
    shown = {"links": links, "collections": told}
    return _answer(request, f, shown, _RELATIONS["data"][choose_language(request)])


@router.get("/collections/{name}.gpkg", summary="Une collection en GeoPackage", responses=openapi.GEOPACKAGE)
async def vector_file(request: Request, reading: Read, name: Name) -> Response:
    """Une collection entière, en un fichier. *A whole collection in one file*."""
    kept = await _one(request, reading, name)
    said = choose_language(request)
    title, description = (text[said] for text in TITLES[name])
    published = moment.fromisoformat(request.state.publication.created).astimezone(UTC)
    body = await run_in_threadpool(
        geopackage.geopackage, kept, name, title, description, public_base(request), published
    )
    headers = {
        **CORS,
        "Content-Disposition": f'attachment; filename="{name}.gpkg"',
        "Vary": "Accept-Language",
    }
    return Response(body, headers=headers, media_type=geopackage.MEDIA_TYPE)


@router.get("/collections/{name}", summary="Une collection géographique", responses=openapi.COLLECTION)
async def collection(request: Request, reading: Read, name: Name, f: Form = "") -> Response:
    """Une collection : étendue, liens. *One collection*."""
    told = _described(request, name, await _one(request, reading, name))
    return _answer(request, f, told, told["title"])


@router.get(
    "/collections/{name}/items", summary="Objets d’une collection, en GeoJSON", responses=openapi.ITEMS
)
async def items(
    request: Request,
    reading: Read,
    name: Name,
    bbox: Annotated[
        str,
        Query(
            max_length=200,
            description="ouest,sud,est,nord en degrés · west,south,east,north",
            examples=["5.6,45.1,5.8,45.3"],
        ),
    ] = "",
    limit: Annotated[int, Query(ge=1, description=f"objets au plus ({MOST}) · features at most")] = USUAL,
    offset: Annotated[int, Query(ge=0, le=_FURTHEST, description="combien passer · how many to skip")] = 0,
    kind: Annotated[
        str, Query(max_length=60, description="nature : « Commune », « epci »… · kind", examples=["Commune"])
    ] = "",
    datetime: Annotated[
        str, Query(pattern=_DATETIME, description="sans effet : les objets n’ont pas de date · no effect")
    ] = "",
    f: Form = "",
) -> Response:
    """Les objets d’une collection, page par page, dans un ordre stable. *Features*, page by page, in a stable order."""
    whole = await _one(request, reading, name)
    found = whole.select(read_box(bbox), kind and _known_kind(whole, name, kind))
    count = min(limit, MOST)
    shown = found[offset : offset + count]
    path, base = f"/ogc/collections/{name}/items", public_base(request)
    asked = {"bbox": bbox, "kind": kind, "datetime": datetime, "f": f, "limit": str(count)}

    def part(first: int) -> str:
        kept = {key: value for key, value in (asked | {"offset": str(first)}).items() if value}
        return f"{path}?{urlencode(kept, safe=',/:')}"

    links = [
        _link(request, "self", part(offset), GEOJSON),
        _link(request, "collection", f"/ogc/collections/{name}", JSON),
    ]
    if offset + count < len(found):
        links.append(_link(request, "next", part(offset + count), GEOJSON))
    if offset:
        links.append(_link(request, "prev", part(max(0, offset - count)), GEOJSON))
    told = {
        "type": "FeatureCollection",
        "links": links,
        "numberMatched": len(found),
        "numberReturned": len(shown),
        "features": await run_in_threadpool(lambda: [feature.written(base) for feature in shown]),
    }
    return _answer(request, f, told, TITLES[name][0][choose_language(request)], GEOJSON)


@router.get(
    "/collections/{name}/items/{item:path}",
    summary="Un objet d’une collection, en GeoJSON",
    responses=openapi.ITEM,
)
async def item(
    request: Request,
    reading: Read,
    name: Name,
    item: Annotated[str, Path(description="identifiant · id", examples=["commune/38185"])],
    f: Form = "",
) -> Response:
    """Un objet. *One feature*."""
    kept: Mapping[str, Feature] = (await _one(request, reading, name)).by_id
    if (found := kept.get(item)) is None:
        raise PageError(
            404, N_("Aucun objet « {item} » dans la collection « {name} ».", item=item, name=name)
        )
    path = f"/ogc/collections/{name}"
    links = [
        _link(request, "self", f"{path}/items/{quote(item)}", GEOJSON),
        _link(request, "collection", path, JSON),
        _link(request, "describedby", found.properties["page"], "text/html"),
    ]
    told = found.written(public_base(request)) | {"links": links}
    return _answer(request, f, told, found.properties["name"], GEOJSON)


def read_box(text: str) -> Box | None:
    """Read a bounding box of four numbers, or of six (heights are set aside); None for an empty one.

    Raises PageError (400) for another count, what is no number, or a south beyond the north.

    >>> read_box("5,45,6,46"), read_box("5,45,0,6,46,900")
    ((5.0, 45.0, 6.0, 46.0), (5.0, 45.0, 6.0, 46.0))
    """
    if not text:
        return None
    parts = text.split(",")
    plain = all(re.fullmatch(r" *[+-]?[0-9]{1,15}(\.[0-9]{0,15})? *", part) for part in parts)
    if plain and len(parts) in (4, 6):
        numbers = [float(part) for part in parts]
        west, south, east, north = numbers if len(parts) == 4 else (*numbers[:2], *numbers[3:5])
        if south <= north:
            return west, south, east, north
    raise PageError(400, N_("« bbox » attend ouest,sud,est,nord en degrés, pas « {text} ».", text=text))


def _known_kind(whole: Collection, name: str, asked: str) -> str:
    """Give the kind of a collection that is meant: its own name, or a level as questions write it (« epci »).

    Raises PageError (400) for one that no feature has.
    """
    meant = KINDS_OF_TERRITORY.get(asked.casefold(), asked)
    for kind in whole.kinds:
        if kind.casefold() == meant.casefold():
            return kind
    raise PageError(
        400,
        N_(
            "Aucun objet de la collection « {name} » n’est de nature « {kind} » ; il y a : {kinds}.",
            name=name,
            kind=asked,
            kinds=", ".join(whole.kinds) or "–",
        ),
    )


async def _kept(request: Request, reading: Reading) -> Mapping[str, Collection]:
    """Give the collections of the snapshot, read once."""
    fresh = reading.apart()
    return await run_in_threadpool(
        request.app.state.features.of, fresh.snapshot, lambda: read_collections(fresh)
    )


async def _one(request: Request, reading: Reading, name: str) -> Collection:
    """Give a collection; raises PageError (404) for none of this name."""
    if name not in TITLES:
        raise PageError(
            404, N_("Aucune collection « {name} » : {known}.", name=name, known=", ".join(TITLES))
        )
    return (await _kept(request, reading))[name]


def _described(request: Request, name: str, kept: Collection) -> dict[str, Any]:
    title, description = (text[choose_language(request)] for text in TITLES[name])
    path = f"/ogc/collections/{name}"
    told: dict[str, Any] = {
        "id": name,
        "title": title,
        "description": description,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link(request, "self", path, JSON),
            _link(request, "items", f"{path}/items", GEOJSON),
            _link(request, "enclosure", f"{path}.gpkg", geopackage.MEDIA_TYPE),
        ],
    }
    if kept.extent:
        told["extent"] = {"spatial": {"bbox": [kept.extent], "crs": CRS84}}
    return told


def _link(request: Request, rel: str, path: str, kind: str) -> dict[str, str]:
    return {"href": public_base(request) + path, "rel": rel, "type": kind}


def _answer(request: Request, form: str, told: dict[str, Any], title: str, kind: str = JSON) -> Response:
    """Give what is told as JSON or as a page, with a link to the other: `form`, else what Accept prefers (JSON where equal)."""
    accept = request.headers.get("accept", "")
    html = form == "html" or (not form and quality(accept, "text/html") > quality(accept, kind))
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "f"]
    path = request.url.path
    other = f"{path}?{urlencode([*kept, ('f', 'json' if html else 'html')], safe=',/:')}"
    links = [one for one in told.get("links", ()) if not html or one["rel"] != "self"]
    links.append(_link(request, "alternate", quote(other, safe="/?&=,:%"), kind if html else "text/html"))
    headers = {**CORS, "Content-Language": choose_language(request), "Vary": "Accept, Accept-Language"}
    if not html:
        shown = {**told, "links": links} if "links" in told else told
        return JSONResponse(shown, headers=headers, media_type=kind)
    said, base = choose_language(request), public_base(request)
    response: Response = page(
        request,
        "features.html",
        language=said,
        title=title,
        told=told,
        path=path,
        kinds={None: "", **{kind: Term.of(kind)[said] for kind in _kinds(told)}},
        links=[(one["href"].removeprefix(base), _RELATIONS[one["rel"]][said], one["type"]) for one in links],
        trail=[("/ogc", _RELATIONS["data"][said]), (None, title)],
    )
    response.headers.update(headers)
    return response


def _kinds(told: Mapping[str, Any]) -> set[str]:
    return {one["properties"]["kind"] for one in told.get("features", ())} - {None}
