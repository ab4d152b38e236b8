"""What pages of territories and actors tell programs in themselves: JSON-LD in the words of schema.org."""

import json
import re
from typing import Any

import pytest
from ancrage.api.render.structured import actor_block, territory_block
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}
BASE = "https://w3id.org/ancrage/id/"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def told(client: TestClient, path: str) -> dict[str, Any]:
    answer = client.get(path, headers=HTML)
    assert "script-src 'self'" in answer.headers["content-security-policy"]  # a block of data is not run
    (block,) = BLOCK.findall(answer.text)
    found: dict[str, Any] = json.loads(block)
    assert found["@context"] == "https://schema.org"
    for one in found["subjectOf"]:
        assert client.get(one["url"]).headers["content-type"].startswith(one["encodingFormat"])
    return found


@pytest.mark.parametrize("path", ["territory/epci/299000001", "territory/region/99"])
def test_a_territory_says_its_name_code_and_where_it_lies(client: TestClient, path: str) -> None:
    found = told(client, "/territoires/" + path.removeprefix("territory/"))
    assert (found["@id"], found["@type"]) == (BASE + path, "AdministrativeArea")
    assert found["name"] in ("Métropole d'Essai", "Région d'Essai")
    assert [one["value"] for one in found["identifier"]] == [path.rpartition("/")[2]]


def test_an_actor_says_its_name_codes_and_site(client: TestClient) -> None:
    found = told(client, "/acteurs/0990001A")
    assert (found["@id"], found["name"]) == (BASE + "organization/0990001A", "Université d'Essai")
    assert {"@type": "PropertyValue", "propertyID": "uai", "value": "0990001A"} in found["identifier"]
    assert found["url"] == ["https://universite.example/"]
    assert found["mainEntityOfPage"] == "/acteurs/0990001A"


def test_an_address_that_is_code_is_not_told(client: TestClient) -> None:
    assert "url" not in told(client, "/acteurs/essai-0000000001")


def test_no_name_closes_the_block() -> None:
    name = "</script><script>alert(1)</script>\u2028"
    for block in (
        territory_block(BASE + "x", name, name, "http://e.org/x", [(name, name)], [(name, name)]),
        actor_block(BASE + "x", name, "company", {"siren": [name]}, [name], "http://e.org/x", ()),
    ):
        assert not set("<>&\u2028\u2029") & set(block)
        assert json.loads(block)["name"] == name


def block_of(client: TestClient, path: str) -> dict[str, Any]:
    (block,) = BLOCK.findall(client.get(path, headers=HTML).text)
    found: dict[str, Any] = json.loads(block)
    assert found["@context"] == "https://schema.org"
    return found


def test_the_site_says_how_it_is_searched(client: TestClient) -> None:
    found = block_of(client, "/")
    assert (found["@type"], found["name"], found["inLanguage"]) == ("WebSite", "ancrage", "fr")
    asked = found["potentialAction"]["target"]["urlTemplate"]
    assert client.get(asked.format(search_term_string="essai"), headers=HTML).status_code == 200


def test_the_catalogue_says_its_data_sets(client: TestClient) -> None:
    found = block_of(client, "/catalog")
    assert found["@type"] == "DataCatalog"
    sets = {one["@id"].rpartition("/")[2]: one for one in found["dataset"]}
    essai = sets["essai"]
    assert (essai["@type"], essai["name"], essai["temporalCoverage"]) == (
        "Dataset",
        "Données d'essai",
        "2025",
    )
    assert essai["publisher"]["name"] == "Office de l'Épreuve" and "énoncés" in essai["description"]
    assert sets["ontology"]["license"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert {one["spatialCoverage"]["name"] for one in sets.values()} == {"France"}
    for address in (essai["url"], *(one["contentUrl"] for one in essai["distribution"])):
        assert client.get(address).status_code == 200


def test_the_sources_are_a_catalogue(client: TestClient) -> None:
    found = block_of(client, "/sources")
    assert found["@type"] == "DataCatalog" and found["description"]
    (one,) = [one for one in found["dataset"] if one["@id"] == BASE + "source/essai"]
    assert one["name"]


def test_an_indicator_is_a_data_set(example: TestClient) -> None:
    found = block_of(example, "/indicateurs/population")
    assert (found["@type"], found["@id"]) == ("Dataset", BASE + "indicator/computed/population")
    assert found["license"].startswith("https://spdx.org/") and found["description"]
    assert found["spatialCoverage"]["name"] == "Auvergne-Rhône-Alpes" and found["temporalCoverage"]
    for one in found["distribution"]:
        assert example.get(one["contentUrl"]).headers["content-type"].startswith(one["encodingFormat"])
