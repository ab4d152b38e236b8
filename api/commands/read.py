"""Commands that give data out: query, queries, draw, dump, ontology."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...graph.snapshots.snapshot import Snapshot
from ...words import N_, SOURCE, Said, gettext
from ...words.locales import language
from .application import (
    DataDir,
    Lang,
    Master,
    UsageError,
    WrongChoice,
    app,
    check_output,
    data_folder,
    open_reader,
    spoken_in,
    tell_set_aside,
    tell_written,
)
from .completion import complete_question
from .output import Format, check_format, tell_rows
from .spark import STORE, Columns, Engine, cluster_of

if TYPE_CHECKING:
    from pyoxigraph import RdfFormat

    from ...graph.snapshots.reader import LocalReader
    from ...graph.sparql.formats import Kind
    from ...graph.sparql.results import Rows
    from ...queries.library import Library
    from ...queries.query import Query
    from ..reading.solutions import Reading

FORMATS = ("table", "csv", "csv-fr", "xlsx", "json", "ttl", "nt", "jsonld", "xml", "tsv")
DUMPS = ("nq", "trig", "ttl", "nt")
"""Suffixes of the formats of a whole graph."""

_MADE_FROM = {"table": "json, ttl;q=0.9", "csv-fr": "json", "xlsx": "json"}
"""What is asked of the engine for the formats that it does not write."""
_AS_WRITTEN = ("csv", "json", "xml", "tsv")
"""Formats of rows that the engine writes, with the names that questions give: French ones."""


@app.command()
def query(
    text: Annotated[
        str,
        typer.Argument(
            metavar="NOM|FICHIER|TEXTE",
            help="Question nommée, fichier ou SPARQL.",
            autocompletion=complete_question,
        ),
    ],
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--param", metavar="NOM=VALEUR", help="Paramètre de la question."),
    ] = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS))] = "table",
    lang: Lang = None,
    engine: Engine = STORE,
    columns: Columns = None,
    master: Master = None,
    data_dir: DataDir = None,
) -> None:
    """Poser une question nommée, ou une requête SPARQL, à la publication.

    Une colonne a le nom de sa variable dans toute langue. Une question nommée donne les noms des choses dans celle de --lang,
    comme le service.
    """
    from ...graph.sparql.formats import NotAcceptable
    from ...graph.sparql.prefixes import prefixes_for

    check_format(format, FORMATS)
    said = spoken_in(lang)
    cluster = cluster_of(engine, columns, master)
    pose = asked(text, parameters, data_dir)
    with open_reader(data_dir) as reader:
        question, written, defaults = pose(reader)
        if cluster is not None:
            cluster.answer(reader)
        reading = None
        if question is not None and question.form == "SELECT" and said != SOURCE and cluster is None:
            from ..reading.questions import reading_with

            reading = reading_with(reader, said)
        foreign = reading is not None and format in _AS_WRITTEN
        accept = "json" if foreign else _MADE_FROM.get(format, format)
        try:
            with prefixes_for(written) as sparql:
                answer = reader.query(sparql, accept=accept, default_graphs=defaults)
        except NotAcceptable as error:
            raise WrongChoice("--format", format, _formats_of(error.kind)) from None
        if reading is not None and foreign:
            from ..render.results_table import named_body

            _write(named_body(answer.body, reading, format))
        elif format == "xlsx":
            _print_workbook(answer.body, question, sparql, reader.snapshot, reading, said)
        else:
            _print(answer.body, answer.media_type, format, reading, said)


def _formats_of(kind: "Kind") -> list[str]:
    """Give the formats in which a query of a kind can be answered here, those made of another's answer among them."""
    from ...graph.sparql.formats import formats_of, parse_accept

    known = {name for one in formats_of(kind) for name in (one.name, *one.aliases)}
    made = {name for name, accept in _MADE_FROM.items() if known & {one for one, _ in parse_accept(accept)}}
    return [one for one in FORMATS if one in known | made]


def own_library(data_dir: Path | None) -> "Library":
    """Read the questions of the package and of the extensions; say on standard error which are set aside."""
    from ..reading.library import read_library

    library = read_library(data_folder(data_dir))
    for error in library.broken:
        tell_set_aside(error)
    return library


