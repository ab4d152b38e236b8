"""The page of the SPARQL service: a query to edit, its answer as a table, the same answer as files."""

from fastapi import Request, Response

from ..graph.formats import GRAPHS, RESULTS
from ..graph.workers import Answer
from .publication import reading_of
from .reasons import reason
from .rendering import page
from .results_table import result_table

SHOWN = 500
"""Rows shown in the page; the files hold them all."""

EXAMPLE = """PREFIX anc: <https://w3id.org/ancrage/def/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?type (COUNT(DISTINCT ?organization) AS ?count) WHERE {
  ?organization a org:Organization , ?type .
  FILTER(?type != org:Organization)
}
GROUP BY ?type
ORDER BY DESC(?count)
"""


def sparql_page(
    request: Request, text: str, answer: Answer | None, error: Exception | None = None, status: int = 200
) -> Response:
    """Show the editor with a query and its answer; a graph is shown as Turtle."""
    try:
        reading = reading_of(request)
    except LookupError:
        reading = None
    graph = answer is not None and answer.kind == "graph"
    table = result_table(answer.body, reading, SHOWN) if answer and reading and not graph else None
    offered = GRAPHS if graph else RESULTS
    names = [one.name for one in offered] + ([] if graph else ["csv-fr"])
    return page(
        request,
        "sparql.html",
        status=status,
        texte=text or EXAMPLE,
        posee=answer is not None,
        tableau=table,
        document=answer.body.decode() if answer and graph else "",
        secondes=answer.seconds if answer else 0.0,
        panne=reason(error) if error else "",
        ligne=getattr(error, "line", 0),
        formats=names,
        fil=[(None, "SPARQL")],
    )
