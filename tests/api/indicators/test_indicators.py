"""Indicators: what their pages, files, HTTP answers and command say, on the small example graph."""

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from ancrage.api.indicators.words import FORMULA_WORDS, formula_words
from ancrage.api.labels.wording import LEVELS as LEVEL_WORDS
from ancrage.api.reading.cube import bins, find_indicator, select
from ancrage.api.reading.publication import Publication
from ancrage.graph.analysis.methods import method_of
from ancrage.graph.indicators.cube import Cube
from ancrage.graph.indicators.declaration import read_indicators
from ancrage.graph.indicators.formulas import FORMULAS, METHODS
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.levels import LEVELS
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from fastapi.testclient import TestClient

from ...pages import plain
from ..commands.test_cli import ancrage, error

INDICATORS, _ = read_indicators()
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def cube(example_reader: LocalReader) -> Cube:
    return Cube.of(example_reader)


@pytest.fixture(scope="module")
def ground(example_reader: LocalReader) -> Gazetteer:
    return Gazetteer.of(RegionView.of(example_reader))


def test_the_list_has_every_indicator_and_choices_keep_some(example: TestClient) -> None:
    page = example.get("/indicateurs", headers=PAGE)
    assert page.status_code == 200
    assert all(f'href="/indicateurs/{name}"' in page.text for name in INDICATORS)
    some = example.get(
        "/indicateurs?q=population&topic=population&level=commune&frequency=annual", headers=PAGE
    ).text
    assert 'href="/indicateurs/population"' in some and 'href="/indicateurs/programmes"' not in some
    by_source = example.get("/indicateurs?source=insee-flores", headers=PAGE).text
    assert (
        'href="/indicateurs/salaried-jobs"' in by_source and 'href="/indicateurs/population"' not in by_source
    )
    assert "Aucun indicateur ne répond" in example.get("/indicateurs?q=zzz", headers=PAGE).text
    assert "Number of communes" in example.get("/indicateurs?lang=en", headers=PAGE).text
    assert example.get("/indicateurs?q=" + "x" * 300, headers=PAGE).status_code == 400


def test_a_page_says_what_an_indicator_is_and_its_values(example: TestClient, cube: Cube) -> None:
    text = example.get("/indicateurs/reach-programme?level=epci", headers=PAGE).text
    for part in (
        "à moins de 30 km",
        "À vol d’oiseau",
        "calculé à chaque publication",
        "/cartes?indicator=reach-programme&amp;level=epci",
    ):
        assert part.replace("’", "'") in text.replace("’", "'").replace("&#39;", "'"), part
    for territory, label in cube.across("reach-programme", "epci").select("territory", "label").iter_rows():
        assert f"/territoires/{territory.removeprefix('territory/')}" in text and label.split("'")[0] in text
    assert "Publication <code>" in text and "<svg" in text
    assert "calculé, ou déduit par une règle" in text
    counted = example.get("/indicateurs/population", headers=PAGE).text
    assert "compté ou additionné" in counted and "calculé, ou déduit" not in counted
    assert "Share of the population" in example.get("/indicateurs/reach-programme?lang=en", headers=PAGE).text


