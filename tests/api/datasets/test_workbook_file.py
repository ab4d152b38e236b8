"""The workbook that partners fill, taken from the site: the one of the command, in the page's language, and read back."""

import io
from pathlib import Path

import pytest
from ancrage.loaders.read.source import Source, read_inputs
from ancrage.loaders.sources.layout import sheet_title
from ancrage.loaders.workbook.template import USUAL
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from ...pages import plain

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(("asked", "language"), [("", "fr"), ("?lang=en", "en")])
def test_it_is_a_file_in_the_language_asked_that_is_read_back(
    client: TestClient, tmp_path: Path, asked: str, language: str
) -> None:
    answer = client.get(f"/modele.xlsx{asked}")
    assert answer.status_code == 200
    assert (
        answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    assert answer.headers["content-disposition"] == 'attachment; filename="modele.xlsx"'
    assert answer.headers["content-language"] == language and "Accept-Language" in answer.headers["vary"]
    sheets = load_workbook(io.BytesIO(answer.content)).sheetnames
    assert {sheet_title(table, language) for table in USUAL} < set(sheets)
    (path := tmp_path / "modele.xlsx").write_bytes(answer.content)
    assert not read_inputs(Source.named("exchange"), [path]).signalled


def test_who_has_it_already_is_not_sent_it_again(client: TestClient) -> None:
    tag = client.get("/modele.xlsx").headers["etag"]
    same = client.get("/modele.xlsx", headers={"If-None-Match": tag})
    assert same.status_code == 304 and not same.content
    assert client.get("/modele.xlsx?lang=en", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/modele.xlsx", headers={"Accept-Language": "en"}).headers["etag"] != tag


def test_tables_are_chosen_and_an_unknown_one_has_its_nearest(client: TestClient) -> None:
    answer = client.get("/modele.xlsx?table=schemes&table=editions")
    named = load_workbook(io.BytesIO(answer.content)).sheetnames
    assert {"Dispositifs", "Éditions"} < set(named) and "Interactions" not in named
    refused = client.get("/modele.xlsx?table=scheme", headers=HTML)
    assert refused.status_code == 400 and "« scheme »" in plain(refused.text) and "schemes" in refused.text


@pytest.mark.parametrize("page", ["/sources", "/dispositifs", "/strategies"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_partners_find_it_where_they_are_told_how_to_give_data(
    client: TestClient, page: str, language: str
) -> None:
    text = client.get(f"{page}?lang={language}", headers=HTML).text
    address = text.partition('href="/modele.xlsx')[2].partition('"')[0].replace("&amp;", "&")
    assert f"lang={language}" in address, page
    assert client.get(f"/modele.xlsx{address}").headers["content-language"] == language


def test_programs_find_it_and_crawlers_are_not_sent_to_it(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/modele.xlsx"]["get"]
    assert [*operation["responses"]["200"]["content"]] == [client.get("/modele.xlsx").headers["content-type"]]
    assert "/modele.xlsx" in client.get("/developpeurs", headers=HTML).text
    assert "modele.xlsx" not in client.get("/sitemap/pages-1.xml").text