def asked(
    text: str, parameters: list[str] | None, data_dir: Path | None
) -> Callable[["LocalReader"], tuple["Query | None", str, list[str] | None]]:
    """Give what tells of a publication the question, if it is a named one, its SPARQL and the graphs it reads."""
    given = _given(parameters)
    if "{" in text or text == "-":
        sparql = sys.stdin.read() if text == "-" else text
    else:
        from ...queries.library import shipped_query

        named = shipped_query(text)
        if named is None and (named := (library := own_library(data_dir)).get(text)) is None:
            sparql = _read(text, library)
        else:
            from ..reading.questions import posed

            return lambda reader: (named, *posed(reader, named, given))
    if given:
        raise UsageError(N_("-p ne s'emploie qu'avec une question nommée."))
    return lambda reader: (None, sparql, None)


def _given(parameters: list[str] | None) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for parameter in parameters or ():
        name, equals, value = parameter.partition("=")
        if not equals:
            raise UsageError(N_("« -p {parameter} » : écrivez NOM=VALEUR.", parameter=parameter))
        given.setdefault(name, []).append(value)
    return given


def _read(text: str, library: "Library") -> str:
    """Read the file that a text names, or give it, as it may be a query all the same; raises QueryNotFound."""
    path = Path(text)
    if path.is_file():
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise UsageError(N_("{path} n'est pas un texte en UTF-8.", path=str(path))) from None
    if path.suffix in (".rq", ".sparql"):
        raise FileNotFoundError(2, "absent", text)
    if "\n" not in text:
        library[text]  # raises with the nearest names
    return text


def _print(body: bytes, media_type: str, format: str, reading: "Reading | None", said: str) -> None:
    from ...graph.sparql.results import to_csv
    from ...graph.sparql.terminal_table import to_table

    rows = media_type.startswith("application/sparql-results+json")
    if not (rows and format in ("table", "csv-fr")):
        _write(body)
    elif "boolean" in (found := json.loads(body)):
        print(N_("oui")[said] if found["boolean"] else N_("non")[said])
    elif format == "csv-fr":
        sys.stdout.buffer.write(to_csv(_named(body, reading, said), french=True))
    else:
        table = _named(body, reading, said)
        print(to_table(table))
        if not table.rows:
            print(f"\n{gettext('Aucune ligne.', language())}")


def _write(body: bytes) -> None:
    sys.stdout.buffer.write(body)
    if body and not body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def _named(body: bytes, reading: "Reading | None", said: str) -> "Rows":
    """Read an answer, its things named in a language: those of a question by the graph, of other texts those of the ontology."""
    from ...graph.sparql.results import Rows
    from ...ontology.labels import Term

    if reading is not None:
        from ..render.results_table import named_rows

        return named_rows(body, reading)
    rows = Rows.from_json(body)
    if said == SOURCE:
        return rows
    return rows.named(lambda iri: Term(iri)[said] if Term(iri).known else "")


def _print_workbook(
    body: bytes,
    question: "Query | None",
    sparql: str,
    snapshot: Snapshot,
    reading: "Reading | None",
    said: str,
) -> None:
    from ..reading.licences import licences
    from ..reading.publication import publication_of
    from ..render.files import table_file
    from ..web.negotiation import XLSX

    publication = publication_of(snapshot)
    about = {
        N_("Question"): question.name if question else "",
        N_("Publication"): publication.id,
        N_("Publié le"): publication.created[:10],
        N_("Licences des sources"): ", ".join(licences(publication, said)),
        N_("Requête SPARQL"): sparql,
    }
    sys.stdout.buffer.write(table_file(_named(body, reading, said), XLSX, about, said))
    sys.stdout.buffer.flush()


@app.command()
def queries(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NOM", help="Décrire une question.", autocompletion=complete_question),
    ] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="MOT", help="Celles de ce mot-clé.")] = None,
    format: Format = "table",
    data_dir: DataDir = None,
) -> None:
    """Lister les questions nommées, ou décrire l'une d'elles."""
    library = own_library(data_dir)
    if name is not None and format == "table":
        print(library[name].describe(language()))
        return
    every = list(library.values()) if tag is None else _with_tag(library, tag)
    chosen = every if name is None else [library[name]]
    if tell_rows([_entry(query) for query in chosen], format):
        return
    width = max((len(query.name) for query in chosen), default=0)
    for query in chosen:
        parameters = " ".join(f"-p {p.name}={p.example}" for p in query.parameters if not p.optional)
        print(f"{query.name:<{width}}  {query.title[language()]}", f" [{parameters}]" if parameters else "")


