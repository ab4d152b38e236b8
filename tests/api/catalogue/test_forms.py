"""Forms of named questions: pickers by type, names understood as things, refusals beside their field."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from ancrage.api.catalogue.forms import fields_of
from ancrage.api.reading.names import Index, Named
from ancrage.api.reading.publication import index_of, reading_of
from ancrage.api.reading.questions import FINDERS, Unclear, short_value, understand
from ancrage.api.reading.solutions import Reading
from ancrage.queries.library import Library
from ancrage.queries.parameters import TYPES, Parameter
from ancrage.queries.query import Query
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def read(client: TestClient) -> Iterator[tuple[Reading, Index]]:
    request: Any = SimpleNamespace(app=client.app, state=SimpleNamespace(), headers={}, query_params={})
    reading = reading_of(request)
    yield reading, index_of(request, reading)


def _query(kind: str, example: str, optional: bool = False) -> Query:
    query = Library()["territory-identity"]
    values = {name: getattr(query, name) for name in Query.__dataclass_fields__}
    return Query(**{**values, "parameters": (Parameter("x", kind, example, optional),)})


def test_each_type_has_its_picker(read: tuple[Reading, Index]) -> None:
    pickers = {}
    for kind in TYPES:
        [field] = fields_of(*read, _query(kind, "x"), {}, {}, None)
        pickers[kind] = field.picker
        assert (field.label, field.accepts) == (TYPES[kind].label["fr"], TYPES[kind].accepts["fr"])
    assert pickers["territory"] == pickers["organization"] == "name"
    assert pickers["year"] == pickers["gyear"] == pickers["integer"] == "number"
    assert pickers["text"] == pickers["words"] == pickers["resource"] == "text"
    assert (
        pickers["chain"]
        == pickers["sector"]
        == pickers["interaction-type"]
        == pickers["territory-kind"]
        == "list"
    )


def test_a_list_names_its_things_in_both_languages(read: tuple[Reading, Index]) -> None:
    reading, index = read
    [field] = fields_of(
        reading, index, _query("chain", "timber-construction"), {"x": ["timber-construction"]}, {}, None
    )
    assert [choice.value for choice in field.choices if choice.chosen] == ["timber-construction"]
    french = {choice.label for choice in field.choices}
    english = Reading(
        reading.pool, reading.snapshot, reading.memory, lambda error, language: str(error), language="en"
    )
    [field] = fields_of(english, index, _query("chain", "timber-construction"), {}, {}, None)
    assert {choice.label for choice in field.choices} != french
    assert field.label == "value chain"


def test_sectors_stand_in_groups(read: tuple[Reading, Index]) -> None:
    [field] = fields_of(*read, _query("sector", "a38/CI"), {"x": ["a38/CI"]}, {}, None)
    assert len(field.groups) > 1
    assert sum(len(choices) for _, choices in field.groups) == len(field.choices)
    assert sum(choice.chosen for choice in field.choices) >= 1


def test_an_unknown_choice_stays_chosen(read: tuple[Reading, Index]) -> None:
    [field] = fields_of(*read, _query("chain", "timber-construction"), {"x": ["nulle-part"]}, {}, None)
    assert [choice.value for choice in field.choices if choice.chosen] == ["nulle-part"]


def test_a_code_is_named_under_its_field(read: tuple[Reading, Index]) -> None:
    [field] = fields_of(*read, _query("territory", "38"), {"x": ["299000001"]}, {}, None)
    assert field.meaning == "Métropole d'Essai (intercommunalité)"
    assert field.finder == FINDERS["territory"]


@pytest.mark.parametrize(
    ("kind", "text", "iri"),
    [
        ("territory", "metropole d'essai", "territory/epci/299000001"),
        ("territory", "Saint Etienne d'Essai", "territory/commune/99101"),
        ("organization", "universite d'essai", "organization/0990001A"),
        ("organization", "laboratoire du bois", "organization/199900001A"),
    ],
)
def test_a_name_is_understood(read: tuple[Reading, Index], kind: str, text: str, iri: str) -> None:
    values, understood = understand(_query(kind, "x"), {"x": [text]}, read[1])
    assert values == {"x": [f"https://w3id.org/ancrage/id/{iri}"]}
    assert [one.text for one in understood] == [text]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("territory", "99101"),
        ("territory", "epci/299000001"),
        ("organization", "0990001A"),
        ("text", "essai"),
    ],
)
def test_a_code_is_left_alone(read: tuple[Reading, Index], kind: str, text: str) -> None:
    assert understand(_query(kind, "x"), {"x": [text]}, read[1]) == ({"x": [text]}, [])


def test_an_ambiguous_name_offers_the_others(client: TestClient) -> None:
    text = client.get("/queries/territory-identity?territory=essai", headers=HTML).text
    assert "compris comme" in text
    assert "Ou bien" in text
    links = re.findall(r"Ou bien.*?</p>", text, re.DOTALL)
    assert re.findall(r'href="/queries/territory-identity\?territory=[a-zA-Z0-9%./]+"', links[0])


def test_a_file_takes_a_name_that_is_exact_and_one_thing_s_alone() -> None:
    index = Index()
    base = "https://w3id.org/ancrage/id/territory/"
    for local, label in (
        ("commune/16392", "Valence"),
        ("commune/26362", "Valence"),
        ("commune/32389", "Saint-Martin"),
        ("commune/54480", "Saint-Martin"),
        ("commune/38185", "Grenoble"),
        ("department/32", "Gers"),
    ):
        folded = (label.lower().replace("-", " "), local.rpartition("/")[2])
        index.add(Named(base + local, label, "territoires", local.partition("/")[0], folded, 1))
    index.around.add(base + "commune/26362")
    query = _query("territory", "x")
    assert understand(query, {"x": ["valence"]}, index, strict=True)[0] == {"x": [base + "commune/26362"]}
    assert understand(query, {"x": ["valence"]}, index)[0] == {"x": [base + "commune/26362"]}
    for text, code in (("saint-martin", "32389"), ("grenobl", "38185"), ("grenoblee", "38185")):
        with pytest.raises(Unclear) as refused:
            understand(query, {"x": [text]}, index, strict=True)
        assert refused.value.nearest[0]["value"] == code
        assert code in refused.value.reason["fr"]
    assert index.precise(index.called("saint martin", "territoires")[0], "fr") == "commune, Gers"
    assert understand(query, {"x": ["38185\0"]}, index)[1] == [], "no name has control characters"


def test_files_linked_by_a_page_ask_by_code_what_the_page_understood(client: TestClient) -> None:
    assert client.get("/queries/territory-identity.csv?territory=metropole+d").status_code == 400
    text = client.get("/queries/territory-identity?territory=metropole+d", headers=HTML).text
    assert "/queries/territory-identity.csv?territory=299000001" in text


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("chain-links.csv?chain=nope", "aucune filière « nope »"),
        ("actor-partners.csv?organization=nope", "aucune organisation « nope »"),
        ("programme-identity.csv?programme=nope", "aucune ressource « nope »"),
        ("units-of-field.csv?field=nope&territory=84", "aucun domaine académique « nope »"),
        ("sector-jobs-by-zone.csv?sector=nope", "aucun secteur « nope »"),
        ("supply-near-territory.csv?territory=299000001&radius=-5", "nombre entier à partir de 0"),
        ("territory-identity.csv?territory=38%00", "n'est pas un territoire"),
    ],
)
def test_a_value_that_nothing_has_is_refused_and_not_answered_by_an_empty_file(
    client: TestClient, address: str, refusal: str
) -> None:
    answer = client.get(f"/queries/{address}")
    assert answer.status_code == 400
    assert refusal in answer.json()["detail_fr"]


def test_a_wrong_value_is_said_at_its_field_and_kept(client: TestClient) -> None:
    response = client.get('/queries/territory-programmes?territory=zzz%20"><b>', headers=HTML)
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.text
    assert 'aria-describedby="a-territory e-territory m-territory"' in response.text
    assert "n&#39;est pas un territoire" in response.text
    assert "zzz &#34;&gt;&lt;b&gt;" in response.text
    assert "<b>" not in response.text


def test_a_misspelt_name_offers_the_nearest_with_the_other_values(client: TestClient) -> None:
    text = client.get(
        "/queries/chain-members-in-territory?chain=timber-construction&territory=metropol+desai", headers=HTML
    ).text
    assert "Peut-être" in text
    assert re.search(
        r'href="/queries/chain-members-in-territory\?chain=timber-construction&amp;territory=299000001"', text
    )


def test_an_unknown_parameter_is_said_above_the_answer(client: TestClient) -> None:
    response = client.get("/queries/territory-programmes?territory=299000001&nope=1", headers=HTML)
    assert response.status_code == 400
    assert re.search(r'class="panne" role="alert">[^<]*il n&#39;existe pas', response.text)


def test_short_values_are_what_a_question_accepts() -> None:
    for local in (
        "territory/commune/99101",
        "territory/zone/9901",
        "territory/adhoc/a-b",
        "organization/0990001A",
    ):
        iri = f"https://w3id.org/ancrage/id/{local}"
        kind = local.partition("/")[0]
        assert Parameter("x", kind, "x").terms(short_value(iri)) == (f"<{iri}>",)
