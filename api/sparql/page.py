"""The page of the SPARQL service: a query to edit, its answer as a table, the same answer as files."""

from typing import Any

from fastapi import Request, Response

from ...graph.pool.blocking import Answer
from ...graph.region.text import fold
from ...ontology.vocabulary import PREFIXES
from ...queries.library import Library
from ...words import N_, gettext, numeral
from ...words.catalogues import locale, sentences
from ..errors.problems import said_of
from ..labels.questions import SECTIONS, TAGS, word
from ..reading.publication import library_of_questions, reading_of
from ..reading.solutions import Reading
from ..render.rendering import page
from ..render.results_table import result_table
from ..web.negotiation import Language
from ..web.page_language import choose_language

SHOWN = 500
"""Rows shown in the page; the files hold them all."""

#: Files of an answer, as the page names them.
TABLE_FILES = (
    *(
        ("csv-fr", N_("CSV (tableur français)").source),
        ("xlsx", "Excel (XLSX)"),
        ("csv", "CSV"),
        ("tsv", "TSV"),
    ),
    *(("json", "JSON"), ("xml", "XML")),
)
GRAPH_FILES = (
    *(("ttl", "Turtle"), ("nt", "N-Triples"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML"), ("trig", "TriG")),
    ("nq", "N-Quads"),
)
#: Parameters of the protocol that choose the dataset.
DATASET = ("default-graph-uri", "named-graph-uri")

EXAMPLE = """PREFIX anc: <https://w3id.org/ancrage/def/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?type (COUNT(DISTINCT ?organization) AS ?organizations) WHERE {
  ?organization a org:Organization , ?type .
  FILTER(?type != org:Organization)
}
GROUP BY ?type
ORDER BY DESC(?organizations)
"""


def sparql_page(
    request: Request, text: str, answer: Answer | None, error: Exception | None = None, status: int = 200
) -> Response:
    """Show the editor with a query and its answer; a graph is shown as Turtle."""
    said: Language = choose_language(request)
    try:
        reading = reading_of(request)
        reading.language = said
    except LookupError:
        reading = None
    graph = answer is not None and answer.kind == "graph"
    library = library_of_questions(request.app)
    sections = library.sections()
    settings = request.app.state.settings
    limit = f"{settings.deadline:g}"
    tables = [(name, gettext(words, said)) for name, words in TABLE_FILES]
    return page(
        request,
        "sparql.html",
        status=status,
        text=text or EXAMPLE,
        answered=answer is not None,
        **_shown(answer, reading),
        failure_text=said_of(error)[said] if error else "",
        formats=GRAPH_FILES if graph else tables,
        data_set=[(name, v) for name in DATASET for v in request.query_params.getlist(name)],
        examples=[(word(SECTIONS, name, said), sections[name]) for name in SECTIONS if name in sections],
        example_count=len(library),
        themes=_themes(library, said),
        deadline=numeral(limit, said),
        editor_words=_words(said),
        editor={
            "exemple": EXAMPLE,
            "prefixes": PREFIXES,
            "delai": settings.deadline,
            "formats": {"tableaux": tables, "graphes": GRAPH_FILES},
            "repondue": answer is not None,
            "faute": _place(error),
        },
        trail=[(None, "SPARQL")],
    )


def _shown(answer: Answer | None, reading: Reading | None) -> dict[str, Any]:
    """Give what the page shows of an answer: a table, or a graph as Turtle."""
    if answer is None:
        return {"table": None, "document": "", "seconds": 0.0}
    graph = answer.kind == "graph"
    return {
        "table": result_table(answer.body, reading, SHOWN) if reading and not graph else None,
        "document": answer.body.decode() if graph else "",
        "seconds": answer.seconds,
    }


def _themes(library: Library, said: Language) -> list[tuple[str, str]]:
    """List the themes that questions have, and their names, by name."""
    tags = {tag for query in library.values() for tag in query.tags}
    return sorted(((tag, word(TAGS, tag, said)) for tag in tags & TAGS.keys()), key=lambda one: fold(one[1]))


def _words(said: Language) -> dict[str, object]:
    """Give what the editor's scripts say it in."""
    return {
        "language": said,
        "locale": str(locale(said)).replace("_", "-"),
        "sentences": sentences("editor", said),
    }


def _place(error: Exception | None) -> dict[str, int] | None:
    """Tell where in the query an error is, for the editor to mark it."""
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    return {"line": line, "column": column or 1} if line else None
