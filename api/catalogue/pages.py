"""Pages of the catalogue: the list with its facets and search, and a question with its form and its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from markupsafe import Markup

from ...graph.pool.blocking import Answer
from ...graph.region.text import fold
from ...queries.library import Library
from ...queries.parameters import TYPES, Parameter
from ...queries.query import ParameterError, Query, without_header
from ...words import Spoken, gettext, languages
from ..errors.problems import said_of, status_of
from ..labels.questions import FORMATS, SECTIONS, TAGS, is_facet, word
from ..reading.names import Index
from ..reading.publication import Publication
from ..reading.questions import Understood, check_known, dataset_of, short_value, understand
from ..reading.solutions import Reading
from ..render.charts import Drawing, draw
from ..render.rendering import page
from ..render.results_table import ResultTable, named_rows, result_table
from ..web.links import add_links, page_links
from ..web.negotiation import CSVW, HTML, Language, Representation
from .answers import QuestionParams, asked_of
from .forms import fields_of

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
        if asked["tag"] in ("", *query.tags) and asked["section"] in ("", query.section)
    ]
    sections: dict[str, list[Query]] = {}
    for query in kept:
        sections.setdefault(query.section, []).append(query)
    return page(
        request,
        "queries.html",
        language=language,
        sections=[
            (name, word(SECTIONS, name, language), sections[name])
            for name in dict.fromkeys((*SECTIONS, *sections))
            if name in sections
        ],
        total=len(library),
        set_aside=library.broken,
        matches=len(kept),
        asked=asked,
        tag_options=_facets(
            (tag for query in searched for tag in _tags(query)), TAGS, asked["tag"], language
        ),
        section_options=_facets((query.section for query in searched), SECTIONS, asked["section"], language),
        address=lambda **changes: _address(request, "/queries", {**asked, **changes}),
        alternates=alternates,
        trail=[(None, gettext("Questions", language))],
    )


def _tags(query: Query) -> list[str]:
    return [tag for tag in query.tags if is_facet(tag)]


def matches(query: Query, text: str) -> bool:
    """Say whether a question's name, title, summary or tags (in either language) hold all the words.

    >>> matches(Library()["territory-programmes"], "formation"), matches(Library()["relays"], "zzz")
    (True, False)
    """
    tags = [part for tag in query.tags for part in (tag, *TAGS.get(tag, ()))]
    held = fold(" ".join([query.name, *query.title.values(), *query.summary.values(), *tags]))
    return all(f" {piece}" in f" {held}" for piece in fold(text).split())


def _facets(names: Any, words: Mapping[str, Spoken], chosen: str, language: Language) -> list[Facet]:
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
    return language if language in languages() else ""


def _address(request: Request, path: str, values: Mapping[str, str]) -> str:
    kept = {name: value for name, value in values.items() if value}
    if language := _said(request):
        kept["lang"] = language
    return f"{path}?{urlencode(kept)}" if kept else path


@dataclass
class QuestionView:
    """What a question's page shows of the answer: a table and perhaps a drawing, a document, or a failure."""

    table: ResultTable | None = None
    drawing: Drawing | None = None
    document: str = ""
    failure: str = ""
    status: int = 200
    retry_after: int = 0


@dataclass(frozen=True)
class QuestionForm:
    """A question as somebody poses it: values `given`, those `shown` in the form, what was understood, errors.

    `asked` is what goes to the pool; None where there are errors.
    """

    query: Query
    given: Mapping[str, list[str]]
    shown: Mapping[str, list[str]]
    understood: Sequence[Understood] = ()
    errors: Mapping[str, ParameterError] = field(default_factory=dict)
    asked: QuestionParams | None = None


def pose(
    query: Query,
    given: Mapping[str, list[str]],
    index: Index,
    publication: Publication,
    reading: Reading,
    *,
    page: bool,
) -> QuestionForm:
    """Read the values given for a question; on a `page`, examples stand in for those not given, and names may be vague."""
    shown = {**given, **({p.name: [p.example] for p in _examples(query, given)} if page else {})}
    try:
        values, understood = understand(query, shown, index, strict=not page)
        if given:
            check_known(query, values, index, reading, dataset_of(publication.graphs, query))
        return QuestionForm(query, given, shown, understood, {}, asked_of(query, values, publication))
    except ParameterError as error:
        return QuestionForm(query, given, shown, errors={error.parameter: error})


