"""What Python libraries make of an answer: pandas, Arrow, Parquet, DuckDB, rdflib, networkx and its files, pyvis."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import ancrage as an
import duckdb
import networkx as nx
import pandas as pd
import polars as pl
import pyarrow  # type: ignore[import-untyped]
import pytest
import rdflib
from ancrage.api.catalogue.answers import asked_of
from ancrage.api.notebook.answer import Answer
from ancrage.api.notebook.arguments import BadArgument
from ancrage.api.notebook.opened import OpenGraph, WrongForm
from ancrage.api.reading.publication import publication_of
from ancrage.graph.region.names import UnknownName
from ancrage.graph.sparql.results import Rows
from ancrage.queries.library import Library
from ancrage.queries.query import ParameterError

TYPED = """SELECT ?place ?n ?share ?day ?yes { VALUES (?place ?n ?share ?day ?yes) {
  (anc:Commune 2 0.25 "2024-02-29"^^xsd:date true) (anc:Region UNDEF UNDEF UNDEF UNDEF) } }"""


@pytest.fixture(scope="module")
def graph(example_data_dir: Path) -> Iterator[OpenGraph]:
    with an.open(example_data_dir) as opened:
        yield opened


@pytest.fixture(scope="module")
def answer(graph: OpenGraph) -> Answer:
    return graph.sparql(TYPED)


def test_an_answer_is_a_table_for_all_that_read_arrow(answer: Answer, tmp_path: Path) -> None:
    frame = answer.frame
    assert frame.dtypes == [pl.String, pl.Int64, pl.Decimal(38, 2), pl.Date, pl.Boolean]
    assert pl.DataFrame(answer).equals(frame) and pl.DataFrame(list(answer)).height == len(answer) == 2
    assert answer.arrow().equals(pyarrow.table(frame))
    assert pl.read_parquet(answer.parquet(tmp_path / "a.parquet")).equals(frame)
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    assert duckdb.execute("SELECT sum(share), sum(n) FROM answer").fetchall() == [(Decimal("0.25"), 2)]


def test_pandas_keeps_types(answer: Answer) -> None:
    frame = answer.pandas()
    assert [str(frame[name].dtype) for name in ("n", "yes")] == ["Int64", "boolean"]
    assert frame["share"][0] == Decimal("0.25") and frame["day"][0] == pd.Timestamp(2024, 2, 29)
    assert frame["n"].isna().tolist() == [False, True]
    assert pd.DataFrame(answer)["n"].sum() == 2


def test_pandas_is_enough_and_what_lacks_is_named(example_data_dir: Path) -> None:
    code = f"""import sys; sys.modules["pyarrow"] = None
import ancrage as an
answer = an.open({str(example_data_dir)!r}).sparql("SELECT ?n ?day {{ VALUES (?n ?day) {{ (1 '2024-02-29'^^xsd:date) }} }}")
print(*answer.pandas().dtypes)
try: answer.arrow()
except ImportError as error: print(error)"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Int64 datetime64") and "pip install pyarrow" in done.stdout


def test_iris_are_shortened_when_asked(answer: Answer) -> None:
    assert answer.shorten().frame["place"].to_list() == ["anc:Commune", "anc:Region"]
    assert answer.frame["place"][0] == "https://w3id.org/ancrage/def/Commune"


def test_every_question_reads_the_graphs_that_the_service_reads(graph: OpenGraph) -> None:
    publication = publication_of(graph.reader.snapshot)
    special = [one for one in Library().values() if set(one.graphs) != {"base"}]
    filled = 0
    for question in special:
        values = {one.name: [one.example] for one in question.parameters if not one.optional}
        asked = asked_of(question, values, publication)
        body = graph.reader.query(asked.text, accept="json", default_graphs=asked.graphs).body
        answer = graph.query(question.name, **{name: texts[0] for name, texts in values.items()})
        assert answer.rows.rows == Rows.from_json(body).in_one_language().rows, question.name
        filled += len(answer) > 0
    assert filled > len(special) / 3


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"teritory": "07"}, "vouliez-vous dire « territory »"),
        ({"territory": "99999"}, "ne décrit aucun territoire « 99999 »"),
        ({"territory": "Grenobl"}, "« Grenobl » n’est le nom exact de rien"),
        ({"territory": "7"}, "donnez un code ou un nom entier : 07 (Ardèche, "),
        ({}, "il manque"),
        ({"territory": None}, "il manque"),
    ],
)
def test_a_wrong_parameter_is_refused_in_one_sentence(
    graph: OpenGraph, values: dict[str, str | None], told: str
) -> None:
    with pytest.raises(ParameterError, match=re.escape(told)) as refused:
        graph.query("territory-units", **values)
    assert "\n" not in str(refused.value)


