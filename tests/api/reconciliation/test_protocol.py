"""The protocol, over a socket: what version 0.2 asks and gets, what the draft does, and what is refused."""

import json
import urllib.parse
import urllib.request
from typing import Any

import pytest
from ancrage.api.reconciliation.request import BATCH, LONGEST
from jsonschema import Draft202012Validator

UGA = "organization/0383546Y"
_TEXT, _BOOLEAN = {"type": "string", "minLength": 1}, {"type": "boolean"}
_NAMED = {"id": _TEXT, "name": _TEXT, "description": {"type": "string"}}
_THING = {
    "type": "object",
    "required": ["id", "name"],
    "properties": _NAMED,
}
CANDIDATE = {
    "type": "object",
    "required": ["id", "name", "type", "score", "features", "match"],
    "additionalProperties": False,
    "properties": {
        **_NAMED,
        "type": {"type": "array", "items": _THING, "minItems": 1},
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": _BOOLEAN,
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name", "value"],
                "properties": {"id": _TEXT, "name": _TEXT, "value": {"type": ["boolean", "number"]}},
            },
        },
    },
}
VALUE = {
    "oneOf": [
        {
            "type": "object",
            "required": [key],
            "properties": {key: {"type": kind}},
            "additionalProperties": False,
        }
        for key, kind in (("str", "string"), ("int", "integer"), ("float", "number"))
    ]
    + [{**_THING, "additionalProperties": False}]
}
META = {"type": "array", "items": _THING}


def conforms(told: Any, schema: dict[str, Any]) -> None:
    """Check an answer by what the specification says of it, written here by hand."""
    Draft202012Validator(schema).validate(told)


@pytest.mark.long
def test_the_manifest_says_what_is_offered_and_where(reconcile: Any) -> None:
    told = reconcile.get()
    assert told["versions"] == ["0.2"] and told["batchSize"] == BATCH
    assert told["identifierSpace"] + UGA == f"https://w3id.org/ancrage/id/{UGA}"
    assert {"Organization", "ResearchUnit", "Territory"} <= {one["id"] for one in told["defaultTypes"]}
    conforms(told["defaultTypes"], META)
    for address in (told["view"]["url"], told["preview"]["url"]):
        assert address.count("{{id}}") == 1 and address.startswith(reconcile.address)
    shown = told["view"]["url"].replace("{{id}}", UGA.replace("/", "%2F")).removeprefix(reconcile.address)
    assert "Université Grenoble Alpes" in reconcile.opened(shown)[1]
    for kind, prefix, found in (
        ("entity", "gren alp", UGA),
        ("property", "num", "siren"),
        ("type", "comm", "Commune"),
    ):
        asked = told["suggest"][kind]
        path = f"{asked['service_url']}{asked['service_path']}".removeprefix(f"{reconcile.address}/reconcile")
        suggested = reconcile.get(path, prefix=prefix)["result"]
        conforms(suggested, META)
        assert found in {one["id"] for one in suggested}
        flyout = asked["flyout_service_path"].replace("${id}", found.replace("/", "%2F"))
        assert json.loads(reconcile.opened(f"/reconcile{flyout}")[1])["id"] == found
    proposed = told["extend"]["propose_properties"]
    told = reconcile.get(proposed["service_path"], type="Commune", limit="2")
    assert [one["id"] for one in told["properties"]] == ["name", "commune-code"] and told["type"] == "Commune"


def test_the_manifest_in_english_leads_to_english(reconcile: Any) -> None:
    told = reconcile.get(lang="en")
    assert told["name"].endswith("organisations and territories") and told["preview"]["url"].endswith(
        "&lang=en"
    )
    asked = told["suggest"]["property"]["service_path"]
    assert reconcile.get(asked.partition("?")[0], lang="en", prefix="parent")["result"][0]["id"] == "parent"
    assert told["defaultTypes"][0]["name"] == "organisation"


