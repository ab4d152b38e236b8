"""Pages of strategies: what is planned and where it stands, what is late by its dates alone, two of them compared."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from ancrage.api.pages.strategy.matter import StrategyMatter
from ancrage.queries.library import Library
from fastapi.testclient import TestClient

PLAN = "/strategies/essai-plan"
BOTH = "/strategies/comparaison?a=essai-plan&b=exemple/autre"


def said(client: TestClient, address: str) -> str:
    """Give the words of a page."""
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rows(client: TestClient, block: str, address: str = PLAN) -> list[dict[str, Any]]:
    """Give the rows of a block, as its file has them."""
    page, _, asked = address.partition("?")
    answer = client.get(f"{page}/{block}?format=csv&{asked}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_list_has_what_sources_describe_before_examples(client: TestClient) -> None:
    text = said(client, "/strategies")
    real, example = text.index("Plan d'essai"), text.index("[Exemple] Autre plan")
    assert real < text.index("Exemples inventés") < example
    assert (
        "2 objectifs · 3 actions : en cours (1), à venir (1), réalisée (1) 1 action en retard déclaré" in text
    )


def test_an_action_is_late_by_its_dates(client: TestClient) -> None:
    late = {row["action"]: (row["state"], row["late"]) for row in rows(client, "actions")}
    assert late == {
        "1.1.1 Meubler des logements": ("en cours", "en retard : devait finir le 30 juin 2020"),
        "1.1.2 Rembourser les trajets": ("à venir", ""),
        "Forum annuel": ("réalisée", ""),
    }
    assert "1 action en retard 1.1.1 Meubler des logements : en retard : devait finir" in said(client, PLAN)


def test_the_named_question_finds_the_late_actions_that_the_page_finds(client: TestClient) -> None:
    text = Library()["late-actions"].bind(day="2026-11-28")
    answer = client.get("/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    found = {row["actionLabel"] for row in csv.DictReader(io.StringIO(answer.text))}
    assert found == {"Meubler des logements"}


def test_actions_stand_under_their_axis_with_what_they_cost(client: TestClient) -> None:
    first, _, last = rows(client, "actions")
    assert (first["group"], last["group"]) == ("1 Accueillir", "Sans axe")
    assert (first["planned"], first["spent"], first["interactions"]) == ("45000", "0", "1")
    assert (last["planned"], last["spent"]) == ("", "")  # unknown is no zero
    assert first["partners"] == "Laboratoire du bois et de la preuve"


def test_spending_that_nobody_tells_is_counted_apart(client: TestClient) -> None:
    told = [(row["year"], row["planned"], row["spent"], row["unknown"]) for row in rows(client, "budget")]
    assert told == [("2019", "30000", "0", "0"), ("2020", "15000", "", "1")]
    assert "elle est inconnue : 1 sur 2" in said(client, PLAN)


def test_a_strategy_that_says_how_much_and_not_how_far_is_told_so(client: TestClient) -> None:
    bare = "/strategies/exemple/nu"
    text = said(client, bare)
    assert "Conventionnée : 1" in text and "en retard" not in text.split("Actions, par axe")[0]
    assert "qui ne dit pas où elle en est" in text
    assert (
        "En tout, pour les actions que la source décrit : 1 000 € prévus ; aucune dépense n’est connue."
        in text
    )
    assert "Aucun de ces objectifs n’a d’indicateur" in text and "Dernière valeur" not in text
    assert [row["year"] for row in rows(client, "budget", bare)] == ["toutes"]
    assert "target" in rows(client, "objectifs", bare)[0]  # files have the same columns for every strategy


def test_an_actor_tells_the_actions_that_it_runs_or_takes_part_in(client: TestClient) -> None:
    told = {
        actor: [
            (row["action"], row["role"], row["state"]) for row in rows(client, "actions", f"/acteurs/{actor}")
        ]
        for actor in ("0990001A", "199900001A")
    }
    assert told == {
        "0990001A": [("Meubler des logements", "porteur", "en cours")],
        "199900001A": [("Meubler des logements", "partenaire", "en cours")],
    }
    assert rows(client, "actions", "/acteurs/990000009") == []
    (only,) = rows(client, "actions", "/acteurs/0990001A")
    assert only["iri"].startswith("https://w3id.org/ancrage/id/action/")


def test_an_objective_is_followed_from_where_it_began(client: TestClient) -> None:
    followed, bare = rows(client, "objectifs")
    assert (followed["initial"], followed["value"], followed["period"], followed["target"]) == (
        "10",
        "20",
        "2023/2024",
        "30",
    )
    assert (followed["done"], followed["ahead"], followed["interactions"]) == (
        "50",
        "en avance",
        "1",
    )
    assert bare["objective"] == "1.10 Navette du campus" and bare["done"] == "" == bare["value"]


def test_a_trajectory_is_drawn_with_the_way_to_its_target(client: TestClient) -> None:
    way = [(row["period"], row["kind"], row["value"]) for row in rows(client, "trajectoires")]
    assert way == [("2019", "départ", "10"), ("2023/2024", "valeur connue", "20"), ("2029", "cible", "30")]
    page = client.get(PLAN, headers={"Accept": "text/html"}).text
    assert page.count('class="dessin"') == 1 and "du départ à la cible" in page


def test_what_no_interaction_serves_is_named(client: TestClient) -> None:
    assert [row["what"] for row in rows(client, "sans-interaction")] == [
        "1.10 Navette du campus", "1.1.2 Rembourser les trajets", "Forum annuel",
    ]  # fmt: skip
    (served,) = rows(client, "interactions")
    assert served["interaction"] == "Stage au bourg" and served["year"] == "2024"
    assert served["serves"] == "1.1 Accueillir des stagiaires ; 1.1.1 Meubler des logements"


def test_who_adopts_runs_and_pays_is_listed_once(client: TestClient) -> None:
    told = {row["organisation"]: (row["roles"], row["planned"]) for row in rows(client, "organisations")}
    assert told == {
        "Université d'Essai": ("l’a adoptée, porteur, financeur", "30000"),
        "Laboratoire du bois et de la preuve": ("partenaire", ""),
    }


def test_two_strategies_are_compared_by_what_their_objectives_share(client: TestClient) -> None:
    (pair,) = rows(client, "communs", BOTH)
    assert (pair["first"], pair["second"]) == ("1.1 Accueillir des stagiaires", "[Exemple] Accueillir")
    assert (pair["shares"], pair["evidence"]) == ("même indicateur", "illustrative")
    lonely = [row["objective"] for row in rows(client, "sans-interaction", BOTH)]
    assert lonely == ["1.10 Navette du campus", "[Exemple] Accueillir"]
    assert "ne décrit pas la région" in said(
        client, BOTH
    )  # what the fixture lacks is told, and is no empty list


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/strategies/rien", 404, "Aucune source chargée ne décrit de stratégie rien"),
        ("/strategies/exemple/rien", 404, "exemple/rien"),
        ("/strategies/essai-plan/rien", 404, "rien"),
        ("/strategies/comparaison?a=essai-plan", 400, "demande deux stratégies"),
        ("/strategies/comparaison?a=essai-plan&b=rien", 404, "stratégie rien"),
    ],
)
def test_what_is_not_there_is_said(client: TestClient, address: str, status: int, words: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status and words in unescape(answer.text)


def test_the_address_of_a_strategy_leads_to_its_page(client: TestClient) -> None:
    answer = client.get("/id/strategy/essai-plan", headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"].endswith(PLAN)


def test_a_computed_value_is_of_the_year_of_its_data() -> None:
    """« 33 formations, 2026 » was said of those that the portrait tells of 2025."""
    frame = pl.DataFrame(
        {
            "indicator": ["programmes"], "territory": ["t"], "by": [None], "value": [33.0], "period": ["2026"],
            "evidence": ["inferred"],
        },
        schema_overrides={"by": pl.String},
    )  # fmt: skip
    for years, told in (("2025", "2025"), ("2020–2026", "2026"), ("", "2026")):
        cube = SimpleNamespace(of_territory=lambda _: frame, as_of=lambda _, __, years=years: years)
        matter: Any = SimpleNamespace(observed={}, seen=SimpleNamespace(cube=cube))
        objective: Any = SimpleNamespace(all=lambda _: (), one=lambda _: "indicator/computed/programmes")
        assert StrategyMatter.series(matter, objective, "t") == [(told, 33.0, "inferred")]
