"""Pages of the catalogue: the list with its facets and search, and a question with its form and its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from markupsafe import Markup

from ..graph.results import Rows
from ..queries.library import Library
from ..queries.query import ParameterError, Query, without_header
from .catalogue_answers import Asked, answer_of, asked_of, dataset_of
from .catalogue_forms import Understood, fields_of, short_value, understand
from .catalogue_words import FORMATS, SECTIONS, TAGS, is_facet, word
from .charts import Drawing, draw
from .names import Index
from .negotiation import Language, Representation
from .problems import ERRORS, status_of
from .reasons import reason
from .rendering import page
from .results_table import ResultTable, result_table
from .solutions import Reading
from .wording import fold

#: Rows of an answer on one page; files hold them all.
SHOWN = 100
#: Files offered first, in this order.
_FILES = ("csv", "csv-fr", "xlsx", "json", "xml", "tsv", "svg", "rq")
#: Characters of a graph shown in the page.
SHOWN_CHARACTERS = 40_000


@dataclass(frozen=True)
class Facet:
    """A value to narrow the list by: its name in addresses, its words, how many questions, whether it is chosen."""

    name: str
    label: str
    count: int
    chosen: bool


def list_page(
    request: Request, library: Library, language: Language, alternates: Sequence[tuple[str, str]]
) -> Response:
    """Show the questions, narrowed by words (`q`), a tag and a section."""
    asked = {name: request.query_params.get(name, "").strip() for name in ("q", "tag", "section")}
    searched = [query for query in library.values() if matches(query, asked["q"])]
    kept = [
        query
        for query in searched
        if (not asked["tag"] or asked["tag"] in query.tags)
        and (not asked["section"] or query.section == asked["section"])
    ]
    sections = {query.section: [one for one in kept if one.section == query.section] for query in kept}
    return page(
        request,
        "queries.html",
        language=language,
        langue_demandee=_said(request),
        sections=[
            (name, word(SECTIONS, name, language), sections[name])
            for name in dict.fromkeys((*SECTIONS, *sections))
            if name in sections
        ],
        total=len(library),
        trouvees=len(kept),
        demande=asked,
        etiquettes=_facets(
            (tag for query in searched for tag in query.tags if is_facet(tag)), TAGS, asked["tag"], language
        ),
        parties=_facets((query.section for query in searched), SECTIONS, asked["section"], language),
        mots=lambda query: [(tag, word(TAGS, tag, language)) for tag in query.tags if is_facet(tag)],
        adresse=lambda **changes: _address(request, "/queries", {**asked, **changes}),
        alternates=alternates,
        fil=[(None, "Queries" if language == "en" else "Questions")],
    )


def matches(query: Query, text: str) -> bool:
    """Say whether a question's name, title, summary or tags (in either language) hold all the words.

    >>> matches(Library()["territory-programmes"], "formation"), matches(Library()["relays"], "zzz")
    (True, False)
    """
    tags = [part for tag in query.tags for part in (tag, *TAGS.get(tag, ()))]
    held = fold(" ".join([query.name, *query.title.values(), *query.summary.values(), *tags]))
    return all(f" {piece}" in f" {held}" for piece in fold(text).split())


def _facets(names: Any, words: Mapping[str, tuple[str, str]], chosen: str, language: Language) -> list[Facet]:
    counts: Counter[str] = Counter(names)
    if chosen:
        counts.setdefault(chosen, 0)
    facets = [
        Facet(name, word(words, name, language), count, name == chosen) for name, count in counts.items()
    ]
    return sorted(facets, key=lambda facet: (-facet.count, facet.label))


def _said(request: Request) -> str:
    """Give the language that the address asks for, to keep it in links; empty where it asks for none."""
    language = request.query_params.get("lang", "")
    return language if language in ("fr", "en") else ""


def _address(request: Request, path: str, values: Mapping[str, str]) -> str:
    kept = {name: value for name, value in values.items() if value}
    if language := _said(request):
        kept["lang"] = language
    return f"{path}?{urlencode(kept)}" if kept else path


@dataclass
class Shown:
    """What a question's page shows of the answer: a table and perhaps a drawing, a document, or a failure."""

    table: ResultTable | None = None
    drawing: Drawing | None = None
    document: str = ""
    failure: str = ""
    status: int = 200
    retry_after: int = 0


