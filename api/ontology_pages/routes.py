"""The ontology at `/def/`: one page for people, RDF for machines, whole or term by term, and its versions."""

import functools
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import pyoxigraph as ox
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from ...graph.pool.blocking import NoSnapshot
from ...graph.region.text import fold
from ...ontology.vocabulary import ANC, FOLDER, PREFIXES, ontology_files, shape_files
from ...words import EMPTY, N_, Message, Named, Spoken, gettext, languages
from ..reading.publication import library_of_questions, reading_of
from ..render.rdf_document import write_rdf
from ..render.rendering import page
from ..web.links import href
from ..web.negotiation import (
    HTML,
    ONTOLOGIES,
    TURTLE,
    NotAcceptable,
    Representation,
    choose,
    language,
    split_suffix,
)
from ..web.page_error import PageError
from .drawing import drawing
from .facts import Facts
from .rules import SHAPES, severity_word, shape_facts, shapes
from .schemes import schemes
from .terms import PARTS, Term, curie, ontology

router = APIRouter(tags=["données liées"])
VARY = "Accept, Accept-Language"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
#: Former versions of the ontology, one Turtle file each (`0.2.0.ttl`); there is none before the second version.
VERSIONS = FOLDER / "versions"
EXAMPLES = FOLDER / "examples"
#: Names under which the whole ontology is asked for.
WHOLE = ("", "ontology", "ancrage")


@dataclass(frozen=True)
class Example:
    """A commented example in Turtle, with its title in French and in English."""

    name: str
    title: Spoken
    turtle: str


@functools.cache
def examples() -> tuple[Example, ...]:
    """Read the examples of the package.

    >>> examples()[0].name
    '1-actor'
    """
    found = []
    for file in sorted(EXAMPLES.glob("*.ttl")):
        french, english, turtle = file.read_text(encoding="utf-8").split("\n", 2)
        found.append(
            Example(
                file.stem,
                Named(french.removeprefix("# fr: "), english.removeprefix("# en: ")),
                turtle.strip(),
            )
        )
    return tuple(found)


def versions(folder: Path = VERSIONS) -> dict[str, list[Path]]:
    """List the versions that can be given, the current one first, each with the files that hold it.

    >>> next(iter(versions())) == ontology().version
    True
    """
    former = sorted(
        folder.glob("*.ttl"), key=lambda file: [int(n) for n in file.stem.split(".")], reverse=True
    )
    return {ontology().version: ontology_files()} | {
        file.stem: [file] for file in former if file.stem != ontology().version
    }


@router.get("/def", summary="Ontologie")
@router.get("/def/{term:path}", summary="Ontologie, ou un de ses termes")
def definitions(
    request: Request,
    term: str = "",
    format: Annotated[str, Query(description="ttl, jsonld, nt, rdf ou html")] = "",
    lang: Annotated[str, Query(description="fr ou en")] = "",
    q: Annotated[str, Query(max_length=100, description="mots à chercher dans les termes")] = "",
) -> Response:
    """Give the ontology, a term, a shape or a version: a page (303 to its place there) or RDF."""
    bare, suffix = split_suffix(term.rstrip("/"), ONTOLOGIES)
    if term.strip("/") == "alignments.sssom.tsv":
        body = (FOLDER / "alignments.sssom.tsv").read_bytes()
        return Response(body, media_type="text/tab-separated-values; charset=utf-8", headers=_headers(""))
    try:
        chosen = choose(request.headers.get("accept"), ONTOLOGIES, format or suffix)
    except NotAcceptable as error:
        raise PageError.of(error, 406, {"Vary": VARY}) from error
    files = _files(bare)
    if files is None and chosen is HTML:
        return RedirectResponse(_place(bare, lang), 303, headers=_headers(bare))
    _begin(request)
    if chosen is HTML:
        return _page(request, bare, lang, q)
    body = serialise(bare, chosen) if files is None else whole(tuple(files), chosen)
    return Response(body, media_type=chosen.media_type, headers=_headers(bare))


def _begin(request: Request) -> None:
    """Begin a reading where there is a publication: its number stands at the foot, and the page is kept."""
    with suppress(NoSnapshot):
        reading_of(request)


def _headers(name: str) -> dict[str, str]:
    path = "/def/" + name
    links = [f'<{ANC}{name}>; rel="cite-as"', f'<{LICENCE}>; rel="license"']
    stem = path if name else "/def/ontology"
    links += [f'<{stem}{one.suffix}>; rel="alternate"; type="{one.media_type}"' for one in ONTOLOGIES[1:]]
    return {"Vary": VARY, "Link": ", ".join(links), "Access-Control-Allow-Origin": "*"}