def test_values_are_dated_by_their_data_and_computed_at_each_publication(
    example: TestClient, cube: Cube, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = cube.snapshot[:4]
    assert replace(cube, years={"programmes": "2025"}).as_of("programmes", year) == "2025"
    assert (
        replace(cube, years={"programmes": "2025"}).as_of("programmes", "2021") == ""
    )  # a period of the data
    monkeypatch.setattr(Cube, "as_of", lambda *_: "2010–2025")
    page = example.get("/indicateurs/programmes?level=epci&x=1", headers=PAGE).text
    assert (
        "Années des données</th>" in page and "<td>2010–2025</td>" in page and f"<td>{year}</td>" not in page
    )
    for path in ("/indicateurs/programmes.csv?level=epci&x=1", "/cartes.csv?indicator=programmes&x=1"):
        rows = csv.DictReader(io.StringIO(example.get(path).text))
        assert {(row["period"], row["as_of"]) for row in rows} == {(year, "2010–2025")}
    assert "données\u00a0: 2010–2025" in example.get("/cartes?indicator=programmes&x=1", headers=PAGE).text
    assert "data of 2010–2025" in example.get("/cartes.svg?indicator=programmes&lang=en").text
    sparse = example.get("/indicateurs/population-sparse", headers=PAGE).text
    assert "que la grille met dans ces classes" in sparse


def test_groups_intervals_and_reasons_are_shown(example: TestClient, cube: Cube) -> None:
    text = example.get("/indicateurs/programmes-by-family?by=*&level=department", headers=PAGE).text
    assert "Groupe</th>" in text
    missing = example.get("/indicateurs/requests?level=epci", headers=PAGE).text
    assert "donnée manquante" in missing and "Les compter" in missing
    english = example.get("/indicateurs/requests?level=epci&lang=en", headers=PAGE).text
    assert "missing data: " in english
    counted = example.get("/indicateurs/requests?level=epci&illustrative=true", headers=PAGE).text
    assert "inventées, sont comptées ici" in counted
    secret = example.get("/indicateurs/companies-in-interactions", headers=PAGE).text
    assert "sous 3 entreprises" in secret


def test_examples_are_not_offered_where_none_is_loaded(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Publication, "has_examples", False)
    page = example.get("/indicateurs/platforms?level=epci&x=2", headers=PAGE).text
    assert "donnée manquante" in page and "<dd>aucune</dd>" in page
    for part in ("Les compter", "illustrative</li>", "Preuve</dt>"):
        assert part not in page, part
    for path in ("/indicateurs?x=2", "/indicateurs/platforms?level=epci&x=2"):
        main = example.get(path, headers=PAGE).text.split("<main")[1].split("</main>")[0]
        assert "illustrati" not in main, path
    assert "exemples inventés" not in example.get("/recherche?q=bois&x=2", headers=PAGE).text


def test_files_have_the_values_of_the_page(example: TestClient, cube: Cube) -> None:
    wanted = {row["territory"]: row["value"] for row in cube.across("communes", "epci").iter_rows(named=True)}
    answer = example.get("/indicateurs/communes.csv?level=epci")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    said = {row["territory"].split("/id/")[1]: float(row["value"] or "nan") for row in rows}
    assert said == pytest.approx(
        {key: math.nan if value is None else value for key, value in wanted.items()}, nan_ok=True
    )
    bounded = next(row for row in rows if row["territory"].endswith("/epci/200068781"))
    assert (bounded["value"], bounded["low"], bounded["status"]) == (
        "",
        "1",
        "missing",
    )  # part of it is not known here
    assert 'filename="communes-epci-region-84.csv"' in answer.headers["content-disposition"]
    french = example.get("/indicateurs/communes.csv-fr?level=epci")
    assert french.content.startswith(b"\xef\xbb\xbf") and b";" in french.content
    book = openpyxl.load_workbook(io.BytesIO(example.get("/indicateurs/communes.xlsx?level=epci").content))
    about = {str(name): value for name, value in book["À propos"].iter_rows(values_only=True)}
    assert about["Indicateur"] == "Communes" and about["Publication"]
    told = example.get("/indicateurs/communes.json?level=epci").json()
    assert told["indicator"]["iri"].endswith("/id/indicator/computed/communes")
    assert len(told["values"]) == len(wanted)
    assert example.get("/indicateurs/communes.pdf", headers=PAGE).status_code == 404


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/indicateurs/populatio", "Population"),
        ("/indicateurs/population?level=canton", "Aucun niveau de cet indicateur ne s’appelle « canton »"),
        (
            "/indicateurs/population.csv?level=canton",
            "Aucun niveau de cet indicateur ne s’appelle « canton »",
        ),
        ("/indicateurs/population?within=Grenobl", "Grenoble"),
        ("/indicateurs/population?period=1999", "Aucune période de cet indicateur ne s’appelle « 1999 »"),
        (
            "/indicateurs/programmes-by-family?by=nothing",
            "Aucun groupe de cet indicateur ne s’appelle « nothing »",
        ),
    ],
)
def test_what_is_not_there_is_a_page_that_helps(example: TestClient, path: str, said: str) -> None:
    answer = example.get(path, headers=PAGE)
    assert answer.status_code == 404 and said in plain(answer.text)


def test_the_api_lists_indicators_and_gives_values(example: TestClient, cube: Cube) -> None:
    told = example.get("/api/v1/indicators").json()
    assert [one["id"] for one in told["indicators"]] == list(INDICATORS)
    assert told["errors"] == [] and told["snapshot"] == cube.snapshot
    topic = example.get("/api/v1/indicators?topic=access").json()["indicators"]
    assert topic and {one["topic"]["id"] for one in topic} == {"access"}
    answer = example.get("/api/v1/indicators/communes/values?level=department&within=region/84")
    values = {row["code"]: row["value"] for row in answer.json()["values"]}
    assert values == {
        row["territory"].rsplit("/", 1)[-1]: row["value"]
        for row in cube.across("communes", "department").iter_rows(named=True)
    }
    every = example.get(
        "/api/v1/indicators/programmes-by-family/values?level=department&by=*&format=csv"
    ).text
    assert {"", "fap/B"} <= {row["group"] for row in csv.DictReader(io.StringIO(every))}
    lost = example.get("/api/v1/indicators/nothing/values")
    assert lost.status_code == 404 and lost.json()["kind"] == "indicator"
    assert example.get("/api/v1/indicators/population/values?format=pdf").status_code == 406