def question_page(
    request: Request,
    reading: Reading,
    query: Query,
    given: Mapping[str, list[str]],
    index: Index,
    offered: Sequence[Representation],
    language: Language,
) -> Response:
    """Show a question: its form, with the example where no value is given, and the answer."""
    publication = request.state.publication
    shown = given or {p.name: [p.example] for p in query.parameters if not p.optional}
    errors: dict[str, ParameterError] = {}
    understood: list[Understood] = []
    asked: Asked | None = None
    try:
        values, understood = understand(query, shown, index)
        asked = asked_of(query, values, publication)
    except ParameterError as error:
        errors[error.parameter] = error
    number = _page_number(request)
    answer = _shown(request, reading, asked, (number - 1) * SHOWN) if asked else Shown(status=400)
    pages = max(1, -(-answer.table.total // SHOWN)) if answer.table else 1
    values_in_address = [(name, value) for name, texts in shown.items() for value in texts]
    address = _addresses(request, query, values_in_address)
    formats = [one for one in offered if one.name != "html"]
    response = page(
        request,
        "query.html",
        status=answer.status,
        language=language,
        langue_demandee=_said(request),
        question=query,
        section=word(SECTIONS, query.section, language),
        mots=[(tag, word(TAGS, tag, language)) for tag in query.tags if is_facet(tag)],
        champs=fields_of(reading, index, query, shown, errors, dataset_of(publication.graphs, query)),
        erreurs=[error for name, error in errors.items() if name not in {p.name for p in query.parameters}],
        compris=understood,
        exemple=not given and bool(query.parameters),
        reponse=answer,
        dessin=Markup(answer.drawing.svg) if answer.drawing else None,  # every text in it is escaped
        page_no=number,
        pages=pages,
        premiere=(number - 1) * SHOWN + 1,
        montres=SHOWN_CHARACTERS,
        texte=asked.alone if asked else without_header(query.text),
        formats=[
            (one, word(FORMATS, one.name, language), address(one.suffix))
            for one in sorted(formats, key=lambda one: _FILES.index(one.name) if one.name in _FILES else 99)
        ],
        avec=lambda name, iri: _addresses(
            request, query, [*((n, v) for n, v in values_in_address if n != name), (name, short_value(iri))]
        )(""),
        page_a=lambda n: address("", page=str(n)),
        autre_langue=address("", lang="fr" if language == "en" else "en"),
        alternates=[
            (one.media_type.partition(";")[0], address(one.suffix)) for one in formats if one.name != "csv-fr"
        ],
        fil=[("/queries", "Queries" if language == "en" else "Questions"), (None, query.title[language])],
    )
    neighbours = (("prev", number - 1), ("next", number + 1))
    links = [f'<{address("", page=str(n))}>; rel="{rel}"' for rel, n in neighbours if 1 <= n <= pages]
    links.append(f'</queries/{query.name}/description>; rel="describedby"')
    if answer.retry_after:
        response.headers["Retry-After"] = str(answer.retry_after)
    response.headers["Link"] = ", ".join([*filter(None, [response.headers.get("Link")]), *links])
    return response


def _addresses(request: Request, query: Query, values: Sequence[tuple[str, str]]) -> Any:
    """Give a function from a suffix (and further parameters) to the address of the answer in that format."""
    said = _said(request)

    def address(suffix: str, **more: str) -> str:
        language = {"lang": said} if said else {}
        pairs = [*values, *{**language, **more}.items()]
        path = f"/queries/{quote(query.name)}{suffix}"
        return f"{path}?{urlencode(pairs)}" if pairs else path

    return address


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _shown(request: Request, reading: Reading, asked: Asked, start: int) -> Shown:
    """Ask the pool for what the page shows; an error of the pool becomes a sentence and its status."""
    query = asked.query
    try:
        if query.form not in ("SELECT", "ASK"):
            answer = answer_of(request, asked, "text/turtle")
            return Shown(document=answer.body.decode())
        answer = answer_of(request, asked)
        table = result_table(answer.body, reading, SHOWN, query.chart, start)
        drawing = None
        if query.chart and table.total:
            drawing = draw(
                Rows.from_json(answer.body), query.chart, query.title[reading.language], reading.language
            )
        return Shown(table, drawing)
    except ERRORS as error:
        reading.failed = True
        told = reason(error) if reading.language == "fr" else f"{str(error)[:1].upper()}{str(error)[1:]}."
        return Shown(failure=told, status=status_of(error), retry_after=getattr(error, "retry_after", 0))
