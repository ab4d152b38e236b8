"""Beside each CSV, its description in CSVW: where it is, what it may hold, and whether the rows are as it says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from ancrage.api.openapi import address_to_try, describe_api, example_address
from ancrage.api.reading.publication import library_of_questions
from ancrage.api.web.links import BASE, friendly_page
from fastapi.testclient import TestClient

LINK = re.compile(r'<([^>]*)>; rel="describedby"; type="application/csvm\+json"')
#: What the vocabulary of CSVW allows here (https://www.w3.org/TR/tabular-metadata/), beside properties of other vocabularies.
TABLE = {"@context", "url", "tableSchema"}
COLUMN = {"name", "titles", "datatype", "valueUrl"}


def _matching(pattern: str) -> Callable[[str], object]:
    def check(text: str) -> None:
        if not re.fullmatch(pattern, text):
            raise ValueError(text)

    return check


HOLDS: Mapping[str, Callable[[str], object]] = {
    "string": str,
    "number": _matching(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN"),
    "integer": _matching(r"[+-]?[0-9]+"),
    "gYear": _matching(r"-?[0-9]{4,}"),
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
    "boolean": _matching("true|false|1|0"),
    "anyURI": _matching(r"[a-z]+:\S+"),
}


def faults(client: TestClient, address: str) -> list[str]:
    """Say in what a CSV is not as its description says."""
    answer = client.get(address)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv"), address
    links = LINK.findall(answer.headers.get("link", ""))
    if len(links) != 1:
        return [f"{address}: {len(links)} descriptions"]
    described = client.get(links[0])
    assert described.headers["content-type"].startswith("application/csvm+json"), links
    told = described.json()
    own = {name for name in told if ":" not in name}
    found = (
        [] if own == TABLE and told["@context"][0] == "http://www.w3.org/ns/csvw" else [f"properties {own}"]
    )
    if client.get(told["url"]).text.splitlines()[:1] != answer.text.splitlines()[:1]:
        found.append(f"{told['url']} is another CSV")
    heads, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    columns: list[dict[str, Any]] = told["tableSchema"]["columns"]
    if [one["titles"]["und"] for one in columns] != heads or len({one["name"] for one in columns}) != len(
        heads
    ):
        return [*found, f"{address}: {heads} described as {[one['name'] for one in columns]}"]
    for place, one in enumerate(columns):
        name = one["name"]
        if not set(one) <= COLUMN or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.]*", name):
            found.append(f"column {one}")
        if not all(one["titles"].get(tag) for tag in ("fr", "en")):
            found.append(f"no heading of {name}")
        if ("valueUrl" in one) != (one["datatype"] == "anyURI"):
            found.append(f"no IRI in {name}")
        for row in rows:
            try:
                row[place] and HOLDS[one["datatype"]](row[place])
            except ValueError:
                found.append(f"{name} is no {one['datatype']}: {row[place]!r}")
                break
    return [f"{address}: {fault}" for fault in found]


def pages_of(client: TestClient, path: str, described: Mapping[str, Any]) -> list[str]:
    """Give the addresses of a pattern with a `{block}`: each block, of a thing of the graph if braces name one."""
    base, pattern = path.removesuffix("/{block}"), re.sub(r"\{\w+\}", "[^/]+", path.removesuffix("/{block}"))
    page, _, more = address_to_try(path, described).partition("?")
    if "{" in base:
        listed = client.get(f"/sparql?format=json&query={quote(THINGS)}").json()["results"]["bindings"]
        addresses = (friendly_page(row["s"]["value"]) or "" for row in listed)
        base = next((one for one in addresses if re.fullmatch(pattern, one)), "")
        if not base:
            return []
    else:
        base = page.rsplit("/", 1)[0]
    more = f"&{more}" if more else ""
    refused = client.get(f"{base}/aucun?format=csv{more}", headers={"Accept": "application/json"})
    names = re.findall(r"[a-z0-9-]+", refused.json().get("detail_fr", "").partition("(blocs :")[2])
    return [f"{base}/{name}?format=csv{more}" for name in names]


THINGS = f'SELECT DISTINCT ?s {{ {{ ?s a ?c }} UNION {{ GRAPH ?g {{ ?s a ?c }} }} FILTER(STRSTARTS(STR(?s), "{BASE}")) }}'


def test_a_csv_is_described_where_its_header_says(example: TestClient) -> None:
    answer = example.get("/api/v1/indicators/population/values?level=epci", headers={"Accept": "text/csv"})
    (address,) = LINK.findall(answer.headers["link"])
    assert address == "/api/v1/indicators/population/values?level=epci&format=csvw"
    told = example.get(address).json()
    assert urlsplit(told["url"]).query == "level=epci&format=csv"
    assert all(one["@id"].startswith(f"{BASE}source/") for one in told["dc:source"]) and told["dc:source"]
    assert told["dc:modified"]["@type"] == "xsd:dateTime" and told["dc:isPartOf"]
    value = next(one for one in told["tableSchema"]["columns"] if one["name"] == "value")
    titles = {"und": "value", "fr": "valeur", "en": "value"}
    assert value == {"name": "value", "titles": titles, "datatype": "number"}
    assert not LINK.findall(example.get(address).headers.get("link", ""))


def test_each_block_is_described(example: TestClient) -> None:
    paths = describe_api(example.app)["paths"]  # type: ignore[arg-type]
    patterns = {path: one["get"] for path, one in paths.items() if path.endswith("/{block}")}
    blocks = {path: pages_of(example, path, one) for path, one in patterns.items()}
    assert [
        fault for found in blocks.values() for address in found for fault in faults(example, address)
    ] == []
    assert sum(map(len, blocks.values())) > 60


def test_each_question_is_described(example: TestClient) -> None:
    asked = [one for one in library_of_questions(example.app).values() if one.form == "SELECT"]  # type: ignore[arg-type]
    found = [fault for one in asked for fault in faults(example, example_address(one, ".csv"))]
    print(found)
    assert found == []


def test_each_other_table_is_described(example: TestClient) -> None:
    paths = describe_api(example.app)["paths"]  # type: ignore[arg-type]
    addresses = []
    for path, methods in paths.items():
        one = methods.get("get")
        if one is None or path.startswith(("/queries/", "/doc", "/sparql")) or path.endswith("/{block}"):
            continue
        tried = address_to_try(path, one)
        if "text/csv" in one["responses"]["200"].get("content", {}):
            addresses.append(f"{tried}{'&' if '?' in tried else '?'}format=csv")
        elif path.endswith(".{suffix}"):
            addresses.append(re.sub(r"\.\w+($|\?)", r".csv\1", tried))
    given = [address for address in addresses if _gives_csv(example, address)]
    assert [fault for address in given for fault in faults(example, address)] == []
    assert len(given) > 8


def _gives_csv(client: TestClient, address: str) -> bool:
    return client.get(address).headers.get("content-type", "").startswith("text/csv")