def test_a_batch_by_form_and_by_address_is_answered_alike(reconcile: Any) -> None:
    batch = {
        "q0": {"query": "universite grenoble alpes", "type": "Organization", "limit": 3},
        "q1": {"query": "LIG", "type": ["ResearchUnit"], "type_strict": "all"},
        "q2": {"query": "personne"},
    }
    told = reconcile.form(queries=batch)
    assert list(told) == list(batch) and told == reconcile.get(queries=json.dumps(batch))
    assert told == reconcile.get(queries=json.dumps(batch), callback="jQuery1"), "JSON, whatever is asked"
    for one in told.values():
        conforms(one["result"], {"type": "array", "items": CANDIDATE})
    assert told["q0"]["result"][0]["id"] == UGA and told["q0"]["result"][0]["match"]
    assert told["q0"]["result"][0]["type"][0]["id"] == "University"
    assert told["q2"]["result"] == []


def test_the_draft_is_answered_below_an_address_of_its_own(reconcile: Any) -> None:
    told = reconcile.get("/1.0-draft")
    assert (
        told["versions"] == ["1.0-draft"] and told["standardizedScore"] and told["suggest"]["entity"] is True
    )
    assert told["view"]["url"].endswith("/doc/{id}")
    named = {"conditions": [{"matchType": "name", "propertyValue": "Lycée Marie Curie"}]}
    there = {
        "matchType": "property",
        "propertyId": "department",
        "propertyValue": {"id": "territory/department/38"},
    }
    required = {**named, "conditions": [*named["conditions"], {**there, "required": True}]}
    none = {
        **named,
        "conditions": [*named["conditions"], {**there, "required": True, "matchQuantifier": "none"}],
    }
    identity = {"conditions": [{"matchType": "id", "propertyValue": UGA}]}
    results = reconcile.post("/1.0-draft/match", {"queries": [named, required, none, identity]})["results"]
    for one in results:
        conforms(one["candidates"], {"type": "array", "items": CANDIDATE})
    found = [[(one["id"], one["match"]) for one in result["candidates"]] for result in results]
    assert {one for one, _ in found[0]} == {"organization/0380027Y", "organization/0700009E"}
    assert found[1] == [("organization/0380027Y", True)], "the name and the place"
    assert found[2] == [("organization/0700009E", False)]
    assert found[3] == [(UGA, True)]
    assert (
        reconcile.get("/1.0-draft/suggest/entity", prefix="aledia", limit="1")["result"][0]["id"]
        == "organization/537455982"
    )


def test_properties_are_told_as_both_versions_have_them(reconcile: Any) -> None:
    names = ("commune", "commune-code", "epci", "siren", "kind", "start", "parent", "other-name")
    asked = {
        "ids": [UGA, "territory/commune/38185", "organization/200711886U", "nobody"],
        "properties": [{"id": name} for name in names],
    }  # fmt: skip
    told = reconcile.form(extend=asked)
    conforms(told["meta"], META)
    conforms(
        told["rows"], {"additionalProperties": {"additionalProperties": {"type": "array", "items": VALUE}}}
    )
    uga = told["rows"][UGA]
    assert uga["commune"] == [{"id": "territory/commune/38421", "name": "Saint-Martin-d'Hères"}]
    assert uga["epci"] == [{"id": "territory/epci/200040715", "name": "Grenoble-Alpes-Métropole"}]
    assert (uga["siren"], uga["start"], uga["commune-code"]) == (
        [{"str": "130026081"}],
        [{"int": 2019}],
        [{"str": "38421"}],
    )
    assert uga["kind"] == [{"str": "établissement d'enseignement supérieur"}] and uga["other-name"] == [
        {"str": "UGA"}
    ]
    assert told["rows"]["territory/commune/38185"]["commune-code"] == [{"str": "38185"}]
    assert told["rows"]["organization/200711886U"]["parent"] == [
        {"id": UGA, "name": "Université Grenoble Alpes"}
    ]
    assert set(map(tuple, told["rows"]["nobody"].values())) == {()}
    [types] = [one["type"]["id"] for one in told["meta"] if one["id"] == "epci"]
    assert types == "Intercommunality"
    rows = reconcile.post("/1.0-draft/extend", asked)["rows"]
    assert [one["id"] for one in rows] == asked["ids"]
    assert {one["id"]: one["values"] for one in rows[0]["properties"]} == uga