def _with_tag(library: "Library", tag: str) -> "Sequence[Query]":
    if chosen := library.tagged(tag):
        return chosen
    known = ", ".join(sorted({one for query in library.values() for one in query.tags}))
    raise UsageError(
        N_("aucune question n'a le mot-clé « {tag} » ; mots-clés : {known}.", tag=tag, known=known)
    )


def _entry(query: "Query") -> dict[str, object]:
    return {
        "name": query.name,
        "section": query.section,
        "title": dict(query.title),
        "summary": dict(query.summary),
        "tags": list(query.tags),
        "parameters": {parameter.name: parameter.example for parameter in query.parameters},
    }


@app.command()
def draw(
    chain: Annotated[str, typer.Argument(metavar="FILIÈRE", help="Nom, ou nom court : timber-construction.")],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="PAGE.html", help="Page à écrire.")],
    data_dir: DataDir = None,
) -> None:
    """Écrire le graphe d'une filière dans une page qui se suffit à elle-même."""
    from ...graph.region.view import RegionView
    from ...graph.synergies.subject import find_chain
    from ..pages.value_chain.chain import Chain
    from ..pages.value_chain.standalone import graph_page

    check_output(out)
    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(N_("« {path} » n'est pas le nom d'une page (.html).", path=str(out)))
    with open_reader(data_dir) as reader:
        matter = RegionView.of(reader)
        found = Chain.of(matter, find_chain(matter, chain).rpartition("/")[2])
        assert found is not None
        page = graph_page(found, reader.snapshot, language())
    out.write_text(page, encoding="utf-8")
    tell_written(out, Said(found.summary))


@app.command()
def dump(
    graph: Annotated[str | None, typer.Option("--graph", metavar="IRI", help="Un seul graphe nommé.")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="SORTIE", help="Fichier ; sinon la sortie.")
    ] = None,
    format: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help=", ".join(DUMPS))] = None,
    union: Annotated[
        bool,
        typer.Option(
            "--union", help="Avec l’union des graphes de base, sous un nom : ce qu’un magasin distant charge."
        ),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Écrire tout le graphe publié, ou un graphe nommé, en N-Quads, TriG, Turtle ou N-Triples."""
    from ...graph.snapshots.provenance import UNION_GRAPH
    from ...graph.snapshots.store import dump as write

    chosen = _dump_format(format, out)
    if graph is None and not chosen.supports_datasets:
        raise UsageError(
            N_(
                "{format} n'a pas de graphes nommés : ajoutez --graph IRI, ou choisissez nq ou trig.",
                format=chosen.name,
            )
        )
    if union and (graph is not None or not chosen.supports_datasets):
        raise UsageError(N_("--union va avec tous les graphes, en nq ou en trig."))
    check_output(out)
    iri = graph if graph is None or ":" in graph else f"https://w3id.org/ancrage/graph/{graph}"
    with open_reader(data_dir) as reader:
        if iri is not None and iri not in reader.snapshot.graphs():
            known = ", ".join(one.rsplit("/graph/", 1)[-1] for one in reader.snapshot.graphs())
            raise UsageError(
                N_("la publication n'a pas de graphe <{iri}> ; graphes : {known}.", iri=iri, known=known)
            )
        named = UNION_GRAPH if union else None
        write(reader.store, out if out is not None else sys.stdout.buffer, iri, chosen, named)
    sys.stdout.flush()


def _dump_format(format: str | None, out: Path | None) -> "RdfFormat":
    """Choose the format that is named, else that of the file's name, else N-Quads."""
    from pyoxigraph import RdfFormat

    name = format or (out.suffix.lstrip(".") if out is not None else "nq")
    chosen = RdfFormat.from_extension(name)
    if chosen is None:
        raise WrongChoice("--format" if format else "--output", name, DUMPS)
    return chosen


@app.command()
def ontology(
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="SORTIE.ttl", help="Fichier à écrire.")
    ] = None,
) -> None:
    """Écrire l'ontologie et ses vocabulaires en Turtle."""
    from ...ontology.vocabulary import ontology_files

    check_output(out)
    text = "\n".join(path.read_text(encoding="utf-8") for path in ontology_files())
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
