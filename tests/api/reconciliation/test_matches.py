"""What a name is taken for, what is only proposed, and that `ancrage link` says the same."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.commands.application import run
from ancrage.api.reconciliation.candidates import LIKE
from fastapi.testclient import TestClient

UGA, ALEDIA = "organization/0383546Y", "organization/537455982"


@pytest.mark.parametrize(
    ("query", "properties", "found", "feature"),
    [
        ("UNIVERSITE GRENOBLE-ALPES", {}, UGA, "rule-name"),
        ("n’importe quoi", {"siren": 130026081}, UGA, "rule-identifier"),
        ("n’importe quoi", {"siren": 130026081.0}, UGA, "rule-identifier"),
        ("130 026 081", {}, UGA, "rule-identifier"),
        ("0383546Y", {}, UGA, "rule-identifier"),
        ("Aledia S.A.S.", {}, ALEDIA, "rule-name"),
        ("Lycée Marie Curie", {"commune": "Grenoble"}, "organization/0380027Y", "rule-name-place"),
        ("Lycée Marie Curie", {"Code INSEE": "70473"}, "organization/0700009E", "rule-name-place"),
        ("Lycée Marie Curie", {"department": "Isère"}, "organization/0380027Y", "rule-name-place"),
        (UGA, {}, UGA, "rule-identity"),
        (f"https://w3id.org/ancrage/id/{UGA}", {}, UGA, "rule-identity"),
        ("organization/partner-x-aledia", {}, ALEDIA, "rule-identity"),
    ],
)  # fmt: skip
def test_a_rule_decides_and_is_told(
    reconcile: Any, query: str, properties: Any, found: str, feature: str
) -> None:
    [first, *_] = reconcile.named(query, properties=[{"pid": pid, "v": v} for pid, v in properties.items()])
    assert (first["id"], first["match"]) == (found, True)
    assert {one["id"]: one["value"] for one in first["features"]}[feature] is True
    assert first["score"] > LIKE


def test_what_is_only_alike_is_proposed_below_every_rule(reconcile: Any) -> None:
    [first, *_] = reconcile.named("Laboratoire informatiques de Grenobel", type="ResearchUnit")
    assert first["id"] == "organization/200711886U" and not first["match"] and first["score"] < LIKE
    assert first["features"][0]["id"] == "likeness"
    two = reconcile.named("Lycée Marie Curie")
    assert {one["id"] for one in two} == {"organization/0380027Y", "organization/0700009E"}
    assert not any(one["match"] for one in two) and {one["score"] for one in two} == {LIKE}


def test_a_broken_number_is_told_and_not_read(reconcile: Any) -> None:
    told = reconcile.form(
        queries={"q": {"query": "Soitec", "properties": [{"pid": "siren", "v": "384711908"}]}}
    )["q"]
    assert told["result"][0]["match"], "by its name"
    assert "« 384711908 » : la clé ou la forme est fausse" in told["notes"][0]


def test_a_number_of_another_name_decides_and_is_told(reconcile: Any) -> None:
    told = reconcile.form(
        queries={"q": {"query": "Boulangerie Martin", "properties": [{"pid": "siren", "v": "130026081"}]}}
    )["q"]
    assert (told["result"][0]["id"], told["result"][0]["match"]) == (UGA, True)
    assert "130026081 est le numéro de « Université Grenoble Alpes »" in told["notes"][0]


def test_types_keep_what_is_of_them(reconcile: Any) -> None:
    assert reconcile.match("Grenoble", type="Commune") == "territory/commune/38185"
    assert reconcile.match("Université Grenoble Alpes", type="territory") is None
    assert reconcile.named("Université Grenoble Alpes", type="ResearchUnit") == []
    assert reconcile.match("Université Grenoble Alpes", type=["ResearchUnit", "University"]) == UGA
    assert reconcile.named("Aledia", type=["ResearchUnit", "Company"], type_strict="all") == []
    should = reconcile.named("Université Grenoble Alpes", type="ResearchUnit", type_strict="should")
    assert [one["id"] for one in should] == [UGA]


def test_a_territory_is_matched_where_one_alone_is_meant(reconcile: Any) -> None:
    assert reconcile.match("GRENOBLE CEDEX 9", type="Territory") == "territory/commune/38185"
    reasons = [one["name"] for one in reconcile.named("Grenoble", type="Territory")[0]["features"]]
    assert reasons[0].endswith("la commune vient d’abord"), "a zone and a bassin may have its name"
    assert reconcile.match("38185", type="Territory") == "territory/commune/38185"
    assert reconcile.match("200040715", type="Intercommunality") == "territory/epci/200040715"
    assert reconcile.match("isere") == "territory/department/38"
    assert reconcile.match("84", type="Territory") is None, "a region and a département have it"
    assert reconcile.match("84", type="Department") == "territory/department/84"
    homonyms = reconcile.named("Saint-Sauveur", type="Commune")
    assert [one["id"] for one in homonyms] == ["territory/commune/38454", "territory/commune/70473"]
    assert not any(one["match"] for one in homonyms)
    there = [{"pid": "department", "v": "Haute-Saône"}]
    assert reconcile.match("Saint-Sauveur", type="Commune", properties=there) == "territory/commune/70473"
    [other] = [
        one for one in reconcile.named("Saint-Sauveur", type="Commune", properties=there) if not one["match"]
    ]
    assert {one["id"]: one["value"] for one in other["features"]}["property-department"] is False
    elsewhere = [{"pid": "department", "v": "Haute-Saône"}]
    assert reconcile.match("Grenoble", type="Commune", properties=elsewhere) is None
    [typo, *_] = reconcile.named("Grenobel", type="Commune")
    assert typo["id"] == "territory/commune/38185" and not typo["match"]


def test_the_command_and_the_service_link_a_table_alike(
    reconcile: Any, register_dir: Path, tmp_path: Path
) -> None:
    rows = [
        ("Univ. Grenoble-Alpes", "", ""),
        ("LIG", "", "38421"),
        ("Laboratoire Informatique Grenoble", "", ""),
        ("Aledia SA", "", ""),
        ("autre nom", "537455982", ""),
        ("Soitec", "384711908", ""),
        ("Lycée Marie Curie", "", "38185"),
        ("Lycée Marie Curie", "", "70473"),
        ("Lycée Marie Curie", "", ""),
        ("130026081", "", ""),
        ("Non renseigné", "", ""),
        ("Soytec", "", ""),
    ]
    table, out = tmp_path / "noms.csv", tmp_path / "out.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("nom", "siren", "commune"), *rows])
    assert run(["link", str(table), "-o", str(out), "--data-dir", str(register_dir)]) == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        linked = [(row["organization"] or None, row["rule"]) for row in csv.DictReader(file)]
    asked = [
        {
            "query": name,
            "type": "Organization",
            "properties": [{"pid": pid, "v": v} for pid, v in (("siren", siren), ("commune", place)) if v],
        }
        for name, siren, place in rows
    ]
    told = reconcile.form(queries={str(rank): one for rank, one in enumerate(asked)})
    matched = []
    for one in told.values():
        found = next((candidate for candidate in one["result"] if candidate["match"]), None)
        rule = found["features"][0]["id"].removeprefix("rule-") if found else ""
        matched.append((found["id"] if found else None, rule))
    assert matched == linked
    assert sum(body is not None for body, _ in linked) == 8


def test_without_sources_organisations_are_not_answered_and_territories_are(client: TestClient) -> None:
    def asked(type: str) -> Any:
        batch = {"q": {"query": "St Étienne d’Essai", "type": type}}
        return client.post("/reconcile", data={"queries": json.dumps(batch)})

    refused = asked("Organization")
    assert refused.status_code == 503 and "Aucune source n’est chargée" in refused.json()["detail_fr"]
    assert asked("Commune").json()["q"]["result"][0]["id"] == "territory/commune/99101"