def _files(name: str) -> Sequence[Path] | None:
    """Give the files of the whole ontology, a version or the shapes; None for a term; 404 for what is not there."""
    if name in WHOLE:
        return ontology_files()
    if name == "shapes":
        return shape_files()
    part = name.removesuffix(f"/{ontology().version}")
    if part in ("externals", "alignments"):
        return [FOLDER / f"{part}.ttl"]
    if name in versions():
        return versions()[name]
    if name[:1].isdigit():
        known = ", ".join(versions())
        raise PageError(
            404,
            N_("Pas de version {name} de l’ontologie ; versions publiées : {known}.", name=name, known=known),
        )
    if ANC + name not in ontology().terms and not any(
        shape.name == name.removeprefix("shapes/") for shape in shapes()
    ):
        raise PageError(404, _unknown(name))
    return None


def _unknown(name: str) -> Message:
    near = get_close_matches(name, [term.name for term in ontology().terms.values()], 3, 0.6)
    if near:
        return N_(
            "L’ontologie n’a pas de terme « {name} ». Termes proches : {near}.",
            name=name,
            near=", ".join(near),
        )
    return N_("L’ontologie n’a pas de terme « {name} ».", name=name)


def _place(name: str, lang: str) -> str:
    query = f"?lang={lang}" if lang in languages() else ""
    return f"/def/{query}#{name.removeprefix('shapes/')}"


@functools.lru_cache(32)
def whole(files: tuple[Path, ...], chosen: Representation) -> bytes:
    """Write the triples of some of the ontology's files; Turtle keeps the files as they were written."""
    if chosen is TURTLE:
        return "\n".join(path.read_text(encoding="utf-8") for path in files).encode()
    return write_rdf(Facts(files).triples, chosen)


def serialise(name: str, chosen: Representation) -> bytes:
    """Write what the ontology says of a term or a shape, and the terms that point to it."""
    shape = name.startswith("shapes/")
    facts = shape_facts() if shape else ontology().facts
    thing = ox.NamedNode((SHAPES if shape else ANC) + name.removeprefix("shapes/"))
    listed: list[ox.Triple] = []
    pending: list[ox.NamedNode | ox.BlankNode] = [thing]
    for node in pending:
        for prop, values in facts.by_subject.get(node, {}).items():
            listed += [ox.Triple(node, ox.NamedNode(prop), value) for value in values]
            pending += [value for value in values if isinstance(value, ox.BlankNode) and value not in pending]
    listed += [one for one in facts.triples if one.object == thing and isinstance(one.subject, ox.NamedNode)]
    return write_rdf(listed, chosen)


def _page(request: Request, name: str, lang: str, q: str) -> Response:
    known, spoken = ontology(), language(request.headers.get("accept-language"), lang)
    words = fold(q).split()

    def kept(terms: list[Term]) -> list[Term]:
        return [term for term in terms if all(word in term.folded for word in words)]

    parts = [(part, PARTS.get(part, (Named(part), EMPTY)), kept(known.part(part))) for part in known.parts]
    rules: dict[str, list[str]] = {}
    for shape in shapes():
        for iri in shape.terms:
            rules.setdefault(iri, []).append(shape.name)
    questions = [query for query in library_of_questions(request.app).values() if "cq" in query.tags]
    response = page(
        request,
        "definitions.html",
        language=spoken,
        ontology=known,
        wording=q.strip(),
        parts=parts,
        matches=sum(len(terms) for _, _, terms in parts),
        sorts=kinds(spoken),
        tree=_roots(known.terms),
        children=lambda term: [known.terms[iri] for iri in term.below],
        terms_rows=known.terms,
        name_of=lambda iri: known.label(iri, spoken),
        link_of=lambda iri: "#" + known.terms[iri].name if iri in known.terms else href(iri),
        short_of=curie,
        rules=rules,
        forms=shapes(),
        severity=lambda severity: severity_word(severity, spoken),
        classifications=schemes(),
        examples=examples(),
        questions=sorted(questions, key=lambda query: next((t for t in query.tags if t[2:].isdigit()), "")),
        prefixes=PREFIXES,
        versions=list(versions()),
        version=name if name in versions() else known.version,
        schema=drawing(spoken),
        heading_row=lambda *properties: known.facts.text(ANC, *properties).to(spoken),
        alternates=[(one.media_type, f"/def/ontology{one.suffix}") for one in ONTOLOGIES[1:]],
        trail=[(None, gettext("Ontologie", spoken))],
    )
    response.headers.update(_headers(""))
    return response


def kinds(spoken: str) -> dict[str, tuple[str, str]]:
    """Name the kinds of terms, one and several.

    >>> kinds("en")["class"]
    ('class', 'classes')
    """
    return {
        "class": (gettext("classe", spoken), gettext("classes", spoken)),
        "relation": (gettext("relation", spoken), gettext("relations", spoken)),
        "attribute": (gettext("attribut", spoken), gettext("attributs", spoken)),
    }


def _roots(terms: dict[str, Term]) -> list[Term]:
    return [t for t in terms.values() if t.kind == "class" and not any(iri in terms for iri in t.above)]