@pytest.mark.long
def test_the_command_lists_shows_and_writes(example_data_dir: Path, cube: Cube) -> None:
    listed = ancrage("indicators", "--format", "csv", data_dir=example_data_dir)
    assert [row["id"] for row in csv.DictReader(io.StringIO(listed.stdout))] == list(INDICATORS)
    one = ancrage(
        "indicators", "communes", "--level", "department", "--format", "json", data_dir=example_data_dir
    )
    assert len(json.loads(one.stdout)) == cube.across("communes", "department").height
    place = ancrage("indicators", "--territory", "38", "--format", "csv-fr", data_dir=example_data_dir)
    assert len(place.stdout.splitlines()) == 1 + len(cube.values("territory/department/38"))
    groups = ("programmes-by-family", "--territory", "38", "--by", "*", "--format", "json")
    told = json.loads(ancrage("indicators", *groups, data_dir=example_data_dir).stdout)
    assert len(told) > 1 and {row["code"] for row in told} == {"38"} and any(row["group"] for row in told)
    assert "demandent aussi le nom" in error(
        ancrage("indicators", "--territory", "38", "--period", "2024", data_dir=example_data_dir)
    )
    assert "--territory en donne un" in error(
        ancrage("indicators", "--territory", "38", "--level", "epci", data_dir=example_data_dir)
    )
    table = ancrage("indicators", "communes", "--level", "department", data_dir=example_data_dir)
    assert "Isère" in table.stdout and "value" in table.stdout
    assert "unit" not in table.stdout  # that of a count is « 1 », which says nothing to a person
    assert all(type(row["value"]) is int for row in json.loads(one.stdout))
    assert "« ancrage indicators » les liste" in error(
        ancrage("indicators", "nope", data_dir=example_data_dir)
    )
    assert "vouliez-vous dire" in error(ancrage("indicators", "populatio", data_dir=example_data_dir))
    assert "il faut l'un de : table" in error(
        ancrage("indicators", "--format", "pdf", data_dir=example_data_dir)
    )


def test_names_near_an_unknown_one_are_said_in_the_language_of_the_sentence(cube: Cube) -> None:
    with pytest.raises(UnknownName) as refused:
        find_indicator(cube, "populatio")
    assert "Population (population)" in refused.value.told("fr")
    with pytest.raises(UnknownName) as refused:
        find_indicator(cube, "programmes-by-famil")
    own = cube.indicators["programmes-by-family"].title
    assert own["fr"] in refused.value.told("fr") and own["en"] in refused.value.told("en")
    assert own["fr"] not in refused.value.told("en")


def test_selections_know_titles_groups_and_periods(cube: Cube, ground: Gazetteer) -> None:
    assert find_indicator(cube, "Population").id == "population"
    assert (
        find_indicator(cube, "https://w3id.org/ancrage/id/indicator/computed/programmes").id == "programmes"
    )
    every = select(cube, ground, "programmes-by-family", "department", by="*")
    one = every.frame["by"].drop_nulls().unique().sort()[0]
    assert select(cube, ground, "programmes-by-family", "department", by=one.rsplit("/", 1)[-1]).by == one
    with pytest.raises(UnknownName):
        select(cube, ground, "population", "department", period="1999")


def test_a_spread_is_of_round_classes_and_counts_every_value() -> None:
    assert bins([]) == [] and bins([3, 3]) == [(3, 3, 2)]
    values = [0.1, 7.3, 12.9, 100.0, 55.5]
    found = bins(values)
    assert sum(count for _, _, count in found) == len(values)
    assert len(found) <= 11 and found[0][0] <= 0.1 and found[-1][1] >= 100


def test_every_formula_level_and_method_has_words() -> None:
    assert set(FORMULA_WORDS) == {*FORMULAS, "ratio"}
    assert set(LEVEL_WORDS) == set(LEVELS)
    assert all(method_of(name) for name in METHODS.values())
    for one in INDICATORS.values():
        for said in ("fr", "en"):
            assert "{" not in formula_words(one, INDICATORS, said)


def test_no_interval_is_told_of_what_is_counted_whole() -> None:
    for name in ("outside-share", "ei-index"):
        one = INDICATORS[name]
        assert f"sous {one.minimum:.0f} " in formula_words(one, INDICATORS, "fr")
    told = formula_words(INDICATORS["specialisation"], INDICATORS, "fr")
    assert "pas d’intervalle" in told and "Poisson" not in told


def test_what_is_near_is_of_the_right_kind_and_a_link(example: TestClient) -> None:
    page = example.get("/indicateurs/populatio?lang=en", headers=PAGE).text.split("<h1>")[1]
    offered = page.split("Did you mean")[1].split("</ul>")[0]
    assert 'href="/indicateurs/population?lang=en"' in offered and "did you mean" not in page
    assert "/acteurs/" not in offered
    place = example.get("/indicateurs/population?within=Grenobl", headers=PAGE).text.split("<h1>")[1]
    assert "/indicateurs/population?within=" in place and "https://w3id.org" not in place
    flows = example.get("/cartes/flux?kind=zzz", headers=PAGE).text
    assert "Aucun flux ne s’appelle « zzz »." in plain(flows) and "/cartes/flux?kind=internships" in flows
