"""What the SPARQL editor reads beside answers: its vocabulary, its examples, the names and places of things."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from ...queries.query import Query
from ..precompute.artifacts import Counted
from ..reading.publication import answer_of, library_of_questions, reading_of
from ..reading.solutions import Reading
from ..render.contour import lighter
from ..web.links import href
from ..web.negotiation import Language
from ..web.page_language import choose_language
from ..web.query_texts import NotAnIri, bound, iri_term, question
from .answers import standing_alone

router = APIRouter(prefix="/editor", tags=["sparql"])
Read = Annotated[Reading, Depends(reading_of)]

MOST = 500
"""Things that one request may ask the names or the places of."""
LONGEST = 2000
"""Characters of an IRI that is looked up."""

_CLASS = "http://www.w3.org/2002/07/owl#Class"
_POSITION = ("lat", "long")


class NamesRequest(BaseModel):
    """IRIs of a table that the editor shows."""

    iris: list[Annotated[str, Field(max_length=LONGEST)]] = Field(max_length=MOST)

    @property
    def known(self) -> list[str]:
        """The IRIs that may stand in a query, once each."""
        return sorted({iri for iri in self.iris if _is_iri(iri)})


@router.get("/vocabulary", summary="Classes et propriétés, pour compléter une requête")
def vocabulary(request: Request, reading: Read, counted: Counted) -> Response:
    """Give the classes and properties with their labels (fr, en), and the counts that VoID gives of their use."""
    answer_of(request, counted.snapshot)
    terms = reading.as_of(counted.snapshot.id).block("editor/terms").rows
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for row in terms:
        if "label" in row:
            labels[row["term"]].setdefault(row.get("language", ""), row["label"])
    classes = {row["term"] for row in terms if row["kind"] == _CLASS}
    properties = {row["term"] for row in terms} - classes
    entities = {use.cls: use.entities for use in counted.value.whole.classes}
    triples = {use.property: use.triples for use in counted.value.whole.properties}
    return JSONResponse(
        {
            "publication": counted.snapshot.id,
            "classes": _by_use(classes, entities, labels),
            "properties": _by_use(properties, triples, labels),
        }
    )


def _by_use(
    declared: set[str], counts: Mapping[str, int], labels: Mapping[str, dict[str, str]]
) -> list[dict[str, Any]]:
    """Describe terms, the most used first."""
    terms = sorted(declared | counts.keys(), key=lambda iri: (-counts.get(iri, 0), iri))
    return [{"iri": iri, "count": counts.get(iri, 0), "label": labels.get(iri, {})} for iri in terms]


@router.get("/examples", summary="Les questions nommées, en SPARQL")
def examples(request: Request, reading: Read) -> Response:
    """Give each named question as a query that stands alone, its parameters bound to their examples."""
    graphs, said = request.state.publication.graphs, choose_language(request)
    return JSONResponse(
        {
            query.name: {"title": query.title[said], "text": example_of(query, graphs, said)}
            for query in library_of_questions(request.app).values()
        },
        headers={"Vary": "Accept-Language"},
    )


def example_of(query: Query, graphs: Mapping[str, Mapping[str, object]], language: Language = "fr") -> str:
    """Give a question's text with its title and summary above it.

    >>> from ancrage.queries.library import Library
    >>> print(example_of(Library()["territory-identity"], {}).splitlines()[0])
    # Identité d'un territoire
    """
    values = {one.name: one.example for one in query.parameters if not one.optional}
    text = standing_alone(query, values, graphs).strip()
    return f"# {query.title[language]}\n# {query.summary[language]}\n{text}\n"


@router.post("/names", summary="Noms et adresses des choses d’un tableau")
def names(request: Request, reading: Read, asked: NamesRequest) -> Response:
    """Give the name (in the language asked for if there is one; null without) and the page of each thing."""
    reading.language = choose_language(request)
    reading.learn_labels(asked.known)
    told = {iri: {"name": reading.name(iri) or None, "page": href(iri)} for iri in asked.known}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.post("/places", summary="Contours et positions des choses d’une carte")
def places(reading: Read, asked: NamesRequest) -> Response:
    """Give the outline or the position of each thing that has one, as WKT (WGS 84, longitude first)."""
    found: dict[str, str] = {}
    if asked.known:
        for row in reading.ask(bound(question("editor/places"), things=asked.known)).rows:
            wkt = row.get("wkt") or "POINT ({1} {0})".format(*(row[name] for name in _POSITION))
            if row["thing"] not in found or "wkt" in row:  # an outline tells more than a position
                found[row["thing"]] = wkt
    drawn = {iri: lighter(wkt) for iri, wkt in found.items()}
    return JSONResponse(
        {iri: wkt for iri, wkt in drawn.items() if wkt}, headers={"Cache-Control": "no-store"}
    )


def _is_iri(text: str) -> bool:
    try:
        return bool(iri_term(text))
    except NotAnIri:
        return False
