"""What a portrait says first: in what a territory differs, with whom it works, and what of it is placed among its peers."""

from __future__ import annotations

import csv
import io
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from ancrage.api.pages.territory import essentials, lists, page
from ancrage.api.pages.territory.figures import PEERS, Comparison
from ancrage.api.reading.rows import By
from ancrage.graph.indicators.peers import Peer
from ancrage.graph.region.gazetteer import Territory
from ancrage.words import join_words
from fastapi.testclient import TestClient

from ...pages import plain

METRO = "/territoires/epci/200040715"


def read_first(example: TestClient, path: str) -> str:
    text = example.get(path, headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    return text.partition('<div class="essentiel">')[2].partition("</div>")[0]


def row(
    name: str, value: float, median: float | None, least: float = 0.0, most: float = 100.0
) -> dict[str, Any]:
    return {
        "id": name, "value": value, "shown": f"{value:g}", "comparison": median, "least": least, "most": most,
        "comparison_shown": f"{median:g}" if median else "", "range_shown": f"{least:g} – {most:g}", "as_of": "2023",
        "peers_known": 3,
    }  # fmt: skip


def apart(*rows: dict[str, Any], people: float = 1e6, peers: int = 8) -> str:
    known = {one["id"]: one for one in (row("population", people, people), *rows)}
    return essentials._apart(known, Comparison(PEERS, "", ("a",) * peers, (PEER,) * peers), "fr")


PEER = Peer("territory/epci/1", "Pair", 0.1, {}, {}, {})
RATE, UNITS = "programmes-per-100000", "research-units-per-100000"


def test_what_differs_most_from_the_peers_is_told_first() -> None:
    told = apart(row(RATE, 30, 29), row(UNITS, 60, 10), row("distance-to-programme", 2, 20))
    assert told == (
        "Par rapport à 8 territoires qui lui ressemblent : des formations du supérieur plus près (2 en moyenne, contre 20) et "
        "6 fois plus d’unités de recherche par habitant."
    )
    assert "1,8 fois moins de formations" in apart(row(RATE, 10, 18))
    assert "aucune unité de recherche connue, alors que la plupart en ont" in apart(row(UNITS, 0, 18))
    assert "des unités de recherche, que la plupart n’ont pas" in apart(row(UNITS, 5, 0))


def test_a_commune_has_counts_where_it_has_no_rate() -> None:
    """It was told to differ in nothing, as no rate is computed for communes."""
    told = apart(row("research-units", 83, 11))
    assert told == "Par rapport à 8 territoires qui lui ressemblent : 8 fois plus d’unités de recherche."
    assert "ne le distingue" in apart(row("research-units", 4, 2)), "two more may be chance"


def test_that_nothing_differs_is_told_and_that_nothing_is_known_too() -> None:
    assert apart(row(RATE, 30, 25)) == (
        "Rien ne le distingue nettement de 8 territoires qui lui ressemblent, dans les chiffres connus."
    )
    assert apart().startswith("Trop peu de chiffres sont connus")
    assert apart(row(RATE, 30, None)).startswith("Trop peu de chiffres sont connus")
    for few in (0, 2):
        assert apart(row(RATE, 30, 1), peers=few) == (
            "Ce qui le distingue n’est pas dit : moins de trois territoires lui ressemblent."
        )


def test_there_is_no_ratio_of_a_count_that_one_more_would_double() -> None:
    """« 17 fois moins d’unités de recherche » was said of one."""
    assert "1 unité de recherche, contre 17 à population égale" in apart(row(UNITS, 1, 17), people=1e5)
    assert "12 formations du supérieur, contre 1,5 à population égale" in apart(
        row(RATE, 12, 1.5), people=1e5
    )
    assert "5,7 fois moins d’unités" not in apart(row("research-units", 2, 17)), "a commune has counts"
    assert "2 unités de recherche, contre 17." in apart(row("research-units", 2, 17))
    assert "6 fois plus" in apart(row(UNITS, 18, 3), people=1e5)


@pytest.mark.parametrize(
    ("value", "places"), [(50, (60, 30, 0, 120)), (200, (120, 15, 0, 60)), (-100, (0, 75, 60, 120))]
)
def test_a_value_beyond_its_peers_lengthens_the_line(value: float, places: tuple[float, ...]) -> None:
    strip = essentials._strip(row("projets", value, 25))
    assert strip is not None and (strip.here, strip.middle, strip.low, strip.high, strip.known) == (
        *places,
        3,
    )
    assert essentials._strip(row("projets", value, 0, 3, 3)) is None


def test_the_gap_of_the_territory_comes_before_that_of_its_pools_and_none_is_said() -> None:
    def lacking(*told: tuple[str, str, str], programmes: float = 1.0) -> str:
        kinds = [
            {"kind": kind, "findings": [{"scope": scope, "illustrative": False, "short": {"fr": f"{said}."}, "sentence": {}}]}
            for kind, scope, said in told
        ]  # fmt: skip
        known = {
            one["id"]: one for one in (row("programmes", programmes, 1), row("distance-to-programme", 9, 1))
        }
        return essentials._lacking({"kinds": kinds}, known, "fr")

    assert lacking(("link", "territory", "L"), ("demand", "pool", "D"), ("access", "territory", "A")) == "A."
    assert lacking(("link", "territory", "L"), ("demand", "pool", "D")) == "D."
    assert lacking(("link", "everywhere", "L")) == "Aucun manque n’est mesuré ici avec les données connues."
    assert "la plus proche est en moyenne à 9" in lacking(programmes=0.0)
    assert essentials._lacking({}, {}, "fr") == ""


def test_gaps_that_nobody_computed_ahead_are_computed_for_who_asks_or_told_where_they_are(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "kept_findings", lambda *_: None)
    monkeypatch.setattr(page, "SOON", 60.0)
    told = read_first(example, "/territoires/epci/200040715?essai=lacunes")
    assert "en cours de calcul" not in told and "calculé à la demande" not in told
    assert told.count("<p>") == 3
    monkeypatch.setattr(page, "SOON", 0.0)
    elsewhere = read_first(example, "/territoires/department/38?essai=lacunes")
    assert 'href="/territoires/department/38/lacunes"' in elsewhere and "calculé à la demande" in elsewhere


def test_a_commune_tells_what_its_labour_pool_hires_for_and_nobody_there_teaches() -> None:
    def plan(
        family: str, value: float | None, year: int = 2024, indicator: str = "hiring-plans"
    ) -> dict[str, Any]:
        indicator = f"indicator/{indicator}"
        return {
            "pool": "territory/bassin/1",
            "family": f"fap/{family}",
            "value": value,
            "least": value,
            "year": year,
            "indicator": indicator,
        }

    rows = [
        *(
            plan("A", 60.0),
            plan("A", None),
            plan("B", 55.0),
            plan("B", 900.0, 2023),
            plan("C", 400.0),
            plan("D", 800.0),
        ),
        plan("B", 700.0, indicator="hiring-plans-difficult"),
    ]

    def told(level: str, *untaught: str) -> str:
        seen = SimpleNamespace(
            containing=lambda place, _: [
                (Territory("territory/bassin/1", "Aubenas", "bassin", np.array([0])), 1.0)
            ],
            untaught={"territory/bassin/1": frozenset(untaught)},
            prepared={"fap/A", "fap/B", "fap/C"},  # nobody teaches D anywhere
            by=lambda *_: By(pl.DataFrame(rows), "pool"),
            word=lambda family, _: family,
        )
        place = SimpleNamespace(level=level)
        context: Any = SimpleNamespace(seen=seen, territory=place, language="fr")
        return essentials._around(context).replace("\u00a0", " ")

    whole = told("commune", "fap/A", "fap/B", "fap/D")
    assert (
        "(Aubenas)" in whole
        and "« fap/A »" in whole
        and "au moins 60 recrutements sont projetés en 2024" in whole
    )
    assert "lesquels 55 recrutements" in told("commune", "fap/B")
    assert told("commune", "fap/D") == told("commune") == told("epci", "fap/A") == ""


def test_few_ties_are_told_as_few_and_none_as_not_known() -> None:
    one = {"side": "territory", "partner": "Gard", "interactions": 1, "here": None}
    assert essentials._ties([one], "fr") == "Peu d’interactions sont connues d’ici ; territoires liés : Gard."
    assert "ce qui ne dit pas qu’il n’y en a pas" in essentials._ties([], "fr")


def test_at_most_five_key_figures_stand_among_the_peers(example: TestClient) -> None:
    text = example.get(
        "/territoires/epci/200040715", headers={"Accept": "text/html", "Accept-Language": "fr"}
    ).text
    shown = text.partition('<ul class="reperes"')[2].partition("</ul>")[0]
    assert 1 <= shown.count("<li>") <= 5 and "habitants</a>" in shown
    assert shown.count("<svg") == shown.count("territoires qui lui ressemblent : de"), (
        "each strip has its text"
    )


def test_known_interactions_are_of_their_own_years_not_of_those_of_all_sources(example: TestClient) -> None:
    text = example.get(METRO, headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    rows = csv.DictReader(io.StringIO(example.get(f"{METRO}/interactions?format=csv").text))
    years = sorted({row["year"] for row in rows if row["year"]})
    told = re.search(r"interactions? connues?</a> <span class=\"note\">\(([^)]*)\)", text)
    assert told and told[1] == "–".join(dict.fromkeys((years[0], years[-1])))


def test_the_first_partners_are_those_of_the_table(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(essentials, "LEAST_SHARED", 1)
    text = example.get(f"{METRO}?essai=1", headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    (told,) = re.findall(r"le plus d’interactions : ([^<;]*?)(?: ;[^<]*)?\.</p>", plain(text))
    rows = csv.DictReader(io.StringIO(example.get(f"{METRO}/partenaires?format=csv").text))
    first = [
        f"{row['partner']} ({row['interactions']})" for row in rows if row["side_shown"] == "territoire"
    ][:3]
    assert first and told == join_words(first, "fr")


def test_what_fails_leaves_the_page(example: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ancrage.api.pages.territory.essentials.comparison", lambda *_: 1 / 0)
    answer = example.get("/territoires/department/07?compare=region/84", headers={"Accept": "text/html"})
    assert (
        answer.status_code == 200 and 'class="essentiel"' not in answer.text and "etag" not in answer.headers
    )


def test_actors_are_named_where_no_territory_or_few_are_known() -> None:
    acts = {"side": "actor", "here": None, "interactions": 1}
    actors = [
        acts | {"partner": "Organisation PIC 929507157"},
        acts | {"partner": "Université"},
        acts | {"partner": "Mairie", "here": True},
    ]
    told = essentials._ties(actors, "fr")
    assert told.startswith("Aucun territoire partenaire n’est connu ; acteurs d’ailleurs")
    assert told.endswith(" : Université (1).")
    few = essentials._ties(
        [{"side": "territory", "partner": "Gard", "interactions": 1, "here": None}, *actors], "fr"
    )
    assert few.endswith("territoires liés : Gard ; acteurs d’ailleurs ou sans lieu dit : Université (1).")


def test_a_reach_of_everybody_is_no_key_figure() -> None:
    assert not essentials._told(row("reach-programme", 100.0, 100.0))
    assert essentials._told(row("reach-programme", 99.2, 100.0))


def test_jobs_have_bars_on_the_scale_of_the_largest(example: TestClient) -> None:
    page = example.get(f"{METRO}/emplois").text
    widths = [float(width) for width in re.findall(r'class="barre".*?width="([0-9.]+)"', page, re.DOTALL)]
    assert widths and max(widths) == 100 and widths == sorted(widths, reverse=True)


def test_interactions_have_one_period_on_all_pages_of_a_portrait(example: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(example.get(f"{METRO}/interactions?format=csv").text)))
    years = sorted({int(row["year"]) for row in rows if row["year"]})
    period = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
    first = example.get(METRO, headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    assert f"({period})" in first.partition('<ul class="reperes"')[2].partition("</ul>")[0]
    figures = list(csv.DictReader(io.StringIO(example.get(f"{METRO}/chiffres-cles?format=csv").text)))
    assert {row["as_of"] for row in figures if row["id"] in ("interactions", "outside-share", "actors")} == {
        period
    }


def test_the_programmes_of_a_territory_are_told_by_their_seats(example: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(example.get(f"{METRO}/formations?format=csv").text)))
    seats = [-int(row["seats"] or 0) for row in rows]
    assert len(set(seats)) > 1 and seats == sorted(seats)
    assert (
        "Dans l’ordre des places"
        in example.get(f"{METRO}/formations", headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    )


def test_a_list_of_programmes_says_which_the_number_of_programmes_leaves_out() -> None:
    columns = ("programme", "label", "level", "institution", "at", "evidence", "source", "end", "capacity")
    told = [
        ("programme/1", "BPJEPS", "level/eqf4", None, 0, "declared", "mesr-parcoursup", None, 12),
        ("programme/2", "BTS", "level/eqf5", None, 0, "declared", "mesr-parcoursup", None, 24),
    ]
    frame = pl.DataFrame(told, schema=columns, orient="row")
    seen: Any = SimpleNamespace(
        ground=SimpleNamespace(wide=[("commune/07330", "Vallon-Pont-d'Arc")]),
        rows=lambda *_: By(frame, "at").all(),
        word=lambda path, _: path,
        label=str,
    )
    territory: Any = None
    notes = [str(note) for note in lists.programmes(seen, territory, "fr").notes]
    assert any(note.startswith("Dont 1 du niveau du baccalauréat") for note in notes)
    frame = frame.filter(pl.col("level") == "level/eqf5")
    assert len(lists.programmes(seen, territory, "fr").notes) == 1
