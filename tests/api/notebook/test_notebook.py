"""The face for Python: one opened publication, whose things show themselves without a network."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import ancrage as an
import polars as pl
import pytest
from ancrage.api.notebook.opened import OpenGraph
from ancrage.api.notebook.views import table
from ancrage.graph.region.names import UnknownName
from ancrage.graph.snapshots.reader import NoSnapshot
from ancrage.words import AncrageError


@pytest.fixture(scope="module")
def graph(example_data_dir: Path) -> Iterator[OpenGraph]:
    with an.open(example_data_dir) as opened:
        yield opened


def test_a_portrait_shows_every_indicator_and_why_one_has_no_value(graph: OpenGraph) -> None:
    portrait = graph.portrait("200040715")
    assert portrait.frame.height == len(portrait.values) > 10
    first = next(one for one in portrait.values if one.value is not None)
    assert portrait[first.indicator.id].value == first.value
    html = portrait._repr_html_()
    assert html.count("<table>") == len({one.indicator.topic for one in portrait.values})
    assert first.indicator.title["fr"].split("'")[0] in html
    assert (
        all(word not in html for word in ("http://", "src=", "<script"))
        or "http://www.w3.org/2000/svg" in html
    )
    with pytest.raises(UnknownName, match=first.indicator.id):
        portrait[first.indicator.id[:-1]]


def test_an_unknown_territory_names_the_nearest(graph: OpenGraph) -> None:
    with pytest.raises(UnknownName, match="vouliez-vous dire"):
        graph.portrait("Grenobl")
    with pytest.raises(UnknownName, match="epci/200040715"):
        graph.portrait("20004071")  # a digit is lacking


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda graph: graph.gaps("07", kinds=["acces"]), "le plus proche est « access »"),
        (lambda graph: graph.gaps("07", radius="x"), "radius est un nombre plus grand que 0 ; pas 'x'."),
        (lambda graph: graph.gaps("07", level=95), "level est un nombre entre 0 et 1 ; pas 95."),
        (
            lambda graph: graph.synergies("timber-construction", kinds="field"),
            "le plus proche est « fields »",
        ),
        (
            lambda graph: graph.synergies("timber-construction", draws=0),
            "draws est un nombre entier, 1 au moins",
        ),
        (lambda graph: graph.suggest("07", count=-1), "count est un nombre entier, 1 au moins ; pas -1."),
        (lambda graph: graph.suggest("07", radius=float("nan")), "radius est un nombre plus grand que 0"),
        (lambda graph: graph.query("territory-units", territory=3.5), "« 3.5 » n'est pas un territoire"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(
    graph: OpenGraph, ask: Callable[[OpenGraph], object], told: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(told)) as refused:
        ask(graph)
    assert isinstance(refused.value, AncrageError) and "\n" not in str(refused.value)


def test_rdflib_knows_the_usual_prefixes(graph: OpenGraph) -> None:
    whole = graph.rdflib()
    [(count,)] = whole.query("SELECT (COUNT(*) AS ?n) { ?town a anc:Commune }")  # type: ignore[misc]
    assert int(count) == 7 and ("anc", "https://w3id.org/ancrage/def/") in {
        (name, str(base)) for name, base in whole.namespaces()
    }


def test_everything_shows_itself_as_a_short_text_in_a_terminal(graph: OpenGraph) -> None:
    shown = (
        graph.portrait(200040715), graph.indicators, graph.map("population", "epci"), graph.filiere("timber-construction"),
        graph.query("territory-units", territory="epci/200040715"), graph.scenario("open-branch 26113 'Antenne de Die'"),
    )  # fmt: skip
    for one in shown:
        text = repr(one)
        assert "<" not in text and 3 < text.count("\n") < 100 and len(text) < 16_000
    assert repr(shown[0]).startswith("Grenoble-Alpes-Métropole (epci/200040715)\n")
    assert graph.snapshot in repr(shown[0])


def test_sparql_answers_as_a_frame(graph: OpenGraph) -> None:
    found = graph.sparql("SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) LIMIT 2").frame
    assert found.columns == ["c", "n"] and found["n"].is_sorted(descending=True) and found.height == 2
    with pytest.raises(
        ValueError, match="Ligne 1, colonne 1 :"
    ):  # as it is written, without the prefixes put before
        graph.sparql("SELEC ?n { ?s a anc:ResearchUnit }")
    assert "Aucune ligne." in repr(graph.sparql("SELECT ?n { ?n a anc:None }"))


def test_a_map_has_its_picture_and_its_values(graph: OpenGraph) -> None:
    shown = graph.map("population", "epci")
    assert shown.svg.startswith("<svg") and shown.frame.height == len(shown.map.cells)
    assert "<figcaption>" in shown._repr_html_()
    with pytest.raises(UnknownName):
        graph.map("populatoin", "epci")


def test_a_chain_is_found_by_any_of_its_names(graph: OpenGraph) -> None:
    chain = graph.filiere("timber-construction")
    assert graph.filiere("bois-construction").id == graph.filiere(chain.id).id == chain.id
    assert graph.filiere("Timber construction").id == chain.id
    assert len(graph.query("chain-members", chain="timber construction")) == len(
        graph.query("chain-members", chain="timber-construction")
    )
    assert chain.links.height and "<svg" in chain._repr_html_()
    with pytest.raises(UnknownName):
        graph.filiere("papier")
    with pytest.raises(UnknownName, match="vouliez-vous dire bois-construction"):
        graph.filiere("bois")


def test_questions_answer_as_frames(graph: OpenGraph) -> None:
    answer = graph.query("territory-units", territory="epci/200040715")
    assert answer.frame.height == len(answer) > 0
    assert answer.frame.columns == answer.rows.columns
    assert "200040715" in answer._repr_html_()


def test_a_scenario_is_told_and_writes_nothing(graph: OpenGraph) -> None:
    before = graph.snapshot
    outcome = graph.scenario("open-branch 26113 'Antenne de Die'")
    assert len(outcome) > 0 and outcome.frame.height >= len(outcome)
    assert "Antenne de Die" in outcome._repr_html_()
    assert graph.snapshot == before


def test_findings_come_as_reports(graph: OpenGraph) -> None:
    gaps = graph.gaps("200040715")
    assert gaps.snapshot == graph.snapshot and gaps.frame.height == len(gaps)
    assert gaps.frame.schema["strength"] == pl.Float64 and gaps.frame.schema["distinct"] == pl.Boolean
    assert len(repr(gaps)) < 10_000 and repr(gaps).endswith(f"publication {graph.snapshot}")
    assert graph.gaps("200040715", kinds=()).frame.schema == gaps.frame.schema
    assert "<p>" in graph.suggest("200040715", count=2)._repr_html_()


def test_nothing_published_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot):
        an.open(tmp_path)


def test_importing_the_package_reads_nothing_else() -> None:
    code = "import sys, ancrage; print(sum(name.startswith('ancrage.') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_a_table_escapes_and_counts_what_it_leaves_out() -> None:
    html = table(["<a>"], [[f"<{n}>"] for n in range(60)])
    assert "&lt;a&gt;" in html and "&lt;0&gt;" in html and "<0>" not in html
    assert "10 autres lignes" in html


@pytest.mark.parametrize(
    "name", ["README.md", "docs/how-to/python.md", "docs/how-to/carnets.md", "docs/reference/python.md"]
)
def test_the_lines_of_the_documents_run(
    name: str, example_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANCRAGE_DATA_DIR", str(example_data_dir))
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[3] / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    made: dict[str, OpenGraph] = {}
    for block in blocks:
        exec(compile(block, name, "exec"), made)
    assert blocks and made["graph"].snapshot
    made["graph"].close()
    written = {path.name for path in tmp_path.iterdir()}
    assert written == ({"units.parquet", "actors.gexf", "chains.html"} if "how-to" in name else set())
