"""Linked data: `/id/…` redirects to a page or a description; `/doc/…` describes in HTML or RDF."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from .links import BASE, document_path, friendly_page, identified, local_name
from .negotiation import DESCRIPTIONS, HTML, NotAcceptable, Representation, choose, split_suffix
from .publication import reading_of, service_of
from .rendering import page
from .solutions import PREFIXES, NotAnIri, Reading, iri_term
from .wording import fold

router = APIRouter(tags=["données liées"])
Read = Annotated[Reading, Depends(reading_of)]

#: Incoming triples described with a thing; the count says how many there are in all.
INCOMING = 200


def _described(path: str) -> tuple[str, str | None]:
    bare, suffix = split_suffix(path)
    iri = identified(bare)
    try:
        iri_term(iri)
    except NotAnIri as error:
        raise HTTPException(404, "Cette adresse ne peut pas nommer une chose du graphe.") from error
    return iri, suffix


def _links(iri: str) -> dict[str, str]:
    path = document_path(iri) or "/"
    offers = [f'<{path}{one.suffix}>; rel="alternate"; type="{one.media_type}"' for one in DESCRIPTIONS]
    return {
        "Vary": "Accept",
        "Link": ", ".join([*offers, f'<{quote(iri, safe=":/#?&=%")}>; rel="describes"']),
        "Access-Control-Allow-Origin": "*",
    }


def _asked(request: Request, reading: Reading, path: str, format: str) -> tuple[str, Representation]:
    """Settle which thing a path names and in which representation it is wanted; 406 or 404 otherwise."""
    iri, suffix = _described(path)
    try:
        chosen = choose(request.headers.get("accept"), DESCRIPTIONS, format or suffix)
    except NotAcceptable as error:
        raise HTTPException(406, str(error)) from error
    if not _known(reading, iri):
        raise HTTPException(404, f"Aucune source chargée ne décrit « {iri.removeprefix(BASE)} ».")
    return iri, chosen


@router.get("/id/{path:path}", summary="Identifiant d’une chose")
def identifier(request: Request, reading: Read, path: str, format: str = "") -> Response:
    """Redirect (303) a thing's identifier to its page for people, or to the description asked for."""
    iri, chosen = _asked(request, reading, path, format)
    page_path = document_path(iri) or "/"
    target = (friendly_page(iri) or page_path) if chosen is HTML else page_path + chosen.suffix
    return RedirectResponse(target, 303, headers=_links(iri))


def _known(reading: Reading, iri: str) -> bool:
    return bool(
        reading.select(
            f"SELECT ?p {{ {{ {iri_term(iri)} ?p ?o }} UNION {{ ?s ?p {iri_term(iri)} }} }} LIMIT 1"
        )
    )


@router.get("/doc/{path:path}", summary="Description d’une chose")
def description(request: Request, reading: Read, path: str, format: str = "") -> Response:
    """Describe a thing: what is said of it, and what points to it (counted, and capped)."""
    iri, chosen = _asked(request, reading, path, format)
    headers = _links(iri)
    if chosen is not HTML:
        term = iri_term(iri)
        text = (
            f"{PREFIXES}CONSTRUCT {{ {term} ?p ?o . ?s ?q {term} }} WHERE {{ {{ {term} ?p ?o }} UNION "
            f"{{ SELECT ?s ?q {{ ?s ?q {term} }} LIMIT {INCOMING} }} }}"
        )
        answer = service_of(request.app).pool.query(text, accept=chosen.media_type)
        headers["ETag"] = f'"{answer.snapshot}-{chosen.name}"'
        return Response(answer.body, media_type=answer.media_type, headers=headers)
    return _page(request, reading, iri, headers)


def _page(request: Request, reading: Reading, iri: str, headers: dict[str, str]) -> Response:
    term = iri_term(iri)
    out = reading.ask(f"{PREFIXES}SELECT ?property ?value {{ {term} ?property ?value }} LIMIT 1000")
    incoming = reading.ask(
        f"{PREFIXES}SELECT ?thing ?property {{ ?thing ?property {term} }} LIMIT {INCOMING}"
    )
    counts = reading.ask(
        f"{PREFIXES}SELECT ?property (COUNT(?thing) AS ?value) "
        f"{{ ?thing ?property {term} }} GROUP BY ?property"
    )
    mentioned = {iri}
    for block in (out, incoming, counts):
        for row in block.rows:
            mentioned.update(value for value in row.values() if value.startswith(("http://", "https://")))
    reading.learn_labels(mentioned)
    response = page(
        request,
        "resource.html",
        iri=iri,
        nom=reading.label(iri),
        sortants=_grouped(reading, out.rows, "value"),
        entrants=_grouped(reading, incoming.rows, "thing"),
        nombres={row["property"]: int(row["value"]) for row in counts.rows},
        bloc=out,
        bloc_entrants=incoming,
        plafond=INCOMING,
        belle_page=friendly_page(iri),
        etiquette=reading.label,
        alternates=[(one.media_type, f"{document_path(iri)}{one.suffix}") for one in DESCRIPTIONS[1:]],
        fil=[(None, reading.label(iri))],
    )
    response.headers.update(headers)
    return response


def _grouped(
    reading: Reading, rows: list[dict[str, str]], key: str
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        value = row[key]
        named = reading.label(value) if value.startswith(("http://", "https://")) else value
        groups.setdefault(row["property"], []).append((value, named))
    listed: list[tuple[str, str, list[tuple[str, str]]]] = [
        (prop, _property_name(reading, prop), sorted(set(values), key=lambda pair: fold(pair[1])))
        for prop, values in groups.items()
    ]
    return sorted(listed, key=lambda group: (_rank(group[0]), group[1]))


def _rank(prop: str) -> int:
    first = ("label", "prefLabel", "altLabel", "title", "type", "definition", "comment")
    name = local_name(prop)
    return first.index(name) if name in first else len(first)


#: French names of properties of other vocabularies.
_NAMES = {
    "type": "nature", "label": "nom", "prefLabel": "nom", "altLabel": "autre nom", "hasSite": "site",
    "homepage": "site web", "hadPrimarySource": "source", "lat": "latitude", "long": "longitude",
    "inScheme": "nomenclature", "notation": "code", "broader": "poste plus large", "definition": "définition",
    "hasGeometry": "géométrie", "asWKT": "contour (WKT)", "dataSet": "jeu de données",
    "comment": "définition",
    "subOrganizationOf": "fait partie de", "memberOf": "membre de", "created": "créé le", "title": "titre",
    "topConceptOf": "en tête de", "isDefinedBy": "défini par", "subClassOf": "sous-classe de",
}  # fmt: skip


def _property_name(reading: Reading, prop: str) -> str:
    label = reading.label(prop)
    name = local_name(prop)
    return (
        _NAMES.get(name, label)
        if label == name or not prop.startswith("https://w3id.org/ancrage/")
        else label
    )
