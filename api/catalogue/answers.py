"""Answers to named questions: the dataset each needs, the pool asked, files in every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from ...graph.pool.blocking import Answer
from ...graph.sparql.formats import RESULTS
from ...queries.query import Query, without_header
from ...words import N_, Spoken
from ..reading.licences import licences
from ..reading.publication import Publication
from ..reading.questions import dataset_of
from ..reading.solutions import Reading
from ..render.charts import draw
from ..render.csvw import described_by, origin_of
from ..render.files import WRITTEN, table_file
from ..render.results_table import named_body, named_rows
from ..web.negotiation import CSV, Language, Representation
from ..web.security import CORS

#: Formats made here from the rows of an answer, not written by the engine.
FROM_ROWS = ("csv-fr", "xlsx", "csvw", "svg")
#: Formats of the engine whose rows name things in French, as questions do: in other languages they are written here.
NAMED = {one.name: one.media_type for one in RESULTS}
#: Formats that a browser saves.
SAVED = ("csv", "csv-fr", "xlsx", "tsv", "svg")


@dataclass(frozen=True)
class QuestionParams:
    """A question with its values: the `text` the engine reads, its dataset, and the text that stands alone."""

    query: Query
    values: Mapping[str, list[str]]
    text: str
    graphs: list[str] | None
    alone: str

    @property
    def file_name(self) -> str:
        """A name for a file of the answer: the question's, and the values that fit in a name."""
        values = [value.rsplit("/", 1)[-1] for texts in self.values.values() for value in texts]
        return "-".join(
            [self.query.name, *(value for value in values[:3] if value.isalnum() and value.isascii())]
        )


def standing_alone(
    query: Query, values: Mapping[str, object], graphs: Mapping[str, Mapping[str, object]]
) -> str:
    """Give a question's SPARQL that means the same at the public endpoint: other graphs are named in it.

    Raises ParameterError.
    """
    needed = dataset_of(graphs, query)
    if needed is None:
        return without_header(query.bind(**values))
    named = sorted(graphs) if "GRAPH" in query.text else []
    return without_header(query.over(needed, named, **values))


def asked_of(query: Query, values: Mapping[str, list[str]], publication: Publication) -> QuestionParams:
    """Bind the values of a question; raises ParameterError."""
    text = without_header(query.bind(**values))
    alone = standing_alone(query, values, publication.graphs)
    return QuestionParams(query, values, text, dataset_of(publication.graphs, query), alone)


def file_headers(
    request: Request, asked: QuestionParams, chosen: Representation, publication: Publication
) -> dict[str, str]:
    """Give the headers of an answer as a file: for whom it may vary, where it is described, its name."""
    links = [f'</queries/{asked.query.name}/description>; rel="describedby"']
    if chosen == CSV and asked.query.form == "SELECT":
        links += described_by(request).values()
    headers = {
        **CORS,
        "Vary": "Accept, Accept-Language",
        "Ancrage-Snapshot": publication.id,
        "Link": ", ".join(links),
    }
    if chosen.name in SAVED:
        suffix = ".csv" if chosen.name == "csv-fr" else chosen.suffix
        headers["Content-Disposition"] = f'attachment; filename="{asked.file_name}{suffix}"'
    return headers


def made_file(
    request: Request,
    asked: QuestionParams,
    answer: Answer,
    chosen: Representation,
    publication: Publication,
    reading: Reading,
    address: str,
) -> tuple[bytes, dict[str, str]]:
    """Make a file from the rows of an answer, with its headers; raises SheetTooSmall."""
    headers = {**file_headers(request, asked, chosen, publication), "Ancrage-Snapshot": answer.snapshot}
    language = reading.language
    if chosen.name in NAMED:
        headers |= {"Content-Type": NAMED[chosen.name], "Content-Language": language}
        return named_body(answer.body, reading, chosen.name), headers
    rows = named_rows(answer.body, reading)
    if chosen.name == "csv-fr":
        headers["Content-Type"] = "text/csv; charset=utf-8"
    else:
        headers |= {"Content-Type": chosen.media_type, "Content-Language": language}
    if chosen in WRITTEN:
        told = about(asked, publication, language, address, len(rows))
        origin = origin_of(request, asked.graphs)
        return table_file(rows, chosen, told, language, columns=asked.query.columns, origin=origin), headers
    query = asked.query
    assert query.chart is not None
    return draw(rows, query.chart, query.title[language], language, query.columns).svg.encode(), headers


def about(
    asked: QuestionParams, publication: Publication, language: Language, address: str, rows: int
) -> dict[Spoken, str]:
    """Tell where an answer comes from: question, values, publication, licences, address, query."""
    query = asked.query
    return {
        N_("Question"): query.title[language],
        N_("Description"): query.summary[language],
        **{N_("Paramètre {name}", name=name): ", ".join(values) for name, values in asked.values.items()},
        N_("Lignes"): str(rows),
        N_("Fichier fait le"): datetime.now(UTC).date().isoformat(),
        N_("Publication"): publication.id,
        N_("Publié le"): publication.created[:10],
        N_("Licences des sources"): ", ".join(licences(publication, language, asked.graphs)),
        N_("Adresse"): address,
        N_("Requête SPARQL"): asked.alone,
    }
