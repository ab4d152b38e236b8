"""A SPARQL answer as a table to read: labels instead of IRIs, French numbers, links, evidence, bars."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import QueryResultsFormat, parse_query_results

from ...graph.sparql.formats import RESULTS
from ...graph.sparql.results import Rows
from ...queries.columns import heading
from ...queries.query import Query
from ...words import SOURCE, gettext, numeral
from ..reading.solutions import Reading
from ..web.links import href
from ..web.negotiation import Language
from .blocks.tables import Cell
from .rendering import evidence_name

XSD = "http://www.w3.org/2001/XMLSchema#"
NUMERIC = {
    XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
}


@dataclass(frozen=True)
class ResultTable:
    """The first rows of an answer; `total` counts them all; `truth` is the answer of an ASK."""

    columns: list[str]
    rows: list[list[Cell]]
    total: int
    truth: bool | None = None


def result_table(
    body: bytes, reading: Reading, limit: int, query: Query | None = None, start: int = 0
) -> ResultTable:
    """Make a table of SPARQL JSON results, `limit` rows from `start`; `xLabel` becomes the text of `x`.

    The headings are those of the question, where it is one, and its chart says which column is drawn as bars.
    """
    answer = json.loads(body)
    if "boolean" in answer:
        return ResultTable([], [], 0, bool(answer["boolean"]))
    variables: list[str] = answer["head"]["vars"]
    bindings: list[dict[str, Any]] = answer["results"]["bindings"]
    labels = {f"{name}Label" for name in variables}.intersection(variables)
    columns = [name for name in variables if name not in labels]
    # questions name things in French: the graph is asked for other names
    asked = [v for v in variables if reading.language != SOURCE or f"{v}Label" not in labels]
    shown = bindings[start : start + limit]
    reading.learn_labels(_pages(shown, asked))
    bar, largest = _largest(query, bindings)
    rows = [[_cell(reading, row, name, largest if name == bar else 0.0) for name in columns] for row in shown]
    declared = query.columns if query else {}
    return ResultTable([heading(name, reading.language, declared) for name in columns], rows, len(bindings))


def _largest(query: Query | None, rows: Sequence[dict[str, Any]]) -> tuple[str, float]:
    """Give the column that a question draws as bars, and its largest number; "" where it draws none."""
    if query is None or query.chart is None or query.chart.kind != "bar":
        return "", 0.0
    bar = query.chart.value
    return bar, max((_number(row[bar]) for row in rows if bar in row), default=0.0)


def _pages(rows: Iterable[dict[str, Any]], variables: Sequence[str]) -> Iterator[str]:
    """Give the IRIs of rows that have a page here, those of some variables."""
    for row in rows:
        for name in variables:
            term = row.get(name)
            if term and term["type"] == "uri" and href(term["value"]):
                yield term["value"]


def named_rows(body: bytes, reading: Reading) -> Rows:
    """Read an answer for a chart or a file, its things named in the language asked, as in its table."""
    rows = Rows.from_json(body)
    if reading.language == SOURCE:
        return rows  # questions name things in French
    reading.learn_labels(rows.labelled())
    return rows.named(reading.name)


def named_body(body: bytes, reading: Reading, chosen: str) -> bytes:
    """Write an answer in a format of the engine, by its name, its things named in the language asked, all else as it is.

    A name has no tag of its language: where the graph has none in that language, it is another's.
    """
    answer = json.loads(body)
    variables, bindings = answer["head"]["vars"], answer["results"]["bindings"]
    pairs = [(name, f"{name}Label") for name in variables if f"{name}Label" in variables]
    things = [(row, label, row[x]["value"]) for row in bindings for x, label in pairs if _is_iri(row.get(x))]
    reading.learn_labels(iri for _, _, iri in things)
    for row, label, iri in things:
        if (name := reading.name(iri)) and name != row.get(label, {}).get("value"):
            row[label] = {"type": "literal", "value": name}
    engine: Any = next(one.engine for one in RESULTS if one.name == chosen)
    solutions: Any = parse_query_results(json.dumps(answer), QueryResultsFormat.JSON)
    written: bytes = solutions.serialize(format=engine)
    return written


def _is_iri(term: Mapping[str, Any] | None) -> bool:
    return term is not None and term["type"] == "uri"


def number_in(value: object, language: Language, decimals: int | None = None) -> str:
    """Write a number as the language does.

    >>> number_in(1234.5, "en"), number_in("1234", "en"), number_in(0.5, "fr")
    ('1,234.5', '1,234', '0,5')
    """
    return numeral(value, language, decimals)


def _number(term: dict[str, Any]) -> float:
    try:
        return float(term["value"])
    except ValueError:
        return 0.0


def _cell(reading: Reading, row: dict[str, Any], name: str, largest: float) -> Cell:
    term = row.get(name)
    label = row.get(f"{name}Label")
    if term is None:
        return Cell(label["value"] if label else "")
    value = str(term["value"])
    if term["type"] == "uri":
        status = evidence_name(value) if "/evidence-status/" in value else ""
        known = href(value) is not None
        text = label["value"] if label else reading.label(value) if known else value
        if reading.language != SOURCE and known:
            text = reading.name(value) or text
        return Cell(text, link=href(value), evidence=status)
    if term["type"] == "bnode":
        return Cell(gettext("(nœud anonyme)", reading.language))
    if term.get("datatype") in NUMERIC and not name.lower().endswith("year"):
        share = max(0.0, _number(term) / largest) if largest else None
        decimals = 2 if "." in value else None
        return Cell(number_in(value, reading.language, decimals), numeric=True, share=share)
    return Cell(value)