def test_a_preview_may_be_framed_by_any_site_and_speaks_the_language(reconcile: Any) -> None:
    headers, page = reconcile.opened(f"/reconcile/preview?id={UGA}")
    assert "frame-ancestors *" in headers["content-security-policy"] and "x-frame-options" not in headers
    for said in (
        "Université Grenoble Alpes",
        "Saint-Martin-d&#39;Hères",
        "130026081",
        'lang="fr"',
        "Numéro SIREN",
    ):
        assert said in page
    assert f'href="{reconcile.address}/acteurs/0383546Y"' in page
    _, page = reconcile.opened("/reconcile/preview?id=territory/commune/38185&lang=en")
    assert 'lang="en"' in page and "Grenoble-Alpes-Métropole" in page and "Official code" in page


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("{", 400, "n’est pas du JSON : erreur au signe 2"),
        ("[1]", 400, "« queries » est un objet JSON"),
        ("[" * 100_000, 400, "n’est pas du JSON"),
        (r'{"\ud800": {"query": "lyon"}}', 400, "n’est pas du JSON"),
        (r'{"q": {"query": "\udfff lyon"}}', 400, "n’est pas du JSON"),
        ('{"q": 1}', 400, "Demande « q » : un objet JSON est attendu"),
        ('{"q": {}}', 400, "« q » : il faut « query » ou « properties »"),
        ('{"q": {"query": ["a"]}}', 400, "un texte est attendu"),
        ('{"q": {"query": "a", "type": "Q5"}}', 400, "aucun type ne s’appelle « Q5 »"),
        ('{"q": {"query": "a", "limit": -1}}', 400, "« limit » est un nombre entier à partir de 1"),
        ('{"q": {"query": "a", "type_strict": "x"}}', 400, "« type_strict » est l’une de ces valeurs : any, should, all"),
        ('{"q": {"query": "a", "properties": [{"pid": "P31", "v": 1}]}}', 400, "aucune propriété ne s’appelle « P31 »"),
        (json.dumps({"q": {"query": "a" * (LONGEST + 1)}}), 400, f"a {LONGEST} signes au plus"),
        (json.dumps({str(n): {"query": "a"} for n in range(BATCH + 1)}), 413, f"{BATCH} noms au plus"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_a_sentence(
    reconcile: Any, text: str, status: int, said: str
) -> None:
    body = urllib.parse.urlencode({"queries": text}).encode()
    answered, told = reconcile._sent(urllib.request.Request(f"{reconcile.address}/reconcile", body))
    assert answered == status == told["status"] and said in told["detail_fr"]
    assert told["detail"] != told["detail_fr"]


def test_bodies_of_other_kinds_and_unknown_things_are_refused(reconcile: Any) -> None:
    assert "formulaire" in reconcile.post("", {"queries": {}})["detail_fr"]
    assert "formulaire" in reconcile.form(other=1)["detail_fr"]
    assert "liste de 1 à" in reconcile.post("/1.0-draft/match", {"queries": [{"query": "a"}]})["detail_fr"]
    assert reconcile.post("/1.0-draft/extend", b"\xff")["status"] == 400
    assert reconcile.post("/1.0-draft/extend", {"ids": ["\ud800"], "properties": []})["status"] == 400
    assert reconcile.get("/suggest/entity/flyout", id="nobody")["status"] == 404
    assert reconcile.get("/suggest/entity", prefix="a", offset="x")["status"] == 400


def test_what_any_site_may_ask_is_told_to_browsers(reconcile: Any) -> None:
    asked = urllib.request.Request(f"{reconcile.address}/reconcile/1.0-draft/match", method="OPTIONS")
    with urllib.request.urlopen(asked) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
