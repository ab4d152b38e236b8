"""The one sentence of a gap that a portrait opens with: figures and names, no coverage, no secrecy, no chance."""

from __future__ import annotations

from typing import Any

import pytest
from ancrage.api.analysis.short_words import short_sentence
from ancrage.graph.findings.model import Finding, Question, Reason, Thing
from ancrage.words import Named

PLACE, POOL = Thing("territory/epci/1", "Ici"), Thing("territory/bassin/1", "Aubenas")
TRADE, LEVEL = Thing("fap/S", "Hôtellerie"), Thing("level/eqf6", "niveau 6")
WHOLE = Named("La phrase entière. Couverture : 90 %.")
NEAR = Question("near", {"radius": "30"})
PLANS: dict[str, Any] = {"year": 2024, "plans": 200}


def said(kind: str, thing: Thing, facts: dict[str, Any], **more: Any) -> str:
    subject = POOL if kind == "demand" else PLACE
    found = Finding(kind, subject, thing, WHOLE, facts=facts, question=NEAR, **more)
    return short_sentence(found)["fr"].replace("\u202f", " ").replace("\u00a0", " ")


def test_demand_tells_what_is_known_to_prepare_and_what_it_would_take() -> None:
    told = said("demand", TRADE, {**PLANS, "programmes": 2, "expected_programmes": 7.6})
    assert told == (
        "« Hôtellerie » : 200 projets de recrutement en 2024 dans le bassin d’emploi d'Aubenas, et 2 formations du supérieur "
        "connues y préparent, contre environ 8 au rythme du reste de la région."
    )
    told = said("demand", TRADE, {**PLANS, "programmes": 0, "seasonal_plans": 100})
    assert told.startswith("« Hôtellerie » : 200 projets de recrutement (au moins 100 saisonniers) en 2024")
    together = said(
        "demand", TRADE, {**PLANS, "families": 3}, reasons=(Reason("demand", Named("Commerce : 90 projets")),)
    )
    assert together == (
        "Dans le bassin d’emploi d'Aubenas, aucune formation du supérieur connue ne prépare aux métiers de 200 projets de "
        "recrutement de 2024 (d’abord Commerce : 90 projets)."
    )


def test_a_link_tells_how_far_the_nearest_is() -> None:
    facts = {
        "function": "chain-function/trains",
        "stage": "chain-stage/resource",
        "members_near": 0,
        "nearest_km": 56.4,
    }
    told = said("link", Thing("value-chain/wood", "bois"), facts)
    assert told.startswith("Dans la filière bois, aucun membre connu ne forme à moins de 30 km")
    assert told.endswith("; le plus proche est à 56 km.")
    assert said("link", TRADE, {**facts, "members_near": 2}) == WHOLE["fr"]


def test_access_tells_who_has_none_or_else_how_much_less_there_is() -> None:
    facts = {"residents_without": 3769, "share_without": 0.307, "relative_access": 0.4}
    assert said("access", LEVEL, facts) == (
        "3 769 habitants (31 %) n’ont aucune formation connue de niveau 6 à moins de 30 km."
    )
    research = Thing("actor-type/research-unit", "unité de recherche")
    assert "n’ont aucune unité de recherche connue" in said("access", research, facts)
    assert said("access", LEVEL, {**facts, "residents_without": 0}) == (
        "Les habitants ont un accès aux formations de niveau 6 inférieur de 60 % à celui du reste de la région."
    )


@pytest.mark.parametrize("kind", ["demand", "tie", "company"])
def test_what_has_no_shorter_sentence_keeps_its_own(kind: str) -> None:
    assert said(kind, TRADE, {"jobs": 4}) == WHOLE["fr"]