def test_an_exact_name_is_understood(graph: OpenGraph) -> None:
    name = graph.portrait("200040715").territory.label
    by_name = graph.query("territory-units", territory=name)
    assert by_name.rows.rows == graph.query("territory-units", territory=200040715).rows.rows


def test_a_graph_and_rows_are_not_taken_for_each_other(graph: OpenGraph) -> None:
    built = graph.construct("CONSTRUCT { ?s a anc:Commune } WHERE { ?s a anc:Commune }")
    communes = graph.sparql("SELECT ?s { ?s a anc:Commune }")
    assert len(built) == len(communes) > 0 and graph.sparql("ASK { ?s a anc:Commune }").frame["boolean"].all()
    with pytest.raises(WrongForm, match=re.escape("construct()")):
        graph.sparql("CONSTRUCT { ?s a anc:Commune } WHERE { ?s a anc:Commune }")
    with pytest.raises(WrongForm, match=re.escape("sparql()")):
        graph.construct("SELECT * { ?s ?p ?o }")


def test_rdflib_reads_what_is_served(graph: OpenGraph) -> None:
    seen = graph.rdflib()
    commune = rdflib.URIRef("https://w3id.org/ancrage/def/Commune")
    there = set(seen.subjects(rdflib.RDF.type, commune))
    assert there == {rdflib.URIRef(str(row["s"])) for row in graph.sparql("SELECT ?s { ?s a anc:Commune }")}
    assert len(seen) == graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows.rows[0][0]


@pytest.mark.parametrize("kind", ["actors", "institutions-territories", "actors-chains"])
def test_a_network_is_written_and_read_in_every_format(graph: OpenGraph, kind: Any, tmp_path: Path) -> None:
    made = graph.network(kind)
    edges = {frozenset((first, second)): data for first, second, data in made.edges(data=True)}
    files: list[tuple[Callable[..., None], Callable[..., Any]]] = [
        (nx.write_graphml, nx.read_graphml),
        (nx.write_gexf, nx.read_gexf),
        (nx.write_gml, nx.read_gml),
    ]
    for write, read in files:
        path = tmp_path / "network"
        write(made, path)
        again = read(path, label="id") if read is nx.read_gml else read(path)
        assert len(again) == len(made) and again.number_of_edges() == len(edges) > 0
        if read is not nx.read_gml:  # whose nodes are numbered
            for first, second, data in again.edges(data=True):
                assert data["weight"] == edges[frozenset((first, second))]["weight"]
                assert data["kinds"] == edges[frozenset((first, second))]["kinds"]


def test_a_network_goes_to_other_libraries(graph: OpenGraph) -> None:
    made = graph.network()
    matrix = made.sparse()
    assert matrix.shape == (len(made), len(made)) and matrix.sum() == 2 * made.size(weight="weight")
    assert made.rustworkx().num_edges() == made.number_of_edges() == len(made.frame)
    assert not any("__networkx_node__" in data for _, data in made.nodes(data=True))
    with pytest.raises(UnknownName, match="aucun niveau de ce réseau, qui n’en a pas"):
        graph.network(level="epci")
    with pytest.raises(UnknownName, match="vouliez-vous dire department"):
        graph.network("institutions-territories", level="departement")
    assert made.frame.schema["first_year"] == pl.Int64 and made.pandas()["weight"].sum() == made.size(
        "weight"
    )
    assert "nœuds" in made._repr_html_() and repr(made).startswith("<Network, ")


def test_a_network_without_a_node_is_an_empty_matrix(graph: OpenGraph) -> None:
    made = graph.network(years=1900)
    assert (len(made), made.sparse().shape, made.frame.height) == (0, (0, 0), 0)


def test_a_drawing_fetches_nothing(graph: OpenGraph, tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match=r"\(\.html\)"):
        graph.network("actors-chains").draw(tmp_path / "chains.pdf")
    page = graph.network("actors-chains").draw(tmp_path / "chains.html", most=5).read_text(encoding="utf-8")
    outside = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    assert not re.search(r"<(?:script|link|img)\b[^>]*(?:src|href)=\"", outside)
    assert "5 nœuds sur " in page and "vis.DataSet" in page and "filière" in page