def _examples(query: Query, given: Mapping[str, list[str]]) -> list[Parameter]:
    """List the parameters whose example stands in for a value that is not given."""
    return [one for one in query.parameters if not one.optional and one.name not in given]


def question_page(
    request: Request,
    reading: Reading,
    posed: QuestionForm,
    outcome: Answer | Exception | None,
    index: Index,
    offered: Sequence[Representation],
) -> Response:
    """Show a question: its form, and the answer or why there is none."""
    publication: Publication = request.state.publication
    query, shown, asked, language = posed.query, posed.shown, posed.asked, reading.language
    number = _page_number(request)
    answer = _shown(reading, query, outcome, (number - 1) * SHOWN)
    pages = max(1, -(-answer.table.total // SHOWN)) if answer.table else 1
    values_in_address = _values(posed)
    address = _addresses(request, query, values_in_address)
    formats = [one for one in offered if one not in (HTML, CSVW)]
    response = page(
        request,
        "query.html",
        status=answer.status,
        language=language,
        question=query,
        section=word(SECTIONS, query.section, language),
        fields=fields_of(reading, index, query, shown, posed.errors, dataset_of(publication.graphs, query)),
        faults=_strangers(posed),
        understood=posed.understood,
        precise_values=lambda thing: index.precise(thing, language),
        examples=[TYPES[one.type].label[language] for one in _examples(query, posed.given)],
        answer=answer,
        drawing=Markup(answer.drawing.svg) if answer.drawing else None,  # every text in it is escaped
        page_no=number,
        pages=pages,
        first_row=(number - 1) * SHOWN + 1,
        shown_ones=SHOWN_CHARACTERS,
        text=asked.alone if asked else without_header(query.text),
        formats=[
            (one, word(FORMATS, one.name, language), address(one.suffix))
            for one in sorted(formats, key=_rank)
        ],
        with_map=lambda name, iri: _addresses(request, query, _changed(values_in_address, name, iri))(""),
        page_at=lambda n: address("", page=str(n)),
        alternates=[
            (one.media_type.partition(";")[0], address(one.suffix)) for one in formats if one.name != "csv-fr"
        ],
        trail=[("/queries", gettext("Questions", language)), (None, query.title[language])],
    )
    if answer.retry_after:
        response.headers["Retry-After"] = str(answer.retry_after)
    beside = page_links(number, pages, lambda n: address("", page=str(n)))
    add_links(response, [*beside, f'</queries/{query.name}/description>; rel="describedby"'])
    return response


def _changed(values: Sequence[tuple[str, str]], name: str, iri: str) -> list[tuple[str, str]]:
    return [*((n, value) for n, value in values if n != name), (name, short_value(iri))]


def _strangers(posed: QuestionForm) -> list[ParameterError]:
    """Give the errors of values that are no parameter's."""
    own = {parameter.name for parameter in posed.query.parameters}
    return [error for name, error in posed.errors.items() if name not in own]


def _rank(one: Representation) -> int:
    return _FILES.index(one.name) if one.name in _FILES else len(_FILES)


def _values(posed: QuestionForm) -> list[tuple[str, str]]:
    """Give the values of a question for addresses, those understood from names by their codes: files take no vague name."""
    vague = {one.parameter for one in posed.understood}
    given = posed.asked.values if posed.asked else posed.shown
    return [
        (name, short_value(value) if name in vague else value)
        for name, texts in given.items()
        for value in texts
    ]


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


def _shown(reading: Reading, query: Query, outcome: Answer | Exception | None, start: int) -> QuestionView:
    """Make what the page shows of an answer; an error of the pool becomes a sentence and its status."""
    if outcome is None:
        return QuestionView(status=400)
    if isinstance(outcome, Exception):
        reading.failed = True
        told = said_of(outcome)[reading.language]
        return QuestionView(
            failure=told, status=status_of(outcome), retry_after=getattr(outcome, "retry_after", 0)
        )
    if outcome.snapshot != reading.snapshot:
        reading.failed = True  # of a newer publication: not to be kept for this one
    if outcome.kind == "graph":
        return QuestionView(document=outcome.body.decode())
    table = result_table(outcome.body, reading, SHOWN, query, start)
    if not query.chart or not table.total:
        return QuestionView(table)
    rows, title = named_rows(outcome.body, reading), query.title[reading.language]
    return QuestionView(table, draw(rows, query.chart, title, reading.language, query.columns))
