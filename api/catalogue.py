"""The catalogue of named questions: their list, forms, and answers as tables, spreadsheets and graphs."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from ..graph.results import Rows, to_csv_fr
from ..graph.snapshot import BASE_ROLES
from ..queries.library import QueryNotFound
from ..queries.parameters import TYPES, Parameter
from ..queries.query import ParameterError, Query
from .links import BASE
from .names import Index
from .negotiation import GRAPHS, TABLES, NotAcceptable, Representation, choose, prefers_html
from .publication import client_of, index_of, library_of_questions, reading_of, sentence, service_of
from .rendering import page
from .results_table import ResultTable, result_table
from .solutions import Reading
from .spreadsheets import to_xlsx

router = APIRouter(tags=["questions"])

SECTIONS = {
    "entities": "Qui, quoi, où",
    "indicators": "Indicateurs",
    "synergies": "Synergies et réseaux",
    "gaps": "Manques",
    "desk": "Guichet, dispositifs et stratégies",
    "quality": "Qualité des données",
    "projections": "Projections en réseau",
}
#: Rows shown in the page; files always hold them all.
SHOWN = 500


@router.get("/queries", summary="Liste des questions nommées")
def questions(request: Request, format: str = "html") -> Response:
    """List the named questions, by section; `?format=json` for programs."""
    library = library_of_questions()
    if format == "json" or not prefers_html(request.headers.get("accept", "text/html")):
        return JSONResponse([_described(query) for query in library.values()])
    with suppress(LookupError):  # the list itself needs no publication
        reading_of(request)
    sections = library.sections()
    names = dict.fromkeys((*SECTIONS, *sections))
    return page(
        request,
        "queries.html",
        sections=[(SECTIONS.get(name, name), sections[name]) for name in names if name in sections],
        total=len(library),
        fil=[(None, "Questions")],
    )


def _described(query: Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "section": query.section,
        "title": dict(query.title),
        "summary": dict(query.summary),
        "tags": list(query.tags),
        "form": query.form,
        "graphs": list(query.graphs),
        "parameters": [
            {"name": p.name, "type": p.type, "example": p.example, "optional": p.optional}
            for p in query.parameters
        ],
    }


def dataset_of(reading_graphs: dict[str, dict[str, Any]], query: Query) -> list[str] | None:
    """Give the default graphs a question needs: None for the base dataset, else a list."""
    if set(query.graphs) <= {"base"}:
        return None
    roles = {role for name in query.graphs for role in (BASE_ROLES if name == "base" else (name,))}
    return sorted(iri for iri, about in reading_graphs.items() if about.get("role", "base") in roles)


@router.get("/queries/{name}", summary="Poser une question nommée")
def question(
    request: Request, reading: Annotated[Reading, Depends(reading_of)], name: str, format: str = ""
) -> Response:
    """Answer a named question: parameters in the address; `?format=` or Accept choose the format."""
    try:
        query = library_of_questions()[name]
    except QueryNotFound as error:
        raise HTTPException(404, str(error)) from error
    offered = TABLES if query.form in ("SELECT", "ASK") else GRAPHS
    try:
        chosen = choose(request.headers.get("accept"), offered, format or None)
    except NotAcceptable as error:
        raise HTTPException(406, str(error)) from error
    given = {
        p.name: [v for v in request.query_params.getlist(p.name) if v.strip()]
        for p in query.parameters
        if p.name in request.query_params
    }
    given = {key: values for key, values in given.items() if values}
    index = index_of(request, reading)
    if chosen.name != "html":
        unknown = [
            k for k in request.query_params if k != "format" and k not in {p.name for p in query.parameters}
        ]
        try:
            if unknown:
                query.parameter(unknown[0])
            text = query.bind(**resolved(query, given, index)[0])
        except ParameterError as error:
            raise HTTPException(400, str(error)) from error
        return _file(request, reading, query, text, chosen)
    return _page(request, reading, query, given, index, offered)


def resolved(
    query: Query, given: dict[str, list[str]], index: Index
) -> tuple[dict[str, list[str]], list[tuple[str, str, str]]]:
    """Turn names of territories and organisations into IRIs; tell which were understood: text, name, IRI."""
    values: dict[str, list[str]] = {}
    understood = []
    for name, texts in given.items():
        parameter = query.parameter(name)
        kept = []
        for text in texts:
            iri = _by_name(parameter, text, index)
            if iri:
                understood.append((text, iri[1], iri[0]))
            kept.append(iri[0] if iri else text)
        values[name] = kept
    return values, understood


def _by_name(parameter: Parameter, text: str, index: Index) -> tuple[str, str] | None:
    kind = {"territory": "territoires", "organization": "acteurs"}.get(parameter.type)
    if kind is None or text.startswith(("http:", "https:", "urn:")):
        return None
    found = index.find(text, kind)
    try:
        term = parameter.terms(text)[0]
        if any(f"<{thing.iri}>" == term for thing in found) or parameter.type == "territory":
            return None
    except ValueError:
        pass
    return (found[0].iri, found[0].label) if found else None


def _file(request: Request, reading: Reading, query: Query, text: str, chosen: Representation) -> Response:
    graphs = dataset_of(request.state.publication.graphs, query)
    pool = service_of(request.app).pool
    rows = chosen.name in ("csv-fr", "xlsx")
    accept = "application/sparql-results+json" if rows else chosen.media_type
    answer = pool.query(text, accept=accept, default_graphs=graphs, client=client_of(request))
    body, media_type = answer.body, answer.media_type
    if chosen.name == "csv-fr":
        body, media_type = to_csv_fr(Rows.from_json(body)), "text/csv; charset=utf-8"
    if chosen.name == "xlsx":
        about = {"Question": query.title["fr"], "Requête": text, "Publication": answer.snapshot}
        body, media_type = to_xlsx(Rows.from_json(body), about), chosen.media_type
    headers = {
        "Vary": "Accept",
        "ETag": f'"{answer.snapshot}-{chosen.name}"',
        "Access-Control-Allow-Origin": "*",
    }
    if chosen.name.startswith("csv"):
        headers["Content-Disposition"] = f'attachment; filename="{query.name}.csv"'
    return Response(body, media_type=media_type, headers=headers)


def _page(
    request: Request,
    reading: Reading,
    query: Query,
    given: dict[str, list[str]],
    index: Index,
    offered: tuple[Representation, ...],
) -> Response:
    example = not given
    shown = given or {p.name: [p.example] for p in query.parameters if not p.optional}
    errors: dict[str, str] = {}
    understood: list[tuple[str, str, str]] = []
    text, table, failure, document = query.text, None, "", ""
    try:
        values, understood = resolved(query, shown, index)
        text = query.bind(**values)
    except ParameterError as error:
        errors[error.parameter] = error.reason
    if not errors:
        try:
            table, document = _answer(request, reading, query, text)
        except Exception as error:
            failure, reading.failed = sentence(error), True
    response = page(
        request,
        "query.html",
        status=400 if errors else 200,
        question=query,
        section=SECTIONS.get(query.section, query.section),
        saisies={name: ", ".join(values) for name, values in shown.items()},
        champs=[_field(reading, index, parameter) for parameter in query.parameters],
        erreurs=errors,
        compris=understood,
        exemple=example and bool(query.parameters),
        tableau=table,
        document=document,
        panne=failure,
        texte=text,
        formats=[one for one in offered if one.name != "html"],
        parametres_adresse=[(name, value) for name, values in shown.items() for value in values],
        alternates=[
            (one.media_type.partition(";")[0], f"/queries/{query.name}?format={one.name}")
            for one in offered[1:]
        ],
        fil=[("/queries", "Questions"), (None, query.title["fr"])],
    )
    response.headers["Vary"] = "Accept"
    return response


def _answer(request: Request, reading: Reading, query: Query, text: str) -> tuple[ResultTable | None, str]:
    graphs = dataset_of(request.state.publication.graphs, query)
    pool, client = service_of(request.app).pool, client_of(request)
    if query.form in ("SELECT", "ASK"):
        answer = pool.query(
            text, accept="application/sparql-results+json", default_graphs=graphs, client=client
        )
        return result_table(answer.body, reading, SHOWN, query.chart), ""
    answer = pool.query(text, accept="text/turtle", default_graphs=graphs, client=client)
    return None, answer.body.decode()


def _field(reading: Reading, index: Index, parameter: Parameter) -> dict[str, Any]:
    """Describe the form field of a parameter: a list where the choice is closed, else a text."""
    kind = TYPES[parameter.type]
    options: list[tuple[str, str]] = []
    closed = False
    if kind.choices:
        options, closed = _concepts(reading, kind.choices), True
    elif parameter.type == "territory":
        larger = ("region", "department", "epci", "adhoc")
        options = [
            (thing.iri.removeprefix(BASE + "territory/"), f"{thing.label} ({thing.detail})")
            for thing in index.things
            if thing.kind == "territoires" and any(f"/territory/{level}/" in thing.iri for level in larger)
        ][:400]
    return {
        "name": parameter.name,
        "label": kind.label["fr"],
        "accepts": kind.accepts["fr"],
        "example": parameter.example,
        "optional": parameter.optional,
        "numeric": parameter.type in ("year", "gyear", "integer"),
        "options": options,
        "closed": closed and bool(options),
    }


def _concepts(reading: Reading, scheme: str) -> list[tuple[str, str]]:
    block = reading.ask(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT DISTINCT ?concept "
        f'{{ ?concept skos:inScheme ?scheme . FILTER(STRSTARTS(STR(?scheme), "{BASE}{scheme}")) }} LIMIT 500'
    )
    iris = [row["concept"] for row in block.rows if row["concept"].startswith(f"{BASE}{scheme}/")]
    reading.learn_labels(iris)
    return sorted(
        ((iri.removeprefix(f"{BASE}{scheme}/"), reading.label(iri)) for iri in iris), key=lambda p: p[1]
    )
